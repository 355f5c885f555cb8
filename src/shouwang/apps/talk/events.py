"""Facts the rooms publish for the doors and rooms above them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from shouwang.kernel.events import Event


@dataclass(frozen=True, slots=True)
class PostAdded(Event):
    """Something was said in a room. `by_station` when an officer spoke: the QQ door carries it to the group."""

    room_id: int
    post_id: int
    seq: int
    via: str
    by_station: bool
    at: datetime


@dataclass(frozen=True, slots=True)
class PostHidden(Event):
    """A post is not shown any more, to nobody but the station and its writer. `taken_back`: not by moderation, but where it was said."""

    room_id: int
    seq: int
    at: datetime
    taken_back: bool = False


@dataclass(frozen=True, slots=True)
class PostShown(Event):
    """A hidden post is shown again, or what came with a post has arrived: pages draw it anew."""

    room_id: int
    seq: int
    at: datetime


@dataclass(frozen=True, slots=True)
class OfferPrivate(Event):
    """
    A post that could not be held back tells who somebody is, or that something happened to them: offer to go private.

    reasons   what was seen, as kinds of `engines.triage.personal`: `phone`, `incident`, …; never the words themselves
    """

    room_id: int
    post_id: int
    member_id: int
    reasons: tuple[str, ...]
    at: datetime


@dataclass(frozen=True, slots=True)
class DangerHeard(Event):
    """Words of danger in a room: the desk is ringing. `numbers` are to be told to the writer alone, at once."""

    room_id: int
    member_id: int
    matter_id: int
    numbers: tuple[str, ...]
    at: datetime


@dataclass(frozen=True, slots=True)
class MovedToPrivate(Event):
    """A post became a private matter; the tracking code waits for its writer (`usecases.hand_out_code`)."""

    room_id: int
    matter_id: int
    member_id: int | None
    at: datetime


@dataclass(frozen=True, slots=True)
class AnswerPosted(Event):
    """A de-identified answer went back to the room: a guide may be made of it."""

    room_id: int
    post_id: int
    matter_id: int
