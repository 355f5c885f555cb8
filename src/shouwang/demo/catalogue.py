"""
The catalogues of the three stations: most of it in time, some of it late with a named post, some with earlier versions.

Written in bulk, as if the use cases had been at it for months; `tests` check that every row is one that they would have made.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from random import Random
from typing import Any

from django.utils import timezone

from shouwang.apps.catalogue.content import content_of
from shouwang.apps.catalogue.models import Clarity, Draft, Item, State, Step, Version
from shouwang.apps.catalogue.required import publications
from shouwang.apps.catalogue.usecases import tell_the_log
from shouwang.apps.units.models import Officer, Role, Unit
from shouwang.demo.town import Town

DATA = Path(__file__).parent / "data" / "catalogue.toml"
#: What nobody kept in time, by station.
LATE = {"QS": {"cameras", "online"}, "HW": {"situation", "contacts", "recruitment"}, "SP": {"prevention", "promises"}}
LATE_DAYS = {"month": 50, "quarter": 115, "year": 390}
#: What is published anew every month, and for how many months before; the log goes back as far.
MONTHLY, MONTHS = {"results", "situation"}, 24
#: One leaf that was withdrawn, and one that waits for the chief.
WITHDRAWN, WAITING = ("HW", "traffic-limits"), ("QS", "fees")


@dataclass(frozen=True, slots=True)
class _Told:
    """One item of one station with the texts of its versions, oldest first, and when each was published."""

    item: Item
    rows: list[tuple[datetime, dict[str, str]]]
    withdrawn_at: datetime | None


def write(town: Town, now: datetime, rng: Random) -> None:
    """All items of all stations, in a handful of statements."""
    told = [one for prefix, unit in town.stations.items() for one in _of_station(town, prefix, unit, now, rng)]
    Item.objects.bulk_create(one.item for one in told)
    versions = Version.objects.bulk_create(
        Version(
            item=one.item,
            number=number,
            sha256=content_of(words["title"], words["summary"], words["body"]).digest,
            at=at,
            note=note,
            proposed_by=one.item.owner,
            published_by=one.item.leader,
            **words,
        )
        for one in told
        for number, (at, given) in enumerate(one.rows, 1)
        for note, words in [(given["note"] if number > 1 else "", {k: given[k] for k in ("title", "summary", "body")})]
    )
    last = {version.item_id: version for version in versions}
    for one in told:
        one.item.current = last[one.item.pk]
        one.item.state = State.PUBLISHED
        if one.withdrawn_at is not None:
            one.item.state, one.item.withdrawn_at, one.item.texts_stay = State.WITHDRAWN, one.withdrawn_at, True
            one.item.withdrawn_because = "限行办法改了，新的由县里统一公布"
    Item.objects.bulk_update(
        (one.item for one in told), ["current", "state", "withdrawn_at", "withdrawn_because", "texts_stay"]
    )
    for step in Step.objects.bulk_create(sorted(_steps(told, versions), key=lambda step: step.at)):
        tell_the_log(step)
    rated = [Clarity(version=one, stars=stars, count=rng.randint(1, 9)) for one in last.values() for stars in (5, 4, 2)]
    Clarity.objects.bulk_create(one for one in rated if rng.random() < 0.4)
    _waiting(told, now)


def _of_station(town: Town, prefix: str, unit: Unit, now: datetime, rng: Random) -> Iterator[_Told]:
    facts = _facts(town, unit, now, rng)
    for row in tomllib.loads(DATA.read_text())["item"]:
        asked = publications().get(row["kind"])
        owner, post = keeper_of(town, unit, row["post"])
        every, renew = (asked.every.value, asked.renew) if asked else ("quarter", False)
        late = row["kind"] in LATE.get(prefix, ())
        at = now - timedelta(days=LATE_DAYS[every] if late else row["days"], hours=rng.randint(1, 9))
        if row["kind"] in MONTHLY:
            rows = [_of_month(row, _months_before(at, n), town, unit, rng) for n in range(MONTHS, -1, -1)]
            words = rows[-1][1]
        else:
            words = {name: row[name].format(**facts).strip() for name in ("title", "summary", "body")}
            rows = [(at, words | {"note": row.get("note", "")})]
        if "was" in row:
            new, old = row["was"]
            rows.insert(0, (at - timedelta(days=37), words | {"body": words["body"].replace(new, old), "note": ""}))
        item = Item(
            unit=unit,
            kind=row["kind"],
            group=asked.group if asked else row["group"],
            name=asked.name_zh if asked and row["kind"] != "services" else words["title"],
            source=row.get("source", ""),
            owner=owner,
            post=post,
            leader=leader_of(town, unit, owner),
            every=every,
            renew=renew,
            made_at=rows[0][0],
        )
        gone = (prefix, row["kind"]) == WITHDRAWN
        yield _Told(item, rows, now - timedelta(days=3) if gone else None)


def _of_month(
    row: dict[str, Any], at: datetime, town: Town, unit: Unit, rng: Random
) -> tuple[datetime, dict[str, str]]:
    facts = _facts(town, unit, at, rng)
    words = {name: row[name].format(**facts).strip() for name in ("title", "summary", "body")}
    return at, words | {"note": f"{facts['month'].replace(' ', '')}的数字"}


def _months_before(at: datetime, months: int) -> datetime:
    """The same day and hour so many months earlier."""
    local = timezone.localtime(at)
    year, month = divmod(local.year * 12 + local.month - 1 - months, 12)
    return local.replace(year=year, month=month + 1, day=min(local.day, 28)) if months else at


def _facts(town: Town, unit: Unit, now: datetime, rng: Random) -> dict[str, Any]:
    month = timezone.localtime(now).replace(day=1) - timedelta(days=2)
    chief = town.holders(unit.pk, Role.CHIEF)[0]
    window = [*town.holders(unit.pk, Role.HOUSEHOLD_CLERK), *town.holders(unit.pk, Role.DUTY_OFFICER)][:4]
    posts = Unit.objects.filter(parent=unit).order_by("pk")
    asked = rng.randint(60, 120)
    return {
        "unit": unit.name,
        "phone": unit.phone,
        "address": unit.address,
        "hours": unit.hours,
        "chief": chief.name,
        "window": "\n".join(f"- {one.name}，警号 {one.police_number or '（文职）'}" for one in window),
        "communities": "\n".join(
            f"- {one.name}：{one.officer.public_name}" for one in town.communities_of(unit) if one.officer
        ),
        "posts": "\n".join(f"- {one.name}：{one.address}，{one.hours}" for one in posts),
        "month": f"{month.month} 月",
        "n1": asked,
        "n2": asked - rng.randint(1, 5),
        "n3": rng.randint(1, 4),
    }


def keeper_of(town: Town, unit: Unit, role: str) -> tuple[Officer, str]:
    """Who keeps it: the first holder of the post, or the duty officer where nobody holds it."""
    for post in (role, Role.DUTY_OFFICER):
        held = town.holders(unit.pk, post)
        if held:
            return held[0], str(Role(post))
    chief = town.holders(unit.pk, Role.CHIEF)[0]
    return chief, str(Role.CHIEF)


def leader_of(town: Town, unit: Unit, owner: Officer) -> Officer:
    return next(one for one in town.leaders(unit.pk) if one.pk != owner.pk)


def _steps(told: list[_Told], versions: list[Version]) -> Iterator[Step]:
    for version in versions:
        what = Step.What.PUBLISHED if version.number == 1 else Step.What.CHANGED
        yield Step(
            item=version.item, what=what, at=version.at, by=version.published_by, version=version, words=version.note
        )
    for one in told:
        if one.withdrawn_at is not None:
            assert one.item.current is not None
            yield Step(
                item=one.item,
                what=Step.What.WITHDRAWN,
                at=one.withdrawn_at,
                by=one.item.leader,
                version=one.item.current,
                words=one.item.withdrawn_because,
            )


def _waiting(told: list[_Told], now: datetime) -> None:
    """One new version lies on the chief's table."""
    prefix, kind = WAITING
    item = next(one.item for one in told if one.item.kind == kind and one.item.unit.prefix == prefix)
    version = item.current
    assert version is not None
    Draft.objects.create(
        item=item,
        title=version.title,
        summary=version.summary,
        body=version.body + "\n- 七十岁以上的老人换证，先问一声窗口能不能免。",
        note="加上老人换证",
        written_by=item.owner,
        written_at=now - timedelta(hours=2),
        proposed_by=item.owner,
        proposed_at=now - timedelta(hours=2),
    )
