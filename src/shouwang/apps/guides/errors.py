"""What the guides say no to."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from shouwang.kernel.errors import RuleBroken


class BadWording(RuleBroken):
    """A guide that is not fit to be read yet."""

    code = "guides.bad-wording"
    status = 400


class NoReason(RuleBroken):
    """A decision without a word of why."""

    code = "guides.no-reason"
    status = 400
    hint = _("请写一句理由，提出的同事会看到。")


class AlreadyDecided(RuleBroken):
    """The proposal is not open any more."""

    code = "guides.already-decided"


class BlanksLeft(RuleBroken):
    """A sentence from the list still has places to fill in."""

    code = "guides.blanks-left"
    status = 400
    hint = _("把双花括号换成真实内容，或者整句删掉，再发送。")
