"""Make the house ready to start."""

from __future__ import annotations

from typing import Any

from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandParser

from shouwang.apps.bureau import setupkey


class Command(BaseCommand):
    help = "Migrate, compile translations and collect static files. Safe to run at any time."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--empty", action="store_true", help="Do not load the demo town.")

    def handle(self, *args: Any, **options: Any) -> None:
        call_command("migrate", interactive=False, verbosity=0)
        call_command("compile_messages")
        call_command("collectstatic", interactive=False, verbosity=0)
        if options["empty"] and setupkey.is_open():
            setupkey.ensure_key()
