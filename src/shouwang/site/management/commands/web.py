"""Run the web server."""

from __future__ import annotations

from typing import Any

import uvicorn
from django.core.management.base import BaseCommand, CommandError, CommandParser

from shouwang.apps.files.findings import MIB
from shouwang.apps.files.usecases import house_limits
from shouwang.site import station_files


def _largest_frame() -> int:
    """Of what a messenger's gateway may send at once: the largest file in base64, and something around it."""
    limits = house_limits()
    return limits.most_bytes * 4 // 3 + 2 * MIB


class Command(BaseCommand):
    help = "Serve pages, live streams and channel doors until stopped."
    requires_system_checks = ()  # `prepare` makes them; after a fall the door has to open again at once

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--port", type=int, default=8000)
        parser.add_argument("--host", default="0.0.0.0", help="Address to listen on.")  # noqa: S104  phones reach it by LAN
        parser.add_argument("--processes", type=int, default=1, help="More than one needs PostgreSQL.")

    def handle(self, *args: Any, **options: Any) -> None:
        if problem := station_files.problem():
            raise CommandError(problem)
        uvicorn.run(
            "shouwang.site.asgi:application",
            host=options["host"],
            port=options["port"],
            workers=options["processes"],
            log_level="warning",
            access_log=False,
            server_header=False,
            timeout_graceful_shutdown=5,
            ws_max_size=_largest_frame(),
        )
