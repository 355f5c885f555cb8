"""Make the index of the desk's search anew."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand

from shouwang.apps.matters.finding import rebuild_index


class Command(BaseCommand):
    help = "Make the index of the desk's search anew from the entries. The old one serves until then. May run at any time, and twice."

    def handle(self, *args: Any, **options: Any) -> None:
        self.stdout.write(f"{rebuild_index()} texts can be found.")
