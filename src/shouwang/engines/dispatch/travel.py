"""
How long it takes from a unit to a place. The engines take any function of this form; this one knows only the crow's way.

Minutes from a straight line are good for comparing, not for promising: a river without a bridge is not in them.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from shouwang.engines.dispatch.model import Means, Point, Unit
from shouwang.engines.errors import BadData

Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]
Ints = NDArray[np.int64]

DETOUR = 1.3  # a road is about so much longer than the straight line (Larson & Odoni 1981: 1.27 for a grid of streets)
KMH = MappingProxyType({Means.FOOT: 5.0, Means.BICYCLE: 12.0, Means.CAR: 30.0})
_METRES_PER_DEGREE = 6_371_008.8 * np.pi / 180


class Travel(Protocol):
    """Minutes from each unit to each place; `inf` where it cannot get to. Shape (units, places), all 0 or more."""

    def __call__(self, units: Sequence[Unit], places: Sequence[Point], /) -> Floats: ...


@dataclass(frozen=True, slots=True)
class StraightLine:
    """Straight line × detour at the speed of the unit's means."""

    detour: float = DETOUR
    kmh: Mapping[Means, float] = field(default_factory=lambda: KMH)

    def __call__(self, units: Sequence[Unit], places: Sequence[Point], /) -> Floats:
        speed = np.array([unit.kmh or self.kmh[unit.means] for unit in units]) * 1000 / 60
        return metres([unit.at for unit in units], places) * self.detour / speed[:, None]


def metres(ones: Sequence[Point], others: Sequence[Point]) -> Floats:
    """
    Straight distances, shape (ones, others): on the plane that touches the sphere half-way.

    Within a city the error is far below a metre; across a province it is a few thousandths.
    """
    a, b = np.array(ones, dtype=float).reshape(-1, 2), np.array(others, dtype=float).reshape(-1, 2)
    north = a[:, None, 1] - b[None, :, 1]
    east = (a[:, None, 0] - b[None, :, 0]) * np.cos(np.radians((a[:, None, 1] + b[None, :, 1]) / 2))
    return np.asarray(np.hypot(east, north) * _METRES_PER_DEGREE, dtype=float)


def plane_km(points: Sequence[Point]) -> Floats:
    """Points as kilometres east and north of their middle, shape (points, 2); good within one city."""
    degrees = np.array(points, dtype=float).reshape(-1, 2)
    middle = degrees.mean(axis=0)
    scale = np.array([np.cos(np.radians(middle[1])), 1.0]) * _METRES_PER_DEGREE / 1000
    return np.asarray((degrees - middle) * scale, dtype=float)


def on_grid(km: Floats, most: int) -> tuple[Ints, Ints]:
    """Cell of each point and points in each cell, on a grid of 250 m or as coarse as gives no more than so many cells."""
    cell = 0.25
    while True:
        _, at, count = np.unique(np.floor(km / cell), axis=0, return_inverse=True, return_counts=True)
        if len(count) <= most:
            return at.ravel(), count
        cell *= 1.1


def minutes_of(travel: Travel, units: Sequence[Unit], places: Sequence[Point]) -> Floats:
    """What a travel function says, checked. Errors: BadData when shape or values cannot be times."""
    found = np.asarray(travel(units, places), dtype=float)
    if found.shape != (len(units), len(places)) or np.isnan(found).any() or (found < 0).any():
        raise BadData("travel", "has to give minutes of 0 or more for each unit and place")
    return found
