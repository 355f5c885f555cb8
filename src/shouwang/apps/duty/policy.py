"""Who may go on duty, and who may lead a shift."""

from __future__ import annotations

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from shouwang.apps.units.models import DESK_ROLES, Officer, Role, Unit
from shouwang.kernel.policy import Verdict, no, rule, yes


def may_sign_on(officer: Officer, unit: Unit) -> Verdict:
    """An officer with a desk role in the unit, or in the station above it."""
    if not officer.active:
        return no(_("您的岗位已经停用，请找系统管理员。"))
    if not officer.roles_for(unit) & DESK_ROLES:
        return no(_("您在%(unit)s没有值班的岗位。") % {"unit": unit.called})
    return yes(_("您在%(unit)s有值班的岗位。") % {"unit": unit.called})


@rule("duty.lead", gettext_lazy("带班"))
def may_lead(officer: Officer) -> Verdict:
    """Chiefs and duty officers lead a shift; auxiliaries and trainees never do."""
    if officer.roles & {Role.CHIEF, Role.DUTY_OFFICER, Role.COMMUNITY_OFFICER}:
        return yes(_("所长和民警可以带班。"))
    return no(_("只有所长和民警可以带班，辅警和实习民警不可以。"))
