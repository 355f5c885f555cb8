"""Who may make promises, and why. Denied by default; nobody at all may change a scorecard, so there is no rule for it."""

from __future__ import annotations

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from shouwang.apps.matters.policy import LEADERS
from shouwang.apps.promises.models import Promise
from shouwang.apps.units.models import OPENNESS_ROLES, Officer, Unit
from shouwang.kernel.policy import Verdict, no, rule, yes


@rule("promises.propose", gettext_lazy("提出对大家的承诺，交给领导生效"))
def may_keep_some(officer: Officer) -> Verdict:
    """Police and clerks of a desk, and the leaders."""
    if officer.active and officer.roles & OPENNESS_ROLES:
        return yes(_("您可以为本单位提出承诺。"))
    return no(_("承诺由民警、户籍内勤和领导来提。"))


@rule("promises.lead", gettext_lazy("让承诺生效、不再承诺、答复提醒"))
def may_lead_some(officer: Officer) -> Verdict:
    """Chiefs and the bureau. A scorecard is out of reach for them too."""
    if officer.active and officer.roles & LEADERS:
        return yes(_("您是所长或分局民警。"))
    return no(_("要由所长或分局来定。"))


def may_keep_of(officer: Officer, station: Unit) -> Verdict:
    """Propose for a station, and see its promises at the desk."""
    if officer.active and officer.roles_for(station) & OPENNESS_ROLES:
        return yes(_("您可以为本单位提出承诺。"))
    return no(_("这是%(unit)s的承诺，由那里的人来提。") % {"unit": station.called})


def may_keep(officer: Officer, promise: Promise) -> Verdict:
    """See it at the desk, propose it anew."""
    return may_keep_of(officer, promise.station)


def may_lead(officer: Officer, promise: Promise) -> Verdict:
    """End it, answer a call-out, send a proposal back."""
    if officer.active and officer.roles_for(promise.station) & LEADERS:
        return yes(_("您是所长或分局民警。"))
    return no(_("要由%(unit)s的所长或分局来定。") % {"unit": promise.station.called})


def may_put_in_force(officer: Officer, promise: Promise) -> Verdict:
    """A leader who did not propose it: two people stand behind every promise."""
    leads = may_lead(officer, promise)
    proposal = getattr(promise, "proposal", None)
    if leads and proposal is not None and proposal.by_id == officer.pk:
        return no(_("是您自己提的，要由另一位领导来定。"))
    return leads
