"""Beyond the published holidays a result is provisional, and the recount shows openly what moved."""

from datetime import date, timedelta

import pytest

from shouwang.engines.clocks import Change, Event, EventKind, LocalDay, Term, WorkCalendar, count, difference, due
from shouwang.engines.errors import BadData
from shouwang.engines.law import CalendarYear, MakeUpDay, OffSpan, Unit, load_calendars

WD, CD = Unit.WORKING_DAYS, Unit.CALENDAR_DAYS
# A plainly invented notice: only its shape matters here.
NEXT = CalendarYear(
    2027,
    "invented for this test",
    (OffSpan(date(2027, 1, 1), date(2027, 1, 3), "元旦", "New Year's Day"),),
    (MakeUpDay(date(2027, 1, 9), "元旦", "New Year's Day"),),
)


def ledger_of(begin, term, calendar):
    return count(term, [Event(EventKind.START, begin)], calendar, now=begin)


@pytest.mark.parametrize(
    ("begin", "term", "first_uncertain"),
    [
        (date(2026, 12, 3), Term(20, WD), None),
        (date(2026, 12, 4), Term(20, WD), date(2027, 1, 1)),
        (date(2026, 12, 20), Term(30, CD), date(2027, 1, 19)),
        (date(2026, 12, 20), Term(30, CD, rolls=False), None),
        (date(2026, 12, 20), Term(1, Unit.MONTHS), date(2027, 1, 20)),
        (date(2026, 12, 20), Term(11, CD), None),
    ],
)
def test_a_result_is_provisional_only_when_an_unsettled_day_decides(china, begin, term, first_uncertain):
    ledger = ledger_of(begin, term, china)
    assert (ledger.provisional, ledger.first_uncertain) == (first_uncertain is not None, first_uncertain)
    assert due(begin, term, china) == (ledger.due_on, ledger.provisional)


def test_adding_the_year_gives_the_open_difference(china):
    term, begin = Term(20, WD), date(2026, 12, 4)
    before, after = ledger_of(begin, term, china), ledger_of(begin, term, china.plus(NEXT))
    assert (before.due_on, after.due_on) == (date(2027, 1, 1), date(2027, 1, 4))
    found = difference(before, after)
    assert (found.moved_days, found.was_provisional, found.is_provisional) == (3, True, False)
    assert found.changes == (
        Change(date(2027, 1, 1), "working-day", "holiday"),
        Change(date(2027, 1, 2), "", "holiday"),
        Change(date(2027, 1, 3), "", "holiday"),
        Change(date(2027, 1, 4), "", "working-day"),
    )


def test_a_year_can_be_replaced_when_the_notice_is_corrected(china):
    other = CalendarYear(2027, "invented, corrected", (), ())
    assert china.plus(NEXT).plus(other).years[-1] == other


def test_paused_days_need_no_notice(china):
    """Whether a day of waiting would have been worked does not matter."""
    term = Term(2, WD, pauses=("third-party",))
    events = [
        Event(EventKind.START, date(2026, 12, 30)),
        Event(EventKind.PAUSE, date(2026, 12, 31), "third-party"),
        Event(EventKind.RESUME, date(2027, 1, 10), "third-party"),
    ]
    assert count(term, events, china, now=date(2027, 1, 11)).first_uncertain == date(2027, 1, 11)


def test_the_last_days_of_december_can_be_held_open():
    """The notice for 2019 made 2018-12-31 a day off: with three open days the result said so before."""
    years = tuple(year for year in load_calendars() if year.year <= 2018)
    begin, term = date(2018, 12, 28), Term(1, WD)
    trusting, cautious = WorkCalendar(years), WorkCalendar(years, open_days=3)
    assert due(begin, term, trusting) == (date(2018, 12, 31), False)
    assert due(begin, term, cautious) == (date(2018, 12, 31), True)
    full = trusting.plus(*[year for year in load_calendars() if year.year == 2019])
    assert due(begin, term, full) == (date(2018, 12, 29), False)


def test_a_local_day_beyond_the_notice_is_settled(china):
    local = china.with_local([LocalDay(date(2027, 1, 1), True, "值班日", "Open by local decision")])
    assert due(date(2026, 12, 31), Term(1, WD), local) == (date(2027, 1, 1), False)
    assert not ledger_of(date(2026, 12, 31), Term(1, WD), local).provisional


def test_far_ahead_the_week_alone_is_counted(china):
    """Past the fast table the plain walk answers the same."""
    begin = date(2040, 3, 1)
    assert due(begin, Term(5, WD), china) == (date(2040, 3, 8), True)
    assert ledger_of(begin, Term(5, WD), china).due_on == date(2040, 3, 8)
    edge = date(2037, 12, 30)
    for n in range(1, 6):
        assert due(edge, Term(n, WD), china).on == ledger_of(edge, Term(n, WD), china).due_on
        assert due(edge, Term(n, CD), china).on == ledger_of(edge, Term(n, CD), china).due_on


def test_only_ledgers_of_one_term_are_compared(china):
    begin = date(2026, 12, 4)
    with pytest.raises(BadData, match="different terms"):
        difference(ledger_of(begin, Term(20, WD), china), ledger_of(begin, Term(7, WD), china))


def test_an_unchanged_recount_is_empty(china):
    ledger = ledger_of(date(2026, 3, 2), Term(20, WD), china)
    found = difference(ledger, ledger_of(date(2026, 3, 2), Term(20, WD), china.plus(NEXT)))
    assert (found.moved_days, found.changes) == (0, ())
    assert found.due_after - found.due_before == timedelta()
