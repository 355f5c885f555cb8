"""The second factor of a demo account, for whoever tries the house without a phone at hand."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from shouwang.apps.accounts.models import User
from shouwang.demo.logins import code_now, is_demo_account


class Command(BaseCommand):
    help = "Print the six digits that are valid now for a demo account. Real accounts keep their secret to themselves."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("username")

    def handle(self, *args: Any, **options: Any) -> None:
        user = User.objects.filter(username=options["username"]).first()
        if user is None or not is_demo_account(user):
            raise CommandError(f"“{options['username']}” is not an account of the demo town.")
        code, seconds = code_now(user.username)
        self.stdout.write(f"{code}   (valid for {seconds} s, and for half a minute more)")
