"""Print where the house is and how to get in."""

from __future__ import annotations

from io import StringIO
from typing import Any

from django.conf import settings
from django.core.management import call_command, get_commands
from django.core.management.base import BaseCommand, CommandParser

from shouwang.apps.bureau import setupkey
from shouwang.apps.units.models import Unit
from shouwang.site import welcoming


class Command(BaseCommand):
    help = "Print addresses and logins."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--port", default="", help="Where the web server listens; where it runs when left out.")
        parser.add_argument(
            "--keep-for", type=int, default=0, help="Keep the words for ./sw, as long as this web server process runs."
        )

    def handle(self, *args: Any, **options: Any) -> None:
        run = settings.SHOUWANG.data_dir / "run"
        place = run / "place"  # "port host", written by ./sw
        port = options["port"] or (place.read_text().split()[0] if place.exists() else "8000")
        if Unit.objects.exists():
            words = _words()
            if options["keep_for"]:
                welcoming.keep(run / "welcome.json", words, options["keep_for"])
        else:  # not kept: it is true only until the wizard is through
            words = f"\n  守望 Shouwang is running.\n\n  First run   {{here}}/setup/\n  Setup key   {setupkey.ensure_key()}\n"
        self.stdout.write(welcoming.fill(words, port))


def _words() -> str:
    lines = [
        "\n  守望 Shouwang is running.",
        "  Residents   {here}/",
        "  Officers    {here}/in/",
        "  On phones   {phones}   (same network)",
    ]
    if "demo_logins" in get_commands():
        logins = StringIO()
        call_command("demo_logins", here="{here}", unfilled=True, stdout=logins)
        lines.append(logins.getvalue().removesuffix("\n"))
    return "\n".join([*lines, "\n  ./sw down stops it."])
