"""Villages as plain SVG paths, drawn on the server. No tiles, no requests, no script; the pages' words say the same."""

from __future__ import annotations

import json
import math
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache

from shapely.geometry import MultiPolygon, Polygon

from shouwang.apps.places.boundaries import read_boundary
from shouwang.apps.places.models import Community

WIDTH, HEIGHT, MARGIN = 640, 480, 24
#: No mark stands nearer to the edge than its own half.
EDGE = 13
#: Metres of one degree of latitude.
DEGREE_M = 111_320


@dataclass(frozen=True, slots=True)
class Area:
    """One village: `path` draws it, its name stands at `x`, `y`."""

    name: str
    path: str
    x: float
    y: float


@dataclass(frozen=True, slots=True)
class Projection:
    """Degrees to the drawing, true to shape at its middle latitude. `east`, `north`: units of the drawing for one degree."""

    west: float
    top: float
    east: float
    north: float
    left: float
    above: float

    @classmethod
    def of(cls, west: float, south: float, east: float, north: float) -> Projection:
        """All of this rectangle inside the margin."""
        narrow = math.cos(math.radians((south + north) / 2))
        scale = min(
            (WIDTH - 2 * MARGIN) / max((east - west) * narrow, 1e-6), (HEIGHT - 2 * MARGIN) / max(north - south, 1e-6)
        )
        left = (WIDTH - (east - west) * narrow * scale) / 2
        above = (HEIGHT - (north - south) * scale) / 2
        return cls(west, north, narrow * scale, scale, left, above)

    def place(self, longitude: float, latitude: float) -> tuple[float, float]:
        """Where a point is drawn; what lies outside is drawn at the edge."""
        x, y = self.exactly(longitude, latitude)
        return round(min(max(x, EDGE), WIDTH - EDGE), 1), round(min(max(y, EDGE), HEIGHT - EDGE), 1)

    def exactly(self, longitude: float, latitude: float) -> tuple[float, float]:
        """The same, also far outside of the drawing."""
        return self.left + (longitude - self.west) * self.east, self.above + (self.top - latitude) * self.north

    @property
    def metres(self) -> float:
        """Metres of one unit of the drawing."""
        return DEGREE_M / self.north


@dataclass(frozen=True, slots=True)
class Ground:
    """The villages as they are drawn, and where a point stands among them."""

    areas: tuple[Area, ...]
    projection: Projection


def ground_of(communities: Iterable[Community]) -> Ground | None:
    """None when no village has a boundary: points without ground would say nothing."""
    return _ground(tuple((one.called, json.dumps(one.boundary)) for one in communities if one.boundary))


@lru_cache(maxsize=16)
def _ground(villages: tuple[tuple[str, str], ...]) -> Ground | None:
    """Boundaries seldom change, and drawing them takes long."""
    shapes = [(name, read_boundary(json.loads(boundary))) for name, boundary in villages]
    if not shapes:
        return None
    west, south, east, north = zip(*(shape.bounds for _name, shape in shapes), strict=True)
    projection = Projection.of(min(west), min(south), max(east), max(north))
    areas = tuple(
        Area(
            name,
            " ".join(_ring(part, projection) for part in _parts(shape)),
            *whole(name, *projection.place(*shape.representative_point().coords[0])),
        )
        for name, shape in shapes
    )
    return Ground(areas, projection)


def wide(word: str) -> float:
    """About how wide a name is drawn: a Chinese character is as wide as its letters are high, others half of that."""
    return sum(14 if ord(letter) > 0x2E7F else 8 for letter in word)


def whole(name: str, x: float, y: float) -> tuple[float, float]:
    """Where a name with this middle can be read whole."""
    half = min(wide(name) / 2 + 2, WIDTH / 2)
    return round(min(max(x, half), WIDTH - half), 1), y


def _parts(shape: Polygon | MultiPolygon) -> list[Polygon]:
    return list(shape.geoms) if isinstance(shape, MultiPolygon) else [shape]


def _ring(part: Polygon, projection: Projection) -> str:
    fewer = part.simplify(0.0002)
    ring = fewer if isinstance(fewer, Polygon) and not fewer.is_empty else part
    points = [projection.place(x, y) for x, y, *_z in ring.exterior.coords]
    return "M" + "L".join(f"{x},{y}" for x, y in points) + "Z"
