"""
Days of the moon (农历): 正月初三, 腊月二十八, 除夕, 中秋 as days of the common calendar.

    solar(2026, 10, 5)                                      # 2026-11-13
    feast("除夕", 2026)                                      # 2027-02-05: the eve that ends the lunar year

The months are those of the published calendar (GB/T 33661-2017, as worked out by the Purple Mountain Observatory). Years beyond the table
give None: a day that nobody has published is not guessed.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta

_DAY = timedelta(days=1)
# Lunar year: its first day; 30 (大) or 29 (小) days of each month, the leap one in its place; behind which month it is put in, 0 for none.
YEARS: dict[int, tuple[str, str, int]] = {
    2023: ("2023-01-22", "小大小小大大小大大小大小大", 2),
    2024: ("2024-02-10", "小大小小大小大大小大大小", 0),
    2025: ("2025-01-29", "大小大小小大小大小大大大小", 6),
    2026: ("2026-02-17", "大小大小小大小小大大大小", 0),
    2027: ("2027-02-06", "大大小大小小大小小大大小", 0),
    2028: ("2028-01-26", "大大大小大小小大小小大大小", 5),
    2029: ("2029-02-13", "大大小大小大小大小小大大", 0),
    2030: ("2030-02-03", "小大小大大小大小大小大小", 0),
}
# Feasts of one day: month, day; (13, 0) is the day before the next New Year.
FEASTS = {
    "除夕": (13, 0),
    "大年三十": (13, 0),
    "大年初一": (1, 1),
    "元宵节": (1, 15),
    "端午": (5, 5),
    "七夕": (7, 7),
    "中秋": (8, 15),
    "重阳节": (9, 9),
}
MONTHS = {"正": 1, "冬": 11, "腊": 12}


def _months(year: int) -> Iterator[tuple[int, bool, date, int]]:
    """Month, whether it is the leap one, its first day, its length."""
    begins, lengths, leap = YEARS[year]
    first, month = date.fromisoformat(begins), 0
    for place, length in enumerate(lengths):
        is_leap = bool(leap) and place == leap
        month += not is_leap
        days = 30 if length == "大" else 29
        yield month, is_leap, first, days
        first += days * _DAY


def solar(year: int, month: int, day: int, *, leap: bool = False) -> date | None:
    """The day of the common calendar; None when that year is not in the table or has no such day."""
    if year not in YEARS:
        return None
    if month == 13:
        *_, (_, _, first, days) = _months(year)
        return first + (days - 1) * _DAY
    for number, is_leap, first, days in _months(year):
        if (number, is_leap) == (month, leap) and 1 <= day <= days:
            return first + (day - 1) * _DAY
    return None


def feast(name: str, year: int) -> date | None:
    """A feast of one day in a year; None when its day is not known."""
    if name == "清明":
        return _pure_brightness(year)
    return solar(year, *FEASTS[name]) if name in FEASTS else None


def _pure_brightness(year: int) -> date | None:
    """清明 is a term of the sun; the rule of thumb holds from 2000 to 2099."""
    if year // 100 != 20:
        return None
    within = year % 100
    return date(year, 4, int(within * 0.2422 + 4.81) - within // 4)
