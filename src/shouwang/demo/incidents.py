"""
Incidents of the town: `data/incidents.toml`, played through the real use cases.

Each table is one report with what followed. More of them is more tables; a generator that draws from word lists only has to yield `Told`.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path
from random import Random
from typing import Any

from django.utils import timezone

from shouwang.apps.duty.models import DutySpan
from shouwang.apps.incidents import usecases
from shouwang.apps.incidents.report import PartySaid, Report, read_things
from shouwang.apps.matters import usecases as matters
from shouwang.apps.matters.models import AccessCode, Matter, Series
from shouwang.apps.matters.usecases import Opened
from shouwang.apps.units.models import Officer
from shouwang.demo.flagships import HOME, Opening, Stage
from shouwang.demo.land import spot_in
from shouwang.demo.shifts import IN_SHIFTS
from shouwang.demo.writing import code_of, digest_of
from shouwang.engines.errors import BadData

DATA = Path(__file__).parent / "data" / "incidents.toml"
_STEP = re.compile(
    r"(?P<after>[\d.]+) (?P<verb>[a-z-]+)(?:@(?P<by>\w+))?(?: (?P<word>[^:]+))?(?:: ?(?P<says>.*))?", re.DOTALL
)


@dataclass(frozen=True, slots=True)
class Step:
    """One thing that happened to a report, some hours after it arrived."""

    after: timedelta
    verb: str
    word: str
    says: str
    by: str


@dataclass(frozen=True, slots=True)
class Told:
    """One report of the town, as it will be played."""

    key: str
    report: Report
    prefix: str
    village: str
    channel: str
    by: str
    before_now: timedelta
    steps: tuple[Step, ...]


def read_incidents(stage: Stage, path: Path = DATA) -> Iterator[Told]:
    """Every table of the file. Raises BadData with the key of the table when a step cannot be read."""
    rng = Random(f"{stage.seed}/incidents")  # noqa: S311  a demo town needs no secrets
    for one in tomllib.loads(path.read_text(encoding="utf-8"))["incident"]:
        village = stage.town.communities.get(one.get("village", ""))
        spot = spot_in(village.boundary, rng) if village is not None and village.boundary else None
        place: dict[str, Any] = {}
        if spot is not None:
            source = "officer" if one.get("by") else "phone"
            place = {"longitude": spot[0], "latitude": spot[1], "position_source": source, "uncertainty_m": 30}
        report = Report(
            what=one["what"],
            category=one["category"],
            address=one.get("address", ""),
            when_said=one.get("when_said", ""),
            elsewhere=one.get("elsewhere", ""),
            pseudonym=one.get("called", ""),
            phone=one.get("phone", ""),
            things=read_things(one.get("things", "")),
            people=tuple(PartySaid(role, name, "", about, minor) for role, name, about, minor in one.get("people", ())),
            **place,
        )
        yield Told(
            f"incident-{one['key']}",
            report,
            one.get("station", HOME),
            one.get("village", ""),
            one.get("channel", "web"),
            one.get("by", ""),
            timedelta(hours=one["hours"]),
            tuple(_step(f"{path.name}: {one['key']}", text) for text in one.get("steps", ())),
        )


def _step(where: str, text: str) -> Step:
    found = _STEP.fullmatch(text)
    if found is None or found["verb"] not in _VERBS:
        raise BadData(where, f"cannot read the step {text[:30]!r}")
    says = (found["says"] or "").strip()
    return Step(
        timedelta(hours=float(found["after"])), found["verb"], (found["word"] or "").strip(), says, found["by"] or ""
    )


def incidents(stage: Stage) -> None:
    """The script of all reports."""
    play(stage, read_incidents(stage))


def play(stage: Stage, told: Iterable[Told]) -> None:
    """Put reports and what followed on the stage; nothing happens later than now."""
    for one in told:
        at = timezone.localtime(stage.now - one.before_now).replace(microsecond=0)
        opening = Opening(one.key, stage.town.stations[one.prefix], at, {}, {})
        stage.openings.append(opening)
        stage.do(at, lambda _at, one=one, opening=opening: _take(stage, one, opening))  # type: ignore[misc]
        for step in one.steps:
            when = at + step.after
            if when <= stage.now:
                stage.do(when, partial(_follow, stage, one, step))
        stage.do(stage.now, partial(_see_through, stage, one))


def _take(stage: Stage, one: Told, opening: Opening) -> None:
    year = timezone.localtime(opening.at).year
    Series.objects.update_or_create(prefix=opening.unit.prefix, year=year, defaults={"last": opening.serial - 1})
    by = stage.officer(one.by) if one.by else None
    opened = usecases.take_report(opening.unit, one.report, channel=one.channel, at=opening.at, by=by)
    code = code_of(stage.seed, one.key)
    AccessCode.objects.filter(pk=opened.held.code_id).update(digest=digest_of(code))
    stage.opened[one.key] = Opened(opened.matter, code, opened.held)


def _follow(stage: Stage, one: Told, step: Step, at: datetime) -> None:
    matter = Matter.objects.get(pk=stage.matter(one.key).pk)
    by = stage.officer(step.by) if step.by else _handler(stage, matter, at)
    _VERBS[step.verb](stage, matter, by, step, at)


#: Who sees long reports through, by station: somebody who is there every day.
DAY_OFFICERS = {"QS": "miaoqing", "HW": "lifan", "SP": "mudan"}


def _see_through(stage: Stage, one: Told, at: datetime) -> None:
    """Whoever works in shifts and went home has handed on what is still open."""
    matter = Matter.objects.open().select_related("handler__user", "unit").filter(pk=stage.matter(one.key).pk).first()
    if matter is None or matter.handler is None or matter.handler.user.username not in IN_SHIFTS:
        return
    if not DutySpan.objects.on_now().filter(officer=matter.handler).exists():
        to = stage.officer(DAY_OFFICERS[matter.unit.prefix])
        matters.assign(matter, to=to, by=Officer.objects.get(pk=matter.handler.pk), at=at)


def _handler(stage: Stage, matter: Matter, at: datetime) -> Officer:
    return Officer.objects.get(pk=matter.handler_id) if matter.handler_id else stage.front(at, matter.unit.prefix)


Verb = Callable[[Stage, Matter, Officer, Step, datetime], object]
_VERBS: dict[str, Verb] = {
    "evidence": lambda _s, m, by, step, at: usecases.take_evidence(m, by=by, items=step.says, at=at),
    "receipt": lambda _s, m, by, step, at: usecases.give_receipt(m, by=by, how=step.word, at=at),
    "statement": lambda _s, m, by, _step, at: usecases.take_statement(m, by=by, at=at),
    "nature": lambda _s, m, by, step, at: usecases.decide_nature(m, by=by, nature=step.word, words=step.says, at=at),
    "propose": lambda _s, m, by, step, at: usecases.propose(m, by=by, what=step.word, words=step.says, at=at),
    "file": lambda _s, m, by, step, at: usecases.file(m, by=by, words=step.says, at=at),
    "decline": lambda _s, m, by, step, at: usecases.decline(m, by=by, words=step.says, at=at),
    "settle": lambda _s, m, by, step, at: usecases.settle(m, by=by, to=step.word, words=step.says, at=at),
    "pass-on": lambda _s, m, by, step, at: usecases.pass_on(m, by=by, to=step.word, words=step.says, at=at),
    "tell": lambda _s, m, by, step, at: usecases.tell(m, by=by, how=step.word, words=step.says, at=at),
    "offer": lambda s, m, by, step, at: matters.offer_transfer(
        m, to=s.town.stations[step.word], by=by, reason=step.says, at=at
    ),
    "link": lambda s, m, by, step, at: usecases.link(
        m, s.matter(f"incident-{step.word}"), by=by, reason=step.says, at=at
    ),
}
