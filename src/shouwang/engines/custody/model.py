"""Stays, recordings and readings of clocks: what goes in, and what comes out, all frozen."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from shouwang.engines.errors import BadData


def _span(what: str, since: datetime, until: datetime) -> None:
    if since.tzinfo is None or until.tzinfo is None:
        raise BadData(what, "times must carry their offset, such as 2026-11-23T09:00:00+08:00")
    if until < since:
        raise BadData(what, "ends before it begins")


@dataclass(frozen=True, slots=True)
class Whereabouts:
    """Where somebody was, from `since` until before `until`."""

    place: str
    since: datetime
    until: datetime

    def __post_init__(self) -> None:
        _span(f"whereabouts in {self.place}", self.since, self.until)


@dataclass(frozen=True, slots=True)
class Stay:
    """
    One person, from coming to leaving.

    person   tells two stays of one person; empty when nobody knows yet, and then no other stay is taken for the same person's
    until    leaving, or the moment up to which is asked
    places   in any order; they may leave time out, which is time nobody noted
    Errors   BadData: ends before it begins, times without an offset
    """

    id: str
    person: str
    since: datetime
    until: datetime
    places: tuple[Whereabouts, ...]

    def __post_init__(self) -> None:
        _span(f"stay {self.id}", self.since, self.until)


@dataclass(frozen=True, slots=True)
class Recording:
    """One file: what a device saw in one place. Errors: BadData, as for a stay."""

    id: str
    device: str
    place: str
    since: datetime
    until: datetime

    def __post_init__(self) -> None:
        _span(f"recording {self.id}", self.since, self.until)


@dataclass(frozen=True, slots=True)
class Reading:
    """Somebody compared a device's clock with the right time: it showed `shown` at `real`."""

    device: str
    real: datetime
    shown: datetime

    @property
    def ahead(self) -> timedelta:
        """How far the device was ahead; below zero when it was behind."""
        return self.shown - self.real


@dataclass(frozen=True, slots=True)
class Offset:
    """
    How far a device's clock is taken to be ahead, and why.

    reading   the comparison it rests on; None when there is none, and then the device is believed
    drift     by how much the next comparison differs; None when there is only one. A large one says that the time between is uncertain
    """

    ahead: timedelta
    reading: Reading | None = None
    drift: timedelta | None = None


@dataclass(frozen=True, slots=True)
class Piece:
    """A part of a stay during which nothing changes: one place (empty: nobody noted one), the same recordings (none: not covered)."""

    place: str
    since: datetime
    until: datetime
    recordings: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Gap:
    """
    Time of a stay that no recording shows, longer than the tolerance.

    parts   where the person was meanwhile, in order; a gap may go on from one place to the next
    """

    since: datetime
    until: datetime
    parts: tuple[Piece, ...]

    @property
    def length(self) -> timedelta:
        return self.until - self.since


@dataclass(frozen=True, slots=True)
class Found:
    """
    What was found for one stay.

    pieces      the whole stay, cut where anything changes; together they are exactly the stay
    gaps        longest unbroken times without a recording, those above the tolerance
    passed      the same below it, which are not counted
    covered, length   how much of the stay some recording shows, and how long it is
    """

    stay: str
    pieces: tuple[Piece, ...]
    gaps: tuple[Gap, ...]
    passed: tuple[Gap, ...]
    covered: timedelta
    length: timedelta

    @property
    def whole(self) -> bool:
        """Nothing is missing that would have to be explained."""
        return not self.gaps


class About(StrEnum):
    """What is in two places at once."""

    DEVICE = "device"
    PERSON = "person"


@dataclass(frozen=True, slots=True)
class Contradiction:
    """
    One device, or one person, in two places at once.

    who      the device, or the person
    first, second   the recordings, or the stays; the same stay twice when it contradicts itself
    places   where, in the same order
    """

    about: About
    who: str
    first: str
    second: str
    places: tuple[str, str]
    since: datetime
    until: datetime


def refuse_twice(what: str, ids: Sequence[str]) -> None:
    """Raises BadData when a name stands twice."""
    if len(set(ids)) != len(ids):
        raise BadData(what, f"{next(one for one in ids if ids.count(one) > 1)} stands there twice")
