"""The moments that promises are about, read from matters and their timelines: one or two queries for each measure."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, datetime

from django.db.models import Min
from django.utils import timezone

from shouwang.apps.dispatch.models import Sending
from shouwang.apps.incidents.models import Incident
from shouwang.apps.matters.models import Entry, Matter, MatterQuerySet, Reason, Type
from shouwang.apps.openness.dump import midnight
from shouwang.apps.promises.reckoning import Fact, Measure
from shouwang.apps.units.models import Unit

#: Ends in which nobody waits for the station any more, though it gave no answer.
DROPPED = frozenset({Reason.WITHDRAWN, Reason.REPEATED})


def facts_of(measure: Measure, station: Unit, first: date, end: date) -> list[Fact]:
    """Every wait of this kind at the station (for the matters it received first) that began from `first` to the day before `end`."""
    return list(_READ[measure](station, midnight(first), midnight(end)))


def _arrived(station: Unit, since: datetime, until: datetime) -> MatterQuerySet:
    here = Unit.objects.within(station).values("pk").order_by()
    return Matter.objects.filter(unit_first__in=here, received_at__gte=since, received_at__lt=until)


def _local(at: datetime | None) -> datetime | None:
    return timezone.localtime(at) if at else None


def _fact(
    began: datetime, reached: datetime | None, dropped: datetime | None, kind: str, channel: str, key: int
) -> Fact:
    return Fact(timezone.localtime(began), _local(reached), _local(dropped), kind, channel, key)


def _answers(station: Unit, since: datetime, until: datetime) -> Iterator[Fact]:
    rows = _arrived(station, since, until).values_list(
        "received_at", "first_answer_at", "closed_at", "reason", "kind", "channel", "pk"
    )
    for began, answered, closed, reason, kind, channel, key in rows:
        # Closing counts as an answer, but not when it was the person who no longer asked.
        gone = closed if reason in DROPPED and answered in (None, closed) else None
        yield _fact(began, None if gone else answered, gone, kind, channel, key)


def _closings(station: Unit, since: datetime, until: datetime) -> Iterator[Fact]:
    rows = _arrived(station, since, until).values_list("received_at", "closed_at", "reason", "kind", "channel", "pk")
    for began, closed, reason, kind, channel, key in rows:
        gone = closed if reason in DROPPED else None
        yield _fact(began, None if gone else closed, gone, kind, channel, key)


def _filings(station: Unit, since: datetime, until: datetime) -> Iterator[Fact]:
    rows = Incident.objects.filter(matter__in=_arrived(station, since, until)).values_list(
        "matter__received_at", "decided_at", "matter__closed_at", "matter__kind", "matter__channel", "pk"
    )
    for began, decided, closed, kind, channel, key in rows:
        yield _fact(began, decided, closed, kind, channel, key)


def _scenes(station: Unit, since: datetime, until: datetime) -> Iterator[Fact]:
    rows = (
        Sending.objects.filter(matter__in=_arrived(station, since, until), sent_at__isnull=False)
        .order_by()
        .values("matter_id")
        .annotate(there=Min("on_scene_at"))
        .values_list(
            "matter__received_at", "there", "matter__closed_at", "matter__kind", "matter__channel", "matter_id"
        )
    )
    for began, there, closed, kind, channel, key in rows:
        yield _fact(began, there, closed, kind, channel, key)


_ENTRY = ("matter_id", "type", "at", "data", "matter__kind", "matter__channel", "matter__closed_at")


def _dangers(station: Unit, since: datetime, until: datetime) -> Iterator[Fact]:
    """One for each matter whose alarm rang, from when danger was first found."""
    rows = Entry.objects.filter(
        type__in=[Type.DANGER_FOUND, Type.DANGER_ACCEPTED],
        matter__in=_arrived(station, since, until).filter(danger="now"),
    ).order_by("matter_id", "seq")
    found: dict[int, list[object]] = {}
    for key, type_, at, data, kind, channel, _closed in rows.values_list(*_ENTRY):
        if type_ == Type.DANGER_FOUND and data["grade"] == "now":
            found.setdefault(key, [at, None, None, kind, channel, key])
        elif type_ == Type.DANGER_ACCEPTED and key in found and found[key][1] is None:
            found[key][1] = at
    for row in found.values():
        yield _fact(*row)  # type: ignore[arg-type]  # the six in their order


def _transfers(station: Unit, since: datetime, until: datetime) -> Iterator[Fact]:
    """One for each offer to the station from another unit, until somebody there accepted or returned it."""
    here = set(Unit.objects.within(station).values_list("pk", flat=True))
    offered = Entry.objects.filter(type=Type.TRANSFER_OFFERED, at__gte=since, at__lt=until)
    rows = Entry.objects.filter(
        matter__in=offered.values("matter").order_by(),
        type__in=[Type.TRANSFER_OFFERED, Type.TRANSFER_ACCEPTED, Type.TRANSFER_RETURNED],
    ).order_by("matter_id", "seq")
    waiting: dict[int, Fact] = {}
    for key, type_, at, data, kind, channel, closed in rows.values_list(*_ENTRY):
        offers = type_ == Type.TRANSFER_OFFERED
        if key in waiting:  # answered; or it was closed, or offered elsewhere, before anybody answered
            yield _over(waiting.pop(key), at, answered=not offers)
        if offers and data["unit"] in here and data["from"] not in here and since <= at < until:
            waiting[key] = _fact(at, None, closed, kind, channel, key)
    yield from waiting.values()


def _over(fact: Fact, at: datetime, *, answered: bool) -> Fact:
    when = _local(at)
    return replace(fact, reached=when if answered else None, dropped=None if answered else when)


_READ = {
    Measure.ANSWER: _answers,
    Measure.CLOSING: _closings,
    Measure.TRANSFER: _transfers,
    Measure.FILING: _filings,
    Measure.DANGER: _dangers,
    Measure.SCENE: _scenes,
}
