"""No gateway is ever driven faster than its pace."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shouwang.apps.notices.pace import Go, Hold, Pace, empty, take

NOON = datetime(2026, 3, 2, 4, 0, tzinfo=UTC)
paces = st.builds(Pace, st.floats(0.5, 120), st.integers(1, 10), st.floats(0, 1))
chances = st.floats(0, 1, exclude_max=True)


@given(paces, st.lists(st.tuples(st.floats(0, 100), chances), max_size=60))
def test_in_every_window_at_most_burst_plus_rate(pace: Pace, tries: list[tuple[float, float]]) -> None:
    now, full_at, sent = NOON, None, []
    for gap_s, chance in tries:
        now += timedelta(seconds=gap_s)
        match take(pace, full_at, now, chance):
            case Go(full_at=later):
                full_at = later
                sent.append(now)
            case Hold(until=until):
                assert until > now
    for first, start in enumerate(sent):
        for last in range(first, len(sent)):
            allowed = pace.burst + (sent[last] - start) / pace.interval
            assert last - first + 1 <= allowed + 1e-6


@given(paces, chances)
def test_holding_until_the_named_moment_is_enough(pace: Pace, chance: float) -> None:
    held = take(pace, empty(pace, NOON), NOON, chance)
    assert isinstance(held, Hold)
    assert isinstance(take(pace, empty(pace, NOON), held.until, chance), Go)


@given(paces, chances, st.floats(0, 1e9))
def test_a_clock_set_back_neither_holds_for_ever_nor_opens_a_flood(pace: Pace, chance: float, back_s: float) -> None:
    full_at, now = empty(pace, NOON + timedelta(seconds=back_s)), NOON
    step = take(pace, full_at, now, chance)
    if isinstance(step, Hold):
        assert step.until <= now + pace.interval * (1 + pace.jitter) + timedelta(seconds=1e-5)
        now = step.until
        step = take(pace, full_at, now, chance)
    assert isinstance(step, Go)
    assert isinstance(take(pace, step.full_at, now, chance), Hold), "one, and then the pace goes on"


def test_a_rest_gives_the_burst_back_and_no_more() -> None:
    pace, full_at, sent = Pace(per_minute=6, burst=3, jitter=0), NOON - timedelta(days=9), 0
    while isinstance(step := take(pace, full_at, NOON, 0), Go):
        full_at, sent = step.full_at, sent + 1
    assert sent == 3
    assert step.until == NOON + timedelta(seconds=10)


def test_jitter_only_lengthens_the_gap() -> None:
    pace = Pace(per_minute=6, burst=1, jitter=0.5)
    gaps = [take(pace, None, NOON, chance / 10) for chance in range(10)]
    seconds = [(gap.full_at - NOON).total_seconds() for gap in gaps if isinstance(gap, Go)]
    assert seconds == sorted(set(seconds))
    assert (seconds[0], max(seconds)) == (10, 14.5)


@pytest.mark.parametrize("bad", [(0, 1, 0), (1, 0, 0), (1, 1, 1.5)])
def test_a_pace_that_means_nothing_is_refused(bad: tuple[float, int, float]) -> None:
    with pytest.raises(ValueError, match="A pace needs"):
        Pace(*bad)
