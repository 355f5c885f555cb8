"""A board that is told what changed shows what a fresh one shows, whatever happened in between and whoever looks."""

from __future__ import annotations

import random
from collections.abc import Callable
from datetime import timedelta

import pytest
from django.conf import settings
from django.test import Client
from django.utils import timezone

from shouwang.apps.dispatch import pieces, progress, usecases
from shouwang.apps.dispatch.models import Crew, FollowUp, Sending
from shouwang.apps.dispatch.tests.making import a_call, a_crew, a_pair
from shouwang.apps.dispatch.tests.open_board import OpenBoard
from shouwang.apps.incidents.models import Incident
from shouwang.apps.matters.models import Matter
from shouwang.apps.places.models import Community
from shouwang.kernel.errors import RuleBroken
from tests.cast import Cast, sign_in

pytestmark = pytest.mark.django_db
SQUARE = [[120.0, 30.0], [120.1, 30.0], [120.1, 30.1], [120.0, 30.1], [120.0, 30.0]]
WHAT = ("夜市有人打架", "电动车被偷了", "桥头撞车", "老人走丢了", "夜市这边打架了，快来")
KINDS = ("hurt", "stolen", "traffic", "missing", "quarrel")


@pytest.fixture
def town(cast: Cast) -> Cast:
    """A village on the map, six crews of which one rests and one is of volunteers, and a pair next door."""
    now = timezone.now()
    Community.objects.filter(pk=cast.liuxi.pk).update(boundary={"type": "Polygon", "coordinates": [SQUARE]})
    for n in range(4):
        a_pair(cast, f"{n}号车", n, at=now)
    a_pair(cast, "河湾1号", 9, at=now, unit=cast.hewan)
    a_crew("步巡", cast.jiang, at=now, means="foot")
    usecases.form_crew(cast.qingshi, name="邻里", means="foot", volunteers=5, by=cast.chen, at=now)
    return cast


def something(cast: Cast, chance: random.Random) -> None:
    """One thing that happens, as far as it may."""
    now = timezone.now()
    spot = {"longitude": 120 + chance.random() / 10, "latitude": 30 + chance.random() / 10}
    matters, crews = list(Matter.objects.filter(kind="incident")), list(Crew.objects.filter(volunteers=False))
    sendings = list(
        Sending.objects.exclude(state=progress.ASKED).filter(ended_at=None).select_related("crew", "matter")
    )

    def send() -> None:
        matter = chance.choice(matters)
        usecases.send(matter, [chance.choice(crews).pk], by=cast.chen, words="去", seen=matter.sendings.count(), at=now)

    def step() -> None:
        one = chance.choice(sendings)
        usecases.report(one, chance.choice(progress.STEPS), by=one.crew.members.all()[0].officer, at=now)

    def feedback() -> None:
        one = chance.choice(sendings)
        said = usecases.Feedback("settled", "劝开了", task=chance.choice(["", "回访"]))
        usecases.feedback(one, said, by=one.crew.members.all()[0].officer, at=now)

    def position() -> None:
        crew = chance.choice(crews)
        usecases.report_position(crew, by=crew.members.all()[0].officer, at=now, **spot)

    def rest() -> None:
        crew = chance.choice(crews)
        usecases.rest(crew, by=crew.members.all()[0].officer, resting=not crew.resting, at=now)

    def answer() -> None:
        asked = Sending.objects.filter(state=progress.ASKED).first()
        assert asked is not None
        usecases.answer_request(asked, by=cast.meng, comes=chance.random() < 0.5, at=now)

    acts: list[Callable[[], object]] = [
        lambda: a_call(cast, chance.choice(WHAT), at=now, category=chance.choice(KINDS), **spot),
        lambda: a_call(cast, chance.choice(WHAT), at=now - timedelta(minutes=chance.randrange(200))),
        send,
        send,
        step,
        step,
        feedback,
        position,
        rest,
        answer,
        lambda: usecases.recall(chance.choice(sendings), by=cast.chen, reason="误报", at=now),
        lambda: usecases.say_needless(chance.choice(matters), by=cast.chen, reason="本人来所里", at=now),
        lambda: usecases.say_needs(chance.choice(matters), sworn=3, skill=None, car=False, by=cast.chen, at=now),
        lambda: usecases.finish_task(FollowUp.objects.all()[0], by=cast.chen, at=now),
        lambda: chance.choice(matters).kept_from.add(cast.zhou),
        lambda: Incident.objects.filter(pk=chance.choice(matters).pk).update(urgency=chance.randrange(1, 5)),
        lambda: Sending.objects.filter(pk=chance.choice(sendings).pk).update(silent_at=now),
    ]
    try:
        chance.choice(acts)()
    except (RuleBroken, IndexError, AssertionError):
        return  # not now: the crew is busy, nobody was asked, nothing happened yet


@pytest.mark.parametrize("seed", range(3))
def test_told_what_changed_it_shows_what_a_fresh_board_shows(
    town: Cast, seed: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Two dispatchers, one from whom some matters are kept, and an auxiliary who may not send; some news is missed on the way."""
    monkeypatch.setattr("shouwang.apps.dispatch.board.MOST_WAITING", 4)
    monkeypatch.setattr("shouwang.apps.dispatch.board.MOST_RUNNING", 2)
    chance = random.Random(seed)
    clients = []
    for who in (town.chen, town.zhou, town.jiang):
        clients.append(client := Client())
        sign_in(client, who)
    pages = [OpenBoard(client) for client in clients]
    for _ in range(12):
        for _ in range(chance.randrange(1, 6)):
            something(town, chance)
        for client, page in zip(clients, pages, strict=True):
            if chance.random() < 0.7:
                page.ask()
                assert page.text() == OpenBoard(client).text()
    assert sum(map(len, pages[0].lists.values())) > 15
    assert pages[0].text() != pages[2].text(), "an auxiliary is shown no button"


def test_only_what_changed_is_sent_and_another_process_finds_the_same_versions(town: Cast, client: Client) -> None:
    now = timezone.now()
    matter = a_call(town, "夜市有人打架", at=now, category="hurt").matter
    a_call(town, "电动车被偷了", at=now, category="stolen")
    pair = Crew.objects.get(name="0号车")
    usecases.send(matter, [pair.pk], by=town.chen, words="去", seen=0, at=now)
    sign_in(client, town.chen)
    page = OpenBoard(client)
    page.ask()
    assert (page.news["order"], page.news["html"]) == ({}, {})
    usecases.report(Sending.objects.get(), progress.ACKNOWLEDGED, by=pair.members.all()[0].officer, at=now)
    pieces._kept.clear()  # as in a process that has shown nobody anything
    page.ask()
    changed = {name: list(found) for name, found in page.news["html"].items()}
    assert changed == {"running": [f"i{matter.pk}"], "crews": [f"c{pair.pk}"], "map": [f"mc{pair.pk}"]}
    assert page.news["order"] == {}


def test_a_page_in_another_language_is_told_in_its_language(town: Cast, client: Client) -> None:
    a_call(town, "夜市有人打架", at=timezone.now(), category="hurt")
    sign_in(client, town.chen)
    page = OpenBoard(client)
    client.cookies[settings.LANGUAGE_COOKIE_NAME] = "en"
    page.ask()
    assert page.text() == OpenBoard(client).text()
    assert "等人去" not in page.text()["waiting"][0]


@pytest.mark.parametrize("said", ["", "[]", "{}", '{"waiting": 3}', '{"waiting": [[1]]}', "\x00"])
def test_a_page_that_cannot_be_understood_takes_the_whole_board(town: Cast, client: Client, said: str) -> None:
    sign_in(client, town.chen)
    answer = client.post("/desk/board/changes/", said, content_type="application/json")
    assert answer.json() == {"whole": True}


def test_what_somebody_wrote_stays_text(town: Cast, client: Client) -> None:
    a_call(town, "<img src=x onerror=alert(1)>有人打架", at=timezone.now(), category="hurt")
    sign_in(client, town.chen)
    page = OpenBoard(client)
    page.lists = {name: {} for name in page.lists}
    page.ask()
    assert not any("<img" in text for texts in page.text().values() for text in texts)
    assert page.text() == OpenBoard(client).text()
