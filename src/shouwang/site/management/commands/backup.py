"""Make a backup."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from shouwang.site import backup


class Command(BaseCommand):
    help = "Write database and sealed files into one file while the house runs; the key only with --with-key."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", type=Path, help="A new file, such as /mnt/usb/2026-11-23.tar.")
        parser.add_argument(
            "--with-key", action="store_true", help="Put the key in: the file alone then opens everything."
        )

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            held = backup.make(options["file"].resolve(), timezone.now(), with_key=options["with_key"])
        except backup.BackupTrouble as error:
            raise CommandError(str(error)) from error
        key = "The key is in it: lock it away." if held.with_key else "The key is not in it: keep house.key apart."
        self.stdout.write(f"{options['file']}: {held.size_bytes / 1e6:.1f} MB, {held.files} files. {key}")
