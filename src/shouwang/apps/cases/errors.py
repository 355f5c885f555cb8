"""What the room of cases says no to."""

from __future__ import annotations

from shouwang.kernel.errors import RuleBroken


class WrongMoment(RuleBroken):
    """The step does not fit how the case stands."""

    code = "cases.wrong-moment"
