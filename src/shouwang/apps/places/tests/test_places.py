"""Where a community ends, and what phones say about where one is."""

from __future__ import annotations

import math

import pytest
from django.core.exceptions import ValidationError
from hypothesis import given
from hypothesis import strategies as st

from shouwang.apps.places.boundaries import BadBoundary, contains, from_gcj02, read_boundary, to_gcj02
from shouwang.apps.places.models import Community, check_boundary
from tests.cast import Cast

SQUARE = {
    "type": "Polygon",
    "coordinates": [[[118.0, 29.0], [118.2, 29.0], [118.2, 29.2], [118.0, 29.2], [118.0, 29.0]]],
}


@pytest.mark.parametrize(
    ("longitude", "latitude", "inside"), [(118.1, 29.1, True), (118.2, 29.1, True), (118.3, 29.1, False)]
)
def test_a_point_is_inside_or_on_the_edge(longitude: float, latitude: float, inside: bool) -> None:
    assert contains(SQUARE, longitude, latitude) == inside


@pytest.mark.parametrize(
    "value",
    [
        None,
        "a text",
        {},
        {"type": "Point", "coordinates": [118, 29]},
        {"type": "Polygon", "coordinates": []},
        {"type": "Polygon", "coordinates": [[[0, 0], [1, 1], [1, 0], [0, 1], [0, 0]]]},
        {"type": "Polygon", "coordinates": [[[29, 118], [29, 119], [30, 119], [29, 118]]]},
    ],
    ids=["nothing", "text", "empty", "point", "no ring", "crosses itself", "latitude first"],
)
def test_what_is_no_boundary_is_refused_with_a_sentence(value: object) -> None:
    with pytest.raises(BadBoundary):
        read_boundary(value)
    with pytest.raises(ValidationError):
        check_boundary(value)


def test_a_place_finds_its_community(cast: Cast) -> None:
    Community.objects.filter(pk=cast.liuxi.pk).update(boundary=SQUARE)
    assert Community.objects.all().at(118.1, 29.1) == cast.liuxi
    assert Community.objects.all().at(119.0, 29.1) is None


@given(longitude=st.floats(73.5, 135), latitude=st.floats(18, 53.5))
def test_from_a_phones_offset_and_back(longitude: float, latitude: float) -> None:
    back = from_gcj02(*to_gcj02(longitude, latitude))
    assert math.dist(back, (longitude, latitude)) < 1e-6  # about ten centimetres


def test_outside_china_nothing_is_moved() -> None:
    assert to_gcj02(2.35, 48.85) == (2.35, 48.85)
