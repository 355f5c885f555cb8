"""
Who may mediate. Denied by default; reading the matter as the station is needed for all.

What the sides said and agreed is opened with a recorded look; helpers prepare, a police officer leads
(公安机关办理行政案件程序规定 art. 52: one officer may lead auxiliaries, fully recorded).
"""

from __future__ import annotations

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from shouwang.apps.cases.models import Case, Nature
from shouwang.apps.incidents import filing
from shouwang.apps.incidents.asked import learnt
from shouwang.apps.incidents.models import Category
from shouwang.apps.incidents.policy import incident_of
from shouwang.apps.matters import clock
from shouwang.apps.matters import policy as matters
from shouwang.apps.matters.models import Kind, Matter
from shouwang.apps.matters.viewer import Holder, Viewer, Visibility
from shouwang.apps.mediation.models import Mediation, Side, SideKey, Way
from shouwang.apps.units.models import Officer
from shouwang.kernel.policy import Verdict, no, rule, yes

#: Who may say that the police agree to what two settled by themselves: the law names nobody, so a leader does.
SELF_RULE = "ap-selfsettle"
#: What a report is like when somebody may have been hurt or is afraid at home.
_VIOLENT = frozenset({Category.HURT, Category.HOME})
_NO_QUARREL = frozenset({Kind.COMPLAINT, Kind.DISCLOSURE})


def may_read(officer: Officer, mediation: Mediation) -> Verdict:
    """Open what was said and agreed; the look is recorded."""
    if matters.clearance(Viewer(officer=officer), mediation.matter) < Visibility.STATION:
        return no(_("这件事不在您的单位，您看不到它。"))
    return matters.may_look(officer)


def case_of(matter: Matter) -> Case | None:
    """The case of a matter, running or not."""
    return Case.objects.filter(pk=matter.pk).first()


def ways_of(matter: Matter) -> list[Way]:
    """Which ways are open: those of a running public-order case, or that of a quarrel that is no case."""
    case = case_of(matter)
    if case is None:
        return [Way.CIVIL]
    if case.nature == Nature.ADMINISTRATIVE and case.closed_at is None:
        return [Way.POLICE, Way.SELF]
    return []


def may_begin(officer: Officer, matter: Matter) -> Verdict:
    """Begin a mediation: the desk of the unit that is answerable, in a matter where two can quarrel."""
    if not matter.is_open or matter.kind in _NO_QUARREL:
        return no(_("这件事已经办结，或者不是两边之间的事。"))
    if not ways_of(matter):
        return no(_("刑事案件、已经结案的案件不能在这里调解。"))
    if is_violence_unjudged(matter):
        return no(
            _(
                "可能有人受伤、有危险，或者是家里动手，还没有判断性质：先判断性质（x），再谈调解。家庭暴力另有告诫书和人身安全保护令。"
            )
        )
    work = matters.may_work_on(officer, matter)
    if not work:
        return work
    return matters.may_look(officer)


def is_violence_unjudged(matter: Matter) -> bool:
    """
    A report of violence at home, of danger or of somebody hurt that nobody has judged: talking it over first would put the weaker side
    under pressure and the facts out of sight.
    """
    incident = incident_of(matter)
    if incident is None or incident.stage not in filing.UNDECIDED:
        return False
    hurt = learnt(matter).get("injury", "NONE") != "NONE"
    return incident.category in _VIOLENT or incident.unsafe or bool(matter.danger) or hurt


def may_work(officer: Officer, mediation: Mediation) -> Verdict:
    """Invite, write down what was said, watch performance."""
    return may_read(officer, mediation) and matters.may_work_on(officer, mediation.matter)


@rule("mediation.lead", gettext_lazy("主持调解，确认达成和履行"))
def may_lead(officer: Officer) -> Verdict:
    """Police officers; auxiliaries, trainees and clerks invite and take notes."""
    if matters.is_police(officer):
        return yes(_("您是民警，可以主持调解。"))
    return no(_("调解要由民警主持和确认。辅警、内勤可以约时间、做记录。"))


def may_handle(officer: Officer, mediation: Mediation) -> Verdict:
    """Say that it is agreed, performed, broken or at an end."""
    return may_work(officer, mediation) and may_lead(officer)


def may_approve(officer: Officer, mediation: Mediation) -> Verdict:
    """Say for the police whether what two settled by themselves is good enough: a leader, and not whoever wrote it down."""
    read = may_read(officer, mediation)
    if not read:
        return read
    approver = clock.approver_of(SELF_RULE, mediation.opened_at)
    if not officer.roles_for(mediation.matter.unit) & matters.deciders(approver):
        return no(_("自行和解要由所长或分局认可。"))
    if mediation.mediator_id == officer.pk:
        return no(_("这份申请是您登记的，要由另一位领导认可。"))
    return yes(_("您是领导，可以认可。"))


def side_of(viewer: Viewer, mediation: Mediation, key: SideKey | None = None) -> Side | None:
    """
    The side that proved who it is: with a code of its own, or as the reporter with the reporter's own. A helper's code opens none of it.

    As for whoever holds the matter's code, the page stays theirs when the record is sealed (decision 13).
    """
    if key is not None:
        live = key.revoked_at is None
        return next((side for side in mediation.sides.all() if live and side.pk == key.side_id), None)
    held = viewer.held.get(mediation.matter_id)
    if held is None or held.holder != Holder.REPORTER:
        return None
    return next((side for side in mediation.sides.all() if side.reporter), None)
