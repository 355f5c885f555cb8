"""What bears on the person leads to something: a leniency review by somebody else, or an offer of help, only with their consent."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from shouwang.apps.matters.errors import NothingSaid
from shouwang.apps.matters.models import Channel, Kind
from shouwang.apps.matters.usecases import clean_text, open_matter
from shouwang.apps.penalties import policy
from shouwang.apps.penalties.errors import NotAllowed, WrongMoment
from shouwang.apps.penalties.judging import columns_of, judge_penalty, measure_now, measure_of, told_measure
from shouwang.apps.penalties.models import Care, Penalty, Stage
from shouwang.apps.penalties.timeline import happened, held, keep
from shouwang.apps.penalties.usecases.proposing import stands_against
from shouwang.apps.units.models import Officer
from shouwang.kernel.policy import require

#: A fine is not put off for ever.
LONGEST = timedelta(days=366)


def _held(care: Care) -> Care:
    penalty = held(care.penalty)
    fresh = Care.objects.get(pk=care.pk)
    fresh.penalty = penalty
    return fresh


@transaction.atomic
def note_care(penalty: Penalty, *, by: Officer, problem: str, words: str, leads_to: str, at: datetime) -> Care:
    """
    Write a difficulty down, and what comes of it: a leniency review, or the question whether help is wanted. Said twice, it is one.
    """
    penalty = held(penalty)
    require(policy.may_work(by, penalty))
    if not penalty.is_open:
        raise WrongMoment(_("这个处罚已经办完了。"))
    if not (what := clean_text(words)):
        raise NothingSaid(_("请写明是什么情况。"))
    if problem not in Care.Problem.values or leads_to not in Care.LeadsTo.values:
        raise WrongMoment(_("请选一个难处和怎么办。"))
    before = penalty.cares.filter(problem=problem, leads_to=leads_to, decided_at=None, help=None).first()
    if before is not None:
        return before
    care = Care.objects.create(penalty=penalty, problem=problem, words=what, leads_to=leads_to, by=by, at=at)
    happened(penalty, "care-noted", at=at, by=by, leads_to=leads_to)
    return care


@transaction.atomic
def offer_help(care: Care, *, by: Officer, at: datetime) -> Care:
    """
    The person says yes: one press makes a matter of help, whoever works on it learns the problem and nothing of the penalty.
    """
    care = _held(care)
    penalty = care.penalty
    require(policy.may_work(by, penalty))
    if care.help_id is not None:
        return care
    if care.leads_to != Care.LeadsTo.HELP:
        raise WrongMoment(_("这一条是提请从宽的。"))
    opened = open_matter(
        penalty.case.matter.unit,
        kind=Kind.HELP,
        channel=Channel.COUNTER,
        at=at,
        body=_("有人愿意让我们帮忙：%(problem)s。请联系本人，商量能做什么。") % {"problem": care.get_problem_display()},
        reporter=penalty.party.person,
        by=by,
        client_id=f"care:{care.pk}",
    )
    care.help = opened.matter
    care.save(update_fields=["help"])
    happened(penalty, "help-offered", at=at, by=by)
    return care


@transaction.atomic
def be_lenient(
    care: Care,
    *,
    by: Officer,
    outcome: str,
    words: str,
    at: datetime,
    kind: str = "",
    fine: int = 0,
    days: int = 0,
    pay_by: date | None = None,
) -> Care:
    """
    Answer a leniency review: a lighter measure before it is decided, a later day to pay after it, or neither, always with the reason.
    """
    care = _held(care)
    require(policy.may_be_lenient(by, care))
    penalty = care.penalty
    if not (why := clean_text(words)):
        raise NothingSaid(_("请写明为什么这样决定。"))
    columns: dict[str, Any] = {}
    if outcome == Care.Outcome.LIGHTER:
        columns = _lighter(penalty, kind, fine, days, why, at)
    elif outcome == Care.Outcome.LATER:
        columns = _later(penalty, pay_by, at)
    elif outcome != Care.Outcome.SAME:
        raise WrongMoment(_("请选一种决定。"))
    care.outcome, care.outcome_words, care.decided_by, care.decided_at = outcome, why, by, at
    care.save()
    keep(penalty, at, **columns)
    happened(penalty, "care-decided", at=at, by=by, outcome=outcome)
    return care


def _lighter(penalty: Penalty, kind: str, fine: int, days: int, why: str, at: datetime) -> dict[str, Any]:
    if penalty.decided_at is not None:
        raise WrongMoment(_("已经决定了，不能在这里改轻。可以晚一点缴；要改决定，请重新决定或者告知复议。"))
    beside = {"revokes": penalty.revokes, "suspends": penalty.suspends}
    measure = measure_of(kind or penalty.kind, fine, days, **beside)
    before = told_measure(penalty) or measure_now(penalty)
    now = measure_now(penalty)
    if measure == now or measure.heavier_than(now) or measure.heavier_than(before):
        raise NotAllowed(_("这不比原来的轻。"), _("《治安管理处罚法》第112条"))
    found = judge_penalty(penalty, at, measure)
    stands_against(found)
    county = found.decider == "county"
    return {
        **columns_of(measure),
        "executed": found.executed,
        "decider": "county-head" if county else "station-chief",
        "reasons": f"{penalty.reasons}\n{why}",
    }


def _later(penalty: Penalty, pay_by: date | None, at: datetime) -> dict[str, Any]:
    if penalty.stage != Stage.DECIDED or not penalty.fine or penalty.cash or penalty.paid_on is not None:
        raise WrongMoment(_("没有等着缴的罚款。"))
    floor = penalty.pay_by or timezone.localtime(at).date()
    if pay_by is None or pay_by <= floor:
        raise WrongMoment(_("请写晚到哪一天，要在 %(day)s 以后。") % {"day": floor.isoformat()})
    if pay_by > floor + LONGEST:
        raise WrongMoment(_("最多晚一年。"))
    return {"pay_by": pay_by}
