"""Who may write, pass and take back what is public of penalty decisions. Denied by default; the case itself has to be readable as well."""

from __future__ import annotations

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from shouwang.apps.matters.policy import LEADERS
from shouwang.apps.penalties import policy as penalties
from shouwang.apps.penalties.models import Penalty
from shouwang.apps.results.models import Decision, State
from shouwang.apps.units.models import OPENNESS_ROLES, Officer, Unit
from shouwang.kernel.policy import Verdict, no, rule, yes


@rule("results.keep", gettext_lazy("写要公开的处罚决定，交给领导审"))
def may_keep_some(officer: Officer) -> Verdict:
    """Police and clerks of a desk, legal officers and leaders."""
    if officer.active and officer.roles & OPENNESS_ROLES:
        return yes(_("您可以写本单位要公开的处罚决定。"))
    return no(_("要公开的处罚决定由民警、法制员和领导来写。"))


def may_prepare(officer: Officer, penalty: Penalty) -> Verdict:
    """Write what is to be public of a decision: whoever keeps what this unit publishes, and reads the case."""
    if not (officer.active and officer.roles_for(penalty.case.matter.unit) & OPENNESS_ROLES):
        return no(_("由办案单位的人来写。"))
    return penalties.may_read(officer, penalty)


def may_write(officer: Officer, decision: Decision) -> Verdict:
    """Change the text while it is not public."""
    if decision.state not in {State.DRAFT, State.PROPOSED}:
        return no(_("已经公开过了，不能再改：写错了就撤下来。"))
    return may_prepare(officer, decision.penalty)


def _leads(officer: Officer, decision: Decision) -> Verdict:
    if officer.active and officer.roles_for(decision.unit) & LEADERS:
        return yes(_("您是所长或分局民警。"))
    return no(_("要由%(unit)s的所长或分局来审。") % {"unit": decision.unit.called})


def may_pass(officer: Officer, decision: Decision) -> Verdict:
    """Publish exactly what was handed in: a leader who neither wrote nor handed it in."""
    if decision.state != State.PROPOSED:
        return no(_("没有等着审的。"))
    leads = _leads(officer, decision) and penalties.may_read(officer, decision.penalty)
    if leads and officer.pk in {decision.written_by_id, decision.proposed_by_id}:
        return no(_("是您自己写的，要由另一位领导来审。"))
    return leads


def may_withdraw(officer: Officer, decision: Decision) -> Verdict:
    """A leader; mistakes are withdrawn at once, so one person is enough."""
    if decision.state != State.PUBLISHED:
        return no(_("现在没有公开。"))
    return _leads(officer, decision)


def may_set(officer: Officer, unit: Unit) -> Verdict:
    """Say whose decisions a station publishes: its chief, or the bureau."""
    if officer.active and officer.roles_for(unit) & LEADERS:
        return yes(_("您是所长或分局民警。"))
    return no(_("公开谁的处罚决定，由所长或分局来定。"))
