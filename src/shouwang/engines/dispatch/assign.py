"""
Who should go, and what does that leave uncovered: all open incidents at once, with the reason for each choice.

The plan is a suggestion. `fixed` asks for the best plan round a choice that a person has made, and what it costs.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from types import MappingProxyType

import numpy as np

from shouwang.engines.dispatch.board import Board
from shouwang.engines.dispatch.coverage import Cover
from shouwang.engines.dispatch.model import Incident, Parts, Prices, Unit
from shouwang.engines.dispatch.optimum import nearest_first as nearest_first_rows
from shouwang.engines.dispatch.optimum import solve
from shouwang.engines.dispatch.teams import missing, together
from shouwang.engines.dispatch.travel import Floats, Ints, StraightLine, Travel

NOBODY_FIXED: Mapping[str, Sequence[str]] = MappingProxyType({})


class WhyNot(StrEnum):
    """Why the nearest unit is not sent. The last ones name the part that makes it dearer."""

    CANNOT = "cannot"  # with nobody else would it be enough; `detail` says what it lacks itself
    ELSEWHERE = "elsewhere"  # it goes to another incident, in `detail`
    PARTNER = "partner"  # whoever it would need beside it goes elsewhere
    TRAVEL = "travel"  # its team would be complete later
    LATE = "late"
    LOAD = "load"
    AID = "aid"
    OVERTIME = "overtime"
    COVER = "cover"  # it is needed where it is
    EQUAL = "equal"  # nothing speaks against it


class WhyWaits(StrEnum):
    """Why nobody is sent."""

    NOBODY = "nobody"  # not even all free units together are enough; `detail` says what is missing
    TAKEN = "taken"  # those who could go are sent to the incidents in `detail`
    DEAR = "dear"  # somebody could go, but at a price above that of waiting: very far, or the cover they leave


@dataclass(frozen=True, slots=True)
class Alternative:
    """
    Another team for the same incident, all other choices unchanged.

    complete  minutes until its last unit is there
    dearer    weighted minutes more than the choice; never below -gap of the plan
    by        that difference, part by part
    """

    units: tuple[str, ...]
    complete: float
    dearer: float
    by: Mapping[str, float]


@dataclass(frozen=True, slots=True)
class NotNearest:
    """The nearest unit that might respond, and why it is not sent. `instead`: the best team with it, if there is one."""

    unit: str
    minutes: float
    code: WhyNot
    detail: tuple[str, ...] = ()
    instead: Alternative | None = None


@dataclass(frozen=True, slots=True)
class Choice:
    """
    One incident and who goes.

    units      first to arrive first, each with its minutes
    complete   minutes until enough are there
    parts      weighted minutes; `cover` with all other choices made
    uncovers   places that lose their last free unit by this choice
    aid        those of the units that come from another station
    nearest    None when the nearest unit is among them
    observers  volunteers in reach of `Cover.minutes`: they watch and report, and are never counted
    among      only so many nearest units were looked at, because there are too many teams; None: all
    """

    incident: str
    units: tuple[tuple[str, float], ...]
    complete: float
    parts: Parts
    uncovers: tuple[str, ...]
    aid: tuple[str, ...]
    nearest: NotNearest | None
    next_best: Alternative | None
    observers: tuple[tuple[str, float], ...]
    among: int | None


@dataclass(frozen=True, slots=True)
class Waiting:
    """One incident to which nobody is sent."""

    incident: str
    code: WhyWaits
    detail: tuple[str, ...]
    price: float


@dataclass(frozen=True, slots=True)
class Plan:
    """
    What is suggested, incidents in the order of their ids.

    idle               free units that stay
    late_calls         expected calls that nobody free could reach in time with the plan, `late_calls_before` without
    cost               weighted minutes: all parts, what waits, and the price of `late_calls`
    bound              no plan costs less; `proven` when they meet
    nearest_first      what sending the nearest to each incident in turn would cost
    """

    choices: tuple[Choice, ...]
    waiting: tuple[Waiting, ...]
    idle: tuple[str, ...]
    late_calls_before: float
    late_calls: float
    cost: float
    bound: float
    nearest_first: float

    @property
    def gap(self) -> float:
        """How far the plan may be from the best, as a share of its cost."""
        return max(self.cost - self.bound, 0) / self.cost if self.cost else 0.0

    @property
    def proven(self) -> bool:
        return self.gap < 1e-6


def assign(
    units: Sequence[Unit],
    incidents: Sequence[Incident],
    *,
    now: datetime,
    cover: Cover = Cover(),  # noqa: B008 - frozen
    prices: Prices = Prices(),  # noqa: B008
    travel: Travel = StraightLine(),  # noqa: B008
    station: str = "",
    fixed: Mapping[str, Sequence[str]] = NOBODY_FIXED,
    seconds: float = 2.0,
) -> Plan:
    """
    The cheapest plan, and why.

    units      all of the board; only free officers and auxiliaries are sent, each to one incident at most
    incidents  all that wait for somebody
    now        aware datetime: how long incidents have waited, and how much of a shift is left
    station    whose board it is; units of other stations come at the price of `aid`. Empty: all units are ours
    fixed      incident id -> unit ids that a person has decided on
    seconds    stopping rule, seldom needed; then `proven` is False and `bound` says how far the best may be
    Errors     BadData: an id twice, travel times that are none, a fixed team that may not go
    """
    board = Board(units, incidents, now=now, cover=cover, prices=prices, travel=travel, station=station, fixed=fixed)
    solution = solve(board, seconds=seconds)
    return _plan(board, solution.rows, solution.bound)


def nearest_first(
    units: Sequence[Unit],
    incidents: Sequence[Incident],
    *,
    now: datetime,
    cover: Cover = Cover(),  # noqa: B008
    prices: Prices = Prices(),  # noqa: B008
    travel: Travel = StraightLine(),  # noqa: B008
    station: str = "",
) -> Plan:
    """The usual practice, priced alike: by urgency, then by waiting, each takes the team that is complete first."""
    board = Board(units, incidents, now=now, cover=cover, prices=prices, travel=travel, station=station, fixed={})
    return _plan(board, nearest_first_rows(board), -np.inf)


def _plan(board: Board, rows: Ints, bound: float) -> Plan:
    reasons = _Reasons(board, rows)
    sent = np.flatnonzero(reasons.holder >= 0)
    cost = board.cost(rows)
    return Plan(
        choices=tuple(reasons.choice(i) for i in range(len(rows)) if rows[i] >= 0),
        waiting=tuple(reasons.waits(i) for i in range(len(rows)) if rows[i] < 0),
        idle=tuple(unit.id for u, unit in enumerate(board.units) if reasons.holder[u] < 0),
        late_calls_before=board.late_calls([]),
        late_calls=board.late_calls(sent.tolist()),
        cost=cost,
        bound=min(bound, cost),
        nearest_first=board.cost(nearest_first_rows(board)),
    )


class _Reasons:
    """Why a plan is as it is: each choice looked at with all others unchanged. `holder`: incident of each unit, or -1."""

    def __init__(self, board: Board, rows: Ints) -> None:
        self.board, self.rows = board, rows
        self.holder = np.full(len(board.units), -1)
        for i, row in enumerate(rows):
            if row >= 0:
                self.holder[board.team(row)] = i
        self.left = board.in_reach - board.reach[self.holder >= 0].sum(axis=0)

    def choice(self, i: int) -> Choice:
        board, row = self.board, int(self.rows[i])
        team = board.team(row)
        without = self.left + board.reach[team].sum(axis=0)  # cover as it would be with this incident left alone
        uncovered = np.flatnonzero((without > 0) & (self.left == 0) & (board.calls > 0))
        possible = self._possible(i)
        parts = self._parts(i, team, without)
        others = self._next_best(i, possible[possible != row])
        return Choice(
            incident=board.incidents[i].id,
            units=tuple((board.units[u].id, float(board.minutes[u, i])) for u in self._by_arrival(team, i)),
            complete=float(board.complete[row]),
            parts=parts,
            uncovers=tuple(board.cover.demand[j].name or str(j) for j in uncovered),
            aid=tuple(board.units[u].id for u in team if board.is_aid(board.units[u])),
            nearest=self._nearest(i, team, parts, possible),
            next_best=self._alternative(i, others, parts),
            observers=self._observers(i),
            among=board.among[i],
        )

    def waits(self, i: int) -> Waiting:
        board, incident = self.board, self.board.incidents[i]
        able = np.flatnonzero(np.isfinite(board.minutes[:, i]))
        mine = board.rows_of(i)
        if not len(mine):
            lack = missing(together([board.units[u] for u in able], incident.need), incident.need)
            code, detail = WhyWaits.NOBODY, lack
        elif len(self._possible(i)):
            code, detail = WhyWaits.DEAR, ()
        else:
            first = board.team(mine[np.argmin(board.complete[mine])])
            holders = sorted({int(self.holder[u]) for u in first if self.holder[u] >= 0})
            code, detail = WhyWaits.TAKEN, tuple(board.incidents[h].id for h in holders)
        return Waiting(incident.id, code, detail, float(board.waiting[i]))

    def _possible(self, i: int) -> Ints:
        """Rows of the teams for the incident of units that stay or go to it anyway."""
        return self.board.rows_free(i, (self.holder < 0) | (self.holder == i))

    def _next_best(self, i: int, rows: Ints) -> tuple[int, float] | None:
        """The cheapest of these teams with its price and that of its cover; None when there are none."""
        board = self.board
        without = self.left + board.reach[self.holder == i].sum(axis=0)
        # Each unit's loss alone, added up, is never more than their loss together: looked at in that order, the first
        # team that cannot be undercut any more is the best.
        alone = np.append(board.prices.late_call * board.reach @ self._lost(without, 1), 0)
        least = sum((alone[slot[rows]] for slot in board.slots), board.price[rows])
        best: tuple[int, float] | None = None
        for place in np.argsort(least, kind="stable"):
            if best and least[place] >= best[1]:
                break
            row = int(rows[place])
            price = float(board.price[row]) + self._cover(without, board.team(row))
            if best is None or price < best[1]:
                best = row, price
        return best

    def _lost(self, have: Floats, fewer: Floats | int) -> Floats:
        """Calls at each place that come too late when so many units fewer are in reach."""
        share = self.board.late_share
        left = np.maximum(have - fewer, 0).astype(int)
        return np.asarray(self.board.calls * (share[left] - share[have.astype(int)]))

    def _cover(self, without: Floats, team: Sequence[int]) -> float:
        return self.board.prices.late_call * float(self._lost(without, self.board.reach[list(team)].sum(axis=0)).sum())

    def _parts(self, i: int, team: Sequence[int], without: Floats) -> Parts:
        alone = self.board.parts(i, team)
        return Parts(alone.travel, alone.late, alone.load, alone.aid, alone.overtime, self._cover(without, team))

    def _alternative(self, i: int, found: tuple[int, float] | None, chosen: Parts) -> Alternative | None:
        if found is None:
            return None
        board, other = self.board, self.board.team(found[0])
        without = self.left + board.reach[self.holder == i].sum(axis=0)
        instead = self._parts(i, other, without)
        return Alternative(
            units=tuple(board.units[u].id for u in self._by_arrival(other, i)),
            complete=float(board.complete[found[0]]),
            dearer=instead.total - chosen.total,
            by=instead.minus(chosen),
        )

    def _nearest(self, i: int, team: Sequence[int], parts: Parts, possible: Ints) -> NotNearest | None:
        board = self.board
        near = int(np.argmin(board.minutes[:, i]))
        if near in team:
            return None
        unit, need = board.units[near], board.incidents[i].need
        lacks = missing(together([unit], need), need)
        mine = board.rows_of(i)
        with_it = (board.slots[:, mine] == near).any(axis=0)
        instead = None
        detail: tuple[str, ...] = ()
        if not with_it.any():
            code, detail = WhyNot.CANNOT, lacks
        elif self.holder[near] >= 0:
            code, detail = WhyNot.ELSEWHERE, (board.incidents[int(self.holder[near])].id,)
        elif (
            instead := self._alternative(i, self._next_best(i, np.intersect1d(mine[with_it], possible)), parts)
        ) is None:
            code, detail = WhyNot.PARTNER, lacks
        else:
            name, most = max(instead.by.items(), key=lambda part: part[1])
            code = WhyNot(name) if most > 0 else WhyNot.EQUAL
        return NotNearest(unit.id, float(board.minutes[near, i]), code, detail, instead)

    def _observers(self, i: int) -> tuple[tuple[str, float], ...]:
        minutes = self.board.watching[:, i]
        near = [v for v in np.argsort(minutes, kind="stable") if minutes[v] <= self.board.cover.minutes]
        return tuple((self.board.volunteers[v].id, float(minutes[v])) for v in near)

    def _by_arrival(self, team: Sequence[int], i: int) -> list[int]:
        return sorted(team, key=lambda u: (float(self.board.minutes[u, i]), u))
