"""What the room of penalties says no to."""

from __future__ import annotations

from shouwang.kernel.errors import RuleBroken


class WrongMoment(RuleBroken):
    """The step does not fit how the penalty stands, or a day does not fit the others."""

    code = "penalties.wrong-moment"


class NotAllowed(RuleBroken):
    """The law does not allow this measure, or not this way; `source` names the article."""

    code = "penalties.not-allowed"
    status = 400

    def __init__(self, says: str, source: str = "") -> None:
        super().__init__(says)
        if source:
            self.source = source
