"""
Who may propose, tell, review, hear, decide and carry out. Denied by default; reading the case as the station is needed for all.

Who decides follows from the measure (治安管理处罚法 art. 109) and from what this house calls such a person (`matters.policy.DECIDES`);
whoever proposed it neither reviews nor decides it, and leads no hearing on it.
"""

from __future__ import annotations

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from shouwang.apps.cases import policy as cases
from shouwang.apps.cases.models import Case, Nature
from shouwang.apps.incidents.policy import may_judge
from shouwang.apps.matters import clock
from shouwang.apps.matters import policy as matters
from shouwang.apps.penalties.models import Care, Penalty, Stage
from shouwang.apps.units.models import Officer, Role
from shouwang.kernel.policy import Verdict, no, rule, yes

#: Who reads the list of all penalties, with its totals, and is lenient.
OVERSEES = matters.LEADERS | {Role.LEGAL_OFFICER}
#: Who may lead a hearing (公安机关办理行政案件程序规定: by the legal office; never the investigator).
CHAIRS = frozenset({Role.LEGAL_OFFICER, Role.BUREAU, Role.CHIEF})


@rule("penalties.list", gettext_lazy("看处罚的清单和合计"))
def may_list(officer: Officer) -> Verdict:
    """Chiefs, legal officers and the bureau; whoever works on a case finds its penalties there."""
    if officer.roles & OVERSEES:
        return yes(_("您是所长、法制员或分局民警。"))
    return no(_("处罚的清单由所长、法制员和分局看。自己办的，在案件里。"))


@rule("penalties.propose", gettext_lazy("拟处罚、告知、送达"))
def may_propose(officer: Officer) -> Verdict:
    """Police officers."""
    return may_judge(officer)


def may_read(officer: Officer, penalty: Penalty) -> Verdict:
    """Open what a penalty says, for a written reason."""
    return cases.may_read(officer, penalty.case)


def may_begin(officer: Officer, case: Case) -> Verdict:
    """Propose a penalty, or impose one on the spot: in a running administrative case."""
    if case.nature != Nature.ADMINISTRATIVE:
        return no(_("刑事案件不在这里处罚。"))
    return cases.may_handle(officer, case)


def may_work(officer: Officer, penalty: Penalty) -> Verdict:
    """The steps of whoever handles it; what follows a decision also when the case is closed."""
    work = cases.may_read(officer, penalty.case) and matters.may_work_on(officer, penalty.case.matter)
    return may_judge(officer) if work else work


def _is_at(penalty: Penalty, *stages: str) -> Verdict:
    if penalty.stage in stages:
        return yes("")
    return no(_("现在是“%(stage)s”，还做不了这一步，或者已经做过了。") % {"stage": penalty.get_stage_display()})


def may_change(officer: Officer, penalty: Penalty) -> Verdict:
    """Change the proposal, before it goes up; or take it back."""
    return _is_at(penalty, Stage.PROPOSED, Stage.TOLD) and may_work(officer, penalty)


def may_review(officer: Officer, penalty: Penalty) -> Verdict:
    """The legal officer, who did not propose it (art. 114)."""
    stands = _is_at(penalty, Stage.LEGAL)
    read = stands and may_read(officer, penalty)
    if not read:
        return read
    if not officer.roles_for(penalty.case.matter.unit) & matters.deciders("legal-officer"):
        return no(_("正等法制员审核。"))
    if has_proposed(officer, penalty):
        return no(_("是您拟的，要由另一个人审。"))
    return yes(_("您是法制员，也不是拟处罚的人。"))


def may_decide(officer: Officer, penalty: Penalty) -> Verdict:
    """Whoever the law names for this measure, and not the proposer."""
    stands = _is_at(penalty, Stage.DECIDING)
    read = stands and may_read(officer, penalty)
    if not read:
        return read
    if not officer.roles_for(penalty.case.matter.unit) & matters.deciders(penalty.decider):
        return no(_("依法由%(who)s决定。") % {"who": clock.approver_name(penalty.decider)})
    if has_proposed(officer, penalty):
        return no(_("是您拟的，要由另一个人决定。"))
    return yes(_("依法由您决定。"))


def may_return(officer: Officer, penalty: Penalty) -> Verdict:
    """Send it back: whoever may review or decide it now."""
    review = may_review(officer, penalty)
    return review or may_decide(officer, penalty)


def may_enter_detention(officer: Officer, penalty: Penalty) -> Verdict:
    """That detention was carried out is entered by the bureau."""
    read = _is_at(penalty, Stage.DECIDED) and may_read(officer, penalty)
    if not read:
        return read
    if officer.roles_for(penalty.case.matter.unit) & matters.deciders("county-head"):
        return yes(_("拘留由分局登记。"))
    return no(_("拘留由分局登记。"))


def may_revoke(officer: Officer, penalty: Penalty) -> Verdict:
    """Enter that a decision was quashed: chief, legal officer or bureau, whatever stage it had reached after the decision."""
    read = _is_at(penalty, Stage.DECIDED, Stage.DONE) and may_read(officer, penalty)
    if not read:
        return read
    if officer.roles_for(penalty.case.matter.unit) & OVERSEES:
        return yes(_("您是所长、法制员或分局民警。"))
    return no(_("撤销由所长、法制员或分局登记。"))


def may_be_lenient(officer: Officer, care: Care) -> Verdict:
    """Decide a leniency review: chief, legal officer or bureau, and not who asked."""
    if care.leads_to != Care.LeadsTo.REVIEW or care.decided_at is not None:
        return no(_("没有等着决定的从宽。"))
    read = may_read(officer, care.penalty)
    if not read:
        return read
    if not officer.roles_for(care.penalty.case.matter.unit) & OVERSEES:
        return no(_("从宽由所长、法制员或分局决定。"))
    if officer.pk == care.by_id:
        return no(_("是您提请的，要由另一个人决定。"))
    return yes(_("您是所长、法制员或分局民警，也不是提请的人。"))


def has_proposed(officer: Officer, penalty: Penalty) -> bool:
    """Whoever proposed it or changed the proposal: other eyes review and decide."""
    return officer.pk in {penalty.proposed_by_id, penalty.changed_by_id}


def is_investigator(officer: Officer, penalty: Penalty) -> bool:
    """Whoever investigates, proposed or told: none of them leads the hearing."""
    return has_proposed(officer, penalty) or officer.pk in {penalty.told_by_id, penalty.case.matter.handler_id}
