"""From receipt to the draft: completeness, the one correction, letters to others, the extension. The matter's clock counts the days."""

from __future__ import annotations

from datetime import date, datetime

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from shouwang.apps.disclosure import limits, policy
from shouwang.apps.disclosure.errors import WrongMoment
from shouwang.apps.disclosure.models import Application, Consultation, Stage
from shouwang.apps.disclosure.timeline import happened, held, keep
from shouwang.apps.guides.blanks import refuse_unfilled
from shouwang.apps.matters import clock
from shouwang.apps.matters.errors import NothingSaid
from shouwang.apps.matters.models import By
from shouwang.apps.matters.usecases import clean_text, extend_clock, pause_clock, restart_clock, resume_clock
from shouwang.apps.matters.viewer import Viewer
from shouwang.apps.units.models import Officer
from shouwang.kernel import audit
from shouwang.kernel.errors import Refused
from shouwang.kernel.policy import require


def _words(text: str, missing: str) -> str:
    if not (words := clean_text(text)):
        raise NothingSaid(missing)
    refuse_unfilled(words)
    return words


def _at(application: Application, *stages: str) -> None:
    if application.stage not in stages:
        raise WrongMoment(
            _("现在是“%(stage)s”，还做不了这一步，或者已经做过了。") % {"stage": application.get_stage_display()}
        )


@transaction.atomic
def complete(application: Application, *, by: Officer, at: datetime) -> Application:
    """Everything is there: go and look for it."""
    application = held(application)
    require(policy.may_work(by, application))
    _at(application, Stage.CHECKING)
    keep(application, stage=Stage.WORKING)
    happened(application, "complete", at=at, by=by)
    return application


@transaction.atomic
def ask_correction(application: Application, *, by: Officer, words: str, until: date, at: datetime) -> Application:
    """Say once everything that is missing, and until when it can be brought (art. 30). The clock waits, and begins anew with the answer."""
    application = held(application)
    require(policy.may_work(by, application))
    _at(application, Stage.CHECKING, Stage.WORKING)
    if application.correct_asked_at is not None:
        raise WrongMoment(_("补正只能要求一次，已经要求过了。按现在有的办，还不明确的，答复里说明。"))
    what = _words(words, _("请一次写清楚缺什么、怎么补。申请人会看到。"))
    if until <= timezone.localdate(at):
        raise WrongMoment(_("补正的期限要合理，最早从明天起。"))
    keep(application, stage=Stage.CORRECTING, correct_asked_at=at, correct_by=until)
    happened(application, "correction-asked", at=at, by=by, answers=True, body=what, until=until.isoformat())
    pause_clock(application.matter, by=by, reason="correction", words=_("等申请人补正。"), at=at)
    return application


@transaction.atomic
def correct(
    application: Application,
    *,
    words: str,
    at: datetime,
    viewer: Viewer | None = None,
    by: Officer | None = None,
) -> Application:
    """
    The correction arrived, from whoever holds the code or written down by the desk: twenty working days begin anew.

    Late is not refused while nothing was decided: giving up is for the station to find, with a reason.
    """
    application = held(application)
    matter = application.matter
    if by is not None:
        require(policy.may_confirm(by, application))
    elif viewer is None or matter.pk not in viewer.held:
        raise Refused(_("要有这件事的查询码，才能补正。"))
    _at(application, Stage.CORRECTING)
    what = _words(words, _("请把缺的补上。"))
    keep(
        application,
        stage=Stage.CHECKING,
        corrected_at=at,
        wanted=f"{application.wanted}\n\n{_('补正：')}{what}",
    )
    side = By.OFFICER if by else By.RESIDENT
    happened(application, "corrected", at=at, by=by, side=side, body=what)
    restart_clock(matter, by=by, words=_("补正收到了。"), at=at)
    return application


@transaction.atomic
def consult(
    application: Application,
    *,
    by: Officer,
    whom: str,
    called: str,
    asks: str,
    received_on: date,
    at: datetime,
    client_id: str | None = None,
) -> Consultation:
    """Ask a third party or another organ in writing; as long as an answer is waited for, the clock stands still (arts. 32-34)."""
    application = held(application)
    require(policy.may_work(by, application))
    if client_id and (before := application.consultations.filter(client_id=client_id).first()):
        return before
    _at(application, Stage.CHECKING, Stage.WORKING)
    name = _words(called, _("请写问的是谁。申请人看不到名称。"))[:120]
    question = _words(asks, _("请写问什么：哪些内容，公开会有什么影响。"))
    today = timezone.localdate(at)
    if not (application.received_on or today) <= received_on <= today:
        raise WrongMoment(_("对方收到信的日子，要在收到申请以后、今天以前。"))
    made = Consultation.objects.create(
        application=application,
        whom=Consultation.Whom(whom),
        called=name,
        asks=question,
        sent_at=at,
        received_on=received_on,
        due_on=limits.answer_by(whom, received_on),
        by=by,
        client_id=client_id,
    )
    keep(application, stage=Stage.WORKING)
    happened(application, "consulted", at=at, by=by, answers=True, whom=made.whom, until=made.due_on.isoformat())
    run = clock.running(application.matter)
    if run is not None and not run.paused_for:
        reason = "third-party" if whom == Consultation.Whom.THIRD_PARTY else "other-organ"
        pause_clock(application.matter, by=by, reason=reason, words=_("在等对方的意见。"), at=at)
    return made


@transaction.atomic
def end_consultation(consultation: Consultation, *, by: Officer, says: str, words: str, at: datetime) -> Consultation:
    """Write down what they said, or that the term is over without a word. With the last one open, the clock goes on."""
    application = held(consultation.application)
    require(policy.may_work(by, application))
    consultation = application.consultations.get(pk=consultation.pk)
    if consultation.ended_at is not None:
        return consultation
    if says == Consultation.Says.SILENT and at < limits.end_of(consultation.due_on):
        raise WrongMoment(_("对方的期限还没有到，现在不能算没有回音。"))
    what = clean_text(words)
    if says == Consultation.Says.REFUSES and not what:
        raise NothingSaid(_("不同意的，请写对方说的理由。"))
    _end(application, consultation, says=Consultation.Says(says), words=what, at=at, by=by)
    return consultation


def _end(
    application: Application, consultation: Consultation, *, says: str, words: str, at: datetime, by: Officer | None
) -> None:
    consultation.says, consultation.words, consultation.ended_at = says, words, at
    consultation.save(update_fields=["says", "words", "ended_at"])
    # What a third party said is not for the applicant's page; that it is over is.
    happened(application, "heard", at=at, by=by, whom=consultation.whom, silent=says == Consultation.Says.SILENT)
    run = clock.running(application.matter)
    waiting = application.consultations.filter(ended_at=None).exists()
    if run is not None and run.paused_for in {"third-party", "other-organ"} and not waiting:
        resume_clock(application.matter, by=by, at=at)


def lapse(at: datetime) -> int:
    """
    Terms of letters that ended without a word: the clock goes on by itself, whoever forgot. Returns how many.

    Run twice, it does nothing twice.
    """
    over = Consultation.objects.filter(ended_at=None, due_on__lt=timezone.localdate(at)).select_related(
        "application__matter"
    )
    count = 0
    for one in over:
        with transaction.atomic():
            application = held(one.application)
            fresh = application.consultations.get(pk=one.pk)
            if fresh.ended_at is None:
                _end(application, fresh, says=Consultation.Says.SILENT, words="", at=at, by=None)
                count += 1
    return count


@transaction.atomic
def extend(application: Application, *, by: Officer, amount: int, words: str, at: datetime) -> Application:
    """A leader agrees to more time, once, and the applicant reads who and why (art. 33)."""
    application = held(application)
    require(policy.may_extend(by, application))
    if application.stage in {Stage.ARRIVED, Stage.ANSWERED, Stage.DONE}:
        raise WrongMoment(_("现在没有在算的答复期限。"))
    extend_clock(application.matter, by=by, amount=amount, words=words, at=at)
    audit.record("disclosure.extended", by=by.ref, on=application, at=at, amount=amount)
    application.matter.refresh_from_db()
    return application
