"""
Due days in bulk: how many in a second, and against whom.

Limit: 50,000 due dates in a second in one process. Peer: `numpy.busday_offset`, once as it is usually called (Monday
to Friday and a list of holidays: it cannot say that a Saturday is worked, so its answers are partly wrong, and the
share is printed) and once with a trick that makes it right (all seven days open, every day not worked is a holiday).
Run: `python -m bench.clocks [--quick]`. The last line is JSON.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import sys
import time
from collections.abc import Callable, Sequence
from datetime import date, timedelta

import numpy as np

from shouwang.engines.clocks import Event, EventKind, Term, WorkCalendar, count, due_many
from shouwang.engines.law import Unit, load_calendars

LIMIT_PER_SECOND = 50_000
TERM_DAYS = 20


def best_seconds(work: Callable[[], object], rounds: int) -> float:
    """The fastest of some rounds: the others measure the neighbours on the machine."""
    took = []
    for _ in range(rounds):
        began = time.perf_counter()
        work()
        took.append(time.perf_counter() - began)
    return min(took)


def main(argv: Sequence[str]) -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true", help="fewer dates and rounds")
    quick = parser.parse_args(argv).quick
    amount, rounds = (50_000, 2) if quick else (500_000, 5)

    began = time.perf_counter()
    china = WorkCalendar(load_calendars())
    table_days = len(china.table.before) - 1
    setup_s = time.perf_counter() - began

    first, last = date(2004, 1, 1), date(2026, 10, 31)
    spread = (last - first).days + 1
    starts = [first + timedelta(days=(n * 7919) % spread) for n in range(amount)]
    term = Term(TERM_DAYS, Unit.WORKING_DAYS)
    ours_s = best_seconds(lambda: due_many(starts, term, china), rounds)
    rolled_s = best_seconds(lambda: due_many(starts, Term(30, Unit.CALENDAR_DAYS), china), rounds)

    every = [first + timedelta(days=n) for n in range((date(2027, 12, 31) - first).days + 1)]
    closed = [day for day in every if not china.works(day)]
    plain = np.busdaycalendar(weekmask="1111100", holidays=[day for day in closed if day.weekday() < 5])
    trick = np.busdaycalendar(weekmask="1111111", holidays=closed)
    array = np.array(starts, dtype="datetime64[D]")

    def numpy_due(calendar: np.busdaycalendar) -> np.ndarray:
        """The start is not counted: back to the last worked day on or before it, then on."""
        return np.busday_offset(array, TERM_DAYS, roll="backward", busdaycal=calendar)

    plain_s = best_seconds(lambda: numpy_due(plain), rounds)
    trick_s = best_seconds(lambda: numpy_due(trick), rounds)
    # The same dates from the same list of Python dates, and back: what a program that holds dates has to pay.
    there_and_back_s = best_seconds(
        lambda: np.busday_offset(
            np.array(starts, dtype="datetime64[D]"), TERM_DAYS, roll="backward", busdaycal=trick
        ).tolist(),
        rounds,
    )
    ours = np.array([answer.on for answer in due_many(starts, term, china)], dtype="datetime64[D]")
    if not np.array_equal(ours, numpy_due(trick)):
        raise SystemExit("the two ways of counting differ: one of them is wrong")
    wrong = float(np.mean(ours != numpy_due(plain)))

    ledgers = starts[: 2_000 if quick else 10_000]
    ledger_s = best_seconds(
        lambda: [count(term, [Event(EventKind.START, day)], china, now=day) for day in ledgers], min(rounds, 2)
    )
    ours_rate, ledger_rate = amount / ours_s, len(ledgers) / ledger_s
    print(
        json.dumps(
            {
                "bench": "clocks",
                "figures": {
                    "dates": amount,
                    "due_working_days_per_s": round(ours_rate),
                    "due_calendar_days_rolled_per_s": round(amount / rolled_s),
                    "full_ledgers_per_s": round(ledger_rate),
                    "setup_s": round(setup_s, 3),
                    "table_days": table_days,
                    "numpy_plain_wrong_share": round(wrong, 4),
                },
                "peers": {
                    "limit_per_s": LIMIT_PER_SECOND,
                    "numpy_busday_offset_plain_per_s": round(amount / plain_s),
                    "numpy_busday_offset_trick_per_s": round(amount / trick_s),
                    "numpy_trick_from_and_to_dates_per_s": round(amount / there_and_back_s),
                },
                "ratios": {
                    "ours_to_limit": round(ours_rate / LIMIT_PER_SECOND, 2),
                    "ours_to_numpy_trick": round(trick_s / ours_s, 4),
                    "ours_to_numpy_trick_from_and_to_dates": round(there_and_back_s / ours_s, 3),
                },
                "machine": {
                    "cpus": os.cpu_count(),
                    "arch": platform.machine(),
                    "python": platform.python_version(),
                    "numpy": np.__version__,
                },
            }
        )
    )
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
