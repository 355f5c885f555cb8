"""
What can go wrong with units and people, and what to do.

    RuleBroken
    ├── LastAdministrator   nobody would be left who can manage the house
    ├── StillNeeded         a unit with people, communities or parts cannot be taken out of use
    └── NotUnderstood       a file cannot be read; the sentence says what to save instead
"""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from shouwang.kernel.errors import RuleBroken


class LastAdministrator(RuleBroken):
    """Nobody would be left who can manage the house."""

    code = "units.last-administrator"
    hint = _("请先让另一个人担任系统管理员，再来停用。")


class StillNeeded(RuleBroken):
    """Something still hangs on this unit."""

    code = "units.still-needed"
    hint = _("请先把人员和下级单位转走或停用。")


class NotUnderstood(RuleBroken):
    """A file cannot be read as a list."""

    code = "units.file-not-understood"
    status = 400
