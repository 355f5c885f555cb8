"""Reread the transparency log."""

from __future__ import annotations

import sys
from typing import Any

from django.core.management.base import BaseCommand
from django.utils import timezone

from shouwang.apps.ledger.checking import faults
from shouwang.apps.ledger.state import keep_reread


class Command(BaseCommand):
    help = "Reread the transparency log and compare it with what the house holds; ends with 1 when something is wrong."

    def handle(self, *args: Any, **options: Any) -> None:
        now = timezone.now()
        found = faults(now)
        kept = keep_reread(now, found, whole=True)
        for fault in found:
            self.stdout.write(fault)
        self.stdout.write(f"{kept.size} leaves, {kept.faults} faults")
        if found:
            sys.exit(1)
