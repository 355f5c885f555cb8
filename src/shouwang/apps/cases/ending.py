"""How a case ends: closed with a result, put in the archive with a number, and sealed."""

from __future__ import annotations

from datetime import date, datetime

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from shouwang.apps.cases import parts, policy
from shouwang.apps.cases.errors import NotAchieved, StillOpen, WrongMoment
from shouwang.apps.cases.models import ArchiveSeries, Assistant, Case, Nature, Party
from shouwang.apps.cases.timeline import ELSEWHERE, happened, held
from shouwang.apps.incidents.words import rule_at
from shouwang.apps.matters import usecases as matters
from shouwang.apps.matters.errors import NothingSaid
from shouwang.apps.matters.models import Matter, Reason
from shouwang.apps.matters.policy import is_police
from shouwang.apps.matters.usecases import clean_text
from shouwang.apps.units.models import Officer
from shouwang.engines.clocks import add_months
from shouwang.kernel import audit
from shouwang.kernel.policy import require

KEEP_RULE, SEAL_RULE = "ap-case-keep", "psl-seal"
#: What the reporter's matter is closed with.
_REASONS = {Case.Result.PASSED_ON: Reason.PASSED_ON}


@transaction.atomic
def assist(case: Case, *, by: Officer, officer: Officer, at: datetime) -> Assistant:
    """Somebody helps with the case from now on."""
    case = held(case)
    require(policy.may_work(by, case))
    if not policy.may_read(officer, case):
        raise WrongMoment(_("%(who)s看不到这个案件，不能协办。") % {"who": officer.name})
    if officer.pk == case.matter.handler_id:
        raise WrongMoment(_("%(who)s已经是主办。") % {"who": officer.name})
    made, new = Assistant.objects.get_or_create(case=case, officer=officer, until=None, defaults={"since": at})
    if new:
        happened(case, "cases.assistant-added", at=at, by=by, officer=officer.name)
        audit.record("cases.assistant_added", by=by.ref, on=case, at=at, officer=officer.ref)
    return made


@transaction.atomic
def assist_no_more(case: Case, *, by: Officer, officer: Officer, at: datetime) -> None:
    case = held(case)
    require(policy.may_work(by, case))
    if Assistant.objects.filter(case=case, officer=officer, until=None).update(until=at):
        happened(case, "cases.assistant-left", at=at, by=by, officer=officer.name)
        audit.record("cases.assistant_left", by=by.ref, on=case, at=at, officer=officer.ref)


@transaction.atomic
def hand_over(case: Case, *, by: Officer, to: Officer, at: datetime) -> None:
    """Another officer leads the case. The matter's timeline keeps who led it before."""
    case = held(case)
    require(policy.may_work(by, case))
    if not is_police(to):
        raise WrongMoment(_("案件要由民警主办，%(who)s不是民警。") % {"who": to.name})
    matters.assign(case.matter, to=to, by=by, at=at)
    assist_no_more(case, by=by, officer=to, at=at)


@transaction.atomic
def close_case(
    case: Case, *, by: Officer, result: str, report: str, words: str, at: datetime, elsewhere: str = ""
) -> Case:
    """
    The case ends with a result. A second press finds it closed.

    report     how it was handled, for the report of closing; stays in the house
    words      one plain sentence without names, which the reporter reads on their page
    elsewhere  who decided what and when, where that was another authority; kept as an entry of the station
    Raises     StillOpen with everything that stands in the way, NotAchieved when nothing bears the result out
    """
    case = held(case)
    if case.closed_at is not None:
        return case
    require(policy.may_close(by, case))
    if result not in Case.Result.values:
        raise NothingSaid(_("请选怎么结的案。"))
    if not (course := clean_text(report)):
        raise NothingSaid(_("请写几句办理经过。"))
    if why := parts.blocks(case, at):
        raise StillOpen(tuple(why))
    elsewhere = clean_text(elsewhere) if parts.decided_elsewhere(result) else ""
    if lacks := parts.lacks(case, result, elsewhere=elsewhere):
        raise NotAchieved(" ".join(lacks))
    matter: Matter = case.matter
    # The case first: a matter whose case still runs is not closed (`listeners`).
    Case.objects.filter(pk=case.pk, closed_at=None).update(closed_at=at, closed_by=by, result=result, report=course)
    if matter.is_open:
        reason = _REASONS.get(Case.Result(result), Reason.SOLVED)
        matters.close(matter, by=by, reason=reason, words=words, at=at, decided=True)
    case.matter = matter = Matter.objects.select_related("unit").get(pk=matter.pk)
    if elsewhere:
        happened(case, ELSEWHERE, at=at, by=by, body=elsewhere)
    happened(case, "cases.closed", at=at, by=by, result=result)
    audit.record("cases.closed", by=by.ref, on=case, at=at, result=result)
    fresh = Case.objects.get(pk=case.pk)
    fresh.matter = matter
    return fresh


def kept_until(case: Case) -> date:
    """The last day on which the file has to be there, by the law data; see how sure that is."""
    assert case.closed_at is not None
    rule = rule_at(KEEP_RULE, case.closed_at)
    return add_months(timezone.localtime(case.closed_at).date(), 12 * int(rule.limit or 0))


def ought_to_be_sealed(case: Case) -> bool:
    """
    Public-order records of everybody (art. 136), and every record in which a suspect was a minor.

    Where nobody but organisations was suspected there is nobody's record to seal.
    """
    if case.closed_at is None:
        return False
    suspects = list(Party.objects.filter(case=case, role=Party.Role.SUSPECT, left_at=None))
    if suspects and all(one.organisation for one in suspects):
        return False
    return case.nature == Nature.ADMINISTRATIVE or any(one.minor for one in suspects)


@transaction.atomic
def archive(case: Case, *, by: Officer, at: datetime) -> Case:
    """The file goes into the archive under its number. From then on it is read for a reason only."""
    case = held(case)
    if case.archived_at is not None:
        return case
    require(policy.may_archive(by, case))
    station, year = case.matter.unit.station, timezone.localtime(at).year
    number = f"{station.name}案卷〔{year}〕{ArchiveSeries.next(station, year)}号"
    Case.objects.filter(pk=case.pk, archived_at=None).update(archived_at=at, archived_by=by, archive_number=number)
    happened(case, "cases.archived", at=at, by=by, number=number)
    audit.record("cases.archived", by=by.ref, on=case, at=at, number=number)
    fresh = Case.objects.get(pk=case.pk)
    fresh.matter = case.matter
    return fresh


@transaction.atomic
def seal(case: Case, *, by: Officer, at: datetime) -> Case:
    """From now on only its handler, leaders and legal officers read it, each time for one of the two grounds of art. 136."""
    case = held(case)
    if case.matter.sealed_at is not None:
        return case
    require(policy.may_seal(by, case))
    # The column first: whoever hears of the entry finds the record sealed.
    Matter.objects.filter(pk=case.pk, sealed_at=None).update(sealed_at=at)
    case.matter.sealed_at = at
    happened(case, "cases.sealed", at=at, by=by)
    audit.record("cases.sealed", by=by.ref, on=case, at=at)
    return case
