"""Every start date of every published year, against two independent calendars and a plain walk over their days."""

from datetime import date, timedelta

import chinese_calendar
import holidays
import pytest

from shouwang.engines.clocks import Term, due_many
from shouwang.engines.law import Unit

FIRST, LAST = 2004, 2026
# chinesecalendar leaves out Saturday 2005-12-31, worked for the two weekdays 2006-01-02 and 03 off; `holidays` has it.
MISSING_IN_CHINESECALENDAR = date(2005, 12, 31)
DAYS = [date(FIRST, 1, 1) + timedelta(days=n) for n in range((date(LAST, 12, 31) - date(FIRST, 1, 1)).days + 1)]


def by_chinesecalendar() -> list[bool]:
    return [chinese_calendar.is_workday(day) or day == MISSING_IN_CHINESECALENDAR for day in DAYS]


def by_holidays() -> list[bool]:
    china = holidays.country_holidays("CN", years=range(FIRST, LAST + 1))
    return [china.is_working_day(day) for day in DAYS]


@pytest.fixture(scope="module", params=[by_chinesecalendar, by_holidays], ids=["chinesecalendar", "holidays"])
def worked(request) -> list[bool]:
    return request.param()


def test_each_day_is_what_the_other_calendar_says(china, worked):
    assert [china.works(day) for day in DAYS] == worked


def test_2026_has_248_working_days(china, worked):
    """国办发明电〔2025〕7号: nineteen weekdays off, six weekend days worked."""
    year = [(day, works) for day, works in zip(DAYS, worked, strict=True) if day.year == 2026]
    assert sum(works for _, works in year) == sum(china.works(day) for day, _ in year) == 248
    assert sum(not works and day.weekday() < 5 for day, works in year) == 19
    assert sum(works and day.weekday() >= 5 for day, works in year) == 6


@pytest.mark.parametrize("amount", [1, 3, 5, 7, 15, 20, 40])
def test_working_day_terms_from_every_start(china, worked, amount):
    """The amount-th worked day after the start: 政府信息公开条例 arts. 30, 32, 33; 行政处罚法 art. 85."""
    ends = [index for index, works in enumerate(worked) if works]
    answers = due_many(DAYS, Term(amount, Unit.WORKING_DAYS), china)
    rank = 0
    checked = 0
    for index, answer in enumerate(answers):
        rank += worked[index]
        if rank + amount - 1 < len(ends):
            assert answer == (DAYS[ends[rank + amount - 1]], False)
            checked += 1
        else:
            assert answer.provisional
    assert checked > len(DAYS) - 70


@pytest.mark.parametrize("amount", [3, 7, 30, 60])
def test_calendar_day_terms_roll_from_every_start(china, worked, amount):
    """民法典 art. 203."""
    answers = due_many(DAYS, Term(amount, Unit.CALENDAR_DAYS), china)
    for index, answer in enumerate(answers):
        end = index + amount
        while end < len(DAYS) and not worked[end]:
            end += 1
        if end < len(DAYS):
            assert answer == (DAYS[end], False)
        else:
            assert answer.provisional
