"""The lists and figures of mediations. Each is a fixed number of queries, however many there are."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db.models import Q
from django.utils import timezone

from shouwang.apps.mediation.models import Clause, Done, Mediation, State
from shouwang.apps.units.models import Officer
from shouwang.engines import mediation as engine

MOST = 200
A_YEAR = timedelta(days=365)
#: What is due within a day is chased today.
TOMORROW = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Row:
    """One mediation of a list: what is next due of it, whether that is late, and whether a side says that it is not done."""

    mediation: Mediation
    next_on: date | None
    late: bool
    doubted: bool
    done: int
    clauses: int


def row_of(mediation: Mediation, today: date) -> Row:
    clauses = list(mediation.clauses.all())
    waiting = (
        sorted(one.due_on for one in clauses if one.done != Done.PERFORMED) if mediation.state == State.AGREED else []
    )
    return Row(
        mediation,
        waiting[0] if waiting else None,
        bool(waiting) and engine.Clause(waiting[0]).is_late(today),
        any(one.doubted or (mediation.state == State.AGREED and one.done == Done.BROKEN) for one in clauses),
        sum(one.done == Done.PERFORMED for one in clauses),
        len(clauses),
    )


def shown(officer: Officer, show: str, now: datetime) -> list[Row]:
    """To chase today or to visit; being talked; waiting to be performed; the last year."""
    today, rows = timezone.localdate(now), Mediation.objects.visible_to(officer)
    chosen = {
        "due": (rows.to_chase(today + TOMORROW) | rows.to_visit(today)).order_by("opened_at", "pk"),
        "open": rows.filter(state=State.OPEN).order_by("opened_at"),
        "agreed": rows.filter(state=State.AGREED).order_by("agreed_at"),
        "all": rows.filter(opened_at__gt=now - A_YEAR).order_by("-opened_at"),
    }[show]
    return [row_of(one, today) for one in chosen.for_lists()[:MOST]]


@dataclass(frozen=True, slots=True)
class Figures:
    """A year in numbers, without anybody's name; `asked`, `holding` and `rated` are sides, `stars` their mean."""

    begun: int
    agreed: int
    performed: int
    failed: int
    broken: int
    asked: int
    holding: int
    rated: int
    stars: float


def figures(officer: Officer, now: datetime) -> Figures:
    """Counted over all that this officer may see."""
    year = Mediation.objects.visible_to(officer).filter(opened_at__gt=now - A_YEAR)
    rows = list(year.order_by().values_list("state", "ended_why", "agreed_at"))
    states = Counter(state for state, _why, _at in rows)
    held = Counter(year.order_by().filter(Q(sides__holds__isnull=False)).values_list("sides__holds", flat=True))
    stars = [one for one in year.order_by().values_list("sides__stars", flat=True) if one is not None]
    return Figures(
        begun=len(rows),
        agreed=sum(agreed is not None for _state, _why, agreed in rows),
        performed=states[State.SETTLED],
        failed=states[State.FAILED],
        broken=sum(why == Mediation.Why.BROKEN for _state, why, _at in rows),
        asked=held.total(),
        holding=held[True],
        rated=len(stars),
        stars=round(sum(stars) / len(stars), 1) if stars else 0.0,
    )


def due_clauses(mediation: Mediation) -> list[Clause]:
    """What is still to be done, the earliest first."""
    return sorted((one for one in mediation.clauses.all() if one.done != Done.PERFORMED), key=lambda one: one.due_on)
