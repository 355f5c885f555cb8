"""A boundary as an SVG path, north up, its neighbours around it. No map behind it: nothing is fetched from anywhere."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from shapely.geometry import MultiPolygon, Polygon

from shouwang.apps.places.boundaries import read_boundary

WIDTH, HEIGHT, MARGIN = 320, 240, 12


@dataclass(frozen=True, slots=True)
class Drawing:
    """
    path         the area itself, for `<path d>`, in a box of WIDTH by HEIGHT
    neighbours   (name, path) of what lies around
    km           how wide and how high the area is, in kilometres
    """

    path: str
    neighbours: tuple[tuple[str, str], ...]
    km: tuple[float, float]


def draw(boundary: Any, neighbours: Iterable[tuple[str, Any]]) -> Drawing:
    """Draw a WGS-84 boundary. Near one place a degree of longitude is cos(latitude) of a degree of latitude."""
    area = read_boundary(boundary)
    west, south, east, north = area.bounds
    squeeze = math.cos(math.radians((south + north) / 2))
    wide, high = max((east - west) * squeeze, 1e-9), max(north - south, 1e-9)
    scale = min((WIDTH - 2 * MARGIN) / wide, (HEIGHT - 2 * MARGIN) / high)
    left, top = (WIDTH - wide * scale) / 2, (HEIGHT - high * scale) / 2

    def place(point: tuple[float, ...]) -> str:
        x = left + (point[0] - west) * squeeze * scale
        y = top + (north - point[1]) * scale
        return f"{x:.1f},{y:.1f}"

    def path(shape: Polygon | MultiPolygon) -> str:
        parts = shape.geoms if isinstance(shape, MultiPolygon) else [shape]
        rings = [ring for part in parts for ring in (part.exterior, *part.interiors)]
        return " ".join("M" + " L".join(place(point) for point in list(ring.coords)[:-1]) + "Z" for ring in rings)

    near = [(name, read_boundary(other)) for name, other in neighbours]
    around = tuple((name, path(shape)) for name, shape in near if shape.distance(area) < max(wide, high))
    return Drawing(path(area), around, (wide * 111.32, high * 111.32))
