"""
Crews of the town and what they are sent to right now, in every state, so that the board is alive: `data/crews.toml`, played through
the real use cases after everybody of the present shift has signed on.
"""

from __future__ import annotations

import tomllib
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path
from random import Random
from typing import Any

from shouwang.apps.dispatch import progress, standby, usecases
from shouwang.apps.dispatch.models import Crew, Post, Sending
from shouwang.apps.duty.models import DutySpan
from shouwang.apps.duty.usecases import sign_on
from shouwang.apps.matters.models import Matter
from shouwang.apps.units.models import Officer
from shouwang.demo.flagships import Stage
from shouwang.demo.land import spot_in

DATA = Path(__file__).parent / "data" / "crews.toml"


def crews(stage: Stage) -> None:
    """The script: name the posts, form the crews, send them, and let them tell how far they are; each at its time."""
    told = tomllib.loads(DATA.read_text(encoding="utf-8"))
    rng = Random(f"{stage.seed}/crews")  # noqa: S311  a demo town needs no secrets
    for one in told["crew"]:
        stage.do(_before(stage, one["minutes"]), partial(_form, stage, one, rng))
    for one in told["post"]:
        stage.do(_before(stage, 300), partial(_post, stage, one))
        if "waits" in one:
            stage.do(_before(stage, 30), partial(_wait, stage, one))
    for one in told["sending"]:
        began = _before(stage, one["minutes"])
        stage.do(began, partial(_send, stage, one))
        steps = progress.STEPS[: one["steps"]]
        for n, what in enumerate(steps, 1):
            stage.do(began + timedelta(minutes=2 * n), partial(_step, stage, one, what))
        if "feedback" in one:
            stage.do(began + timedelta(minutes=40), partial(_feedback, stage, one))


def _before(stage: Stage, minutes: int) -> datetime:
    return stage.now - timedelta(minutes=minutes)


def _form(stage: Stage, one: dict[str, Any], rng: Random, at: datetime) -> None:
    unit = stage.town.stations[one["station"]]
    members = [stage.officer(name) for name in one.get("members", ())]
    for member in members:
        if not DutySpan.objects.on_now().filter(officer=member).exists():
            sign_on(member, unit, at=at)
    by = members[0] if members else stage.front(at, one["station"])
    crew = usecases.form_crew(
        unit,
        name=one["name"],
        means=one["means"],
        members=members,
        volunteers=one.get("volunteers", 0),
        by=by,
        at=at,
    )
    village = stage.town.communities.get(one.get("near", ""))
    if village is not None and village.boundary:
        x, y = spot_in(village.boundary, rng)
        usecases.report_position(crew, by=by, longitude=x, latitude=y, at=_before(stage, 4))
    if one.get("resting"):
        usecases.rest(crew, by=by, resting=True, at=at)


def _post(stage: Stage, one: dict[str, Any], at: datetime) -> None:
    unit = stage.town.stations[one["station"]]
    village = stage.town.communities[one["near"]]
    x, y = spot_in(village.boundary or {}, Random(f"{stage.seed}/post/{one['name']}"))  # noqa: S311  a demo town needs no secrets
    chief = Officer.objects.get(pk=stage.town.leaders(unit.pk)[0].pk)
    standby.add_post(unit, name=one["name"], longitude=x, latitude=y, by=chief, at=at)


def _wait(stage: Stage, one: dict[str, Any], at: datetime) -> None:
    """A crew is asked to wait there, and says that it goes."""
    crew, post = Crew.objects.get(name=one["waits"]), Post.objects.get(name=one["name"])
    asked = standby.ask_to_wait(crew, post, by=stage.front(at, one["station"]), at=at)
    standby.acknowledge(asked, by=crew.members.order_by("pk")[0].officer, at=at)


def _send(stage: Stage, one: dict[str, Any], at: datetime) -> None:
    matter = Matter.objects.select_related("unit").get(pk=stage.matter(f"incident-{one['key']}").pk)
    crew = Crew.objects.get(name=one["crew"])
    by = stage.front(at, matter.unit.prefix)
    usecases.send(matter, [crew.pk], by=by, words=one["words"], seen=0, at=at)


def _sending(stage: Stage, one: dict[str, Any]) -> tuple[Sending, Officer]:
    sending = Sending.objects.get(matter=stage.matter(f"incident-{one['key']}"))
    return sending, sending.crew.members.filter(sworn=True).order_by("pk")[0].officer


def _step(stage: Stage, one: dict[str, Any], what: str, at: datetime) -> None:
    sending, by = _sending(stage, one)
    usecases.report(sending, what, by=by, at=at)


def _feedback(stage: Stage, one: dict[str, Any], at: datetime) -> None:
    sending, by = _sending(stage, one)
    given = usecases.Feedback(one["outcome"], one["feedback"], one["helped"], task=one["task"])
    usecases.feedback(sending, given, by=by, at=at)
