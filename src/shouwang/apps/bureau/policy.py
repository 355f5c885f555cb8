"""Who sees the figures of which stations, which rows of the audit trail, and who may reset a second factor."""

from __future__ import annotations

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from shouwang.apps.bureau.models import Recovery
from shouwang.apps.units.models import Officer, Role
from shouwang.apps.units.policy import managed_paths, may_manage_officer
from shouwang.kernel.policy import Verdict, no, rule, yes

FIGURES = frozenset({Role.CHIEF, Role.BUREAU, Role.ADMINISTRATOR, Role.SUPERVISOR})


@rule("bureau.figures", gettext_lazy("看各所的数字"))
def may_see_figures(officer: Officer) -> Verdict:
    """Figures name nobody: leaders, administrators and supervisors see those of their units."""
    if figures_paths(officer):
        return yes(_("所长、分局、系统管理员和监督员可以看本单位的数字。"))
    return no(_("只有所长、分局、系统管理员和监督员看各所的数字。"))


def figures_paths(officer: Officer) -> tuple[str, ...]:
    """Paths of the units whose figures this officer sees."""
    return managed_paths(officer, FIGURES)


def may_be_here(officer: Officer) -> Verdict:
    """Everybody who serves."""
    return yes(_("您是这里的工作人员。")) if officer.active else no(_("您的岗位已经停用，请找系统管理员。"))


def may_ask_recovery(manager: Officer, officer: Officer) -> Verdict:
    """A manager asks for somebody else."""
    if manager.pk == officer.pk:
        return no(_("自己的第二道锁不能自己申请重置，请另一位管理者来办。"))
    return may_manage_officer(manager, officer)


def may_confirm_recovery(manager: Officer, recovery: Recovery) -> Verdict:
    """A second manager confirms: not who asked, and not whom it is for."""
    if manager.pk == recovery.asked_by_id:
        return no(_("重置要两个人：您已经申请了，请另一位管理者来确认。"))
    if manager.pk == recovery.officer_id:
        return no(_("自己的第二道锁不能自己确认重置。"))
    return may_manage_officer(manager, recovery.officer)
