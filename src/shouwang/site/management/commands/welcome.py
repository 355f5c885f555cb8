"""Print where the house is and how to get in."""

from __future__ import annotations

import socket
from typing import Any

from django.core.management import call_command, get_commands
from django.core.management.base import BaseCommand, CommandParser

from shouwang.apps.bureau import setupkey
from shouwang.apps.units.models import Unit


class Command(BaseCommand):
    help = "Print addresses and logins."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--port", default="8000")

    def handle(self, *args: Any, **options: Any) -> None:
        here = f"http://127.0.0.1:{options['port']}"
        self.stdout.write("\n  守望 Shouwang is running.\n")
        if not Unit.objects.exists():
            self.stdout.write(f"  First run   {here}/setup/\n  Setup key   {setupkey.ensure_key()}\n")
            return
        self.stdout.write(f"  Residents   {here}/")
        self.stdout.write(f"  Officers    {here}/desk/")
        if (lan := lan_address()) is not None:
            self.stdout.write(f"  On phones   http://{lan}:{options['port']}/   (same network)")
        if "demo_logins" in get_commands():
            call_command("demo_logins", here=here, stdout=self.stdout)
        self.stdout.write("\n  ./sw down stops it.")


def lan_address() -> str | None:
    """This machine's address as its neighbours see it. Nothing is sent: a datagram socket only picks a route."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        try:
            probe.connect(("10.255.255.255", 1))
        except OSError:
            return None
        found: str = probe.getsockname()[0]
    return None if found.startswith("127.") else found
