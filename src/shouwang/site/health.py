"""Is work flowing? Asked by `/health`, `./sw status` and whoever watches the house."""

from __future__ import annotations

import shutil
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import DatabaseError, connection

from shouwang.apps.ledger import state
from shouwang.apps.notices import holding
from shouwang.kernel.clock import FIRST_POSSIBLE
from shouwang.kernel.jobs import CLOCK_SET, jobs
from shouwang.kernel.models import AuditRow, Beat
from shouwang.kernel.trouble import BadClock, Trouble
from shouwang.site import station_files

STARTING = timedelta(minutes=2)
LEAST_FREE_BYTES = 100 * 1024 * 1024
#: Trouble that a request met is shown for so long.
REMEMBER_TROUBLE = timedelta(minutes=5)
REMEMBER_CLOCK = timedelta(days=1)
_last_trouble: dict[str, datetime] = {}


def note_trouble(trouble: Trouble, at: datetime) -> None:
    """A request of this process could not be kept, or read."""
    _last_trouble[trouble.code] = at


@dataclass(frozen=True, slots=True)
class Health:
    """
    database   it answers
    late       jobs that have not run for three of their intervals (and two minutes), or never
    failing    jobs whose last run ended with an error, with its kind
    room       the disk of the data folder has at least 100 MB left
    trouble    codes of what kept this process from keeping things in the last five minutes, or does so now
    held       events from messengers on this machine's disk that the database could not take yet
    set_aside  events that nobody could take as they are; they lie in the data folder for a person to look at
    own_files      what keeps the station's own files from being used, with file and line; empty when nothing does
    log        what is wrong with the transparency log or its watching: a fork, a witness that fell silent, a log that cannot be
               seen, leaves that wait too long, faults of the last rereading
    clock_set_s    by how many seconds the clock was set within the last day, forward or (negative) back; 0 when it was not
    """

    database: bool
    late: tuple[str, ...]
    failing: dict[str, str]
    room: bool = True
    trouble: tuple[str, ...] = ()
    held: int = 0
    set_aside: int = 0
    own_files: str = ""
    log: tuple[str, ...] = ()
    clock_set_s: int = 0

    @property
    def well(self) -> bool:
        """The web server can serve. A late worker is shown, but does not take the pages down."""
        return self.database

    def as_json(self) -> dict[str, object]:
        return {"well": self.well, **asdict(self)}

    def lines(self) -> list[str]:
        """For people at a terminal: what answers, and then only what somebody should know."""
        lines = ["database answers" if self.database else "database DOES NOT ANSWER: see the log of the web server"]
        lines += [] if self.room else ["disk     nearly full: less than 100 MB left"]
        if self.late:
            lines.append(f"jobs     {len(self.late)} late: {', '.join(self.late)}  (is the worker running?)")
        lines += [f"job      {name} failed last time: {error}" for name, error in self.failing.items()]
        named = {"database", "late", "failing", "room"}
        told = {name: value for name, value in asdict(self).items() if name not in named and value}
        lines += [f"{name:8} {', '.join(value) if isinstance(value, tuple) else value}" for name, value in told.items()]
        return lines


def check_health(at: datetime) -> Health:
    """Look once. `at` is aware."""
    room = shutil.disk_usage(settings.SHOUWANG.data_dir).free >= LEAST_FREE_BYTES
    met = {code for code, when in _last_trouble.items() if abs(at - when) < REMEMBER_TROUBLE}
    trouble = tuple(sorted(met | {BadClock.code} if at < FIRST_POSSIBLE else met))
    disk: dict[str, Any] = {
        "held": holding.all_held(),
        "set_aside": holding.set_aside(),
        "own_files": station_files.problem(),
    }
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
        beats = {beat.name: beat for beat in Beat.objects.all()}
        log = tuple(state.trouble(at))
        clock_set = AuditRow.objects.filter(action=CLOCK_SET).order_by("pk").last()
    except DatabaseError:
        return Health(False, (), {}, room, trouble, **disk)
    late = tuple(job.name for job in jobs() if job.name not in beats or _is_late(beats[job.name].at, job.every, at))
    failing = {name: beat.error for name, beat in beats.items() if beat.error}
    lately = clock_set is not None and abs(at - clock_set.at) < REMEMBER_CLOCK
    set_s = clock_set.details["seconds"] if clock_set and lately else 0
    return Health(True, late, failing, room, trouble, **disk, log=log, clock_set_s=set_s)


def _is_late(beat_at: datetime, every: timedelta, at: datetime) -> bool:
    """Not heard of for too long; or heard of at a time to come, which a clock set back leaves behind: it proves nothing now."""
    return at - beat_at > max(every * 3, STARTING) or beat_at - at > STARTING
