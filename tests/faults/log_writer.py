"""
Writes into the transparency log of a house until it is killed, in a process of its own with that house's settings.

    write        tell and sequence without end; prints how many leaves stand in the log after each step
    judge        one line of JSON: size, leaves that wait, and every fault
"""

from __future__ import annotations

import itertools
import json
import os
import sys

import django

django.setup()

from django.db import OperationalError, transaction  # noqa: E402  all below needs Django's setup
from django.utils import timezone  # noqa: E402

from shouwang.apps.ledger.checking import faults  # noqa: E402
from shouwang.apps.ledger.models import Head, Leaf  # noqa: E402
from shouwang.apps.ledger.usecases import Sealed, seal_all, sequence  # noqa: E402


def write() -> None:
    for step in itertools.count():
        now = timezone.now()
        try:
            with transaction.atomic():
                seal_all(Sealed(f"test:{os.getpid()}/{step}/{n}", {"n": n}, {}, now) for n in range(37))
            sequence(at=now)
        except OperationalError as error:
            print(json.dumps({"refused": str(error)}), flush=True)
            continue
        newest = Head.objects.newest()
        print(newest.size if newest else 0, flush=True)


def judge() -> None:
    found = faults(timezone.now())
    newest = Head.objects.newest()
    print(
        json.dumps({"size": newest.size if newest else 0, "waiting": Leaf.objects.waiting().count(), "faults": found})
    )


if __name__ == "__main__":
    {"write": write, "judge": judge}[sys.argv[1]]()
