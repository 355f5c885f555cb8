"""
Write `cn-YYYY.toml` from two independent calendars that must agree day by day.

Run by hand, by a maintainer, when the next notice is out and both packages know it:
`python from_two_calendars.py [DIRECTORY]`. Needs the development packages `chinesecalendar` and `holidays`.
Days on which the two differ stop the run, unless the difference is known and explained in KNOWN.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path

import holidays
from chinese_calendar.constants import holidays as days_off  # type: ignore[import-untyped]
from chinese_calendar.constants import workdays as days_worked

ONE_DAY = timedelta(days=1)
DERIVED = "derived from two independent calendars, compared"
NOTICES = {  # only notices whose number and date we know for certain
    2024: "国办发明电〔2023〕7号, 2023-10-25",
    2025: "国办发明电〔2024〕12号, 2024-11-12",
    2026: "国办发明电〔2025〕7号, 2025-11-04",
}
# Saturday 2005-12-31 was worked for 2006-01-02 and 03: `chinesecalendar` leaves the day out, `holidays` has it.
# Both list 2006-01-02 and 2006-01-03 as days off, which pay back two weekend days: 2005-12-31 and 2006-01-01.
KNOWN = {date(2005, 12, 31): "New Year's Day"}
NAMES = {
    "New Year's Day": ("元旦", "New Year's Day"),
    "Spring Festival": ("春节", "Spring Festival"),
    "Tomb-sweeping Day": ("清明节", "Tomb-Sweeping Day"),
    "Labour Day": ("劳动节", "Labour Day"),
    "Dragon Boat Festival": ("端午节", "Dragon Boat Festival"),
    "Mid-autumn Festival": ("中秋节", "Mid-Autumn Festival"),
    "National Day": ("国庆节", "National Day"),
    "Anti-Fascist 70th Day": ("抗战胜利70周年纪念日", "70th anniversary of victory"),
}


def notice_year(day: date) -> int:
    """December has no holiday of its own: what falls there belongs to the next year's New Year's Day."""
    return day.year + (day.month == 12)


def compare(years: range) -> None:
    """Stop with a sentence at the first day on which the two packages differ."""
    other = holidays.country_holidays("CN", years=years)
    day = date(years[0], 1, 1)
    while day.year <= years[-1]:
        worked = day in days_worked or (day.weekday() < 5 and day not in days_off)
        if worked != other.is_working_day(day) and day not in KNOWN:
            raise SystemExit(f"{day}: the two calendars differ; decide from the notice and explain it in KNOWN")
        day += ONE_DAY


def spans(days: dict[date, str]) -> Iterator[tuple[date, date, str]]:
    """Runs of neighbouring days with one name."""
    run: list[date] = []
    for day in sorted(days):
        if run and (day != run[-1] + ONE_DAY or days[day] != days[run[0]]):
            yield run[0], run[-1], days[run[0]]
            run = []
        run.append(day)
    if run:
        yield run[0], run[-1], days[run[0]]


def page(year: int) -> str:
    """The text of one year's file."""
    off = {day: name for day, name in days_off.items() if notice_year(day) == year}
    work = {day: name for day, name in {**days_worked, **KNOWN}.items() if notice_year(day) == year}
    parts = [f'year = {year}\nsource = "{NOTICES.get(year, DERIVED)}"\n']
    for first, last, name in spans(off):
        zh, en = NAMES[name]
        parts.append(f'[[off]]\nfirst = {first}\nlast = {last}\nname_zh = "{zh}"\nname_en = "{en}"\n')
    for day, name in sorted(work.items()):
        zh, en = NAMES[name]
        parts.append(f'[[work]]\ndate = {day}\nname_zh = "{zh}"\nname_en = "{en}"\n')
    return "\n".join(parts)


def main(argv: list[str]) -> None:
    folder = Path(argv[0]) if argv else Path(__file__).parent
    years = range(min(days_off).year, max(days_off).year + 1)
    compare(years)
    for year in years:
        (folder / f"cn-{year}.toml").write_text(page(year), encoding="utf-8")


if __name__ == "__main__":
    main(sys.argv[1:])
