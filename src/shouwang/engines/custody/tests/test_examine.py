"""What of a stay is recorded: told cases, every small case against a plain rule, and properties of any case."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from itertools import pairwise, product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shouwang.engines.custody import About, Recording, Stay, Whereabouts, contradictions, examine, outside
from shouwang.engines.errors import BadData

NINE = datetime(2026, 11, 23, 9, tzinfo=UTC)
MINUTE = timedelta(minutes=1)


def at(minutes: float) -> datetime:
    return NINE + minutes * MINUTE


def stay(*places: tuple[str, int, int], until: int = 60, person: str = "p", id_: str = "s") -> Stay:
    return Stay(id_, person, at(0), at(until), tuple(Whereabouts(p, at(a), at(b)) for p, a, b in places))


def rec(id_: str, place: str, since: float, until: float, device: str = "") -> Recording:
    return Recording(id_, device or f"cam {place}", place, at(since), at(until))


TWO_ROOMS = stay(("hall", 0, 20), ("room 1", 20, 60))


@pytest.mark.parametrize(
    ("recordings", "tolerance", "gaps", "why"),
    [
        ([rec("a", "hall", 0, 20), rec("b", "room 1", 20, 60)], 0, [], "each place from its first minute to its last"),
        ([rec("a", "hall", -5, 25), rec("b", "room 1", 10, 70)], 0, [], "a recording may begin before and end after"),
        ([rec("a", "hall", 0, 20), rec("b", "room 1", 32, 60)], 1, [(20, 32)], "twelve minutes in room 1"),
        ([rec("a", "hall", 0, 60)], 0, [(20, 60)], "the hall's camera does not see room 1"),
        ([rec("a", "hall", 0, 19.5), rec("b", "room 1", 20.5, 60)], 1, [], "one minute in all is not longer than one"),
        ([rec("a", "hall", 0, 19.4), rec("b", "room 1", 20.5, 60)], 1, [(19.4, 20.5)], "on the way is counted as one"),
        ([], 0, [(0, 60)], "nothing is registered"),
        ([rec("a", "hall", 0, 10), rec("c", "hall", 10, 20), rec("b", "room 1", 20, 60)], 0, [], "files in a row"),
    ],
)
def test_gaps_are(recordings, tolerance, gaps, why):
    found = examine(TWO_ROOMS, recordings, tolerance=tolerance * MINUTE)
    assert [(gap.since, gap.until) for gap in found.gaps] == [(at(a), at(b)) for a, b in gaps], why
    assert found.whole == (not gaps)


def test_a_gap_says_where_the_person_was_meanwhile():
    (gap,) = examine(TWO_ROOMS, [rec("a", "hall", 0, 15), rec("b", "room 1", 25, 60)]).gaps
    assert [(part.place, part.since, part.until) for part in gap.parts] == [
        ("hall", at(15), at(20)),
        ("room 1", at(20), at(25)),
    ]


def test_time_that_nobody_noted_is_covered_by_nothing():
    (gap,) = examine(stay(("hall", 0, 20), ("hall", 30, 60)), [rec("a", "hall", 0, 60)]).gaps
    assert (gap.since, gap.until, gap.parts[0].place) == (at(20), at(30), "")


def test_what_cannot_be_is_refused():
    with pytest.raises(BadData, match="ends before"):
        rec("a", "hall", 5, 4)
    with pytest.raises(BadData, match="offset"):
        Recording("a", "cam", "hall", datetime(2026, 1, 1), datetime(2026, 1, 2))  # noqa: DTZ001
    with pytest.raises(BadData, match="below zero"):
        examine(TWO_ROOMS, [], tolerance=-MINUTE)
    with pytest.raises(BadData, match="twice"):
        contradictions([], [rec("a", "hall", 0, 1), rec("a", "hall", 2, 3)])


SPANS = [(a, b) for a in range(4) for b in range(a + 1, 5)]


def plain_gaps(one: Stay, recordings: list[Recording]) -> set[int]:
    """Minute by minute, as one would do it with a finger on the list: the minutes that nobody recorded."""
    length = int((one.until - one.since) / MINUTE)
    bare = set()
    for minute in range(length):
        now = at(minute)
        place = next((p.place for p in one.places if p.since <= now < p.until), None)
        if not any(r.place == place and r.since <= now < r.until for r in recordings):
            bare.add(minute)
    return bare


@pytest.mark.parametrize("change", range(5))
def test_every_small_case_agrees_with_a_finger_on_the_list(change):
    """Four minutes, a change of place at each moment, any two recordings of either place: 2,000 cases in all."""
    one = stay(*([("x", 0, change)] if change else []), *([("y", change, 4)] if change < 4 else []), until=4)
    tried = 0
    for (pa, sa), (pb, sb) in product(product("xy", SPANS), repeat=2):
        recordings = [rec("a", pa, *sa), rec("b", pb, *sb)]
        found = examine(one, recordings)
        bare = {m for gap in found.gaps for m in range(4) if gap.since <= at(m) < gap.until}
        assert bare == plain_gaps(one, recordings)
        tried += 1
    assert tried == 400


minutes = st.integers(-20, 80)
spans = st.tuples(minutes, minutes).map(sorted).filter(lambda ab: ab[0] < ab[1])
places = st.sampled_from(["hall", "room 1", "room 2"])


@st.composite
def any_stay(draw):
    cuts = sorted(draw(st.sets(st.integers(1, 59), max_size=4)))
    edges = [0, *cuts, 60]
    return stay(*((draw(places), a, b) for a, b in pairwise(edges)))


any_recordings = st.lists(st.tuples(places, spans), max_size=6).map(
    lambda rows: [rec(f"r{n}", place, *span) for n, (place, span) in enumerate(rows)]
)


@given(any_stay(), any_recordings)
def test_pieces_are_exactly_the_stay(one, recordings):
    found = examine(one, recordings)
    assert found.pieces[0].since == one.since
    assert found.pieces[-1].until == one.until
    assert all(a.until == b.since for a, b in zip(found.pieces, found.pieces[1:], strict=False))
    assert found.covered + sum((gap.length for gap in found.gaps), timedelta(0)) == found.length


@given(any_stay(), any_recordings, st.tuples(places, spans))
def test_one_more_recording_never_uncovers_anything(one, recordings, more):
    place, span = more
    before, after = examine(one, recordings), examine(one, [*recordings, rec("more", place, *span)])
    assert after.covered >= before.covered
    assert {m for g in after.gaps for m in range(60) if g.since <= at(m) < g.until} <= plain_gaps(one, recordings)


@given(any_stay(), any_recordings, st.integers(0, 30), st.randoms())
def test_neither_order_nor_tolerance_changes_what_is_covered(one, recordings, tolerance, chance):
    mixed = chance.sample(recordings, len(recordings))
    strict, kind = examine(one, recordings), examine(one, mixed, tolerance=tolerance * MINUTE)
    assert kind.pieces == strict.pieces
    assert sorted((*kind.gaps, *kind.passed), key=lambda gap: gap.since) == list(strict.gaps)
    assert all(gap.length > tolerance * MINUTE for gap in kind.gaps)


class TestContradictions:
    def test_one_device_cannot_be_in_two_places_at_once(self):
        (one,) = contradictions([], [rec("a", "hall", 0, 20, "body 7"), rec("b", "room 1", 15, 30, "body 7")])
        assert (one.about, one.who, one.places) == (About.DEVICE, "body 7", ("hall", "room 1"))
        assert (one.since, one.until) == (at(15), at(20))

    def test_from_one_place_to_the_next_is_none(self):
        moved = [rec("a", "hall", 0, 20, "body 7"), rec("b", "room 1", 20, 30, "body 7")]
        assert contradictions([TWO_ROOMS], moved) == ()
        assert contradictions([], [rec("a", "hall", 0, 20), rec("b", "hall", 5, 30)]) == ()

    def test_one_person_cannot_be_in_two_places_at_once(self):
        other = stay(("room 2", 50, 60), id_="t")
        (one,) = contradictions([TWO_ROOMS, other], [])
        assert (one.about, one.who, one.first, one.second) == (About.PERSON, "p", "s", "t")

    def test_two_strangers_are_two_people(self):
        strangers = [stay(("hall", 0, 60), person="", id_="s"), stay(("room 2", 0, 60), person="", id_="t")]
        assert contradictions(strangers, []) == ()

    @given(any_recordings)
    def test_it_agrees_with_comparing_each_with_each(self, recordings):
        worn = [Recording(one.id, "body 7", one.place, one.since, one.until) for one in recordings]
        pairs = {
            frozenset((a.id, b.id))
            for a, b in product(worn, repeat=2)
            if a.id < b.id and a.place != b.place and a.since < b.until and b.since < a.until
        }
        assert {frozenset((one.first, one.second)) for one in contradictions([], worn)} == pairs


@given(any_stay(), any_recordings)
def test_a_recording_that_shows_something_is_not_outside(one, recordings):
    shown = {id_ for piece in examine(one, recordings).pieces for id_ in piece.recordings}
    assert shown & set(outside([one], recordings)) == set()
    assert shown | set(outside([one], recordings)) == {r.id for r in recordings}
