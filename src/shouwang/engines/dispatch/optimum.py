"""
The best choice of teams for all incidents at once, proven.

Each incident takes one of its teams or waits, each unit goes to one incident at most, and what stays uncovered is
counted with all of them gone. As a linear program, where a share of a team may be taken:

    minimise    sum price[t] x[t] + sum waiting[i] s[i] - late_call · sum calls[j] slope[k] y[j,k]
    so that     sum of x[t] over the teams of i + s[i] = 1                     each incident
                sum of x[t] over the teams with u = z[u] <= 1                  each unit
                sum over k of y[j,k] + sum of reach[u,j] z[u] <= in_reach[j]   each place

The slopes fall with k, so layers of cover fill in their order by themselves. The value of the program bounds every plan from
below. A team enters only when its reduced cost (its price less what its incident and units are worth in the program) is
negative, so of thousands few ever do. Most often the solution is whole and thereby the best plan. When it is not:

1. Of any three units, at most one team may hold two or more. Such rows are added where shares break them (subset-row
   inequalities, Jepsen, Petersen, Spoorendonk & Pisinger 2008); they mend teams of single officers.
2. With some whole plan of cost v and the bound b, a better plan can only use teams with a reduced cost below v - b. The
   exact program over those few proves the optimum. HiGHS, by scipy, solves both programs.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import combinations

import numpy as np
from scipy.optimize import Bounds, LinearConstraint, linprog, milp
from scipy.sparse import csc_array, vstack

from shouwang.engines.dispatch.board import Board
from shouwang.engines.dispatch.travel import Bools, Floats, Ints

ENOUGH = 1e-7
_AT_ONCE = 25  # teams of each incident that enter together
_CUTS_AT_ONCE, _CUT_ROUNDS = 20, 6
_UNITS_IN_CUTS = 24  # those with the largest broken shares; all triples of more would take longer than they save


@dataclass(frozen=True, slots=True)
class Solution:
    """
    rows   row of the chosen team for each incident, -1: waits
    bound  no plan costs less than this, weighted minutes
    """

    rows: Ints
    bound: float


class _Program:
    """
    The program over the teams that have entered, and the price of all others in it.

    crossing  teams × cuts: whether a team holds two or more of the cut's three units
    """

    def __init__(self, board: Board) -> None:
        self.board = board
        calls = board.cover.calls * board.prices.late_call
        self.all_late = float(calls.sum())
        # Places that the same units reach are one place.
        sets, place = np.unique(board.reach, axis=1, return_inverse=True)
        worth = np.bincount(place.ravel(), calls, minlength=sets.shape[1])
        matters = (sets.sum(axis=0) > 0) & (worth > 0)
        self.sets, worth = sets[:, matters], worth[matters]
        self.deep = self.sets.sum(axis=0)
        self.j, self.k = np.nonzero(np.arange(board.cover.layers) < self.deep[:, None])
        self.saved = -worth[self.j] * board.cover.slopes[self.k]
        self.has = np.zeros((len(board.of), len(board.units) + 1), dtype=bool)
        np.put_along_axis(self.has, board.members, values=True, axis=1)
        self.crossing = np.zeros((len(board.of), 0), dtype=bool)
        self.may_wait = np.isfinite(board.waiting)

    def rows(self, entered: Ints) -> tuple[Floats, csc_array, Floats, csc_array, Floats, Floats]:
        """Costs, equations and their right side, inequalities and theirs, upper bounds; variables are x, s, z, y."""
        board = self.board
        x, incidents, units, layers = len(entered), len(board.incidents), len(board.units), len(self.j)
        i, u, y = np.arange(incidents), np.arange(units), np.arange(layers)
        s, z, wide = x + i, x + incidents + u, x + incidents + units + layers
        team, slot = np.nonzero(board.members[entered] < units)
        equal = _matrix(
            (incidents + units, wide),
            (board.of[entered], np.arange(x), 1),
            (i, s, 1),
            (incidents + board.members[entered][team, slot], team, 1),
            (incidents + u, z, -1),
        )
        unit, place = np.nonzero(self.sets)
        cover = _matrix((len(self.deep), wide), (self.j, z[-1] + 1 + y, 1), (place, z[unit], 1))
        crossed, cut = np.nonzero(self.crossing[entered])
        cuts = _matrix((self.crossing.shape[1], wide), (cut, crossed, 1))
        costs = np.concatenate(
            [board.price[entered], np.where(self.may_wait, board.waiting, 0), np.zeros(units), self.saved]
        )
        top = np.concatenate([np.full(x, np.inf), self.may_wait, np.ones(units + layers)])
        right = np.concatenate([np.ones(incidents), np.zeros(units)])
        return costs, equal, right, vstack([cover, cuts]), np.append(self.deep, np.ones(cuts.shape[0])), top

    def relaxed(self, entered: Ints) -> tuple[Floats, float, Floats]:
        """Shares of teams and of waiting, the bound, and the reduced cost of every team."""
        board, incidents = self.board, len(self.board.incidents)
        costs, equal, right, less, most, top = self.rows(entered)
        found = linprog(
            costs,
            less,
            most,
            equal,
            right,
            np.column_stack([np.zeros_like(top), top]),
            method="highs-ds",
            options={"presolve": False},  # on programs of this size it takes longer than it saves
        )
        if found.x is None:
            raise RuntimeError(f"the linear program failed: {found.message}")
        worth = found.eqlin.marginals
        reduced = board.price - worth[:incidents][board.of] - np.append(worth[incidents:], 0)[board.members].sum(axis=1)
        reduced -= self.crossing @ found.ineqlin.marginals[len(self.deep) :]
        return found.x[: len(entered) + incidents], float(found.fun) + self.all_late, reduced

    def whole(self, entered: Ints, seconds: float) -> tuple[Ints | None, bool]:
        """The best whole plan over these teams, None when time ran out before any; and whether that is proven."""
        costs, equal, right, less, most, top = self.rows(entered)
        found = milp(
            costs,
            integrality=np.arange(len(costs)) < len(entered) + len(self.board.incidents),
            bounds=Bounds(0, np.minimum(top, 1)),
            constraints=[LinearConstraint(equal, right, right), LinearConstraint(less, -np.inf, most)],
            options={"mip_rel_gap": 0.0, "time_limit": seconds},
        )
        if found.x is None and found.status != _TIME_IS_UP:
            raise RuntimeError(f"the integer program failed: {found.message}")
        return None if found.x is None else self.chosen(entered, found.x), found.status == 0

    def chosen(self, entered: Ints, shares: Floats) -> Ints:
        """The row of each incident, -1 where it waits."""
        taken = entered[shares[: len(entered)] > 0.5]
        rows = np.full(len(self.board.incidents), -1)
        rows[self.board.of[taken]] = taken
        return rows

    def cut(self, entered: Ints, shares: Floats) -> bool:
        """Add rows for triples of units that the shares break; False when there are none."""
        broken = entered[np.abs(shares[: len(entered)] - shares[: len(entered)].round()) > ENOUGH]
        share = shares[: len(entered)][np.isin(entered, broken)]
        at_stake = share @ self.has[broken, :-1]
        units = np.sort(np.argsort(-at_stake, kind="stable")[: min(_UNITS_IN_CUTS, int((at_stake > 0).sum()))])
        if len(units) < 3:
            return False
        triples = np.array(list(combinations(units, 3)))
        over = share @ (self.has[broken][:, triples].sum(axis=2) >= 2) - 1
        worst = np.argsort(-over, kind="stable")[:_CUTS_AT_ONCE]
        worst = worst[over[worst] > 1e-4]
        fresh = np.column_stack([self.has[:, triples[n]].sum(axis=1) >= 2 for n in worst]) if len(worst) else None
        if fresh is None:
            return False
        self.crossing = np.hstack([self.crossing, fresh])
        return True


_TIME_IS_UP = 1  # scipy's status of milp


def solve(board: Board, *, seconds: float) -> Solution:
    """
    The best plan and its bound.

    seconds  stopping rule of the exact program, should it be needed; then the best plan so far is returned, or where
             there is none everybody goes to the nearest, and `bound` says how far it may be from the best
    """
    if not len(board.of):
        rows = np.full(len(board.incidents), -1)
        return Solution(rows, board.cost(rows))
    program = _Program(board)
    enter = _cheapest(board)
    for left in range(_CUT_ROUNDS, -1, -1):
        while True:
            entered = np.flatnonzero(enter)
            shares, bound, reduced = program.relaxed(entered)
            wanted = ~enter & (reduced < -ENOUGH)
            if not wanted.any():
                break
            enter |= wanted & _least(board, np.where(wanted, reduced, 0))
        if np.abs(shares - shares.round()).max() < ENOUGH:
            return Solution(program.chosen(entered, shares), bound)
        if not (left and program.cut(entered, shares)):
            break
    return _whole(program, np.maximum(reduced, 0), bound, seconds)


def _whole(program: _Program, reduced: Floats, bound: float, seconds: float) -> Solution:
    """The best whole plan: among the teams nearest to the bound, then among more, until no other could be better."""
    best = nearest_first(program.board)
    order = np.sort(reduced)
    many = 5 * len(program.board.incidents)
    while True:
        within = order[min(many, len(order)) - 1]
        within = min(within, program.board.cost(best) - bound)
        near = reduced <= within + ENOUGH
        rows, proven = program.whole(np.flatnonzero(near), seconds)
        if rows is not None:
            best = min(best, rows, key=program.board.cost)
        if not proven:
            return Solution(best, bound)
        if near.all() or program.board.cost(best) - bound <= within + ENOUGH:
            return Solution(best, program.board.cost(best))
        many *= 4


def nearest_first(board: Board) -> Ints:
    """What is usually done: by urgency, then by time of waiting, each incident takes the team that is complete first."""
    rows = np.full(len(board.incidents), -1)
    taken: set[int] = set()
    for i in sorted(range(len(board.incidents)), key=lambda i: (-board.weights[i], -board.waited[i], i)):
        mine = np.flatnonzero(board.of == i)
        for row in mine[np.argsort(board.complete[mine], kind="stable")]:
            if taken.isdisjoint(board.team(row)):
                rows[i] = row
                taken.update(board.team(row))
                break
    return rows


def _cheapest(board: Board) -> Bools:
    """The first teams of each incident by price and by the cover that each of their units would take alone."""
    last = np.maximum(board.in_reach - 1, 0).astype(int)
    slopes = np.append(board.cover.slopes, 0)[np.minimum(last, board.cover.layers)]
    lost = board.reach @ (board.cover.calls * board.prices.late_call * slopes)
    return _least(board, board.price + np.append(lost, 0)[board.members].sum(axis=1))


def _least(board: Board, score: Floats) -> Bools:
    """The teams with the least score, some of each incident."""
    order = np.lexsort((score, board.of))
    begins = np.searchsorted(board.of[order], np.arange(len(board.incidents)))
    first = np.zeros(len(order), dtype=bool)
    first[order] = np.arange(len(order)) - begins[board.of[order]] < _AT_ONCE
    return first


def _matrix(shape: tuple[int, int], *entries: tuple[Ints, Ints, float]) -> csc_array:
    """A sparse matrix from (rows, columns, value) triples."""
    values = np.concatenate([np.full(len(rows), value, dtype=float) for rows, _, value in entries])
    rows = np.concatenate([rows for rows, _, _ in entries])
    columns = np.concatenate([columns for _, columns, _ in entries])
    return csc_array((values, (rows, columns)), shape=shape)
