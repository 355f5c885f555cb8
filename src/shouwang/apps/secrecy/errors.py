"""
What the review of withholding says no to.

    RuleBroken
    ├── NoGround      something would be withheld, and no review agreed to a ground
    ├── StateSecret   a state secret: it has no place here, and no level of it is kept
    ├── NotReady      the step does not fit how the review stands, or something is missing
    └── NoReason      a step that others have to understand, without a word of why
"""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from shouwang.kernel.errors import RuleBroken


class NoGround(RuleBroken):
    """No ground, no withholding."""

    code = "secrecy.no-ground"
    hint = _("请先在“不公开审查”里写明理由，由第二个人审过。没有理由的，应当公开。")
    source = "政府信息公开条例第5条、第13条"


class StateSecret(RuleBroken):
    """It belongs to the channel of the law, which is not this house. Nothing of it is kept, and no level."""

    code = "secrecy.state-secret"
    status = 422
    hint = _("国家秘密不能放在联网的系统里，这里不审、不存，也不记密级。请不要在这里写内容，按规定交分局保密办定。")
    source = "保守国家秘密法第14条、第30条"


class NotReady(RuleBroken):
    """The step does not fit how the review stands, or something is missing."""

    code = "secrecy.not-ready"
    status = 400


class NoReason(RuleBroken):
    """A step that others have to understand, without a word of why."""

    code = "secrecy.no-reason"
    status = 400
    hint = _("请写一句为什么。")
