"""
Dispatch: how late help comes and how far units drive in a month, and how long the best plan takes.

1. A month on the street, on points of a CSV file: ours beside static and dynamic MEXCLP, p-median posts and one station, all
   with the same calls. Limits: no larger share of calls later than 6 minutes than dynamic MEXCLP, at no more kilometres
   than static MEXCLP.
2. 20 incidents × 50 units at once. Limit: 50 ms, the plan proven. Peer: nearest first, as is common; and scipy's
   linear_sum_assignment, the Hungarian method, on the part of the question it can be asked: one unit each, travel alone.

Points are not shipped: `python -m bench.dispatch POINTS.csv[.gz] [--quick]`, columns longitude and latitude. Without a file, a
town is invented, which says nothing about a real one. The last line is JSON.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import statistics
import sys
import time
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
from scipy.optimize import linear_sum_assignment

from shouwang.engines.dispatch import Cover, Demand, Incident, Kind, Need, Point, Prices, StraightLine, Unit, assign
from shouwang.engines.dispatch.cli import mean_month
from shouwang.engines.dispatch.files import read_points
from shouwang.engines.dispatch.simulate import Setting, compared
from shouwang.engines.dispatch.travel import Floats, plane_km

LIMIT_MS, INCIDENTS, UNITS = 50, 20, 50
NOW = datetime(2026, 11, 28, 12, 0, tzinfo=UTC)
LOADS = (0.3, 0.5)


def invented() -> Floats:
    """Kilometres: five quarters and some farms."""
    chance = np.random.default_rng(11)
    middles = chance.uniform(0, 16, (5, 2))
    near = middles[chance.integers(0, 5, 1600)] + chance.normal(0, 1.2, (1600, 2))
    return np.concatenate([near, chance.uniform(0, 16, (400, 2))])


def board(chance: np.random.Generator, *, mixed: bool) -> tuple[list[Unit], list[Incident], Cover]:
    """A town of 12 × 12 km. Mixed: pairs in cars, single officers and auxiliaries; needs of one to three officers."""

    def place() -> Point:
        return Point(110 + float(chance.uniform(0, 0.125)), 30 + float(chance.uniform(0, 0.108)))

    units = []
    for n in range(UNITS):
        kind = Kind.AUXILIARIES if mixed and n % 5 == 4 else Kind.OFFICERS
        sworn = 0 if kind is Kind.AUXILIARIES else int(chance.integers(1, 3)) if mixed else 2
        skills = frozenset({"dialect"} if chance.random() < 0.2 else ())
        units.append(
            Unit(f"u{n:02}", place(), kind=kind, sworn=sworn, people=2, skills=skills, load=int(chance.integers(0, 5)))
        )
    incidents = []
    for n in range(INCIDENTS):
        need = (
            Need(sworn=int(chance.integers(1, 4)), skills=frozenset({"dialect"} if n % 7 == 0 else ()))
            if mixed
            else Need()
        )
        incidents.append(Incident(f"i{n:02}", place(), grade=int(chance.integers(1, 4)), need=need))
    cover = Cover(tuple(Demand(place(), float(chance.uniform(0, 0.5))) for _ in range(40)))
    return units, incidents, cover


def speed(rounds: int) -> dict[str, float]:
    """Milliseconds by the clock on the wall and of the processor; how many plans were proven; nearest first beside them."""
    figures: dict[str, float] = {}
    for name, mixed in (("pairs", False), ("mixed", True)):
        took, worked, proven, dearer = [], [], 0, []
        for n in range(rounds):
            units, incidents, cover = board(np.random.default_rng(n), mixed=mixed)
            assign(units[:5], incidents[:2], now=NOW, cover=cover)  # warm
            began, busy = time.perf_counter(), time.process_time()
            plan = assign(units, incidents, now=NOW, cover=cover)
            took.append(1000 * (time.perf_counter() - began))
            worked.append(1000 * (time.process_time() - busy))
            proven += plan.proven
            dearer.append(plan.nearest_first / plan.cost)
        took.sort()
        figures |= {
            f"{name}_p50_ms": round(statistics.median(took), 1),
            f"{name}_p90_ms": round(took[int(rounds * 0.9) - 1], 1),
            f"{name}_p95_ms": round(took[int(rounds * 0.95) - 1], 1),
            f"{name}_best_ms": round(took[0], 1),
            f"{name}_worst_ms": round(took[-1], 1),
            f"{name}_processor_p50_ms": round(statistics.median(worked), 1),
            f"{name}_proven_share": proven / rounds,
            f"{name}_nearest_first_cost": round(statistics.mean(dearer), 3),
        }
    return figures


def agrees_with_hungarian(rounds: int) -> float:
    """Share of boards on which both find the same least travel: no cover, no load, any unit enough."""
    only_travel = Prices(grades=(1.0,), late=0, load=0, aid=0, overtime=0, late_call=0)
    same = 0
    for n in range(rounds):
        units, incidents, _ = board(np.random.default_rng(n), mixed=False)
        minutes = StraightLine()(units, [incident.at for incident in incidents])
        least = float(minutes[linear_sum_assignment(minutes)].sum())
        same += abs(assign(units, incidents, now=NOW, prices=only_travel).cost - least) < 1e-6 * least
    return same / rounds


def main(argv: Sequence[str]) -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("points", nargs="?", type=Path, help="CSV with longitude and latitude, also gzipped")
    parser.add_argument("--quick", action="store_true", help="one load, fewer months and boards")
    parser.add_argument("--units", type=int, default=10)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args(argv)
    km = plane_km(read_points(options.points)[0]) if options.points else invented()
    figures: dict[str, object] = {"points": len(km), "invented": options.points is None}
    peers: dict[str, object] = {}
    ratios: dict[str, float] = {}
    for load in LOADS[: 1 if options.quick else None]:
        setting = Setting(units=options.units, load=load)
        began = time.perf_counter()
        months, fit_months = (3, 2) if options.quick else (5, 6)
        found, ours = compared(km, setting, options.seed, months=months, fit_months=fit_months)
        means = {name: mean_month(outcomes) for name, outcomes in found.items()}
        print(f"planned load {load}, {options.units} units, {months} months of {setting.days:.0f} days")
        print(f"{'policy':16}{'late':>9}{'km':>9}{'km planned':>12}{'mean min':>10}{'p90 min':>9}{'calls/unit':>12}")
        for name, mean in means.items():
            print(
                f"{name:16}{mean['late']:9.2%}{mean['km']:9.0f}{mean['planned_km']:12.0f}{mean['mean_minutes']:10.2f}"
                f"{mean['p90_minutes']:9.2f}{mean['spread']:11.2f}:1"
            )
        figures[f"load_{load}"] = means["ours"] | {
            "km_price": ours.km_price,
            "minute_price": ours.minute_price,
            "seconds": round(time.perf_counter() - began, 1),
        }
        peers[f"load_{load}"] = {name: mean for name, mean in means.items() if name != "ours"}
        ratios |= {
            f"late_to_dynamic_mexclp_{load}": round(means["ours"]["late"] / means["dynamic-mexclp"]["late"], 3),
            f"late_to_static_mexclp_{load}": round(means["ours"]["late"] / means["static-mexclp"]["late"], 3),
            f"km_to_static_mexclp_{load}": round(means["ours"]["km"] / means["static-mexclp"]["km"], 3),
            f"km_to_dynamic_mexclp_{load}": round(means["ours"]["km"] / means["dynamic-mexclp"]["km"], 3),
        }
    rounds = 10 if options.quick else 60
    plans = speed(rounds)
    figures |= plans | {"same_as_hungarian_share": agrees_with_hungarian(rounds)}
    peers["plan_limit_ms"] = LIMIT_MS
    ratios |= {f"plan_{name}_p95_to_limit": round(plans[f"{name}_p95_ms"] / LIMIT_MS, 2) for name in ("pairs", "mixed")}
    machine = {
        "cpus": os.cpu_count(),
        "load": round(os.getloadavg()[0], 1),
        "arch": platform.machine(),
        "python": platform.python_version(),
    }
    said = {"bench": "dispatch", "figures": figures, "peers": peers, "ratios": ratios, "machine": machine}
    print(json.dumps(said))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
