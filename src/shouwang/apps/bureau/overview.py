"""Stations side by side: the same measures for each, no names, no ranking of people."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, Q

from shouwang.apps.bureau.policy import figures_paths
from shouwang.apps.matters.figures import Figures, figures
from shouwang.apps.matters.models import Entry, Type
from shouwang.apps.units.models import Officer, Unit
from shouwang.apps.units.policy import under

PING_PONG = 2


@dataclass(frozen=True, slots=True)
class Side:
    """
    One station in one span of time.

    ping_pong   matters that arrived here in the span and were handed on at least twice
    """

    unit: Unit
    figures: Figures
    ping_pong: int


def stations_seen_by(officer: Officer) -> list[Unit]:
    """The stations whose figures this officer sees, in the order of the tree; never by who is best."""
    return list(Unit.objects.stations().filter(under(figures_paths(officer))).order_by("path"))


def side_by_side(officer: Officer, *, since: datetime, until: datetime) -> list[Side]:
    """Every station this officer sees, from `since` (included) to `until` (excluded), both aware."""
    return [
        Side(unit, figures(unit, since=since, until=until), ping_pong(unit, since=since, until=until))
        for unit in stations_seen_by(officer)
    ]


def ping_pong(unit: Unit, *, since: datetime, until: datetime) -> int:
    """How many matters that arrived here were offered to somebody else at least twice."""
    arrived = Q(
        matter__unit_first__path__startswith=unit.path, matter__received_at__gte=since, matter__received_at__lt=until
    )
    offers = Entry.objects.filter(arrived, type=Type.TRANSFER_OFFERED).order_by().values("matter")
    return offers.annotate(times=Count("pk")).filter(times__gte=PING_PONG).count()
