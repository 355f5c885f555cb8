"""
Where the invented county lies: an outline and the boundaries of its communities, drawn from a seed.

The county is cut into some hundred small cells (Voronoi 1908); each cell belongs to the nearest community centre, with a little unevenness
of the ground. Neighbours share their edges exactly, so nothing overlaps and nothing is left between them.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from random import Random
from typing import Any

from shapely.geometry import MultiPoint, Point, Polygon, mapping
from shapely.ops import unary_union, voronoi_diagram

Place = tuple[float, float]

CENTRE: Place = (118.62, 28.83)
#: Half axes of the county in degrees, and how many small cells it is cut into.
HALF_WIDTH, HALF_HEIGHT, CELLS = 0.24, 0.17, 340
DIGITS = 6


def outline(rng: Random) -> Polygon:
    """A county border: an ellipse pushed in and out by a few slow waves."""
    waves = [(n, rng.uniform(-0.035, 0.035), rng.uniform(0, 2 * math.pi)) for n in range(2, 9)]
    points = []
    for step in range(96):
        angle = 2 * math.pi * step / 96
        reach = 1 + sum(size * math.sin(n * angle + phase) for n, size, phase in waves)
        points.append(
            (
                CENTRE[0] + HALF_WIDTH * reach * math.cos(angle),
                CENTRE[1] + HALF_HEIGHT * reach * math.sin(angle),
            )
        )
    return Polygon(points)


def boundaries(centres: Mapping[str, Place], rng: Random) -> dict[str, dict[str, Any]]:
    """GeoJSON Polygon (WGS-84) for each community centre; together they fill the county."""
    county = outline(rng)
    west, south, east, north = county.bounds
    seeds = [Point(rng.uniform(west, east), rng.uniform(south, north)) for _ in range(CELLS)]
    cells = [cell.intersection(county) for cell in voronoi_diagram(MultiPoint(seeds), envelope=county).geoms]
    parts: dict[str, list[Any]] = {name: [] for name in centres}
    for cell in cells:
        if cell.is_empty:
            continue
        middle, rough = cell.centroid, rng.uniform(0.92, 1.08)
        near = sorted(centres, key=lambda name: _far(middle, centres[name]))
        first, second = near[0], near[1]
        # The ground is uneven: a cell about half way may belong to either side.
        chosen = first if _far(middle, centres[first]) * rough < _far(middle, centres[second]) else second
        parts[chosen].append(cell)
    merged = {name: unary_union(found) for name, found in parts.items()}
    return {name: _one_piece(name, merged) for name in centres}


def _far(point: Point, centre: Place) -> float:
    # A degree of longitude is shorter than one of latitude here.
    return math.hypot((point.x - centre[0]) * math.cos(math.radians(CENTRE[1])), point.y - centre[1])


def _one_piece(name: str, merged: Mapping[str, Any]) -> dict[str, Any]:
    area = merged[name]
    largest = max(area.geoms, key=lambda piece: piece.area) if area.geom_type == "MultiPolygon" else area
    shape: dict[str, Any] = mapping(Polygon(largest.exterior))
    rings = [[[round(x, DIGITS), round(y, DIGITS)] for x, y in ring] for ring in shape["coordinates"]]
    return {"type": "Polygon", "coordinates": rings}


def spot_in(boundary: Mapping[str, Any], rng: Random) -> Place:
    """A place inside a boundary, in degrees."""
    area = Polygon(boundary["coordinates"][0])
    west, south, east, north = area.bounds
    while True:
        x, y = rng.uniform(west, east), rng.uniform(south, north)
        if area.contains(Point(x, y)):
            return round(x, 5), round(y, 5)
