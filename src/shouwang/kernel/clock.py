"""
The wall clock can be set while the house runs: by a person, by a time server, by a battery that died. Nothing is lost by it.

Order is kept by numbers, never by time; waits are bounded; what was written at a time to come is told apart from what is young.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime

#: This software did not exist before: a clock that shows less is certainly wrong, and no date may be written by it.
FIRST_POSSIBLE = datetime(2025, 1, 1, tzinfo=UTC)
NOTICED_S = 5.0


@dataclass(slots=True)
class ClockWatch:
    """
    Notices that the wall clock was set, by comparing it with the steady one.

    wall, steady   seconds; a computer that slept looks like one whose clock was set forward, and rightly
    """

    wall: Callable[[], float] = time.time
    steady: Callable[[], float] = time.monotonic
    _apart: float = field(init=False)

    def __post_init__(self) -> None:
        self._apart = self.wall() - self.steady()

    def moved(self) -> int:
        """By how many seconds the clock was set since the last question, forward or (negative) back; 0 when it ran evenly."""
        before, self._apart = self._apart, self.wall() - self.steady()
        by = self._apart - before
        return round(by) if abs(by) >= NOTICED_S else 0
