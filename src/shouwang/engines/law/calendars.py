"""Loading the yearly calendars of days off and make-up working days (放假调休)."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta
from itertools import chain
from pathlib import Path

from shouwang.engines.errors import BadData
from shouwang.engines.law.model import CalendarYear, MakeUpDay, OffSpan
from shouwang.engines.law.reading import Table, toml_file

HERE = Path(__file__).parent / "data" / "calendars"
LONGEST_SPAN_DAYS = 31
SATURDAY = 5


def load_calendars(*paths: Path) -> tuple[CalendarYear, ...]:
    """
    The calendar years in files and directories (`cn-*.toml`), oldest first; without paths, those shipped here.

    Errors   BadData: unreadable file, two files for one year, a day named twice, a make-up day that is no weekend day
    """
    files = chain.from_iterable(
        sorted(path.glob("cn-*.toml")) if path.is_dir() else [path] for path in paths or (HERE,)
    )
    years: dict[int, CalendarYear] = {}
    for file in files:
        loaded = read_calendar(file)
        if loaded.year in years:
            raise BadData(f"{file.name} year", f"{loaded.year} stands in another file already")
        years[loaded.year] = loaded
    return tuple(years[year] for year in sorted(years))


def read_calendar(path: Path) -> CalendarYear:
    """One file: `year`, `source`, `[[off]]` with first, last and names, `[[work]]` with date and names."""
    top = toml_file(path)
    year = top.whole("year")
    source = top.text("source")
    off = tuple(_off(table, year) for table in top.tables("off"))
    work = tuple(_work(table, year) for table in top.tables("work"))
    top.done()
    _refuse_twice(top, chain.from_iterable(_days(span) for span in off), "off")
    _refuse_twice(
        top, chain(chain.from_iterable(_days(span) for span in off), (make_up.day for make_up in work)), "work"
    )
    return CalendarYear(year, source, off, work)


def _days(span: OffSpan) -> Iterable[date]:
    return (span.first + timedelta(days=n) for n in range((span.last - span.first).days + 1))


def _refuse_twice(top: Table, days: Iterable[date], key: str) -> None:
    seen: set[date] = set()
    for day in days:
        if day in seen:
            raise top.bad(key, f"{day} is named twice")
        seen.add(day)


def _belongs(day: date, year: int) -> bool:
    return day.year == year or (day.year, day.month) == (year - 1, 12)


def _off(table: Table, year: int) -> OffSpan:
    span = OffSpan(table.day("first"), table.day("last"), table.text("name_zh"), table.text("name_en"))
    table.done()
    if not _belongs(span.first, year) or not _belongs(span.last, year):
        raise table.bad("first", f"lies outside {year} and the December before it")
    if not 0 <= (span.last - span.first).days < LONGEST_SPAN_DAYS:
        raise table.bad("last", f"must lie 0 to {LONGEST_SPAN_DAYS - 1} days after first")
    return span


def _work(table: Table, year: int) -> MakeUpDay:
    make_up = MakeUpDay(table.day("date"), table.text("name_zh"), table.text("name_en"))
    table.done()
    if not _belongs(make_up.day, year):
        raise table.bad("date", f"lies outside {year} and the December before it")
    if make_up.day.weekday() < SATURDAY:
        raise table.bad("date", "a make-up working day must be a Saturday or Sunday")
    return make_up
