"""
The board's map as plain SVG, drawn on the server: boundaries, incidents, crews. No tiles, no requests, no script.

The lists beside it say the same in words.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from shouwang.apps.dispatch.board import Board
from shouwang.apps.places.drawing import EDGE, HEIGHT, WIDTH, Area, ground_of, wide

#: A crew's name stands so far beside its square.
BESIDE = 10


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
    ground = ground_of(board.communities)
    if ground is None:
        return None
    place = ground.projection.place
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
    return Chart(ground.areas, tuple(_apart(spots)))


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
