"""
The board's map as plain SVG, drawn on the server: boundaries, incidents, crews. No tiles, no requests, no script.

The lists beside it say the same in words.
"""

from __future__ import annotations

import json
import math
from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import lru_cache

from shapely.geometry import MultiPolygon, Polygon

from shouwang.apps.dispatch.board import Board
from shouwang.apps.places.boundaries import read_boundary

WIDTH, HEIGHT, MARGIN = 640, 480, 24
#: No mark stands nearer to the edge than its own half; a name stands so far beside its square.
EDGE, BESIDE = 13, 10
Place = Callable[[float, float], tuple[float, float]]


@dataclass(frozen=True, slots=True)
class Area:
    """One village: `path` draws it, its name stands at `x`, `y`."""

    name: str
    path: str
    x: float
    y: float


@dataclass(frozen=True, slots=True)
class Spot:
    """
    One incident or crew. `id` is the mark's on the page, `word` stands in it, `says` is what a screen reader and the tip tell; `left`: the
    name stands at the left of the mark, where it would be cut off at the right.
    """

    id: str
    x: float
    y: float
    word: str
    says: str
    kind: str
    left: bool = False

    @property
    def is_crew(self) -> bool:
        """Crews are squares with their name beside them, incidents dots with their number in them."""
        return self.kind in {"free", "busy"}


@dataclass(frozen=True, slots=True)
class Chart:
    areas: tuple[Area, ...]
    spots: tuple[Spot, ...]
    width: int = WIDTH
    height: int = HEIGHT


def chart_of(board: Board) -> Chart | None:
    """None when no village has a boundary: points without ground would say nothing."""
    ground = _ground(tuple((one.called, json.dumps(one.boundary)) for one in board.communities if one.boundary))
    if ground is None:
        return None
    areas, place = ground
    spots = []
    for row in (*board.waiting, *board.running):
        if not row.guessed:
            x, y = place(*row.point)
            spots.append(Spot(f"mi{row.incident.pk}", x, y, str(row.n), row.incident.matter.title, f"g{row.grade}"))
    for crew in board.crews:
        if crew.point != (0, 0):
            x, y = place(*crew.point)
            says = f"{crew.crew.name} · {crew.says}"
            kind = "free" if crew.is_free else "busy"
            left = x + BESIDE + wide(crew.crew.name) > WIDTH
            spots.append(Spot(f"mc{crew.crew.pk}", x, y, crew.crew.name, says, kind, left))
    return Chart(areas, tuple(_apart(spots)))


def wide(word: str) -> float:
    """About how wide a name is drawn: a Chinese character is as wide as its letters are high, others half of that."""
    return sum(14 if ord(letter) > 0x2E7F else 8 for letter in word)


@lru_cache(maxsize=16)
def _ground(villages: tuple[tuple[str, str], ...]) -> tuple[tuple[Area, ...], Place] | None:
    """The villages as they are drawn, and where a point stands among them. Boundaries seldom change, and drawing them takes long."""
    shapes = [(name, read_boundary(json.loads(boundary))) for name, boundary in villages]
    if not shapes:
        return None
    west, south, east, north = zip(*(shape.bounds for _name, shape in shapes), strict=True)
    place = _projection(min(west), min(south), max(east), max(north))
    areas = tuple(
        Area(
            name,
            " ".join(_ring(part, place) for part in _parts(shape)),
            *_whole(name, *place(*shape.representative_point().coords[0])),
        )
        for name, shape in shapes
    )
    return areas, place


def _whole(name: str, x: float, y: float) -> tuple[float, float]:
    """Where a name with this middle can be read whole."""
    half = min(wide(name) / 2 + 2, WIDTH / 2)
    return round(min(max(x, half), WIDTH - half), 1), y


def _projection(west: float, south: float, east: float, north: float) -> Place:
    """Degrees to the drawing, true to shape at this latitude; what lies outside is drawn at the edge."""
    narrow = math.cos(math.radians((south + north) / 2))
    scale = min(
        (WIDTH - 2 * MARGIN) / max((east - west) * narrow, 1e-6), (HEIGHT - 2 * MARGIN) / max(north - south, 1e-6)
    )
    left = (WIDTH - (east - west) * narrow * scale) / 2
    top = (HEIGHT - (north - south) * scale) / 2

    def place(longitude: float, latitude: float) -> tuple[float, float]:
        x = left + (longitude - west) * narrow * scale
        y = top + (north - latitude) * scale
        return round(min(max(x, EDGE), WIDTH - EDGE), 1), round(min(max(y, EDGE), HEIGHT - EDGE), 1)

    return place


def _parts(shape: Polygon | MultiPolygon) -> list[Polygon]:
    return list(shape.geoms) if isinstance(shape, MultiPolygon) else [shape]


def _ring(part: Polygon, place: Place) -> str:
    fewer = part.simplify(0.0002)
    ring = fewer if isinstance(fewer, Polygon) and not fewer.is_empty else part
    points = [place(x, y) for x, y, *_z in ring.exterior.coords]
    return "M" + "L".join(f"{x},{y}" for x, y in points) + "Z"


def _apart(spots: list[Spot]) -> list[Spot]:
    """Those at one place, such as crews at the station, stand under each other; above, where there is no room below."""
    taken: dict[tuple[int, int], int] = {}
    found = []
    for one in spots:
        cell = (round(one.x / 12), round(one.y / 12))
        n = taken.get(cell, 0)
        taken[cell] = n + 1
        below = one.y + 18 * n
        found.append(replace(one, y=round(below if below <= HEIGHT - EDGE else max(one.y - 18 * n, EDGE), 1)))
    return found
