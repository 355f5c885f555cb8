"""
Which units together are enough for an incident.

Only *minimal* teams are kept: nobody in them can be left out. As every unit that is sent costs something and none makes
the others faster, a best plan made of minimal teams is a best plan. Units that bring the same to this incident (as
many officers, the same wanted skills, a car) form a class; kinds of teams are found over classes, of which there are
few, and then filled with units in all ways.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import combinations

import numpy as np

from shouwang.engines.dispatch.model import Need, Unit
from shouwang.engines.dispatch.travel import Ints

# More teams than this for one incident are not looked at: it is then asked for among the nearest units only.
MOST_TEAMS = 20_000


@dataclass(frozen=True, slots=True)
class Gift:
    """What one unit or a team brings of what is needed; no more than is needed is counted."""

    sworn: int = 0
    people: int = 0
    skills: frozenset[str] = frozenset()
    car: bool = False

    def __add__(self, other: Gift) -> Gift:
        return Gift(
            self.sworn + other.sworn, self.people + other.people, self.skills | other.skills, self.car or other.car
        )

    def helps(self, have: Gift, need: Need) -> bool:
        """Whether adding this to `have` brings the need any nearer."""
        return (
            (have.sworn < need.sworn and self.sworn > 0)
            or (have.people < need.people and self.people > 0)
            or not self.skills <= have.skills
            or (self.car and not have.car)
        )


def gift(unit: Unit, need: Need) -> Gift:
    """What a unit brings to this need."""
    return Gift(
        min(unit.sworn, need.sworn),
        min(unit.heads, need.people),
        unit.skills & need.skills,
        need.car and unit.means == "car",
    )


def together(units: Iterable[Unit], need: Need) -> Gift:
    """What they bring as a team."""
    return sum((gift(unit, need) for unit in units), Gift())


def missing(have: Gift, need: Need) -> tuple[str, ...]:
    """What is still missing: `sworn`, `people`, `car`, and wanted skills as `skill:NAME`. Empty: it is enough."""
    short = [f"skill:{skill}" for skill in sorted(need.skills - have.skills)]
    short += ["sworn"] if have.sworn < need.sworn else []
    short += ["people"] if have.people < need.people else []
    short += ["car"] if need.car and not have.car else []
    return tuple(short)


def teams(units: Sequence[Unit], need: Need) -> Ints | None:
    """All minimal teams: indices into `units`, a team in a row, padded with -1. None: more than MOST_TEAMS of them."""
    gifts = [gift(unit, need) for unit in units]
    kinds = _kinds(gifts, need)
    if kinds is None:
        return None
    places: dict[Gift, list[int]] = {}
    for place, of in enumerate(gifts):
        places.setdefault(of, []).append(place)
    return stacked([_filled(kind, places) for kind in kinds])


def _kinds(gifts: Sequence[Gift], need: Need) -> list[Counter[Gift]] | None:
    """The minimal combinations of classes, or None when they stand for more than MOST_TEAMS teams."""
    if missing(sum(gifts, Gift()), need):
        return []  # not even all of them together
    sizes = Counter(gifts)
    # Python's sets have no order of their own; without one the same board could be told in different words.
    classes = sorted(sizes, key=lambda g: (g.sworn, g.people, sorted(g.skills), g.car), reverse=True)
    found, many = [], 0
    for kind in _combinations(classes, sizes, need, Gift(), Counter(), 0):
        many += math.prod(math.comb(sizes[of], n) for of, n in kind.items())
        if many > MOST_TEAMS:
            return None
        found.append(kind)
    return found


def _combinations(
    classes: Sequence[Gift], sizes: Counter[Gift], need: Need, have: Gift, taken: Counter[Gift], first: int
) -> Iterator[Counter[Gift]]:
    if not missing(have, need):
        if all(missing(sum(((taken - Counter([of])).elements()), Gift()), need) for of in taken):
            yield taken.copy()
        return
    for place in range(first, len(classes)):
        of = classes[place]
        if taken[of] < sizes[of] and of.helps(have, need):
            yield from _combinations(classes, sizes, need, have + of, taken + Counter([of]), place)


def stacked(tables: Sequence[Ints]) -> Ints:
    """One table of teams below the other, the narrow ones padded with -1."""
    width = max((table.shape[1] for table in tables), default=1)
    rows = np.full((sum(len(table) for table in tables), width), -1, dtype=np.int64)
    begin = 0
    for table in tables:
        rows[begin : begin + len(table), : table.shape[1]] = table
        begin += len(table)
    return rows


def _filled(kind: Counter[Gift], places: dict[Gift, list[int]]) -> Ints:
    """Every way to fill a kind of team with units, as rows."""
    rows = np.empty((1, 0), dtype=np.int64)
    for of, many in kind.items():
        picks = np.array(places[of])[_choices(len(places[of]), many)]
        rows = np.hstack([np.repeat(rows, len(picks), axis=0), np.tile(picks, (len(rows), 1))])
    return rows


@lru_cache(maxsize=256)
def _choices(of: int, many: int) -> Ints:
    """All ways to choose some of a number of things."""
    return np.array(list(combinations(range(of), many)), dtype=np.int64).reshape(-1, many)
