"""Who may change what residents read."""

from __future__ import annotations

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from shouwang.apps.units.models import DESK_ROLES, Officer, Role
from shouwang.kernel.policy import Verdict, no, rule, yes


@rule("guides.manage", gettext_lazy("修改和公开指南"))
def may_manage_guides(officer: Officer) -> Verdict:
    """Chiefs, the bureau and administrators: whoever answers for what the station says in public."""
    if officer.roles & {Role.CHIEF, Role.BUREAU, Role.ADMINISTRATOR}:
        return yes(_("所长、分局和系统管理员可以修改、公开和撤下指南。"))
    return no(_("指南由所长、分局或系统管理员修改。您可以把自己的答复提出来，请他们做成指南。"))


@rule("guides.propose", gettext_lazy("把答复提成指南"))
def may_propose(officer: Officer) -> Verdict:
    """Whoever answers residents knows what is asked."""
    if officer.roles & (DESK_ROLES | {Role.BUREAU}):
        return yes(_("您答复居民，可以把答复提成指南。"))
    return no(_("您的岗位不答复居民，没有可以提的答复。"))


def may_see_desk(officer: Officer) -> Verdict:
    """The list behind the guides: owners see what ran out, managers do the rest."""
    return may_manage_guides(officer) or may_propose(officer)
