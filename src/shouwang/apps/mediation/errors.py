"""What the room of mediation says no to."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from shouwang.kernel.errors import RuleBroken


class WrongMoment(RuleBroken):
    """The step does not fit how the mediation stands, or a day does not fit the others."""

    code = "mediation.wrong-moment"


class NotForMediation(RuleBroken):
    """The law does not allow it, or something it needs is missing; the sentence names every reason."""

    code = "mediation.not-for-mediation"
    hint = _("不能调解的，依法办理；民事上的事可以向人民法院起诉。")
    source = "公安机关办理行政案件程序规定第178—183条；治安管理处罚法第9条"


class TellsWho(RuleBroken):
    """A clause names somebody or tells their telephone: the other side would read it."""

    code = "mediation.tells-who"
    status = 400
    hint = _("请写甲方、乙方，不写名字、电话和证件号。")


class UnknownSideCode(RuleBroken):
    """No side of a mediation opens with this code."""

    code = "mediation.unknown-code"
    status = 404
    hint = _("码有 12 位，写在民警交给您的凭条上。找不到了，带身份证到派出所换一张。")
