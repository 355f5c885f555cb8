"""What pages, the bureau and the public ask of incidents."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.core.paginator import Page, Paginator
from django.db.models import Count, Q

from shouwang.apps.incidents import filing
from shouwang.apps.incidents.models import About, Incident, IncidentQuerySet, Judged
from shouwang.apps.incidents.words import rule_says
from shouwang.apps.matters.figures import wilson
from shouwang.apps.matters.models import Matter
from shouwang.apps.matters.viewer import Viewer
from shouwang.apps.units.models import Officer, Unit

MOST, PER_PAGE = 200, 50
A_MONTH = timedelta(days=30)


@dataclass(frozen=True, slots=True)
class Row:
    """
    One report in a list.

    days_left   whole days until the clock ends, below zero when it has; None when nothing is counted
    missing     the on-the-spot duties that were not done yet
    """

    incident: Incident
    matter: Matter
    rule: str
    days_left: int | None
    late: bool
    missing: tuple[str, ...]


def rows(viewer: Viewer, show: str, now: datetime) -> list[Row]:
    """The first of a list, for doors that have no pages; see `listed`."""
    return [_row(incident, now) for incident in _found(viewer, show, now)[:MOST]]


def listed(viewer: Viewer, show: str, now: datetime, page: str | None) -> tuple[Page[Incident], list[Row]]:
    """`undecided` and `untold` by what ends first, `all` of the last month by arrival; as far as the viewer may see."""
    here = Paginator(_found(viewer, show, now), PER_PAGE).get_page(page)
    return here, [_row(incident, now) for incident in here]


def _found(viewer: Viewer, show: str, now: datetime) -> IncidentQuerySet:
    found = Incident.objects.visible_to(viewer).for_lists()
    if show == "undecided":
        return found.undecided().order_by("matter__due_at", "matter__received_at", "pk")
    if show == "untold":
        return found.untold().order_by("decided_at", "pk")
    return found.filter(matter__received_at__gte=now - A_MONTH).order_by("-matter__received_at", "-pk")


def _row(incident: Incident, now: datetime) -> Row:
    matter = incident.matter
    due = matter.due_at
    missing = tuple(name for name in ("registered", "evidence", "receipt") if getattr(incident, f"{name}_at") is None)
    return Row(
        incident,
        matter,
        rule_says(matter.due_rule, matter.received_at) if matter.due_rule else "",
        None if due is None else (due - now) // timedelta(days=1),
        due is not None and due < now,
        missing,
    )


@dataclass(frozen=True, slots=True)
class SuggestionFigures:
    """How often suggestions of one kind were taken, in all units together; `interval` is the 95 % interval of the share."""

    about: str
    judged: int
    taken: int
    interval: tuple[float, float]

    @property
    def low(self) -> int:
        """The interval's lower end in whole per cent."""
        return round(100 * self.interval[0])

    @property
    def high(self) -> int:
        return round(100 * self.interval[1])


def suggestion_figures(units: Sequence[Unit], *, at: datetime) -> list[SuggestionFigures]:
    """Of the last thirty days. The table they come from does not know by whom."""
    here = Unit.objects.filter(pk__in=[unit.pk for unit in units])
    judged = Judged.objects.filter(at__gte=at - A_MONTH, incident__matter__unit__in=here.values("pk").order_by())
    rows = judged.values("about").order_by("about").annotate(n=Count("pk"), taken=Count("pk", filter=Q(taken=True)))
    return [
        SuggestionFigures(str(About(row["about"]).label), row["n"], row["taken"], wilson(row["taken"], row["n"]))
        for row in rows
    ]


def units_of(officer: Officer) -> list[Unit]:
    """The stations whose figures stand under the list: those of the officer's posts."""
    paths = Q(pk__in=[])
    for post in officer.held_posts:
        paths |= Q(path__startswith=post.unit.station.path)
    return list(Unit.objects.stations().filter(paths).order_by("path"))


@dataclass(frozen=True, slots=True)
class FilingFigures:
    """
    One station at one moment; no names, and recomputable from the timelines.

    undecided   reports that wait for a decision on filing; late those whose limit has passed, soon those whose limit ends within a day
    untold      decisions that the reporter has not been told
    filed, declined, elsewhere   decided in the last thirty days: made a case, not made one, passed on or told where to go
    """

    unit: Unit
    undecided: int
    late: int
    soon: int
    untold: int
    filed: int
    declined: int
    elsewhere: int


def filing_figures(unit: Unit, *, at: datetime) -> FilingFigures:
    """What the chief, the bureau and (as numbers) the public see of reports that are not filed yet. Two queries."""
    here = Incident.objects.of_unit(unit)
    waiting = here.undecided().aggregate(
        all=Count("pk"),
        late=Count("pk", filter=Q(matter__due_at__lt=at)),
        soon=Count("pk", filter=Q(matter__due_at__gte=at, matter__due_at__lt=at + timedelta(days=1))),
    )
    lately = Q(decided_at__gte=at - A_MONTH)
    decided = here.aggregate(
        untold=Count("pk", filter=Q(told_seq__isnull=False)),
        filed=Count("pk", filter=lately & Q(stage=filing.FILED)),
        declined=Count("pk", filter=lately & Q(stage=filing.DECLINED)),
        elsewhere=Count("pk", filter=lately & Q(stage__in=[filing.NOT_POLICE, filing.PASSED_ON])),
    )
    return FilingFigures(
        unit,
        waiting["all"],
        waiting["late"],
        waiting["soon"],
        decided["untold"],
        decided["filed"],
        decided["declined"],
        decided["elsewhere"],
    )
