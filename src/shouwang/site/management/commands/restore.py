"""Put a backup back."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from shouwang.site import backup


class Command(BaseCommand):
    help = "Restore a backup into an empty house, and bring it to this version."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", type=Path)

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            held = backup.restore(options["file"].resolve())
        except backup.BackupTrouble as error:
            raise CommandError(str(error)) from error
        self.stdout.write(f"Restored, with {held.files} files. Now: ./sw up")
