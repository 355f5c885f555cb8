"""Applications to 青石, and the shortest way to each stage. Received on Monday 23 November 2026, they are due on 21 December."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any

from django.utils import timezone

from shouwang.apps.disclosure import usecases
from shouwang.apps.disclosure.models import Application, Came
from shouwang.apps.disclosure.usecases import Asked, Draft
from shouwang.apps.matters.usecases import Opened
from shouwang.apps.matters.viewer import Viewer
from shouwang.apps.secrecy.tests.making import WORK_SECRET, withheld
from shouwang.apps.units.models import Officer
from tests.cast import MONDAY, Cast, at

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
ASKED = Asked(
    wanted="2025年青石镇监控探头的数量和花的钱。",
    name="林示例",
    id_number="330824199001010011",
    phone="13500001234",
    wish="page",
)
GIVEN = Draft("disclose", told_how="数量 41 个，一共 62 万元。")


def applied(cast: Cast, when: datetime = MONDAY, **changes: Any) -> tuple[Application, Opened]:
    """Sent on the web; the station has not confirmed it."""
    opened = usecases.apply(cast.qingshi, replace(ASKED, **changes), came=Came.WEB, at=when)
    return Application.objects.select_related("matter__unit").get(pk=opened.matter.pk), opened


def received(cast: Cast, when: datetime = MONDAY, **changes: Any) -> Application:
    """Handed in at the counter: received that day."""
    by = changes.pop("by", cast.chen)
    opened = usecases.apply(cast.qingshi, replace(ASKED, **changes), came=Came.COUNTER, at=when, by=by)
    return Application.objects.select_related("matter__unit").get(pk=opened.matter.pk)


def grounded(cast: Cast, application: Application, reason: str, when: datetime = MONDAY) -> Application:
    """Its reason for a refusal was reviewed by two; a third party's after they were asked."""
    said = WORK_SECRET
    if reason == "third-party":
        said = replace(said, ground="sec-5", owner="objects", owner_asked_on=timezone.localdate(when))
    withheld(cast, application.ref, said, when)
    return application


def drafted(cast: Cast, said: Draft = GIVEN, when: datetime = MONDAY, **changes: Any) -> Application:
    one = received(cast, when, **changes)
    if said.ground:
        grounded(cast, one, said.ground, when)
    return usecases.draft(one, said, by=cast.chen, at=when + HOUR)


def answered(cast: Cast, said: Draft = GIVEN, when: datetime = MONDAY, by: Officer | None = None,
             **changes: Any) -> Application:  # fmt: skip
    return usecases.approve(drafted(cast, said, when, **changes), by=by or cast.liang, at=when + 2 * HOUR)


def holder(opened: Opened) -> Viewer:
    return Viewer(held={opened.matter.pk: opened.held})


def due(application: Application) -> date | None:
    application.matter.refresh_from_db()
    when = application.matter.due_at
    return (when - timedelta(seconds=1)).astimezone(MONDAY.tzinfo).date() if when else None


__all__ = [
    "ASKED",
    "DAY",
    "GIVEN",
    "HOUR",
    "MONDAY",
    "answered",
    "applied",
    "at",
    "drafted",
    "due",
    "grounded",
    "holder",
    "received",
]
