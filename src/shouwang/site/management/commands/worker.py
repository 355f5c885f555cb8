"""Run the jobs of the house."""

from __future__ import annotations

import signal
import threading
from datetime import datetime
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from shouwang.kernel.clock import FIRST_POSSIBLE, ClockWatch
from shouwang.kernel.jobs import note_clock, run_due, set_back_by
from shouwang.site import station_files


class Command(BaseCommand):
    help = "Do what is due (heartbeats, outbox, digests, tidying) until stopped."
    requires_system_checks = ()  # as for `web`

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--once", action="store_true", help="Run every job once and stop.")

    def handle(self, *args: Any, **options: Any) -> None:
        if problem := station_files.problem():
            raise CommandError(problem)
        last_runs: dict[str, datetime] = {}
        if options["once"]:
            self.stdout.write("\n".join(run_due(last_runs, timezone.now())))
            return
        stop = threading.Event()
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, lambda *_: stop.set())
        watch, back_s = ClockWatch(), set_back_by(timezone.now())
        while not stop.is_set():
            now = timezone.now()
            if set_s := watch.moved() - back_s:
                note_clock(set_s, now)
                back_s = 0
            if now >= FIRST_POSSIBLE:  # before that day no rule is in force, and jobs would only fail
                run_due(last_runs, now)
            stop.wait(1.0)
