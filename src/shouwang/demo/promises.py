"""
What the stations of the demo town promise, and four months of scorecards counted from the town's own matters by the job's own count.

Written in bulk; `tests` check that every row is one that the use cases would have made.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from functools import lru_cache
from pathlib import Path
from random import Random
from typing import Any

from django.utils import timezone

from shouwang.apps.openness.dump import midnight
from shouwang.apps.promises import counting, reckoning, usecases
from shouwang.apps.promises.facts import facts_of
from shouwang.apps.promises.models import Promise, Proposal, Scorecard, Source, Step, Version
from shouwang.apps.promises.reckoning import Call, Every, Measure, Rule
from shouwang.apps.units.models import Unit as Station
from shouwang.demo.casting import SPAN
from shouwang.demo.catalogue import keeper_of, leader_of
from shouwang.demo.town import Town
from shouwang.engines.law import Unit

DATA = Path(__file__).parent / "data" / "promises.toml"
#: How long after midnight the job comes by.
THE_JOB = timedelta(minutes=20)


def write(town: Town, now: datetime, rng: Random) -> None:
    """Promises, versions and steps; then the scorecards of every month that is over, as they came month by month."""
    told = [
        (station, prefix, row)
        for prefix, station in town.stations.items()
        for row in tomllib.loads(DATA.read_text())["promise"]
        if prefix in row["amount"]
    ]
    made_at = now - SPAN
    promises = Promise.objects.bulk_create(
        Promise(station=station, measure=row["measure"], made_at=made_at) for station, _prefix, row in told
    )
    steps: list[Step] = []
    for promise, (station, prefix, row) in zip(promises, told, strict=True):
        steps += _life(town, promise, station, prefix, row, now, made_at + timedelta(minutes=rng.randint(1, 300)))
    for step in Step.objects.bulk_create(sorted(steps, key=lambda step: step.at)):
        usecases.tell_the_log(step)
    Promise.objects.bulk_update(promises, ["current", "ended_at", "until", "ended_because"])
    _count(now)
    _wait(town, now)


def _rule(row: dict[str, Any], amount: int) -> Rule:
    kinds = tuple(row.get("kinds", ()))
    return Rule(Measure(row["measure"]), amount, Unit(row["unit"]), kinds, (), row.get("hours", ""))


def _life(town: Town, promise: Promise, station: Station, prefix: str, row: dict[str, Any], now: datetime,
          at: datetime) -> Iterator[Step]:  # fmt: skip
    """The versions and steps of one promise."""
    by, _post = keeper_of(town, station, row["post"])
    leader = leader_of(town, station, by)

    def version(number: int, amount: int, note: str, since: date, when: datetime) -> Version:
        said = {
            "title": row["title"]
            if number > 1 or prefix not in row.get("was", {})
            else row["title"].replace("三", "五"),
            "rule": _rule(row, amount).as_data(),
            "source": row.get("source", Source.OWN.value),
            "article": row.get("article", ""),
            "note": note,
        }
        sha256 = counting.digest_of({**said, "since": since.isoformat()})
        return Version.objects.create(
            promise=promise, number=number, since=since, sha256=sha256, at=when, proposed_by=by, put_in_force_by=leader,
            **said,
        )  # fmt: skip

    def step(what: Step.What, when: datetime, words: str, call: str = "") -> Step:
        assert promise.current is not None
        return Step(promise=promise, version=promise.current, what=what, at=when, by=leader, words=words, call=call)

    was = row.get("was", {}).get(prefix)
    first = reckoning.after(timezone.localtime(at).date())
    promise.current = version(1, was or row["amount"][prefix], row["note"], first, at)
    yield step(Step.What.MADE, at, row["note"])
    month = timezone.localtime(now).date().replace(day=1)
    if was:
        changed_at = midnight(month) - timedelta(days=40)
        since = reckoning.end_of(Every.MONTH, timezone.localtime(changed_at).date().replace(day=1))
        promise.current = version(2, row["amount"][prefix], row["changed"], since, changed_at)
        yield step(Step.What.CHANGED, changed_at, row["changed"])
    if "answer" in row:
        yield step(Step.What.ANSWERED, midnight(month) + timedelta(hours=10), row["answer"], Call.HARD)
    if "ended" in row:
        promise.ended_at = midnight(month) + timedelta(hours=9)
        promise.until, promise.ended_because = timezone.localtime(promise.ended_at).date(), row["ended"]
        yield step(Step.What.ENDED, promise.ended_at, row["ended"])


def _count(now: datetime) -> None:
    """The job, as it came by on the first of every month."""
    remembered = lru_cache(maxsize=None)(facts_of)
    month = reckoning.end_of(Every.MONTH, timezone.localtime(now - SPAN).date().replace(day=1))
    while (at := midnight(month) + THE_JOB) <= now:
        promises = list(Promise.objects.public().with_all())
        cards = [card for promise in promises for card in counting.due_cards(promise, at, remembered)]
        for card in Scorecard.objects.bulk_create(cards):
            counting.tell_the_log(card)
        month = reckoning.end_of(Every.MONTH, month)


def _wait(town: Town, now: datetime) -> None:
    """One change lies on the chief's table."""
    promise = Promise.objects.get(station=town.stations["QS"], measure=Measure.SCENE.value)
    version = promise.current
    assert version is not None
    Proposal.objects.create(
        promise=promise,
        title="派了警，十五分钟到现场",
        rule={**version.rule, "amount": 15},
        source=version.source,
        note="多数时候一刻钟就到了。",
        by=version.proposed_by,
        at=now - timedelta(hours=3),
    )
