"""Who should move to which post: by hand, and against every single move there is."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from shouwang.engines.dispatch import Cover, Demand, State, StraightLine, relocate
from shouwang.engines.dispatch.coverage import counts, late_calls
from shouwang.engines.dispatch.tests.town import at, boards, car, places
from shouwang.engines.dispatch.travel import DETOUR, metres
from shouwang.engines.errors import BadData

relaxed = settings(max_examples=50)
WEST, EAST = at(0, 0), at(9000, 0)
POSTS = {"west": WEST, "east": EAST}
COVER = Cover((Demand(WEST, 1, "old town"), Demand(EAST, 1, "new town")), minutes=6, busy=0.5)


def late(units, cover, station="") -> float:
    """Expected late calls with the units where they stand."""
    free = [unit for unit in units if counts(unit, cover, station)]
    return float(late_calls(cover, cover.reach(free, StraightLine()).sum(axis=0)).sum())


def moved(units, name, to):
    return [replace(unit, at=to) if unit.id == name else unit for unit in units]


# ── by hand ──────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_one_of_two_in_the_same_place_fills_the_gap():
    """Old town keeps one (late 1/2 instead of 1/4), new town gets one (1/2 instead of 1): a quarter of a call."""
    advice = relocate([car("c1", WEST), car("c2", WEST)], POSTS, COVER, km_price=0)
    (move,) = advice.moves
    assert (move.unit, move.post) == ("c1", "east")
    assert (move.gains, move.loses) == (("new town",), ("old town",))
    assert move.saves == pytest.approx(0.25)
    assert (move.minutes, move.km) == (pytest.approx(23.4, rel=1e-3), pytest.approx(11.7, rel=1e-3))
    assert (advice.late_calls_before, advice.late_calls) == (pytest.approx(1.25), pytest.approx(1.0))


def test_nobody_drives_for_less_than_the_drive_is_worth():
    """11.7 km for a quarter of a call, of two: 0.0107 of all calls for each kilometre."""
    units = [car("c1", WEST), car("c2", WEST)]
    assert relocate(units, POSTS, COVER, km_price=0.0106).moves
    assert not relocate(units, POSTS, COVER, km_price=0.0108).moves


def test_the_last_unit_of_a_place_stays():
    advice = relocate([car("c1", WEST)], POSTS, COVER, km_price=0)
    assert advice.moves == ()
    assert advice.late_calls == advice.late_calls_before == pytest.approx(1.5)


def test_nobody_at_work_is_moved():
    assert not relocate([car("c1", WEST, state=State.BUSY), car("c2", WEST)], POSTS, COVER, km_price=0).moves


def test_another_stations_unit_is_no_cover_of_ours():
    """Without it the only one of ours stays where it is."""
    units = [car("c1", WEST, station="ours"), car("c2", WEST, station="next")]
    assert not relocate(units, POSTS, COVER, station="ours", km_price=0).moves
    assert relocate(units, POSTS, COVER, station="", km_price=0).moves


def test_a_freed_unit_asks_for_itself():
    """In the fields it covers nothing; nobody else is asked to move."""
    units = [car("c1", WEST), car("c2", WEST), car("freed", at(4500, 9000))]
    advice = relocate(units, POSTS, COVER, only={"freed"}, km_price=0)
    assert [(move.unit, move.post) for move in advice.moves] == [("freed", "east")]


def test_no_more_moves_than_asked_for():
    units = [car(f"c{n}", at(4500, 9000)) for n in range(4)]
    assert [len(relocate(units, POSTS, COVER, km_price=0, most=most).moves) for most in (0, 1, 2)] == [0, 1, 2]


@pytest.mark.parametrize("wrong", [{"km_price": -1}, {"most": -1}])
def test_values_that_cannot_be_are_refused(wrong):
    with pytest.raises(BadData):
        relocate([car("c")], POSTS, COVER, **wrong)
    with pytest.raises(BadData):
        relocate([car("c"), car("c")], POSTS, COVER)


@pytest.mark.parametrize(("units", "posts"), [([], POSTS), ([car("c")], {})])
def test_without_units_or_posts_nothing_is_advised(units, posts):
    assert relocate(units, posts, COVER).moves == ()


# ── for any board ────────────────────────────────────────────────────────────────────────────────────────────────────


@relaxed
@given(boards(), st.lists(places, max_size=3), st.sampled_from([0, 0.01, 0.1]))
def test_a_single_move_is_the_best_there_is(board, posts, km_price):
    units, _, asked = board
    cover, station = asked["cover"], asked["station"]
    named = {f"p{n}": place for n, place in enumerate(posts)}
    advice = relocate(units, named, cover, station=station, most=1, km_price=km_price)
    price = km_price * sum(place.calls for place in cover.demand)
    now = late(units, cover, station)
    worth = [
        now - late(moved(units, unit.id, place), cover, station) - price * _km(unit.at, place)
        for unit in units
        if counts(unit, cover, station)
        for place in posts
    ]
    assert (advice.moves[0].worth if advice.moves else 0) == pytest.approx(max([0, *worth]), abs=1e-7)


@relaxed
@given(boards(), st.lists(places, min_size=1, max_size=3))
def test_the_moves_save_what_they_say(board, posts):
    units, _, asked = board
    cover, station = asked["cover"], asked["station"]
    named = {f"p{n}": place for n, place in enumerate(posts)}
    advice = relocate(units, named, cover, station=station, most=3, km_price=0.01)
    after = units
    for move in advice.moves:
        after = moved(after, move.unit, named[move.post])
        assert move.saves >= move.worth > 0
    assert advice.late_calls_before == pytest.approx(late(units, cover, station))
    assert advice.late_calls == pytest.approx(late(after, cover, station))
    assert advice.late_calls_before - advice.late_calls == pytest.approx(sum(move.saves for move in advice.moves))
    assert len({move.unit for move in advice.moves}) == len(advice.moves), "nobody is moved twice"
    again = relocate(units[::-1], named, cover, station=station, most=3, km_price=0.01)
    assert again == advice, "the order of the arguments changes nothing"


def _km(one, other) -> float:
    return float(metres([one], [other])[0, 0]) * DETOUR / 1000
