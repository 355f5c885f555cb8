"""How to try the demo town: who can sign in, with what, and a tracking code of a resident."""

from __future__ import annotations

from typing import Any

from django.core.management import get_commands
from django.core.management.base import BaseCommand, CommandParser

from shouwang.apps.accounts.models import User
from shouwang.demo import logins
from shouwang.demo.flagships import SAMPLE
from shouwang.demo.models import DemoTown
from shouwang.demo.writing import code_of
from shouwang.kernel.ids import show_code


class Command(BaseCommand):
    help = "Print the logins of the demo town. Prints nothing in a real house."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--here", default="http://127.0.0.1:8000", help="Address of the house.")
        parser.add_argument(
            "--unfilled",
            action="store_true",
            help="Leave places for the digits and for how long they are valid, as the kept welcome has them.",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        town = DemoTown.objects.order_by("pk").first()
        if town is None:
            return
        here, code = options["here"], show_code(code_of(town.seed, SAMPLE))
        say = self.stdout.write
        say("\n  This house holds the demo town (演示数据): everybody in it is made up.")
        say(f"\n  As a resident   {here}/c/{code}/   the mother in 深圳 and her child's registration")
        say(f"\n  As an officer   password  {logins.password()}   and the six digits of now:\n")
        unfilled, left = options["unfilled"], "{seconds}"
        for username, chinese, english in logins.MAIN:
            if not User.objects.filter(username=username).exists():
                continue
            if unfilled:
                digits = f"{{digits {logins.totp_secret(username)}}}"
            else:
                digits, seconds = logins.code_now(username)
                left = str(seconds)
            say(f"      {username:8} {digits}   {chinese} ({english})")
        say(f"\n  The digits change in {left} s. New ones:  ./sw manage totp chen")
        if "gateway" in get_commands():
            say("  A QQ number beside it:  ./sw manage gateway --help   (any OneBot v11 program)")
