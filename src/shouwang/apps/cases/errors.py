"""What the room of cases says no to."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from shouwang.kernel.errors import Conflict, RuleBroken


class WrongMoment(RuleBroken):
    """The step does not fit how the case stands."""

    code = "cases.wrong-moment"


class UnknownPartyCode(RuleBroken):
    """No case opens with this code."""

    code = "cases.unknown-code"
    status = 404
    hint = _("码有 12 位，写在给您的凭条上。找不到了，带身份证到派出所换一张。")


class CaseRuns(RuleBroken):
    """The matter of a running case is not closed past it: nobody would see what is not done yet."""

    code = "cases.case-runs"
    hint = _("请打开案件，在那里结案：还有什么没办完，那里都列着。")


class WrongTime(RuleBroken):
    """A time does not fit the others; what was typed stays."""

    code = "cases.wrong-time"


class WrongCode(RuleBroken):
    """A unified social credit code whose check character does not fit (GB 32100-2015)."""

    code = "cases.wrong-code"
    source = "GB 32100-2015"


class SomebodyElseSaved(Conflict):
    """Two desks write the same statement."""

    code = "cases.somebody-else-saved"
    hint = _("您写的还在下面，没有丢。看一下同事存的，再存一次就以您的为准。")


class NotAlone(RuleBroken):
    """Two officers question; one may where all is recorded."""

    code = "cases.not-alone"
    source = "治安管理处罚法第108条"


class NotPolice(RuleBroken):
    """The second officer is none: auxiliaries, trainees and clerks gather no evidence (`dt-two`, `dt-aux-no`)."""

    code = "cases.not-police"
    source = "行政处罚法第42条"


class AlwaysTwo(NotAlone):
    """A criminal case: the exception for one officer who records is of the law on public order alone."""

    code = "cases.always-two"
    source = ""


class NoAdult(RuleBroken):
    """A minor is questioned with an adult, or it is written down why not."""

    code = "cases.no-adult"
    source = "治安管理处罚法第98条、第99条"


class StillOpen(RuleBroken):
    """Something has to be done before a case is closed; `why` are the sentences."""

    code = "cases.still-open"
    hint = _("先办好下面这些，再结案。")

    def __init__(self, why: tuple[str, ...]) -> None:
        super().__init__(_("还不能结案。"))
        self.why = why


class NotAchieved(RuleBroken):
    """Nothing that stands in the house bears out the result a case is to be closed with. The sentence says what to do."""

    code = "cases.not-achieved"
