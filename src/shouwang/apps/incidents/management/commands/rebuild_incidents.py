"""Write how the filing of incidents stands anew from their timelines."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandParser
from django.db import transaction

from shouwang.apps.incidents import timeline
from shouwang.apps.incidents.models import Incident
from shouwang.apps.matters.timeline import locked


class Command(BaseCommand):
    help = "Rebuild the filing columns of incidents from their entries, and name each that had been wrong. May run at any time, and twice."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--matter", default="", help="Number of one matter; without it all of them.")
        parser.add_argument("--dry-run", action="store_true", help="Name what is wrong and change nothing.")

    def handle(self, *args: Any, **options: Any) -> None:
        incidents = Incident.objects.select_related("matter").order_by("pk")
        if options["matter"]:
            incidents = incidents.filter(matter__number=options["matter"])
        seen = wrong = 0
        for incident in incidents.iterator(chunk_size=500):
            seen += 1
            columns = self._rebuilt(incident, dry_run=options["dry_run"])
            if columns:
                wrong += 1
                self.stdout.write(f"{incident.matter.number}: {', '.join(columns)}")
        self.stdout.write(f"{seen} looked at, {wrong} {'wrong' if options['dry_run'] else 'put right'}.")

    @transaction.atomic
    def _rebuilt(self, incident: Incident, *, dry_run: bool) -> tuple[str, ...]:
        locked(incident.matter)  # nobody adds an entry in between
        incident.refresh_from_db()
        return timeline.rebuild(incident, dry_run=dry_run)
