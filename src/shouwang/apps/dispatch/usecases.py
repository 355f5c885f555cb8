"""
Forming crews, sending them, and what they say from their phones. One transaction and one story each.

    form_crew, leave_crew, rest, report_position      the crew itself
    send, answer_request, recall, hand_to             who goes; a crew of another station is asked, not taken
    report, feedback                                  from the phone, also hours later with the time it happened
    say_needs, say_needless                           what an incident needs
    give_task, finish_task, hand_tasks_over           what is left to do, and who does it; remind_of_tasks when its day has come
    ring_for_silence, answer_silence                  nobody acknowledged
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from shouwang.apps.dispatch import policy, progress
from shouwang.apps.dispatch.errors import CrewBusy, NoSending, NotForCrews, NotForTask, SentAlready, TaskDone
from shouwang.apps.dispatch.models import Call, Crew, CrewMember, FollowUp, Sending, Standby
from shouwang.apps.dispatch.timeline import happened, tell_board
from shouwang.apps.duty.models import DutySpan
from shouwang.apps.incidents import policy as incidents
from shouwang.apps.incidents.timeline import held
from shouwang.apps.matters import usecases as matters
from shouwang.apps.matters.errors import NothingSaid
from shouwang.apps.matters.models import Entry, Matter
from shouwang.apps.matters.timeline import locked
from shouwang.apps.matters.usecases.opening import take_files
from shouwang.apps.units.models import Officer, Skill, Unit
from shouwang.kernel import audit
from shouwang.kernel.errors import Conflict
from shouwang.kernel.policy import require

#: A phone whose clock differs by more is marked.
CLOCK_MAY_DIFFER = timedelta(minutes=2)


@transaction.atomic
def form_crew(
    unit: Unit,
    *,
    name: str,
    means: str,
    by: Officer,
    at: datetime,
    members: Sequence[Officer] = (),
    volunteers: int = 0,
) -> Crew:
    """Form a crew of people who are signed on at this station, or note a group of volunteers, who watch and are never sent."""
    require(policy.may_form(by, unit))
    unit = Unit.objects.select_for_update().get(pk=unit.pk)
    name = " ".join(matters.clean_text(name).split())
    if not name:
        raise NothingSaid(_("请给巡组起个名字，比如“1号车”。"))
    if not members and not volunteers:
        raise NothingSaid(_("请选谁在巡组里。"))
    if Crew.objects.out().of_station(unit).filter(name=name).exists():
        raise Conflict(_("已经有一个巡组叫%(name)s，请换个名字。") % {"name": name})
    crew = Crew.objects.create(
        unit=unit, name=name, means=means, volunteers=not members, people=volunteers, formed_at=at
    )
    on = set(DutySpan.objects.on_now().at_unit(unit).values_list("officer", flat=True))
    taken = set(CrewMember.objects.filter(officer__in=members, left_at=None).values_list("officer", flat=True))
    for one in members:
        if one.pk not in on:
            raise Conflict(_("%(name)s还没有上岗。请先上岗，再编进巡组。") % {"name": one.name})
        if one.pk in taken:
            raise Conflict(_("%(name)s已经在另一个巡组里，请先离开那里。") % {"name": one.name})
        CrewMember.objects.create(crew=crew, officer=one, sworn=policy.is_sworn(one), joined_at=at)
    audit.record("dispatch.crew_formed", by=by.ref, on=crew, at=at, members=[one.pk for one in members])
    tell_board(crew.unit_id)
    return crew


def crew_of(officer: Officer) -> Crew | None:
    """The crew somebody is in now."""
    found = CrewMember.objects.filter(officer=officer, left_at=None).select_related("crew__unit__parent").first()
    return found.crew if found else None


def _held_crews(keys: Collection[int]) -> list[Crew]:
    """
    The crews as they stand, held until the transaction ends; in the order of their keys, always after the incident.

    SQLite has one writer at a time and needs nothing more.
    """
    list(Crew.objects.select_for_update().filter(pk__in=keys).order_by("pk").values_list("pk", flat=True))
    return list(Crew.objects.select_related("unit__parent").filter(pk__in=keys).order_by("pk"))


@transaction.atomic
def leave_crew(officer: Officer, *, at: datetime) -> None:
    """Leave it; the last to leave dissolves it. Not while the crew is sent: whoever goes hands over first."""
    crew = crew_of(officer)
    if crew is None:
        return
    (crew,) = _held_crews([crew.pk])
    if crew.sendings.bound().exists():
        raise CrewBusy(_("%(crew)s正在办一件警情，先处置完或交给别的巡组。") % {"crew": crew.name})
    _leave(crew, officer, at=at)


def _leave(crew: Crew, officer: Officer, *, at: datetime) -> None:
    crew.members.filter(officer=officer, left_at=None).update(left_at=at)
    if not crew.members.filter(left_at=None).exists():
        Crew.objects.filter(pk=crew.pk).update(ended_at=at)
        Standby.objects.filter(crew=crew, ended_at=None).update(ended_at=at)
    audit.record("dispatch.crew_left", by=officer.ref, on=crew, at=at)
    tell_board(crew.unit_id)


@transaction.atomic
def replace_member(crew: Crew, *, leaves: Officer, joins: Officer, at: datetime) -> bool:
    """Somebody takes the place of whoever signs off, so that the incident stays in hands. False when they cannot."""
    (crew,) = _held_crews([crew.pk])
    place = crew.members.filter(officer=leaves, left_at=None).first()
    if place is None or (place.sworn and not policy.is_sworn(joins)):
        return False
    if CrewMember.objects.filter(officer=joins, left_at=None).exclude(crew=crew).exists():
        return False
    if not crew.members.filter(officer=joins, left_at=None).exists():
        CrewMember.objects.create(crew=crew, officer=joins, sworn=policy.is_sworn(joins), joined_at=at)
    _leave(crew, leaves, at=at)
    return True


@transaction.atomic
def dissolve(crew: Crew, *, by: Officer, at: datetime) -> None:
    """The crew is no more, unless it is at an incident."""
    require(policy.may_form(by, crew.unit))
    (crew,) = _held_crews([crew.pk])
    if crew.sendings.bound().exists():
        raise CrewBusy(_("%(crew)s正在办一件警情，先处置完或交给别的巡组。") % {"crew": crew.name})
    crew.members.filter(left_at=None).update(left_at=at)
    Crew.objects.filter(pk=crew.pk).update(ended_at=at)
    Standby.objects.filter(crew=crew, ended_at=None).update(ended_at=at)
    audit.record("dispatch.crew_dissolved", by=by.ref, on=crew, at=at)
    tell_board(crew.unit_id)


@transaction.atomic
def rest(crew: Crew, *, by: Officer, resting: bool, at: datetime) -> None:
    """Rest, or be there again. It belongs to no incident, so the audit trail holds it."""
    require(policy.may_form(by, crew.unit))
    (crew,) = _held_crews([crew.pk])
    if resting and crew.sendings.bound().exists():
        raise CrewBusy(_("%(crew)s正在办一件警情，先处置完再休整。") % {"crew": crew.name})
    if Crew.objects.filter(pk=crew.pk, resting=not resting).update(resting=resting):
        Standby.objects.filter(crew=crew, ended_at=None).update(ended_at=at)
        audit.record("dispatch.crew_rests", by=by.ref, on=crew, at=at, resting=resting)
        tell_board(crew.unit_id)


@transaction.atomic
def report_position(crew: Crew, *, by: Officer, longitude: float, latitude: float, at: datetime) -> None:
    """Where the crew is, when somebody in it tapped. Only the last place is kept: nobody's way is recorded."""
    if not crew.members.filter(officer=by, left_at=None).exists():
        raise NoSending(_("您不在这个巡组里。"))
    Crew.objects.filter(pk=crew.pk).update(longitude=longitude, latitude=latitude, position_at=at)
    tell_board(crew.unit_id)


# ── who goes ─────────────────────────────────────────────────────────────────────────────────────────────────────────


@transaction.atomic
def send(
    matter: Matter, crews: Collection[int], *, by: Officer, words: str, seen: int, at: datetime
) -> tuple[list[Sending], list[Sending]]:
    """
    Send crews; those of another station are asked instead. Returns (sent, asked).

    words   what they are told
    seen    how many sendings the presser's page showed for this incident: with another number somebody was quicker, and nothing is done
    """
    matter, _incident = held(matter)
    require(policy.may_send(by, matter))
    station = matter.unit.station
    if matter.sendings.count() != seen:
        names = _("、").join(one.crew.name for one in matter.sendings.open().select_related("crew"))
        raise SentAlready(_("别人刚刚动过这件：%(crews)s。没有重复派。") % {"crews": names or _("现在没有人在去")})
    chosen = _held_crews(crews)
    if not chosen or len(chosen) != len(set(crews)):
        raise NoSending(_("请选要派的巡组。"))
    for crew in chosen:
        _require_able(crew, matter, station)
    coming = [*chosen, *(one.crew for one in matter.sendings.open().select_related("crew"))]
    if not CrewMember.objects.filter(crew__in=coming, left_at=None, sworn=True).exists():
        raise NotForCrews(_("辅警不能单独出警，请和有民警的巡组一起派。"))
    told = matters.clean_text(words)
    sent: list[Sending] = []
    asked: list[Sending] = []
    for crew in chosen:
        own = crew.unit_id == station.pk
        sending = Sending.objects.create(
            matter=matter,
            crew=crew,
            words=told,
            made_at=at,
            state=progress.SENT if own else progress.ASKED,
        )
        happened(matter, progress.SENT if own else progress.ASKED, at=at, by=by, sending=sending)
        (sent if own else asked).append(sending)
    Call.objects.filter(pk=matter.pk, needless=True).update(needless=False)
    audit.record("dispatch.sent", by=by.ref, on=matter, at=at, crews=[crew.pk for crew in chosen])
    return sent, asked


def _require_able(crew: Crew, matter: Matter, station: Unit) -> None:
    """Free, fit to be sent, of this station or of one under the same bureau, and nobody in it from whom the matter is kept."""
    name = {"crew": crew.name}
    if crew.unit_id != station.pk and crew.unit.parent_id != station.parent_id:
        raise NoSending(_("%(crew)s不在同一个分局，请打电话联系。") % name)
    if crew.ended_at is not None:
        raise CrewBusy(_("%(crew)s已经解散了。") % name)
    if crew.volunteers:
        raise NotForCrews(_("%(crew)s是志愿者，只帮着看，不派去处置。") % name)
    if crew.resting:
        raise CrewBusy(_("%(crew)s正在休整。") % name)
    if (at_work := crew.sendings.bound().first()) is not None:
        other = at_work.matter_id != matter.pk
        says = _("%(crew)s刚刚被派去另一件警情了。") if other else _("%(crew)s已经在去这一件的路上。")
        raise CrewBusy(says % name)
    if crew.sendings.open().filter(matter=matter).exists():
        raise SentAlready(_("已经请%(crew)s支援，正等答复。") % name)
    if crew.members.filter(left_at=None, officer__in=matter.kept_from.all()).exists():
        raise CrewBusy(_("这件警情不能派给%(crew)s。") % name)


def _held_sending(sending: Sending) -> tuple[Matter, Sending]:
    """Incident first, then the crew, then a fresh look."""
    matter = locked(sending.matter)
    _held_crews([sending.crew_id])
    return matter, Sending.objects.select_related("crew__unit__parent").get(pk=sending.pk)


@transaction.atomic
def answer_request(sending: Sending, *, by: Officer, comes: bool, at: datetime) -> Entry:
    """The asked station says whether its crew comes. Only then is it bound."""
    matter, sending = _held_sending(sending)
    require(policy.may_lend(by, sending.crew))
    if sending.state != progress.ASKED:
        raise NoSending(_("这个请求已经答复过，或者对方撤回了。"))
    if not comes:
        entry = happened(matter, progress.DECLINED, at=at, by=by, sending=sending)
    else:
        if sending.crew.ended_at or sending.crew.resting or sending.crew.sendings.bound().exists():
            raise CrewBusy(_("%(crew)s现在不空闲，去不了。") % {"crew": sending.crew.name})
        entry = happened(matter, progress.SENT, at=at, by=by, sending=sending)
    audit.record("dispatch.request_answered", by=by.ref, on=sending, at=at, comes=comes)
    return entry


@transaction.atomic
def recall(sending: Sending, *, by: Officer, reason: str, at: datetime) -> Entry:
    """Not needed after all, or somebody else goes. The reason stays with the incident."""
    matter, sending = _held_sending(sending)
    require(policy.may_send(by, matter))
    if not (why := matters.clean_text(reason)):
        raise NothingSaid(_("请写一句为什么撤回。"))
    if sending.ended_at is not None:
        raise NoSending(_("%(crew)s已经处置完了，不用撤回。") % {"crew": sending.crew.name})
    happened(matter, "recall-reason", at=at, by=by, sending=sending, body=why)  # the reporter does not read this one
    entry = happened(matter, progress.RECALLED, at=at, by=by, sending=sending)
    audit.record("dispatch.recalled", by=by.ref, on=sending, at=at)
    return entry


# ── from the phone ───────────────────────────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True, slots=True)
class Phone:
    """
    What a phone says of the time.

    happened_at   when it was pressed or written there; None: just now
    clock         what the phone's clock showed while it sent, by which a wrong clock is found
    client_id     chosen by the phone; the same once more adds nothing
    """

    happened_at: datetime | None = None
    clock: datetime | None = None
    client_id: str = ""

    def read(self, arrived: datetime) -> tuple[datetime, dict[str, Any]]:
        """The time to believe, never after its arrival, and both times as they were said."""
        if self.happened_at is None:
            return arrived, {}
        off = self.clock - arrived if self.clock is not None else timedelta()
        wrong = abs(off) > CLOCK_MAY_DIFFER
        believed = min(self.happened_at - off if wrong else self.happened_at, arrived)
        told: dict[str, Any] = {"said_at": self.happened_at.isoformat(), "arrived_at": arrived.isoformat()}
        if wrong:
            told["clock_off_s"] = round(off.total_seconds())
        return believed, told


NOW = Phone()


def _once(matter: Matter, phone: Phone) -> tuple[str | None, Entry | None]:
    """The id under which it is kept, and what was kept under it before."""
    if not phone.client_id:
        return None, None
    key = f"phone:{phone.client_id}"[:40]
    return key, matter.entries.filter(client_id=key).first()


@transaction.atomic
def report(sending: Sending, what: str, *, by: Officer, at: datetime, phone: Phone = NOW) -> Entry:
    """
    One tap: acknowledged, en route, on scene, cleared. Also long after it happened, and after a later one: its time is kept, nothing
    moves back.
    """
    matter, sending = _held_sending(sending)
    require(policy.may_speak_for(by, sending))
    if what not in progress.STEPS:
        raise NoSending(_("没有这一步。"))
    key, before = _once(matter, phone)
    if before is not None:
        return before
    column = progress.step(progress.Standing(sent_at=at), progress.Fact(what, at, {}))
    if not phone.client_id and sending.state == column.state:  # pressed twice without a script
        said = matter.entries.filter(data__what=f"dispatch.{what}", data__sending=sending.pk).order_by("-seq").first()
        if said is not None:  # none when the end came with the feedback
            return said
    if sending.state == progress.ASKED:
        raise NoSending(_("还没有答应去支援。"))
    believed, told = phone.read(at)
    return happened(matter, what, at=believed, by=by, sending=sending, client_id=key, **told)


@dataclass(frozen=True, slots=True)
class Feedback:
    """
    What a crew found and did.

    outcome      one of `words.OUTCOMES`; `going-on` leaves the crew at the scene
    task         what is still to be done, by `task_due`
    """

    outcome: str
    words: str = ""
    helped: int = 0
    files: tuple[str, ...] = ()
    task: str = ""
    task_due: date | None = None


GOING_ON = "going-on"


@transaction.atomic
def feedback(sending: Sending, given: Feedback, *, by: Officer, at: datetime, phone: Phone = NOW) -> Entry:
    """
    What was found at the scene. Kept whenever it comes: also after the crew was recalled, dissolved or signed off, with both times.
    """
    matter, sending = _held_sending(sending)
    require(policy.may_speak_for(by, sending))
    key, before = _once(matter, phone)
    if before is not None:
        return before
    believed, told = phone.read(at)
    stored = {"files": take_files(matter, given.files, by=by.ref, at=at)} if given.files else {}
    entry = happened(
        matter,
        "feedback",
        at=believed,
        by=by,
        sending=sending,
        body=matters.clean_text(given.words),
        client_id=key,
        outcome=given.outcome,
        helped=given.helped,
        ends=given.outcome != GOING_ON,
        **told,
        **stored,
    )
    if task := matters.clean_text(given.task):
        due = given.task_due or believed.date() + timedelta(days=3)
        left = happened(matter, "task-left", at=believed, by=by, sending=sending, body=task, due_on=due.isoformat())
        # Whoever has the matter does it; while nobody has it, whoever left it, where they may.
        own = by if matter.handler_id is None and incidents.may_work(by, matter) else None
        FollowUp.objects.create(matter=matter, seq=left.seq, due_on=due, owner=own)
    audit.record("dispatch.feedback", by=by.ref, on=sending, at=at, outcome=given.outcome)
    return entry


@transaction.atomic
def hand_to(sending: Sending, crew: Crew, *, by: Officer, at: datetime) -> Sending:
    """Another free crew of the same station takes over; the incident is never without one in between."""
    matter = locked(sending.matter)
    crews = {one.pk: one for one in _held_crews([sending.crew_id, crew.pk])}
    sending = Sending.objects.select_related("crew__unit__parent").get(pk=sending.pk)
    require(policy.may_speak_for(by, sending))
    if sending.state not in progress.BOUND:
        raise NoSending(_("这件已经不在您的巡组手上。"))
    to = crews[crew.pk]
    if to.unit_id != sending.crew.unit_id:
        raise NoSending(_("只能交给本所的巡组；要别的所来，请值班室请求支援。"))
    _require_able(to, matter, to.unit)
    if sending.crew.members.filter(left_at=None, sworn=True).exists() and not (
        to.members.filter(left_at=None, sworn=True).exists()
        or matter.sendings.bound()
        .exclude(pk=sending.pk)
        .filter(crew__members__left_at=None, crew__members__sworn=True)
        .exists()
    ):
        raise NotForCrews(_("%(crew)s里没有民警，不能单独接手。") % {"crew": to.name})
    happened(matter, progress.HANDED, at=at, by=by, sending=sending, to=to.name)
    new = Sending.objects.create(matter=matter, crew=to, words=sending.words, made_at=at, state=progress.SENT)
    happened(matter, progress.SENT, at=at, by=by, sending=new)
    audit.record("dispatch.handed", by=by.ref, on=sending, at=at, to=to.pk)
    return new


# ── what an incident needs, and what is left ─────────────────────────────────────────────────────────────────────────


@transaction.atomic
def say_needs(matter: Matter, *, sworn: int, skill: Skill | None, car: bool, by: Officer, at: datetime) -> Entry:
    """Correct who has to come."""
    matter, _incident = held(matter)
    require(policy.may_send(by, matter))
    needs = {"sworn": sworn, "skill": skill, "car": car, "needless": False}
    Call.objects.update_or_create(matter=matter, defaults=needs)
    skill_name = skill.name if skill else ""
    return happened(matter, "needs-said", at=at, by=by, sworn=sworn, skill=skill_name, car=car)


@transaction.atomic
def say_needless(matter: Matter, *, by: Officer, reason: str, at: datetime) -> Entry:
    """Nobody has to go, and why; it leaves the board."""
    matter, _incident = held(matter)
    require(policy.may_send(by, matter))
    if not (why := matters.clean_text(reason)):
        raise NothingSaid(_("请写一句为什么不用派人。"))
    if matter.sendings.open().exists():
        raise SentAlready(_("已经有巡组在去。不用去的话，请先撤回。"))
    Call.objects.update_or_create(matter=matter, defaults={"needless": True})
    audit.record("dispatch.needless", by=by.ref, on=matter, at=at)
    return happened(matter, "needless", at=at, by=by, body=why)


@transaction.atomic
def finish_task(task: FollowUp, *, by: Officer, at: datetime) -> None:
    """What a crew left is done. Pressed twice, it is done once."""
    matter, _incident = held(task.matter)
    require(incidents.may_work(by, matter))
    if FollowUp.objects.filter(pk=task.pk, done_at=None).update(done_at=at):
        happened(matter, "task-done", at=at, by=by, of=task.seq)


@transaction.atomic
def give_task(task: FollowUp, *, to: Officer, due_on: date, by: Officer, at: datetime) -> FollowUp:
    """Name who does what a crew left, and by when. Given to the same one for the same day adds nothing."""
    matter, _incident = held(task.matter)
    require(incidents.may_work(by, matter))
    task = FollowUp.objects.select_related("owner").get(pk=task.pk)
    task.matter = matter
    if task.done_at is not None:
        raise TaskDone(_("这一件已经办好了。"))
    if not to.active or not incidents.may_work(to, matter):
        raise NotForTask(_("%(name)s办不了这件事：不在这个单位，或者看不到它。") % {"name": to.name})
    if due_on < timezone.localdate(at):
        raise NotForTask(_("日子已经过去了，请写今天或者以后的一天。"))
    if (task.in_charge, task.due_on) == (to, due_on):
        return task
    task.owner, task.due_on, task.reminded_at = to, due_on, None
    task.save(update_fields=["owner", "due_on", "reminded_at"])
    happened(matter, "task-given", at=at, by=by, of=task.seq, to_name=to.public_name, due_on=due_on.isoformat())
    audit.record("dispatch.task_given", by=by.ref, on=task, at=at, to=to.ref)
    return task


def hand_tasks_over(officer: Officer, *, to: Officer, at: datetime) -> None:
    """
    Shift change: what the officer was named for goes to the next one, with its day. What the next one may not see stays where it is;
    so does everything when nobody is named: its day may be long after the officer is back.

    Without entries: the sign-off has told the desk already, and must not wait for a matter after that.
    """
    for task in FollowUp.objects.open().filter(owner=officer).select_related("matter__unit__parent").order_by("pk"):
        if incidents.may_work(to, task.matter):
            FollowUp.objects.filter(pk=task.pk, owner=officer, done_at=None).update(owner=to)
            audit.record("dispatch.task_given", by=officer.ref, on=task, at=at, to=to.ref)


#: Nobody is reminded at night of what has a whole day.
FROM_HOUR = 8


def remind_of_tasks(*, at: datetime) -> int:
    """Its day has come: whoever is in charge reads it in the timeline, once; day sheet and queue show it until it is done. How many."""
    here = timezone.localtime(at)
    if here.hour < FROM_HOUR:
        return 0
    due = FollowUp.objects.due_by(here.date()).filter(reminded_at=None).order_by("matter", "pk")
    return sum(_remind(one, at) for one in due.select_related("matter"))


@transaction.atomic
def _remind(task: FollowUp, at: datetime) -> bool:
    matter = locked(task.matter)
    if not FollowUp.objects.filter(pk=task.pk, done_at=None, reminded_at=None).update(reminded_at=at):
        return False
    who = task.owner or matter.handler
    happened(matter, "task-due", at=at, by=None, of=task.seq, to_name=who.public_name if who else "")
    return True


# ── silence ──────────────────────────────────────────────────────────────────────────────────────────────────────────


def ring_for_silence(*, at: datetime) -> int:
    """Each crew that was sent and does not acknowledge in time: the leader of the shift is rung, once. Returns how many."""
    since = at - timedelta(minutes=settings.SHOUWANG.dispatch_silence_minutes)
    late = Sending.objects.filter(state=progress.SENT, sent_at__lte=since, silent_at=None)
    return sum(_ring(one, since, at) for one in late.select_related("matter"))


@transaction.atomic
def _ring(sending: Sending, since: datetime, at: datetime) -> bool:
    matter, sending = _held_sending(sending)
    if sending.state != progress.SENT or sending.silent_at is not None or sending.sent_at is None:
        return False
    if sending.sent_at > since:
        return False
    happened(matter, "silent", at=at, by=None, sending=sending)
    return True


@transaction.atomic
def answer_silence(sending: Sending, *, by: Officer, at: datetime) -> None:
    """Somebody looks after the silent crew; the ringing ends. Pressed twice, it is answered once."""
    matter, sending = _held_sending(sending)
    require(policy.may_lend(by, sending.crew))
    if sending.silent_at is not None and sending.answered_at is None:
        happened(matter, "answered", at=at, by=by, sending=sending)
        audit.record("dispatch.silence_answered", by=by.ref, on=sending, at=at)
