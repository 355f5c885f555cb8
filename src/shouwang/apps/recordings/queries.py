"""What pages ask of stays and recordings. The engine judges; here rows become its values."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db.models import Exists, OuterRef, Q
from django.utils import timezone

from shouwang.apps.incidents.queries import A_MONTH, units_of
from shouwang.apps.recordings.limits import Limit, first_days_kept, kept_until, limit_of, tolerance
from shouwang.apps.recordings.models import (
    CopyRequest,
    Device,
    Explanation,
    Move,
    Place,
    Recording,
    Stay,
    StayQuerySet,
    showing,
)
from shouwang.apps.recordings.readable import REGISTERS
from shouwang.apps.units.models import Officer, Unit
from shouwang.engines import custody

MOST = 200


@dataclass(frozen=True, slots=True)
class Part:
    """One stretch of the bar: where, from when, whether it is recorded, and where to draw it (of 1000)."""

    place: str
    since: datetime
    until: datetime
    covered: bool
    x: int
    width: int

    @property
    def minutes(self) -> int:
        return _minutes(self.until - self.since)


@dataclass(frozen=True, slots=True)
class GapSeen:
    """A gap, and what an officer wrote about it."""

    gap: custody.Gap
    explained: Explanation | None

    @property
    def minutes(self) -> int:
        return _minutes(self.gap.length)

    @property
    def places(self) -> list[str]:
        return list(dict.fromkeys(part.place for part in self.gap.parts))


@dataclass(frozen=True, slots=True)
class Coverage:
    """A stay as its page shows it; `gaps` are those above the tolerance."""

    stay: Stay
    until: datetime
    parts: list[Part]
    gaps: list[GapSeen]
    limit: Limit | None

    @property
    def unexplained(self) -> list[GapSeen]:
        """Once somebody has left, what nobody explained yet. Before that, files are still to come."""
        return [one for one in self.gaps if one.explained is None] if self.stay.left_at else []


def _minutes(length: timedelta) -> int:
    return max(1, round(length / timedelta(minutes=1)))


def as_stay(stay: Stay, now: datetime) -> custody.Stay:
    """A stay as the engine reads it, up to now while it lasts. Its moves are read with it."""
    moves = sorted(stay.moves.all(), key=lambda one: one.at)
    until = max(stay.left_at or now, stay.entered_at)
    ends = [*(one.at for one in moves[1:]), until]
    spans = tuple(
        custody.Whereabouts(str(one.place_id), one.at, end)
        for one, end in zip(moves, ends, strict=True)
        if one.at <= end
    )
    return custody.Stay(str(stay.pk), str(stay.person_id or ""), stay.entered_at, until, spans)


def as_recording(row: Recording) -> custody.Recording:
    return custody.Recording(str(row.pk), str(row.device_id), str(row.place_id), row.since, row.until)


def coverage(stays: Sequence[Stay], now: datetime) -> list[Coverage]:
    """What is recorded of each; one question for all of them. Deleted files once showed it: they count."""
    rows = [as_recording(row) for row in Recording.objects.of(Stay.objects.filter(pk__in=[one.pk for one in stays]))]
    return [_covered(one, rows, now) for one in stays]


def _covered(stay: Stay, rows: Sequence[custody.Recording], now: datetime) -> Coverage:
    asked = as_stay(stay, now)
    found = custody.examine(asked, rows, tolerance=tolerance(now))
    names = {str(move.place_id): move.place.name for move in stay.moves.all()}
    length = max(found.length, timedelta(seconds=1))
    parts: list[Part] = []
    for piece in found.pieces:
        covered, place = bool(piece.recordings), names.get(piece.place, "")
        x = round(1000 * ((piece.since - asked.since) / length))
        end = round(1000 * ((piece.until - asked.since) / length))
        last = parts[-1] if parts else None
        if last is not None and (last.place, last.covered) == (
            place,
            covered,
        ):  # other files of the same: one stretch for people
            parts[-1] = Part(place, last.since, piece.until, covered, last.x, end - last.x)
        else:
            parts.append(Part(place, piece.since, piece.until, covered, x, end - x))
    told = list(stay.explanations.all())
    gaps = [
        GapSeen(
            custody.Gap(
                gap.since,
                gap.until,
                tuple(custody.Piece(names.get(p.place, ""), p.since, p.until, ()) for p in gap.parts),
            ),
            next((one for one in reversed(told) if one.covers(gap.since, gap.until)), None),
        )
        for gap in found.gaps
    ]
    return Coverage(stay, asked.until, parts, gaps, limit_of(stay, now))


def stays_for(officer: Officer, show: str, now: datetime) -> list[Coverage]:
    """`inside` now, `gaps` that nobody explained, `all` of the last month; as far as the officer may see."""
    found = Stay.objects.visible_to(officer).for_lists()
    if show == "inside":
        return coverage(list(found.inside().order_by("entered_at")[:MOST]), now)
    lately = coverage(list(found.filter(entered_at__gte=now - A_MONTH).order_by("-entered_at")[:MOST]), now)
    return [one for one in lately if one.unexplained] if show == "gaps" else lately


@dataclass(frozen=True, slots=True)
class Figures:
    """One list in numbers, without names."""

    stays: int
    whole: int
    gaps: int
    unexplained: int
    inside: int


def figures(rows: Sequence[Coverage]) -> Figures:
    return Figures(
        len(rows),
        sum(not one.gaps and one.stay.left_at is not None for one in rows),
        sum(len(one.gaps) for one in rows if one.stay.left_at is not None),
        sum(len(one.unexplained) for one in rows),
        sum(one.stay.left_at is None for one in rows),
    )


def waiting_requests(officer: Officer) -> list[CopyRequest]:
    """Requests that wait for an answer, first due first."""
    found = CopyRequest.objects.filter(
        decided_at=None, stay__in=Stay.objects.visible_to(officer).values("pk").order_by()
    )
    return list(found.select_related("stay__matter", "stay__unit").order_by("due_at")[:MOST])


def shown_by(recording: Recording) -> Q:
    """The filter for stays of whose place a recording is, while they lasted."""
    there = Move.objects.filter(stay=OuterRef("pk"), place=recording.place_id)
    lasted = Q(left_at=None) | Q(left_at__gt=recording.since)
    return lasted & Q(Exists(there), entered_at__lt=recording.until)


@dataclass(frozen=True, slots=True)
class Shown:
    """One stay and the spans of it that a recording shows."""

    stay: Stay
    spans: tuple[tuple[datetime, datetime], ...]


def whom_it_shows(recording: Recording, officer: Officer, now: datetime) -> list[Shown]:
    """Whom a file shows and when, as far as the officer may know of them."""
    stays = Stay.objects.visible_to(officer).filter(shown_by(recording)).for_lists()
    found = []
    for stay in stays[:MOST]:
        pieces = custody.examine(as_stay(stay, now), [as_recording(recording)]).pieces
        spans = tuple((piece.since, piece.until) for piece in pieces if piece.recordings)
        if spans:
            found.append(Shown(stay, spans))
    return found


def clashes(officer: Officer, now: datetime) -> list[custody.Contradiction]:
    """What contradicts among the stays of the last month and what was recorded of them."""
    seen = Stay.objects.visible_to(officer).filter(entered_at__gte=now - A_MONTH)
    stays = [as_stay(one, now) for one in seen.prefetch_related("moves")[:MOST]]
    rows = Recording.objects.visible_to(officer).filter(since__gte=now - A_MONTH)
    return list(custody.contradictions(stays, [as_recording(row) for row in rows[:5000]]))


@dataclass(frozen=True, slots=True)
class Kept:
    """A recording in the register, with the last day on which it must be there; None when it is kept for good."""

    recording: Recording
    until: date | None


def register_rows(officer: Officer, unit: Unit, *, before: int | None = None) -> list[Kept]:
    """The newest of a station's register, or those before a row. One question."""
    found = Recording.objects.visible_to(officer).filter(unit=unit)
    found = found.select_related("device", "place", "registered_by", "deleted_by", "delete_asked_by").order_by("-pk")
    rows = found.filter(pk__lt=before) if before else found
    return [_kept(row) for row in rows[:MOST]]


def _kept(row: Recording) -> Kept:
    return Kept(row, None if row.permanent else kept_until(row.until))


def may_go(officer: Officer, now: datetime) -> list[Kept]:
    """What may be deleted: old enough, not for good, and nobody it shows has an open matter or request. One question."""
    found = Recording.objects.visible_to(officer).there().filter(permanent="", until__lt=first_days_kept(now))
    found = found.exclude(showing(Stay.objects.held_open().order_by()))
    rows = found.select_related("device", "place", "unit", "delete_asked_by").order_by("until")[: 2 * MOST]
    today = timezone.localtime(now).date()
    return [one for one in map(_kept, rows) if one.until is not None and one.until < today][:MOST]


def outside_any(officer: Officer, unit: Unit, now: datetime) -> int:
    """How many recordings of the last month show nobody's stay. Mostly the quiet hours of a camera; many of a worn one are not."""
    rows = Recording.objects.visible_to(officer).filter(unit=unit, since__gte=now - A_MONTH)
    every: StayQuerySet = Stay.objects.filter(unit=unit)
    return rows.exclude(showing(every.order_by())).count()


def stations_to_register(officer: Officer) -> list[Unit]:
    """The stations in whose register this officer writes."""
    return [unit for unit in units_of(officer) if officer.roles_for(unit) & REGISTERS]


def devices_of(units: Iterable[Unit]) -> list[Device]:
    return list(Device.objects.filter(unit__in=[one.pk for one in units], active=True).select_related("unit", "place"))


def places_of(units: Iterable[Unit]) -> list[Place]:
    return list(Place.objects.filter(unit__in=[one.pk for one in units], active=True).select_related("unit"))


@dataclass(frozen=True, slots=True)
class Clash:
    """A contradiction with the names that the desk knows: the device, or the stays."""

    device: str
    stays: tuple[str, ...]
    places: tuple[str, str]
    since: datetime
    until: datetime


def named_clashes(officer: Officer, now: datetime) -> list[Clash]:
    """What contradicts, for the page. Two questions more, and only when there is anything."""
    found = clashes(officer, now)
    if not found:
        return []
    places = dict(Place.objects.filter(pk__in={p for one in found for p in one.places}).values_list("pk", "name"))
    seen = {one.who for one in found if one.about is custody.About.DEVICE}
    devices = dict(Device.objects.filter(pk__in=seen).values_list("pk", "name"))
    return [
        Clash(
            devices.get(int(one.who), "") if one.about is custody.About.DEVICE else "",
            () if one.about is custody.About.DEVICE else (one.first, one.second),
            (places.get(int(one.places[0]), ""), places.get(int(one.places[1]), "")),
            one.since,
            one.until,
        )
        for one in found
    ]
