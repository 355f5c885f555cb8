"""
One evening at the station, with a secret of its own in every personal place: what the sweeps and crawls look for.

A canary is a text that occurs nowhere else. Whoever may not see the place where it was put must never meet it: not in a page, a header,
a cookie, a log line, nor (where it is sealed) in the database itself.
"""

from __future__ import annotations

import io
import json
from collections.abc import Iterator
from contextlib import contextmanager
from copy import copy
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from enum import IntEnum
from typing import Any

from allauth.mfa.totp.internal.auth import TOTP
from django.db import connection, transaction
from django.test import Client
from django.utils import timezone
from PIL import Image

from shouwang.apps.bureau.models import Recovery
from shouwang.apps.cases import holding, parties, progress, statements
from shouwang.apps.cases.models import Case, Evidence, Party, Statement
from shouwang.apps.cases.tests.scene import filed
from shouwang.apps.cases.usecases import enter, open_case
from shouwang.apps.catalogue import asking
from shouwang.apps.catalogue import usecases as catalogue
from shouwang.apps.catalogue.models import Need, Question
from shouwang.apps.catalogue.tests.making import published, written
from shouwang.apps.disclosure import usecases as disclosing
from shouwang.apps.disclosure.models import Application
from shouwang.apps.dispatch.models import FollowUp, Sending, Standby
from shouwang.apps.dispatch.standby import add_post, ask_to_wait
from shouwang.apps.dispatch.usecases import Feedback, feedback, form_crew, send
from shouwang.apps.duty.usecases import sign_on
from shouwang.apps.files.models import StoredFile
from shouwang.apps.files.usecases import house_limits, receive_upload
from shouwang.apps.guides.models import CannedAnswer, Guide, GuideVersion, Proposal
from shouwang.apps.guides.tests.making import CARD, a_guide
from shouwang.apps.guides.usecases import propose
from shouwang.apps.incidents.models import Incident
from shouwang.apps.incidents.report import PartySaid, Report, ThingSaid
from shouwang.apps.incidents.usecases import become_incident, begin_draft, keep_answers, take_evidence
from shouwang.apps.ledger.usecases import sequence_all
from shouwang.apps.matters import usecases
from shouwang.apps.matters.models import Matter, Series
from shouwang.apps.matters.viewer import Held, Viewer
from shouwang.apps.mediation import usecases as mediating
from shouwang.apps.mediation.models import Mediation, SideKey
from shouwang.apps.mediation.usecases import ClauseSaid, Conditions, SideSaid
from shouwang.apps.notices.holding import Hold
from shouwang.apps.notices.messages import Chat, Incoming, Picture, Text
from shouwang.apps.notices.models import Enclosure, Gateway, Outbound
from shouwang.apps.notices.receiving import receive
from shouwang.apps.notices.usecases import Route, queue_message
from shouwang.apps.openness.models import Digest, DigestItem
from shouwang.apps.papers import usecases as papers
from shouwang.apps.papers.models import Paper
from shouwang.apps.penalties import usecases as penalties
from shouwang.apps.penalties.models import Care, Penalty
from shouwang.apps.people.models import Address, Person
from shouwang.apps.promises.counting import count_what_is_over
from shouwang.apps.promises.models import Promise
from shouwang.apps.promises.tests.making import in_force, proposed
from shouwang.apps.recordings import usecases as custody
from shouwang.apps.recordings.models import CopyRequest, Device, Place, Recording, Stay
from shouwang.apps.recordings.usecases.registering import Said
from shouwang.apps.redactions.models import Redaction
from shouwang.apps.redactions.tests.making import found, released, word
from shouwang.apps.results import usecases as publishing
from shouwang.apps.results.models import Decision
from shouwang.apps.secrecy import usecases as secrecy
from shouwang.apps.secrecy.tests.making import WORK_SECRET, subject, withheld
from shouwang.apps.talk import moderation
from shouwang.apps.talk.arrivals import receive_group_message
from shouwang.apps.talk.models import GroupLink, Moderation, Room
from shouwang.apps.talk.models import Post as RoomPost
from shouwang.apps.talk.usecases import join, speak
from shouwang.apps.talk.visitor import SESSION_KEY, Visitor
from shouwang.apps.units.models import Officer, Post, Role
from shouwang.kernel import ids
from tests.cast import Cast, assemble, carry, officer, sign_in


class Sight(IntEnum):
    """How far one has to see to meet a canary. SEALED is shown to nobody without a written reason."""

    PARTIES = 1
    STATION = 2
    RESTRICTED = 3
    SEALED = 4


@dataclass(frozen=True)
class Canary:
    """`at_rest`: it must not stand readable in the database either."""

    text: str
    sight: Sight
    place: str
    at_rest: bool = False


STATES = ("open", "offered", "closed", "disputed", "complaint", "danger")


@dataclass
class Kept:
    """One matter of the scene with what is secret about it; `gone` is the number of a message that was taken back."""

    state: str
    matter: Matter
    code: str
    held: Held
    helper_code: str
    helper: Held
    stored: StoredFile
    canaries: tuple[Canary, ...]
    gone: int


@dataclass
class Looker:
    """
    Somebody at a browser.

    holds    states of the matters whose code this browser proved; `helper` when it was the helper's code
    """

    name: str
    client: Client
    officer: Officer | None = None
    holds: frozenset[str] = frozenset()
    helper: bool = False

    def __str__(self) -> str:
        return self.name


@dataclass
class Rooms:
    """
    A village's room that anybody may read, and one behind a code, where the same neighbour is a member.

    hidden   the post that a moderator hid, in the open room; `inside` the post in the room behind the code
    act      the hiding, against which the neighbour has appealed
    taken    the post in the open room that was taken back in QQ
    """

    village: Room
    gated: Room
    shown: RoomPost
    hidden: RoomPost
    inside: RoomPost
    act: Moderation
    taken: RoomPost
    stored: StoredFile
    canaries: tuple[Canary, ...]
    link: GroupLink | None = None


@dataclass
class Guides:
    guide: Guide
    proposal: Proposal
    canned: CannedAnswer


@dataclass
class Custody:
    """One stay under the open matter, with what was recorded and asked for; the looker `brought-in` holds its code."""

    stay: Stay
    asked: CopyRequest
    recording: Recording
    place: Place
    device: Device
    code: str
    canaries: tuple[Canary, ...]


@dataclass
class Penalties:
    """Penalties in the case of the open matter, by how they stand; `review` and `help` are what was noted for the one that was told."""

    at: dict[str, Penalty]
    review: Care
    help: Care


@dataclass
class CaseFile:
    """The open matter is a case with a suspect, a statement being written and a thing that was taken; whoever was harmed has a code."""

    party: Party
    statement: Statement
    evidence: Evidence
    harmed: Party
    code: str


@dataclass
class Scene:
    cast: Cast
    kept: dict[str, Kept]
    lookers: dict[str, Looker]
    rooms: Rooms
    guides: Guides
    outbound: Outbound
    recovery: Recovery
    digest: Digest
    custody: Custody
    case: CaseFile
    papers: dict[str, Paper]
    penalties: Penalties
    results: dict[str, Decision]
    mediation: Mediation
    side_code: str
    question: Question
    applications: dict[str, Application]
    promise: Promise
    redaction: Redaction
    loose: tuple[Canary, ...] = field(default=())

    @property
    def standby(self) -> Standby:
        """The crew of 梁所长, asked to wait at a post."""
        return Standby.objects.select_related("crew", "post").get()

    @property
    def sending(self) -> Sending:
        """The crew of 周警官, sent to the incident."""
        return Sending.objects.get()

    @property
    def task(self) -> FollowUp:
        return FollowUp.objects.get()

    @property
    def canaries(self) -> list[Canary]:
        return [*self.loose, *self.rooms.canaries, *(canary for kept in self.kept.values() for canary in kept.canaries)]


#: Who works at a desk of 青石, as the sweeps expect it; spelled out so that it is not the policy that judges itself.
DESK = frozenset({"chen", "zhou", "liang", "an", "jiang", "legal", "trainee", "community", "shao"})
NEXT_DOOR = frozenset({"fan", "meng"})
FEW = frozenset({"liang", "legal", "shao"})
LEADERS = frozenset({"liang", "shao"})
#: At the desk, but personally concerned by every matter of the scene.
CONCERNED = "concerned"
ALL_DESKS = DESK | NEXT_DOOR | {CONCERNED}


def reads_as_station(who: Looker, state: str) -> bool:
    """Whether the looker is on the station's side of the matter in this state."""
    if state == "complaint":
        return who.name in FEW
    return who.name in DESK or (state == "offered" and who.name in NEXT_DOOR)


def sight_of(who: Looker, state: str) -> int:
    """How far the looker sees into the matter in this state; 0 is not at all."""
    if reads_as_station(who, state):
        handles = who.name == {"complaint": "liang", "closed": "zhou"}.get(state, "chen")
        return Sight.RESTRICTED if who.name in FEW or handles else Sight.STATION
    return Sight.PARTIES if state in who.holds else 0


def _picture(name: str) -> io.BytesIO:
    out = io.BytesIO()
    exif = Image.Exif()
    exif[0x010E] = name  # ImageDescription
    Image.new("RGB", (40, 30), "#12355b").save(out, "JPEG", exif=exif)
    out.seek(0)
    return out


def _person(n: int) -> tuple[Person, list[Canary]]:
    phone, id_number, name, pseudonym = f"1390077{n:04d}", f"33082719790313{n:04d}", f"甄实名{n:03d}", f"雀称呼{n:03d}"
    qq = f"77008800{n:02d}"
    person = Person.objects.create(
        pseudonym=pseudonym, phone=phone, name=name, id_number=id_number, created_at=timezone.now()
    )
    Address.objects.create(person=person, channel="qq", value=qq)
    return person, [
        Canary(phone, Sight.SEALED, "phone", at_rest=True),
        Canary(id_number, Sight.SEALED, "id number", at_rest=True),
        Canary(name, Sight.SEALED, "real name", at_rest=True),
        Canary(qq, Sight.SEALED, "QQ address", at_rest=True),
        Canary(pseudonym, Sight.PARTIES, "pseudonym"),
    ]


def _open(cast: Cast, n: int, state: str, handler: Officer) -> Kept:
    now = timezone.now() - timedelta(hours=3)
    person, canaries = _person(n)
    words = {s: f"雀{s}{place}{n:03d}" for s, place in (("words", "正文"), ("note", "备注"), ("few", "限定"))}
    file_name = f"雀文件{n:03d}.jpg"
    upload = receive_upload(
        _picture(f"queexif{n:03d}"), claimed_name=file_name, limits=house_limits(), by="resident", at=now
    )
    opened = usecases.open_matter(
        cast.qingshi,
        kind="complaint" if state == "complaint" else "consultation",
        channel="web",
        at=now,
        body=f"{words['words']} 我想问一件事",
        files=(upload.ref,),
        reporter=person,
        safe_contact=state == "danger",
    )
    matter = opened.matter
    helper_code, helper = usecases.add_helper(
        matter, viewer=Viewer(held={matter.pk: opened.held}), label=f"雀帮手{n:03d}", at=now
    )
    leader = cast.liang
    usecases.assign(matter, to=handler, by=leader, at=now)
    usecases.note(matter, by=leader, body=words["note"], at=now)
    usecases.note(matter, by=leader, body=words["few"], at=now, restricted=True)
    gone = usecases.say(matter, viewer=Viewer(held={matter.pk: opened.held}), at=now, body=f"雀撤回{n:03d}")
    usecases.take_back(gone, at=now)
    canaries += [
        Canary(words["words"], Sight.PARTIES, "message"),
        Canary(f"雀撤回{n:03d}", Sight.SEALED, "message that was taken back"),
        Canary(f"雀帮手{n:03d}", Sight.PARTIES, "helper"),
        Canary(words["note"], Sight.STATION, "note"),
        Canary(words["few"], Sight.RESTRICTED, "restricted note"),
        Canary(file_name.removesuffix(".jpg"), Sight.PARTIES, "file name", at_rest=True),
        Canary(f"queexif{n:03d}", Sight.SEALED, "words inside a picture", at_rest=True),
        Canary(matter.number, Sight.PARTIES, "number"),
        Canary(upload.ref, Sight.PARTIES, "reference of a file"),
        *(
            Canary(form, Sight.SEALED, "tracking code", at_rest=True)
            for code in (opened.code, helper_code)
            for form in (code, ids.show_code(code))
        ),
    ]
    if state == "open":
        canaries += _incident(cast, matter, now)
    return Kept(state, matter, opened.code, opened.held, helper_code, helper, upload, tuple(canaries), gone.seq)


def _incident(cast: Cast, matter: Matter, now: Any) -> list[Canary]:
    """The open matter turns out to be a report, with a secret in each of its places."""
    report = Report(
        what="",
        category="stolen",
        address="雀案发地址",
        landmark="雀标志",
        when_said="雀原话时间",
        things=(ThingSaid("雀财物", marks="雀财物特征"),),
        people=(PartySaid("witness", name="雀证人甲", phone="13900779901", about="雀证人样子"),),
    )
    become_incident(matter, report, by=cast.chen, at=now)
    take_evidence(matter, by=cast.chen, items="雀证据清单", at=now)
    draft = begin_draft("hurt", at=now)
    keep_answers(draft, {"what": "雀草稿正文", "phone": "13900779902"}, at=now)
    matter.refresh_from_db()
    return [
        Canary("雀案发地址", Sight.STATION, "place of an incident", at_rest=True),
        Canary("雀标志", Sight.STATION, "landmark"),
        Canary("雀原话时间", Sight.STATION, "time as it was said"),
        Canary("雀财物特征", Sight.SEALED, "marks of a thing", at_rest=True),
        Canary("雀证人甲", Sight.SEALED, "name of a witness", at_rest=True),
        Canary("13900779901", Sight.SEALED, "phone of a witness", at_rest=True),
        Canary("雀证人样子", Sight.SEALED, "description of a witness", at_rest=True),
        Canary("雀证据清单", Sight.PARTIES, "list of evidence"),
        Canary("雀草稿正文", Sight.SEALED, "draft of a report", at_rest=True),
        Canary("13900779902", Sight.SEALED, "phone in a draft", at_rest=True),
        *_dispatch(cast, matter, now),
    ]


def _dispatch(cast: Cast, matter: Matter, now: Any) -> list[Canary]:
    """A crew is sent to it, says what it found, and stays."""
    sign_on(cast.zhou, cast.qingshi, at=now)
    crew = form_crew(cast.qingshi, name="雀巡组", means="car", members=[cast.zhou], by=cast.chen, at=now)
    (sending,), _asked = send(matter, [crew.pk], by=cast.chen, words="雀派警的话", seen=0, at=now)
    sign_on(cast.liang, cast.qingshi, at=now)
    second = form_crew(cast.qingshi, name="待命组", means="car", members=[cast.liang], by=cast.chen, at=now)
    post = add_post(cast.qingshi, name="桥东", longitude=120.1, latitude=30.1, by=cast.liang, at=now)
    ask_to_wait(second, post, by=cast.chen, at=now)
    feedback(sending, Feedback("going-on", "雀现场反馈", task="雀后续要办"), by=cast.zhou, at=now)
    return [
        Canary("雀派警的话", Sight.STATION, "words to a crew", at_rest=True),
        Canary("雀现场反馈", Sight.STATION, "feedback from the scene"),
        Canary("雀后续要办", Sight.STATION, "task that a crew left"),
    ]


def _into_state(cast: Cast, kept: Kept) -> None:
    now, matter = timezone.now() - timedelta(hours=1), kept.matter
    if kept.state == "offered":
        usecases.offer_transfer(matter, to=cast.hewan, by=cast.chen, reason="归河湾管", at=now)
    if kept.state in {"closed", "disputed"}:
        usecases.assign(matter, to=cast.zhou, by=cast.chen, at=now)
        usecases.close(matter, by=cast.zhou, reason="answered", words="已经答复。", at=now)
    if kept.state == "disputed":
        usecases.dispute(matter, viewer=Viewer(held={matter.pk: kept.held}), words="不满意", at=now)
        usecases.assign(matter, to=cast.chen, by=cast.liang, at=now)
    if kept.state == "danger":
        usecases.find_danger(matter, grade="now", category="violence", why=["测试"], numbers=["110"], at=now)
    matter.refresh_from_db()


def _officers(cast: Cast) -> dict[str, Officer]:
    """The cast, and those who make rights difficult."""
    more = {
        "legal": officer("legal", "法晓", "法制员", cast.qingshi, Role.LEGAL_OFFICER),
        "trainee": officer("trainee", "石习", "石警官", cast.qingshi, Role.TRAINEE),
        "community": officer("community", "柳巡", "柳警官", cast.liuxi_post, Role.COMMUNITY_OFFICER),
        CONCERNED: officer(CONCERNED, "涉事人", "涉警官", cast.qingshi, Role.DUTY_OFFICER, Role.CHIEF),
        "without-factor": officer("without-factor", "吴码", "吴警官", cast.qingshi, Role.CHIEF),
        "left": officer("left", "李职", "李警官", cast.qingshi, Role.CHIEF),
        "shut": officer("shut", "沈停", "沈警官", cast.qingshi, Role.CHIEF),
        "post-ended": officer("post-ended", "任满", "任警官", cast.qingshi),
    }
    Post.objects.create(
        officer=more["post-ended"],
        unit=cast.qingshi,
        role=Role.CHIEF,
        since=date(2020, 1, 1),
        until=timezone.localdate() - timedelta(days=1),
    )
    Officer.objects.filter(pk=more["left"].pk).update(active=False)
    return {**cast.everybody(), **more}


def _lookers(officers: dict[str, Officer], kept: dict[str, Kept]) -> dict[str, Looker]:
    found = {name: Looker(name, Client(raise_request_exception=False), one) for name, one in officers.items()}
    for name, looker in found.items():
        assert looker.officer is not None
        if name == "without-factor":
            looker.client.force_login(
                looker.officer.user, backend="allauth.account.auth_backends.AuthenticationBackend"
            )
        else:
            TOTP.activate(looker.officer.user, "QUEFACTORSECRET2QUEFACTORSECRET2")
            sign_in(looker.client, looker.officer)
    type(officers["shut"].user).objects.filter(pk=officers["shut"].user_id).update(is_active=False)
    for name, states, which in (
        ("stranger", (), "held"),
        ("holder", STATES, "held"),
        ("helper", STATES, "helper"),
        ("other-holder", ("elsewhere",), "held"),
    ):
        client = Client(raise_request_exception=False)
        carry(client, *(usecases.Opened(kept[state].matter, "", getattr(kept[state], which)) for state in states))
        found[name] = Looker(name, client, None, frozenset(states), name == "helper")
    return found


def build() -> Scene:
    """Everything, in an empty database inside a transaction that the caller rolls back."""
    cast = assemble()
    # Far from the numbers that pages show as examples.
    Series.objects.create(prefix="QS", year=timezone.localtime().year, last=46_000)
    officers = _officers(cast)
    kept = {}
    for n, state in enumerate((*STATES, "elsewhere"), start=1):
        kept[state] = _open(cast, n, state, cast.liang if state == "complaint" else cast.chen)
        kept[state].matter.kept_from.add(officers[CONCERNED])
        _into_state(cast, kept[state])
    cast.chen.phone = "13511667788"
    cast.chen.save()
    lookers = _lookers(officers, kept)
    rooms = _rooms(cast, lookers)
    brought_in = _custody(cast, kept["open"], lookers)
    outbound = _outbound(cast, kept["open"], rooms)
    recovery = Recovery.objects.create(
        officer=cast.an, asked_by=officers["shut"], reason="手机丢了", asked_at=timezone.now()
    )
    mediation = _mediation(cast, kept["open"])  # a quarrel first; then it became a case
    sequence_all(at=timezone.now())  # the log of this house has a head that everybody may fetch
    side_code = _other_side(cast, mediation, lookers)
    return Scene(
        cast,
        kept,
        lookers,
        rooms,
        _guides(cast),
        outbound,
        recovery,
        _digest(cast, kept["open"]),
        brought_in,
        _case(cast, kept["open"]),
        _papers(cast, kept["open"]),
        _penalties(cast, kept["open"]),
        _results(cast, kept["open"]),
        mediation,
        side_code,
        _catalogue(cast),
        _applications(cast, lookers, officers[CONCERNED]),
        _promise(cast),
        _redaction(cast),
        (*LOOSE, *APPLIED, *brought_in.canaries, Canary(side_code, Sight.SEALED, "code of a side", at_rest=True)),
    )


def _custody(cast: Cast, kept: Kept, lookers: dict[str, Looker]) -> Custody:
    """Somebody was brought in under the open matter, and asked for a copy. Whoever holds the matter's code shall not learn of it."""
    now = timezone.now().replace(microsecond=0)
    came, left = now - timedelta(hours=2), now - timedelta(hours=1)
    place = custody.add_place(cast.qingshi, by=cast.liang, name="大厅", at=came)
    device = custody.add_device(cast.qingshi, by=cast.liang, name="大厅摄像头", place=place, at=came)
    entered = custody.bring_in(
        kept.matter,
        by=cast.chen,
        came="summoned",
        place=place,
        entered_at=came,
        at=came,
        name="雀进所人名",
        id_number="330824199001019901",
        description="雀进所人样子",
    )
    stay = custody.leave(entered.stay, by=cast.chen, left_at=left, notice="paper", at=left).stay
    said = Said(device, place, came, left - timedelta(minutes=20), "c" * 64, 1000, "雀录像文件名.mp4", "雀录像备注")
    (recording,) = custody.register([said], by=cast.chen, at=now)
    gap = (left - timedelta(minutes=20), left - timedelta(minutes=10))
    custody.explain(stay, by=cast.chen, since=gap[0], until=gap[1], words="雀缺口说明", at=now)
    asked = custody.ask(stay, asks="copy", since=None, until=None, words="雀申请录像的话", at=now)
    client = Client(raise_request_exception=False)
    session = client.session
    session["stay"] = stay.codes.latest("pk").pk
    session.save()
    lookers["brought-in"] = Looker("brought-in", client)
    kept.canaries += (
        Canary("雀进所人名", Sight.SEALED, "name of somebody brought in", at_rest=True),
        Canary("330824199001019901", Sight.SEALED, "ID number of somebody brought in", at_rest=True),
        Canary("雀进所人样子", Sight.SEALED, "looks of somebody brought in", at_rest=True),
        Canary("雀录像文件名", Sight.STATION, "file name of a recording", at_rest=True),
        Canary("雀录像备注", Sight.STATION, "note on a recording", at_rest=True),
    )
    return Custody(
        stay,
        asked,
        recording,
        place,
        device,
        entered.code,
        (
            Canary("雀缺口说明", Sight.STATION, "why something was not recorded", at_rest=True),
            Canary("雀申请录像的话", Sight.STATION, "request for a copy", at_rest=True),
            Canary(entered.code, Sight.SEALED, "code of a stay", at_rest=True),
        ),
    )


def _case(cast: Cast, kept: Kept) -> CaseFile:
    """A case with a secret in each of its places; all are opened for a written reason only."""
    now = timezone.now() - timedelta(minutes=40)
    incident = Incident.objects.select_related("matter__unit").get(pk=kept.matter.pk)
    incident.nature = "administrative"
    case = open_case(incident, at=now)
    said = parties.Said(name="雀嫌疑人名", phone="13900779955", particulars={"home": "雀嫌疑人住址"})
    party = parties.add_party(case, by=cast.chen, role="suspect", said=said, at=now)
    statement = statements.begin(party, by=cast.chen, frame=statements.Frame(now, second=cast.zhou), at=now)
    statements.save(statement, by=cast.chen, rows=[("雀笔录的问", "雀笔录的答")], version=0, at=now)
    found = holding.Found("雀证物名", "seize", now, features="雀证物特征", giver=party, place="雀取证地点")
    evidence = holding.take(case, by=cast.chen, found=found, at=now)
    holding.move(evidence, by=cast.chen, what="stored", moved_at=now, words="雀存放处", at=now)
    said = parties.Said(name="雀被害人名", phone="13900779944", particulars={"home": "雀被害人住址"})
    harmed = parties.add_party(case, by=cast.chen, role="victim", said=said, at=now)
    code = progress.hand_code(harmed, by=cast.chen, reason="看了身份证", at=now)
    places = {
        "雀被害人名": "name of a victim",
        "13900779944": "phone of a victim",
        "雀被害人住址": "address of a victim",
        code: "code of a victim",
        "雀嫌疑人名": "name of a suspect",
        "13900779955": "phone of a suspect",
        "雀嫌疑人住址": "address of a suspect",
        "雀笔录的问": "question of a statement",
        "雀笔录的答": "answer of a statement",
        "雀证物名": "name of a thing that was taken",
        "雀证物特征": "features of a thing that was taken",
        "雀取证地点": "where a thing was taken",
        "雀存放处": "where a thing is kept",
    }
    kept.canaries += tuple(Canary(text, Sight.SEALED, place, at_rest=True) for text, place in places.items())
    kept.matter.refresh_from_db()
    return CaseFile(party, statement, evidence, harmed, code)


def _papers(cast: Cast, kept: Kept) -> dict[str, Paper]:
    """Papers of the open matter, one as it stands in each state, with secrets that were filled in."""
    now = timezone.now() - timedelta(minutes=30)
    facts = {
        "case.refusal_reason": "雀文书理由",
        "bureau.review_body": "云溪市公安局",
        "bureau.court": "云溪县人民法院",
        "station.address": "青石镇老街1号",
    }
    kept.canaries = (*kept.canaries, Canary("雀文书理由", Sight.SEALED, "reason on a paper", at_rest=True))
    made = {
        state: papers.make(kept.matter, by=cast.chen, kind=kind, at=now)
        for state, kind in (
            ("draft", "no-case-notice"),
            ("review", "no-case-notice"),
            ("approved", "report-receipt"),
            ("signed", "report-receipt"),
            ("issued", "report-receipt"),
        )
    }
    papers.fill_in(made["draft"], by=cast.chen, values=facts, at=now)
    for state, paper in made.items():
        if state != "draft":
            papers.hand_in(paper, by=cast.chen, at=now)
        if state in {"signed", "issued"}:
            papers.sign(paper, by=cast.chen, code="officer", version=1, at=now)
    papers.issue(made["issued"], by=cast.chen, version=1, at=now)
    kept.matter.refresh_from_db()
    return {state: Paper.objects.get(pk=paper.pk) for state, paper in made.items()}


def _penalties(cast: Cast, kept: Kept) -> Penalties:
    """The open matter is a case with five suspects, whose penalties stand at different steps."""
    now = timezone.now() - timedelta(minutes=20)
    case = Case.objects.get(matter=kept.matter)
    found: dict[str, Penalty] = {}
    for n, stands in enumerate(("told", "legal", "up", "decided", "spot"), 1):
        known = Person.objects.create(name=f"雀被罚{n}", id_number=f"33082419850101990{n}", created_at=now)
        party = enter(case, known, role=Party.Role.SUSPECT, at=now)
        if stands == "spot":
            said = penalties.OnTheSpot(
                "disorder", "usual", "fine", "雀当场事实", "录像", party=party.pk, fine=200, told=True, clear=True,
                cash=True, receipt="雀票据号",
            )  # fmt: skip
            found[stands] = penalties.on_the_spot(case, said, by=cast.chen, at=now)
            continue
        marks = {"major": stands == "legal"}
        proposal = penalties.Proposal(
            "damage", "usual", now.date(), "fine", "雀处罚事实", "雀处罚证据", "雀处罚理由", fine=500, marks=marks
        )
        one = penalties.propose(party, proposal, by=cast.chen, at=now)
        one = penalties.tell(one, by=cast.chen, told_at=now, at=now, defence="雀申辩的话", answer="雀核实的话")
        if stands != "told":
            one = penalties.hand_in(one, by=cast.chen, at=now)
        if stands == "decided":
            one = penalties.decide(one, by=cast.liang, at=now)
        found[stands] = one
    cares = [
        penalties.note_care(found["told"], by=cast.chen, problem="money", words="雀难处的话", leads_to=leads_to, at=now)
        for leads_to in ("review", "help")
    ]
    sealed = (
        "雀处罚事实",
        "雀处罚证据",
        "雀处罚理由",
        "雀申辩的话",
        "雀核实的话",
        "雀难处的话",
        "雀当场事实",
        "雀被罚1",
    )
    kept.canaries += tuple(Canary(text, Sight.SEALED, "what a penalty says", at_rest=True) for text in sealed)
    kept.canaries += (Canary("330824198501019901", Sight.SEALED, "ID number of a suspect", at_rest=True),)
    kept.matter.refresh_from_db()
    return Penalties(found, *cares)


def _results(cast: Cast, kept: Kept) -> dict[str, Decision]:
    """An organisation was penalised for several acts: one public text is written, one waits, one is public, one was withdrawn."""
    now = timezone.now() - timedelta(minutes=15)
    case = filed(cast, at=now - timedelta(minutes=5))  # of its own: the open matter is one that has to protect somebody
    known = parties.Said(
        name="青石镇演示网络服务有限公司", phone="13900779966", id_number="91990000MA0D4E5F6C", organisation=True,
        particulars={"home": "雀单位住所"}, in_charge={"legal": "雀负责人名", "direct": "雀主管人名"},
    )  # fmt: skip
    party = parties.add_party(case, by=cast.chen, role=Party.Role.SUSPECT, said=known, at=now)
    found: dict[str, Decision] = {}
    acts = {"draft": ("cafe-identity", "warning", 0), "proposed": ("guard-duty", "warning", 0)}
    acts |= {"published": ("scrap-register", "fine", 2000), "withdrawn": ("lodging-identity", "fine", 100000)}
    for stands, (act, kind, sum_) in acts.items():
        proposal = penalties.Proposal(
            act, "usual", now.date(), kind, "雀负责人名在场，没有核对证件，电话13900779966。", "雀单位证据", "雀单位理由",
            fine=sum_,
        )  # fmt: skip
        one = penalties.propose(party, proposal, by=cast.chen, at=now)
        one = penalties.tell(one, by=cast.chen, told_at=now, at=now, waived=sum_ > 9999)
        one = penalties.decide(penalties.hand_in(one, by=cast.chen, at=now), by=cast.shao, at=now)
        one = penalties.serve(one, by=cast.chen, party=party, way="hand", served_at=now, at=now)
        text = publishing.begin(one, by=cast.chen, at=now)
        if stands != "draft":
            text = publishing.hand_in(text, by=cast.chen, seen=1, at=now)
        if stands in {"published", "withdrawn"}:
            text = publishing.publish(text, by=cast.liang, seen=1, at=now)
        if stands == "withdrawn":
            text = publishing.withdraw(text, by=cast.liang, because="mistake", words="日期写错了。", at=now)
        found[stands] = text
    sealed = ("雀负责人名", "雀主管人名", "雀单位住所", "雀单位证据", "雀单位理由", "13900779966", "91990000MA0D4E5F6C")
    kept.canaries += tuple(
        Canary(text, Sight.SEALED, "what a case knows of an organisation", at_rest=True) for text in sealed
    )
    return found


def _mediation(cast: Cast, kept: Kept) -> Mediation:
    """The reporter of the open matter and a neighbour agreed; it waits to be performed."""
    now = timezone.now() - timedelta(minutes=20)
    reporter = SideSaid(kept.matter.reporter, reporter=True, willing=True, particulars={"home": "雀甲方住址"})
    other = SideSaid(name="雀乙方姓名", phone="13900779955", id_number="330824198801019955", willing=True)
    mediation = mediating.begin(
        kept.matter,
        by=cast.chen,
        way="civil",
        conditions=Conditions(facts="雀主要事实"),
        sides=[reporter, other],
        at=now,
    )
    mediating.about_side(mediation.sides.get(code="other"), by=cast.chen, guardian="雀监护人", at=now)
    mediating.hold(
        mediation,
        by=cast.chen,
        held_at=now,
        place="警务室",
        came={"one": True, "other": True},
        wants={"one": "雀想要什么"},
        at=now,
    )
    stop = ClauseSaid("stop", "other", timezone.localdate() + timedelta(days=30), AGREED)
    mediating.add_clause(mediation, stop, by=cast.chen, at=now)
    kept.canaries = (
        *kept.canaries,
        Canary("雀乙方姓名", Sight.SEALED, "name of the other side", at_rest=True),
        Canary("13900779955", Sight.SEALED, "phone of the other side", at_rest=True),
        Canary("330824198801019955", Sight.SEALED, "ID number of the other side", at_rest=True),
        Canary("雀甲方住址", Sight.STATION, "address of a side", at_rest=True),
        Canary("雀监护人", Sight.STATION, "guardian of a side", at_rest=True),
        Canary("雀主要事实", Sight.STATION, "facts of a mediation", at_rest=True),
        Canary("雀想要什么", Sight.STATION, "what a side wants", at_rest=True),
        Canary(AGREED, Sight.PARTIES, "what was agreed", at_rest=True),
    )
    return mediating.agree(mediation, by=cast.chen, at=now)


#: What the sides of the scene's mediation agreed: both read it, each by its own code.
AGREED = "雀约定内容"


def _other_side(cast: Cast, mediation: Mediation, lookers: dict[str, Looker]) -> str:
    """The other side holds a sheet with a code of its own; what was agreed is theirs to read, and nothing else."""
    code = mediating.hand_code(mediation.sides.get(code="other"), by=cast.chen, at=timezone.now())
    client = Client(raise_request_exception=False)
    session = client.session
    session["mediation_side"] = SideKey.objects.get().pk
    session.save()
    lookers["other-side"] = Looker("other-side", client)
    return code


def _digest(cast: Cast, kept: Kept) -> Digest:
    """A digest that is being written; nobody outside may read it yet."""
    digest = Digest.objects.create(unit=cast.qingshi, since=date(2026, 11, 2), slug="scene", made_at=timezone.now())
    DigestItem.objects.create(digest=digest, matter=kept.matter, public_sentence="雀摘要草稿")
    return digest


def _guides(cast: Cast) -> Guides:
    now = timezone.now()
    guide = a_guide(CARD)
    GuideVersion.objects.get_or_create(guide=guide, number=1, defaults={"at": now, "by": "house", "wording": CARD})
    return Guides(
        guide,
        propose("matters.entry:scene", question="雀提成指南的问题", answer="雀提成指南的答复", by=cast.chen, at=now),
        CannedAnswer.objects.create(
            key="scene", title="雀常用语", text="雀常用语正文", kind=CannedAnswer.Kind.values[0]
        ),
    )


def _rooms(cast: Cast, lookers: dict[str, Looker]) -> Rooms:
    now = timezone.now() - timedelta(hours=2)
    village = Room.objects.create(unit=cast.liuxi_post, community=cast.liuxi, name="柳溪群", slug="liuxi")
    gated = Room.objects.create(unit=cast.liuxi_post, name="楼长群", slug="gated", open_to_read=False)
    client, tokens = Client(raise_request_exception=False), {}
    visitor = Visitor()
    for room in (village, gated):
        joined = join(room, visitor=Visitor(), nickname="柳边人", at=now, by_code=True)
        tokens[str(room.pk)] = joined.token
        visitor = Visitor(memberships={**visitor.memberships, room.pk: joined.member})
    session = client.session
    session[SESSION_KEY] = tokens
    session.save()
    lookers["neighbour"] = Looker("neighbour", client)
    upload = receive_upload(
        _picture("queexif900"), claimed_name="雀群文件.jpg", limits=house_limits(), by="resident", at=now
    )
    shown = speak(village, visitor=visitor, body="今晚停水吗", at=now).post
    hidden = speak(village, visitor=visitor, body="雀群里被隐藏的话", at=now).post
    inside = speak(gated, visitor=visitor, body="雀楼长群里的话", files=(upload.ref,), at=now).post
    assert shown
    assert hidden
    assert inside
    act = moderation.hide(hidden, by=cast.chen, reason="雀隐藏的理由", at=now)
    moderation.appeal(act, visitor=visitor, words="雀申诉的话", at=now)
    far = Person.objects.create(pseudonym="雀群里的人", created_at=now)
    taken = receive_group_message(
        village, person=far, nickname="雀群里的人", body="雀群里撤回的话", remote_id="scene", at=now
    )
    assert taken
    moderation.take_back(taken, by_writer=True, at=now)
    return Rooms(
        village,
        gated,
        shown,
        hidden,
        inside,
        act,
        taken,
        upload,
        (
            Canary("雀群里撤回的话", Sight.SEALED, "post that was taken back"),
            Canary("雀群里被隐藏的话", Sight.PARTIES, "hidden post"),
            Canary("雀楼长群里的话", Sight.PARTIES, "post behind the code"),
            Canary("雀隐藏的理由", Sight.PARTIES, "reason of a hiding"),
            Canary("雀申诉的话", Sight.PARTIES, "appeal"),
            Canary("雀群文件", Sight.PARTIES, "file name in a room", at_rest=True),
            Canary("queexif900", Sight.SEALED, "words inside a picture", at_rest=True),
            *(Canary(token, Sight.SEALED, "membership", at_rest=False) for token in tokens.values()),
            Canary(gated.join_code, Sight.PARTIES, "join code"),
        ),
    )


#: Secrets that belong to no matter's page: the outbox, gateways, second factors, officers' own phones, guides in the making.
LOOSE = (
    Canary("que-token-4711", Sight.SEALED, "gateway token", at_rest=True),
    Canary("que-secret-0815", Sight.SEALED, "gateway secret", at_rest=True),
    Canary("7700889911", Sight.SEALED, "address in the outbox", at_rest=True),
    Canary("7700889922", Sight.SEALED, "address of somebody who wrote", at_rest=True),
    Canary("雀图名", Sight.SEALED, "name of a picture that is still to come", at_rest=True),
    Canary("que-rkey-0042", Sight.SEALED, "address of a picture that is still to come", at_rest=True),
    Canary("雀存在磁盘的话", Sight.SEALED, "event that waits on disk", at_rest=True),
    Canary("雀信件正文001", Sight.STATION, "words in the outbox", at_rest=True),
    Canary("QUEFACTORSECRET2QUEFACTORSECRET2", Sight.SEALED, "second factor", at_rest=True),
    Canary("13511667788", Sight.SEALED, "officer's phone", at_rest=True),
    Canary("雀提成指南", Sight.STATION, "guide proposal"),
    Canary("雀摘要草稿", Sight.STATION, "draft of a digest"),
    Canary("雀常用语", Sight.STATION, "canned answer"),
    Canary("雀目录草稿", Sight.STATION, "draft of a public entry"),
    Canary("雀提议四小时", Sight.STATION, "promise that is not in force yet"),
    Canary("雀要遮的话", Sight.SEALED, "words of a document that goes to the public", at_rest=True),
    Canary("13800004321", Sight.SEALED, "number in a document that goes to the public", at_rest=True),
    Canary("雀看不明白", Sight.STATION, "remark beside the stars", at_rest=True),
    Canary("雀目录答复", Sight.STATION, "answer that is not public yet"),
    Canary("雀问目录的话", Sight.PARTIES, "question about a public entry"),
)


def _redaction(cast: Cast) -> Redaction:
    """A document that was handed in an hour ago; what was found in it waits for decisions."""
    return found(cast, word("雀要遮的话，手机13800004321。"), at=timezone.now() - timedelta(hours=1))


def _promise(cast: Cast) -> Promise:
    """A promise in force with its first scorecard, and another wording that waits for the chief."""
    now = timezone.now()
    promise = in_force(cast, when=now - timedelta(days=70)).promise
    count_what_is_over(now)
    proposed(cast, promise=promise, title="雀提议四小时内答复", when=now)
    return promise


def _catalogue(cast: Cast) -> Question:
    """A public entry with a new version on the chief's table, a remark, something that demands a change, and a question with an answer."""
    now = timezone.now()
    item = published(cast, when=now).item
    asking.rate(item, stars=2, words="雀看不明白", at=now)
    question, _opened = asking.ask(item, what="ask", words="雀问目录的话", at=now)
    asking.write_answer(question, by=cast.an, asked="问的是换证", answer="雀目录答复", at=now)
    catalogue.need_change(item, by=cast.an, why=Need.Why.FACT, words="涨价了", at=now)
    draft = written(cast, item, "雀目录草稿，换证三十元。", when=now)
    catalogue.propose(item, by=cast.an, seen=draft.turn, at=now)
    question.refresh_from_db()
    return question


#: What stands in applications whose code nobody in the scene holds.
APPLIED = (
    *(
        Canary(text, Sight.SEALED, place, at_rest=True)
        for text, place in {
            "雀公开申请人": "name of an applicant for information",
            "330824199001017701": "ID number of an applicant for information",
            "13900776601": "phone of an applicant for information",
            "雀公开经办人": "agent of an applicant for information",
            "雀寄答复地址": "where an answer is sent",
            "雀第三方名": "name of a third party",
            "雀征求的内容": "what a third party was asked",
            "雀第三方理由": "what a third party said",
        }.items()
    ),
    Canary("雀要的信息", Sight.STATION, "what an application asks for"),
    Canary("雀答复理由", Sight.STATION, "reason of a drafted answer", at_rest=True),
    Canary("雀公开的损害", Sight.STATION, "harm of a publication", at_rest=True),
    Canary("雀公共利益", Sight.STATION, "public interest as it was weighed", at_rest=True),
    Canary("雀拿不准的话", Sight.STATION, "what somebody is unsure of", at_rest=True),
)


def _applications(cast: Cast, lookers: dict[str, Looker], concerned: Officer) -> dict[str, Application]:
    """An application at each stage; the looker `applicant` holds the codes of the one to correct and of the one that was refused."""
    now = timezone.now()
    secret = disclosing.Asked(
        "雀要的信息",
        "雀公开申请人",
        "330824199001017701",
        "13900776601",
        "business",
        "雀公开经办人",
        "post",
        "雀寄答复地址",
    )
    own = disclosing.Asked("去年的出警统计", "申小样", "330824199001017799", "13900776699")
    found, opened = {}, {}
    for stage in ("arrived", "correcting", "checking", "asking", "review", "answered", "done"):
        mine = stage in {"correcting", "done"}
        came, by = ("web", None) if mine or stage == "arrived" else ("counter", cast.chen)
        opened[stage] = disclosing.apply(cast.qingshi, own if mine else secret, came=came, at=now, by=by)
        one = Application.objects.select_related("matter__unit").get(pk=opened[stage].matter.pk)
        one.matter.kept_from.add(concerned)
        if mine:
            one = disclosing.confirm(one, by=cast.chen, at=now)
        found[stage] = one
    disclosing.ask_correction(
        found["correcting"], by=cast.chen, words="是哪一年？", until=timezone.localdate() + timedelta(days=9), at=now
    )
    for called in ("雀第三方名", "雀第三方名二"):
        asked = disclosing.consult(
            found["asking"], by=cast.chen, whom="third-party", called=called, asks="雀征求的内容",
            received_on=timezone.localdate(), at=now,
        )  # fmt: skip
    disclosing.end_consultation(asked, by=cast.chen, says="refuses", words="雀第三方理由", at=now)
    for stage in ("review", "answered", "done"):
        said = disclosing.Draft("refuse", ground="process", reasons="雀答复理由" if stage == "review" else "讨论稿")
        reviewed = replace(WORK_SECRET, harm="雀公开的损害", interest="雀公共利益")
        withheld(cast, found[stage].ref, reviewed, now)
        found[stage] = disclosing.draft(found[stage], said, by=cast.chen, at=now)
        if stage != "review":
            found[stage] = disclosing.approve(found[stage], by=cast.liang, at=now)
    secrecy.ask(subject(cast, found["correcting"].ref), "雀拿不准的话", by=cast.chen, at=now)
    released(cast, word("雀样甲去年出警41次。"), matter=opened["done"].matter, at=now - timedelta(hours=1))
    client = Client(raise_request_exception=False)
    carry(client, opened["correcting"], opened["done"])
    lookers["applicant"] = Looker("applicant", client)
    return {stage: Application.objects.select_related("matter").get(pk=one.pk) for stage, one in found.items()}


def _outbound(cast: Cast, kept: Kept, rooms: Rooms) -> Outbound:
    """A message on its way to a resident's own address, and the station's gateway."""
    now = timezone.now()
    gateway = Gateway.objects.create(
        name="青石QQ",
        self_id="10001",
        token="que-token-4711",
        secret="que-secret-0815",
        unit=cast.qingshi,
        created_at=now,
    )
    rooms.link = GroupLink.objects.create(gateway=gateway, group="20002", room=rooms.village)
    _from_qq(gateway)
    return queue_message(
        Route("qq", Chat("private", "7700889911").address, gateway.pk),
        (Text("雀信件正文001"),),
        kind="answer",
        dedupe_key="scene:1",
        at=now,
        subject=kept.matter.ref,
    )


def _from_qq(gateway: Gateway) -> None:
    """Somebody wrote over QQ: their number, the picture that is still to be fetched, and an event that waits on disk."""
    now = timezone.now()
    picture = Picture("雀图名.jpg", "https://pictures.example/?rkey=que-rkey-0042", key="雀图名.jpg")
    chat = Chat("private", "7700889922")
    receive(gateway, Incoming("10001", chat, "7700889922", "-4711", now, (Text("在吗"), picture)), at=now)
    assert Enclosure.objects.waiting().count() == 1
    Hold(gateway.pk).put(
        json.dumps({"message": "雀存在磁盘的话", "user_id": 7700889922}, ensure_ascii=False), sure=True
    )


@contextmanager
def undone(looker: Looker) -> Iterator[None]:
    """What happens inside leaves no trace: neither in the database nor in the looker's browser."""
    cookies = copy(looker.client.cookies)
    with transaction.atomic():
        try:
            yield
        finally:
            transaction.set_rollback(True)
    looker.client.cookies = cookies


#: Tables that may change when somebody is refused: sessions, counters of wrong tries.
_RESTLESS = frozenset({"django_session", "kernel_tally"})


def state_of_the_house() -> dict[str, Any]:
    """How many rows each table has, and the columns of matters that move: equal exactly when nothing was done."""
    tables = [name for name in connection.introspection.table_names() if name not in _RESTLESS]
    counts = " UNION ALL ".join(f"SELECT '{name}', COUNT(*) FROM {connection.ops.quote_name(name)}" for name in tables)
    with connection.cursor() as cursor:
        cursor.execute(counts)
        found: dict[str, Any] = dict(cursor.fetchall())
    found["matters"] = list(
        Matter.objects.order_by("pk").values_list(
            "pk", "state", "last_seq", "handler", "unit", "offered_to_unit", "rings", "safe_contact", "kind", "rating"
        )
    )
    return found
