"""
Which free unit should wait where now, while others are away?

A move is advised when the calls it brings into reach are worth the drive. Moves are chosen one after the other, the one
that is worth most first; each is told with the places that gain a free unit in reach and those that lose one. Nobody at
work is moved, and a unit on its way to a post counts as if it were there.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from shouwang.engines.dispatch.coverage import Cover, counts, late_calls
from shouwang.engines.dispatch.model import Point, Unit
from shouwang.engines.dispatch.travel import DETOUR, Floats, StraightLine, Travel, metres, minutes_of
from shouwang.engines.errors import BadData


@dataclass(frozen=True, slots=True)
class Move:
    """
    One unit to one post.

    minutes, km    of the drive; kilometres are straight line × detour
    saves          expected calls that are late now and would not be with this unit at the post
    worth          `saves` less the price of the kilometres, above 0
    gains, loses   places with one more, or one fewer, free unit in reach: their names, or numbers where they have none
    """

    unit: str
    post: str
    minutes: float
    km: float
    saves: float
    worth: float
    gains: tuple[str, ...]
    loses: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Advice:
    """Moves in the order in which they were chosen, and the expected late calls without and with all of them."""

    moves: tuple[Move, ...]
    late_calls_before: float
    late_calls: float


def relocate(
    units: Sequence[Unit],
    posts: Mapping[str, Point],
    cover: Cover,
    *,
    travel: Travel = StraightLine(),  # noqa: B008 - frozen
    station: str = "",
    only: Collection[str] | None = None,
    most: int = 2,
    km_price: float = 0.02,
) -> Advice:
    """
    Who should move where.

    units     all of the board; only free ones that count as cover are moved
    posts     id -> where one may wait: those of `covering_posts`, or those the station is used to
    only      ids of units that may be moved, such as one that has just become free; None: all
    most      no more moves than these: driving about all night is no cover either
    km_price  share of all expected calls that one kilometre has to save
    Errors    BadData: a unit twice, a negative price or number, travel times that are none
    """
    if km_price < 0 or most < 0:
        raise BadData("relocation", "km_price and most are 0 or more")
    if len({unit.id for unit in units}) < len(units):
        raise BadData("units", "one stands there twice")
    waiting = sorted((unit for unit in units if counts(unit, cover, station)), key=lambda unit: unit.id)
    board = _Board(waiting, posts, cover, travel, km_price)
    before = board.late()
    movable = [u for u, unit in enumerate(waiting) if only is None or unit.id in only]
    moves: list[Move] = []
    while movable and board.names and len(moves) < most:
        u, p = board.best(movable)
        move = board.move(u, p)
        if move.worth <= _LITTLE:
            break
        moves.append(move)
        movable.remove(u)
        board.in_reach += board.there[u, p] - board.here[u]
    return Advice(tuple(moves), before, board.late())


_LITTLE = 1e-9


class _Board:
    """`here`: which unit covers which place from where it stands; `there`: from each post, shape (units, posts, places)."""

    def __init__(
        self, units: Sequence[Unit], posts: Mapping[str, Point], cover: Cover, travel: Travel, km_price: float
    ) -> None:
        self.units, self.names, self.cover = units, sorted(posts), cover
        at = [posts[name] for name in self.names]
        moved = [replace(unit, at=post) for unit in units for post in at]
        self.here = cover.reach(units, travel).astype(float)
        self.there = cover.reach(moved, travel).astype(float).reshape(len(units), len(at), len(cover.demand))
        self.minutes = minutes_of(travel, units, at) if units and at else np.zeros((len(units), len(at)))
        self.km = metres([unit.at for unit in units], at) * DETOUR / 1000
        self.price = km_price * float(cover.calls.sum())
        self.in_reach = self.here.sum(axis=0)

    def late(self) -> float:
        return float(late_calls(self.cover, self.in_reach).sum())

    def best(self, movable: Sequence[int]) -> tuple[int, int]:
        """The move that is worth most; of equals, the first unit and post by name."""
        worth = np.array([[self._saves(u, p) for p in range(len(self.names))] for u in movable])
        worth = np.where(np.isfinite(self.minutes[movable]), worth - self.price * self.km[movable], -np.inf)
        u, p = divmod(int(np.argmax(worth)), len(self.names))
        return movable[u], p

    def move(self, u: int, p: int) -> Move:
        change = self.there[u, p] - self.here[u]
        saves = self._saves(u, p)
        return Move(
            unit=self.units[u].id,
            post=self.names[p],
            minutes=float(self.minutes[u, p]),
            km=float(self.km[u, p]),
            saves=saves,
            worth=saves - self.price * float(self.km[u, p]) if np.isfinite(self.minutes[u, p]) else -np.inf,
            gains=self._named(change > 0),
            loses=self._named(change < 0),
        )

    def _saves(self, u: int, p: int) -> float:
        after: Floats = self.in_reach + self.there[u, p] - self.here[u]
        return float((late_calls(self.cover, self.in_reach) - late_calls(self.cover, after)).sum())

    def _named(self, which: Floats) -> tuple[str, ...]:
        return tuple(self.cover.demand[j].name or str(j) for j in np.flatnonzero(which))
