"""Make the house ready to start."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import DatabaseError

from shouwang.apps.bureau import setupkey
from shouwang.apps.units.models import Unit
from shouwang.site import station_files

PACKAGE = Path(__file__).resolve().parents[3]
#: What the database, the translations, the static files and the guides are made from.
SOURCES = (
    "**/migrations/*.py",
    "**/locale/*/LC_MESSAGES/django.po",
    "**/static/**/*",
    "apps/guides/library/*",
    "site/settings.py",
)


class Command(BaseCommand):
    help = "Migrate, compile translations, collect static files and fill an empty house with the demo town. Quick when nothing changed."
    #: Checks read every address and form: made below when something changed, so that web and worker start without them.
    requires_system_checks = ()

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--empty", action="store_true", help="Do not load the demo town; the first-run wizard asks instead."
        )

    def handle(self, *args: Any, **options: Any) -> None:
        if problem := station_files.problem():
            raise CommandError(problem)
        stamp, wanted = settings.SHOUWANG.data_dir / "run" / "prepared", state_of_sources()
        if not (stamp.exists() and stamp.read_text() == wanted and _database_is_there()):
            self._prepare()
            stamp.parent.mkdir(parents=True, exist_ok=True)
            stamp.write_text(wanted)
        if options["empty"] and setupkey.is_open():
            setupkey.ensure_key()
        elif not setupkey.chosen() and not Unit.objects.exists():
            self.stdout.write("Loading the demo town …")
            call_command("load_demo", stdout=self.stdout)

    def _prepare(self) -> None:
        self.check()
        call_command("migrate", interactive=False, verbosity=0)
        call_command("compile_messages")
        call_command("load_guides", verbosity=0)
        call_command("collectstatic", interactive=False, verbosity=0)


def state_of_sources() -> str:
    """A short text that changes when anything changes from which a house is prepared, or when the data move elsewhere."""
    found = hashlib.sha256(str((settings.DATABASES["default"]["NAME"], settings.STATIC_ROOT)).encode())
    for path in _sources():
        about = path.stat()
        found.update(f"{path.relative_to(PACKAGE)}\0{about.st_size}\0{about.st_mtime_ns}\n".encode())
    return found.hexdigest()


def _sources() -> Iterator[Path]:
    for pattern in SOURCES:
        yield from sorted(path for path in PACKAGE.glob(pattern) if path.is_file())


def _database_is_there() -> bool:
    """Whether the tables exist: the stamp may lie beside a database that somebody took away."""
    try:
        Unit.objects.exists()
    except DatabaseError:
        return False
    return True
