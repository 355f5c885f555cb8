"""Collect the texts to translate, room by room."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

from django.core.management import call_command
from django.core.management.base import BaseCommand

PACKAGE = Path(__file__).resolve().parents[3]


class Command(BaseCommand):
    help = "Run makemessages in every folder that has a locale folder. Chinese is the source, English the translation."

    def handle(self, *args: Any, **options: Any) -> None:
        for locale in sorted(PACKAGE.glob("**/locale")):
            os.chdir(locale.parent)
            call_command("makemessages", locale=["en"], no_location=True, no_wrap=True, verbosity=0)
