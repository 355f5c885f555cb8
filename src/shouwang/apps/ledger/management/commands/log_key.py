"""The keys of the transparency log."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandParser
from django.utils import timezone

from shouwang.apps.ledger.models import LogKey
from shouwang.apps.ledger.usecases import first_key, rotate_key, sequence_all


class Command(BaseCommand):
    help = "Keys of the transparency log: show them, let a new one sign from now on, or begin anew after a loss."

    def add_arguments(self, parser: CommandParser) -> None:
        actions = parser.add_subparsers(dest="action", required=True)
        actions.add_parser("show", help="All keys, oldest first.")
        for action, says in (
            ("rotate", "The present key introduces a new one, which signs from now on."),
            ("lost", "The present key is lost or stolen: a new one signs, and everybody has to compare it."),
        ):
            actions.add_parser(action, help=says).add_argument("reason")

    def handle(self, *args: Any, **options: Any) -> None:
        now = timezone.now()
        first_key(now)
        if options["action"] != "show":
            rotate_key(by="house", reason=options["reason"], at=now, lost=options["action"] == "lost")
            sequence_all(at=now)
        for key in LogKey.objects.filter(witness=False):
            state = "signs" if key.until is None else f"until {key.until:%Y-%m-%d %H:%M}"
            self.stdout.write(f"{key.vkey}\t{state}{' (the one before it was lost)' if key.lost else ''}")
