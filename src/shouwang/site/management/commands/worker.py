"""Run the jobs of the house."""

from __future__ import annotations

import signal
import threading
from datetime import datetime
from typing import Any

from django.core.management.base import BaseCommand, CommandParser
from django.utils import timezone

from shouwang.kernel.jobs import run_due


class Command(BaseCommand):
    help = "Do what is due (heartbeats, outbox, digests, tidying) until stopped."
    requires_system_checks = ()  # as for `web`

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--once", action="store_true", help="Run every job once and stop.")

    def handle(self, *args: Any, **options: Any) -> None:
        last_runs: dict[str, datetime] = {}
        if options["once"]:
            self.stdout.write("\n".join(run_due(last_runs, timezone.now())))
            return
        stop = threading.Event()
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, lambda *_: stop.set())
        while not stop.is_set():
            run_due(last_runs, timezone.now())
            stop.wait(1.0)
