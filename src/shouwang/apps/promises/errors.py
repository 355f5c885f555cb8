"""
What the room of promises says no to.

    RuleBroken
    ├── NotReady         the step does not fit how the promise stands, or something is missing
    ├── NothingChanged   the same promise again is no new version
    └── NoReason         a step that everybody may ask about, without a word of why
"""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from shouwang.kernel.errors import RuleBroken


class NotReady(RuleBroken):
    """The step does not fit how the promise stands, or something is missing."""

    code = "promises.not-ready"
    status = 400


class NothingChanged(RuleBroken):
    """The same promise again is no new version."""

    code = "promises.nothing-changed"
    status = 400
    hint = _("和现在的承诺一样，没有改动。要改的话，改了再交。")


class NoReason(RuleBroken):
    """A step that everybody may ask about, without a word of why."""

    code = "promises.no-reason"
    status = 400
    hint = _("请写一句理由，大家会看到。")
