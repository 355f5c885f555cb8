"""
How fast one event reaches everybody in a room, and what an open stream costs: `./sw bench fanout [--quick]`.

2,000 streams in one room, one server process (uvicorn, httptools, uvloop), the crowd in a second process. Three servers (see
`bench._live_server`); ours also commits every event to a SQLite file before it delivers it, the others keep nothing.

    p99       from the start of a publication until 99 % of the listeners have it; the median of the events, sent one by one
              (p99_of_all: over all deliveries at once, where one hiccup of the machine decides)
    rate      deliveries per second when a burst of five events is published back to back; median of the rounds
    memory    growth of the server's resident memory from the first to the last of the streams, by stream, idle

Ours and the bare one take turns, event by event.
Limits: p99 <= 1.5 x bare; rate >= 3 x Channels; <= 40 KiB a stream. With few listeners the commit outweighs the delivery, so
--quick prints its figures and gives no verdict.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import statistics
import subprocess
import sys
import tempfile
import time
from array import array
from contextlib import ExitStack
from pathlib import Path

import uvloop

from bench._live_crowd import Crowd, machine, quantile, raise_file_limit, rss_kib, say, server

EVENTS_ONE_BY_ONE = 10
BURST = 5
PAUSE_S = 0.1
WARM_UP = 5


class Side:
    """One server with its crowd."""

    def __init__(self, kind: str, listeners: int, stack: ExitStack) -> None:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="sw-bench-")))
        if kind == "live":
            make_database(folder)
        self.kind = kind
        self.listeners = listeners
        self.process, self.port = stack.enter_context(server(kind, folder))
        self.crowd = Crowd(listeners, self.port)
        self.next_number = 1
        self.kib_per_stream = 0.0

    async def open(self) -> None:
        """Warm the server with a few, then let the crowd in, and weigh it."""
        warm = Crowd(WARM_UP, self.port)
        await warm.come()
        await say(self.port, 1, WARM_UP)
        await warm.until(lambda: warm.received == WARM_UP * WARM_UP)
        warm.leave()
        self.next_number += WARM_UP
        await asyncio.sleep(0.5)
        empty = rss_kib(self.process)
        await self.crowd.come()
        await asyncio.sleep(0.5)
        self.kib_per_stream = (rss_kib(self.process) - empty) / self.listeners

    async def publish(self, count: int) -> float:
        """Publish, wait until everybody has everything; seconds it took."""
        due, began = self.crowd.received + count * self.listeners, time.monotonic_ns()
        await say(self.port, self.next_number, count)
        await self.crowd.until(lambda: self.crowd.received >= due)
        self.next_number += count
        return (self.crowd.last_ns - began) / 1e9

    def close(self) -> None:
        """Everybody has had everything, in order; then everybody leaves."""
        due = list(range(WARM_UP + 1, self.next_number))
        complete = sum(browser.numbers.tolist() == due for browser in self.crowd.browsers)
        self.crowd.leave()
        if complete != self.listeners:
            raise SystemExit(f"{self.kind}: {self.listeners - complete} listeners did not get everything in order.")


async def compare(kinds: list[str], listeners: int, rounds: int) -> dict[str, dict[str, float]]:
    """The servers take turns, event by event and burst by burst, so that whatever else the machine does hits them alike."""
    with ExitStack() as stack:
        sides = [Side(kind, listeners, stack) for kind in kinds]
        for side in sides:
            await side.open()
        rates: dict[str, list[float]] = {kind: [] for kind in kinds}
        for _ in range(rounds):
            for _ in range(EVENTS_ONE_BY_ONE):
                for side in sides:
                    await side.publish(1)
                    await asyncio.sleep(PAUSE_S)
        delays = {side.kind: side.crowd.delays_ns[:] for side in sides}
        for _ in range(rounds):
            for side in sides:
                rates[side.kind].append(BURST * listeners / await side.publish(BURST))
                await asyncio.sleep(PAUSE_S)
        for side in sides:
            side.close()
        return {
            side.kind: {
                "p50_ms": round(quantile(delays[side.kind], 0.50) / 1e6, 2),
                "p99_ms": round(statistics.median(p99_of_each(delays[side.kind], listeners)), 2),
                "p99_of_all_ms": round(quantile(delays[side.kind], 0.99) / 1e6, 2),
                "deliveries_per_s": round(statistics.median(rates[side.kind])),
                "kib_per_stream": round(side.kib_per_stream, 1),
            }
            for side in sides
        }


def p99_of_each(delays_ns: array[int], listeners: int) -> list[float]:
    """For each event the milliseconds after which 99 % of the listeners had it; the events came one by one."""
    starts = range(0, len(delays_ns), listeners)
    return [quantile(delays_ns[start : start + listeners], 0.99) / 1e6 for start in starts]


def make_database(folder: Path) -> None:
    """The tables of the log in a fresh file."""
    code = (
        "import sys; from pathlib import Path; from bench._live_server import configure; configure(Path(sys.argv[1]));"
        "from django.core.management import call_command; call_command('migrate', verbosity=0)"
    )
    root = Path(__file__).resolve().parent.parent
    path = f"{root / 'src'}:{root}"
    subprocess.run([sys.executable, "-c", code, str(folder)], check=True, cwd=root, env={"PYTHONPATH": path})


def main(argv: list[str]) -> int:
    """Run the three servers in turns and print the figures; exit 1 if a limit is missed."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--quick", action="store_true", help="200 streams and two rounds")
    parser.add_argument("--listeners", type=int, help="open streams (2,000)")
    parser.add_argument(
        "--only", choices=["live", "bare", "channels"], nargs="+", help="leave the others out, no verdict"
    )
    parser.add_argument("--rounds", type=int, help="times ten single events and a burst of five are sent (4)")
    options = parser.parse_args(argv)
    listeners = options.listeners or (200 if options.quick else 2_000)
    rounds = options.rounds or (2 if options.quick else 4)
    raise_file_limit(2 * listeners + 500)

    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        # Channels apart from the pair: it keeps the machine busy for seconds at a time.
        figures = runner.run(compare(["live", "bare"], listeners, rounds))
        figures |= runner.run(compare(["channels"], listeners, 1))
    ours, plain, peer = figures["live"], figures["bare"], figures["channels"]
    ratios = {
        "p99_to_bare": round(ours["p99_ms"] / plain["p99_ms"], 2),
        "rate_to_channels": round(ours["deliveries_per_s"] / peer["deliveries_per_s"], 2),
        "kib_per_stream_to_limit": round(ours["kib_per_stream"] / 40, 2),
    }
    result = {
        "bench": "fanout",
        "figures": {"listeners": listeners, "rounds": rounds, **ours},
        "peers": {"bare": plain, "channels": peer},
        "ratios": ratios,
        "machine": machine(),
    }
    print(json.dumps(result))
    kept = ratios["p99_to_bare"] <= 1.5 and ratios["rate_to_channels"] >= 3 and ratios["kib_per_stream_to_limit"] <= 1
    return 0 if kept or options.quick else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
