"""
Search at the desk: how long does an officer wait, with 100,000 texts that the house has kept?

    python -m bench.desk_search [--quick] [--only sqlite|postgresql]

A house as `bench.inbox` makes it (four entries to a matter, a tenth of them at our station), with so many matters that titles and
messages are 100,000 texts (--quick: 10,000); the index is built by the command's own step. Then the whole page is asked for, each time
with other words, by an officer of our station and by the bureau, who reads everything; and again right after a new message, which must
be found. Limit: 50 ms at the 95th percentile, 2 s for a new message. The last line is one JSON object.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import sys
import time
from pathlib import Path
from random import Random
from typing import Any

import numpy as np

from bench._house import in_a_house
from bench.inbox import make

LIMIT_MS, LIMIT_NEW_S = 50.0, 2.0
TEXTS_TO_A_MATTER = 3
ASKED = 120


def main(argv: list[str]) -> int:
    """Make a house on each database, measure, print."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n\n")[0])
    parser.add_argument("--quick", action="store_true")
    parser.add_argument("--only", choices=["sqlite", "postgresql"])
    parser.add_argument("--inside", type=int, help=argparse.SUPPRESS)
    given = parser.parse_args(argv)
    if given.inside:
        print(json.dumps(inside(given.inside)))
        return 0
    texts = 10_000 if given.quick else 100_000
    figures: dict[str, Any] = {}
    for name in [given.only] if given.only else ["sqlite", "postgresql"]:
        figures[name] = in_a_house(name, "bench.desk_search", "--inside", str(-(-texts // TEXTS_TO_A_MATTER)))
        print(name, json.dumps(figures[name]), flush=True)
    ratios = {
        f"{name} {who}": round(found[who]["p95_ms"] / LIMIT_MS, 2)
        for name, found in figures.items()
        for who in ("station", "bureau")
    }
    where = {"cores": os.cpu_count(), "python": platform.python_version(), "system": platform.platform(terse=True)}
    peers = {"limit_ms": LIMIT_MS, "limit_new_s": LIMIT_NEW_S, "met": all(ratio <= 1 for ratio in ratios.values())}
    print(json.dumps({"bench": "desk_search", "figures": figures, "peers": peers, "ratios": ratios, "machine": where}))
    return 0


def inside(matters: int) -> dict[str, Any]:
    """Make the house, build the index, ask."""
    os.environ["DJANGO_SETTINGS_MODULE"] = "shouwang.site.settings"
    import django  # noqa: PLC0415 - reads the environment

    django.setup()
    from django.test import Client  # noqa: PLC0415 - after django.setup()
    from django.utils import timezone  # noqa: PLC0415

    from shouwang.apps.matters import finding, usecases  # noqa: PLC0415
    from shouwang.apps.units.models import Officer, Unit  # noqa: PLC0415
    from tests.cast import sign_in  # noqa: PLC0415

    make(matters)
    begun = time.perf_counter()
    texts = finding.rebuild_index()
    figures: dict[str, Any] = {"texts": texts, "build_s": round(time.perf_counter() - begun, 1)}
    figures["megabytes"] = round(sum(path.stat().st_size for path in Path(finding._folder()).iterdir()) / 1e6, 1)
    chance = Random(1)
    for who, username in (("station", "chen"), ("bureau", "shao")):
        client = Client()
        sign_in(client, Officer.objects.get(user__username=username))
        times = []
        for n in range(-10, ASKED):
            query = chance.choice(
                ["路灯不亮", "身份证", "户口本", "无犯罪记录证明", "楼上太吵", "租客", "河湾路公司员工", "周末有人吗", "改名字", "老人"]
            ) + chance.choice(["", "", "", "青石街", "东门", "代办", "材料"])  # fmt: skip
            begun = time.perf_counter()
            answer = client.get("/desk/search/", {"q": query})
            page = answer.content.decode()
            if answer.status_code != 200 or "还在整理" in page:
                raise AssertionError(f"{query} does not look through everything.")
            if n >= 0:
                times.append((time.perf_counter() - begun) * 1000)
        figures[who] = {f"p{share}_ms": round(float(np.percentile(times, share)), 1) for share in (50, 95)}
    ours = Unit.objects.get(prefix="QS")
    begun = time.perf_counter()
    usecases.open_matter(ours, kind="help", channel="web", at=timezone.now(), body="雨棚被风掀了一角")
    page = client.get("/desk/search/", {"q": "雨棚被风掀"}).content.decode()
    figures["new_found_s"] = round(time.perf_counter() - begun, 3) if "<mark>雨棚被风掀</mark>" in page else None
    return figures


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
