"""Set up and look at gateways from the command line."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from shouwang.apps.notices.gateways import PATHS, permit_pictures_from, set_up_gateway, switch_gateway
from shouwang.apps.notices.health import channel_health
from shouwang.apps.notices.models import Gateway, Transport
from shouwang.kernel.errors import RuleBroken


class Command(BaseCommand):
    help = "QQ gateways: add one and show its token, list their health, switch one off or on, say where pictures may be fetched."

    def add_arguments(self, parser: CommandParser) -> None:
        actions = parser.add_subparsers(dest="action", required=True)
        add = actions.add_parser("add", help="Set one up; prints what to write into the gateway's own settings.")
        add.add_argument("name")
        add.add_argument("number", help="The station's QQ number.")
        add.add_argument("--http", metavar="URL", default="", help="Address of the gateway's HTTP interface.")
        actions.add_parser("list", help="All gateways and how they are doing.")
        for action in ("off", "on"):
            actions.add_parser(action).add_argument("number")
        pictures = actions.add_parser(
            "pictures",
            help="Hosts from which pictures may be fetched when the gateway only says where they lie; none forbids it.",
        )
        pictures.add_argument("number")
        pictures.add_argument("hosts", nargs="*", metavar="HOST")

    def handle(self, *args: Any, **options: Any) -> None:
        match options["action"]:
            case "add":
                self._add(options["name"], options["number"], options["http"])
            case "list":
                for health in channel_health(timezone.now()):
                    waits = f"backlog {health.backlog}" + (f", held {health.held}" if health.held else "")
                    self.stdout.write(f"{health.name}\t{health.state}\t{waits}\t{health.last_error}")
            case "pictures":
                self._pictures(options["number"], options["hosts"])
            case action:
                self._switch(options["number"], on=action == "on")

    def _add(self, name: str, number: str, url: str) -> None:
        transport = Transport.HTTP if url else Transport.REVERSE_WS
        try:
            gateway = set_up_gateway(name, number, by="house", at=timezone.now(), transport=transport, http_url=url)
        except RuleBroken as error:
            raise CommandError(error.says) from error
        self.stdout.write(f"path\t{PATHS[transport]}\ntoken\t{gateway.token}")
        if gateway.secret:
            self.stdout.write(f"secret\t{gateway.secret}")

    def _gateway(self, number: str) -> Gateway:
        gateway = Gateway.objects.filter(self_id=number).first()
        if gateway is None:
            raise CommandError(f"There is no gateway for {number}.")
        return gateway

    def _pictures(self, number: str, hosts: list[str]) -> None:
        try:
            gateway = permit_pictures_from(self._gateway(number), hosts, by="house", at=timezone.now())
        except RuleBroken as error:
            raise CommandError(error.says) from error
        self.stdout.write(f"pictures from\t{gateway.picture_hosts or 'nowhere outside'}")

    def _switch(self, number: str, *, on: bool) -> None:
        switch_gateway(self._gateway(number), on=on, by="house", at=timezone.now())
        self.stdout.write("on" if on else "off")
