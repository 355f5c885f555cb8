"""Bring the guides and canned answers up to the library that ships with the house."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand
from django.utils import timezone

from shouwang.apps.guides.usecases import load_library


class Command(BaseCommand):
    help = "Load the library of guides. Safe to run at any time; what the station changed stays."

    def handle(self, *args: Any, **options: Any) -> None:
        loaded = load_library(at=timezone.now())
        if options["verbosity"]:
            self.stdout.write(
                f"Guides: {loaded.added} added, {loaded.updated} updated, {loaded.kept} kept as changed here."
            )
