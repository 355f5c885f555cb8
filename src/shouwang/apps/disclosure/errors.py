"""What the room of disclosure says no to."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from shouwang.kernel.errors import RuleBroken


class WrongMoment(RuleBroken):
    """The step does not fit how the application stands, or a day does not fit the others."""

    code = "disclosure.wrong-moment"


class FourEyes(RuleBroken):
    """An application is not ended past its answer and the second officer."""

    code = "disclosure.four-eyes"
    hint = _("请在“公开申请”里拟答复，由另一位同事审核以后送出。")
    source = "政府信息公开条例第36条"
