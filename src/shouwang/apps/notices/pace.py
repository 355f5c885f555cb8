"""
How fast messages may leave one gateway. Pure arithmetic on times.

A token bucket kept as one moment: `full_at` is when the bucket will be full again. Sending pushes it on by one
interval; there is a token as long as it lies no further ahead than the bucket is deep. One column can hold it, and
compare-and-set on that column lets several workers share it (the generic cell rate algorithm, ITU-T I.371).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta


@dataclass(frozen=True, slots=True)
class Pace:
    """
    per_minute   messages a minute in the long run, greater than 0
    burst        messages that may go at once after a rest, at least 1
    jitter       0 to 1: how much longer than needed a gap may be, so that sending has no machine's rhythm
    """

    per_minute: float
    burst: int
    jitter: float

    def __post_init__(self) -> None:
        if not (self.per_minute > 0 and self.burst >= 1 and 0 <= self.jitter <= 1):
            raise ValueError("A pace needs per_minute > 0, burst >= 1 and jitter between 0 and 1.")

    @property
    def interval(self) -> timedelta:
        """Seconds a token needs to come back."""
        return timedelta(seconds=60 / self.per_minute)


@dataclass(frozen=True, slots=True)
class Go:
    """Send now, and store `full_at`."""

    full_at: datetime


@dataclass(frozen=True, slots=True)
class Hold:
    """No token before `until`."""

    until: datetime


def take(pace: Pace, full_at: datetime | None, now: datetime, chance: float) -> Go | Hold:
    """
    Take one token.

    full_at   as stored, None for a bucket never used
    chance    0 ≤ chance < 1, drawn by the caller; scales the jitter
    """
    interval = pace.interval
    filled = now if full_at is None else max(full_at, now)
    if filled > now + interval * (
        pace.burst + pace.jitter
    ):  # emptier than empty: it was used before the clock was set back
        filled = now + interval * (pace.burst - 1)  # one token
    earliest = filled - interval * (pace.burst - 1)
    if now < earliest:
        return Hold(earliest)
    return Go(filled + interval * (1 + pace.jitter * chance))


def empty(pace: Pace, now: datetime) -> datetime:
    """The `full_at` of a bucket without a token: after a reconnect sending starts slowly, however long the rest was."""
    return now + pace.interval * pace.burst
