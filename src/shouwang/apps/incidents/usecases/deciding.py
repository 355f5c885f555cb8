"""What a report is by law, and whether it becomes a case. The law data says who decides and by when."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from shouwang.apps.guides.blanks import refuse_unfilled
from shouwang.apps.incidents import filing, policy
from shouwang.apps.incidents.duties import NOTICES
from shouwang.apps.incidents.errors import WrongStage
from shouwang.apps.incidents.models import About, Judged, Nature
from shouwang.apps.incidents.suggesting import advice_for, suggested_nature
from shouwang.apps.incidents.timeline import happened, held, linked_keys
from shouwang.apps.incidents.usecases.running import PASSING_RULE, run_clock
from shouwang.apps.matters import clock
from shouwang.apps.matters import usecases as matters
from shouwang.apps.matters.clock import due_from
from shouwang.apps.matters.errors import NothingSaid, WrongState
from shouwang.apps.matters.models import Entry, Matter, Reason, State, Type
from shouwang.apps.matters.timeline import locked_all
from shouwang.apps.matters.usecases.clocks import start_clock, stop_clock
from shouwang.apps.matters.viewer import Visibility
from shouwang.apps.papers import usecases as papers
from shouwang.apps.papers.models import Paper
from shouwang.apps.papers.policy import may_make
from shouwang.apps.units.models import Officer
from shouwang.kernel import audit
from shouwang.kernel.policy import Verdict, require

#: Reviews of a crime, shortest first (公通字〔2015〕32号 2.1(2)).
REVIEW_RULES = ("o15-crim", "o15-crim-leads", "o15-crim-complex")
TELL_PASSED_RULE, TELL_DECLINED_RULE = "fr-tell-transfer", "cp-nofile"
CASE_RULE = "psl-limit"
_NO_CASE = frozenset({Nature.DISPUTE, Nature.TRAFFIC, Nature.HELP})


def _for_linked(matter: Matter, may: Callable[[Matter], Verdict], step: Callable[[Matter], Entry]) -> Entry:
    """
    The same step for every report of the same event, each in its own timeline; a report that is further on by itself is left alone.

    All are taken hold of first, in the order of their keys, so that two who do this never wait for each other.
    """
    keys = linked_keys(matter)
    others = [one for one in locked_all(Matter.objects.filter(pk__in=keys)) if one.pk != matter.pk]
    entry = step(matter)
    for other in others:
        if may(other):
            step(other)
    return entry


@transaction.atomic
def decide_nature(matter: Matter, *, by: Officer, nature: str, words: str, at: datetime) -> Entry:
    """
    What it is by law, for this report and those linked to it; see `_decide_nature`. Whether it is what was suggested is counted,
    without anybody's name.
    """
    incident = policy.incident_of(matter)
    suggested = suggested_nature(advice_for(matter, incident)) if incident else None
    entry = _for_linked(
        matter,
        lambda one: policy.may_decide_nature(by, one),
        lambda one: _decide_nature(one, by=by, nature=nature, words=words, at=at),
    )
    if suggested and nature != Nature.UNCLEAR:
        Judged.objects.get_or_create(
            incident_id=matter.pk, about=About.NATURE, defaults={"taken": nature == suggested, "at": at}
        )
    return entry


def _decide_nature(matter: Matter, *, by: Officer, nature: str, words: str, at: datetime) -> Entry:
    """
    Say what it is by law, with the reason the reporter reads.

    A crime goes into review, counted from the day of arrival. A violation is filed at once, in the same press. Quarrels, traffic and calls
    for help need no filing and keep the promise of a result. What is not for the police is `settle`d, which names the right place.
    """
    matter, incident = held(matter)
    require(policy.may_decide_nature(by, matter))
    if nature not in {Nature.UNCLEAR, Nature.CRIMINAL, Nature.ADMINISTRATIVE, *_NO_CASE}:
        raise WrongStage(_("不归公安管的，请用“不归我们管，告知去处”。"))
    if not (why := matters.clean_text(words)):
        raise NothingSaid(_("请用一句话写明为什么这样判断，报案人会看到。"))
    refuse_unfilled(why)
    stage, rule = filing.UNCLEAR, ""
    if nature == Nature.CRIMINAL:
        stage, rule = filing.REVIEW, REVIEW_RULES[0]
    elif nature in _NO_CASE:
        stage = filing.NO_CASE
    was = incident.nature
    entry = happened(
        matter, "nature-decided", at=at, by=by, answers=True, body=why, nature=nature, stage=stage, rule=rule, was=was
    )
    audit.record("incidents.nature_decided", by=by.ref, on=matter, at=at, nature=nature, was=was)
    matter, incident = held(matter)
    if nature == Nature.ADMINISTRATIVE:
        return _file(matter, by=by, words=why, at=at)
    run_clock(matter, incident, at=at)
    return entry


@transaction.atomic
def lengthen_review(matter: Matter, *, by: Officer, rule: str, words: str, at: datetime) -> Entry:
    """A longer review, for this report and those linked to it; see `_lengthen_review`."""
    return _for_linked(
        matter,
        lambda one: policy.may_lengthen(by, one),
        lambda one: _lengthen_review(one, by=by, rule=rule, words=words, at=at),
    )


def _lengthen_review(matter: Matter, *, by: Officer, rule: str, words: str, at: datetime) -> Entry:
    """
    Seven days where leads need checking, thirty where the case is major or complex.

    Both count from the day of arrival and are agreed by whom the law names.
    """
    matter, incident = held(matter)
    require(policy.may_lengthen(by, matter))
    if rule not in REVIEW_RULES[1:] or REVIEW_RULES.index(rule) <= REVIEW_RULES.index(incident.review_rule):
        raise WrongStage(_("审查期限已经是这么长了。"))
    approver = policy.approver_of_review(rule, at)
    if not policy.may_approve(by, matter.unit, approver):
        raise WrongStage(_("这样延长要由%(approver)s批准。") % {"approver": clock.approver_name(approver)})
    if not (why := matters.clean_text(words)):
        raise NothingSaid(_("请写明为什么要更长的时间，报案人会看到。"))
    passing = matter.due_rule == PASSING_RULE  # the clock of passing on stands before that of the review
    ends = due_from(incident.review_rule, matter.received_at, at) if passing else matter.due_at
    if ends is not None and ends < at:
        raise WrongState(_("审查期限已经过了，过了的期限不能再延长。请马上决定。"))
    entry = happened(matter, "review-lengthened", at=at, by=by, answers=True, body=why, rule=rule)
    matter, incident = held(matter)
    run_clock(matter, incident, at=at)
    audit.record("incidents.review_lengthened", by=by.ref, on=matter, at=at, rule=rule)
    return entry


@transaction.atomic
def propose(matter: Matter, *, by: Officer, what: str, words: str, at: datetime) -> Entry:
    """Ask whoever decides to `file` or `decline`, with the reasons. The clock runs on."""
    matter, incident = held(matter)
    require(policy.may_propose(by, matter))
    rule_id = policy.DECISION_RULES.get((Nature(incident.nature), what))
    approver = clock.approver_of(rule_id, at) if rule_id else ""
    if not approver:
        raise WrongStage(_("先判断性质；治安案件不用等批准，直接立案。"))
    if not (why := matters.clean_text(words)):
        raise NothingSaid(_("请写明理由，批准的人照着看。"))
    entry = happened(
        matter,
        "proposed",
        at=at,
        by=by,
        visibility=Visibility.STATION,
        body=why,
        proposes=what,
        waits_for=approver,
    )
    audit.record("incidents.proposed", by=by.ref, on=matter, at=at, proposes=what)
    return entry


@transaction.atomic
def return_proposal(matter: Matter, *, by: Officer, words: str, at: datetime) -> Entry:
    """Whoever would approve asks for something first."""
    matter, _incident = held(matter)
    require(policy.may_return_proposal(by, matter))
    if not (why := matters.clean_text(words)):
        raise NothingSaid(_("请写明还要做什么。"))
    return happened(matter, "proposal-returned", at=at, by=by, visibility=Visibility.STATION, body=why)


@transaction.atomic
def file(matter: Matter, *, by: Officer, words: str, at: datetime) -> Entry:
    """A case, for this report and those linked to it; see `_file`."""
    return _for_linked(
        matter,
        lambda one: policy.may_decide(by, one, "file", at),
        lambda one: _file(one, by=by, words=words, at=at),
    )


def _file(matter: Matter, *, by: Officer, words: str, at: datetime) -> Entry:
    """It is a case (立案). The reporter is told; the clock of handling a violation starts, that of a review is met."""
    matter, incident = held(matter)
    require(policy.may_decide(by, matter, "file", at))
    if not (why := matters.clean_text(words)):
        raise NothingSaid(_("请用一句话告诉报案人立案的情况。"))
    refuse_unfilled(why)
    stop_clock(matter, at=at)
    entry = happened(matter, "filed", at=at, by=by, answers=True, body=why, nature=incident.nature)
    if incident.nature == Nature.ADMINISTRATIVE:
        start_clock(matter, CASE_RULE, at=at)
    audit.record("incidents.filed", by=by.ref, on=matter, at=at, nature=incident.nature)
    return entry


@transaction.atomic
def decline(matter: Matter, *, by: Officer, words: str, at: datetime) -> Entry:
    """No case, for this report and those linked to it; see `_decline`."""
    return _for_linked(
        matter,
        lambda one: policy.may_decide(by, one, "decline", at),
        lambda one: _decline(one, by=by, words=words, at=at),
    )


@transaction.atomic
def decline_in_writing(matter: Matter, *, by: Officer, words: str, at: datetime) -> list[Paper]:
    """
    Decline, and begin the notice for each report that this decides, with its reason on it already. Whoever issues it fills in the rest
    and has it approved; a report without a reporter has nobody to write to.
    """
    decline(matter, by=by, words=words, at=at)
    decided = Matter.objects.filter(
        pk__in=linked_keys(matter), incident__stage=filing.DECLINED, incident__decided_at=at, reporter__isnull=False
    )
    return [
        papers.make(one, by=by, kind=NOTICES[one.incident.nature], at=at, client_id=f"declined:{at.isoformat()}")
        for one in decided.select_related("incident").order_by("pk")
        if may_make(by, one)
    ]


def _decline(matter: Matter, *, by: Officer, words: str, at: datetime) -> Entry:
    """
    It is not made a case (不予立案): the matter ends with the written reason and the remedies. What nobody judged is declined as no
    violation of public order (治安管理处罚法 art. 90).

    For a crime the notice is due within three days where there is somebody to receive it (程序规定 art. 178).
    That clock runs on until they were told.
    """
    matter, incident = held(matter)
    require(policy.may_decide(by, matter, "decline", at))
    return _end(
        matter,
        "declined",
        by=by,
        reason=Reason.NOT_FILED,
        words=words,
        missing=_("请写明不予立案的理由，要书面告诉报案人。"),
        rule=TELL_DECLINED_RULE if incident.nature == Nature.CRIMINAL else "",
        at=at,
        nature=Nature.ADMINISTRATIVE if incident.nature == Nature.UNCLEAR else incident.nature,
    )


@transaction.atomic
def settle(matter: Matter, *, by: Officer, to: str, words: str, at: datetime) -> Entry:
    """Not for the police: told at once, with the body that is competent, and logged (接报案与立案工作规定 item 8(3))."""
    matter, _incident = held(matter)
    require(policy.may_settle(by, matter))
    return _end(
        matter,
        "not-police",
        by=by,
        reason=Reason.NOT_OURS,
        words=words,
        missing=_("请写明怎样告诉报案人的，包括去哪里办。"),
        at=at,
        nature=Nature.NOT_POLICE,
        to=to.strip()[:80],
    )


@transaction.atomic
def pass_on(matter: Matter, *, by: Officer, to: str, words: str, at: datetime) -> Entry:
    """To an organ outside this house (移送), within twenty-four hours of arrival; the reporter is told within three days."""
    matter, incident = held(matter)
    require(policy.may_pass_on(by, matter, at))
    if not to.strip():
        raise NothingSaid(_("请写明移送给哪个机关。"))
    return _end(
        matter,
        "passed-on",
        by=by,
        reason=Reason.PASSED_ON,
        words=words,
        missing=_("请写明为什么移送、对方怎样联系，报案人会看到。"),
        rule=TELL_PASSED_RULE,
        at=at,
        nature=incident.nature,
        to=to.strip()[:80],
    )


def _end(
    matter: Matter,
    what: str,
    *,
    by: Officer,
    reason: Reason,
    words: str,
    missing: str,
    at: datetime,
    rule: str = "",
    **data: Any,
) -> Entry:
    """The matter ends with a decision; while the reporter has not been told, the clock of telling runs."""
    if matter.rings:
        raise WrongState(_("危险提示还没有人应答，先应答再决定。"))
    if matter.state == State.DISPUTED:
        raise WrongState(_("报案人有异议，要先复核。"))
    if matter.offered_to_unit_id is not None:
        raise WrongState(_("已经转出去了，正等对方接手。"))
    if not (why := matters.clean_text(words)):
        raise NothingSaid(missing)
    refuse_unfilled(why)
    stop_clock(matter, at=at)
    entry = happened(matter, what, at=at, by=by, type_=Type.CLOSED, body=why, reason=reason.value, **data)
    if rule and matter.reporter_id is not None:
        start_clock(matter, rule, at=at)
    audit.record(f"incidents.{what.replace('-', '_')}", by=by.ref, on=matter, at=at)
    return entry
