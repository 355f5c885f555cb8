"""Print where the house is and how to get in."""

from __future__ import annotations

import socket
from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from shouwang.apps.bureau import setupkey


class Command(BaseCommand):
    help = "Print addresses and logins."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--port", default="8000")

    def handle(self, *args: Any, **options: Any) -> None:
        port = options["port"]
        self.stdout.write(f"\n  守望 is running.\n\n  Residents   http://127.0.0.1:{port}/")
        self.stdout.write(f"  Officers    http://127.0.0.1:{port}/desk/")
        if (lan := lan_address()) is not None:
            self.stdout.write(f"  On the LAN  http://{lan}:{port}/")
        if setupkey.is_open():
            self.stdout.write(f"\n  First run   http://127.0.0.1:{port}/setup/\n  Setup key   {setupkey.ensure_key()}")


def lan_address() -> str | None:
    """This machine's address as its neighbours see it. Nothing is sent: a datagram socket only picks a route."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        try:
            probe.connect(("10.255.255.255", 1))
        except OSError:
            return None
        found: str = probe.getsockname()[0]
    return None if found.startswith("127.") else found
