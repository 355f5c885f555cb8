"""The answer: drafted by one, read by another, closed with its reason and remedies, and brought to the applicant in the wished form."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from shouwang.apps.disclosure import letters, limits, policy
from shouwang.apps.disclosure.errors import WrongMoment
from shouwang.apps.disclosure.models import Application, Consultation, Stage, Wish
from shouwang.apps.disclosure.timeline import happened, held, keep
from shouwang.apps.guides.blanks import refuse_unfilled
from shouwang.apps.matters.errors import NothingSaid, WrongState
from shouwang.apps.matters.models import Reason, State, Type
from shouwang.apps.matters.usecases import clean_text
from shouwang.apps.matters.usecases.clocks import stop_clock
from shouwang.apps.matters.viewer import Visibility
from shouwang.apps.secrecy import grounds
from shouwang.apps.secrecy import queries as secrecy
from shouwang.apps.units.models import Officer
from shouwang.kernel.policy import require

#: Endings of the law data → how the matter is closed.
CLOSES = {"not-our-organ": Reason.NOT_OURS, "repeat": Reason.REPEATED, "not-corrected": Reason.WITHDRAWN}
#: What an ending needs told besides its reason.
MUST_TELL = frozenset(
    {"already-public", "disclose", "partly", "not-our-organ", "special-regime", "publication", "petition"}
)


@dataclass(frozen=True, slots=True)
class Draft:
    """
    outcome   a code of `limits.endings`
    ground    for refusals and for what is withheld: a code of `limits.grounds`
    reasons   why, in words the applicant understands
    told_how  what is given and where; where else to ask
    """

    outcome: str
    reasons: str = ""
    told_how: str = ""
    ground: str = ""


@transaction.atomic
def draft(application: Application, said: Draft, *, by: Officer, at: datetime) -> Application:
    """Draft one of the answers; a second officer reads it before it leaves."""
    application = held(application)
    require(policy.may_work(by, application))
    columns = _fitting(application, said, at)
    _may_end(application, said.outcome, columns["ground"], at)
    keep(application, stage=Stage.REVIEW, drafted_by=by, drafted_at=at, **columns)
    happened(application, "drafted", at=at, by=by, visibility=Visibility.STATION, outcome=said.outcome)
    return application


def _fitting(application: Application, said: Draft, at: datetime) -> dict[str, Any]:
    """The columns of a draft; raises with the sentence that says what to do when the law does not allow it yet."""
    known = limits.endings(at)
    if said.outcome not in known:
        raise WrongMoment(_("请选一种答复。"))
    given_up = said.outcome == "not-corrected"
    fits = {Stage.CORRECTING} if given_up else {Stage.CHECKING, Stage.WORKING, Stage.REVIEW}
    if application.stage not in fits:
        raise WrongMoment(_("现在是“%(stage)s”，还不能这样答复。") % {"stage": application.get_stage_display()})
    if given_up and (application.correct_by is None or timezone.localdate(at) <= application.correct_by):
        raise WrongMoment(_("补正的期限还没有过，还不能算放弃。"))
    if said.outcome == "still-unclear" and application.corrected_at is None:
        raise WrongMoment(_("先要求补正；补正以后还不明确的，才能这样答复。"))
    if application.consultations.filter(ended_at=None).exists():
        raise WrongMoment(_("还在等对方的意见，等到了或者期限过了再答复。"))
    ground = said.ground if said.outcome in limits.NEEDS_GROUND else ""
    if said.outcome in limits.NEEDS_GROUND and ground not in limits.grounds(at):
        raise NothingSaid(_("不公开的，请选是哪一条理由。"))
    asked = application.consultations.filter(whom=Consultation.Whom.THIRD_PARTY)
    if ground == "third-party" and not asked.exists():
        raise WrongMoment(_("涉及第三方的，先书面征求第三方的意见，再决定公开不公开。"))
    reasons, told = clean_text(said.reasons), clean_text(said.told_how)
    if said.outcome in MUST_TELL and not told:
        raise NothingSaid(_("请写给什么、怎么取，或者该去哪里。"))
    if said.outcome != "disclose" and not reasons:
        raise NothingSaid(_("请写理由，让申请人看得懂。"))
    for text in (reasons, told):
        refuse_unfilled(text)
    return {"outcome": said.outcome, "ground": ground, "reasons": reasons, "told_how": told}


def _may_end(application: Application, outcome: str, reason: str, at: datetime) -> None:
    """No ground, no withholding; and while nobody has decided whether it may be public, it is neither given nor refused."""
    secrecy.refuse_undecided(application.ref)
    if on := grounds.behind(reason):
        secrecy.refuse_ungrounded(application.ref, timezone.localdate(at), on=on)
    elif outcome == "disclose":
        secrecy.refuse_withheld(application.ref, timezone.localdate(at))


@transaction.atomic
def send_back(application: Application, *, by: Officer, words: str, at: datetime) -> Application:
    """The second officer does not agree: back to whoever drafted it, with what to change."""
    application = held(application)
    require(policy.may_review(by, application))
    if not (why := clean_text(words)):
        raise NothingSaid(_("请写要改什么。"))
    given_up = application.outcome == "not-corrected"
    keep(application, stage=Stage.CORRECTING if given_up else Stage.WORKING)
    happened(application, "sent-back", at=at, by=by, visibility=Visibility.STATION, body=why)
    return application


@transaction.atomic
def approve(application: Application, *, by: Officer, at: datetime) -> Application:
    """The second officer agrees: the answer stands, the applicant reads it on the page, the clock stops."""
    application = held(application)
    require(policy.may_review(by, application))
    matter = application.matter
    if matter.state != State.OPEN:
        raise WrongState(_("这件事已经办结，或者正在复核。"))
    if matter.rings:
        raise WrongState(_("危险提示还没有人应答，先应答再办结。"))
    _may_end(application, application.outcome, application.ground, at)
    application.answered_at = at
    text = letters.answer_text(application, at)
    on_page = application.wish == Wish.PAGE
    keep(
        application,
        stage=Stage.DONE if on_page else Stage.ANSWERED,
        reviewed_by=by,
        answered_at=at,
        answer=text,
        delivered_on=timezone.localdate(at) if on_page else None,
    )
    reason = CLOSES.get(application.outcome, Reason.ANSWERED)
    happened(
        application,
        "answered",
        at=at,
        by=by,
        type_=Type.CLOSED,
        reason=reason.value,
        outcome=application.outcome,
    )
    stop_clock(matter, at=at)
    return application


@transaction.atomic
def deliver(application: Application, *, by: Officer, on: date, words: str, at: datetime) -> Application:
    """It reached the applicant in the wished form: posted, mailed, fetched or seen."""
    application = held(application)
    if application.stage == Stage.DONE:
        return application
    require(policy.may_confirm(by, application))
    if application.stage != Stage.ANSWERED or application.answered_at is None:
        raise WrongMoment(_("答复还没有审核过。"))
    if not timezone.localdate(application.answered_at) <= on <= timezone.localdate(at):
        raise WrongMoment(_("送到的日子，要在答复以后、今天以前。"))
    if not (how := clean_text(words)):
        raise NothingSaid(_("请写怎么送到的：邮件号、谁来取的。"))
    keep(application, stage=Stage.DONE, delivered_on=on)
    happened(application, "delivered", at=at, by=by, on=on.isoformat(), visibility=Visibility.PARTIES)
    happened(application, "delivery-noted", at=at, by=by, visibility=Visibility.STATION, body=how)
    return application


@transaction.atomic
def set_fee(application: Application, *, by: Officer, how: str, n: int, words: str, at: datetime) -> Application:
    """
    Ask a fee for clearly excessive number or frequency (art. 42), by one tariff only. The sum is computed; the applicant reads it before.

    n   the how many-th application of the month, or the number of pages
    """
    application = held(application)
    require(policy.may_extend(by, application))
    if application.stage not in {Stage.CHECKING, Stage.WORKING} or how not in limits.TARIFFS:
        raise WrongMoment(_("收费要在答复以前告知，按件、按量只选一种。"))
    if application.fee_by:
        raise WrongMoment(_("信息处理费已经告知过了。"))
    if not (why := clean_text(words)):
        raise NothingSaid(_("请写明为什么算明显超过合理范围，申请人会看到。"))
    yuan = limits.fee(how, n, at)
    if yuan == 0:
        raise WrongMoment(_("按这个数量不收费。"))
    keep(application, fee_by=how, fee_n=n, fee_yuan=yuan)
    happened(application, "fee-asked", at=at, by=by, answers=True, body=why, how=how, n=n, yuan=yuan)
    return application


def reopened(application: Application) -> None:
    """A review found that the work goes on; the answer that went out stands in the timeline and in the audit trail."""
    keep(application, stage=Stage.WORKING, reviewed_by=None, drafted_by=None, answered_at=None, delivered_on=None)
