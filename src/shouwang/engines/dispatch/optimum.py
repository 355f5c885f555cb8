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

1. Of any three units, or two and an incident, at most one team may hold two or more. Such rows are added where shares break
   them (subset-row inequalities, Jepsen, Petersen, Spoorendonk & Pisinger 2008); they mend teams of single officers.
2. Branch and bound over the teams that entered: does this unit go to that incident? Asked where teams with the unit and teams
   without it differ most in price, for there either answer says most. With the whole plan found, of cost v, and the bound b,
   a better plan can only use teams with a reduced cost below v - b. When all of those have been in the question, the optimum is proven.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from itertools import combinations, pairwise
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from shouwang.engines.dispatch import exact
from shouwang.engines.dispatch.board import Board
from shouwang.engines.dispatch.travel import Bools, Floats, Ints

if TYPE_CHECKING:
    from scipy.optimize._highspy import _core
    from scipy.sparse import csc_array, csr_array

ENOUGH = 1e-7
_AT_ONCE = 25  # teams of each incident that enter together
_CUTS_AT_ONCE, _CUT_ROUNDS = 20, 6
_MOST_IN_CUTS = (
    40  # incidents and units, those with the largest broken shares; triples of more would take longer than they save
)
_LITTLE = 1e-4
_CUTS_IN_A_NODE = 2
_MOST_NODES = 400  # questions of yes or no before the exact program of HiGHS takes over, which seconds can stop
_PRIMAL, _DUAL = 4, 1  # what is quick after new teams, and after new rows or bounds


@dataclass(frozen=True, slots=True)
class Solution:
    """
    rows   row of the chosen team for each incident, -1: waits
    bound  no plan costs less than this, weighted minutes
    """

    rows: Ints
    bound: float


class _Found(NamedTuple):
    """Shares of waiting and of the teams that entered, what they cost, and all that HiGHS says."""

    shares: Floats
    value: float
    solution: _core.HighsSolution


#: Seconds that have passed, from any beginning.
Clock = Callable[[], float]


class _Program:
    """
    The program over the teams that have entered, and the price of all others in it. HiGHS keeps its basis from one question to the next.

    entered   rows of the teams, in the order in which they entered; variables are s, z, y and then these
    has       units, nobody and incidents × teams: whether a team holds the unit or is for the incident
    crossing  cuts × teams: whether a team has two or more of the cut's three
    clock     seconds that have passed, from any beginning; `until`, by it, when to stop searching
    """

    def __init__(self, board: Board, seconds: float, clock: Clock) -> None:
        self.board, self.clock, self.until = board, clock, clock() + seconds
        calls = board.calls * board.prices.late_call
        self.all_late = float(calls.sum())
        # Places that the same units reach are one place.
        sets, place = np.unique(board.reach, axis=1, return_inverse=True)
        worth = np.bincount(place.ravel(), calls, minlength=sets.shape[1])
        matters = (sets.sum(axis=0) > 0) & (worth > 0)
        sets, worth = sets[:, matters], worth[matters]
        deep = sets.sum(axis=0)
        j, k = np.nonzero(np.arange(board.cover.layers) < deep[:, None])
        incidents, units, places = len(board.incidents), len(board.units), len(deep)
        self.has = np.zeros((units + 1 + incidents, len(board.of)), dtype=bool)
        self.has[board.slots, np.arange(len(board.of))] = True
        self.has[units + 1 + board.of, np.arange(len(board.of))] = True
        self.may_wait = np.isfinite(board.waiting)
        self.entered = np.empty(0, dtype=np.int64)
        self._is_open = self.may_wait.copy()
        self.crossing = np.zeros((0, len(board.of)), dtype=bool)

        self.rows, self.fixed = incidents + units, incidents + units + len(j)
        self.cuts_from = self.rows + places
        self.highs = exact._core._Highs()
        for option, value in (("output_flag", False), ("presolve", "off"), ("solver", "simplex"), ("parallel", "off")):
            self.highs.setOptionValue(option, value)
        right = np.concatenate([np.ones(incidents), np.zeros(units)])
        self._add_rows(
            np.append(right, np.full(places, -np.inf)), np.append(right, deep), exact.csr_array((self.cuts_from, 0))
        )
        i, u, y = np.arange(incidents), np.arange(units), np.arange(len(j))
        unit, place = np.nonzero(sets)
        columns = _matrix(
            (self.cuts_from, self.fixed),
            (i, i, 1),
            (incidents + u, incidents + u, -1),
            (self.rows + place, incidents + unit, 1),
            (self.rows + j, self.rows + y, 1),
        )
        waiting = np.where(self.may_wait, board.waiting, 0)
        costs = np.concatenate([waiting, np.zeros(units), -worth[j] * board.cover.slopes[k]])
        self._add_columns(costs, np.concatenate([self.may_wait, np.ones(units + len(j))]), columns)

    def enter(self, teams: Ints) -> None:
        """These teams as well."""
        fresh = np.setdiff1d(teams, self.entered)
        team, slot = np.nonzero(self.board.members[fresh] < len(self.board.units))
        cut, crossed = np.nonzero(self.crossing[:, fresh])
        columns = _matrix(
            (self.cuts_from + len(self.crossing), len(fresh)),
            (self.board.of[fresh], np.arange(len(fresh)), 1),
            (len(self.board.incidents) + self.board.members[fresh][team, slot], team, 1),
            (self.cuts_from + cut, crossed, 1),
        )
        self._add_columns(self.board.price[fresh], np.full(len(fresh), np.inf), columns)
        self.entered = np.append(self.entered, fresh)
        self._is_open = np.append(self._is_open, np.ones(len(fresh), dtype=bool))

    def relaxed(self, strategy: int) -> tuple[Floats, float, Floats]:
        """Shares of waiting and of teams, the bound, and the reduced cost of every team."""
        board, incidents = self.board, len(self.board.incidents)
        found = self._solved(strategy)
        if found is None:
            raise RuntimeError("the linear program has no solution")
        worth = np.array(found.solution.row_dual)
        units = np.append(worth[incidents : self.rows], 0)
        reduced = board.price - worth[:incidents][board.of]
        for slot in board.slots:
            reduced -= units[slot]
        for crossing, paid in zip(self.crossing, worth[self.cuts_from :], strict=True):
            if paid:
                reduced -= paid * crossing
        return found.shares, found.value, reduced

    def keep(self, near: Bools) -> None:
        """These teams alone, of all on the board; the others may enter again."""
        self.enter(np.flatnonzero(near))
        out = np.flatnonzero(~near[self.entered])
        self.highs.deleteCols(len(out), (self.fixed + out).astype(np.int32))
        self.entered = np.delete(self.entered, out)
        self._is_open = np.delete(self._is_open, len(self.may_wait) + out)

    def cut(self, shares: Floats) -> bool:
        """Add rows for triples that the shares break; False when there are none."""
        share = shares[len(self.board.incidents) :]
        broken = np.abs(share - share.round()) > ENOUGH
        share, has = share[broken], self.has[:, self.entered[broken]]
        has[len(self.board.units)] = False
        at_stake = has @ share
        some = np.sort(np.argsort(-at_stake, kind="stable")[: min(_MOST_IN_CUTS, int((at_stake > 0).sum()))])
        if len(some) < 3:
            return False
        a, b, c = _triples(len(some))
        # What three hold in twos or more: all that each two hold together, less twice what all three do.
        held = has[some].astype(float)
        twos = (held * share) @ held.T
        over = twos[a, b] + twos[a, c] + twos[b, c] - 1
        worst = np.flatnonzero(over > _LITTLE)
        threes = (held[a[worst]] * held[b[worst]] * held[c[worst]]) @ share
        over = over[worst] - 2 * threes
        worst = worst[np.argsort(-over, kind="stable")[: min(_CUTS_AT_ONCE, int((over > _LITTLE).sum()))]]
        if not len(worst):
            return False
        one, two, three = (self.has[some[n[worst]]] for n in (a, b, c))
        fresh = (one & two) | (three & (one | two))
        cut, team = np.nonzero(fresh[:, self.entered])
        rows = _matrix((len(worst), self.fixed + len(self.entered)), (cut, self.fixed + team, 1)).tocsr()
        self._add_rows(np.full(len(worst), -np.inf), np.ones(len(worst)), rows)
        self.crossing = np.vstack([self.crossing, fresh])
        return True

    def branch(self, best: Ints, among: Bools, *, dive: bool = False) -> tuple[Ints, bool]:
        """
        The best whole plan over these of the teams that entered, and whether that is proven. `dive`: the first better one is enough.

        Does unit u go to incident i? The likelier answer first. Each closes teams, and what is left is bounded again.
        """
        board = self.board
        of, has = board.of[self.entered], self.has[: len(board.units), self.entered].T
        least = board.cost(best)
        open_nodes = [(among, self.may_wait, -np.inf)]
        for _ in range(_MOST_NODES):
            if not open_nodes or self.clock() > self.until:
                break
            teams, waits, bound = open_nodes.pop()
            if bound > least - ENOUGH * max(1.0, least):
                continue
            self._close(teams, waits)
            found = self._bounded(least)
            if found is None:
                continue
            shares, bound = found.shares[len(board.incidents) :], found.value
            if _is_whole(found.shares, ENOUGH * 10):
                rows = self._plan(self.entered[shares > 0.5])
                if (cost := board.cost(rows)) < least:
                    best, least = rows, cost
                    if dive:
                        return best, False
                continue
            asked = self._question(shares, of, has)
            if asked is None:
                return best, False  # cannot be asked so: two teams of the same units
            i, u, share = asked
            # What costs more than the plan in hand by its own price here can be in no better one below.
            teams = teams & (np.array(found.solution.col_dual)[self.fixed :] <= least - bound + ENOUGH)
            there = (of == i) & has[:, u]
            yes = teams & (there | ((of != i) & ~has[:, u])), waits & (np.arange(len(waits)) != i), bound
            no = teams & ~there, waits, bound
            open_nodes += [no, yes] if share >= 0.5 else [yes, no]
        return best, not open_nodes

    def _bounded(self, least: float) -> _Found | None:
        """Shares and bound of the program as it is closed now, with further cuts; None: nothing in it costs less than `least`."""
        for left in range(_CUTS_IN_A_NODE, -1, -1):
            found = self._solved(_DUAL)
            if found is None or found.value > least - ENOUGH * max(1.0, least):
                return None
            if not left or _is_whole(found.shares, ENOUGH * 10) or not self.cut(found.shares):
                break
        return found

    def _question(self, shares: Floats, of: Ints, has: Bools) -> tuple[int, int, float] | None:
        """
        An incident, a unit and the share in which it goes there: where both answers are open and make most difference.

        What the teams with the unit cost there on average, and those without: the farther apart, the more either answer says.
        """
        some = np.flatnonzero(shares > ENOUGH)
        shape = len(self.board.incidents), has.shape[1]
        share, paid = np.zeros(shape), np.zeros(shape)
        bought = shares[some] * self.board.price[self.entered[some]]
        np.add.at(share, of[some], shares[some, None] * has[some])
        np.add.at(paid, of[some], bought[:, None] * has[some])
        others = np.bincount(of[some], shares[some], minlength=shape[0])[:, None] - share
        unpaid = np.bincount(of[some], bought, minlength=shape[0])[:, None] - paid
        both = (share > ENOUGH) & (1 - share > ENOUGH)
        with_it, without = paid / np.maximum(share, ENOUGH), unpaid / np.maximum(others, ENOUGH)
        apart = np.where(others > ENOUGH, np.abs(with_it - without), 0) + 1
        score = np.where(both, np.minimum(share, 1 - share) * apart, 0)
        i, u = divmod(int(np.argmax(score)), shape[1])
        return (i, u, float(share[i, u])) if both[i, u] else None

    def whole(self, best: Ints, among: Bools) -> tuple[Ints, bool]:
        """The same by the exact program of HiGHS, until time runs out."""
        board = self.board
        self._close(among, self.may_wait)
        lp, teams = self.highs.getLp(), self.entered[among]
        matrix = exact.csc_array(
            (lp.a_matrix_.value_, lp.a_matrix_.index_, lp.a_matrix_.start_), shape=(lp.num_row_, lp.num_col_)
        )
        left = np.append(np.arange(self.fixed), self.fixed + np.flatnonzero(among))
        found = exact.milp(
            np.array(lp.col_cost_)[left],
            integrality=(np.arange(len(left)) < len(board.incidents)) | (np.arange(len(left)) >= self.fixed),
            bounds=exact.Bounds(0, np.minimum(np.array(lp.col_upper_)[left], 1)),
            constraints=exact.LinearConstraint(matrix[:, left], lp.row_lower_, lp.row_upper_),
            options={"mip_rel_gap": 0.0, "time_limit": max(self.until - self.clock(), 0)},
        )
        if found.x is None and found.status != _TIME_IS_UP:
            raise RuntimeError(f"the integer program failed: {found.message}")
        rows = best if found.x is None else self._plan(teams[found.x[self.fixed :] > 0.5])
        return min(best, rows, key=board.cost), found.status == 0

    def chosen(self, shares: Floats) -> Ints:
        """The row of each incident, -1 where it waits, when the shares are whole."""
        return self._plan(self.entered[shares[len(self.board.incidents) :] > 0.5])

    def _plan(self, taken: Ints) -> Ints:
        rows = np.full(len(self.board.incidents), -1)
        rows[self.board.of[taken]] = taken
        return rows

    def _solved(self, strategy: int) -> _Found | None:
        self.highs.setOptionValue("simplex_strategy", strategy)
        self.highs.run()
        status = self.highs.getModelStatus()
        if status == exact._core.HighsModelStatus.kInfeasible:
            return None
        if status != exact._core.HighsModelStatus.kOptimal:
            raise RuntimeError(f"the linear program failed: {status}")
        solution = self.highs.getSolution()
        values = np.array(solution.col_value)
        shares = np.append(values[: len(self.board.incidents)], values[self.fixed :])
        return _Found(shares, float(self.highs.getObjectiveValue()) + self.all_late, solution)

    def _close(self, teams: Bools, waits: Bools) -> None:
        """Teams and waiting that are not in the question get no share."""
        is_open = np.append(waits, teams)
        new = np.flatnonzero(is_open != self._is_open)
        self._is_open = is_open
        at = np.where(new < len(waits), new, new - len(waits) + self.fixed).astype(np.int32)
        top = np.where(is_open[new], np.where(new < len(waits), 1, np.inf), 0)
        self.highs.changeColsBounds(len(new), at, np.zeros(len(new)), top)

    def _add_rows(self, lower: Floats, upper: Floats, rows: csr_array) -> None:
        self.highs.addRows(len(lower), lower, upper, rows.nnz, rows.indptr[:-1], rows.indices, rows.data)

    def _add_columns(self, costs: Floats, upper: Floats, columns: csc_array) -> None:
        nothing = np.zeros(len(costs))
        self.highs.addCols(
            len(costs), costs, nothing, upper, columns.nnz, columns.indptr[:-1], columns.indices, columns.data
        )


_TIME_IS_UP = 1  # scipy's status of milp


def solve(board: Board, *, seconds: float, clock: Clock = time.monotonic) -> Solution:
    """
    The best plan and its bound.

    seconds  stopping rule of the search, should it be needed; then the best plan so far is returned, or where
             there is none everybody goes to the nearest, and `bound` says how far it may be from the best
    clock    by which they are counted
    """
    if not len(board.of):
        rows = np.full(len(board.incidents), -1)
        return Solution(rows, board.cost(rows))
    program = _Program(board, seconds, clock)
    wanted, strategy = _cheapest(board), _DUAL
    for left in range(_CUT_ROUNDS, -1, -1):
        while True:
            if wanted.any():
                program.enter(np.flatnonzero(wanted))
            shares, bound, reduced = program.relaxed(strategy)
            wanted, strategy = reduced < -ENOUGH, _PRIMAL
            wanted[program.entered] = False
            if not wanted.any():
                break
            wanted &= _least(board, np.where(wanted, reduced, np.inf))
        if _is_whole(shares, ENOUGH):
            return Solution(program.chosen(shares), bound)
        if not (left and program.cut(shares)):
            break
        strategy = _DUAL
    return _whole(program, np.maximum(reduced, 0), bound)


def _whole(program: _Program, reduced: Floats, bound: float) -> Solution:
    """A good whole plan; the best one among the teams nearest to the bound; then among more, until no other could be better."""
    board = program.board
    best, _ = program.branch(nearest_first(board), np.ones(len(program.entered), dtype=bool), dive=True)
    order, many = np.sort(reduced), 5 * len(board.incidents)
    while True:
        within = min(order[min(many, len(order)) - 1], board.cost(best) - bound)
        near = reduced <= within + ENOUGH
        program.keep(near)
        every = np.ones(len(program.entered), dtype=bool)
        best, proven = program.branch(best, every)
        if not proven:
            best, proven = program.whole(best, every)
        if not proven:
            return Solution(best, bound)
        if near.all() or board.cost(best) - bound <= within + ENOUGH:
            return Solution(best, board.cost(best))
        many *= 4


def nearest_first(board: Board) -> Ints:
    """What is usually done: by urgency, then by time of waiting, each incident takes the team that is complete first."""
    rows = np.full(len(board.incidents), -1)
    free = np.ones(len(board.units), dtype=bool)
    for i in sorted(range(len(board.incidents)), key=lambda i: (-board.weights[i], -board.waited[i], i)):
        mine = board.rows_free(i, free)
        if len(mine):
            rows[i] = mine[np.argmin(board.complete[mine])]
            free[board.team(rows[i])] = False
    return rows


def _cheapest(board: Board) -> Bools:
    """The first teams of each incident by price and by the cover that each of their units would take alone."""
    last = np.maximum(board.in_reach - 1, 0).astype(int)
    slopes = np.append(board.cover.slopes, 0)[np.minimum(last, board.cover.layers)]
    lost = np.append(board.reach @ (board.calls * board.prices.late_call * slopes), 0)
    return _least(board, sum((lost[slot] for slot in board.slots), board.price))


def _least(board: Board, score: Floats) -> Bools:
    """The teams with the least score below infinity, some of each incident."""
    first = np.zeros(len(score), dtype=bool)
    for begin, end in pairwise(board.begins):
        of = score[begin:end]
        first[begin:end] = of <= (np.partition(of, _AT_ONCE - 1)[_AT_ONCE - 1] if len(of) > _AT_ONCE else np.inf)
    return first & (score < np.inf)


@lru_cache(maxsize=_MOST_IN_CUTS)
def _triples(of: int) -> tuple[Ints, Ints, Ints]:
    """All ways to choose three of so many."""
    a, b, c = np.array(list(combinations(range(of), 3)), dtype=np.int64).T
    return a, b, c


def _is_whole(shares: Floats, within: float) -> bool:
    return bool(np.abs(shares - shares.round()).max() < within)


def _matrix(shape: tuple[int, int], *entries: tuple[Ints, Ints, float]) -> csc_array:
    """A sparse matrix from (rows, columns, value) triples."""
    values = np.concatenate([np.full(len(rows), value, dtype=float) for rows, _, value in entries])
    rows = np.concatenate([rows for rows, _, _ in entries])
    columns = np.concatenate([columns for _, columns, _ in entries])
    return exact.csc_array((values, (rows, columns)), shape=shape)
