"""Due days in bulk, without ledgers: for lists, reports and recounts of a whole year."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import NamedTuple

from shouwang.engines.clocks.calendar import ONE_DAY, WorkCalendar, WorkTable
from shouwang.engines.clocks.ledger import add_months
from shouwang.engines.clocks.model import MONTH_UNITS, Term
from shouwang.engines.errors import BadData, CannotTell
from shouwang.engines.law import Unit


class Due(NamedTuple):
    """The last day in time, and whether it hangs on holidays that are not yet published."""

    on: date
    provisional: bool


def due(start: date, term: Term, calendar: WorkCalendar) -> Due:
    """One due day without a ledger; see `due_many`."""
    return due_many((start,), term, calendar)[0]


def due_many(starts: Iterable[date], term: Term, calendar: WorkCalendar) -> list[Due]:
    """
    The due day of each start, for a plain clock: no pause, no restart, no extension.

    starts  station-local dates, in any order
    term    in working days, calendar days, months or years
    Errors  BadData: a term in hours or minutes (they need no calendar); CannotTell: a start before the published years
    """
    if term.in_hours:
        raise BadData("due_many term", "a term in hours or minutes has no due day; count() gives its moment")
    try:
        if term.unit is Unit.WORKING_DAYS:
            return _working(starts, term.amount, calendar)
        return _calendar(starts, term, calendar)
    except (OverflowError, ValueError) as error:
        raise BadData("due_many starts", "a start lies at the end of the calendar, in the year 9999") from error


def _working(starts: Iterable[date], amount: int, calendar: WorkCalendar) -> list[Due]:
    table = calendar.table
    low, before, days = table.low - 1, table.before, table.days
    end, size = calendar.published_through.toordinal(), len(before)
    found: list[Due] = []
    from_ordinal = date.fromordinal
    for start in starts:
        place = start.toordinal() - low
        if 0 <= place < size and before[place] + amount <= len(days):
            ordinal = days[before[place] + amount - 1]
            found.append(Due(from_ordinal(ordinal), ordinal > end and _doubt(calendar, start, ordinal)))
        else:
            found.append(_step_by_step(start, amount, calendar))
    return found


def _calendar(starts: Iterable[date], term: Term, calendar: WorkCalendar) -> list[Due]:
    table = calendar.table
    found: list[Due] = []
    months = term.amount * (12 if term.unit is Unit.YEARS else 1) if term.unit in MONTH_UNITS else 0
    for start in starts:
        last = add_months(start, months) if months else date.fromordinal(start.toordinal() + term.amount)
        found.append(_roll(last, calendar, table) if term.rolls else Due(last, provisional=False))
    return found


def _roll(last: date, calendar: WorkCalendar, table: WorkTable) -> Due:
    ordinal = last.toordinal()
    place = ordinal - table.low
    if 0 <= place < len(table.before) and table.before[place] < len(table.days):
        rolled = table.days[table.before[place]]
        doubtful = rolled > calendar.published_through.toordinal() and _doubt(calendar, last - ONE_DAY, rolled)
        return Due(date.fromordinal(rolled), doubtful)
    return _step_by_step(last - ONE_DAY, 1, calendar)


def _doubt(calendar: WorkCalendar, after: date, through: int) -> bool:
    """Is any day after `after`, through an ordinal, unsettled? Local days beyond the published year are settled."""
    ordinal = max(after, calendar.published_through).toordinal() + 1
    return any(not calendar.fact(date.fromordinal(n)).certain for n in range(ordinal, through + 1))


def _step_by_step(start: date, amount: int, calendar: WorkCalendar) -> Due:
    """Outside the table: far in the future, or before the first year, which is refused."""
    if start + ONE_DAY < calendar.first_day:
        raise CannotTell(f"No working calendar is loaded for {start.year}; the first one is {calendar.years[0].year}.")
    day, left, certain = start, amount, True
    while left:
        day += ONE_DAY
        fact = calendar.fact(day)
        certain = certain and fact.certain
        left -= fact.works
    return Due(day, not certain)
