"""
Where should units wait?

Two answers: posts from which most expected calls are reached in time although units are busy now and then (MEXCLP, Daskin
1983; with busy = 0 it is maximal covering, MCLP, Church & ReVelle 1974), and posts with the least mean travel (p-median,
Hakimi 1964). Both are searched greedily, then by exchange of one post at a time until no exchange helps (Teitz & Bart
1968). With `seconds`, the exact program (HiGHS) tries to better that and says how good posts can be at best.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from shouwang.engines.dispatch import exact
from shouwang.engines.dispatch.coverage import Cover, late_share
from shouwang.engines.dispatch.model import Means, Point, Unit
from shouwang.engines.dispatch.travel import Floats, StraightLine, Travel, minutes_of
from shouwang.engines.errors import BadData

if TYPE_CHECKING:
    from scipy.optimize import LinearConstraint

_LITTLE = 1e-9


@dataclass(frozen=True, slots=True)
class Posts:
    """
    sites  indices of the chosen sites, ascending; one may stand there twice when two units shall wait at it
    value  covered calls, or mean minutes
    bound  no posts cover more, or have a lower mean; None: not asked for, or not found in time
    """

    sites: tuple[int, ...]
    value: float
    bound: float | None

    @property
    def proven(self) -> bool:
        """Whether no posts can be better."""
        return self.bound is not None and abs(self.bound - self.value) <= 1e-6 * max(1.0, abs(self.value))


def covering_posts(
    sites: Sequence[Point],
    cover: Cover,
    many: int,
    *,
    means: Means = Means.CAR,
    travel: Travel = StraightLine(),  # noqa: B008 - frozen
    seconds: float = 0,
) -> Posts:
    """
    Posts for so many units from which most of the expected calls are reached in time.

    seconds  stopping rule of the exact program; 0: exchange only, and no bound
    Errors   BadData: no site, no demand, or fewer than one unit
    """
    minutes = _minutes(sites, cover, many, means, travel)
    reach = (minutes <= cover.minutes).astype(float)
    first = exchange_covering(reach, cover.calls, many, cover.busy, cover.layers)

    def covered(chosen: Sequence[int]) -> float:
        return float(cover.calls @ (1 - cover.late_share(reach[list(chosen)].sum(axis=0))))

    if seconds <= 0:
        return Posts(tuple(first), covered(first), None)
    # y[j,k]: place j has a k-th unit in reach, paid by x[s], the units at each site. Layers fill in order by themselves.
    layers = np.repeat(np.eye(len(cover.demand)), cover.layers, axis=1)
    pays = exact.LinearConstraint(
        exact.hstack([exact.csc_array(-reach.T), exact.csc_array(layers)], format="csc"), -np.inf, 0
    )
    worth = (cover.calls[:, None] * cover.slopes).ravel()
    found, bound = _exact(np.append(np.zeros(len(sites)), -worth), [pays], len(sites), many, seconds)
    best = max([first, found or first], key=covered)
    return Posts(tuple(best), covered(best), None if bound is None else max(-bound, covered(best)))


def median_posts(
    sites: Sequence[Point],
    cover: Cover,
    many: int,
    *,
    means: Means = Means.CAR,
    travel: Travel = StraightLine(),  # noqa: B008
    seconds: float = 0,
) -> Posts:
    """Posts with the least mean minutes from the nearest of them, weighted by expected calls; see `covering_posts`."""
    minutes = _minutes(sites, cover, many, means, travel)
    if not np.isfinite(minutes).all():
        raise BadData("posts", "a mean needs a way from every site to every place")
    share = cover.calls / cover.calls.sum()
    first = exchange_median(minutes, share, many)

    def mean(chosen: Sequence[int]) -> float:
        return float(minutes[list(chosen)].min(axis=0) @ share)

    if seconds <= 0:
        return Posts(tuple(first), mean(first), None)
    # a[s,j]: place j is served from site s, which needs a unit.
    here, places = minutes.shape
    served = exact.csc_array(np.tile(np.eye(places), here))
    once = exact.LinearConstraint(exact.hstack([exact.csc_array((places, here)), served], format="csc"), 1, 1)
    owner = exact.csc_array(np.repeat(-np.eye(here), places, axis=0))
    used = exact.LinearConstraint(
        exact.hstack([owner, exact.csc_array(np.eye(here * places))], format="csc"), -np.inf, 0
    )
    costs = np.append(np.zeros(here), (minutes * share).ravel())
    found, bound = _exact(costs, [once, used], here, many, seconds)
    best = min([first, found or first], key=mean)
    return Posts(tuple(best), mean(best), None if bound is None else min(bound, mean(best)))


def exchange_covering(reach: Floats, calls: Floats, many: int, busy: float, layers: int) -> list[int]:
    """Greedy, then exchange. `reach`: 1 where a site covers a place, shape (sites, places)."""

    def best_site(chosen: Sequence[int]) -> tuple[int, float]:
        have = reach[list(chosen)].sum(axis=0)
        late = late_share(have, busy, layers)
        gains = reach @ (calls * (late - late_share(have + 1, busy, layers)))
        site = int(np.argmax(gains))
        return site, float(calls @ (1 - late) + gains[site])

    return _exchange(best_site, many)


def exchange_median(minutes: Floats, share: Floats, many: int) -> list[int]:
    """Greedy, then exchange. `minutes`: from each site to each place; `share` of the calls at each place."""

    def best_site(chosen: Sequence[int]) -> tuple[int, float]:
        so_far = minutes[list(chosen)].min(axis=0, initial=np.inf)
        means = np.minimum(minutes, so_far) @ share
        site = int(np.argmin(means))
        return site, -float(means[site])

    return _exchange(best_site, many)


def _exchange(best_site: Callable[[Sequence[int]], tuple[int, float]], many: int) -> list[int]:
    """
    Choose one site after the other, then put back one at a time for a better one as long as that helps.

    best_site  the site that is best beside the given ones, and the value of all together
    """
    chosen: list[int] = []
    value = -np.inf
    for _ in range(many):
        site, value = best_site(chosen)
        chosen.append(site)
    while True:
        tries = [(*best_site(chosen[:n] + chosen[n + 1 :]), n) for n in range(many)]
        site, better, n = max(tries, key=lambda tried: tried[1])
        if better <= value + _LITTLE * max(1.0, abs(value)):
            return sorted(chosen)
        chosen[n], value = site, better


def _minutes(sites: Sequence[Point], cover: Cover, many: int, means: Means, travel: Travel) -> Floats:
    if not sites or many < 1 or not cover.calls.sum() > 0:
        raise BadData("posts", "need sites to choose from, expected calls, and at least one unit")
    waiting = [Unit(f"site {n}", site, means=means, sworn=cover.sworn) for n, site in enumerate(sites)]
    return minutes_of(travel, waiting, [place.at for place in cover.demand])


def _exact(
    costs: Floats, rules: list[LinearConstraint], sites: int, many: int, seconds: float
) -> tuple[list[int] | None, float | None]:
    """Solve over x (units at each site, the first variables, whole) and the rest (shares, 0 to 1): sites and bound."""
    is_site = np.arange(len(costs)) < sites
    found = exact.milp(
        costs,
        integrality=is_site,
        bounds=exact.Bounds(0, np.where(is_site, many, 1)),
        constraints=[*rules, exact.LinearConstraint(exact.csc_array(is_site[None, :].astype(float)), many, many)],
        options={"time_limit": seconds, "mip_rel_gap": 0.0},
    )
    chosen = None if found.x is None else np.repeat(np.arange(sites), found.x[:sites].round().astype(int)).tolist()
    return chosen, found.mip_dual_bound
