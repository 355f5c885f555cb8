"""Be a witness of other logs, and take in witnesses of our own."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from shouwang.apps.ledger.models import Watched, Witness
from shouwang.apps.ledger.usecases import log_key
from shouwang.apps.ledger.witnessing import add_witness, look, watch
from shouwang.engines.errors import BadData


class Command(BaseCommand):
    help = "Witnesses: watch the log of another house, let another house witness ours, look now, show both lists."

    def add_arguments(self, parser: CommandParser) -> None:
        actions = parser.add_subparsers(dest="action", required=True)
        one = actions.add_parser("watch", help="Witness this log from now on.")
        one.add_argument("name")
        one.add_argument("url", help="Where it is served, ending in /log/.")
        one.add_argument("vkey", help="Its first key, compared by telephone or on paper.")
        one = actions.add_parser("allow", help="Take in the countersignatures of this witness.")
        one.add_argument("name")
        one.add_argument("vkey")
        actions.add_parser("look", help="Look at every watched log now.")
        actions.add_parser("show", help="Our key as a witness, what we watch, and who watches us.")

    def handle(self, *args: Any, **options: Any) -> None:
        now = timezone.now()
        try:
            if options["action"] == "watch":
                watch(options["name"], options["url"], options["vkey"])
            elif options["action"] == "allow":
                add_witness(options["name"], options["vkey"], at=now)
        except BadData as error:
            raise CommandError(str(error)) from error
        if options["action"] in {"watch", "look"}:
            for one in Watched.objects.order_by("pk"):
                look(one, at=now)
        self.stdout.write(f"key\t{log_key(now, witness=True).vkey}")
        for one in Watched.objects.order_by("pk"):
            forks = one.forks.count()
            self.stdout.write(f"watched\t{one.name}\t{one.url}\t{one.problem or 'well'}\t{forks} forks")
        for witness in Witness.objects.order_by("pk"):
            self.stdout.write(f"witness\t{witness.name}\t{witness.vkey}")
