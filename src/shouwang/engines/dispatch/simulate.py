"""
A month at the desk, replayed: do these posts and rules get help there sooner, and at how many kilometres?

Calls come as a Poisson process, each at a place drawn from real incident points. A unit drives on a straight line × detour,
works for a while (exponential), and goes where its policy says; on the way there it may be sent again from wherever it
is. When all are out, calls queue. Two halves of the points are used: one to choose posts and rules, the other to be
served, so nobody is judged on what it has seen. All policies meet the same calls for the same seed.

    peers  one station; p-median posts; static MEXCLP posts (Daskin 1983); dynamic MEXCLP (Jagtenberg, Bhulai & van der
           Mei 2015): a freed unit goes where its marginal coverage is largest. All send the nearest free unit.
    ours   1. In time first: of the free units that can be there in time, the one that leaves most cover; minutes have a
              price. When none can, all are weighed so.
           2. Units on their way are not bound: a freed one takes over a call when it alone is in time, or is there sooner
              by some minutes; and one that passes a new call takes it, while a free one takes over its old call, when so fewer come late.
           3. A freed unit goes to the open post (one whose unit is out) that is worth most beyond a price per kilometre.
           4. Calls in a queue: the nearest, unless one has waited too long.
           Posts are those of static MEXCLP; the prices are chosen by replaying the fitting half (`fitted`).

A street has more in it than this: units break for meals, roads are not straight, two units may be needed. Compare
policies with it, promise nobody minutes.
"""

from __future__ import annotations

import heapq
import math
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from enum import StrEnum
from itertools import product

import numpy as np

from shouwang.engines.dispatch.posts import exchange_covering, exchange_median
from shouwang.engines.dispatch.travel import DETOUR, Floats, on_grid
from shouwang.engines.errors import BadData

_MOST_PLACES = 400
_DAY = 1440.0
_SWAP_MINUTES, _PATIENCE_MINUTES = 4, 30
# Shares of all calls in reach that a kilometre, and a minute later, have to be worth.
_KM_PRICES = (0.01, 0.02, 0.04, 0.08)
_MINUTE_PRICES = (0.01, 0.04, 0.16)
_OTHER_SEEDS = 1_000_003
_MARGIN = 0.99  # of the kilometres of static MEXCLP: what was fitted on one half is to hold on another

Place = tuple[float, float]  # kilometres east and north


@dataclass(frozen=True, slots=True)
class Setting:
    """
    The circumstances of a replay.

    load           planned share of the time units are busy, with `travel_minutes` of driving for each call
    minutes        a call is late when help comes later than this
    """

    units: int = 10
    load: float = 0.3
    days: float = 30
    scene_minutes: float = 40
    travel_minutes: float = 5
    minutes: float = 6
    kmh: float = 30
    detour: float = DETOUR

    def __post_init__(self) -> None:
        numbers = (self.units, self.load, self.days, self.scene_minutes, self.minutes, self.kmh, self.detour)
        if min(numbers) <= 0 or self.travel_minutes < 0:
            raise BadData("setting", "all numbers are above 0")

    @property
    def calls_per_minute(self) -> float:
        return self.units * self.load / (self.scene_minutes + self.travel_minutes)


class Back(StrEnum):
    """Where a unit goes from the scene."""

    HOME = "home"
    BEST_SITE = "best-site"  # dynamic MEXCLP
    OPEN_POST = "open-post"


@dataclass(frozen=True, slots=True)
class Policy:
    """
    Who is sent, and who waits where.

    posts             site of each unit at the start, and its home
    busy              q in the value of cover
    km_price          OPEN_POST: the share of calls in reach that one kilometre has to be worth
    minute_price      None: the nearest free unit is sent; else that share for each minute (rule 1)
    swap_minutes      None: nobody is turned back; else rule 2
    patience_minutes  None: the longest waiting call first; else rule 4
    """

    name: str
    posts: tuple[int, ...]
    busy: float = 0.3
    back: Back = Back.HOME
    km_price: float = 0
    minute_price: float | None = None
    swap_minutes: float | None = None
    patience_minutes: float | None = None


@dataclass(frozen=True, slots=True)
class Outcome:
    """
    One replayed month.

    late        share of calls helped later than `Setting.minutes`
    km          driven by all units; `planned_km` counts every leg whole, also one that was broken off
    busy        share of the units' time on calls, driving there included
    spread      largest over smallest number of calls of a unit
    """

    calls: int
    mean_minutes: float
    p90_minutes: float
    late: float
    km: float
    planned_km: float
    busy: float
    spread: float


@dataclass(frozen=True, slots=True)
class Calls:
    """What a month asks: when (minutes from its beginning, ascending), where, and how long the work there takes."""

    at: Sequence[float]
    where: Sequence[Place]
    work: Sequence[float]

    def __post_init__(self) -> None:
        if not len(self.at) == len(self.where) == len(self.work) or list(self.at) != sorted(self.at):
            raise BadData("calls", "have a time, a place and a length each, in the order of time")

    @classmethod
    def drawn(cls, served: Floats, setting: Setting, seed: int) -> Calls:
        """A Poisson process, at places drawn from those served, with exponential work."""
        chance = np.random.default_rng(seed)
        horizon = setting.days * _DAY
        calls = int(chance.poisson(setting.calls_per_minute * horizon))
        at = np.sort(chance.uniform(0, horizon, calls)).tolist()
        where = [(x, y) for x, y in served[chance.integers(0, len(served), calls)].tolist()]
        return cls(at, where, chance.exponential(setting.scene_minutes, calls).tolist())


@dataclass(frozen=True, slots=True)
class Leg:
    """A drive, or as much of it as was driven before it was broken off."""

    unit: int
    left_at: float
    stopped_at: float
    origin: Place
    end: Place

    @property
    def straight_km(self) -> float:
        return math.dist(self.origin, self.end)


@dataclass(frozen=True, slots=True)
class Service:
    """One call and who helped there; minutes from the beginning of the month."""

    call: int
    unit: int
    called_at: float
    arrived_at: float
    ended_at: float


@dataclass(slots=True)
class Diary:
    """What happened in a month, in the order in which it ended."""

    legs: list[Leg] = field(default_factory=list)
    services: list[Service] = field(default_factory=list)


@dataclass(frozen=True, eq=False)
class Town:
    """
    Where calls come from, seen on a grid.

    places, share  kilometres on a plane, and the share of calls at each
    reach          1 where a unit waiting at one place reaches another in time; units may wait at every place
    minutes        between them
    """

    places: Floats
    share: Floats
    minutes: Floats
    reach: Floats

    @classmethod
    def of(cls, points: Floats, setting: Setting) -> Town:
        """Points in kilometres on a plane; the grid is as fine as gives no more than some hundred places."""
        if len(points) == 0:
            raise BadData("points", "a town needs places where something happened")
        at, count = on_grid(points, _MOST_PLACES)
        places = np.column_stack([np.bincount(at, points[:, axis]) / count for axis in (0, 1)])
        minutes = np.hypot(*(places[:, None] - places[None]).transpose(2, 0, 1)) * setting.detour / setting.kmh * 60
        return cls(places, count / count.sum(), minutes, (minutes <= setting.minutes).astype(float))

    def covering(self, units: int, busy: float) -> tuple[int, ...]:
        """MEXCLP posts."""
        return tuple(exchange_covering(self.reach, self.share, units, busy, units))

    def median(self, units: int) -> tuple[int, ...]:
        """p-median posts."""
        return tuple(exchange_median(self.minutes, self.share, units))


def halves(points: Floats, seed: int) -> tuple[Floats, Floats]:
    """Two halves by chance: to fit, and to serve."""
    order = np.random.default_rng(seed).permutation(len(points))
    return points[order[: len(points) // 2]], points[order[len(points) // 2 :]]


def peers(town: Town, setting: Setting) -> dict[str, Policy]:
    """The policies of the literature; q is the planned load."""
    busy = min(setting.load, 0.95)
    best = int(np.argmin(town.minutes @ town.share))
    mexclp = town.covering(setting.units, busy)
    given = [
        Policy("one-station", (best,) * setting.units, busy),
        Policy("p-median", town.median(setting.units), busy),
        Policy("static-mexclp", mexclp, busy),
        Policy("dynamic-mexclp", mexclp, busy, Back.BEST_SITE),
    ]
    return {policy.name: policy for policy in given}


def fitted(points: Floats, setting: Setting, seed: int, *, months: int = 6) -> Policy:
    """
    Our policy for a town, its prices chosen by replaying these points alone: one half of them knows, the other calls.

    Of the prices that drive less and leave nobody worse off on average and at the far end than static MEXCLP, those
    with the fewest late calls; the thriftiest when there are none.

    points  those of the fitting half; `Town.of(points, setting)` is the town of the posts
    seed    how they are halved, and which months are replayed: none that `compared` replays
    months  how many months each price is tried on
    """
    known, calling = halves(points, seed)
    trial = Town.of(known, setting)

    def mean_of(policy: Policy) -> tuple[float, float, float, float]:
        found = [replay(trial, calling, policy, setting, _OTHER_SEEDS + seed + month) for month in range(months)]
        each = [(one.late, max(one.km, one.planned_km), one.mean_minutes, one.p90_minutes) for one in found]
        late, km, mean, p90 = np.mean(each, axis=0).tolist()
        return late, km, mean, p90

    static = peers(trial, setting)["static-mexclp"]
    tries = [_ours(static, km_price, minute_price) for km_price, minute_price in product(_KM_PRICES, _MINUTE_PRICES)]
    _, km_limit, mean_limit, p90_limit = mean_of(static)
    tried = [(policy, *mean_of(policy)) for policy in tries]
    allowed = [
        each for each in tried if each[2] <= km_limit * _MARGIN and each[3] <= mean_limit and each[4] <= p90_limit
    ]
    best = min(allowed, key=lambda each: each[1])[0] if allowed else min(tried, key=lambda each: each[2])[0]
    return replace(best, posts=peers(Town.of(points, setting), setting)["static-mexclp"].posts)


def compared(
    points: Floats, setting: Setting, seed: int, *, months: int = 5, fit_months: int = 6
) -> tuple[dict[str, list[Outcome]], Policy]:
    """
    The months of each of the peers and of ours, on the half of the points that none of them has seen; and our policy.

    seed    the halves, and the first month; every policy meets the same calls
    """
    known, calling = halves(points, seed)
    town = Town.of(known, setting)
    ours = fitted(known, setting, seed, months=fit_months)
    every = [*peers(town, setting).values(), ours]
    found = {one.name: [replay(town, calling, one, setting, seed + month) for month in range(months)] for one in every}
    return found, ours


def _ours(static: Policy, km_price: float, minute_price: float) -> Policy:
    return replace(
        static,
        name="ours",
        back=Back.OPEN_POST,
        km_price=km_price,
        minute_price=minute_price,
        swap_minutes=_SWAP_MINUTES,
        patience_minutes=_PATIENCE_MINUTES,
    )


def replay(town: Town, served: Floats, policy: Policy, setting: Setting, seed: int) -> Outcome:
    """
    One month under a policy.

    town     what the policy knows: places to wait at, and where calls are expected
    served   kilometres on the same plane: where calls really come from
    seed     the calls; the same for every policy
    Errors   BadData: a post for each unit is needed
    """
    return replay_calls(town, Calls.drawn(served, setting, seed), policy, setting)


def replay_calls(town: Town, calls: Calls, policy: Policy, setting: Setting, diary: Diary | None = None) -> Outcome:
    """The same for calls that are given. `diary` is filled with what happened, when somebody wants to read it."""
    if len(policy.posts) != setting.units:
        raise BadData("policy posts", f"{len(policy.posts)} posts for {setting.units} units")
    return _Month(town, calls, policy, setting, diary).run()


class _Month:
    """The state of the streets between two events. A unit is free, on the way to a call, or at one."""

    # Plain numbers, not arrays: one unit and one call at a time are too little for arrays to pay off.

    def __init__(self, town: Town, asked: Calls, policy: Policy, setting: Setting, diary: Diary | None) -> None:
        self.at, self.where, self.work, self.diary = asked.at, asked.where, asked.work, diary
        self.town, self.policy, self.setting = town, policy, setting
        self.sites: list[Place] = [(x, y) for x, y in town.places.tolist()]
        self.pace = setting.detour / setting.kmh * 60  # minutes for a straight kilometre

        units = setting.units
        self.saves = (1 - policy.busy) * policy.busy ** np.arange(units + 1.0)  # of the k-th unit in reach
        self.free = [True] * units
        self.call: list[int | None] = [None] * units
        self.post = list(policy.posts)  # where a free unit waits or drives to
        self.within = town.reach.astype(np.int64)
        self.in_reach = self.within[self.post].sum(axis=0)  # free units that cover each place
        self.origin = [self.sites[post] for post in self.post]
        self.goal = self.origin.copy()
        self.left_at, self.there_at = [0.0] * units, [0.0] * units
        self.ends: list[tuple[float, int, int]] = []  # when a call is done, its unit, and which of its orders that was
        self.order = [0] * units
        self.queue: list[int] = []
        self.minutes = np.zeros(len(self.at))
        self.served = [0] * units
        self.driven = self.planned = self.engaged = 0.0

    def run(self) -> Outcome:
        calls, upcoming = len(self.at), 0
        while upcoming < calls or self.ends:
            if upcoming < calls and (not self.ends or self.at[upcoming] <= self.ends[0][0]):
                self._arrives(upcoming, self.at[upcoming])
                upcoming += 1
            else:
                now, unit, order = heapq.heappop(self.ends)
                if order == self.order[unit]:
                    self._done(unit, now)
        for unit, there_at in enumerate(self.there_at):
            self._stop(unit, there_at)  # whoever is on the way to a post arrives
        return Outcome(
            calls=calls,
            mean_minutes=float(self.minutes.mean()) if calls else 0.0,
            p90_minutes=float(np.quantile(self.minutes, 0.9)) if calls else 0.0,
            late=float((self.minutes > self.setting.minutes).mean()) if calls else 0.0,
            km=self.driven * self.setting.detour,
            planned_km=self.planned * self.setting.detour,
            busy=self.engaged / (self.setting.units * self.setting.days * _DAY),
            spread=max(self.served) / max(min(self.served), 1),
        )

    # ── events ────────────────────────────────────────────────────────────────────────────────────────────────────

    def _arrives(self, call: int, now: float) -> None:
        units = [unit for unit, free in enumerate(self.free) if free]
        if not units:
            self.queue.append(call)
            return
        minutes = [self._minutes(self._place(unit, now), self.where[call]) for unit in units]
        chosen = self._choose(units, minutes)
        trade = self._trade(call, units, minutes[chosen], now)
        if trade is None:
            self._send(units[chosen], call, now)
            return
        passing, old, instead = trade
        self._call_off(passing, now)
        self._send(instead, old, now)
        self._send(passing, call, now)

    def _done(self, unit: int, now: float) -> None:
        if self.diary is not None and (call := self.call[unit]) is not None:
            self.diary.services.append(Service(call, unit, self.at[call], self.there_at[unit], now))
        self._leave_call(unit, now)
        if self.queue:
            self._send(unit, self.queue.pop(self._next_in_queue(unit, now)), now)
            return
        found = self._to_turn_back(unit, now)
        if found is not None:
            other, call = found
            self._call_off(other, now)
            self._send(unit, call, now)
            unit = other
        self.post[unit] = self._site_for(unit, now)
        self._frees(unit, True)
        self._drive(unit, self.sites[self.post[unit]], now)

    # ── decisions ─────────────────────────────────────────────────────────────────────────────────────────────────

    def _choose(self, units: Sequence[int], minutes: Sequence[float]) -> int:
        price = self.policy.minute_price
        if price is None or len(units) == 1:
            return min(range(len(units)), key=minutes.__getitem__)
        last = self.town.share * self.saves[self.in_reach - 1]  # a place out of reach of all loses nothing by anybody
        loss: list[float] = (self.town.reach[[self.post[unit] for unit in units]] @ last).tolist()
        in_time = [n for n in range(len(units)) if minutes[n] <= self.setting.minutes]
        return min(in_time or range(len(units)), key=lambda n: loss[n] + price * minutes[n])

    def _trade(self, call: int, units: Sequence[int], minutes: float, now: float) -> tuple[int, int, int] | None:
        """
        A unit on its way that passes a new call, its old call, and the free unit to take that over.

        minutes  in which the new call would be helped without. Only fewer late calls justify it: of these trades the one
                 that is quickest for both
        """
        best, limit = None, self.setting.minutes
        if self.policy.swap_minutes is None:
            return None
        most = (1, -math.inf)
        for passing, old in enumerate(self.call):
            left = self.there_at[passing] - now
            if old is None or left <= 0:
                continue
            waited = now - self.at[old]
            there = self._minutes(self._place(passing, now), self.where[call])
            for unit in units:
                instead = self._minutes(self._place(unit, now), self.where[old])
                fewer = (minutes > limit) + (waited + left > limit) - (there > limit) - (waited + instead > limit)
                if (fewer, -there - instead) > most:
                    best, most = (passing, old, unit), (fewer, -there - instead)
        return best

    def _next_in_queue(self, unit: int, now: float) -> int:
        patience = self.policy.patience_minutes
        if patience is None or now - self.at[self.queue[0]] > patience:
            return 0
        minutes = [self._minutes(self._place(unit, now), self.where[call]) for call in self.queue]
        waited = [now - self.at[call] for call in self.queue]
        in_time = [n for n in range(len(minutes)) if waited[n] + minutes[n] <= self.setting.minutes]
        return min(in_time or range(len(minutes)), key=minutes.__getitem__)

    def _to_turn_back(self, unit: int, now: float) -> tuple[int, int] | None:
        """
        Another unit and its call, which this one, just freed, takes over: one that is then no longer late, or else is helped sooner
        by so many minutes. The one that gains most.
        """
        enough, limit = self.policy.swap_minutes, self.setting.minutes
        best, most = None, (0, enough or 0.0)
        if enough is None:
            return None
        for other, call in enumerate(self.call):
            left = self.there_at[other] - now
            if call is None or left <= 0:
                continue
            minutes, waited = self._minutes(self._place(unit, now), self.where[call]), now - self.at[call]
            gain = (int(waited + left > limit >= waited + minutes), left - minutes)
            if gain > most:
                best, most = (other, call), gain
        return best

    def _site_for(self, unit: int, now: float) -> int:
        policy, reach = self.policy, self.town.reach
        if policy.back is Back.HOME:
            return policy.posts[unit]
        worth = self.town.share * self.saves[self.in_reach]
        if policy.back is Back.BEST_SITE:
            return int(np.argmax(reach @ worth))
        taken = [post for post, free in zip(self.post, self.free, strict=True) if free]
        open_posts = sorted(Counter(policy.posts) - Counter(taken))
        gains: list[float] = (reach[open_posts] @ worth).tolist()
        here, price = self._place(unit, now), policy.km_price * self.setting.detour
        values = [gain - price * math.dist(here, self.sites[to]) for gain, to in zip(gains, open_posts, strict=True)]
        return open_posts[max(range(len(values)), key=values.__getitem__)]

    def _frees(self, unit: int, free: bool) -> None:
        self.free[unit] = free
        self.in_reach += self.within[self.post[unit]] * (1 if free else -1)

    # ── driving ───────────────────────────────────────────────────────────────────────────────────────────────────

    def _send(self, unit: int, call: int, now: float) -> None:
        self._drive(unit, self.where[call], now)
        if self.free[unit]:
            self._frees(unit, False)
        self.call[unit] = call
        self.minutes[call] = self.there_at[unit] - self.at[call]
        self.order[unit] += 1
        self.served[unit] += 1
        heapq.heappush(self.ends, (self.there_at[unit] + self.work[call], unit, self.order[unit]))

    def _call_off(self, unit: int, now: float) -> None:
        self._leave_call(unit, now)
        self.served[unit] -= 1

    def _leave_call(self, unit: int, now: float) -> None:
        self.engaged += now - self.left_at[unit]
        self.call[unit] = None
        self.order[unit] += 1

    def _drive(self, unit: int, goal: Place, now: float) -> None:
        self._stop(unit, now)
        self.goal[unit] = goal
        self.planned += math.dist(self.origin[unit], goal)
        self.left_at[unit], self.there_at[unit] = now, now + self._minutes(self.origin[unit], goal)

    def _stop(self, unit: int, now: float) -> None:
        here = self._place(unit, now)
        self.driven += math.dist(here, self.origin[unit])
        if self.diary is not None and here != self.origin[unit]:
            self.diary.legs.append(
                Leg(unit, self.left_at[unit], min(now, self.there_at[unit]), self.origin[unit], here)
            )
        self.origin[unit] = here

    def _place(self, unit: int, now: float) -> Place:
        """Where it is on its way from origin to goal."""
        whole = self.there_at[unit] - self.left_at[unit]
        (x, y), goal = self.origin[unit], self.goal[unit]
        if now >= self.there_at[unit] or whole <= 0:
            return goal
        done = (now - self.left_at[unit]) / whole
        return x + (goal[0] - x) * done, y + (goal[1] - y) * done

    def _minutes(self, one: Place, other: Place) -> float:
        return math.dist(one, other) * self.pace
