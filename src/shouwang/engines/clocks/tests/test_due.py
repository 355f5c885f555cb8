"""Due days of plain clocks: each expected date names its article."""

from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest

from shouwang.engines.clocks import (
    Event,
    EventKind,
    LocalDay,
    State,
    StepCode,
    Term,
    WorkCalendar,
    add_months,
    count,
    due,
)
from shouwang.engines.errors import BadData, CannotTell
from shouwang.engines.law import Unit, load_calendars

SHANGHAI = ZoneInfo("Asia/Shanghai")
WD, CD = Unit.WORKING_DAYS, Unit.CALENDAR_DAYS


def ledger_of(begin, term, calendar, now=None, **more):
    return count(term, [Event(EventKind.START, begin)], calendar, now=now or begin, **more)


@pytest.mark.parametrize(
    ("received_on", "working_days", "expected", "why"),
    [
        (date(2026, 2, 10), 7, date(2026, 2, 26), "政府信息公开条例 art. 30; 02-14 is worked, 02-15 to 23 are off"),
        (date(2026, 2, 10), 20, date(2026, 3, 16), "政府信息公开条例 art. 33; 02-14 and 02-28 are worked"),
        (date(2026, 4, 30), 5, date(2026, 5, 11), "行政处罚法 arts. 64, 85; 05-01 to 05 off, Saturday 05-09 worked"),
        (date(2026, 9, 18), 20, date(2026, 10, 22), "政府信息公开条例 art. 33; Sunday 09-20 and Saturday 10-10 worked"),
        (date(2026, 9, 29), 3, date(2026, 10, 9), "行政处罚法 art. 85: short limits are working days; 10-01 to 07 off"),
        (date(2026, 11, 23), 7, date(2026, 12, 2), "政府信息公开条例 art. 30; no holiday between"),
        (date(2026, 11, 23), 20, date(2026, 12, 21), "政府信息公开条例 art. 33; no holiday between"),
        (
            date(2026, 2, 13),
            1,
            date(2026, 2, 14),
            "民法典 art. 201: the start is not counted; Saturday 02-14 is worked",
        ),
    ],
)
def test_working_days_are_counted_on_the_real_calendar(china, received_on, working_days, expected, why):
    term = Term(working_days, WD)
    assert due(received_on, term, china) == (expected, False), why
    assert ledger_of(received_on, term, china).due_on == expected, why


@pytest.mark.parametrize(
    ("begin", "term", "expected", "why"),
    [
        (
            date(2026, 9, 25),
            Term(7, CD),
            date(2026, 10, 8),
            "民法典 art. 203: 10-02 is a holiday, the day after it is 10-08",
        ),
        (date(2026, 2, 7), Term(7, CD), date(2026, 2, 14), "art. 203: a make-up Saturday is no holiday, nothing rolls"),
        (date(2026, 3, 1), Term(6, CD), date(2026, 3, 9), "art. 203: Saturday 03-07 is a day off, rolls to Monday"),
        (
            date(2026, 9, 25),
            Term(7, CD, rolls=False),
            date(2026, 10, 2),
            "刑事诉讼法 art. 105: detention does not roll",
        ),
        (
            date(2026, 1, 31),
            Term(1, Unit.MONTHS),
            date(2026, 2, 28),
            "民法典 art. 202: no 31st, so the month's end; worked",
        ),
        (date(2024, 2, 29), Term(1, Unit.YEARS), date(2025, 2, 28), "民法典 art. 202: no 29th in 2025"),
        (date(2026, 4, 3), Term(6, Unit.MONTHS), date(2026, 10, 8), "arts. 202, 203: 10-03 is a holiday"),
        (date(2026, 4, 3), Term(6, Unit.MONTHS, rolls=False), date(2026, 10, 3), "art. 202: the matching date"),
    ],
)
def test_calendar_periods_end_on_their_day_or_roll(china, begin, term, expected, why):
    assert due(begin, term, china).on == expected, why
    assert ledger_of(begin, term, china).due_on == expected, why


def test_mo_end_of_march_is_reached_from_its_own_number_each_time():
    """Two months from 31 January are 31 March, not 28 February and then 28 March (民法典 art. 202)."""
    assert add_months(date(2026, 1, 31), 2) == date(2026, 3, 31)
    assert add_months(date(2026, 11, 30), 3) == date(2027, 2, 28)


def test_hours_run_through_the_night_and_the_holiday(china):
    """民法典 art. 201: the spring festival stops no hour."""
    begin = datetime(2026, 2, 16, 22, 15, tzinfo=SHANGHAI)
    ledger = ledger_of(begin, Term(24, Unit.HOURS), china)
    assert ledger.due_at == datetime(2026, 2, 17, 22, 15, tzinfo=SHANGHAI)
    assert [(step.day.day, step.code, step.counted) for step in ledger.steps] == [
        (16, StepCode.RUNNING, 6300),
        (17, StepCode.RUNNING, 80100),
    ]


def test_the_hour_of_the_start_can_be_left_out(china):
    """刑事诉讼法 art. 105: the hour of the start is not in the period, so it begins at the next full one."""
    begin = datetime(2026, 3, 2, 10, 20, tzinfo=SHANGHAI)
    ledger = ledger_of(begin, Term(12, Unit.HOURS, from_next_hour=True), china)
    assert ledger.due_at == datetime(2026, 3, 2, 23, 0, tzinfo=SHANGHAI)


def test_a_promise_in_minutes_is_plain_minutes(china):
    begin = datetime(2026, 3, 2, 23, 55, tzinfo=SHANGHAI)
    ledger = ledger_of(begin, Term(10, Unit.MINUTES), china, now=begin + timedelta(minutes=4, seconds=30))
    assert ledger.due_at == datetime(2026, 3, 3, 0, 5, tzinfo=SHANGHAI)
    assert (ledger.left, ledger.left_unit, ledger.state) == (5, Unit.MINUTES, State.RUNNING)


def test_the_exact_end_of_an_hour_limit_is_still_in_time(china):
    """治安管理处罚法 art. 143 takes "within" to include the number."""
    begin = datetime(2026, 3, 2, 8, 0, tzinfo=SHANGHAI)
    term = Term(24, Unit.HOURS)
    assert ledger_of(begin, term, china, now=begin + timedelta(hours=24)).state is State.RUNNING
    assert ledger_of(begin, term, china, now=begin + timedelta(hours=24, seconds=1)).state is State.LATE


@pytest.mark.parametrize(
    ("closing", "now", "state", "why"),
    [
        (None, datetime(2026, 3, 3, 23, 59, tzinfo=SHANGHAI), State.RUNNING, "民法典 art. 203: the day ends at 24:00"),
        (None, datetime(2026, 3, 4, 0, 0, tzinfo=SHANGHAI), State.LATE, "midnight belongs to the next day"),
        (time(17, 30), datetime(2026, 3, 3, 17, 30, tzinfo=SHANGHAI), State.RUNNING, "closing time itself is in time"),
        (
            time(17, 30),
            datetime(2026, 3, 3, 17, 31, tzinfo=SHANGHAI),
            State.LATE,
            "art. 203: business hours end the day",
        ),
    ],
)
def test_the_last_day_ends_at_midnight_or_at_closing(china, closing, now, state, why):
    assert ledger_of(date(2026, 3, 2), Term(1, WD), china, now=now, closing=closing).state is state, why


def test_a_moment_abroad_is_read_on_the_stations_clock(china):
    """18:00 UTC on Friday is already Saturday at the station."""
    begin = datetime(2026, 3, 6, 18, 0, tzinfo=ZoneInfo("UTC"))
    assert ledger_of(begin, Term(1, WD), china).started_on == date(2026, 3, 7)


def test_what_is_left_is_told_in_the_terms_own_days(china):
    ledger = ledger_of(date(2026, 2, 10), Term(20, WD), china, now=date(2026, 2, 23))
    assert (ledger.left, ledger.left_unit) == (16, WD)
    late = ledger_of(date(2026, 2, 10), Term(20, WD), china, now=date(2026, 3, 20))
    assert (late.left, late.left_unit, late.state) == (-4, CD, State.LATE)


def test_every_day_between_has_its_line(china):
    ledger = ledger_of(date(2026, 9, 18), Term(10, WD), china)
    lines = {step.day: step for step in ledger.steps}
    assert list(lines) == [
        date(2026, 9, 18) + timedelta(days=n) for n in range((ledger.due_on - date(2026, 9, 18)).days + 1)
    ]
    assert lines[date(2026, 9, 18)].code is StepCode.START_DAY
    assert lines[date(2026, 9, 19)].code is StepCode.WEEKEND
    assert lines[date(2026, 9, 20)].code is StepCode.MAKE_UP
    assert dict(lines[date(2026, 9, 20)].params)["name_zh"] == "国庆节"
    assert lines[date(2026, 9, 25)].code is StepCode.HOLIDAY
    assert dict(lines[date(2026, 9, 25)].params)["name_zh"] == "中秋节"
    assert ledger.counted == 10


def test_a_roll_says_which_holiday_pushed(china):
    ledger = ledger_of(date(2026, 9, 25), Term(7, CD), china)
    rolled = [step for step in ledger.steps if step.code is StepCode.ROLL]
    assert [step.day.day for step in rolled] == [3, 4, 5, 6, 7, 8]
    assert dict(rolled[0].params) == {"because": "holiday", "name_zh": "国庆节", "name_en": "National Day"}


def test_local_days_lie_over_the_calendar(china):
    """A typhoon closure and a weekend shift: values on top, the calendar below is unchanged."""
    here = china.with_local(
        [
            LocalDay(date(2026, 9, 14), False, "台风停工", "Typhoon closure"),
            LocalDay(date(2026, 9, 13), True, "补班", "Worked instead"),
            LocalDay(date(2026, 9, 15), False, "台风停工", "Typhoon closure"),
            LocalDay(date(2026, 9, 15), True, "恢复上班", "Open again"),
        ]
    )
    ledger = ledger_of(date(2026, 9, 11), Term(2, WD), here)
    assert ledger.due_on == date(2026, 9, 15)
    assert [step.code for step in ledger.steps[1:]] == [
        StepCode.WEEKEND,
        StepCode.LOCAL_WORK,
        StepCode.LOCAL_OFF,
        StepCode.LOCAL_WORK,
    ]
    assert due(date(2026, 9, 11), Term(2, WD), here).on == date(2026, 9, 15)
    assert due(date(2026, 9, 11), Term(2, WD), china).on == date(2026, 9, 15)
    assert due(date(2026, 9, 11), Term(1, WD), china).on == date(2026, 9, 14)


@pytest.mark.parametrize("answer", [lambda b, t, c: ledger_of(b, t, c).due_on, lambda b, t, c: due(b, t, c).on])
@pytest.mark.parametrize("term", [Term(3, WD), Term(3, CD), Term(1, Unit.MONTHS)])
def test_before_the_first_published_year_nothing_is_guessed(china, answer, term):
    with pytest.raises(CannotTell, match="2004"):
        answer(date(2003, 6, 1), term, china)


def test_a_period_that_never_rolls_needs_no_calendar(china):
    assert due(date(1999, 6, 1), Term(3, CD, rolls=False), china) == (date(1999, 6, 4), False)


@pytest.mark.parametrize(
    ("build", "why"),
    [
        (lambda: Term(0, WD), "amount"),
        (lambda: Term(2601, WD), "amount"),
        (lambda: Term(5, Unit.YUAN), "unit"),
        (lambda: WorkCalendar(()), "at least one"),
        (lambda: WorkCalendar(load_calendars()[::2]), "without a gap"),
        (lambda: WorkCalendar(load_calendars(), zone="Asia/Nowhere"), "zone"),
        (lambda: WorkCalendar(load_calendars(), open_days=32), "open_days"),
        (lambda: due(date(2026, 3, 2), Term(3, Unit.HOURS), WorkCalendar(load_calendars())), "hours"),
        (lambda: due(date(9999, 12, 1), Term(90, CD), WorkCalendar(load_calendars())), "9999"),
    ],
)
def test_values_that_cannot_be_are_refused(build, why):
    with pytest.raises(BadData, match=why):
        build()
