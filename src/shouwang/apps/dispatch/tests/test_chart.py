"""The board's map: whatever stands on it can be seen and read whole."""

from __future__ import annotations

from itertools import pairwise, product

import pytest

from shouwang.apps.dispatch.chart import BESIDE, Spot, _apart
from shouwang.apps.places.drawing import EDGE, HEIGHT, WIDTH, Projection, whole, wide

RADIUS = 11


@pytest.mark.parametrize(
    ("longitude", "latitude"), product((118.0, 118.9, 119.0, 119.2, 121.0), (28.0, 29.0, 29.2, 31.0))
)
def test_no_mark_is_cut_off_at_the_edge(longitude: float, latitude: float) -> None:
    x, y = Projection.of(118.9, 28.9, 119.1, 29.1).place(longitude, latitude)
    assert RADIUS <= x <= WIDTH - RADIUS
    assert RADIUS <= y <= HEIGHT - RADIUS


def test_crews_at_one_place_stand_apart_and_inside_also_at_the_lower_edge() -> None:
    for y in (EDGE, 200, HEIGHT - EDGE):
        ys = sorted(one.y for one in _apart([Spot(f"mc{n}", 300, y, "1号车", "", "free") for n in range(8)]))
        assert all(EDGE <= one <= HEIGHT - EDGE for one in ys)
        assert all(second - first >= 18 for first, second in pairwise(ys))


@pytest.mark.parametrize("x", [0, 5, 320, 630, 640])
def test_the_name_of_a_village_iswhole(x: float) -> None:
    at, _y = whole("青石镇东门外社区", x, 100)
    assert at - wide("青石镇东门外社区") / 2 >= 0
    assert at + wide("青石镇东门外社区") / 2 <= WIDTH


def test_letters_are_counted_at_their_width() -> None:
    assert (wide("1号车"), wide("巡组")) == (36, 28)
    assert BESIDE < EDGE
