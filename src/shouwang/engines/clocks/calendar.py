"""
The working calendar of one station: published years, local days laid over them, and the time zone.

A working day is Monday to Friday, minus announced days off, plus announced make-up days (调休). Beyond the last
published year only the week is known; such days are marked uncertain. Before the first published year nothing is
answered.
"""

from __future__ import annotations

from array import array
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, timedelta
from enum import StrEnum
from functools import cached_property
from itertools import pairwise
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from shouwang.engines.errors import BadData, CannotTell
from shouwang.engines.law import CalendarYear

ONE_DAY = timedelta(days=1)
SATURDAY = 5
TABLE_TAIL_YEARS = 11  # the fast table reaches past the longest term that starts in the last published year


class DayCode(StrEnum):
    """What a day is on the working calendar."""

    WORKING = "working-day"
    MAKE_UP = "make-up-day"
    LOCAL_WORK = "local-work"
    WEEKEND = "weekend"
    HOLIDAY = "holiday"
    LOCAL_OFF = "local-off"


WORKED = frozenset({DayCode.WORKING, DayCode.MAKE_UP, DayCode.LOCAL_WORK})


@dataclass(frozen=True, slots=True)
class DayFact:
    """One day: its code, the holiday or local reason by name (empty on plain days), and whether a notice settles it."""

    code: DayCode
    name_zh: str = ""
    name_en: str = ""
    certain: bool = True

    @property
    def works(self) -> bool:
        return self.code in WORKED


@dataclass(frozen=True, slots=True)
class LocalDay:
    """A day on which this place differs: a typhoon closure, a holiday of a minority area (放假办法 art. 4)."""

    day: date
    works: bool
    name_zh: str
    name_en: str


@dataclass(frozen=True)
class WorkCalendar:
    """
    years      published years without a gap, oldest first (`law.load_calendars()`)
    local      local days; the later one wins for a day named twice
    zone       IANA name of the station's time zone
    open_days  last days of the last published year that the next notice may still change. Some notices since 2004 moved
               days between 29 and 31 December of the year before; 3 therefore is the cautious value, 0 trusts the
               published year to its end
    Errors     BadData: no year, a gap, a year twice, an unknown zone
    """

    years: tuple[CalendarYear, ...]
    local: tuple[LocalDay, ...] = ()
    zone: str = "Asia/Shanghai"
    open_days: int = 0

    def __post_init__(self) -> None:
        numbers = [year.year for year in self.years]
        if not numbers:
            raise BadData("calendar years", "at least one published year is needed")
        for before, year in pairwise(numbers):
            if year != before + 1:
                raise BadData("calendar years", f"{year} follows {before}; years must follow each other without a gap")
        if not 0 <= self.open_days <= 31:
            raise BadData("calendar open_days", f"must be 0 to 31, not {self.open_days}")
        try:
            ZoneInfo(self.zone)
        except (ZoneInfoNotFoundError, ValueError) as error:
            raise BadData("calendar zone", f"{self.zone!r} is not a known time zone") from error

    @cached_property
    def tz(self) -> ZoneInfo:
        return ZoneInfo(self.zone)

    @cached_property
    def first_day(self) -> date:
        """The first day that can be answered."""
        return date(self.years[0].year, 1, 1)

    @cached_property
    def published_through(self) -> date:
        """The last day that the published notices settle."""
        return date(self.years[-1].year, 12, 31) - timedelta(days=self.open_days)

    def plus(self, *years: CalendarYear) -> WorkCalendar:
        """The same calendar with more published years; a year that is there already is replaced."""
        merged = {year.year: year for year in (*self.years, *years)}
        return replace(self, years=tuple(merged[number] for number in sorted(merged)))

    def with_local(self, days: Iterable[LocalDay]) -> WorkCalendar:
        """The same calendar with further local days on top."""
        return replace(self, local=(*self.local, *days))

    @cached_property
    def _marks(self) -> dict[date, DayFact]:
        marks: dict[date, DayFact] = {}
        for year in self.years:
            for span in year.off:
                for n in range((span.last - span.first).days + 1):
                    marks[span.first + timedelta(days=n)] = DayFact(DayCode.HOLIDAY, span.name_zh, span.name_en)
            for make_up in year.work:
                marks[make_up.day] = DayFact(DayCode.MAKE_UP, make_up.name_zh, make_up.name_en)
        for local in self.local:
            code = DayCode.LOCAL_WORK if local.works else DayCode.LOCAL_OFF
            marks[local.day] = DayFact(code, local.name_zh, local.name_en)
        return marks

    def fact(self, day: date) -> DayFact:
        """What a day is. Errors: CannotTell for a day before the first published year."""
        mark = self._marks.get(day)
        if mark is not None:
            return mark
        if day < self.first_day:
            raise CannotTell(f"No working calendar is loaded for {day.year}; the first one is {self.years[0].year}.")
        code = DayCode.WEEKEND if day.weekday() >= SATURDAY else DayCode.WORKING
        return DayFact(code, certain=day <= self.published_through)

    def works(self, day: date) -> bool:
        return self.fact(day).works

    @cached_property
    def table(self) -> WorkTable:
        """Prefix sums for counting in bulk; built once for each calendar value."""
        last = date(self.years[-1].year + TABLE_TAIL_YEARS, 12, 31)
        return WorkTable.build(self, self.first_day, last)


@dataclass(frozen=True, slots=True)
class WorkTable:
    """
    Working days between two ordinals, for O(1) answers.

    low      ordinal of the first day told; high the last
    days     ordinals of the working days, rising
    before   before[k] = number of working days on ordinals smaller than low + k
    """

    low: int
    high: int
    days: array[int]
    before: array[int]

    @classmethod
    def build(cls, calendar: WorkCalendar, first: date, last: date) -> WorkTable:
        low, high = first.toordinal(), last.toordinal()
        days, before = array("l"), array("l")
        for ordinal in range(low, high + 1):
            before.append(len(days))
            if calendar.works(date.fromordinal(ordinal)):
                days.append(ordinal)
        before.append(len(days))
        return cls(low, high, days, before)

    def between(self, after: int, through: int) -> int:
        """Number of working days with after < ordinal <= through; both inside the table, `after` may be low - 1."""
        return self.before[through + 1 - self.low] - self.before[after + 1 - self.low]
