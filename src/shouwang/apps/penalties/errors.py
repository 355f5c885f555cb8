"""What the room of penalties says no to."""

from __future__ import annotations

from django.utils.translation import gettext as _

from shouwang.kernel.errors import RuleBroken


class WrongMoment(RuleBroken):
    """The step does not fit how the penalty stands, or a day does not fit the others."""

    code = "penalties.wrong-moment"


class NotAllowed(RuleBroken):
    """The law does not allow this measure, or not this way; the sentence ends with the article."""

    code = "penalties.not-allowed"
    status = 400

    def __init__(self, says: str, article: str = "") -> None:
        super().__init__(_("%(says)s（%(article)s）") % {"says": says, "article": article} if article else says)
