"""
Everybody comes back after the server has died: `./sw bench reconnect [--quick]`.

2,000 browsers follow one room. The server is killed (SIGKILL) in the middle of a burst of events; more are committed by another
process while it is down; it starts again on the same SQLite file and more are published while the crowd returns, each browser at
the pace the server's retry hint gave it, with its last id. Then every browser must have every event, each once, in order.

    back_s       from the moment the new server answers until the last browser has everything
    outage_s     from the kill until then

Limit: back_s <= 10 on two cores.
"""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import json
import sys
import tempfile
import time
from pathlib import Path

import uvloop

from bench._live_crowd import Crowd, free_port, machine, raise_file_limit, rss_kib, say, start_server
from bench._live_server import configure, publish
from bench.fanout import make_database

BEFORE, CUT_OFF, WHILE_DOWN, WHILE_RETURNING = 20, 20, 20, 20
LIMIT_S = 10.0


async def outage(folder: Path, listeners: int) -> dict[str, float]:
    """Let it happen once."""
    port = free_port()
    process = await asyncio.to_thread(start_server, "live", port, folder)
    crowd = Crowd(listeners, port, keep_cursors=True)
    try:
        await crowd.come()
        await say(port, 1, BEFORE)
        await crowd.until(lambda: crowd.received >= BEFORE * listeners)

        cut_off = asyncio.ensure_future(say(port, BEFORE + 1, CUT_OFF))
        await asyncio.sleep(0.05)
        process.kill()
        killed = time.monotonic()
        await asyncio.to_thread(process.wait)
        with contextlib.suppress(AssertionError, OSError):
            await cut_off
        committed = await asyncio.to_thread(last_number)
        await asyncio.to_thread(publish, committed + 1, WHILE_DOWN)

        process = await asyncio.to_thread(start_server, "live", port, folder)
        answers = time.monotonic()
        total = committed + WHILE_DOWN + WHILE_RETURNING
        publishing = asyncio.ensure_future(trickle(port, committed + WHILE_DOWN + 1))
        await crowd.until(lambda: all(len(browser.numbers) >= total for browser in crowd.browsers))
        everything = crowd.last_ns / 1e9
        await publishing
        await asyncio.sleep(1)  # a double would come now
        due = list(range(1, total + 1))
        wrong = sum(browser.numbers.tolist() != due for browser in crowd.browsers)
        if wrong:
            raise SystemExit(f"{wrong} of {listeners} browsers did not get events 1 … {total} once each and in order.")
        return {
            "listeners": listeners,
            "events": total,
            "committed_before_the_kill_took_effect": committed,
            "back_s": round(everything - answers, 2),
            "outage_s": round(everything - killed, 2),
            "server_mib_afterwards": round(rss_kib(process) / 1024, 1),
        }
    finally:
        crowd.leave()
        process.kill()
        process.wait()


async def trickle(port: int, first: int) -> None:
    """Publish one by one while the crowd returns."""
    for number in range(first, first + WHILE_RETURNING):
        await say(port, number, 1)
        await asyncio.sleep(0.05)


def last_number() -> int:
    """How far the log got before the kill."""
    from shouwang.kernel.live import log  # noqa: PLC0415 - models can be had only after configure()

    rows = log.read("room:1", 0)
    if [row.payload["n"] for row in rows] != [row.seq for row in rows]:
        raise SystemExit("The log itself has a gap.")
    return rows[-1].seq


def main(argv: list[str]) -> int:
    """Run one outage and print the figures; exit 1 if the limit is missed."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--quick", action="store_true", help="200 browsers")
    parser.add_argument("--listeners", type=int, help="browsers (2,000)")
    options = parser.parse_args(argv)
    listeners = options.listeners or (200 if options.quick else 2_000)
    raise_file_limit(2 * listeners + 500)
    with tempfile.TemporaryDirectory(prefix="sw-bench-") as name:
        make_database(Path(name))
        configure(Path(name))
        with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
            figures = runner.run(outage(Path(name), listeners))
    ratios = {"back_to_limit": round(figures["back_s"] / LIMIT_S, 2)}
    result = {
        "bench": "reconnect",
        "figures": figures,
        "peers": {"limit_s": LIMIT_S},
        "ratios": ratios,
        "machine": machine(),
    }
    print(json.dumps(result))
    return 0 if ratios["back_to_limit"] <= 1 else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
