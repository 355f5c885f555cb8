"""
Figures of how quickly and how well a station answers. Every one is recomputable from the open dump, and none names anybody.

Open and overdue matters count: a median over answered ones alone would flatter.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from math import ceil, sqrt

from django.db.models import Q

from shouwang.apps.matters.models import Kind, Matter
from shouwang.apps.units.models import Unit


def quantile(values: Sequence[float], share: float) -> float | None:
    """The smallest value that at least `share` of the values do not exceed (nearest rank); None for no values."""
    if not values:
        return None
    return sorted(values)[max(0, ceil(share * len(values)) - 1)]


def wilson(good: int, n: int, z: float = 1.96) -> tuple[float, float]:
    """95 % interval of a share (Wilson 1927); (0, 1) when nothing was counted."""
    if n == 0:
        return 0.0, 1.0
    p = good / n
    centre = (p + z * z / (2 * n)) / (1 + z * z / n)
    half = z * sqrt(p * (1 - p) / n + z * z / (4 * n * n)) / (1 + z * z / n)
    return max(0.0, centre - half), min(1.0, centre + half)


@dataclass(frozen=True, slots=True)
class Figures:
    """
    One unit in one span of time, by date of arrival.

    asked            matters that arrived; consultations is the part of them that are questions
    answered         how many of them had a first answer
    median_minutes   of the first answers, unanswered ones counted as waiting until `until`; None when nothing arrived
    p90_minutes      likewise
    open, overdue    at `until`
    rated, satisfied ratings given, and how many were 4 or 5; `interval` is the 95 % interval of the share
    """

    asked: int
    consultations: int
    answered: int
    median_minutes: float | None
    p90_minutes: float | None
    open: int
    overdue: int
    disputed: int
    rated: int
    satisfied: int
    interval: tuple[float, float]


def figures(unit: Unit, *, since: datetime, until: datetime) -> Figures:
    """What arrived at this unit from `since` (included) to `until` (excluded), both aware. Danger and complaints count like the rest."""
    here = Unit.objects.within(unit).values("pk").order_by()
    rows = list(
        Matter.objects.filter(unit_first__in=here, received_at__gte=since, received_at__lt=until)
        .order_by("pk")
        .values_list("kind", "received_at", "first_answer_at", "rating", "disputes")
    )
    waits = [((first or until) - received).total_seconds() / 60 for _kind, received, first, _rating, _disputes in rows]
    ratings = [rating for *_rest, rating, _disputes in rows if rating is not None]
    satisfied = sum(rating >= 4 for rating in ratings)
    still = Matter.objects.of_unit(unit).open().filter(next_word_by__isnull=False)  # the index of open matters
    return Figures(
        asked=len(rows),
        consultations=sum(kind == Kind.CONSULTATION for kind, *_rest in rows),
        answered=sum(first is not None for _kind, _received, first, *_rest in rows),
        median_minutes=quantile(waits, 0.5),
        p90_minutes=quantile(waits, 0.9),
        open=still.count(),
        overdue=still.filter(Q(due_at__lt=until)).count(),
        disputed=sum(disputes > 0 for *_rest, disputes in rows),
        rated=len(ratings),
        satisfied=satisfied,
        interval=wilson(satisfied, len(ratings)),
    )
