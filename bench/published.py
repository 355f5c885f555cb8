"""
Search in what is public: how long does a villager wait when a million items are out?

    python -m bench.published DATA [--quick] [--only sqlite|postgresql]

DATA is a folder with `ret_corpus_dev.jsonl` and `ret_queries_dev.jsonl`, as for `bench.search`, which says where the public
original is. A house is made in a throw-away database with 1,000,000 published items (--quick: 50,000) of one station whose texts
are halves of two articles, each title that of an article. The index is built by the catalogue's own step. Then questions are
asked that nobody asked before:

    find   the search alone: what came since, the index, the database's word on each hit, title and excerpt with marks
    page   the whole page, as the browser gets it
    shelf  the search within one shelf

Limits: 50 ms at the 95th percentile, 400 MB for the index, 2 s until a new item is found. Peer: `LIKE` over the texts, as a house
without an index would look, ten questions. The last line is one JSON object.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import sys
import time
from collections.abc import Callable, Iterator
from itertools import islice
from pathlib import Path
from random import Random
from typing import Any

import numpy as np

from bench._house import in_a_house

LIMITS = {"p95_ms": 50.0, "index_mb": 400.0, "new_found_s": 2.0}
ASKED = 200
PORTION = 5_000


def main(argv: list[str]) -> int:
    """Make a house on each database, measure, print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("data", type=Path)
    parser.add_argument("--quick", action="store_true")
    parser.add_argument("--only", choices=["sqlite", "postgresql"])
    parser.add_argument("--inside", type=int, help=argparse.SUPPRESS)
    given = parser.parse_args(argv)
    if given.inside:
        print(json.dumps(inside(given.data, given.inside)))
        return 0
    figures: dict[str, Any] = {}
    for name in [given.only] if given.only else ["sqlite", "postgresql"]:
        size = 50_000 if given.quick else 1_000_000
        figures[name] = in_a_house(name, "bench.published", str(given.data.resolve()), "--inside", str(size))
        print(name, json.dumps(figures[name]), flush=True)
    ratios = {
        f"{name} {what}": round(value / limit, 2)
        for name, found in figures.items()
        for what, value, limit in (
            *((f"{asked} / limit", found[asked]["p95_ms"], LIMITS["p95_ms"]) for asked in ("find", "page", "shelf")),
            ("index / limit", found["index_mb"], LIMITS["index_mb"]),
            ("new / limit", found["new_found_s"], LIMITS["new_found_s"]),
            ("LIKE / find", found["like_p50_ms"], found["find"]["p50_ms"]),
        )
    }
    where = {"cores": os.cpu_count(), "python": platform.python_version(), "system": platform.platform(terse=True)}
    print(json.dumps({"bench": "published", "figures": figures, "peers": LIMITS, "ratios": ratios, "machine": where}))
    return 0


def inside(data: Path, size: int) -> dict[str, Any]:
    """Make the house, build the index, ask."""
    os.environ["DJANGO_SETTINGS_MODULE"] = "shouwang.site.settings"
    import django  # noqa: PLC0415 - reads the environment

    django.setup()
    from django.core.cache import cache  # noqa: PLC0415 - after django.setup()
    from django.core.management import call_command  # noqa: PLC0415
    from django.test import Client  # noqa: PLC0415

    from shouwang.apps.catalogue import finding  # noqa: PLC0415
    from shouwang.apps.catalogue.models import Group, Version  # noqa: PLC0415
    from shouwang.engines.textsearch.formats import read_corpus, read_questions  # noqa: PLC0415
    from tests.cast import assemble  # noqa: PLC0415

    articles = read_corpus(data / "ret_corpus_dev.jsonl", "retrieval")
    questions = [one.query for one in read_questions(data / "ret_queries_dev.jsonl", "retrieval", articles)]
    call_command("migrate", verbosity=0)
    call_command("collectstatic", interactive=False, verbosity=0)
    cast = assemble()
    publish_all(cast, size, articles)
    begun = time.perf_counter()
    finding.catch_up()
    figures: dict[str, Any] = {"items": size, "build_s": round(time.perf_counter() - begun, 1)}
    folder = finding._shelf().folder
    figures["index_mb"] = round(sum(file.stat().st_size for file in folder.rglob("*") if file.is_file()) / 1e6, 1)
    Random(2).shuffle(questions)
    asked, client = iter(questions), Client()

    def by_page(words: str) -> bool:
        cache.clear()  # or one address would ask too often
        return client.get("/open/search/", {"q": words}).status_code == 200

    def in_a_shelf(words: str) -> bool:
        return finding.find(words, unit=cast.qingshi.pk, group=Group.values[1]).complete

    ways: dict[str, Callable[[str], bool]] = {
        "find": lambda words: finding.find(words).complete,
        "page": by_page,
        "shelf": in_a_shelf,
    }
    for name, way in ways.items():
        figures[name] = percentiles(way, list(islice(asked, ASKED)))

    def by_like(words: str) -> bool:
        return list(Version.objects.filter(body__contains=words)[:30]) is not None

    figures["like_p50_ms"] = percentiles(by_like, questions[:10])["p50_ms"]
    begun = time.perf_counter()
    publish_all(cast, 1, articles[:1], body="雨棚被风掀了一角，修好以前请绕行")
    figures["new_found_s"] = round(time.perf_counter() - begun, 3) if finding.find("雨棚被风掀").found else 1e9
    return figures


def percentiles(ask: Callable[[str], bool], questions: list[str]) -> dict[str, float]:
    """Wall time of each question in milliseconds; a question that did not look through everything ends it all."""
    times = []
    for words in questions:
        begun = time.perf_counter()
        if not ask(words):
            raise AssertionError(f"{words} was not looked for everywhere.")
        times.append((time.perf_counter() - begun) * 1000)
    return {f"p{share}_ms": round(float(np.percentile(times, share)), 1) for share in (50, 95)}


def publish_all(cast: Any, size: int, articles: list[Any], body: str = "") -> None:
    """So many published items, each with one version and one step."""
    from django.db.models import OuterRef  # noqa: PLC0415 - after django.setup()
    from django.utils import timezone  # noqa: PLC0415

    from shouwang.apps.catalogue.models import Cadence, Group, Item, State, Step, Version  # noqa: PLC0415
    from shouwang.apps.units.models import Role  # noqa: PLC0415

    now, chance, numbers = timezone.now(), Random(1), iter(range(size))
    while portion := list(islice(numbers, PORTION)):
        items = Item.objects.bulk_create(
            Item(
                unit=cast.qingshi, group=Group.values[n % len(Group.values)], name=f"第{n}件", owner=cast.an,
                post=Role.values[0], leader=cast.liang, every=Cadence.values[0], made_at=now,
            )
            for n in portion
        )  # fmt: skip
        versions = Version.objects.bulk_create(
            Version(
                item=item, number=1, title=one.title[:80], summary=one.body[:60],
                body=body or one.body[: len(one.body) // 2] + other.body[len(other.body) // 2 :], sha256=f"{item.pk:064x}",
                at=now, proposed_by=cast.an, published_by=cast.liang,
            )
            for item, (one, other) in zip(items, pairs(articles, chance), strict=False)
        )  # fmt: skip
        Step.objects.bulk_create(
            Step(item=item, what=Step.What.PUBLISHED, at=now, by=cast.liang, version=version)
            for item, version in zip(items, versions, strict=True)
        )
    newest = Version.objects.filter(item=OuterRef("pk")).order_by().values("pk")[:1]
    Item.objects.filter(state=State.DRAFT).update(state=State.PUBLISHED, current=newest)


def pairs(articles: list[Any], chance: Random) -> Iterator[tuple[Any, Any]]:
    """Two of the articles, for ever."""
    while True:
        yield chance.choice(articles), chance.choice(articles)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
