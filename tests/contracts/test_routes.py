"""
The rights sweep: every address, as everybody, in every state of a matter.

Whoever is not meant gets no page, meets nothing secret and changes nothing; whoever is meant is let in; nobody meets a broken page.
"""

from __future__ import annotations

import logging
from collections.abc import Iterator
from copy import copy
from typing import Any

import pytest
from django.db import connection
from django.http import HttpResponse
from django.urls import URLPattern, URLResolver, get_resolver, reverse

from shouwang.site.live import _authorise
from tests.contracts.routes import ACCOUNTS, TABLE, Audience, Route
from tests.contracts.scene import (
    AGREED,
    DESK,
    FEW,
    LEADERS,
    NEXT_DOOR,
    STATES,
    Looker,
    Scene,
    Sight,
    sight_of,
    state_of_the_house,
    undone,
)

pytestmark = pytest.mark.django_db


def _all_routes(patterns: list[Any], space: str = "") -> Iterator[str]:
    for one in patterns:
        if isinstance(one, URLPattern):
            yield f"{space}{one.name}"
        else:
            assert isinstance(one, URLResolver)
            yield from _all_routes(one.url_patterns, f"{space}{one.namespace}:" if one.namespace else space)


def test_every_address_says_whom_it_is_for() -> None:
    """A new route joins the table in `routes.py` before it can be merged."""
    known = {route.name for route in TABLE}
    assert set(_all_routes(get_resolver().url_patterns)) - known == set()
    assert known - set(_all_routes(get_resolver().url_patterns)) == set(), "gone from the house, still in the table"


def address_of(route: Route, scene: Scene, state: str) -> str:
    return "/favicon.ico" if route.name == "None" else reverse(route.name, kwargs=route.at(scene, state))


def _turned_away(answer: HttpResponse) -> bool:
    if answer.status_code == 302:
        return answer["Location"].startswith(("/accounts/login/", "/accounts/2fa/", "/accounts/reauthenticate/"))
    return answer.status_code in {401, 403, 404, 405}


def _met(answer: HttpResponse, texts: list[str]) -> list[str]:
    """Which of the texts the answer carries, anywhere."""
    head = "\n".join(f"{key}: {value}" for key, value in answer.items()) + str(answer.cookies)
    return [text for text in texts if text in head or text.encode() in answer.content]


def _too_deep(scene: Scene, state: str, who: Looker, address: str) -> list[str]:
    """What of the matter lies beyond the looker's sight; what they wrote into the address themselves is theirs."""
    sight = sight_of(who, state)
    own = {AGREED} if who.name == "other-side" else set()
    beyond = [one.text for one in scene.kept[state].canaries if one.sight > sight]
    return [text for text in beyond if text not in address and text not in own]


#: The second run. Rights are the same Python and the same questions on either database; each page and press has to work on both.
AGAIN = connection.vendor == "postgresql"


def _states(route: Route) -> tuple[str, ...]:
    return STATES if route.of_matter and not (AGAIN and route.name not in _DOORS) else ("open",)


#: One of each sort. Their colleagues of the same sort are tried at the door of the matter itself.
_SORTS = (
    *(
        "stranger",
        "holder",
        "helper",
        "other-holder",
        "neighbour",
        "brought-in",
        "other-side",
        "chen",
        "liang",
        "jiang",
        "an",
        "trainee",
        "meng",
        "shao",
    ),
    *("shi", "admin", "concerned", "without-factor", "left", "shut", "post-ended"),
)
#: Another state of the matter moves few people's rights; these would notice.
_FEWER = ("stranger", "holder", "other-holder", "chen", "liang", "meng", "concerned", "without-factor")
#: Enough to see that an address does not take this method, or that an account's page knows its own from strangers.
_ENOUGH = ("stranger", "holder", "chen", "without-factor", "shut", "left")
#: Of those who are meant, the ones who try every press; `test_exactly_these_get_it_done` tries everybody.
_PRESSING = (
    "stranger",
    "holder",
    "helper",
    "neighbour",
    "brought-in",
    "other-side",
    "chen",
    "liang",
    "meng",
    "without-factor",
)
#: Somebody of each side, for the second run.
_AGAIN = ("stranger", "holder", "neighbour", "brought-in", "other-side", "chen", "liang", "shao", "concerned")
_DOORS = ("matters:matter", "desk:matter", "files:display", "rooms:room")
#: The first of each view that serves several addresses of the table. The others share its guard, so reading them tries fewer.
_FIRST_OF_VIEW = {route.name: route for route in reversed(TABLE)}


def _tried(route: Route, audience: Audience | None, scene: Scene, state: str, *, reading: bool) -> list[Looker]:
    if route.name in _DOORS and audience is not None:
        return list(scene.lookers.values())
    if AGAIN:
        return [scene.lookers[name] for name in _AGAIN]
    if audience is None:
        names = _ENOUGH if state == "open" else ()
    elif route in ACCOUNTS:
        names = _ENOUGH
    elif reading and _FIRST_OF_VIEW[route.name] is not route:
        names = _FEWER if state in {"open", "complaint"} else ()
    else:
        names = _SORTS if state == "open" else _FEWER
    return [scene.lookers[name] for name in names]


@pytest.fixture(autouse=True)
def quiet() -> Iterator[None]:
    """Thousands of refusals would fill the captured log."""
    logging.disable(logging.CRITICAL)
    yield
    logging.disable(logging.NOTSET)


@pytest.mark.parametrize("route", TABLE, ids=str)
def test_reading(route: Route, scene: Scene) -> None:
    wrong = []
    for state in _states(route):
        address = address_of(route, scene, state)
        for who in _tried(route, route.read, scene, state, reading=True):
            with undone(who):
                answer = who.client.get(address)
            meant = route.read is not None and route.read(who, state)
            case = f"{who} · {state} · {answer.status_code}"
            if answer.status_code >= 500:
                wrong.append(f"{case}: broken")
            if meant and answer.status_code in {403, 404, 405}:
                wrong.append(f"{case}: meant and turned away")
            if not meant and not _turned_away(answer):
                wrong.append(f"{case}: let in")
            # Whoever comes with the code has proved it just now.
            proved = route.name == "matters:by-code"
            if not proved and (met := _met(answer, _too_deep(scene, state, who, address))):
                wrong.append(f"{case}: meets {met}")
    assert wrong == []


@pytest.mark.parametrize("route", TABLE, ids=str)
def test_acting(route: Route, scene: Scene) -> None:
    """A sensible press, and of those who are meant an empty one too. Those who are not meant change nothing at all."""
    wrong = []
    for state in _states(route):
        address = address_of(route, scene, state)
        presses = [route.data(scene, state)] if state != "open" else [{}, route.data(scene, state)]
        before = state_of_the_house()
        for who in _tried(route, route.act, scene, state, reading=False):
            meant = route.act is not None and route.act(who, state)
            if meant:
                continue
            cookies = copy(who.client.cookies)
            answer = who.client.post(address, presses[-1])
            who.client.cookies = cookies
            case = f"{who} · {state} · {answer.status_code}"
            if not _turned_away(answer):
                wrong.append(f"{case}: let in")
            if met := _met(answer, _too_deep(scene, state, who, address)):
                wrong.append(f"{case}: meets {met}")
        if state_of_the_house() != before:
            wrong.append(f"{state}: somebody who is not meant changed something")
        for who in (scene.lookers[name] for name in (_PRESSING if state == "open" else _FEWER)):
            if route.act is None or not route.act(who, state):
                continue
            for press in presses:
                with undone(who):
                    answer = who.client.post(address, press)
                refused = answer.status_code in {403, 404, 405} and state not in route.unless
                if answer.status_code >= 500 or refused:
                    wrong.append(f"{who} · {state} · {answer.status_code} · {press}: meant and turned away")
    assert wrong == []


#: Of the desk, those who judge what a report is by law.
POLICE = DESK - {"an", "jiang", "trainee"}
#: Who gets a press of the card done: key, state in which it is possible, and exactly these.
DONE_BY = (
    ("accept-danger", "danger", DESK),
    ("accept", "offered", NEXT_DOOR | {"shao"}),
    ("return", "offered", NEXT_DOOR | {"shao"}),
    ("reply", "open", DESK),
    ("note", "open", DESK),
    ("take", "open", DESK - {"chen"}),
    ("assign", "open", DESK),
    ("transfer", "open", DESK),
    ("kind", "open", DESK),
    ("kind", "complaint", FEW),
    ("close", "open", set()),  # a report that nobody has decided ends with a decision
    ("close", "complaint", LEADERS),
    ("review", "disputed", LEADERS),
    ("code", "open", DESK),
    ("contact", "open", DESK),
    ("evidence", "open", DESK),
    ("receipt", "open", DESK),
    ("statement", "open", POLICE),
    ("nature", "open", POLICE),
    ("grade", "open", DESK),
    ("answers", "open", DESK),
    ("settle", "open", POLICE),
    ("pass-on", "open", POLICE),
    ("file", "open", set()),  # nobody said yet what it is by law
)


@pytest.mark.parametrize(("key", "state", "by"), DONE_BY, ids=lambda value: value if isinstance(value, str) else "")
def test_exactly_these_get_it_done(key: str, state: str, by: set[str], scene: Scene) -> None:
    route = next(one for one in TABLE if one.title == key and one.name == "desk:act")
    done = set()
    for who in scene.lookers.values():
        entries = scene.kept[state].matter.entries
        with undone(who):
            before = entries.count()
            who.client.post(address_of(route, scene, state), route.data(scene, state))
            if entries.count() > before:
                done.add(who.name)
    assert done == by


#: The same for those who hold a code.
DONE_BY_RESIDENTS = (
    ("matters:say", "open", {"holder", "helper"}),
    ("matters:dispute", "closed", {"holder", "helper"}),
    ("matters:rate", "closed", {"holder", "helper"}),
    ("matters:helpers", "open", {"holder"}),
    ("matters:remove-helper", "open", {"holder"}),
    ("matters:safe-contact", "open", {"holder"}),
)


@pytest.mark.parametrize(
    ("name", "state", "by"), DONE_BY_RESIDENTS, ids=lambda value: value if isinstance(value, str) else ""
)
def test_exactly_these_residents_get_it_done(name: str, state: str, by: set[str], scene: Scene) -> None:
    route = next(one for one in TABLE if one.name == name)
    done = set()
    for who in scene.lookers.values():
        entries = scene.kept[state].matter.entries
        with undone(who):
            before = entries.count()
            who.client.post(address_of(route, scene, state), route.data(scene, state))
            if entries.count() > before:
                done.add(who.name)
    assert done == by


def _streams(scene: Scene) -> dict[str, str]:
    """Stream → what it is."""
    return {
        **{f"matter:{scene.kept[state].matter.pk}": state for state in STATES},
        f"desk:{scene.cast.qingshi.pk}": "desk of 青石",
        f"desk:{scene.cast.hewan.pk}": "desk of 河湾",
        f"desk:{scene.cast.bureau.pk}": "desk of 分局",
        f"room:{scene.rooms.village.pk}": "village",
        f"room:{scene.rooms.gated.pk}": "gated",
    }


def _may_follow(who: Looker, what: str) -> int:
    """The clearance that each stream should give, spelled out; -1 is none."""
    at_own = who.name in DESK or who.name == "concerned"
    if what in STATES:
        return min(sight_of(who, what) or -1, Sight.RESTRICTED)
    if what == "desk of 青石":
        return Sight.STATION if at_own else -1
    if what == "desk of 河湾":
        return Sight.STATION if who.name in NEXT_DOOR | {"shao"} else -1
    if what == "desk of 分局":
        return Sight.STATION if who.name == "shao" else -1
    if at_own:
        return Sight.STATION
    if who.name == "neighbour":
        return Sight.PARTIES
    return 0 if what == "village" else -1


@pytest.fixture
def in_one_transaction(monkeypatch: pytest.MonkeyPatch) -> None:
    """The live door tidies up connections around each question; here all stand in the scene's own transaction."""
    monkeypatch.setattr("shouwang.site.live.close_old_connections", lambda: None)


@pytest.mark.usefixtures("in_one_transaction")
def test_the_live_door_gives_each_what_the_pages_give(scene: Scene) -> None:
    streams = _streams(scene)
    wrong = []
    for who in scene.lookers.values():
        cookies = "; ".join(f"{name}={morsel.value}" for name, morsel in who.client.cookies.items())
        scope = {"headers": [(b"cookie", cookies.encode())], "client": ("192.0.2.7", 1)}
        given = _authorise(scope, tuple(streams))
        for stream, what in streams.items():
            should = _may_follow(who, what)
            if given.get(stream, -1) != should:
                wrong.append(f"{who} · {what}: {given.get(stream, -1)}, not {int(should)}")
    assert wrong == []


@pytest.mark.usefixtures("in_one_transaction")
@pytest.mark.parametrize(
    "name",
    ["matter:0", "matter:999999", "matter:-1", "matter:", "desk:x", "queue:1", "matter:99999999999999999999", ":", ""],
)
def test_no_such_stream_opens_for_nobody(name: str, scene: Scene) -> None:
    for who in ("stranger", "liang"):
        client = scene.lookers[who].client
        cookies = "; ".join(f"{key}={morsel.value}" for key, morsel in client.cookies.items())
        assert _authorise({"headers": [(b"cookie", cookies.encode())]}, (name,)) == {}


@pytest.mark.usefixtures("in_one_transaction")
@pytest.mark.parametrize(
    "cookie", [b"", b"sw_session=", b"sw_session=x", b"\xff\xfe=1; sw_session=\xff", b'"="; ;;=', b"a" * 9000]
)
def test_a_broken_cookie_is_a_stranger_at_the_live_door(cookie: bytes, scene: Scene) -> None:
    stream = f"matter:{scene.kept['open'].matter.pk}"
    assert _authorise({"headers": [(b"cookie", cookie)]}, (stream,)) == {}
