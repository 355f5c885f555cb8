"""
Was it kept? A rule and the moments of matters in, counts out. Pure: no database, no clock of its own.

A matter is counted in the month in which its waiting began, by the rule of that month. The share is
kept ÷ (kept + broken + open and overdue): what still has time is neither good nor bad.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from math import ceil
from typing import Any

from shouwang.apps.matters.figures import wilson
from shouwang.engines.clocks import Term, WorkCalendar, due
from shouwang.engines.law import Unit

#: Below this many matters nothing is said about a promise as a whole.
ENOUGH = 5
#: A wait is told in twelfths of its limit, and only in steps: a third, half, the whole, twice, longer. Exact waits beside the open dump
#: would tell which of its rows came at night or by which door.
THIRD, HALF, WHOLE, TWICE, LONGER = STEPS = (4, 6, 12, 24, 25)
DAY_BEGINS, NIGHT_BEGINS = 8, 20
UNITS = {Unit.MINUTES: timedelta(minutes=1), Unit.HOURS: timedelta(hours=1)}


class Measure(StrEnum):
    """From which moment to which one waits."""

    ANSWER = "answer"  # arrival → first answer by a person
    CLOSING = "closing"  # arrival → closed
    TRANSFER = "transfer"  # offered to the station → accepted or returned
    FILING = "filing"  # arrival → decision whether a case is opened
    DANGER = "danger"  # words of danger → an officer accepted
    SCENE = "scene"  # arrival → the first crew is there


class Every(StrEnum):
    """How often it is counted. What could point at a person is counted by the quarter (see `openness.rare`)."""

    MONTH = "month"
    QUARTER = "quarter"


@dataclass(frozen=True, slots=True)
class Rule:
    """
    What is promised.

    amount, unit     the limit, in minutes, hours or working days (the day of arrival not counted, until 24:00 of the last one)
    kinds, channels  of which matters; empty for all
    hours            "day" (8–20), "night", or empty; by the local moment at which the waiting began
    """

    measure: Measure
    amount: int
    unit: Unit
    kinds: tuple[str, ...] = ()
    channels: tuple[str, ...] = ()
    hours: str = ""

    @property
    def every(self) -> Every:
        """Danger and complaints alone are counted by the quarter."""
        alone = self.measure is Measure.DANGER or self.kinds == ("complaint",)
        return Every.QUARTER if alone else Every.MONTH

    def covers(self, fact: Fact) -> bool:
        """Whether the promise is about this matter."""
        by_day = DAY_BEGINS <= fact.began.hour < NIGHT_BEGINS
        return (
            (not self.kinds or fact.kind in self.kinds)
            and (not self.channels or fact.channel in self.channels)
            and self.hours in ("", "day" if by_day else "night")
        )

    def as_data(self) -> dict[str, Any]:
        """As it is kept and published."""
        return {
            "measure": self.measure.value,
            "amount": self.amount,
            "unit": self.unit.value,
            "kinds": list(self.kinds),
            "channels": list(self.channels),
            "hours": self.hours,
        }

    @classmethod
    def of(cls, data: dict[str, Any]) -> Rule:
        """The other way round. Raises ValueError or KeyError for what is no rule."""
        return cls(
            Measure(data["measure"]),
            data["amount"],
            Unit(data["unit"]),
            tuple(data["kinds"]),
            tuple(data["channels"]),
            data["hours"],
        )


@dataclass(frozen=True, slots=True)
class Fact:
    """
    One wait. Moments are aware and station-local.

    reached  when what was promised happened; None while it did not
    dropped  when the wait ended without it (taken back, same as another matter); None while it did not
    key      whatever the caller knows it by; not looked at
    """

    began: datetime
    reached: datetime | None
    dropped: datetime | None = None
    kind: str = ""
    channel: str = ""
    key: int = 0


class Outcome(StrEnum):
    KEPT = "kept"
    BROKEN = "broken"
    OPEN = "open"
    OVERDUE = "overdue"
    LEFT_OUT = "left-out"


@dataclass(frozen=True, slots=True)
class Answer:
    """
    What became of one wait.

    limit        the moment until which it is in time, itself included
    band         how long it took in twelfths of the limit, as the first of `STEPS` that is not less; None while it is not over
    provisional  the limit hangs on holidays that are not published yet
    """

    outcome: Outcome
    limit: datetime
    band: int | None
    provisional: bool


def limit_of(rule: Rule, began: datetime, calendar: WorkCalendar) -> tuple[datetime, bool]:
    """Until when a wait that began then is in time, and whether that may still move. Errors as `clocks.due`."""
    if rule.unit in UNITS:
        return began + rule.amount * UNITS[rule.unit], False
    last = due(began.date(), Term(rule.amount, rule.unit), calendar)
    return datetime.combine(last.on + timedelta(days=1), time.min, began.tzinfo), last.provisional


def answer(rule: Rule, fact: Fact, at: datetime, calendar: WorkCalendar) -> Answer:
    """
    How one wait stands at `at`. What happened after `at` has not happened.

    A wait that was dropped in time asks nothing of the station and is left out; one that was dropped too late was broken by then.
    """
    limit, provisional = limit_of(rule, fact.began, calendar)
    reached = fact.reached if fact.reached is not None and fact.reached <= at else None
    dropped = fact.dropped if fact.dropped is not None and fact.dropped <= at else None
    ended = reached if reached is not None else dropped
    if ended is None:
        return Answer(Outcome.OPEN if at <= limit else Outcome.OVERDUE, limit, None, provisional)
    if reached is None and ended <= limit:
        return Answer(Outcome.LEFT_OUT, limit, None, provisional)
    used, whole = max(ended - fact.began, timedelta(0)), limit - fact.began
    twelfths = -(-WHOLE * used // whole)
    band = next((step for step in STEPS if twelfths <= step), LONGER)
    return Answer(Outcome.KEPT if ended <= limit else Outcome.BROKEN, limit, band, provisional)


@dataclass(frozen=True, slots=True)
class Tally:
    """
    The counts of one promise in one span of time.

    bands  (band, how many) of what is kept or broken, in order; from these anybody gets the counts again
    """

    kept: int = 0
    broken: int = 0
    open: int = 0
    overdue: int = 0
    bands: tuple[tuple[int, int], ...] = field(default=())

    @property
    def n(self) -> int:
        """What the share divides by."""
        return self.kept + self.broken + self.overdue

    @property
    def share(self) -> float | None:
        """kept ÷ (kept + broken + overdue); None when there was nothing yet."""
        return self.kept / self.n if self.n else None

    @property
    def interval(self) -> tuple[float, float]:
        """95 % interval of the share (Wilson 1927)."""
        return wilson(self.kept, self.n)

    @property
    def p90(self) -> int | None:
        """The band that nine of ten waits did not exceed; None when there were none, or when overdue ones leave it open."""
        waits = sorted(band for band, n in self.bands for _nth in range(n))
        place = ceil(0.9 * self.n) - 1
        return waits[place] if 0 <= place < len(waits) else None

    def __add__(self, other: Tally) -> Tally:
        bands = Counter(dict(self.bands))
        bands.update(dict(other.bands))
        return Tally(
            self.kept + other.kept,
            self.broken + other.broken,
            self.open + other.open,
            self.overdue + other.overdue,
            tuple(sorted(bands.items())),
        )


def tally(rule: Rule, facts: Iterable[Fact], at: datetime, calendar: WorkCalendar) -> Tally:
    """The counts at `at` of those facts that the rule covers. Their order does not matter."""
    answers = [answer(rule, fact, at, calendar) for fact in facts if rule.covers(fact)]
    by_outcome = Counter(one.outcome for one in answers)
    bands = Counter(one.band for one in answers if one.band is not None)
    return Tally(
        by_outcome[Outcome.KEPT],
        by_outcome[Outcome.BROKEN],
        by_outcome[Outcome.OPEN],
        by_outcome[Outcome.OVERDUE],
        tuple(sorted(bands.items())),
    )


class Call(StrEnum):
    """Whether a promise lies far from what happens."""

    NONE = ""
    EASY = "easy"  # always kept, nine of ten within a third of the limit
    HARD = "hard"  # kept less than half of the time


#: How many periods are looked at together: half a year.
HALF_A_YEAR = {Every.MONTH: 6, Every.QUARTER: 2}


def called_out(every: Every, tallies: Sequence[Tally]) -> Call:
    """What the finished periods say, oldest first. Only whole half years can be too easy; too hard shows as soon as there is enough."""
    recent = tallies[-HALF_A_YEAR[every] :]
    together = sum(recent, Tally())
    if together.n < ENOUGH:
        return Call.NONE
    if 2 * together.kept < together.n:
        return Call.HARD
    always = len(recent) == HALF_A_YEAR[every] and all(one.n and one.kept == one.n for one in recent)
    return Call.EASY if always and (together.p90 or 0) <= THIRD else Call.NONE


# ── spans of time ────────────────────────────────────────────────────────────────────────────────────────────────────


def first_of(every: Every, day: date) -> date:
    """The first day of the period that the day is in."""
    return day.replace(month=(day.month - 1) // 3 * 3 + 1, day=1) if every is Every.QUARTER else day.replace(day=1)


def end_of(every: Every, first: date) -> date:
    """The day after the last one of the period that begins on `first`."""
    months = first.month - 1 + (3 if every is Every.QUARTER else 1)
    return date(first.year + months // 12, months % 12 + 1, 1)


def periods(every: Every, since: date, day: date) -> list[date]:
    """The first days of all periods from that of `since` that are over on `day`, oldest first."""
    found, first = [], first_of(every, since)
    while end_of(every, first) <= day:
        found.append(first)
        first = end_of(every, first)
    return found


def after(day: date) -> date:
    """The next day."""
    return day + timedelta(days=1)
