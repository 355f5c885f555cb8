"""
The board's map as plain SVG, drawn on the server: boundaries, incidents, crews. No tiles, no requests, no script.

The lists beside it say the same in words.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass

from django.utils.html import format_html
from django.utils.safestring import SafeString
from shapely.geometry import MultiPolygon, Polygon

from shouwang.apps.dispatch.board import Board
from shouwang.apps.places.boundaries import read_boundary

WIDTH, HEIGHT, MARGIN = 640, 480, 24


@dataclass(frozen=True, slots=True)
class Area:
    """One village: `path` draws it, its name stands at `x`, `y`."""

    name: str
    path: str
    x: float
    y: float


@dataclass(frozen=True, slots=True)
class Spot:
    """One incident or crew. `word` stands in it, `says` is what a screen reader and the tip tell."""

    x: float
    y: float
    word: str
    says: str
    kind: str

    @property
    def svg(self) -> SafeString:
        """Crews are squares with their name beside them, incidents dots with their number in them."""
        shape = _CREW if self.kind in {"free", "busy"} else _INCIDENT
        return format_html(shape, kind=self.kind, says=self.says, x=self.x, y=self.y, word=self.word)


_CREW = (
    '<g class="spot {kind}"><title>{says}</title><rect x="{x}" y="{y}" width="12" height="12" transform="translate(-6 -6)"/>'
    '<text x="{x}" y="{y}" dx="10" dy="5">{word}</text></g>'
)
_INCIDENT = (
    '<g class="spot {kind}"><title>{says}</title><circle cx="{x}" cy="{y}" r="11"/>'
    '<text class="in" x="{x}" y="{y}" dy="5">{word}</text></g>'
)


@dataclass(frozen=True, slots=True)
class Chart:
    areas: tuple[Area, ...]
    spots: tuple[Spot, ...]
    width: int = WIDTH
    height: int = HEIGHT


def chart_of(board: Board) -> Chart | None:
    """None when no village has a boundary: points without ground would say nothing."""
    shapes = [(one.called, read_boundary(one.boundary)) for one in board.communities if one.boundary]
    if not shapes:
        return None
    rows = [*board.waiting, *board.running]
    points = [row.point for row in rows if not row.guessed] + [row.point for row in board.crews if not row.at_station]
    west = min([s.bounds[0] for _n, s in shapes])
    south = min([s.bounds[1] for _n, s in shapes])
    east = max([s.bounds[2] for _n, s in shapes])
    north = max([s.bounds[3] for _n, s in shapes])
    place = _projection(west, south, east, north)
    areas = tuple(
        Area(
            name,
            " ".join(_ring(part, place) for part in _parts(shape)),
            *place(*shape.representative_point().coords[0]),
        )
        for name, shape in shapes
    )
    spots = []
    for row in rows:
        if row.point in points and not row.guessed:
            x, y = place(*row.point)
            spots.append(Spot(x, y, str(row.n), row.incident.matter.title, f"g{row.grade}"))
    for crew in board.crews:
        if crew.point != (0, 0):
            x, y = place(*crew.point)
            spots.append(
                Spot(x, y, crew.crew.name, f"{crew.crew.name} · {crew.says}", "free" if crew.is_free else "busy")
            )
    return Chart(areas, tuple(_apart(spots)))


Place = Callable[[float, float], tuple[float, float]]


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
        return round(min(max(x, 8), WIDTH - 8), 1), round(min(max(y, 8), HEIGHT - 8), 1)

    return place


def _parts(shape: Polygon | MultiPolygon) -> list[Polygon]:
    return list(shape.geoms) if isinstance(shape, MultiPolygon) else [shape]


def _ring(part: Polygon, place: Place) -> str:
    fewer = part.simplify(0.0002)
    ring = fewer if isinstance(fewer, Polygon) and not fewer.is_empty else part
    points = [place(x, y) for x, y, *_z in ring.exterior.coords]
    return "M" + "L".join(f"{x},{y}" for x, y in points) + "Z"


def _apart(spots: list[Spot]) -> list[Spot]:
    """Those at one place, such as crews at the station, stand under each other."""
    taken: dict[tuple[int, int], int] = {}
    found = []
    for one in spots:
        cell = (round(one.x / 12), round(one.y / 12))
        n = taken.get(cell, 0)
        taken[cell] = n + 1
        found.append(Spot(one.x, round(min(one.y + 18 * n, HEIGHT - 8), 1), one.word, one.says, one.kind))
    return found
