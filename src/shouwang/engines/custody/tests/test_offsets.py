"""Clocks that are wrong."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from shouwang.engines.custody import Offset, Reading, Recording, corrected, offset_at

NINE = datetime(2026, 11, 23, 9, tzinfo=UTC)
HOUR, SECOND = timedelta(hours=1), timedelta(seconds=1)


def reading(hours: float, ahead_s: float, device: str = "cam") -> Reading:
    real = NINE + hours * HOUR
    return Reading(device, real, real + ahead_s * SECOND)


def test_the_last_comparison_before_counts_and_the_next_says_how_far_it_drifted():
    readings = [reading(48, 260), reading(0, 200), reading(0, -999, "other")]
    found = offset_at(readings, "cam", NINE + HOUR)
    assert found.ahead == 200 * SECOND
    assert found.drift == 60 * SECOND
    assert offset_at(readings, "cam", NINE + 72 * HOUR).ahead == 260 * SECOND


def test_before_any_comparison_the_first_one_counts_and_without_any_the_device_is_believed():
    assert offset_at([reading(1, 30)], "cam", NINE) == Offset(30 * SECOND, reading(1, 30), None)
    assert offset_at([], "cam", NINE) == Offset(timedelta(0))


@given(st.integers(-3600, 3600), st.integers(0, 600))
def test_putting_right_moves_and_never_stretches(ahead, length):
    shown = Recording("a", "cam", "hall", NINE, NINE + length * SECOND)
    real = corrected(shown, Offset(ahead * SECOND))
    assert real.until - real.since == shown.until - shown.since
    assert real.since + ahead * SECOND == shown.since
