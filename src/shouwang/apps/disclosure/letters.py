"""What leaves the house in writing, filled from data: the answer, the letter to whoever is asked, the request to reconsider."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from django.conf import settings
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import override

from shouwang.apps.disclosure import limits
from shouwang.apps.disclosure.models import Application, Consultation
from shouwang.apps.incidents.words import rule_at
from shouwang.apps.matters import clock
from shouwang.apps.matters.ledgers import places_of
from shouwang.apps.people.usecases import masked


@dataclass(frozen=True, slots=True)
class Letter:
    """A sheet: heading, to whom, paragraphs, and who signs when."""

    title: str
    number: str
    to: str
    paragraphs: tuple[str, ...]
    signed: str
    dated: date | None


def name_of(application: Application) -> str:
    person = application.matter.reporter
    return person.name if person is not None else ""


def answer(application: Application, at: datetime, *, named: bool = True) -> Letter:
    """
    The answer as it would go out at this moment, in the station's language whoever presses.

    named   False masks the applicant, for whoever drafts or reviews and need not know
    """
    with override(settings.LANGUAGE_CODE):
        ending = limits.endings(at)[application.outcome]
        ground = limits.grounds(at).get(application.ground)
        name = name_of(application)
        received = application.received_on or timezone.localdate(at)
        rows = [
            _("我们于 %(day)s 收到您的政府信息公开申请，您要的是：%(wanted)s")
            % {"day": received.isoformat(), "wanted": application.wanted},
            _("现在答复您：%(ending)s。") % {"ending": ending.name},
            application.told_how,
            _("理由：%(why)s") % {"why": application.reasons} if application.reasons else "",
            _("不公开的依据：%(ground)s（%(place)s）。") % {"ground": ground.name, "place": places_of(ground.rule)}
            if ground
            else "",
            _("依据：%(place)s。") % {"place": places_of(ending.rule)},
            *(remedy_says(one) for one in limits.remedies(application, limits.known_on(application) or at)),
        ]
        return Letter(
            _("政府信息公开申请答复书"),
            application.matter.number,
            name if named else masked(name),
            tuple(row for row in rows if row),
            application.matter.unit.name,
            timezone.localdate(application.answered_at) if application.answered_at else None,
        )


def answer_text(application: Application, at: datetime) -> str:
    """The same as plain text: what is kept as it went out."""
    sheet = answer(application, at)
    dated = sheet.dated.isoformat() if sheet.dated else ""
    return "\n".join([sheet.title, sheet.number, f"{sheet.to}：", *sheet.paragraphs, sheet.signed, dated])


def remedy_says(one: limits.Remedy) -> str:
    """A remedy as the answer says it, with its day."""
    day = {"day": one.last_on.isoformat()}
    if one.code == "sue":
        return _("也可以在 %(day)s 以前直接向人民法院起诉。") % day
    if one.comes_first:
        after = rule_at(limits.SUE_AFTER, limits.noon(one.last_on))
        return _(
            "不同意这个答复，可以在 %(day)s 以前申请行政复议；要起诉，先要经过复议，收到复议决定以后 %(term)s内起诉。"
        ) % {**day, "term": clock.length(int(after.limit or 0), after.unit)}
    return _("不同意这个答复，可以在 %(day)s 以前申请行政复议。") % day


def third_party(consultation: Consultation) -> Letter:
    """The letter to whoever is asked: what is asked for, what they may say, until when, and what silence means. Not who applied."""
    application = consultation.application
    with override(settings.LANGUAGE_CODE):
        rule = rule_at(
            limits.THIRD if consultation.whom == Consultation.Whom.THIRD_PARTY else limits.JOINT, consultation.sent_at
        )
        silence = {
            Consultation.Whom.THIRD_PARTY: _("到期没有回复，不等于同意，由我们依法决定。"),
            Consultation.Whom.JOINT: _("到期没有回复，视为同意公开。"),
            Consultation.Whom.OTHER: _("到期没有回复，由我们依法决定。"),
        }[Consultation.Whom(consultation.whom)]
        return Letter(
            _("政府信息公开征求意见书"),
            application.matter.number,
            consultation.called,
            (
                _("有人向我们申请公开一份信息，其中和您有关的是："),
                consultation.asks,
                _("请您书面告诉我们：同不同意公开；不同意的，请写明理由。"),
                _("请在 %(day)s 以前回复。%(silence)s") % {"day": consultation.due_on.isoformat(), "silence": silence},
                _("依据：%(place)s。") % {"place": places_of(rule)},
            ),
            application.matter.unit.name,
            timezone.localdate(consultation.sent_at),
        )


def reconsider(application: Application, remedy: limits.Remedy) -> Letter:
    """The applicant's request, ready but for the signature. Where it goes is the reader's language and the law's word."""
    matter = application.matter
    asked_of = _("%(unit)s的本级人民政府") % {"unit": matter.unit.called}
    answered = timezone.localdate(application.answered_at) if application.answered_at else None
    return Letter(
        _("行政复议申请书"),
        matter.number,
        asked_of,
        (
            _("申请人：%(name)s") % {"name": name_of(application)},
            _("被申请人：%(unit)s") % {"unit": matter.unit.called},
            _("请求：撤销或者变更被申请人对我的政府信息公开申请（编号 %(number)s）的答复，责令重新答复。")
            % {"number": matter.number},
            _("事实和理由：我于 %(received)s 申请公开：%(wanted)s")
            % {"received": (application.received_on or answered or ""), "wanted": application.wanted},
            _("被申请人于 %(day)s 答复：%(ending)s。我不同意，因为：________________")
            % {
                "day": answered or "",
                "ending": limits.endings(application.answered_at or matter.received_at)[application.outcome].name,
            },
            _("最迟 %(day)s 以前提出。") % {"day": remedy.last_on.isoformat()},
        ),
        _("申请人签名：________"),
        None,
    )
