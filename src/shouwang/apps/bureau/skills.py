"""
Everyone a many-sided hand (分工不分家): who can do what at a station, where nobody stands in, and what the station may want to learn.

What to learn is read from kinds of matters, never from people: which are handed on more than others, and which wait longer.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass
from datetime import datetime

from django.utils.functional import Promise

from shouwang.apps.duty.queries import on_now
from shouwang.apps.incidents.models import Category, Incident
from shouwang.apps.matters.figures import quantile, wilson
from shouwang.apps.matters.models import Kind, Matter
from shouwang.apps.matters.readable import ANSWERING
from shouwang.apps.units.models import Officer, Post, Skill, Unit

#: Fewer matters of a kind than this say nothing about it.
ENOUGH = 10
#: A kind waits long when its median is this many times that of all the station's matters, and at least so many minutes more.
LONG_TIMES, LONG_MINUTES = 2.0, 30.0


@dataclass(frozen=True, slots=True)
class Cover:
    """
    One skill at one station.

    holders   who serves there and has it; `on_duty` how many of them are on now
    elsewhere stations of the house with somebody who has it, when nobody here does
    """

    skill: Skill
    holders: tuple[Officer, ...]
    on_duty: int
    elsewhere: tuple[Unit, ...] = ()

    @property
    def alone(self) -> bool:
        """One person can do it, so nobody stands in."""
        return len(self.holders) == 1


@dataclass(frozen=True, slots=True)
class Covers:
    """
    A station's skills, those that nobody or only one has first; `without` answer residents there with no skill written down.
    """

    skills: tuple[Cover, ...]
    without: tuple[Officer, ...]


def covers(unit: Unit) -> Covers:
    """The skills of a station and its workstations, against all that anybody in the house has. Six queries, however many people."""
    here = list(
        Officer.objects.serving()
        .within(unit)
        .select_related("unit", "user")
        .prefetch_related("skills")
        .order_by("name")
    )
    on_duty = {span.officer_id for span in on_now(unit)}
    having: dict[int, list[Officer]] = defaultdict(list)
    for one in here:
        for skill in one.skills.all():
            having[skill.pk].append(one)
    found = [
        Cover(
            skill,
            tuple(having[skill.pk]),
            sum(one.pk in on_duty for one in having[skill.pk]),
            () if having[skill.pk] else stations,
        )
        for skill, stations in _known().items()
    ]
    found.sort(key=lambda cover: (len(cover.holders), cover.skill.name))
    posts = Post.objects.filter(officer__in=here, role__in=ANSWERING)
    answering = {post.officer_id for post in posts if post.holds()}
    without = (one for one in here if not one.skills.all() and one.pk in answering)
    return Covers(tuple(found), tuple(without))


def _known() -> dict[Skill, tuple[Unit, ...]]:
    """Every skill that somebody in service has, with the stations where."""
    found: dict[Skill, dict[int, Unit]] = {}
    people = Officer.objects.serving().select_related("unit__parent").prefetch_related("skills").order_by("unit__path")
    for one in people:
        for skill in one.skills.all():
            found.setdefault(skill, {})[one.unit.station.pk] = one.unit.station
    return {skill: tuple(stations.values()) for skill, stations in found.items()}


@dataclass(frozen=True, slots=True)
class Need:
    """
    One kind of matter that a station may want to learn about.

    what        the kind; for reports what they are like
    n           how many arrived
    handed_on   how many of them another unit took over or sent back
    median, all median minutes to the first answer: of these, and of everything that arrived
    often, long why it is named: it is handed on more often than the rest beyond chance, it waits longer
    """

    what: str | Promise
    n: int
    handed_on: int
    median: float
    all: float
    often: bool
    long: bool


def needs(unit: Unit, *, since: datetime, until: datetime) -> list[Need]:
    """
    What was handed on or waited at this station, from `since` (included) to `until` (excluded), both aware; the most numerous first.

    Complaints are left out: that others decide them is the law's wish. Unanswered matters count as waiting until `until`.
    """
    here = Unit.objects.within(unit).values("pk").order_by()
    arrived = Matter.objects.filter(unit_first__in=here, received_at__gte=since, received_at__lt=until)
    rows = list(
        arrived.exclude(kind=Kind.COMPLAINT)
        .order_by("pk")
        .values_list("pk", "kind", "received_at", "first_answer_at", "transfers")
    )
    category = dict(Incident.objects.filter(matter__in=arrived.values("pk")).values_list("matter", "category"))
    waits: dict[Category | Kind, list[float]] = defaultdict(list)
    handed: Counter[Category | Kind] = Counter()
    for pk, kind, received, first, transfers in rows:
        what = Category(category[pk]) if pk in category else Kind(kind)
        waits[what].append(((first or until) - received).total_seconds() / 60)
        handed[what] += transfers > 0
    everything = quantile([minutes for each in waits.values() for minutes in each], 0.5) or 0.0
    found = []
    for what, each in waits.items():
        n, median = len(each), quantile(each, 0.5) or 0.0
        others = len(rows) - n
        rest = (sum(handed.values()) - handed[what]) / others if others else 0.0
        often = n >= ENOUGH and wilson(handed[what], n)[0] > rest
        long = n >= ENOUGH and median >= max(LONG_TIMES * everything, everything + LONG_MINUTES)
        if often or long:
            found.append(Need(what.label, n, handed[what], median, everything, often, long))
    return sorted(found, key=lambda need: (-need.n, str(need.what)))
