"""Remove bytes that no file owns, and name files whose bytes are missing."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from shouwang.apps.files.usecases import sweep_orphans


class Command(BaseCommand):
    help = "Remove what crashes left in the files folder; name files whose bytes are missing. May run at any time."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--older-than-hours", type=int, default=24, help="leave younger files alone (at least 1)")
        parser.add_argument("--dry-run", action="store_true", help="only say what would be removed")

    def handle(self, *_args: Any, **options: Any) -> None:
        try:
            swept = sweep_orphans(
                timedelta(hours=options["older_than_hours"]), at=timezone.now(), dry_run=options["dry_run"]
            )
        except ValueError as trouble:
            raise CommandError(str(trouble)) from trouble
        verb = "would remove" if options["dry_run"] else "removed"
        for path in swept.removed:
            self.stdout.write(f"{verb} {path}")
        for ref in swept.missing:
            self.stderr.write(f"missing bytes of file {ref}: restore it from the backup")
        self.stdout.write(f"{verb} {len(swept.removed)}, missing {len(swept.missing)}")
        if swept.missing:
            raise SystemExit(1)
