"""What must hold for every calendar and every order of events, and small cases tried one by one."""

from datetime import date, timedelta
from itertools import product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from shouwang.engines.clocks import (
    Event,
    EventKind,
    LocalDay,
    State,
    StepCode,
    Term,
    WorkCalendar,
    count,
    due,
    due_many,
)
from shouwang.engines.law import CalendarYear, Extension, Unit, load_calendars

CHINA = WorkCalendar(load_calendars())
relaxed = settings(max_examples=60)  # building a calendar's table costs more than one answer
UNITS = [Unit.WORKING_DAYS, Unit.CALENDAR_DAYS, Unit.MONTHS]
MOST = {Unit.WORKING_DAYS: 45, Unit.CALENDAR_DAYS: 65, Unit.MONTHS: 4}


@st.composite
def calendars(draw) -> WorkCalendar:
    """China's calendar with a handful of local days, worked or not."""
    days = draw(st.lists(st.tuples(st.integers(0, 400), st.booleans()), max_size=6))
    return CHINA.with_local(LocalDay(date(2025, 12, 1) + timedelta(n), works, "本地", "local") for n, works in days)


@st.composite
def terms(draw) -> Term:
    unit = draw(st.sampled_from(UNITS))
    return Term(
        draw(st.integers(1, MOST[unit])),
        unit,
        rolls=draw(st.booleans()),
        extension=Extension(MOST[unit], unit, 3, "head"),
        pauses=("wait",),
    )


starts = st.integers(0, 300).map(lambda n: date(2026, 1, 1) + timedelta(days=n))


def ledger_of(term, events, calendar):
    return count(term, events, calendar, now=events[-1].at)


@st.composite
def stories(draw, *, may_restart: bool = True) -> tuple[Term, list[Event], WorkCalendar]:
    """A term and a possible order of events: pauses side by side, restarts, extensions in time, transfers."""
    term, calendar = draw(terms()), draw(calendars())
    events = [Event(EventKind.START, draw(starts))]
    kinds = [EventKind.PAUSE, EventKind.RESUME, EventKind.EXTEND, EventKind.TRANSFER]
    if may_restart:
        kinds.append(EventKind.RESTART)
    open_refs: list[str] = []
    for kind in draw(st.lists(st.sampled_from(kinds), max_size=8)):
        at = events[-1].at + timedelta(days=draw(st.integers(0, 9)))
        match kind:
            case EventKind.PAUSE if len(open_refs) < 2:
                ref = "b" if "a" in open_refs else "a"
                open_refs.append(ref)
                longest = draw(st.none() | st.integers(0, 12))
                latest = None if longest is None else at + timedelta(days=longest)
                events.append(Event(kind, at, "wait", ref, latest=latest))
            case EventKind.RESUME if open_refs:
                events.append(Event(kind, at, ref=open_refs.pop(draw(st.integers(0, len(open_refs) - 1)))))
            case EventKind.EXTEND:
                so_far = count(term, events, calendar, now=at)
                if so_far.extensions < 3 and at <= so_far.due_on:
                    amount = draw(st.integers(1, term.extension.amount))
                    events.append(Event(kind, at, amount=amount, approver="head"))
            case EventKind.RESTART:
                open_refs.clear()
                events.append(Event(kind, at))
            case EventKind.TRANSFER:
                events.append(Event(kind, at, to="elsewhere"))
    return term, events, calendar


def present_run(events):
    last = max(n for n, event in enumerate(events) if event.kind in (EventKind.START, EventKind.RESTART))
    return [Event(EventKind.START, events[last].at), *events[last + 1 :]]


def plain_rule(term, events, calendar):
    """The rule said as simply as it can be: walk the days, leave out the waiting ones, roll at the end."""
    run = present_run(events)
    start, now = run[0].at, run[-1].at
    waits, opened, amount = [], {}, term.amount
    for event in run:
        if event.kind is EventKind.PAUSE:
            opened[event.ref] = (event.at, event.latest or date.max)
        elif event.kind is EventKind.RESUME:
            since, latest = opened.pop(event.ref)
            waits.append((since, min(event.at, latest)))
        elif event.kind is EventKind.EXTEND:
            amount += event.amount
    waits += [(since, min(now, latest)) for since, latest in opened.values()]
    if term.unit is Unit.MONTHS:
        month = start.month - 1 + amount
        for number in (start.day, 30, 29, 28):
            try:
                end = date(start.year + month // 12, month % 12 + 1, number)
                break
            except ValueError:
                continue
        amount = (end - start).days
    day = start
    while amount:
        day += timedelta(days=1)
        waiting = any(since < day <= until for since, until in waits)
        if not waiting and (term.unit is not Unit.WORKING_DAYS or calendar.works(day)):
            amount -= 1
    while term.rolls and term.unit is not Unit.WORKING_DAYS and not calendar.works(day):
        day += timedelta(days=1)
    return day


@relaxed
@given(stories())
def test_the_ledger_and_the_plain_rule_agree(story):
    term, events, calendar = story
    assert ledger_of(term, events, calendar).due_on == plain_rule(term, events, calendar)


@relaxed
@given(stories())
def test_the_counted_steps_are_the_length_of_the_term(story):
    term, events, calendar = story
    ledger = ledger_of(term, events, calendar)
    added = sum(event.amount for event in present_run(events))
    if term.unit is Unit.MONTHS:
        bare = [Event(EventKind.START, ledger.started_on)]
        longer = Term(term.amount + added, Unit.MONTHS, rolls=False)
        assert ledger.counted == (count(longer, bare, calendar, now=ledger.started_on).due_on - ledger.started_on).days
    else:
        assert ledger.counted == term.amount + added
    assert ledger.steps[-1].total == ledger.counted


@relaxed
@given(stories())
def test_every_day_from_start_to_due_has_exactly_one_line(story):
    term, events, calendar = story
    ledger = ledger_of(term, events, calendar)
    days = [step.day for step in ledger.steps if step.run == ledger.run and not step.is_event]
    assert days == [ledger.started_on + timedelta(days=n) for n in range((ledger.due_on - ledger.started_on).days + 1)]


@relaxed
@given(stories())
def test_each_event_has_its_line(story):
    term, events, calendar = story
    ledger = ledger_of(term, events, calendar)
    assert sum(step.is_event and step.code is not StepCode.LAPSE for step in ledger.steps) == len(events) - 1


@relaxed
@given(stories(may_restart=False), st.integers(0, 12), st.integers(0, 20))
def test_one_more_pause_never_makes_it_due_earlier(story, after, length):
    term, events, calendar = story
    since = events[-1].at + timedelta(days=after)
    until = since + timedelta(days=length)
    more = [*events, Event(EventKind.PAUSE, since, "wait", "more"), Event(EventKind.RESUME, until, ref="more")]
    assert count(term, more, calendar, now=until).due_on >= count(term, events, calendar, now=until).due_on


@relaxed
@given(stories(), st.integers(0, 40))
def test_a_restart_is_a_fresh_clock(story, after):
    term, events, calendar = story
    at = events[-1].at + timedelta(days=after)
    restarted = count(term, [*events, Event(EventKind.RESTART, at)], calendar, now=at)
    fresh = count(term, [Event(EventKind.START, at)], calendar, now=at)
    assert (restarted.due_on, restarted.due_at, restarted.left) == (fresh.due_on, fresh.due_at, fresh.left)
    present = [(step.day, step.code, step.counted) for step in restarted.steps if step.run == restarted.run]
    assert present == [(step.day, step.code, step.counted) for step in fresh.steps]


@relaxed
@given(stories(), st.integers(0, 8))
def test_a_transfer_anywhere_never_changes_the_end(story, place):
    term, events, calendar = story
    place = min(place, len(events) - 1)
    moved = [*events[: place + 1], Event(EventKind.TRANSFER, events[place].at, to="x"), *events[place + 1 :]]
    before, after = ledger_of(term, events, calendar), ledger_of(term, moved, calendar)
    assert (before.due_at, before.state, before.left) == (after.due_at, after.state, after.left)


@relaxed
@given(stories())
def test_a_longer_term_is_never_due_earlier(story):
    term, events, calendar = story
    longer = Term(term.amount + 1, term.unit, rolls=term.rolls, extension=term.extension, pauses=term.pauses)
    assert ledger_of(longer, events, calendar).due_on >= ledger_of(term, events, calendar).due_on


@relaxed
@given(terms(), st.lists(starts, max_size=20), calendars())
def test_bulk_and_ledger_agree(term, begins, calendar):
    ledgers = [count(term, [Event(EventKind.START, begin)], calendar, now=begin) for begin in begins]
    assert due_many(begins, term, calendar) == [(ledger.due_on, ledger.provisional) for ledger in ledgers]


@relaxed
@given(terms(), starts, calendars(), st.integers(-5, 200))
def test_it_is_late_exactly_after_its_last_day(term, begin, calendar, later):
    last = due(begin, term, calendar).on
    now = max(begin, last + timedelta(days=later - 100))
    ledger = count(term, [Event(EventKind.START, begin)], calendar, now=now)
    assert (ledger.state is State.LATE) == (now > last) == (ledger.left < 0)


@relaxed
@given(st.integers(1, 200), st.lists(st.tuples(st.integers(0, 300), st.integers(0, 300)), max_size=4))
def test_minutes_are_the_running_ones_only(amount, gaps):
    """Pauses in minutes from the start; every minute not inside one counts, until the amount is reached."""
    from datetime import UTC, datetime

    begin = datetime(2026, 3, 1, 15, 30, tzinfo=UTC)
    events, clock = [Event(EventKind.START, begin)], 0
    waiting: set[int] = set()
    for wait, length in gaps:
        clock += wait
        waiting |= set(range(clock, clock + length))
        events.append(Event(EventKind.PAUSE, begin + timedelta(minutes=clock), "wait"))
        clock += length
        events.append(Event(EventKind.RESUME, begin + timedelta(minutes=clock)))
    minute, left = 0, amount
    while left:
        left -= minute not in waiting
        minute += 1
    ledger = count(Term(amount, Unit.MINUTES, pauses=("wait",)), events, CHINA, now=events[-1].at)
    assert ledger.due_at == begin + timedelta(minutes=minute)
    assert ledger.counted == amount * 60


@pytest.mark.parametrize("week", list(product((False, True), repeat=5)))
def test_all_small_weeks_pauses_and_terms_agree_with_the_plain_rule(week):
    """Five days worked or not, every pause inside them, terms of one to three days: tried one by one."""
    start = date(2026, 3, 2)
    later = [LocalDay(start + timedelta(days=n), True, "本地", "local") for n in range(6, 14)]
    local = [LocalDay(start + timedelta(days=n), works, "本地", "local") for n, works in enumerate(week, start=1)]
    calendar = CHINA.with_local([*local, *later])
    now = start + timedelta(days=5)
    for unit, amount, since in product(UNITS[:2], (1, 2, 3), range(6)):
        term = Term(amount, unit, pauses=("wait",))
        for until in range(since, 6):
            events = [
                Event(EventKind.START, start),
                Event(EventKind.PAUSE, start + timedelta(days=since), "wait"),
                Event(EventKind.RESUME, start + timedelta(days=until)),
            ]
            ledger = count(term, events, calendar, now=now)
            assert ledger.due_on == plain_rule(term, events, calendar)
            assert ledger.counted == amount


@relaxed
@given(starts, st.integers(1, 60))
def test_the_due_day_is_the_nth_working_day_after_receipt(begin, amount):
    ledger = count(Term(amount, Unit.WORKING_DAYS), [Event(EventKind.START, begin)], CHINA, now=begin)
    assert CHINA.works(ledger.due_on)
    between = (begin + timedelta(days=n) for n in range(1, (ledger.due_on - begin).days + 1))
    assert sum(CHINA.works(day) for day in between) == amount


@relaxed
@given(st.sets(st.integers(0, 60), max_size=12), starts, st.integers(1, 20))
def test_days_off_only_push_the_end_back(off, begin, amount):
    """More days off never bring a working-day term forward; the year without holidays is the earliest."""
    bare = WorkCalendar((CalendarYear(2026, "bare", (), ()), CalendarYear(2027, "bare", (), ())))
    closed = bare.with_local(LocalDay(begin + timedelta(days=n), False, "停", "closed") for n in off)
    term = Term(amount, Unit.WORKING_DAYS)
    assert due(begin, term, closed).on >= due(begin, term, bare).on
    codes = {step.code for step in count(term, [Event(EventKind.START, begin)], closed, now=begin).steps}
    assert codes <= {StepCode.START_DAY, StepCode.WORKING, StepCode.WEEKEND, StepCode.LOCAL_OFF}
