"""Where units should wait: by hand, and against every way to choose posts in towns small enough to try them all."""

from __future__ import annotations

from itertools import combinations_with_replacement

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from shouwang.engines.dispatch import Cover, Demand, StraightLine, Unit, covering_posts, median_posts
from shouwang.engines.dispatch.tests.town import STATION, at, places
from shouwang.engines.errors import BadData

relaxed = settings(max_examples=40)
TWO_VILLAGES = Cover((Demand(at(0, 0), 3, "big"), Demand(at(9000, 0), 1, "small")), minutes=6, busy=0.5)
VILLAGE_SITES = [at(0, 0), at(9000, 0)]


def minutes(sites, cover):
    """As the engine's default travel says, for a car."""
    return StraightLine()([Unit(str(n), site, sworn=2) for n, site in enumerate(sites)], [d.at for d in cover.demand])


def covered(sites, cover, chosen) -> float:
    """The definition: a call is lost when all k units in reach are busy, which happens with probability q^k."""
    near = minutes(sites, cover) <= cover.minutes
    total = 0.0
    for j, place in enumerate(cover.demand):
        k = min(sum(bool(near[s, j]) for s in chosen), cover.layers)
        total += place.calls * (1 - cover.busy**k)
    return total


def mean(sites, cover, chosen) -> float:
    calls = [place.calls for place in cover.demand]
    return float(np.average(minutes(sites, cover)[list(chosen)].min(axis=0), weights=calls))


@st.composite
def towns(draw):
    """Up to five sites, up to six places, up to three units."""
    sites = draw(st.lists(places, min_size=1, max_size=5))
    demand = draw(st.lists(st.tuples(places, st.integers(1, 8)), min_size=1, max_size=6))
    cover = Cover(
        tuple(Demand(place, calls) for place, calls in demand),
        minutes=draw(st.sampled_from([3, 6, 12])),
        busy=draw(st.sampled_from([0, 0.3, 0.7])),
        layers=draw(st.integers(1, 3)),
    )
    return sites, cover, draw(st.integers(1, 3))


# ── by hand ──────────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("many", "sites", "value", "why"),
    [
        (1, (0,), 1.5, "the big village: 3 calls, half of them while the unit is busy"),
        (2, (0, 0), 2.25, "a second unit there saves 3/4, in the small village only 1/2"),
        (3, (0, 0, 1), 2.75, "a third there would save 3/8"),
    ],
)
def test_a_second_unit_waits_where_it_saves_most(many, sites, value, why):
    found = covering_posts(VILLAGE_SITES, TWO_VILLAGES, many)
    assert (found.sites, found.value) == (sites, pytest.approx(value)), why


def test_units_that_are_never_busy_cover_as_much_ground_as_they_can():
    never_busy = Cover(TWO_VILLAGES.demand, busy=0)
    assert covering_posts(VILLAGE_SITES, never_busy, 2).sites == (0, 1)


def test_a_first_choice_is_put_back_when_two_others_do_better():
    """The middle reaches 6 calls and is chosen first; west and east, 5 each, reach all 10 of them together."""
    calls = zip((-3000, -1000, 1000, 3000), (2, 3, 3, 2), strict=True)
    cover = Cover(tuple(Demand(at(east, 0), many) for east, many in calls), busy=0)
    found = covering_posts([at(-2000, 0), at(0, 0), at(2000, 0)], cover, 2)
    assert (found.sites, found.value) == ((0, 2), pytest.approx(10))


def test_the_mean_is_least_at_the_weighted_middle():
    cover = Cover((Demand(at(0, 0), 1), Demand(at(1000, 0), 1), Demand(at(9000, 0), 1)))
    sites = [at(0, 0), at(1000, 0), at(9000, 0)]
    assert median_posts(sites, cover, 1).sites == (1,)
    assert median_posts(sites, cover, 2).value == pytest.approx(2.6 / 3, rel=1e-3), "one of the three drives 1 km"
    assert median_posts(sites, cover, 3).value == 0


@pytest.mark.parametrize(("sites", "many"), [([], 1), ([STATION], 0)])
def test_posts_need_sites_and_units(sites, many):
    with pytest.raises(BadData):
        covering_posts(sites, TWO_VILLAGES, many)
    with pytest.raises(BadData):
        covering_posts([STATION], Cover(), 1)


def test_a_mean_cannot_be_told_where_no_road_leads():
    def island(units, there):
        return np.full((len(units), len(there)), np.inf)

    with pytest.raises(BadData, match="a way from every site"):
        median_posts([STATION], TWO_VILLAGES, 1, travel=island)


# ── against all ways there are ───────────────────────────────────────────────────────────────────────────────────────


@relaxed
@given(towns())
def test_covering_posts_against_all_of_them(town):
    sites, cover, many = town
    every = [covered(sites, cover, chosen) for chosen in combinations_with_replacement(range(len(sites)), many)]
    exact, quick = covering_posts(sites, cover, many, seconds=5), covering_posts(sites, cover, many)
    assert exact.proven
    assert exact.value == pytest.approx(max(every))
    for found in (exact, quick):
        assert len(found.sites) == many
        assert found.value == pytest.approx(covered(sites, cover, found.sites)), "the value is what the posts cover"
    assert quick.bound is None
    assert quick.value >= (1 - 1 / np.e) * max(every) - 1e-9, "greedy alone promises 63 % (Nemhauser et al. 1978)"


@relaxed
@given(towns())
def test_median_posts_against_all_of_them(town):
    sites, cover, many = town
    every = [mean(sites, cover, chosen) for chosen in combinations_with_replacement(range(len(sites)), many)]
    exact, quick = median_posts(sites, cover, many, seconds=5), median_posts(sites, cover, many)
    assert exact.proven
    assert exact.value == pytest.approx(min(every), abs=1e-6)
    for found in (exact, quick):
        assert found.value == pytest.approx(mean(sites, cover, found.sites), abs=1e-9)


@relaxed
@given(towns())
def test_one_more_unit_never_covers_less(town):
    sites, cover, many = town
    fewer, more = (covering_posts(sites, cover, n, seconds=5).value for n in (many, many + 1))
    assert more >= fewer - 1e-9


@relaxed
@given(towns(), st.integers(0, 4))
def test_no_exchange_of_one_post_helps(town, change):
    """What the quick search promises."""
    sites, cover, many = town
    found = covering_posts(sites, cover, many)
    for n in range(many):
        other = [*found.sites[:n], change % len(sites), *found.sites[n + 1 :]]
        assert covered(sites, cover, other) <= found.value + 1e-6
