"""A hearing that the person asked for: set in time, led by somebody else, closed for juveniles; its time is not the case's (art. 118)."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from shouwang.apps.matters import clock
from shouwang.apps.matters.errors import NothingSaid
from shouwang.apps.matters.models import By, Type
from shouwang.apps.matters.timeline import append
from shouwang.apps.matters.usecases import clean_text
from shouwang.apps.matters.viewer import Visibility
from shouwang.apps.penalties import policy
from shouwang.apps.penalties.errors import NotAllowed, WrongMoment
from shouwang.apps.penalties.judging import judge_penalty
from shouwang.apps.penalties.limits import HOLD, earliest_hearing, last_day
from shouwang.apps.penalties.models import Hearing, Penalty, Stage
from shouwang.apps.penalties.timeline import happened, held, keep
from shouwang.apps.units.models import Officer
from shouwang.engines.clocks import EventKind
from shouwang.kernel.policy import require

#: The kind of pause, as the law data calls it.
PAUSE = "hearing"
#: Nobody waits longer for a hearing; a later day is a slip of the keyboard.
LONGEST = timedelta(days=366)


def _tick(penalty: Penalty, event: str, *, by: Officer, at: datetime) -> None:
    """An event of the case's clock that only the station reads: that there is a hearing is nobody else's to know."""
    append(
        penalty.case.matter,
        Type.CLOCK,
        at=at,
        by=By.OFFICER,
        officer=by,
        visibility=Visibility.STATION,
        data={"event": event, "reason": PAUSE},
    )


def _pause(penalty: Penalty, *, by: Officer, at: datetime) -> None:
    run = clock.running(penalty.case.matter)
    if run is not None and PAUSE in run.rule.pauses and not run.paused_for:
        _tick(penalty, EventKind.PAUSE, by=by, at=at)


def _resume(penalty: Penalty, *, by: Officer, at: datetime) -> None:
    """Go on counting, unless another hearing of the case is still open."""
    run = clock.running(penalty.case.matter)
    others = Hearing.objects.filter(penalty__case=penalty.case, ended_at=None).exclude(penalty=penalty)
    if run is not None and run.paused_for == PAUSE and not others.exists():
        _tick(penalty, EventKind.RESUME, by=by, at=at)


@transaction.atomic
def ask_hearing(penalty: Penalty, *, by: Officer, at: datetime) -> Penalty:
    """The person asks for a hearing: within five working days of being told (行政处罚法 arts. 64, 85)."""
    penalty = held(penalty)
    if penalty.stage == Stage.HEARING:
        return penalty
    require(policy.may_change(by, penalty))
    if penalty.stage != Stage.TOLD or penalty.hearing_by is None:
        raise NotAllowed(_("这个处罚没有听证的权利，或者还没有告知。"), _("《治安管理处罚法》第117条"))
    if hasattr(penalty, "asked_hearing"):
        raise WrongMoment(_("已经要求过听证了。"))
    if timezone.localtime(at).date() > penalty.hearing_by:
        raise NotAllowed(_("要求听证的五个工作日已经过了。"), _("《行政处罚法》第64条、第85条"))
    Hearing.objects.create(penalty=penalty, asked_at=at, closed=judge_penalty(penalty, at).closed)
    penalty = held(penalty)
    keep(penalty, at, stage=Stage.HEARING, waived=False)
    happened(penalty, "hearing-asked", at=at, by=by)
    _pause(penalty, by=by, at=at)
    return penalty


@transaction.atomic
def set_hearing(
    penalty: Penalty,
    *,
    by: Officer,
    on: datetime,
    place: str,
    chair: Officer,
    at: datetime,
    clerk: str = "",
    closed: bool = False,
    late_why: str = "",
) -> Penalty:
    """
    When and where, and who leads it. The person is told now: seven working days before it, and it is held within ten days of asking.

    The seven working days are the higher law's and stand; what is later than the ten days needs its reason.
    """
    penalty = held(penalty)
    require(policy.may_work(by, penalty))
    if penalty.stage != Stage.HEARING:
        raise WrongMoment(_("没有等着举行的听证。"))
    asked = penalty.asked_hearing
    if policy.is_investigator(chair, penalty) or not chair.roles_for(penalty.case.matter.unit) & policy.CHAIRS:
        raise NotAllowed(_("主持人不能是办案的人，要由法制员或者领导主持。"), _("《行政处罚法》第64条"))
    if timezone.localtime(on).date() < (first := earliest_hearing(at)):
        raise NotAllowed(
            _("要提前七个工作日告知本人，最早 %(day)s。") % {"day": first.isoformat()},
            _("《行政处罚法》第64条、第85条"),
        )
    if on > at + LONGEST:
        raise WrongMoment(_("听证的时间太远了，请看一下是不是写错了。"))
    why = clean_text(late_why)
    last = last_day(HOLD, asked.asked_at)
    if timezone.localtime(on).date() > last and not why:
        raise NotAllowed(
            _("晚于要求听证后的十日（%(day)s），请写明为什么。") % {"day": last.isoformat()},
            _("《公安机关办理行政案件程序规定》第135—137条"),
        )
    if not (where := clean_text(place)):
        raise NothingSaid(_("请写在哪里举行。"))
    asked.at, asked.place, asked.chair, asked.clerk = on, where[:80], chair, clean_text(clerk)[:40]
    asked.closed = closed or judge_penalty(penalty, at).closed
    asked.late_why, asked.notified_at = why[:200], at
    asked.save()
    keep(penalty, at)
    happened(penalty, "hearing-set", at=at, by=by, held_on=on.isoformat())
    return penalty


@transaction.atomic
def end_hearing(penalty: Penalty, *, by: Officer, held_it: bool, words: str, at: datetime) -> Penalty:
    """It was held, with what came out of it, or the person gave it up. The case's clock goes on."""
    penalty = held(penalty)
    require(policy.may_work(by, penalty))
    if penalty.stage != Stage.HEARING:
        raise WrongMoment(_("没有等着举行的听证。"))
    asked = penalty.asked_hearing
    if held_it and (asked.at is None or asked.at > at):
        raise WrongMoment(_("听证的时间还没有到。"))
    if not (said := clean_text(words)):
        raise NothingSaid(_("请写听证的情况；本人放弃的，写怎么知道的。"))
    asked.held, asked.words, asked.ended_at = held_it, said, at
    asked.save()
    keep(penalty, at, stage=Stage.TOLD)
    happened(penalty, "hearing-held" if held_it else "hearing-given-up", at=at, by=by)
    _resume(penalty, by=by, at=at)
    return penalty
