"""What the room of recordings says no to."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from shouwang.kernel.errors import RuleBroken


class WrongMoment(RuleBroken):
    """The step does not fit how the stay stands, or a time does not fit the others."""

    code = "recordings.wrong-moment"


class AlreadyInside(RuleBroken):
    """This person's stay has not ended yet."""

    code = "recordings.already-inside"
    hint = _("请先登记上一次离开。")


class WrongLines(RuleBroken):
    """Some lines of a list cannot be registered, so none was; `lines` are the sentences."""

    code = "recordings.wrong-lines"
    status = 400
    hint = _("改好以后再登记一次，这一次什么都没有登记。")

    def __init__(self, says: str, lines: tuple[str, ...] = ()) -> None:
        super().__init__(says)
        self.lines = lines


class UnknownStayCode(RuleBroken):
    """No stay opens with this code."""

    code = "recordings.unknown-code"
    status = 404
    hint = _("码有 12 位，写在进所或离所时给您的告知书上。找不到了，带身份证到派出所换一个。")


class StillKept(RuleBroken):
    """A recording that must not be deleted yet."""

    code = "recordings.still-kept"
    source = "公安机关现场执法视音频记录工作规定第13条"
