"""What the room of results says no to."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from shouwang.kernel.errors import Conflict, RuleBroken


class NotPublished(RuleBroken):
    """The law or the station's own word keeps this decision in the house; the sentence says which."""

    code = "results.not-published"


class TellsWho(RuleBroken):
    """The text still tells who somebody is."""

    code = "results.tells-who"
    hint = _("请把这些改掉，再交一次。")
    source = "公安机关执法公开规定第14条、第15条"


class WrongMoment(Conflict):
    """Somebody else has moved it meanwhile, or the step does not fit how it stands."""

    code = "results.wrong-moment"
