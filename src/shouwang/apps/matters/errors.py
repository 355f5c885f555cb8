"""What the spine says no to."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from shouwang.kernel.errors import RuleBroken


class WrongState(RuleBroken):
    """The matter is not in the state this step needs."""

    code = "matters.wrong-state"


class NothingSaid(RuleBroken):
    """A message, note or reason without words."""

    code = "matters.nothing-said"
    status = 400
    hint = _("请写几句话，或者附一张图片、一段语音。")

    @property
    def whole(self) -> str:
        """A sentence of its own says already what to write; the hint is for a message."""
        return self.says


class TooLong(RuleBroken):
    """More text than one message takes."""

    code = "matters.too-long"
    status = 400


class UnknownCode(RuleBroken):
    """No matter opens with this code."""

    code = "matters.unknown-code"
    status = 404
    hint = _("请核对一下：查询码有 12 位，由数字和字母组成。找不到时可以打值班电话，报姓名也能查。")
