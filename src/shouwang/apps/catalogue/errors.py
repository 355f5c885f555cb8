"""What the catalogue says no to."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from shouwang.kernel.errors import RuleBroken


class NothingChanged(RuleBroken):
    """The same bytes again are no update."""

    code = "catalogue.nothing-changed"
    hint = _("内容一个字都没有变。核对过、确实不用改的，请按“核对过，没有变化”。")


class NotReady(RuleBroken):
    """The step does not fit how the item stands, or something is missing."""

    code = "catalogue.not-ready"
    status = 400


class NoReason(RuleBroken):
    """A step that everybody may ask about, without a word of why."""

    code = "catalogue.no-reason"
    status = 400
    hint = _("请写一句理由，大家会看到。")


class TellsWho(RuleBroken):
    """Words for everybody that tell who somebody is."""

    code = "catalogue.tells-who"
    status = 400
    hint = _("请去掉或者换一种说法，再公开。")
