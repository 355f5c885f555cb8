"""
What the post room refuses.

    RuleBroken
    ├── BadRoute     a road that leads nowhere
    ├── BadMessage   words that cannot be sent as they are
    └── BadGateway   a gateway that cannot be set up like this
"""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from shouwang.kernel.errors import RuleBroken


class BadRoute(RuleBroken):
    """A road that leads nowhere: no such address, or a channel nobody carries."""

    code = "notices.bad-route"
    status = 400
    hint = _("请检查渠道和地址。")


class BadMessage(RuleBroken):
    """Words that cannot be sent as they are."""

    code = "notices.bad-message"
    status = 400
    hint = _("请改短，或者写上内容。")


class BadGateway(RuleBroken):
    """A gateway that cannot be set up like this."""

    code = "notices.bad-gateway"
    status = 400
    hint = _("请按提示改好，再试一次。")
