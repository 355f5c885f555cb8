"""Load the demo town into an empty house."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from shouwang.demo.load import SEED, NotEmpty, load_demo


class Command(BaseCommand):
    help = "Fill an empty house with the invented town: four months of life that end now. A house with units is left alone."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--seed", type=int, default=SEED, help="Another seed gives another town.")
        parser.add_argument(
            "--now", default="", help="The present moment of the story, such as 2026-11-23T21:40; now when left out."
        )

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            now = datetime.fromisoformat(options["now"]) if options["now"] else timezone.now()
        except ValueError as why:
            raise CommandError(f"--now: {why}") from why
        if timezone.is_naive(now):
            now = timezone.make_aware(now)
        try:
            loaded = load_demo(now, options["seed"])
        except NotEmpty as why:
            raise CommandError(str(why)) from why
        self.stdout.write(
            f"Demo town: {loaded.matters} matters, {loaded.open} of them open, {loaded.entries} entries, "
            f"{loaded.officers} staff, {loaded.residents} residents, {loaded.posts} posts in village groups."
        )
