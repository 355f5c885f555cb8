"""
What can go wrong with an account, and what to do.

    RuleBroken
    └── InvitationGone   the link was used, withdrawn, too old, or never ours
"""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from shouwang.kernel.errors import RuleBroken


class InvitationGone(RuleBroken):
    """The link opens nothing any more; the sentence says why."""

    code = "accounts.invitation-gone"
    status = 410
    hint = _("请让给您这个链接的同事在“人员”页面上重新邀请您。")
