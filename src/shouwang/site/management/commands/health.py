"""Say how the house is."""

from __future__ import annotations

import json
from typing import Any

from django.core.management.base import BaseCommand, CommandParser
from django.utils import timezone

from shouwang.site.health import check_health


class Command(BaseCommand):
    help = "Print whether the database answers, and which jobs are late or failing."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--plainly", action="store_true", help="In lines for people; otherwise one line of JSON.")

    def handle(self, *args: Any, **options: Any) -> None:
        health = check_health(timezone.now())
        told = "\n".join(health.lines()) if options["plainly"] else json.dumps(health.as_json(), ensure_ascii=False)
        self.stdout.write(told)
