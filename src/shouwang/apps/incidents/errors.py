"""What the room of incidents says no to."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from shouwang.kernel.errors import RuleBroken


class NotAnIncident(RuleBroken):
    """The matter has no incident, or has one already."""

    code = "incidents.not-an-incident"


class WrongStage(RuleBroken):
    """The filing is not at the stage this step needs."""

    code = "incidents.wrong-stage"
    source = "公安机关接报案与立案工作规定第8条"


class UnknownDraft(RuleBroken):
    """No draft opens with this code."""

    code = "incidents.unknown-draft"
    status = 404
    hint = _("草稿码有 12 位。草稿放 30 天，过期就删了；请再写一遍，或者打电话给我们，我们来记。")


class RemedyLate(RuleBroken):
    """The days of a remedy are over."""

    code = "incidents.remedy-late"
    hint = _("还可以点“不满意”请领导重新看，被害人也可以向检察院提出。")
    source = "公安机关办理刑事案件程序规定第179条"


class PaperNotMade(RuleBroken):
    """A paper could not be set; the sentence says what is missing."""

    code = "incidents.paper-not-made"
    hint = _("可以先打印网页上的回执。")


class NotServed(RuleBroken):
    """Nothing to tell, or it was told already."""

    code = "incidents.nothing-to-tell"
