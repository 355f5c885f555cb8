"""Whether a promise was kept, against a plain slow rule and some hand-made days."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from fractions import Fraction
from itertools import pairwise, product
from random import Random
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shouwang.apps.promises.reckoning import (
    Call,
    Every,
    Fact,
    Measure,
    Outcome,
    Rule,
    Tally,
    answer,
    called_out,
    end_of,
    first_of,
    periods,
    tally,
)
from shouwang.engines.clocks import WorkCalendar
from shouwang.engines.law import Unit, load_calendars

ZONE = ZoneInfo("Asia/Shanghai")
CALENDAR = WorkCalendar(load_calendars())
TWO_HOURS = Rule(Measure.ANSWER, 2, Unit.HOURS)
NOON = datetime(2026, 3, 2, 12, 0, tzinfo=ZONE)


def moment(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=ZONE)


def waits(reached: float | None, dropped: float | None = None, **more: str) -> Fact:
    """A wait from noon; minutes to what happened."""
    after = [None if one is None else NOON + timedelta(minutes=one) for one in (reached, dropped)]
    return Fact(NOON, *after, **more)  # type: ignore[arg-type]


minutes = st.none() | st.integers(0, 400)
facts = st.builds(waits, minutes, minutes, kind=st.sampled_from(["help", "report"]))
later = st.integers(0, 500).map(lambda n: NOON + timedelta(minutes=n))


def slowly(fact: Fact, at: datetime) -> str:
    """The rule in other words, minute by minute: who is still waiting, and did the bell ring before it ended?"""
    minute, rang = NOON, False
    while True:
        if fact.reached is not None and minute == fact.reached:
            return "broken" if rang else "kept"
        gone = fact.dropped is not None and minute == fact.dropped
        comes = fact.reached is not None and minute < fact.reached <= at
        if gone and not comes:
            return "broken" if rang else "left-out"
        if minute == at:
            return "overdue" if rang else "open"
        if minute == NOON + timedelta(hours=2):
            rang = True
        minute += timedelta(minutes=1)


@pytest.mark.parametrize(("reached", "dropped"), list(product((None, 0, 119, 120, 121, 250), repeat=2)))
def test_every_outcome_is_that_of_the_plain_slow_rule(reached: int | None, dropped: int | None):
    for at in (0, 60, 119, 120, 121, 200, 300):
        fact, now = waits(reached, dropped), NOON + timedelta(minutes=at)
        assert answer(TWO_HOURS, fact, now, CALENDAR).outcome == slowly(fact, now), at


@pytest.mark.parametrize(
    ("amount", "began", "last_in_time", "why"),
    [
        (1, "2026-02-12 09:00", "2026-02-14 00:00", "the day of arrival is not counted"),
        (1, "2026-02-13 23:59", "2026-02-15 00:00", "Saturday 14 February is a make-up day"),
        (1, "2026-02-14 10:00", "2026-02-25 00:00", "the Spring Festival lies between"),
    ],
)
def test_working_days_are_counted_by_the_calendar(amount: int, began: str, last_in_time: str, why: str):
    rule = Rule(Measure.CLOSING, amount, Unit.WORKING_DAYS)
    end = moment(last_in_time)
    kept = answer(rule, Fact(moment(began), end), end, CALENDAR)
    assert (kept.outcome, kept.limit, kept.band) == (Outcome.KEPT, end, 12), why
    late = end + timedelta(microseconds=1)
    assert answer(rule, Fact(moment(began), late), late, CALENDAR).outcome is Outcome.BROKEN


@given(st.lists(facts, max_size=12), later, st.randoms(use_true_random=False))
def test_the_order_of_facts_does_not_matter(some: list[Fact], at: datetime, chance: Random):
    mixed = list(some)
    chance.shuffle(mixed)
    assert tally(TWO_HOURS, some, at, CALENDAR) == tally(TWO_HOURS, mixed, at, CALENDAR)


@given(st.lists(facts, max_size=12), later)
def test_an_open_overdue_matter_never_raises_the_share(some: list[Fact], at: datetime):
    at += timedelta(hours=3)
    before, after = (tally(TWO_HOURS, given, at, CALENDAR) for given in (some, [*some, waits(None)]))
    assert after.overdue == before.overdue + 1
    assert (after.share or 0) <= (before.share if before.share is not None else 1)


@given(st.lists(facts, max_size=12), later)
def test_open_in_time_moves_nothing_and_every_matter_counts_once(some: list[Fact], at: datetime):
    found = tally(TWO_HOURS, some, at, CALENDAR)
    still = Fact(at, None)
    assert tally(TWO_HOURS, [*some, still], at, CALENDAR).share == found.share
    out = sum(answer(TWO_HOURS, one, at, CALENDAR).outcome is Outcome.LEFT_OUT for one in some)
    assert found.n + found.open + out == len(some)


@given(st.lists(facts, max_size=12), st.lists(facts, max_size=12), later)
def test_two_parts_counted_apart_are_the_whole(some: list[Fact], more: list[Fact], at: datetime):
    parts = tally(TWO_HOURS, some, at, CALENDAR) + tally(TWO_HOURS, more, at, CALENDAR)
    assert parts == tally(TWO_HOURS, some + more, at, CALENDAR)


@given(st.lists(facts, max_size=12), later)
def test_whoever_has_the_bands_has_the_counts(some: list[Fact], at: datetime):
    found = tally(TWO_HOURS, some, at, CALENDAR)
    assert sum(n for band, n in found.bands if band <= 12) == found.kept
    assert sum(n for band, n in found.bands if band > 12) == found.broken


@given(facts, later, st.integers(1, 300))
def test_a_longer_limit_never_breaks_what_was_kept(fact: Fact, at: datetime, more: int):
    longer = Rule(Measure.ANSWER, 120 + more, Unit.MINUTES)
    if answer(TWO_HOURS, fact, at, CALENDAR).outcome is Outcome.KEPT:
        assert answer(longer, fact, at, CALENDAR).outcome is Outcome.KEPT


@given(st.integers(0, 40), st.integers(0, 40), st.integers(0, 40), st.integers(0, 40))
def test_the_interval_holds_the_share(kept: int, broken: int, still: int, overdue: int):
    found = Tally(kept, broken, still, overdue)
    low, high = found.interval
    assert 0 <= low <= high <= 1
    if found.share is not None:
        assert low - 1e-9 <= found.share == Fraction(kept, found.n).__float__() <= high + 1e-9


@pytest.mark.parametrize(
    ("rule", "covered"),
    [
        ({}, True),
        ({"kinds": ("help",)}, True),
        ({"kinds": ("report",)}, False),
        ({"channels": ("web", "qq")}, True),
        ({"channels": ("phone",)}, False),
        ({"hours": "day"}, True),
        ({"hours": "night"}, False),
    ],
)
def test_the_scope(rule: dict[str, tuple[str, ...]], covered: bool):
    fact = Fact(NOON, NOON, kind="help", channel="web")
    counted = Rule(Measure.ANSWER, 1, Unit.HOURS, **rule)  # type: ignore[arg-type]
    assert tally(counted, [fact], NOON, CALENDAR).kept == covered


@pytest.mark.parametrize(
    ("minutes", "band"), [(0, 4), (40, 4), (41, 6), (60, 6), (61, 12), (120, 12), (121, 24), (240, 24), (241, 25)]
)
def test_a_wait_is_told_in_steps(minutes: int, band: int):
    assert answer(TWO_HOURS, waits(minutes), NOON + timedelta(hours=9), CALENDAR).band == band


@pytest.mark.parametrize(("hour", "name"), [(7, "night"), (8, "day"), (19, "day"), (20, "night")])
def test_night_is_from_eight_to_eight(hour: int, name: str):
    fact = Fact(NOON.replace(hour=hour), None)
    assert [one for one in ("day", "night") if Rule(Measure.ANSWER, 1, Unit.HOURS, hours=one).covers(fact)] == [name]


def quick(n: int, band: int = 4) -> Tally:
    return Tally(kept=n, bands=((band, n),))


@pytest.mark.parametrize(
    ("tallies", "call", "why"),
    [
        ([quick(4)] * 6, Call.EASY, "always kept, within a third"),
        ([quick(4)] * 5, Call.NONE, "half a year is not over"),
        ([quick(4)] * 5 + [Tally()], Call.NONE, "a month without a matter was not kept"),
        ([quick(4, 6)] * 6, Call.NONE, "nine of ten took longer than a third"),
        ([quick(4)] * 5 + [quick(4) + Tally(overdue=1)], Call.NONE, "one is overdue"),
        ([Tally(kept=2, broken=3)], Call.HARD, "less than half"),
        ([Tally(kept=3, broken=3)], Call.NONE, "half is not less than half"),
        ([Tally(broken=4)], Call.NONE, "four are too few to say anything"),
        ([Tally(broken=30)] + [quick(3)] * 6, Call.EASY, "what is older than half a year is over"),
        ([Tally(kept=1, overdue=4)], Call.HARD, "open and overdue counts like broken"),
    ],
)
def test_what_is_called_out(tallies: list[Tally], call: Call, why: str):
    assert called_out(Every.MONTH, tallies) is call, why
    assert called_out(Every.QUARTER, [quick(4)] * 2) is Call.EASY


def test_danger_and_complaints_alone_are_counted_by_the_quarter():
    assert Rule(Measure.DANGER, 3, Unit.MINUTES).every is Every.QUARTER
    assert Rule(Measure.ANSWER, 3, Unit.HOURS, kinds=("complaint",)).every is Every.QUARTER
    assert Rule(Measure.ANSWER, 3, Unit.HOURS, kinds=("complaint", "help")).every is Every.MONTH


@given(st.dates(date(2020, 1, 1), date(2040, 1, 1)), st.integers(0, 900), st.sampled_from(list(Every)))
def test_periods_follow_each_other_and_are_over(since: date, days: int, every: Every):
    day = since + timedelta(days=days)
    found = periods(every, since, day)
    assert found == sorted(set(found))
    assert all(first_of(every, one) == one and end_of(every, one) <= day for one in found)
    assert all(end_of(every, one) == after for one, after in pairwise(found))
    assert end_of(every, first_of(every, day)) > day


def test_a_rule_is_kept_as_it_is():
    rule = Rule(Measure.SCENE, 15, Unit.MINUTES, ("help",), ("phone",), "night")
    assert Rule.of(rule.as_data()) == rule
