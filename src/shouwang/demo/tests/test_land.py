"""The invented county: its communities share edges and nothing else."""

from __future__ import annotations

from itertools import combinations
from random import Random

import pytest
from shapely.geometry import shape

from shouwang.apps.places.boundaries import contains, read_boundary
from shouwang.demo.land import boundaries, spot_in
from shouwang.demo.town import town_data

CENTRES = {one["slug"]: tuple(one["at"]) for one in town_data()["community"]}


@pytest.mark.parametrize("seed", [1, 20260])
def test_communities_do_not_overlap(seed: int):
    drawn = boundaries(CENTRES, Random(seed))
    areas = {name: read_boundary(found) for name, found in drawn.items()}
    assert len(areas) == 12
    for (one, a), (other, b) in combinations(areas.items(), 2):
        assert a.intersection(b).area < 1e-9 * min(a.area, b.area), (one, other)


def test_every_community_holds_its_centre_and_is_irregular():
    drawn = boundaries(CENTRES, Random(20260))
    for name, (longitude, latitude) in CENTRES.items():
        assert contains(drawn[name], longitude, latitude), name
        area = shape(drawn[name])
        assert area.area < 0.95 * area.convex_hull.area, name


def test_the_same_seed_draws_the_same_county():
    assert boundaries(CENTRES, Random(7)) == boundaries(CENTRES, Random(7))


def test_a_spot_lies_in_its_community():
    drawn = boundaries(CENTRES, Random(3))["liuxi"]
    assert contains(drawn, *spot_in(drawn, Random(1)))
