"""
Work that nobody waits for: functions that look at the database, find what is due and do it.

A job takes the present moment, may run at any time, twice, or in two processes at once, and leaves the same state. That is why there is no
queue to lose: what is due is a question to the data.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import DatabaseError, close_old_connections
from django.db.models import Max

from shouwang.kernel import audit
from shouwang.kernel.models import Beat

logger = logging.getLogger(__name__)
CLOCK_SET = "kernel.clock.set"
LEAST_SET_BACK = timedelta(minutes=1)
Work = Callable[[datetime], object]


@dataclass(frozen=True, slots=True)
class Job:
    """One kind of work and how often to look for it."""

    name: str
    every: timedelta
    work: Work


_jobs: dict[str, Job] = {}


def every(name: str, **interval: float) -> Callable[[Work], Work]:
    """List a job: `@every("matters.heartbeat", minutes=1)`."""

    def listed(work: Work) -> Work:
        _jobs[name] = Job(name, timedelta(**interval), work)
        return work

    return listed


def jobs() -> tuple[Job, ...]:
    """All jobs, by name."""
    return tuple(_jobs[name] for name in sorted(_jobs))


def note_clock(seconds: int, at: datetime) -> None:
    """The clock was set by so many seconds, forward or (negative) back: times in the records are to be read with that in mind."""
    logger.warning("The clock was set by %+d s", seconds)
    close_old_connections()
    try:
        audit.record(CLOCK_SET, by="house", on="kernel.clock", at=at, seconds=seconds)
    except DatabaseError as why:
        logger.error("The setting of the clock was not written down: %s", type(why).__name__)


def set_back_by(at: datetime) -> int:
    """By how many seconds the clock must have been set back while no worker ran: the newest mark lies so far ahead. 0 when it does not."""
    newest = Beat.objects.aggregate(at=Max("at"))["at"]
    return round((newest - at).total_seconds()) if newest and newest - at > LEAST_SET_BACK else 0


def run_due(last_runs: dict[str, datetime], at: datetime) -> list[str]:
    """
    Run every job whose interval has passed since its last run, and note it. Returns the names run.

    An error in one job is logged and shown by `./sw status`; it does not stop the others, and the job runs again at its next time.
    """
    done = []
    for job in jobs():
        if job.name in last_runs and timedelta(0) <= at - last_runs[job.name] < job.every:
            continue  # a clock set back must not keep a job from running
        last_runs[job.name] = at
        close_old_connections()
        error = ""
        try:
            job.work(at)
        except Exception as why:
            logger.exception("Job %s failed", job.name)
            error = type(why).__name__
        try:
            Beat.objects.update_or_create(name=job.name, defaults={"at": at, "error": error})
        except DatabaseError as why:
            # A full disk or a database that restarts must not end the worker; without its mark the job shows as late.
            logger.error("Job %s left no mark: %s", job.name, type(why).__name__)
        done.append(job.name)
    return done
