"""Say how the house is."""

from __future__ import annotations

import json
from typing import Any

from django.core.management.base import BaseCommand
from django.utils import timezone

from shouwang.site.health import check_health


class Command(BaseCommand):
    help = "Print whether the database answers, and which jobs are late or failing."

    def handle(self, *args: Any, **options: Any) -> None:
        self.stdout.write(json.dumps(check_health(timezone.now()).as_json(), ensure_ascii=False))
