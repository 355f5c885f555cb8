"""
Kill the house again and again under load, and count what was lost: `./sw bench kills [--kills 200] [--database postgresql] [--quick]
[--clock]`.

Residents write, an officer answers, messages leave for QQ; web server, worker and a queueing process are killed (SIGKILL) at random
and started again. Afterwards every acknowledged message must be there exactly once and in order, every timeline gapless, every cached
column equal to the fold of its entries, and every message queued for QQ seen there exactly once, or reported as uncertain. With `--clock`
the house's clock is set forward and back by up to two days between the kills.

    lost_or_doubled   faults found; the limit is 0
    back_s            seconds from a kill of the web server until it answers again (shortest, median, longest of a sample)

Start-up competes with the load for the same cores, as it would in a station.
"""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import json
import signal
import statistics
import sys
import tempfile
import time
from pathlib import Path

from bench._live_crowd import machine
from tests.faults.house import a_house
from tests.faults.storm import Storm
from tests.postgres import throw_away_cluster


def main(argv: list[str]) -> int:
    """Run it; exit code 1 when anything acknowledged was lost or doubled."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--kills", type=int, default=200)
    parser.add_argument("--residents", type=int, default=4)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--database", choices=["sqlite", "postgresql"], default="sqlite")
    parser.add_argument("--minutes", type=float, default=60, help="Stop killing after so long, whatever came of it.")
    parser.add_argument("--clock", action="store_true", help="Set the clock between the kills as well.")
    parser.add_argument("--quick", action="store_true", help="20 kills.")
    given = parser.parse_args(argv)
    kills = 20 if given.quick else given.kills
    began = time.monotonic()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))  # or the house would be left running
    cluster = throw_away_cluster() if given.database == "postgresql" else contextlib.nullcontext("")
    with (
        tempfile.TemporaryDirectory(prefix="sw-kills-") as folder,
        cluster as url,
        a_house(Path(folder), url, own_clock=given.clock, patience_s=3600) as house,
    ):
        storm = Storm(
            house,
            kills=kills,
            residents=given.residents,
            seed=given.seed,
            at_most_s=given.minutes * 60,
            log_restart=True,
            clocks=(0, 48, -3, 1, -48) if given.clock else (),
        )
        report = asyncio.run(storm.run())
        held = house.ask_inside("judge", *report.asked)
        faults = report.faults(held)
    for fault in faults:
        print(fault)
    back = sorted(report.restart_s)
    states = [held["outbox"][f"fault-{number}"] for number in report.queued]
    figures = {
        "database": given.database,
        "kills": dict(report.kills),
        "clock_set": report.clock_set,
        "acknowledged": report.acknowledged,
        "requests": report.tries,
        "matters": len(held["numbers"]),
        "qq_queued": len(report.queued),
        "qq_uncertain": states.count("uncertain"),
        "qq_expired": states.count("expired"),
        "lost_or_doubled": len(faults),
        "back_s": [round(x, 2) for x in (back[0], statistics.median(back), back[-1])] if back else [],
        "seconds": round(time.monotonic() - began),
    }
    print(
        json.dumps(
            {
                "bench": "kills",
                "figures": figures,
                "peers": {"limit_lost_or_doubled": 0},
                "ratios": {},
                "machine": machine(),
            }
        )
    )
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
