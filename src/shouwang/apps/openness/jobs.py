"""What openness does by itself."""

from __future__ import annotations

from datetime import date, datetime

from shouwang.apps.ledger.usecases import record
from shouwang.apps.openness import dump
from shouwang.apps.openness.usecases import draft_last_week
from shouwang.kernel.jobs import every


@every("openness.dump", minutes=20)
def take_the_dump_of_the_day(at: datetime) -> None:
    """Soon after midnight, once a day: when the day's dump is there, nothing happens."""
    there = dump.make(at)
    day = date.fromisoformat(there.name)
    record("figures", there.name, dict(dump.sums(there)), at=dump.midnight(day))


@every("openness.digests", hours=1)
def draft_the_digests_of_last_week(at: datetime) -> None:
    """From Monday on; what is drafted already stays as it is."""
    draft_last_week(at=at)
