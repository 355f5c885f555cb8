"""
Every address of the house: whom it is for, how it is asked, and what a sensible press looks like.

The audiences are spelled out by name and not taken from the policies, so that the policies can be judged by them.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from shouwang.apps.secrecy.models import Review
from shouwang.doors.open311.requests import public_id
from tests.contracts.scene import (
    ALL_DESKS,
    CONCERNED,
    DESK,
    LEADERS,
    NEXT_DOOR,
    STATES,
    Looker,
    Scene,
    reads_as_station,
)

Audience = Callable[[Looker, str], bool]

#: Accounts that can sign in: everybody in the scene who has one, except the one that was shut.
_SIGNED_IN_WITHOUT_DESK = frozenset({"shi", "admin", "without-factor", "left", "post-ended"})


def anybody(_who: Looker, _state: str) -> bool:
    return True


def nobody(_who: Looker, _state: str) -> bool:
    return False


def holder(who: Looker, state: str) -> bool:
    """Whoever proved a code of this matter, the reporter's or the helper's."""
    return state in who.holds


def reporter(who: Looker, state: str) -> bool:
    """Only the reporter's own code."""
    return state in who.holds and not who.helper


def station_side(who: Looker, state: str) -> bool:
    return reads_as_station(who, state)


def party_or_station(who: Looker, state: str) -> bool:
    return holder(who, state) or station_side(who, state)


def may_open_person(who: Looker, state: str) -> bool:
    return station_side(who, state) and who.name != "trainee"


def may_open_taken_back(who: Looker, state: str) -> bool:
    """The same at the unit that is answerable: a desk it was only offered to does not."""
    return may_open_person(who, state) and who.name not in NEXT_DOOR


def desk(who: Looker, _state: str) -> bool:
    """Whoever answers residents anywhere."""
    return who.name in ALL_DESKS


def sees_channels(who: Looker, _state: str) -> bool:
    """Who is on duty at the desk of a station; clerks, the legal officer and trainees are not, and the bureau has no gateway of its own."""
    return desk(who, _state) and who.name not in {"trainee", "shao", "an", "legal"}


def signed_in(who: Looker, _state: str) -> bool:
    return who.name in ALL_DESKS | _SIGNED_IN_WITHOUT_DESK


def with_factor(who: Looker, _state: str) -> bool:
    return signed_in(who, _state) and who.name != "without-factor"


_OWN_DESK = DESK | {CONCERNED}


def in_room(who: Looker, _state: str) -> bool:
    """The room behind the code: its member, and the police of its station."""
    return who.name == "neighbour" or who.name in _OWN_DESK


def founder(who: Looker, _state: str) -> bool:
    """Who founds rooms in the station: its chief, its community officers, the bureau and administrators."""
    return who.name in {"liang", "community", "shao", "admin", CONCERNED}


def founds_somewhere(who: Looker, state: str) -> bool:
    """The same for any station."""
    return founder(who, state) or who.name == "fan"


def member(who: Looker, _state: str) -> bool:
    return who.name == "neighbour"


def moderator(who: Looker, _state: str) -> bool:
    return who.name in _OWN_DESK - {"trainee"}


Build = Callable[[Scene, str], dict[str, Any]]


@dataclass(frozen=True)
class Route:
    """
    name      as Django knows it
    read      who may GET it, None when it is not made for that
    act       who may POST to it, None when it is not made for that
    at        the keyword arguments of its address for the matter in a state
    data      a sensible press
    of_matter whether it belongs to one matter, so that every state of it is tried
    unless    states in which the act is refused to everybody by a rule of the desk
    title     tells two uses of one route apart
    """

    name: str
    read: Audience | None = None
    act: Audience | None = None
    at: Build = lambda _scene, _state: {}
    data: Build = lambda _scene, _state: {}
    of_matter: bool = False
    unless: frozenset[str] = frozenset()
    title: str = ""

    def __str__(self) -> str:
        return f"{self.name}{'-' if self.title else ''}{self.title}"


def _number(scene: Scene, state: str) -> dict[str, Any]:
    return {"number": scene.kept[state].matter.number}


def _of_matter(name: str, **given: Any) -> Route:
    return Route(name, of_matter=True, **{"at": _number, **given})


def _words(**given: Any) -> Build:
    return lambda _scene, _state: given


def _file(scene: Scene, state: str) -> dict[str, Any]:
    return {"ref": scene.kept[state].stored.ref}


def _press(key: str, data: Build = lambda _scene, _state: {}) -> Route:
    return _of_matter(
        "desk:act",
        read=station_side,
        act=station_side,
        at=lambda scene, state: {**_number(scene, state), "key": key},
        data=data,
        title=key,
    )


RESIDENTS = (
    Route("home", read=anybody),
    Route("matters:ask", read=anybody, act=anybody, data=_words(body="路灯坏了")),
    Route("matters:ask-kind", read=anybody, act=anybody, at=_words(kind="help"), data=_words(body="路灯坏了")),
    Route("matters:report", read=anybody),
    Route("matters:find", read=anybody, act=anybody, data=_words(code="7K4M2QXD9TBC")),
    Route("matters:leave", act=anybody),
    Route("matters:quiet", read=anybody),
    Route("matters:by-code", read=anybody, at=lambda scene, state: {"code": scene.kept[state].code}),
    _of_matter("matters:matter", read=party_or_station),
    _of_matter("matters:more", read=holder),
    _of_matter("matters:say", act=holder, data=_words(body="还有一句"), unless=frozenset({"closed"})),
    _of_matter("matters:typing", act=holder, unless=frozenset({"closed"})),
    _of_matter("matters:dispute", read=holder, act=holder, data=_words(words="不满意")),
    _of_matter("matters:rate", read=holder, act=holder, data=_words(stars="5")),
    _of_matter("matters:helpers", read=reporter, act=reporter, data=_words(label="女儿"), unless=frozenset(STATES)),
    _of_matter(
        "matters:remove-helper",
        act=reporter,
        at=lambda scene, state: {**_number(scene, state), "code_id": scene.kept[state].helper.code_id},
    ),
    _of_matter("matters:safe-contact", act=reporter, data=_words(on="1"), unless=frozenset({"closed"})),
    # No automatic answer stands in the scene, so there is nothing to say it about.
    _of_matter("matters:not-it", act=holder, at=lambda s, t: {**_number(s, t), "seq": 1}, unless=frozenset(STATES)),
    _of_matter("matters:contact", read=reporter, act=reporter, data=_words(ways="page", since="9", until="17")),
    _of_matter("matters:written-down", act=holder),
    _of_matter("matters:receipt", read=holder),
    _of_matter("matters:proof", read=holder),
    _of_matter("papers:proof", read=holder),
)

FILES = tuple(_of_matter(f"files:{name}", read=party_or_station, at=_file) for name in ("display", "thumb", "download"))

OFFICERS = (
    Route("desk:home", read=desk),
    Route("desk:queue", read=desk),
    Route("desk:alarm", read=desk),
    Route("desk:told", act=desk, data=_words(key="1")),
    Route("desk:search", read=desk),
    Route("desk:take-in", read=desk, act=desk, data=_words(channel="phone", kind="help", body="来电说路灯坏了")),
    Route("desk:duty", read=desk, act=desk),
    Route("desk:rights", read=desk),
    Route("desk:looks", read=desk),
    Route("desk:asked-often", read=desk),
    Route("desk:channels", read=sees_channels, act=sees_channels),
    Route(
        "desk:settle",
        act=lambda who, _state: who.name in DESK | {CONCERNED},
        at=lambda scene, _state: {"pk": scene.outbound.pk},
        unless=frozenset({"open"}),  # nothing in the scene is of uncertain fate
    ),
    Route(
        "desk:unlink",
        act=lambda who, _state: who.name in {"liang", "shao", CONCERNED},
        at=lambda scene, _state: {"pk": scene.rooms.link.pk},
    ),
    _of_matter("desk:propose", read=nobody, act=nobody, at=lambda scene, state: {**_number(scene, state), "seq": 1}),
    _of_matter("desk:matter", read=station_side),
    _of_matter("desk:more", read=station_side),
    _of_matter("desk:look", read=may_open_person, act=may_open_person, data=_words(reason="核对来电号码")),
    _of_matter(
        "desk:taken-back",
        read=may_open_taken_back,
        act=may_open_taken_back,
        at=lambda scene, state: {**_number(scene, state), "seq": scene.kept[state].gone},
        data=_words(reason="怕有危险"),
    ),
    _of_matter("desk:typing", act=station_side),
    _press("accept-danger"),
    _press("accept"),
    _press("return", _words(reason="不归我们")),
    _press("reply", _words(body="您好，可以办。")),
    _press("note", _words(body="已电话联系")),
    _press("take"),
    _press("assign", lambda scene, _state: {"to": scene.cast.zhou.pk}),
    _press("transfer", lambda scene, _state: {"unit": scene.cast.hewan.pk, "reason": "住在河湾"}),
    _press("kind", _words(kind="suggestion", title="路灯")),
    _press("close", _words(reason="answered", words="已经答复")),
    _press("review", _words(upheld="no", words="接着办")),
    _press("code", _words(reason="本人到窗口")),
    _press("contact", _words(ways="page")),
)


def incident_desk(who: Looker, state: str) -> bool:
    """The matter `open` is the scene's incident."""
    return station_side(who, state) and state == "open"


def opens_involved(who: Looker, state: str) -> bool:
    return may_open_person(who, state) and state == "open"


INCIDENTS = (
    Route("incidents:begin", read=anybody),
    Route("incidents:check", read=anybody, act=anybody),
    Route("incidents:stop", read=anybody, act=anybody),
    Route("incidents:again", read=anybody, act=anybody, data=_words(code="7K4M2QXD9TBC")),
    Route(
        "incidents:category",
        read=anybody,
        act=anybody,
        at=_words(category="stolen"),
        data=_words(unsafe="yes"),
    ),
    Route(
        "incidents:question",
        read=anybody,
        act=anybody,
        at=_words(category="stolen", key="what"),
        data=_words(what="自行车被偷了"),
    ),
    _of_matter(
        "incidents:remedy",
        read=lambda who, state: holder(who, state) and state == "open",
        act=lambda who, state: holder(who, state) and state == "open",
        data=_words(words="不同意"),
    ),
    Route("incidents:list", read=desk),
    Route("incidents:kinds", read=desk),
    Route("incidents:new", read=desk, act=desk, data=_words(channel="phone", what="自行车被偷了")),
    Route("incidents:ground", act=desk, data=_words(address="柳溪村口")),
    Route("incidents:draft", act=desk, data=_words(code="7K4M2QXD9TBC")),
    _of_matter("incidents:facts", read=station_side, act=station_side, data=_words(address="桥头")),
    _of_matter("incidents:people", read=opens_involved, act=opens_involved, data=_words(reason="去找证人")),
    _of_matter(
        "incidents:suggested",
        act=incident_desk,
        at=lambda scene, state: {**_number(scene, state), "about": "when"},
        data=_words(taken="yes"),
        unless=frozenset({"open"}),  # an empty press is none
    ),
    _of_matter(
        "incidents:same",
        act=incident_desk,
        data=_words(other="QS-2026-99999-9", taken="no"),
        unless=frozenset({"open"}),  # an empty press is none
    ),
    _of_matter("incidents:receipt", read=incident_desk),
    _of_matter("incidents:receipt-file-desk", read=incident_desk, act=incident_desk),
    _of_matter("incidents:receipt-file", read=lambda who, state: holder(who, state) and state == "open"),
    _press("incident"),
    _press("facts"),
    _press("evidence", _words(items="发票一张")),
    _press("receipt", _words(how="paper")),
    _press("statement"),
    _press("nature", _words(nature="criminal", words="数额够了")),
    _press("whose", _words(to="outside", place="白水县公安局", words="案发在白水县")),
    _press("grade", _words(urgency="2", handler="station")),
    _press("answers", _words(suspect_age="15", ongoing="no")),
    _press("lengthen", _words(rule="o15-crim-leads", words="线索多")),
    _press("propose", _words(what="file", words="证据在案")),
    _press("file", _words(words="立案")),
    _press("decline", _words(words="不予立案")),
    _press("back", _words(words="再查")),
    _press("settle", _words(to="住建局", words="归住建局管")),
    _press("pass-on", _words(to="邻县公安局", words="案发在邻县")),
    _press("tell", _words(how="in-person", words="当面说的")),
)


def sends(who: Looker, state: str) -> bool:
    """The police of a unit that may know of the incident; whether they may send is told on the board."""
    return incident_desk(who, state)


def lends(who: Looker, _state: str) -> bool:
    """Who answers for the crews of 青石: its police, and the bureau."""
    return who.name in _OWN_DESK - {"an", "jiang", "trainee"}


def sets_posts(who: Looker, _state: str) -> bool:
    """Leaders, each for their own station."""
    return desk(who, _state) and who.name in {"liang", "shao", "fan", CONCERNED}


def sets_own_posts(who: Looker, _state: str) -> bool:
    """The chief of 青石 and the bureau above."""
    return who.name in {"liang", "shao", CONCERNED}


def waits(who: Looker, _state: str) -> bool:
    """Whoever is in the crew that was asked to wait."""
    return who.name == "liang"


def in_crew(who: Looker, _state: str) -> bool:
    return who.name == "zhou"


def _sending(scene: Scene, _state: str) -> dict[str, Any]:
    return {"pk": scene.sending.pk}


def _crew(scene: Scene, _state: str) -> dict[str, Any]:
    return {"pk": scene.sending.crew_id}


def of_station(who: Looker, _state: str) -> bool:
    """The desk of 青石 and the bureau above it."""
    return who.name in _OWN_DESK


DISPATCH = (
    Route("dispatch:board", read=desk),
    Route("dispatch:changes", act=desk),
    Route("dispatch:posts", read=desk, act=sets_posts, data=_words(name="桥头", longitude="120.1", latitude="30.1")),
    Route("dispatch:drop-post", act=sets_own_posts, at=lambda scene, _state: {"pk": scene.standby.post_id}),
    Route(
        "dispatch:wait",
        act=lends,
        at=lambda scene, _state: {"pk": scene.standby.crew_id},
        data=lambda scene, _state: {"post": str(scene.standby.post_id)},
    ),
    Route("dispatch:unwait", act=lends, at=lambda scene, _state: {"pk": scene.standby.pk}),
    Route("dispatch:wait-ack", act=waits, at=lambda scene, _state: {"pk": scene.standby.pk}),
    Route("dispatch:crews", read=desk, act=desk, data=_words(name="2号车", means="foot", volunteers="3")),
    _of_matter(
        "dispatch:send",
        act=sends,
        data=lambda scene, _state: {"seen": "1", "crew": scene.sending.crew_id},
    ),
    _of_matter(
        "dispatch:link",
        act=sends,
        data=lambda scene, state: {"other": scene.kept[state].matter.number, "reason": "一件"},
        unless=frozenset({"open"}),  # an empty press names no other report
    ),
    Route("dispatch:request", act=lends, at=_sending, data=_words(comes="yes"), unless=frozenset({"open"})),
    Route(
        "dispatch:recall", act=lambda who, _state: incident_desk(who, "open"), at=_sending, data=_words(reason="误报")
    ),
    Route("dispatch:silent", act=lends, at=_sending),
    Route(
        "dispatch:task",
        act=lambda who, _state: incident_desk(who, "open"),
        at=lambda scene, _state: {"pk": scene.task.pk},
    ),
    Route(
        "dispatch:give-task",
        read=lambda who, _state: incident_desk(who, "open"),
        act=lambda who, _state: incident_desk(who, "open"),
        at=lambda scene, _state: {"pk": scene.task.pk},
        data=_words(to="0", due_on="2030-01-01"),
    ),
    Route("dispatch:dissolve", act=of_station, at=_crew),
    Route("dispatch:rest", act=of_station, at=_crew, data=_words(resting="yes")),
    Route("dispatch:mine", read=desk),
    Route("dispatch:kept", read=desk),
    Route("dispatch:worker", read=anybody),
    Route("dispatch:leave", act=desk),
    Route("dispatch:position", act=desk, data=_words(longitude="120.1", latitude="30.1")),
    Route("dispatch:step", act=in_crew, at=_sending, data=_words(what="on-scene")),
    Route("dispatch:feedback", act=in_crew, at=_sending, data=_words(outcome="settled", body="劝开了")),
    Route("dispatch:hand", act=in_crew, at=_sending, data=_words(to="0"), unless=frozenset({"open"})),
    _press("needs", _words(sworn="2")),
    _press("needless", _words(reason="本人来所里")),
)


def _of_stay(what: str = "", **given: Any) -> Build:
    return lambda scene, _state: {"pk": scene.custody.stay.pk, **({"what": what} if what else {}), **given}


def _of_recording(**given: Any) -> Build:
    return lambda scene, _state: {"pk": scene.custody.recording.pk, **given}


def registers(who: Looker, _state: str) -> bool:
    """Police and auxiliaries of any station: they write in the register."""
    return desk(who, _state) and who.name not in {"an", "trainee"}


def sees_recording(who: Looker, _state: str) -> bool:
    """The scene's recording shows somebody whose matter is kept from one officer."""
    return registers(who, _state) and who.name in DESK


def works_on_stay(who: Looker, state: str) -> bool:
    return station_side(who, state) and registers(who, state)


def explains(who: Looker, state: str) -> bool:
    """Police officers sign for gaps and limits; auxiliaries do not."""
    return works_on_stay(who, state) and who.name != "jiang"


def keeps_lists(who: Looker, _state: str) -> bool:
    return who.name in {"liang", "fan", "shao", CONCERNED}


def brought_in(who: Looker, _state: str) -> bool:
    return who.name == "brought-in"


def _step(what: str, may: Audience, **data: Any) -> Route:
    return Route("recordings:step", act=may, at=_of_stay(what), data=_words(**data), title=what)


RECORDINGS = (
    Route("recordings:list", read=desk),
    _of_matter("recordings:bring-in", read=station_side, act=station_side, data=_words(came="self", name="某")),
    _press("bring-in"),
    Route("recordings:stay", read=station_side, at=_of_stay()),
    Route("recordings:who", read=may_open_person, act=may_open_person, at=_of_stay(), data=_words(reason="核对")),
    _step("move", works_on_stay, since="2026-11-23T09:00"),
    _step("leave", works_on_stay, left_at="2026-11-23T09:00", notice="paper"),
    _step("limit", explains, rule="psl-ask-many", words="人多"),
    _step("request", works_on_stay, asks="copy"),
    _step("code", works_on_stay, reason="核对了身份证"),
    _step("explain", explains, since="2026-11-23T09:00:00+00:00", until="2026-11-23T10:00:00+00:00", words="停电"),
    Route(
        "recordings:decide",
        read=station_side,
        act=station_side,
        at=lambda scene, _state: {"pk": scene.custody.asked.pk},
        data=_words(granted="no", words="正在侦查"),
    ),
    Route("recordings:register", read=registers, act=registers, data=_words(reason="查一段")),
    Route("recordings:add", read=registers, act=registers, data=_words(sha256="d" * 64, file_name="a", size="1")),
    Route("recordings:add-list", act=registers, data=_words(pasted="文件名,SHA-256\na,b")),
    Route("recordings:check", read=registers, act=registers, data=_words(sha256="d" * 64, reason="核对")),
    Route("recordings:old", read=registers),
    Route("recordings:lists", read=registers, act=keeps_lists, data=_words(what="place", **{"p-name": "后院"})),
    Route(
        "recordings:list-step",
        act=lambda who, state: who.name in LEADERS | {CONCERNED},
        at=lambda scene, _state: {"what": "place", "pk": scene.custody.place.pk},
        title="place",
    ),
    Route(
        "recordings:list-step",
        act=lambda who, state: registers(who, state) and who.name in DESK | {CONCERNED},
        at=lambda scene, _state: {"what": "clock", "pk": scene.custody.device.pk},
        title="clock",
    ),
    Route("recordings:recording", read=sees_recording, at=_of_recording()),
    Route(
        "recordings:recording-step",
        act=sees_recording,
        at=_of_recording(what="keep"),
        data=_words(words="是证据"),
        title="keep",
    ),
    Route(
        "recordings:recording-step",
        act=sees_recording,
        at=_of_recording(what="delete"),
        data=_words(words="期满"),
        title="delete",
    ),
    Route("recordings:recording-step", act=sees_recording, at=_of_recording(what="confirm"), title="confirm"),
    Route("recordings:code", read=anybody, act=anybody, data=_words(code="7K4M2QXD9TBC")),
    Route("recordings:by-code", read=anybody, at=lambda scene, _state: {"code": scene.custody.code}),
    Route("recordings:mine", read=anybody),
    Route("recordings:ask", read=brought_in, act=brought_in, data=_words(asks="copy")),
    Route("recordings:again", read=brought_in, act=brought_in, data=_words(words="不同意")),
)


def _in_case(kind: str) -> Build:
    return lambda scene, _state: {"pk": getattr(scene.case, kind).pk}


def judges_case(who: Looker, state: str) -> bool:
    """Police officers answer for what stands in a case; helpers prepare it."""
    return opens_involved(who, state) and who.name not in {"an", "jiang"}


def closes_case(who: Looker, state: str) -> bool:
    return state == "open" and who.name in LEADERS | {"chen"}


def _case_step(what: str, may: Audience, **data: Any) -> Route:
    return _of_matter(
        "cases:step",
        read=opens_involved,
        act=may,
        at=lambda scene, state: {**_number(scene, state), "what": what},
        data=_words(**data),
        title=what,
    )


CASES = (
    Route("cases:list", read=desk),
    _of_matter("cases:case", read=opens_involved, act=opens_involved, data=_words(reason="办案")),
    _of_matter(
        "cases:no-more",
        act=opens_involved,
        at=lambda scene, state: {**_number(scene, state), "pk": scene.cast.zhou.pk},
    ),
    _case_step("party", opens_involved, role="witness", name="某"),
    _case_step("organisation", opens_involved, role="suspect", name="某公司"),
    _case_step("assist", opens_involved),
    _case_step("hand-over", opens_involved),
    _case_step("statement", opens_involved, began_at="2026-11-23T09:00"),
    _case_step("evidence", opens_involved, name="发票", way="collect", taken_at="2026-11-23T09:00"),
    _case_step("close", closes_case, result="spared", report="查了", words="办结了"),
    _case_step("archive", nobody),  # it runs yet
    _case_step("seal", nobody),
    Route("cases:party", read=opens_involved, act=opens_involved, at=_in_case("party"), data=_words(name="某")),
    Route("cases:hand", act=opens_involved, at=_in_case("harmed"), data=_words(reason="看了身份证")),
    Route("cases:code", read=anybody, act=anybody, data=_words(code="7K4M2QXD9TBC")),
    Route("cases:by-code", read=anybody, at=lambda scene, _state: {"code": scene.case.code}),
    Route("cases:mine", read=anybody),
    Route("cases:party-left", act=judges_case, at=_in_case("party"), data=_words(words="不在场")),
    Route(
        "cases:statement",
        read=opens_involved,
        act=opens_involved,
        at=_in_case("statement"),
        data=_words(version="1", asked="问", said="答", began_at="2026-11-23T09:00"),
    ),
    Route("cases:correct", act=opens_involved, at=_in_case("statement")),
    Route(
        "cases:evidence",
        read=opens_involved,
        act=opens_involved,
        at=_in_case("evidence"),
        data=_words(what="to-lab", moved_at="2026-11-23T09:00", words="鉴定中心"),
    ),
    Route(
        "cases:confirm",
        act=opens_involved,
        at=lambda scene, _state: {"pk": scene.case.evidence.moves.latest("pk").pk},
    ),
    _press("case"),
)


def opens_papers(who: Looker, _state: str) -> bool:
    """The papers of the scene are those of the open matter."""
    return may_open_person(who, "open")


def answers_for_papers(who: Looker, state: str) -> bool:
    return opens_papers(who, state) and who.name not in {"an", "jiang"}


def _paper(stands: str, **more: Any) -> Build:
    return lambda scene, _state: {"pk": scene.papers[stands].pk, **more}


def _leads(who: Looker, _state: str) -> bool:
    return who.name in {"liang", "shao"}


def _changes_templates(who: Looker, _state: str) -> bool:
    return who.name in {"liang", "legal", "fan", CONCERNED}


def _paper_step(stands: str, what: str, audience: Audience, **given: Any) -> Route:
    data = _words(version="1", **given)
    return Route("papers:step", act=audience, at=_paper(stands, what=what), data=data, title=what)


PAPERS = (
    Route("papers:list", read=lambda who, state: desk(who, state) and who.name != "trainee"),
    _of_matter("papers:matter", read=may_open_person, act=may_open_taken_back, data=_words(kind="report-register")),
    _of_matter("papers:batch", act=may_open_person, data=_words(papers="1", way="pdf", reason="装订")),
    Route("papers:paper", read=opens_papers, act=opens_papers, at=_paper("review"), data=_words(reason="审核文书")),
    Route("papers:fill", read=opens_papers, act=opens_papers, at=_paper("draft")),
    Route("papers:sign", read=answers_for_papers, act=answers_for_papers, at=_paper("approved", code="officer")),
    Route(
        "papers:person",
        read=answers_for_papers,
        act=answers_for_papers,
        at=_paper("issued", code="caller"),
        data=_words(version="1", way="refused", words="不想签", witness="柳主任"),
    ),
    Route("papers:file", read=opens_papers, at=_paper("review", ending="pdf")),
    _paper_step("draft", "hand-in", answers_for_papers),
    _paper_step("review", "approve", _leads),
    _paper_step("review", "send-back", _leads, words="理由要改"),
    _paper_step("signed", "issue", answers_for_papers),
    _paper_step("draft", "void", opens_papers, words="不用写了"),
    Route(
        "papers:my-copy",
        read=lambda who, _state: reporter(who, "open"),
        at=lambda scene, _state: {**_number(scene, "open"), "pk": scene.papers["issued"].pk},
    ),
    Route("papers:templates", read=_changes_templates),
    Route("papers:template", read=_changes_templates, act=_changes_templates, at=_words(kind="report-receipt")),
    Route("papers:try", act=_changes_templates, at=_words(kind="report-receipt"), data=_words(text="+++")),
    _press("papers"),
)


def _lists_penalties(who: Looker, _state: str) -> bool:
    return who.name in {"liang", "legal", "fan", "shao", CONCERNED}


def _legal(who: Looker, _state: str) -> bool:
    return who.name == "legal"


def _shao(who: Looker, _state: str) -> bool:
    return who.name == "shao"


def _lenient(who: Looker, _state: str) -> bool:
    return who.name in {"liang", "legal", "shao"}


def _penalty(stands: str, **more: Any) -> Build:
    return lambda scene, _state: {"pk": scene.penalties.at[stands].pk, **more}


def _penalty_step(stands: str, what: str, audience: Audience, **given: Any) -> Route:
    return Route("penalties:step", act=audience, at=_penalty(stands, what=what), data=_words(**given), title=what)


def _care(which: str, what: str, audience: Audience, **given: Any) -> Route:
    def at(scene: Scene, _state: str) -> dict[str, Any]:
        return {"pk": scene.penalties.at["told"].pk, "key": getattr(scene.penalties, which).pk, "what": what}

    return Route("penalties:care", act=audience, at=at, data=_words(**given), title=what)


def _open_number(scene: Scene, _state: str) -> dict[str, Any]:
    return _number(scene, "open")


PENALTIES = (
    Route("penalties:list", read=_lists_penalties),
    Route("penalties:propose", read=answers_for_papers, act=answers_for_papers, at=_open_number),
    Route("penalties:spot", read=answers_for_papers, act=answers_for_papers, at=_open_number),
    Route("penalties:penalty", read=opens_papers, act=opens_papers, at=_penalty("told"), data=_words(reason="办案")),
    Route("penalties:change", read=answers_for_papers, act=answers_for_papers, at=_penalty("told")),
    Route("penalties:paper", act=answers_for_papers, at=_penalty("told", kind="penalty-notice")),
    _penalty_step("told", "tell", answers_for_papers, answer="核实过了"),
    _penalty_step("told", "hand-in", answers_for_papers),
    _penalty_step("told", "drop", answers_for_papers, words="另有证据"),
    _penalty_step("told", "care", answers_for_papers, problem="work", words="怕丢工作", leads_to="help"),
    _penalty_step("told", "ask-hearing", answers_for_papers),
    _penalty_step("told", "set-hearing", answers_for_papers, place="听证室"),
    _penalty_step("told", "end-hearing", answers_for_papers, words="没有来"),
    _penalty_step("legal", "review", _legal, words="同意"),
    _penalty_step("up", "decide", _leads),
    _penalty_step("up", "spare", _leads, words="已经改正", basis="第33条"),
    _penalty_step("up", "back", _leads, words="补证据"),
    _penalty_step("decided", "serve", answers_for_papers, way="hand"),
    _penalty_step("decided", "paid", answers_for_papers, way="银行"),
    _penalty_step("decided", "family", answers_for_papers),
    _penalty_step("decided", "detained", _shao),
    _penalty_step("decided", "revoke", _lenient, organ="法院", words="错了"),
    _penalty_step("spot", "report", answers_for_papers),
    _penalty_step("spot", "hand-in-cash", answers_for_papers),
    _care("review", "lenient", _lenient, outcome="same", words="不改"),
    _care("help", "help", answers_for_papers),
    _press("penalise"),
    _press("on-the-spot"),
)


def _applicant(who: Looker, _state: str) -> bool:
    return who.name == "applicant"


def _reviews_answers(who: Looker, _state: str) -> bool:
    return who.name in {"liang", "legal", "shao"}


def _confirms(who: Looker, _state: str) -> bool:
    return who.name in DESK


def _applied(stage: str, **more: Any) -> Build:
    return lambda scene, _state: {"number": scene.applications[stage].matter.number, **more}


def _asked(scene: Scene, state: str) -> dict[str, Any]:
    return _applied("asking", pk=scene.applications["asking"].consultations.get(ended_at=None).pk)(scene, state)


def _disclose(stage: str, what: str, audience: Audience, **given: Any) -> Route:
    return Route("disclosure:step", act=audience, at=_applied(stage, what=what), data=_words(**given), title=what)


DISCLOSURE = (
    Route("disclosure:begin", read=anybody),
    Route("disclosure:apply", read=anybody, act=anybody, data=_words(step="check", wanted="探头数量")),
    Route("disclosure:correct", read=_applicant, act=_applicant, at=_applied("correcting"), data=_words(words="去年")),
    Route("disclosure:answer", read=_applicant, at=_applied("done")),
    Route(
        "disclosure:answer-file",
        read=_applicant,
        at=lambda scene, _state: {
            "number": scene.applications["done"].matter.number,
            "pk": scene.applications["done"].matter.redactions.get().pk,
        },
    ),
    Route("disclosure:letter", read=_applicant, at=_applied("done")),
    Route("disclosure:list", read=desk),
    Route("disclosure:take", read=desk, act=desk, data=_words(wanted="探头数量", came="counter")),
    Route("disclosure:annual", read=_lists_penalties, at=_words(year=2026)),
    Route(
        "disclosure:application", read=_confirms, act=opens_papers, at=_applied("asking"), data=_words(reason="寄信")
    ),
    Route("disclosure:consult-letter", read=answers_for_papers, at=_asked),
    Route("disclosure:heard", act=answers_for_papers, at=_asked, data=_words(says="agrees")),
    _disclose("arrived", "confirm", _confirms),
    _disclose("checking", "complete", answers_for_papers),
    _disclose("checking", "ask-correction", answers_for_papers, words="是哪一年？", until="2099-01-01"),
    _disclose("correcting", "correct", _confirms, words="去年"),
    _disclose("checking", "consult", answers_for_papers, whom="joint", called="示例镇政府", asks="报价"),
    _disclose("checking", "extend", _leads, amount="5", words="要查旧档"),
    _disclose("checking", "fee", _leads, how="case", n="11", words="明显过多"),
    _disclose("checking", "draft", answers_for_papers, outcome="not-exist", reasons="查过了"),
    _disclose("review", "approve", _reviews_answers),
    _disclose("review", "back", _reviews_answers, words="再写清楚"),
    _disclose("answered", "deliver", _confirms, on="2026-11-23", words="EMS"),
    _press("disclosure"),
)


def _of_mediation(**given: Any) -> Build:
    return lambda scene, _state: {"pk": scene.mediation.pk, **given}


def _of_clause(scene: Scene, _state: str) -> dict[str, Any]:
    return {"pk": scene.mediation.pk, "clause": scene.mediation.clauses.get().pk}


def _mine(scene: Scene, _state: str) -> dict[str, Any]:
    return {**_number(scene, "open"), "pk": scene.mediation.pk}


def _my_own(who: Looker, _state: str) -> bool:
    """The reporter of the open matter is one of the sides; a helper's code opens none of it."""
    return reporter(who, "open")


def other_side(who: Looker, _state: str) -> bool:
    return who.name == "other-side"


#: The scene's mediation is agreed and waits to be performed: these have had their moment, or have not come to it.
_PAST = frozenset({"open"})


def _mediation_step(what: str, audience: Audience, *, now: bool = False, **data: Any) -> Route:
    return Route(
        "mediation:step",
        act=audience,
        at=_of_mediation(what=what),
        data=_words(**data),
        title=what,
        unless=frozenset() if now else _PAST,
    )


MEDIATION = (
    Route("mediation:list", read=desk),
    _of_matter("mediation:begin", read=station_side, act=station_side, data=_words(way="civil", one_who="new")),
    _press("mediate"),
    Route("mediation:mediation", read=opens_papers, at=_of_mediation()),
    Route("mediation:who", read=opens_papers, act=opens_papers, at=_of_mediation(), data=_words(reason="核对")),
    Route("mediation:hand", act=opens_papers, at=_of_mediation(code="other"), data=_words(reason="看了身份证")),
    Route("mediation:side", act=opens_papers, at=_of_mediation(code="other"), data=_words(willing="yes")),
    Route("mediation:paper", act=opens_papers, at=_of_mediation(kind="mediation-followup")),
    Route("mediation:word", act=opens_papers, at=_of_clause, data=_words(of="one", done="performed", words="做到了")),
    Route("mediation:drop", act=opens_papers, at=_of_clause, unless=_PAST),
    _mediation_step("know", opens_papers, facts="吵架"),
    _mediation_step("invite", opens_papers, place="警务室", time1="2036-11-23T09:00"),
    _mediation_step("fits", opens_papers, of="one"),
    _mediation_step("fix", opens_papers, when="2036-11-23T09:00"),
    _mediation_step("hold", answers_for_papers, held_at="2026-11-23T09:00", place="警务室"),
    _mediation_step("clause", opens_papers, kind="apologise", by="one", due_on="2036-11-23"),
    _mediation_step("agree", answers_for_papers),
    _mediation_step("decide", _leads, approved="yes", words="可以"),
    _mediation_step("fail", answers_for_papers, now=True, why="broken", words="没有做到"),
    _mediation_step("visit", opens_papers, of="one", holds="yes"),
    _mediation_step("heard", opens_papers, now=True),
    Route("mediation:mine", read=_my_own, at=_mine),
    Route("mediation:times", act=_my_own, at=_mine, data=_words(fits="x")),
    Route(
        "mediation:my-word",
        act=_my_own,
        at=lambda scene, state: {**_mine(scene, state), **_of_clause(scene, state)},
        data=_words(done="performed"),
    ),
    Route("mediation:other-time", act=_my_own, at=_mine, data=_words(words="周六下午")),
    Route("mediation:holds", act=_my_own, at=_mine, data=_words(holds="yes"), unless=_PAST),
    Route("mediation:stars", act=_my_own, at=_mine, data=_words(stars="5"), unless=_PAST),
    Route("mediation:code", read=anybody, act=anybody, data=_words(code="7K4M2QXD9TBC")),
    Route("mediation:by-code", read=anybody, at=lambda scene, _state: {"code": scene.side_code}),
    Route("mediation:own-mine", read=anybody),
    Route("mediation:own-times", act=other_side, data=_words(fits="x")),
    Route("mediation:own-other-time", act=other_side, data=_words(words="周六下午")),
    Route(
        "mediation:own-my-word",
        act=other_side,
        at=lambda scene, _state: {"clause": scene.mediation.clauses.get().pk},
        data=_words(done="performed"),
    ),
    Route("mediation:own-holds", act=other_side, data=_words(holds="yes"), unless=_PAST),
    Route("mediation:own-stars", act=other_side, data=_words(stars="5"), unless=_PAST),
)


def _village(scene: Scene, _state: str) -> dict[str, Any]:
    return {"slug": scene.rooms.village.slug}


def _gated(scene: Scene, _state: str) -> dict[str, Any]:
    return {"slug": scene.rooms.gated.slug}


def _inside(scene: Scene, state: str) -> dict[str, Any]:
    return {**_gated(scene, state), "seq": scene.rooms.inside.seq}


def _act(scene: Scene, state: str) -> dict[str, Any]:
    return {**_village(scene, state), "pk": scene.rooms.act.pk}


def _room_file(scene: Scene, state: str) -> dict[str, Any]:
    return {**_gated(scene, state), "ref": scene.rooms.stored.ref}


#: The neighbour has appealed already, and the officer who hid the post does not judge the appeal.
_DONE = frozenset({"open"})

ROOMS = (
    Route("rooms:list", read=anybody),
    Route("rooms:join-by-code", read=anybody, act=anybody, data=_words(code="AAAAAA")),
    Route(
        "rooms:join-with",
        read=anybody,
        act=anybody,
        at=lambda scene, _state: {"code": scene.rooms.village.join_code},
        data=_words(nickname="过路人"),
    ),
    Route("rooms:room", read=anybody, at=_village, title="open"),
    Route("rooms:room", read=in_room, at=_gated, title="behind-a-code"),
    Route("rooms:join", read=anybody, act=anybody, at=_village, data=_words(nickname="过路人"), title="open"),
    Route("rooms:join", read=in_room, act=in_room, at=_gated, data=_words(nickname="过路人"), title="behind-a-code"),
    Route("rooms:post", act=in_room, at=_gated, data=_words(body="今晚开会")),
    Route("rooms:held", act=in_room, at=_gated, data=_words(body="今晚开会", how="changed")),
    Route("rooms:search", read=in_room, at=_gated),
    Route("rooms:me", read=in_room, act=in_room, at=_gated, data=_words(nickname="新名字")),
    Route("rooms:read", act=in_room, at=_gated, data=_words(seq="1")),
    Route("rooms:typing", act=in_room, at=_gated),
    Route("rooms:file", read=in_room, at=_room_file),
    Route("rooms:file-size", read=in_room, at=lambda s, t: {**_room_file(s, t), "size": "thumb"}),
    Route("rooms:leave", act=member, at=_gated),
    Route("rooms:appeal", read=member, act=member, at=_act, data=_words(words="再说一次"), unless=_DONE),
    Route("rooms:decide", read=moderator, act=moderator, at=_act, unless=_DONE),
    Route("rooms:moderation", read=moderator, at=_gated),
    Route("rooms:found", read=founds_somewhere, act=founds_somewhere, data=_words(name="新群", rules="和气")),
    Route("rooms:settings", read=founder, act=founder, at=_gated, data=_words(name="新名字", rules="和气")),
    Route("rooms:renew-code", act=founder, at=_gated),
    Route("rooms:put-in-use", act=founder, at=_gated, data=_words(active="yes")),
    Route("rooms:poster", read=founder, at=_gated),
    Route("rooms:one", read=in_room, at=_inside),
    Route(
        "rooms:taken-back",
        act=moderator,
        at=lambda scene, state: {**_village(scene, state), "seq": scene.rooms.taken.seq},
        data=_words(reason="有人说是威胁"),
    ),
    Route("rooms:take-private", act=member, at=_inside),
    Route("rooms:to-matter", act=nobody, at=_inside),
    *(
        Route(
            "rooms:moderate",
            act=moderator,
            at=lambda s, t, what=what: {**_inside(s, t), "what": what},
            data=_words(reason="和群里无关", minutes="60", kind=kind),
            title=what,
        )
        for what, kind in (
            ("hide", ""),
            ("mute", ""),
            ("move", "help"),
            ("gather", "question"),
        )
    ),
    _of_matter(
        "rooms:back",
        read=station_side,
        act=station_side,
        at=lambda scene, state: {
            **_number(scene, state),
            "seq": scene.kept[state].matter.entries.filter(type="message").values_list("seq", flat=True)[0],
        },
    ),
)


def staff(who: Looker, _state: str) -> bool:
    """Everybody who serves, with a second factor."""
    return who.name in ALL_DESKS | {"shi", "admin", "post-ended"}


def manager(who: Looker, _state: str) -> bool:
    """Whoever manages some unit."""
    return who.name in {"liang", "fan", "shao", "admin", CONCERNED}


def own_manager(who: Looker, _state: str) -> bool:
    """Whoever manages 青石."""
    return who.name in {"liang", "shao", "admin", CONCERNED}


def administrator(who: Looker, _state: str) -> bool:
    """Whoever keeps the machine running."""
    return who.name == "admin"


def _gateway(scene: Scene, _state: str) -> dict[str, Any]:
    return {"pk": scene.rooms.link.gateway_id}


def sees_figures(who: Looker, _state: str) -> bool:
    return manager(who, _state) or who.name == "shi"


def guide_desk(who: Looker, _state: str) -> bool:
    return desk(who, _state) or who.name == "admin"


def _chen(scene: Scene, _state: str) -> dict[str, Any]:
    return {"pk": scene.cast.chen.pk}


def _village_of(scene: Scene, _state: str) -> dict[str, Any]:
    return {"pk": scene.cast.liuxi.pk}


def _guide(**more: Any) -> Build:
    return lambda scene, _state: {"slug": scene.guides.guide.slug, **more}


GUIDES = (
    Route("guides:list", read=anybody),
    Route("guides:search", read=anybody),
    Route("guides:automatic", read=anybody),
    Route("guides:suggest", act=anybody, data=_words(q="身份证丢了")),
    Route("guides:guide", read=anybody, at=_guide()),
    Route("guides:helpful", act=anybody, at=_guide(), data=_words(helpful="yes")),
    Route("guides:desk", read=guide_desk),
    Route("guides:new", read=manager, act=manager),
    Route("guides:proposals", read=guide_desk),
    Route("guides:decide", act=manager, at=lambda scene, _state: {"pk": scene.guides.proposal.pk}),
    Route("guides:canned", read=guide_desk),
    Route("guides:write-canned", read=manager, act=manager, at=lambda scene, _state: {"key": scene.guides.canned.key}),
    Route("guides:write", read=manager, act=manager, at=_guide()),
    Route("guides:publish", act=manager, at=_guide()),
    Route("guides:withdraw", act=manager, at=_guide(), data=_words(reason="过期了")),
    Route("guides:version", read=guide_desk, at=_guide(number=1)),
)


def editor(who: Looker, _state: str) -> bool:
    """Who writes for the public about 青石."""
    return who.name in {"liang", "shao", "community", CONCERNED}


def _digest(scene: Scene, _state: str) -> dict[str, Any]:
    return {"slug": scene.digest.slug}


LEDGER = (
    Route("ledger:home", read=anybody),
    Route("ledger:checkpoint", read=anybody),
    Route("ledger:keys", read=anybody),
    Route("ledger:tile", read=anybody, at=_words(rest="entries/000.p/1")),
    Route("ledger:cosign", act=anybody, unless=frozenset({"open"})),  # nobody but a known witness has anything to bring
    Route("ledger:witnessed", read=anybody),
    Route("ledger:verify", read=anybody),
    Route("ledger:notice", read=anybody),
    Route("ledger:compare", read=anybody),
    Route("papers:log-notice", read=nobody, at=_words(year=2020, month=13)),
    Route("ledger:notice-of", read=nobody, at=_words(year=2020, month=13)),
)

OPENNESS = (
    Route("openness:numbers", read=anybody),
    Route("openness:figures", read=anybody),
    Route("openness:dump", read=anybody),
    Route("openness:dump-file", read=nobody, at=_words(day="2026-11-01", name="matters.csv")),
    Route("openness:digests", read=anybody),
    Route("openness:digest", read=nobody, at=_digest),
    Route("openness:of-room", read=in_room, at=_gated),
    Route("openness:desk", read=lambda who, state: editor(who, state) or who.name == "fan"),
    Route("openness:desk-digest", read=editor, act=editor, at=_digest),
    Route("openness:desk-withdraw", act=editor, at=_digest, data=_words(reason="写错了")),
)


def keeper(who: Looker, _state: str) -> bool:
    """Who writes the public catalogue of 青石."""
    return who.name in {"chen", "zhou", "liang", "an", "legal", "community", "shao", CONCERNED}


def keeps_some(who: Looker, state: str) -> bool:
    return keeper(who, state) or who.name in NEXT_DOOR


def publishes(who: Looker, _state: str) -> bool:
    return who.name in LEADERS | {CONCERNED}


def _result(stands: str, **more: Any) -> Build:
    return lambda scene, _state: {"pk": scene.results[stands].pk, **more}


def _result_step(stands: str, what: str, audience: Audience, **given: Any) -> Route:
    return Route("results:step", act=audience, at=_result(stands, what=what), data=_words(**given), title=what)


def _of_penalised(scene: Scene, _state: str) -> dict[str, Any]:
    return {"pk": scene.results["draft"].penalty_id}


RESULTS = (
    Route("results:list", read=anybody),
    Route("results:decision", read=anybody, at=lambda scene, _state: {"slug": scene.results["published"].slug}),
    Route("results:desk", read=keeps_some),
    Route("results:switch", act=publishes, data=_words(whom="persons", on="1", reason="理由", source="第48条")),
    Route("results:of", read=keeper, act=keeper, at=_of_penalised),
    Route(
        "results:desk-decision",
        read=keeper,
        act=keeper,
        at=_result("draft"),
        data=_words(facts="没有核对。", seen="1"),
    ),
    _result_step("draft", "hand-in", keeper, seen="1"),
    _result_step("proposed", "publish", publishes, seen="1"),
    _result_step("proposed", "back", publishes, words="改一改"),
    _result_step("published", "withdraw", publishes, because="other", words="再看一遍。"),
)


def _of_item(**more: Any) -> Build:
    return lambda scene, _state: {"pk": scene.question.item_id, **more}


def _item_step(what: str, may: Audience, **data: Any) -> Route:
    return Route("catalogue:desk-step", act=may, at=_of_item(what=what), data=_words(**data), title=what)


CATALOGUE = (
    *(
        Route(f"catalogue:{name}", read=anybody)
        for name in ("list", "late", "search", "screen", "atom", "json-feed", "data", "phone-worker")
    ),
    Route("catalogue:phone", read=anybody, act=anybody, data=_words(endpoint="https://push.example/1")),
    Route("catalogue:phone-stop", act=anybody, data=_words(endpoint="https://push.example/1")),
    Route("catalogue:data-file", read=anybody, at=_words(name="catalogue.csv")),
    Route("catalogue:item", read=anybody, at=_of_item()),
    Route("catalogue:version", read=anybody, at=_of_item(number=1)),
    Route("catalogue:poster", read=anybody, at=_of_item()),
    Route("catalogue:ask", read=anybody, act=anybody, at=_of_item(), data=_words(what="ask", body="周日办吗")),
    Route("catalogue:rate", act=anybody, at=_of_item(), data=_words(stars="5")),
    Route("catalogue:desk", read=keeps_some),
    Route("catalogue:desk-new", read=keeps_some, act=keeps_some, data=_words(kind="limits", name="时限")),
    Route(
        "catalogue:desk-item",
        read=keeper,
        act=keeper,
        at=_of_item(),
        data=_words(title="办证", summary="收多少", body="二十五元。", note="改了", seen="1"),
    ),
    Route("catalogue:desk-duty", read=publishes, act=publishes, at=_of_item(), data=_words(every="month")),
    _item_step("publish", publishes, seen="1"),
    _item_step("send-back", publishes, seen="1", reason="依据没有写"),
    _item_step("review", lambda who, state: publishes(who, state) or who.name == "an", seen="1"),
    _item_step("withdraw", publishes, reason="写错了", texts_stay="1"),
    _item_step("need", keeper, why="fact", words="涨价了"),
    Route(
        "catalogue:desk-step",
        act=publishes,
        at=_of_item(what="refuse-need"),
        data=lambda scene, _state: {"need": scene.question.item.needs.get().pk, "reason": "正文写了"},
        title="refuse-need",
    ),
    Route(
        "catalogue:desk-question",
        read=keeper,
        act=keeper,
        at=lambda scene, _state: {"pk": scene.question.pk},
        data=_words(write="1", asked="问换证", answer="二十元。"),
    ),
    Route(
        "catalogue:desk-question",
        read=keeper,
        act=lambda who, state: keeper(who, state) and who.name != "an",
        at=lambda scene, _state: {"pk": scene.question.pk},
        data=_words(publish="1", seen="雀目录答复"),
        title="publish",
    ),
)


def _of_promise(**more: Any) -> Build:
    return lambda scene, _state: {"pk": scene.promise.pk, **more}


def _promise_step(what: str, may: Audience, **data: Any) -> Route:
    return Route("promises:desk-step", act=may, at=_of_promise(what=what), data=_words(**data), title=what)


def _a_promise(**more: Any) -> Build:
    return _words(title="四小时内答复", measure="answer", amount="4", unit="h", source="own", note="人少", **more)


PROMISES = (
    Route("promises:list", read=anybody),
    Route("promises:promise", read=anybody, at=_of_promise()),
    Route("promises:data-file", read=anybody, at=_words(name="promises.json")),
    Route("promises:desk", read=keeps_some),
    Route("promises:desk-new", read=keeps_some, act=keeps_some, data=_a_promise()),
    Route("promises:desk-promise", read=keeper, act=keeper, at=_of_promise(), data=_a_promise(seen="1")),
    _promise_step("put-in-force", publishes, seen="1"),
    _promise_step("send-back", publishes, seen="1", reason="夜里做不到"),
    _promise_step("end", publishes, reason="做不到"),
    _promise_step("answer", publishes, call="hard", words="加人"),
    # Nobody changes a scorecard: there is no such step, whoever asks.
    _promise_step("scorecard", nobody, kept="9"),
)


def _of_redaction(**more: Any) -> Build:
    return lambda scene, _state: {"pk": scene.redaction.pk, **more}


def _redaction_step(what: str, **data: Any) -> Route:
    """Whoever works there may press; who may be the second pair of eyes is told in the tests of the room."""
    return Route("redactions:step", act=keeper, at=_of_redaction(what=what), data=_words(seen="2", **data), title=what)


REDACTIONS = (
    Route("redactions:list", read=keeps_some),
    Route(
        "redactions:new",
        read=keeps_some,
        act=keeps_some,
        data=_words(name="第13号决定", purpose="decision", text="钱某来过。"),
    ),
    Route("redactions:one", read=keeper, at=_of_redaction()),
    Route("redactions:page", read=keeper, at=_of_redaction(which="page", number=1)),
    Route("redactions:copy", read=keeper, at=_of_redaction()),
    _redaction_step("look", reason="核对副本"),
    _redaction_step("decide"),
    _redaction_step("words", words="翡翠", kind="name", ground="eo-mask-name"),
    _redaction_step("box", page="1", left="0", top="0", right="9", bottom="9", ground="eo-mask-del"),
    _redaction_step("drop-box", box="1"),
    _redaction_step("seen", page="1"),
    _redaction_step("back", reason="再看看"),
    _redaction_step("release", sha256="0" * 64),
    _redaction_step("close", reason="不公开了"),
)


def _withholds(who: Looker, _state: str) -> bool:
    """Who proposes to withhold at 青石, and reads the matter: not whom it concerns."""
    return who.name in {"chen", "zhou", "liang", "an", "legal", "community", "shao"}


def _of_review(**more: Any) -> Build:
    return lambda scene, _state: {
        "pk": Review.objects.get(about=scene.applications["done"].ref).pk,
        **more,
    }


def _review_step(what: str, may: Audience = _withholds, **data: Any) -> Route:
    """Whoever works there may press; who may be the second pair of eyes or answer is told in the tests of the room."""
    return Route("secrecy:step", act=may, at=_of_review(what=what), data=_words(seen="2", **data), title=what)


SECRECY = (
    Route("catalogue:withheld", read=anybody),
    Route("secrecy:list", read=keeps_some),
    Route("secrecy:new", read=nobody, act=nobody),
    Route("secrecy:one", read=_withholds, at=_of_review()),
    _review_step("hand-in", ground="sec-2", harm="会泄露路线", interest="权衡过", owner="nobody"),
    _review_step("agree"),
    _review_step("back", reason="再想想"),
    _review_step("open", _reviews_answers, reason="不再需要"),
    _review_step("elsewhere"),
)

#: The wizard is shut as long as there is an administrator; how it opens is told in its own tests.
SETUP = tuple(
    Route(f"bureau:{name}", read=nobody, act=nobody, at=_words(**at))
    for name, at in (
        ("setup", {}),
        ("setup-bureau", {}),
        ("setup-stations", {}),
        ("setup-station", {"number": 1, "part": "name"}),
        ("setup-administrator", {}),
        ("setup-second-factor", {}),
        ("setup-codes", {}),
        ("setup-import", {}),
        ("setup-done", {}),
    )
)

MANAGING = (
    Route("bureau:in", read=staff),
    Route("bureau:home", read=sees_figures),
    Route("bureau:invitation", read=anybody, act=anybody, at=_words(token="1:nobody")),
    Route("bureau:manage", read=manager),
    Route("bureau:units", read=manager),
    Route("bureau:unit-add", read=manager, act=manager),
    Route("bureau:unit", read=own_manager, at=lambda scene, _state: {"pk": scene.cast.qingshi.pk}),
    *(
        Route(
            "bureau:unit-act",
            read=own_manager,
            act=own_manager,
            at=lambda scene, _state, key=key: {"pk": scene.cast.liuxi_post.pk, "key": key},
            data=_words(reason="并入派出所"),
            title=key,
        )
        for key in ("edit", "deactivate")
    ),
    Route("bureau:officers", read=manager),
    Route("bureau:officer-add", read=manager, act=manager),
    Route("bureau:officer", read=own_manager, at=_chen),
    *(
        Route(
            "bureau:officer-act",
            read=own_manager,
            act=own_manager,
            at=lambda scene, _state, key=key: {**_chen(scene, _state), "key": key},
            data=_words(reason="调动"),
            title=key,
        )
        for key in ("edit", "post", "move", "invite", "recovery", "deactivate")
    ),
    Route(
        "bureau:post-end",
        read=own_manager,
        act=own_manager,
        at=lambda scene, _state: {"pk": scene.cast.chen.held_posts[0].pk},
        data=_words(reason="轮岗"),
    ),
    Route("bureau:recovery", read=own_manager, act=own_manager, at=lambda scene, _state: {"pk": scene.recovery.pk}),
    Route("bureau:invitations", read=manager),
    Route("bureau:poster", read=manager),
    Route("bureau:communities", read=manager),
    Route("bureau:community-add", read=manager, act=manager),
    Route("bureau:community", read=own_manager, at=_village_of),
    Route("bureau:community-edit", read=own_manager, act=own_manager, at=_village_of),
    Route("bureau:imports", read=manager),
    Route("bureau:import", read=manager, act=manager, at=_words(kind="staff")),
    Route("bureau:import-template", read=manager, at=_words(kind="staff")),
    # A list is only looked at after it was sent; in the scene nobody has sent any.
    Route("bureau:import-preview", read=nobody, act=nobody, at=_words(kind="staff")),
    Route("bureau:gateways", read=administrator, act=administrator),
    Route("bureau:gateway-add", read=administrator, act=administrator),
    Route("bureau:gateway", read=administrator, at=_gateway),
    Route("bureau:gateway-token", act=administrator, at=_gateway),
    *(
        Route(
            "bureau:gateway-act",
            read=administrator,
            act=administrator,
            at=lambda scene, state, key=key: {**_gateway(scene, state), "key": key},
            data=_words(reason="换人管"),
            title=key,
        )
        for key in ("edit", "pictures", "renew", "off")
    ),
    Route("bureau:group-unlink", act=administrator, at=lambda scene, _state: {"pk": scene.rooms.link.pk}),
    Route("bureau:settings", read=manager),
    Route("bureau:trail", read=manager),
    Route("bureau:rules", read=manager),
    Route("bureau:log", read=manager),
    Route("bureau:skills", read=manager),
)

OPEN311 = (
    Route("open311:discovery", read=anybody, at=_words(form="json")),
    Route("open311:services", read=anybody, at=_words(form="xml")),
    Route("open311:definition", read=anybody, at=_words(form="json", code="stolen")),
    Route(
        "open311:requests",
        read=anybody,
        act=anybody,
        at=_words(form="json"),
        data=_words(service_code="problem", description="路灯坏了", lat="30.1", long="120.1"),
    ),
    Route(
        "open311:updates", read=anybody, act=nobody, at=_words(form="json"), data=_words(update_id="a", description="x")
    ),
    Route(
        "open311:request",
        read=nobody,
        at=lambda scene, state: {"form": "json", "request_id": public_id(scene.kept[state].matter)},
        of_matter=True,
    ),
)

#: The interface looks at no session, whoever is signed in: what needs a code or a key is shut here. `test_keys.py` comes with keys.
INTERFACE = (
    Route("api:openapi-json", read=anybody, act=anybody),
    Route("api:api-root"),
    Route("api:stations", read=anybody),
    Route("api:guides", read=anybody),
    Route("api:guide", read=anybody, at=_guide()),
    Route("api:bring", act=anybody, data=_words(body="路灯坏了")),
    *(
        _of_matter(f"api:{name}", read=nobody, act=nobody, data=_words(body="路灯坏了"))
        for name in ("matter", "add", "add-files", "dispute", "rate", "desk-matter", "reply", "note", "advice")
    ),
    Route("api:desk-queue", read=nobody),
    Route("api:incidents", read=nobody, act=nobody, data=_words(what="有人打架")),
    Route("keys:keys", read=desk, act=desk, data=_words(label="派警台", days="30")),
    Route("keys:revoke", act=nobody, at=_words(pk=1)),
)

HOUSE = (
    Route("health", read=anybody),
    Route("forgotten-password", read=anybody),
    Route("shut", read=nobody, act=nobody, at=_words(rest="email/")),
    Route("None", read=anybody, title="favicon"),
    Route("reading", act=anybody, data=_words(large="1")),
)

#: allauth's pages. What the house does not offer (reset by mail, e-mail addresses) is shut for everybody.
ACCOUNTS = (
    Route("account_login", read=anybody, act=anybody, data=_words(login="chen", password="不是这个密码")),
    Route("account_logout", read=anybody, act=anybody),
    Route("account_inactive", read=anybody),
    Route("account_reset_password", read=anybody),  # says whom to ask; nothing is sent
    Route("account_signup", read=anybody, act=anybody),  # says that nobody signs up
    Route("account_reauthenticate", read=signed_in, act=signed_in, data=_words(password="不是这个密码")),
    Route("account_change_password", read=signed_in, act=signed_in),
    Route("account_set_password", read=signed_in, act=signed_in),
    *(
        Route(name, read=nobody, act=nobody, at=_words(**at))
        for name, at in (
            ("account_email", {}),
            ("account_email_verification_sent", {}),
            ("account_confirm_email", {"key": "abc"}),
            ("account_confirm_login_code", {}),
            ("account_reset_password_done", {}),
            ("account_reset_password_from_key", {"uidb36": "1", "key": "abc-def"}),
            ("account_reset_password_from_key_done", {}),
        )
    ),
    Route("mfa_index", read=signed_in),
    Route("mfa_authenticate", read=anybody, act=anybody, data=_words(code="000000")),
    Route("mfa_reauthenticate", read=signed_in, act=signed_in, data=_words(code="000000")),
    *(
        Route(f"mfa_{name}", read=signed_in, act=signed_in)
        for name in (
            "activate_totp",
            "generate_recovery_codes",
            "add_webauthn",
            "reauthenticate_webauthn",
        )
    ),
    Route("mfa_list_webauthn", read=signed_in),
    # Only for those who have recovery codes; in the scene nobody has made any.
    Route("mfa_view_recovery_codes", read=nobody),
    Route("mfa_download_recovery_codes", read=nobody),
    Route("mfa_deactivate_totp", read=with_factor, act=with_factor),
    Route("mfa_remove_webauthn", read=signed_in, act=signed_in, at=_words(pk=1)),
    Route("mfa_edit_webauthn", read=signed_in, act=signed_in, at=_words(pk=1)),
    Route("mfa_login_webauthn", read=anybody, act=anybody),
)

TABLE: tuple[Route, ...] = (
    *RESIDENTS,
    *FILES,
    *OFFICERS,
    *INCIDENTS,
    *DISPATCH,
    *RECORDINGS,
    *CASES,
    *PAPERS,
    *PENALTIES,
    *RESULTS,
    *MEDIATION,
    *ROOMS,
    *GUIDES,
    *LEDGER,
    *OPENNESS,
    *CATALOGUE,
    *DISCLOSURE,
    *PROMISES,
    *REDACTIONS,
    *SECRECY,
    *SETUP,
    *MANAGING,
    *OPEN311,
    *INTERFACE,
    *HOUSE,
    *ACCOUNTS,
)
