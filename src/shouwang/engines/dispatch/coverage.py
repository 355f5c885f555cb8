"""
What stays uncovered: the calls to be expected that nobody free could reach in time.

A free unit is busy elsewhere with probability q (`busy`) by the time it is needed. A place within reach of k free units
finds none of them with probability q^k, so of its c expected calls c·q^k are late (Daskin 1983, MEXCLP). With q = 0 this
is plain maximal covering (Church & ReVelle 1974).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from shouwang.engines.dispatch.model import Kind, Point, State, Unit
from shouwang.engines.dispatch.travel import Bools, Floats, Travel, minutes_of
from shouwang.engines.errors import BadData


@dataclass(frozen=True, slots=True)
class Demand:
    """A place and the calls expected there while the units now sent are away."""

    at: Point
    calls: float
    name: str = ""


@dataclass(frozen=True, slots=True)
class Cover:
    """
    What has to stay within reach.

    minutes  a call is in time when a unit can be there so soon
    busy     q, the share of a free unit's time that other calls take, 0 up to but not 1
    layers   how many units deep cover counts: the fifth unit in reach of one place adds nothing that matters
    sworn    officers a unit needs to count as cover by itself
    Errors   BadData: a value outside these
    """

    demand: tuple[Demand, ...] = ()
    minutes: float = 6
    busy: float = 0.3
    layers: int = 4
    sworn: int = 2

    def __post_init__(self) -> None:
        if not 0 <= self.busy < 1 or self.layers < 1 or not self.minutes > 0:
            raise BadData("cover", "needs 0 <= busy < 1, at least one layer, and minutes above 0")
        if any(not 0 <= place.calls < np.inf for place in self.demand):
            raise BadData("cover demand", "expected calls cannot be negative")

    @property
    def calls(self) -> Floats:
        return np.array([place.calls for place in self.demand], dtype=float)

    @property
    def slopes(self) -> Floats:
        """Share of a place's calls that the 1st, 2nd, … unit in reach saves: (1 − q)·q^(k−1), for each layer."""
        return np.asarray((1 - self.busy) * self.busy ** np.arange(self.layers), dtype=np.float64)

    def late_share(self, in_reach: Floats | Sequence[int]) -> Floats:
        """Of calls at places with so many free units in reach; see `late_share`."""
        return late_share(in_reach, self.busy, self.layers)

    def reach(self, units: Sequence[Unit], travel: Travel, *, station: str = "") -> Bools:
        """Which unit covers which place, shape (units, places). Another station's units cover their own ground, not ours."""
        if not units or not self.demand:
            return np.zeros((len(units), len(self.demand)), dtype=bool)
        near = minutes_of(travel, units, [place.at for place in self.demand]) <= self.minutes
        return np.asarray(near & np.array([counts(unit, self, station) for unit in units])[:, None], dtype=bool)


def late_share(in_reach: Floats | Sequence[int], busy: float, layers: int) -> Floats:
    """Of calls at places with so many free units in reach: q^k, with k cut at `layers`. q^0 is 1."""
    return np.asarray(busy ** np.minimum(np.asarray(in_reach, dtype=float), layers), dtype=np.float64)


def counts(unit: Unit, cover: Cover, station: str = "") -> bool:
    """Whether a unit counts as cover: free, ours, and able to begin by itself."""
    ours = not station or unit.station in ("", station)
    return ours and unit.state is State.FREE and unit.kind is Kind.OFFICERS and unit.sworn >= cover.sworn


def late_calls(cover: Cover, in_reach: Floats) -> Floats:
    """Calls expected to be late at each place, when so many free units are in reach of it."""
    return np.asarray(cover.calls * cover.late_share(in_reach))
