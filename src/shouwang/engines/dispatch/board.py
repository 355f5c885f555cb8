"""The board in numbers: who could go where, in which team, at which price, and what they cover. Made for one question."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

import numpy as np

from shouwang.engines.dispatch.coverage import Cover
from shouwang.engines.dispatch.model import Incident, Kind, Need, Parts, Prices, State, Unit
from shouwang.engines.dispatch.teams import missing, stacked, teams, together
from shouwang.engines.dispatch.travel import Bools, Floats, Ints, Travel, minutes_of
from shouwang.engines.errors import BadData


class Board:
    """
    Units and incidents in a fixed order (by id), so that no answer hangs on the order of the arguments.

    units, volunteers  the free ones; only `units` are ever sent
    minutes            shape (units, incidents), `inf` where a unit cannot get to
    single             price of each unit at each incident, whoever comes with it: parts `load`, `aid`, `overtime`
    reach, in_reach    which unit covers which place (1 or 0), and how many free units cover each place
    calls, late_share  expected at each place, and the share of them that is late with 0, 1, … free units in reach
    of, members        one team in a row: index of the incident, indices of units padded with len(units)
    slots              the same with one team in a column: quick to walk through
    complete, price    of each team: minutes until its last unit is there, weighted minutes without cover
    among              for each incident, how many of its nearest units were looked at; None: all of them
    waiting            price of sending nobody, `inf` when the team is fixed
    """

    def __init__(
        self,
        units: Sequence[Unit],
        incidents: Sequence[Incident],
        *,
        now: datetime,
        cover: Cover,
        prices: Prices,
        travel: Travel,
        station: str,
        fixed: Mapping[str, Sequence[str]],
    ) -> None:
        _each_once([unit.id for unit in units], "units")
        _each_once([incident.id for incident in incidents], "incidents")
        _each_once([name for names in fixed.values() for name in names], "fixed")
        free = sorted((unit for unit in units if unit.state is State.FREE), key=lambda unit: unit.id)
        self.units = [unit for unit in free if unit.kind is not Kind.VOLUNTEERS]
        self.volunteers = [unit for unit in free if unit.kind is Kind.VOLUNTEERS]
        self.incidents = sorted(incidents, key=lambda incident: incident.id)
        self.cover, self.prices, self.station = cover, prices, station

        places = [incident.at for incident in self.incidents]
        self.minutes = minutes_of(travel, self.units, places)
        self.watching = minutes_of(travel, self.volunteers, places)
        self.reach = cover.reach(self.units, travel, station=station).astype(float)
        self.in_reach = self.reach.sum(axis=0)
        self.calls, self.late_share = cover.calls, cover.late_share(np.arange(len(self.units) + 1.0))

        self.weights = np.array([prices.weight(incident) for incident in self.incidents])
        # What is over does not become more pressing by waiting.
        waited = (0 if incident.over else minutes_between(incident.since, now) for incident in self.incidents)
        self.waited = np.array([max(minutes, 0) for minutes in waited])
        self.waiting = self.weights * (prices.waiting + self.waited)
        self.single = self._single(now)
        self._find_teams(fixed)

    def is_aid(self, unit: Unit) -> bool:
        """Whether the unit would come from another station."""
        return bool(self.station) and unit.station not in ("", self.station)

    def parts(self, incident: int, members: Sequence[int]) -> Parts:
        """What a team costs at an incident, without cover: the plain formula that `price` holds for every team."""
        minutes = max(float(self.minutes[u, incident]) for u in members)
        weight = float(self.weights[incident])
        is_late = self.waited[incident] + minutes > self.cover.minutes
        alone = {name: sum(float(of[u, incident]) for u in members) for name, of in self.single.items()}
        return Parts(travel=weight * minutes, late=weight * self.prices.late * bool(is_late), **alone)

    def late_calls(self, sent: Sequence[int]) -> float:
        """Expected late calls while these units are away."""
        left = self.in_reach - self.reach[list(sent)].sum(axis=0)
        return float(self.calls @ self.late_share[left.astype(int)])

    def price_of_cover(self, sent: Sequence[int]) -> float:
        """The same in weighted minutes."""
        return self.prices.late_call * self.late_calls(sent)

    def cost(self, rows: Sequence[int] | Ints) -> float:
        """Of a plan: a row of a team for each incident, -1 where it waits."""
        sent = [u for row in rows if row >= 0 for u in self.team(row)]
        alone = sum(self.price[row] if row >= 0 else self.waiting[i] for i, row in enumerate(rows))
        return float(alone) + self.price_of_cover(sent)

    def rows_of(self, incident: int) -> Ints:
        """Its teams: they stand together."""
        return np.arange(self.begins[incident], self.begins[incident + 1])

    def rows_free(self, incident: int, free: Bools) -> Ints:
        """Its teams of units that are all free."""
        begin, end = self.begins[incident], self.begins[incident + 1]
        able, every = np.append(free, True), np.ones(end - begin, dtype=bool)
        for slot in self.slots[:, begin:end]:
            every &= able[slot]
        return np.asarray(np.flatnonzero(every) + begin)

    def team(self, row: int) -> list[int]:
        """The units of a row."""
        return [int(u) for u in self.members[row] if u < len(self.units)]

    def _single(self, now: datetime) -> dict[str, Floats]:
        each = self.minutes.shape
        load = np.array([self.prices.load * unit.load for unit in self.units])
        aid = np.array([self.prices.aid * self.is_aid(unit) for unit in self.units])
        left = np.array([minutes_between(now, unit.shift_ends_at, unknown=np.inf) for unit in self.units])
        work = np.array([incident.scene_minutes for incident in self.incidents])
        over = np.maximum(np.where(np.isinf(self.minutes), 0, self.minutes) + work - left[:, None], 0)
        columns = {"load": load, "aid": aid}
        return {name: np.broadcast_to(of.reshape(-1, 1), each) for name, of in columns.items()} | {
            "overtime": self.prices.overtime * over
        }

    def _find_teams(self, fixed: Mapping[str, Sequence[str]]) -> None:
        names = {incident.id: i for i, incident in enumerate(self.incidents)}
        if unknown := sorted(fixed.keys() - names.keys()):
            raise BadData("fixed", f"{unknown[0]} is not among the incidents")
        rows: list[Ints] = []
        self.among: list[int | None] = []
        known: dict[Need, Ints | None] = {}
        for i, incident in enumerate(self.incidents):
            found, among = None, None
            if incident.id in fixed:
                found = self._fixed(i, fixed[incident.id])
                self.waiting[i] = np.inf
            elif np.isfinite(self.minutes[:, i]).all():
                if incident.need not in known:
                    known[incident.need] = teams(self.units, incident.need)
                found = known[incident.need]
            if found is None:
                found, among = self._nearest_teams(i)
            rows.append(found)
            self.among.append(among)
        self.members = stacked(rows)
        self.members[self.members < 0] = len(self.units)
        self.slots = np.ascontiguousarray(self.members.T)
        sizes = [len(found) for found in rows]
        self.of, self.begins = np.repeat(np.arange(len(rows)), sizes), np.append(0, np.cumsum(sizes, dtype=np.int64))

        nobody = np.zeros((1, len(self.incidents)))
        minutes = np.vstack([self.minutes, nobody])
        single = np.vstack([sum(self.single.values(), np.zeros_like(self.minutes)), nobody])
        self.complete, alone = np.zeros(len(self.of)), np.zeros(len(self.of))
        for slot in self.slots:
            np.maximum(self.complete, minutes[slot, self.of], out=self.complete)
            alone += single[slot, self.of]
        late = self.prices.late * (self.waited[self.of] + self.complete > self.cover.minutes)
        self.price = self.weights[self.of] * (self.complete + late) + alone

    def _nearest_teams(self, incident: int) -> tuple[Ints, int | None]:
        """Teams of the units that can get there, or of so many nearest ones as make no more than MOST_TEAMS teams."""
        near = np.argsort(self.minutes[:, incident], kind="stable")
        near = near[np.isfinite(self.minutes[near, incident])]
        among = len(near)
        while (found := teams([self.units[u] for u in near[:among]], self.incidents[incident].need)) is None:
            among = among * 6 // 7
        return np.append(near[:among], -1)[found], among if among < len(
            near
        ) else None  # a padding of -1 reads the last

    def _fixed(self, incident: int, ids: Sequence[str]) -> Ints:
        places = {unit.id: u for u, unit in enumerate(self.units)}
        where = f"fixed {self.incidents[incident].id}"
        if strangers := [each for each in ids if each not in places]:
            raise BadData(where, f"{strangers[0]} is not a free unit that may be sent")
        chosen = [places[each] for each in ids]
        need = self.incidents[incident].need
        lack = missing(together([self.units[u] for u in chosen], need), need)
        if lack or np.isinf(self.minutes[chosen, incident]).any():
            raise BadData(where, f"these units are not enough: {', '.join(lack) or 'one cannot get there'}")
        return np.array([chosen], dtype=np.int64)


def minutes_between(one: datetime | None, other: datetime | None, *, unknown: float = 0.0) -> float:
    """From one moment to the other; `unknown` when one of them is not known."""
    return (other - one).total_seconds() / 60 if one and other else unknown


def _each_once(names: Sequence[str], where: str) -> None:
    twice = {name for name in names if names.count(name) > 1}
    if twice:
        raise BadData(where, f"{min(twice)} stands there twice")
