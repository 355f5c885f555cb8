"""Write the cached columns of matters anew from their entries."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from shouwang.apps.matters import timeline
from shouwang.apps.matters.models import Matter


class Command(BaseCommand):
    help = "Rebuild the columns of matters from their entries, and name each that had been wrong. May run at any time, and twice."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--matter", default="", help="Number of one matter; without it all of them.")
        parser.add_argument("--dry-run", action="store_true", help="Name what is wrong and change nothing.")

    def handle(self, *args: Any, **options: Any) -> None:
        matters = Matter.objects.order_by("pk")
        if options["matter"]:
            matters = matters.filter(number=options["matter"])
        seen = wrong = 0
        for matter in matters.iterator(chunk_size=500):
            seen += 1
            columns = timeline.rebuild(matter, dry_run=options["dry_run"])
            if columns:
                wrong += 1
                self.stdout.write(f"{matter.number}: {', '.join(columns)}")
        self.stdout.write(f"{seen} looked at, {wrong} {'wrong' if options['dry_run'] else 'put right'}.")
