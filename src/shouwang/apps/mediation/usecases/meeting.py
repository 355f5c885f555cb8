"""The two sides are invited, say when they can, and meet."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from shouwang.apps.matters.errors import NothingSaid
from shouwang.apps.matters.usecases import clean_text
from shouwang.apps.matters.viewer import Viewer
from shouwang.apps.mediation import policy
from shouwang.apps.mediation.conditions import facts_of, held_days, judged, refusals
from shouwang.apps.mediation.errors import NotForMediation, WrongMoment
from shouwang.apps.mediation.models import Attendance, Mediation, Meeting, Side, SideKey, State, Way
from shouwang.apps.mediation.timeline import happened, held, said_by
from shouwang.apps.mediation.usecases.telling import tell_other
from shouwang.apps.units.models import Officer
from shouwang.kernel import audit
from shouwang.kernel.errors import Refused
from shouwang.kernel.policy import require

MOST_TIMES = 3
AHEAD = timedelta(minutes=2)


def _require_another(mediation: Mediation, again: bool | None, at: datetime, but: Meeting | None = None) -> None:
    """A first meeting, or the one second that the law knows, in time."""
    if mediation.state != State.OPEN:
        raise WrongMoment(_("已经谈成或者结束，不用再约。"))
    if mediation.way != Way.POLICE:
        return
    found = judged(facts_of(mediation, mediation.sides.all(), days=held_days(mediation, but), again=again), at)
    if not found.possible:
        raise NotForMediation(_("不能再约：%(why)s。") % {"why": "；".join(refusals(found, at))})


@transaction.atomic
def invite(
    mediation: Mediation,
    *,
    by: Officer,
    place: str,
    times: Sequence[datetime],
    at: datetime,
    again: bool | None = None,
    client_id: str | None = None,
) -> Meeting:
    """
    Propose up to three times. The reporter chooses on their page; the other side is sent a neutral word where they allowed it, else called.

    again   for a second mediation of a case: it is useful, or somebody asked for it (art. 183)
    """
    mediation = held(mediation)
    require(policy.may_work(by, mediation))
    if client_id and (earlier := mediation.meetings.filter(client_id=client_id).first()):
        return earlier
    chosen = sorted({time.replace(second=0, microsecond=0) for time in times})
    if not chosen or len(chosen) > MOST_TIMES or not place.strip():
        raise WrongMoment(_("请写地点，和一到三个时间。"))
    if chosen[0] < at:
        raise WrongMoment(_("约的时间要在现在以后。"))
    for time in chosen:
        _require_another(mediation, again, time)
    if mediation.meetings.filter(held_at=None).exists():
        raise WrongMoment(_("已经约了一次，还没有谈。"))
    meeting = Meeting.objects.create(
        mediation=mediation,
        place=clean_text(place)[:80],
        times=[timezone.localtime(time).isoformat() for time in chosen],
        made_at=at,
        client_id=client_id,
    )
    for side in mediation.sides.all():
        Attendance.objects.create(meeting=meeting, side=side)
    happened(mediation, "invited", at=at, by=by, told=True, meeting=meeting.pk)
    tell_other(mediation, key=f"mediation:invited:{meeting.pk}", at=at)
    audit.record("mediation.invited", by=by.ref, on=mediation, at=at, meeting=meeting.pk)
    return meeting


@transaction.atomic
def say_fits(
    meeting: Meeting, side: Side, *, times: Sequence[str], at: datetime, by: Officer | None = None
) -> Attendance:
    """
    Which of the times suit one side; none at all is an answer too. The last word counts.

    by   the officer who heard it; None when the side pressed on its own page
    """
    mediation = held(meeting.mediation)
    if by is not None:
        require(policy.may_work(by, mediation))
    meeting = mediation.meetings.get(pk=meeting.pk)
    if meeting.held_at is not None or meeting.at is not None or mediation.state != State.OPEN:
        raise WrongMoment(_("时间已经定了，或者已经谈过了。来不了的，按“换个时间”。"))
    if not set(times) <= set(meeting.times):
        raise WrongMoment(_("请从约的时间里选。"))
    row = meeting.attendances.get(side=side)
    fits = [time for time in meeting.times if time in times]
    if row.fits == fits:
        return row
    row.fits = fits
    row.save(update_fields=["fits"])
    happened(mediation, "fits-said", at=at, by=by, meeting=meeting.pk, side=side.code, n=len(fits))
    return row


@transaction.atomic
def ask_other_time(
    meeting: Meeting,
    side: Side,
    *,
    words: str,
    at: datetime,
    viewer: Viewer | None = None,
    key: SideKey | None = None,
    client_id: str | None = None,
) -> None:
    """A side cannot come when it was fixed. The time stands until an officer fixes another one."""
    mediation = held(meeting.mediation)
    own = policy.side_of(viewer or Viewer(), mediation, key)
    if own is None or own.pk != side.pk:
        raise Refused(_("要有您自己的码，才能改约。"))
    meeting = mediation.meetings.get(pk=meeting.pk)
    if meeting.held_at is not None or meeting.at is None or mediation.state != State.OPEN:
        raise WrongMoment(_("现在没有定好的面谈，或者已经谈过了。"))
    if not (said := clean_text(words)):
        raise NothingSaid(_("请写一句哪天、几点方便。"))
    told = mediation.matter.entries.filter(data__what="mediation.other-time", data__client=client_id)
    if client_id and told.exists():
        return
    said_by(
        mediation,
        side,
        "other-time",
        at=at,
        heeded=True,
        key=key,
        body=said,
        side=side.code,
        meeting=meeting.pk,
        client=client_id,
    )
    audit.record("mediation.other_time_asked", by="resident", on=mediation, at=at, side=side.code)


def common_times(meeting: Meeting) -> list[datetime]:
    """The times that suit both, as far as both have said."""
    rows = list(meeting.attendances.all())
    if not rows or any(row.fits is None for row in rows):
        return []
    return [datetime.fromisoformat(time) for time in meeting.times if all(time in (row.fits or []) for row in rows)]


@transaction.atomic
def fix(meeting: Meeting, *, by: Officer, when: datetime, at: datetime) -> Meeting:
    """It is to be at this time. Pressed twice with the same time, it is told once."""
    mediation = held(meeting.mediation)
    require(policy.may_work(by, mediation))
    meeting = mediation.meetings.get(pk=meeting.pk)
    when = when.replace(second=0, microsecond=0)
    if meeting.held_at is not None or mediation.state != State.OPEN:
        raise WrongMoment(_("已经谈过了。"))
    if meeting.at == when:
        return meeting
    if when < at:
        raise WrongMoment(_("约的时间要在现在以后。"))
    _require_another(mediation, again=True, at=when, but=meeting)  # whether it is useful was asked when it was proposed
    meeting.at = when
    meeting.save(update_fields=["at"])
    mediation.sides.update(waits_since=None)
    happened(mediation, "fixed", at=at, by=by, told=True, when=when.isoformat(), place=meeting.place)
    tell_other(mediation, key=f"mediation:fixed:{meeting.pk}:{when.isoformat()}", at=at)
    audit.record("mediation.meeting_fixed", by=by.ref, on=mediation, at=at, meeting=meeting.pk, when=when.isoformat())
    return meeting


@transaction.atomic
def hold(
    mediation: Mediation,
    *,
    by: Officer,
    held_at: datetime,
    place: str,
    came: Mapping[str, bool],
    wants: Mapping[str, str],
    at: datetime,
    alone: bool = False,
    recorded: str = "",
    again: bool | None = None,
    client_id: str | None = None,
) -> Meeting:
    """
    They met, invited or on the spot: who came and what each wants. With both there it counts as a mediation.

    came, wants   by code of the side
    alone         one officer led it with auxiliaries: then `recorded` says where the recording is (治安管理处罚法 art. 108)
    """
    mediation, held_at = held(mediation), held_at.replace(second=0, microsecond=0)
    require(policy.may_handle(by, mediation))
    if client_id and (earlier := mediation.meetings.filter(client_id=client_id).first()):
        return earlier
    if held_at > at + AHEAD:
        raise WrongMoment(_("这个时间还没有到，请看一下是不是写错了。"))
    if alone and not recorded.strip():
        raise WrongMoment(_("一名民警带辅警调解的，要全程录音录像，请写录像在哪里。"))
    meeting = mediation.meetings.filter(held_at=None).first()
    both = all(came.get(side.code, False) for side in mediation.sides.all())
    if both:
        _require_another(mediation, again if meeting is None else True, held_at, but=meeting)
    elif mediation.state != State.OPEN:
        raise WrongMoment(_("已经谈成或者结束，不用再约。"))
    if meeting is None:
        meeting = Meeting.objects.create(
            mediation=mediation,
            place=clean_text(place)[:80],
            made_at=at,
            held_at=held_at,
            alone=alone,
            recorded=recorded.strip()[:200],
        )
        for side in mediation.sides.all():
            Attendance.objects.create(meeting=meeting, side=side)
    elif held_at < meeting.made_at - AHEAD:
        raise WrongMoment(_("面谈不会早于邀请的时间，请看一下日期。"))
    meeting.place = clean_text(place)[:80] or meeting.place
    meeting.held_at, meeting.both_came, meeting.alone = held_at, both, alone
    meeting.recorded, meeting.client_id = recorded.strip()[:200], client_id or meeting.client_id
    meeting.save()
    for row in meeting.attendances.select_related("side"):
        row.came, row.wants = came.get(row.side.code, False), clean_text(wants.get(row.side.code, ""))
        row.save(update_fields=["came", "wants"])
    happened(mediation, "met", at=at, by=by, told=both, both=both, meeting=meeting.pk)
    audit.record("mediation.met", by=by.ref, on=mediation, at=at, meeting=meeting.pk, both=both, alone=alone)
    return meeting
