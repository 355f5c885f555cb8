"""Up and down the line: handed in, reviewed by the legal officer where the law asks, decided by whoever is competent, or sent back."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from shouwang.apps.cases import timeline as cases
from shouwang.apps.cases.models import Party
from shouwang.apps.matters.errors import NothingSaid
from shouwang.apps.matters.usecases import clean_text
from shouwang.apps.matters.viewer import Visibility
from shouwang.apps.penalties import policy
from shouwang.apps.penalties.errors import NotAllowed
from shouwang.apps.penalties.judging import columns_of, judge_penalty, measure_now
from shouwang.apps.penalties.models import Penalty, Stage
from shouwang.apps.penalties.timeline import happened, held, keep
from shouwang.apps.penalties.usecases.proposing import refuse_heavier, stands_against
from shouwang.apps.units.models import Officer
from shouwang.engines import penalty as engine
from shouwang.kernel.policy import require


@transaction.atomic
def hand_in(penalty: Penalty, *, by: Officer, at: datetime) -> Penalty:
    """
    To the legal officer where art. 114 asks, else to whoever decides.

    Not before the person was told, what they said was answered, and the time to ask for a hearing has passed or they want none. That there
    is no penalty needs no telling before.
    """
    penalty = held(penalty)
    if penalty.stage in {Stage.LEGAL, Stage.DECIDING}:
        return penalty
    require(policy.may_change(by, penalty))
    if penalty.stage != Stage.TOLD and penalty.kind != "none":
        raise NotAllowed(_("先告知本人，听本人怎么说，才能报上去决定。"), _("《治安管理处罚法》第112条"))
    if penalty.defence and not penalty.answer:
        raise NotAllowed(_("本人说了理由：先核实，写明核实的结果。"), _("《治安管理处罚法》第112条"))
    asked = getattr(penalty, "asked_hearing", None)
    today = timezone.localtime(at).date()
    if penalty.hearing_by is not None and asked is None and not penalty.waived and today <= penalty.hearing_by:
        raise NotAllowed(
            _("本人到 %(day)s 都可以要求听证；本人说不要，才能提前报上去。") % {"day": penalty.hearing_by.isoformat()},
            _("《治安管理处罚法》第117条"),
        )
    found = judge_penalty(penalty, at)
    stands_against(found)
    legal = found.legal_review
    keep(penalty, at, stage=Stage.LEGAL if legal else Stage.DECIDING)
    happened(penalty, "handed-in", at=at, by=by, waits_for=penalty.waits_for)
    return penalty


@transaction.atomic
def review(penalty: Penalty, *, by: Officer, words: str, at: datetime) -> Penalty:
    """The legal officer agrees, with an opinion (art. 114)."""
    penalty = held(penalty)
    if penalty.stage == Stage.DECIDING and penalty.reviewed_by_id == by.pk:
        return penalty
    require(policy.may_review(by, penalty))
    if not (opinion := clean_text(words)):
        raise NothingSaid(_("请写审核意见。"))
    keep(penalty, at, stage=Stage.DECIDING, reviewed_by=by, reviewed_at=at, opinion=opinion)
    happened(penalty, "reviewed", at=at, by=by)
    return penalty


@transaction.atomic
def send_back(penalty: Penalty, *, by: Officer, words: str, at: datetime) -> Penalty:
    """Back to whoever proposed it, with what is missing. What the person was told stands, and nothing becomes heavier."""
    penalty = held(penalty)
    require(policy.may_return(by, penalty))
    if not (why := clean_text(words)):
        raise NothingSaid(_("请写明退回去要补什么。"))
    keep(penalty, at, stage=Stage.TOLD if penalty.told_at else Stage.PROPOSED, opinion=why)
    happened(penalty, "sent-back", at=at, by=by)
    return penalty


def _tell_victim(penalty: Penalty, at: datetime) -> None:
    """
    Whoever reported it as the victim reads that a decision was made, and nothing of it (公安机关执法公开规定 art. 22).

    A mere reporter, and whoever is a suspect too, reads nothing.
    """
    reporter = penalty.case.matter.reporter_id
    if (
        reporter is None
        or not penalty.case.parties.filter(person=reporter, role=Party.Role.VICTIM, left_at=None).exists()
    ):
        return
    cases.happened(penalty.case, "penalties.decision-made", at=at, by=None, visibility=Visibility.PARTIES, answers=True)


def settle(penalty: Penalty, *, by: Officer, at: datetime, **columns: Any) -> Penalty:
    """Write a decision down and tell whoever may know of it; the caller holds the penalty and has asked whether it may be."""
    keep(penalty, at, stage=Stage.DECIDED, decided_by=by, decided_at=at, **columns)
    happened(penalty, "spared" if penalty.kind == "none" else "decided", at=at, by=by)
    _tell_victim(penalty, at)
    return penalty


@transaction.atomic
def decide(
    penalty: Penalty,
    *,
    by: Officer,
    at: datetime,
    kind: str = "",
    fine: int = 0,
    days: int = 0,
    spare_beside: bool = False,
    words: str = "",
) -> Penalty:
    """
    Impose what was proposed, or something lighter with its reason; never more than the person was told.

    spare_beside  no licence is revoked and no business stopped after all
    kind    empty: as proposed. Whoever may decide only for the station decides nothing that is the county's
    """
    penalty = held(penalty)
    require(policy.may_decide(by, penalty))
    columns: dict[str, Any] = {}
    now = measure_now(penalty)
    measure = replace(now, kind=engine.Kind(kind), fine=fine, days=days) if kind else now
    if spare_beside:
        measure = replace(measure, revokes=False, suspends=False)
    refuse_heavier(penalty, measure)
    found = judge_penalty(penalty, at, measure)
    stands_against(found)
    if measure.kind == "none":
        raise NothingSaid(_("不予处罚要写明理由和依据：请用“决定不予处罚”。"))
    if measure != now:
        if not (why := clean_text(words)):
            raise NothingSaid(_("改轻了，请写明为什么。"))
        columns |= columns_of(measure)
        columns["reasons"] = f"{penalty.reasons}\n{why}"
    return settle(penalty, by=by, at=at, executed=found.executed, **columns)


@transaction.atomic
def spare(penalty: Penalty, *, by: Officer, words: str, basis: str, at: datetime) -> Penalty:
    """No penalty, with the reason and what it rests on (arts. 12, 20; 行政处罚法 art. 33)."""
    penalty = held(penalty)
    require(policy.may_decide(by, penalty))
    why, rests = clean_text(words), clean_text(basis)
    if not why or not rests:
        raise NothingSaid(_("请写明为什么不罚、依据哪一条。"))
    nothing = {**columns_of(engine.Measure(engine.Kind.NONE)), "beside": "", "executed": None}
    return settle(penalty, by=by, at=at, **nothing, spared_why=why, basis=rests[:200])
