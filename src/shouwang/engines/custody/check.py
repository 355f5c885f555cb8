"""What is covered, what is missing, what contradicts. Cut at every moment at which anything begins or ends, then look at each piece."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import groupby, pairwise

from shouwang.engines.custody.model import About, Contradiction, Found, Gap, Piece, Recording, Stay, refuse_twice
from shouwang.engines.errors import BadData

NOTHING = timedelta(0)


def examine(stay: Stay, recordings: Iterable[Recording], *, tolerance: timedelta = NOTHING) -> Found:
    """
    What recordings show of a stay.

    recordings   in real time (`corrected`), in any order, of any place; those of other places and times are not counted
    tolerance    time without a recording up to this length is not counted as a gap; unbroken time counts as one, whichever places it
                 leads through
    Errors       BadData: a tolerance below zero
    """
    if tolerance < NOTHING:
        raise BadData("tolerance", "must not be below zero")
    seen = {where.place for where in stay.places}
    near = [one for one in recordings if one.place in seen and one.since < stay.until and one.until > stay.since]
    pieces = tuple(_joined(_pieces(stay, near)))
    missing = [
        Gap(run[0].since, run[-1].until, tuple(run))
        for bare, group in groupby(pieces, key=lambda piece: not piece.recordings)
        if bare and (run := list(group))
    ]
    return Found(
        stay.id,
        pieces,
        tuple(gap for gap in missing if gap.length > tolerance),
        tuple(gap for gap in missing if gap.length <= tolerance),
        sum((piece.until - piece.since for piece in pieces if piece.recordings), NOTHING),
        stay.until - stay.since,
    )


def _pieces(stay: Stay, near: Sequence[Recording]) -> Iterable[Piece]:
    """In a place that contradicts itself (two places at once) the one that was noted last counts."""
    moments = {stay.since, stay.until}
    spans = [*((one.since, one.until) for one in stay.places), *((one.since, one.until) for one in near)]
    moments |= {at for span in spans for at in span if stay.since < at < stay.until}
    places = sorted(stay.places, key=lambda one: one.since)
    by_place: dict[str, list[Recording]] = {}
    for film in near:
        by_place.setdefault(film.place, []).append(film)
    for since, until in pairwise(sorted(moments)):
        place = next((one.place for one in reversed(places) if one.since <= since < one.until), "")
        seen = sorted(one.id for one in by_place.get(place, ()) if place and one.since <= since < one.until)
        yield Piece(place, since, until, tuple(seen))


def _joined(pieces: Iterable[Piece]) -> Iterable[Piece]:
    """Neighbours between which nothing changed are one piece."""
    for (place, seen), group in groupby(pieces, key=lambda piece: (piece.place, piece.recordings)):
        run = list(group)
        yield Piece(place, run[0].since, run[-1].until, seen)


@dataclass(frozen=True, slots=True)
class _Seen:
    """Somebody or something in one place, and which row says so."""

    who: str
    row: str
    place: str
    since: datetime
    until: datetime


def contradictions(stays: Sequence[Stay], recordings: Sequence[Recording]) -> tuple[Contradiction, ...]:
    """
    One device in two places at once, or one person; by time.

    Two files of one device in the same place at once are no contradiction: a device may write the same minute twice.
    Errors   BadData: a stay or a recording stands there twice
    """
    refuse_twice("stays", [one.id for one in stays])
    refuse_twice("recordings", [one.id for one in recordings])
    devices = [_Seen(one.device, one.id, one.place, one.since, one.until) for one in recordings]
    people = [
        _Seen(stay.person or f"stay {stay.id}", stay.id, where.place, where.since, where.until)
        for stay in stays
        for where in stay.places
    ]
    found = [*_twice(About.DEVICE, devices), *_twice(About.PERSON, people)]
    return tuple(sorted(found, key=lambda one: (one.since, one.about, one.who, one.first, one.second)))


def _twice(about: About, seen: Sequence[_Seen]) -> Iterable[Contradiction]:
    for who, group in groupby(sorted(seen, key=lambda one: (one.who, one.since, one.row)), key=lambda one: one.who):
        here: list[_Seen] = []
        for one in group:
            here = [other for other in here if other.until > one.since]
            for other in here:
                since, until = one.since, min(one.until, other.until)
                if other.place != one.place and since < until:
                    yield Contradiction(about, who, other.row, one.row, (other.place, one.place), since, until)
            here.append(one)


def outside(stays: Iterable[Stay], recordings: Iterable[Recording]) -> tuple[str, ...]:
    """The recordings that show nobody's stay: no one was in that place at any moment of them. In the order given."""
    there: dict[str, list[tuple[datetime, datetime]]] = {}
    for stay in stays:
        for where in stay.places:
            there.setdefault(where.place, []).append((where.since, where.until))
    return tuple(
        one.id
        for one in recordings
        if not any(since < one.until and until > one.since for since, until in there.get(one.place, ()))
    )
