"""Write the pages of the reference that are made from the code."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand

from shouwang.site.reference import FOLDER, PAGES


class Command(BaseCommand):
    help = "Write docs/reference pages for settings, commands, events, jobs and rights."

    def handle(self, *args: Any, **options: Any) -> None:
        for name, page in PAGES.items():
            (FOLDER / name).write_text(page(), encoding="utf-8")
