"""
Does the dispatch board stay quick when very much is going on?

    python -m bench.board [--quick] [--only sqlite|postgresql]

Makes a house in a throw-away database with one station, twelve villages, 200 crews of two and 500 open incidents (--quick: 40 and 100);
two thirds of the crews are out. Two dispatchers have the board open. Then somebody presses, and the other dispatcher's page
asks what changed, as `board.js` does: the press is written and told to open pages, and the board is put together with its suggestions,
its map and the reports that may tell of one event. Both together are what an update takes but for the network and the browser; the limit
is 300 ms.

    update    a crew taps its phone: one row changes
    moved     a crew is sent: a row goes from one list to the other, the numbers of most rows and all suggestions may change
    whole     the whole page, as after a reload; `first`: in a process that has shown nobody anything yet
    empty     the whole page of an empty board

Times are wall time in milliseconds, median and 95th percentile. The last line is one JSON object.
"""

from __future__ import annotations

import argparse
import gc
import json
import os
import platform
import random
import sys
import time
from datetime import timedelta
from statistics import median, quantiles
from typing import Any

from bench._house import in_a_house

LIMIT_MS = 300.0
TAPS = 30
MIDDLE = (120.15, 30.27)
SPREAD = 0.08


def main(argv: list[str]) -> int:
    """Make a house on each database, measure, print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--quick", action="store_true")
    parser.add_argument("--only", choices=["sqlite", "postgresql"])
    parser.add_argument("--inside", nargs=2, type=int, metavar=("CREWS", "INCIDENTS"), help=argparse.SUPPRESS)
    given = parser.parse_args(argv)
    if given.inside:
        print(json.dumps(inside(*given.inside)))
        return 0
    crews, incidents = (40, 100) if given.quick else (200, 500)
    figures: dict[str, Any] = {"crews": crews, "incidents": incidents}
    ratios: dict[str, float] = {}
    for name in [given.only] if given.only else ["sqlite", "postgresql"]:
        found = in_a_house(name, "bench.board", "--inside", str(crews), str(incidents))
        figures[name] = found
        ratios[f"{name} update / limit"] = round(found["update_p95_ms"] / LIMIT_MS, 2)
        ratios[f"{name} moved / limit"] = round(found["moved_p95_ms"] / LIMIT_MS, 2)
        ratios[f"{name} whole / empty board"] = round(found["whole_ms"] / found["empty_ms"], 2)
        print(
            f"{name:11} update {found['update_ms']:.0f} ms (p95 {found['update_p95_ms']:.0f}), "
            f"moved {found['moved_ms']:.0f} ms (p95 {found['moved_p95_ms']:.0f}), whole {found['whole_ms']:.0f} ms "
            f"(first {found['first_ms']:.0f}), queries {found['queries']}"
        )
    where = {"cores": os.cpu_count(), "python": platform.python_version(), "system": platform.platform(terse=True)}
    peers = {"limit_ms": LIMIT_MS}
    print(json.dumps({"bench": "board", "figures": figures, "peers": peers, "ratios": ratios, "machine": where}))
    return 0


# ── inside one house ─────────────────────────────────────────────────────────────────────────────────────────────────


def inside(crews: int, incidents: int) -> dict[str, Any]:
    """Make everything by the use cases, then tap and look."""
    os.environ["DJANGO_SETTINGS_MODULE"] = "shouwang.site.settings"
    import django  # noqa: PLC0415 - reads the environment

    django.setup()
    from django.core.management import call_command  # noqa: PLC0415 - after django.setup()
    from django.db import connection, transaction  # noqa: PLC0415
    from django.test import Client  # noqa: PLC0415
    from django.utils import timezone  # noqa: PLC0415

    from bench.inbox import Counted  # noqa: PLC0415
    from shouwang.apps.dispatch import board, pieces, progress, usecases  # noqa: PLC0415
    from shouwang.apps.dispatch.models import Crew, Sending  # noqa: PLC0415
    from shouwang.apps.dispatch.tests.open_board import OpenBoard  # noqa: PLC0415
    from tests.cast import assemble, sign_in  # noqa: PLC0415

    call_command("migrate", verbosity=0)
    call_command("collectstatic", interactive=False, verbosity=0)
    chance = random.Random(1)
    cast = assemble()
    now = timezone.now() - timedelta(minutes=5)
    client = Client(headers={"host": "127.0.0.1"})
    sign_in(client, cast.chen)
    empty = _timed(lambda: client.get("/desk/board/"))
    with transaction.atomic():
        _village_map(cast)
        made = _crews(cast, crews, now, chance)
        matters = _incidents(cast, incidents, now, chance)
    for matter, crew in zip(matters, made[: len(made) * 2 // 3], strict=False):
        usecases.send(matter, [crew.pk], by=cast.chen, words="去现场", seen=0, at=now)
    other = Client(headers={"host": "127.0.0.1"})
    sign_in(other, cast.zhou)
    page = OpenBoard(other)
    gc.collect()
    gc.freeze()  # as `site/warm.py` does in a server

    def forget() -> None:
        pieces._kept.clear()
        board._assigned.cache_clear()
        board._duplicates.cache_clear()

    first = []
    for _ in range(5):
        forget()
        first.append(_timed(lambda: client.get("/desk/board/"), times=1))
    whole = _timed(lambda: client.get("/desk/board/"))
    counted = Counted()
    with connection.execute_wrapper(counted):
        page.ask()

    def shown_after(press: Any) -> float:
        """From the press until the other dispatcher's page has what changed. What the page says of itself is ready before."""
        says = page.says()
        begun = time.perf_counter()
        press()
        answer = other.post(page.address, says, content_type="application/json")
        took = (time.perf_counter() - begun) * 1000
        page.take(answer.json())
        return took

    sent = list(Sending.objects.filter(state=progress.SENT).select_related("matter", "crew")[:TAPS])
    update = [
        shown_after(
            lambda one=one: usecases.report(
                one, progress.ACKNOWLEDGED, by=one.crew.members.all()[0].officer, at=timezone.now()
            )
        )
        for one in sent
    ]
    waiting = matters[-TAPS:]
    free = list(Crew.objects.exclude(pk__in=Sending.objects.bound().values("crew"))[:TAPS])
    moved = [
        shown_after(
            lambda matter=matter, crew=crew: usecases.send(
                matter, [crew.pk], by=cast.chen, words="去现场", seen=0, at=timezone.now()
            )
        )
        for matter, crew in zip(waiting, free, strict=False)
    ]
    assert page.text() == OpenBoard(other).text()
    return {
        "update_ms": round(median(update), 1),
        "update_p95_ms": round(quantiles(update, n=20)[-1], 1),
        "moved_ms": round(median(moved), 1),
        "moved_p95_ms": round(quantiles(moved, n=20)[-1], 1),
        "first_ms": round(median(first), 1),
        "whole_ms": round(whole, 1),
        "empty_ms": round(empty, 1),
        "queries": counted.queries,
    }


def _timed(page: Any, times: int = TAPS) -> float:
    if times > 1:
        page()
    took = []
    for _ in range(times):
        begun = time.perf_counter()
        page()
        took.append((time.perf_counter() - begun) * 1000)
    return median(took)


def _village_map(cast: Any) -> None:
    from shouwang.apps.places.models import Community  # noqa: PLC0415 - after django.setup()

    for n in range(12):
        west, south = MIDDLE[0] - SPREAD + (n % 4) * SPREAD / 2, MIDDLE[1] - SPREAD + (n // 4) * SPREAD * 2 / 3
        east, north = west + SPREAD / 2, south + SPREAD * 2 / 3
        ring = [[west, south], [east, south], [east, north], [west, north], [west, south]]
        boundary = {"type": "Polygon", "coordinates": [ring]}
        Community.objects.create(name=f"第{n}村", slug=f"village-{n}", unit=cast.qingshi, boundary=boundary)


def _somewhere(chance: random.Random) -> tuple[float, float]:
    return MIDDLE[0] + chance.uniform(-SPREAD, SPREAD), MIDDLE[1] + chance.uniform(-SPREAD, SPREAD)


def _crews(cast: Any, number: int, now: Any, chance: random.Random) -> list[Any]:
    from shouwang.apps.dispatch.models import Crew  # noqa: PLC0415 - after django.setup()
    from shouwang.apps.dispatch.tests.making import a_pair  # noqa: PLC0415

    made = [a_pair(cast, f"{n}组", n, at=now) for n in range(number)]
    for crew in made:
        longitude, latitude = _somewhere(chance)
        Crew.objects.filter(pk=crew.pk).update(longitude=longitude, latitude=latitude, position_at=now)
    return made


def _incidents(cast: Any, number: int, now: Any, chance: random.Random) -> list[Any]:
    from shouwang.apps.dispatch.tests.making import a_call  # noqa: PLC0415 - after django.setup()

    what = ("有人打架", "电动车被偷了", "楼上半夜放音乐太吵", "两家为了停车吵起来了", "老人走丢了", "门锁被人弄坏了")
    made = []
    for _ in range(number):
        longitude, latitude = _somewhere(chance)
        at = now - timedelta(minutes=chance.randrange(1, 300))
        made.append(a_call(cast, chance.choice(what), at=at, longitude=longitude, latitude=latitude).matter)
    return made


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
