"""What stays uncovered, as one would count it on a map."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from shouwang.engines.dispatch import Cover, Demand, Kind, Means, State, StraightLine, Unit
from shouwang.engines.dispatch.coverage import counts, late_calls
from shouwang.engines.dispatch.tests.town import at, car
from shouwang.engines.errors import BadData

HERE, THERE = Demand(at(0, 0), 4, "here"), Demand(at(9000, 0), 2, "there")


@pytest.mark.parametrize(
    ("in_reach", "late", "why"),
    [
        ([0, 0], [4, 2], "nobody near: all calls are late"),
        ([1, 0], [2, 2], "the one unit is busy half of the time"),
        ([2, 1], [1, 1], "two are busy together a quarter of the time"),
        ([9, 3], [0.5, 0.25], "only the first three count here"),
    ],
)
def test_calls_are_late_when_all_in_reach_are_busy(in_reach, late, why):
    cover = Cover((HERE, THERE), busy=0.5, layers=3)
    assert late_calls(cover, np.array(in_reach, dtype=float)).tolist() == pytest.approx(late), why


@pytest.mark.parametrize(
    ("unit", "station", "yes"),
    [
        (car("c"), "ours", True),
        (car("c", station="ours"), "ours", True),
        (car("c", station="next"), "ours", False),
        (car("c", station="next"), "", True),
        (car("c", state=State.BUSY), "ours", False),
        (car("c", state=State.OFF), "ours", False),
        (Unit("one", at(0, 0), sworn=1), "ours", False),
        (Unit("aux", at(0, 0), kind=Kind.AUXILIARIES, people=4), "ours", False),
        (Unit("watch", at(0, 0), kind=Kind.VOLUNTEERS), "ours", False),
    ],
)
def test_cover_is_whoever_can_begin_alone(unit, station, yes):
    assert counts(unit, Cover(), station) is yes


def test_a_unit_covers_what_it_reaches_in_time_by_its_own_means():
    """6 minutes are 2308 m by car (30 km/h, 1.3 detour) and 385 m on foot."""
    cover = Cover((Demand(at(380, 0), 1), Demand(at(2300, 0), 1), Demand(at(2320, 0), 1)), minutes=6)
    reach = cover.reach([car("car"), car("feet", means=Means.FOOT)], StraightLine())
    assert reach.tolist() == [[True, True, False], [True, False, False]]


def test_a_board_without_units_or_places_covers_nothing():
    assert Cover((HERE,)).reach([], StraightLine()).shape == (0, 1)
    assert Cover().reach([car("c")], StraightLine()).shape == (1, 0)


@pytest.mark.parametrize(
    "wrong", [{"busy": 1}, {"busy": -0.1}, {"layers": 0}, {"minutes": 0}, {"minutes": float("nan")}]
)
def test_values_that_cannot_be_are_refused(wrong):
    with pytest.raises(BadData):
        Cover(**wrong)
    with pytest.raises(BadData):
        Cover((Demand(at(0, 0), -1),))


@settings(max_examples=60)
@given(st.floats(0, 0.99), st.integers(1, 6), st.integers(0, 8))
def test_each_further_unit_saves_less_than_the_one_before(busy, layers, k):
    cover = Cover(busy=busy, layers=layers)
    late = cover.late_share([k, k + 1, k + 2])
    assert late[0] - late[1] >= late[1] - late[2] - 1e-12 >= -2e-12
    assert cover.late_share([layers])[0] == pytest.approx(1 - cover.slopes.sum()), "the slopes are these differences"
