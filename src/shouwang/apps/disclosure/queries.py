"""Lists, totals and the annual report of applications."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import F, Q
from django.utils import timezone

from shouwang.apps.disclosure import limits
from shouwang.apps.disclosure.models import UNANSWERED, Applicant, Application, ApplicationQuerySet, Stage
from shouwang.apps.disclosure.policy import REVIEWS
from shouwang.apps.matters.readable import paths_of
from shouwang.apps.people.models import Person
from shouwang.apps.units.models import Officer, Unit

MOST = 200


def rows(officer: Officer, show: str) -> list[Application]:
    """A list of the page, late first: `review` what waits for my eyes, `open`, `done` the newest."""
    found = Application.objects.visible_to(officer).for_lists()
    if show == "review":
        found = found.filter(waits_for(officer))
    elif show == "open":
        found = found.open()
    else:
        return list(found.filter(stage=Stage.DONE).order_by("-answered_at")[:MOST])
    return list(found.order_by(F("matter__due_at").asc(nulls_last=True), "pk")[:MOST])


def waits_for(officer: Officer) -> Q:
    """Drafts that this officer may review: not their own, in units where they may."""
    paths = paths_of(officer, frozenset(REVIEWS))
    units = Q(pk__in=[])
    for path in paths:
        units |= Q(matter__unit__path__startswith=path)
    return units & Q(stage=Stage.REVIEW) & ~Q(drafted_by=officer)


@dataclass(frozen=True, slots=True)
class Earlier:
    """Applications of the same person: how many this month, and those of the last year with their numbers."""

    this_month: int
    numbers: tuple[str, ...]


def earlier(application: Application, officer: Officer) -> Earlier:
    """
    By the blind index of the identity number: nobody's name is read for it. For repeats (art. 36(6)) and fees (art. 42).

    Only what this officer may read is named or counted.
    """
    person = application.matter.reporter
    if person is None or not person.id_index:
        return Earlier(1, ())
    same = Person.objects.filter(id_index=person.id_index).values("pk").order_by()
    at = timezone.localtime(application.matter.received_at)
    found = Application.objects.visible_to(officer).filter(matter__reporter__in=same, matter__received_at__lte=at)
    month = found.filter(matter__received_at__gte=at.replace(day=1, hour=0, minute=0, second=0, microsecond=0)).count()
    before = found.exclude(pk=application.pk).order_by("-matter__received_at")
    return Earlier(month, tuple(before.values_list("matter__number", flat=True)[:10]))


@dataclass(frozen=True, slots=True)
class Annual:
    """
    The table of a year: a row for each ending with its count by kind of applicant and in all.

    new, carried, left   received in the year, brought over from before, carried into the next
    """

    year: int
    columns: tuple[str, ...]
    new: tuple[int, ...]
    carried: tuple[int, ...]
    rows: tuple[tuple[str, tuple[int, ...]], ...]
    ended: tuple[int, ...]
    left: tuple[int, ...]


def annual(year: int, units: list[Unit], now: datetime) -> Annual:
    """Counted from the rows of applications; nothing is typed. The last column is the sum."""
    within = Q(pk__in=[])
    for unit in units:
        within |= Q(matter__unit__path__startswith=unit.path)
    first, after = date(year, 1, 1), date(year + 1, 1, 1)
    began, ended = limits.noon(first).replace(hour=0), limits.noon(after).replace(hour=0)
    found = Application.objects.filter(within)
    new = found.filter(received_on__gte=first, received_on__lt=after)
    carried = found.filter(received_on__lt=first).filter(Q(answered_at=None) | Q(answered_at__gte=began))
    done = list(found.filter(answered_at__gte=began, answered_at__lt=ended))
    left = found.filter(received_on__lt=after).filter(Q(answered_at=None) | Q(answered_at__gte=ended))
    by_row = Counter((one.row, one.applicant) for one in done)
    names = limits.table_rows(min(now, ended))
    table = tuple(
        (name, _counts(Counter({kind: by_row[key, kind] for kind in Applicant.values}))) for key, name in names
    )
    return Annual(
        year,
        tuple(str(label) for label in Applicant.labels),
        _of(new),
        _of(carried),
        table,
        _counts(Counter(one.applicant for one in done)),
        _of(left),
    )


def _of(found: ApplicationQuerySet) -> tuple[int, ...]:
    return _counts(Counter(found.values_list("applicant", flat=True)))


def _counts(found: Counter[str]) -> tuple[int, ...]:
    each = tuple(found[kind] for kind in Applicant.values)
    return (*each, sum(each))


@dataclass(frozen=True, slots=True)
class Totals:
    """What anybody may know: counts only. `endings`: how answers ended, by name."""

    received: int
    answered: int
    waiting: int
    endings: tuple[tuple[str, int], ...]


def totals(year: int, now: datetime) -> Totals:
    """Of the whole house in a year; what is called open waits today."""
    began = limits.noon(date(year, 1, 1)).replace(hour=0)
    ended = limits.noon(date(year + 1, 1, 1)).replace(hour=0)
    received = Application.objects.filter(matter__received_at__gte=began, matter__received_at__lt=ended).count()
    answered = Application.objects.filter(answered_at__gte=began, answered_at__lt=ended)
    by_row = Counter(one.row for one in answered.only("outcome", "ground"))
    endings = tuple((name, by_row[key]) for key, name in limits.table_rows(now) if by_row[key])
    waiting = Application.objects.filter(stage__in=UNANSWERED).count()
    return Totals(received, sum(by_row.values()), waiting, endings)
