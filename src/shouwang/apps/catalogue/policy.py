"""Who may keep the catalogue, and why. Denied by default; the filter of lists is `matters.readable.made_public_by`."""

from __future__ import annotations

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from shouwang.apps.catalogue.models import Item, Question
from shouwang.apps.matters.policy import LEADERS
from shouwang.apps.units.models import OPENNESS_ROLES, Officer, Unit
from shouwang.kernel.policy import Verdict, no, rule, yes


@rule("catalogue.keep", gettext_lazy("写公开目录的内容，交给领导公开"))
def may_keep_some(officer: Officer) -> Verdict:
    """Police and clerks of a desk, and the leaders; auxiliaries and trainees do not write for the public."""
    if officer.active and officer.roles & OPENNESS_ROLES:
        return yes(_("您可以写本单位公开目录的内容。"))
    return no(_("公开目录由民警、户籍内勤和领导来写。"))


@rule("catalogue.publish", gettext_lazy("公开、撤下目录里的事项"))
def may_lead_some(officer: Officer) -> Verdict:
    """Chiefs and the bureau."""
    if officer.active and officer.roles & LEADERS:
        return yes(_("您是所长或分局民警。"))
    return no(_("要由所长或分局来公开和撤下。"))


def may_keep_of(officer: Officer, unit: Unit) -> Verdict:
    """The same for one unit."""
    if officer.active and officer.roles_for(unit) & OPENNESS_ROLES:
        return yes(_("您可以写本单位公开目录的内容。"))
    return no(_("这是%(unit)s的目录，由那里的人来写。") % {"unit": unit.called})


def may_keep(officer: Officer, item: Item) -> Verdict:
    """See it at the desk, write, propose, say that nothing changed, say what has to change."""
    return may_keep_of(officer, item.unit)


def _leads(officer: Officer, item: Item) -> Verdict:
    if officer.active and officer.roles_for(item.unit) & LEADERS:
        return yes(_("您是所长或分局民警。"))
    return no(_("要由%(unit)s的所长或分局来公开和撤下。") % {"unit": item.unit.called})


def may_review(officer: Officer, item: Item) -> Verdict:
    """The owner's own word that it still holds; a leader may say it too."""
    if officer.pk == item.owner_id:
        return may_keep(officer, item)
    return _leads(officer, item) or no(_("这一项由%(name)s负责核对。") % {"name": item.owner.public_name})


def may_publish(officer: Officer, item: Item) -> Verdict:
    """A leader who did not propose it: two people stand behind everything public."""
    leads = _leads(officer, item)
    draft = getattr(item, "draft", None)
    if leads and draft is not None and officer.pk in {draft.proposed_by_id, draft.written_by_id}:
        return no(_("是您自己写的，要由另一位领导来公开。"))
    return leads


def may_withdraw(officer: Officer, item: Item) -> Verdict:
    """A leader; mistakes are withdrawn at once, so one person is enough."""
    return _leads(officer, item)


def may_answer_in_public(officer: Officer, question: Question) -> Verdict:
    """A keeper who did not write the answer."""
    keeps = may_keep(officer, question.item)
    if keeps and question.written_by_id == officer.pk:
        return no(_("答复是您写的，要由另一位同事看过再公开。"))
    return keeps
