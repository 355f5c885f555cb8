"""
What the room of redaction says no to.

    RuleBroken
    ├── NotReady      the step does not fit how the document stands, or something is missing
    ├── MayNotStay    a number of a person cannot be left readable
    └── NoReason      sent back or given up without a word of why
"""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from shouwang.kernel.errors import RuleBroken


class NotReady(RuleBroken):
    """The step does not fit how the document stands, or something is missing."""

    code = "redactions.not-ready"
    status = 400


class MayNotStay(RuleBroken):
    """A number that tells who somebody is cannot be left readable, whoever wants it."""

    code = "redactions.may-not-stay"
    status = 400
    hint = _("能留下的号码只有本单位、上级公布的电话和公开的编号。")


class NoReason(RuleBroken):
    """A step that the other officer has to understand, without a word of why."""

    code = "redactions.no-reason"
    status = 400
    hint = _("请写一句为什么。")
