"""
What of a room somebody has not read yet.

A member in one browser and an officer of the room's station each have a mark of their own; whoever only looks in has none. Posts are
numbered without a gap, so what is unread is what comes after the mark.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import Q

from shouwang.apps.talk import policy
from shouwang.apps.talk.models import Member, Reading, Room
from shouwang.apps.talk.visitor import Visitor
from shouwang.apps.units.models import Officer


@dataclass(frozen=True, slots=True)
class Unread:
    """What one reader has not read in one room: so many posts, from number `first` on."""

    first: int
    count: int


def reader_in(room: Room, visitor: Visitor) -> Officer | Member | None:
    """As whom the visitor reads: a room's own police as officers, else as the member this browser is."""
    officer = visitor.viewer.officer
    return officer if officer is not None and policy.serves(officer, room) else visitor.member_of(room)


def unread_in(rooms: Iterable[Room], visitor: Visitor) -> dict[int, Unread]:
    """Room → what the visitor has not read, for the rooms in which the visitor has a mark of their own. One query."""
    readers = {room: reader for room in rooms if (reader := reader_in(room, visitor)) is not None}
    members = [reader for reader in readers.values() if isinstance(reader, Member)]
    mine = (
        Q(member__in=members) | Q(officer=visitor.viewer.officer) if visitor.viewer.officer else Q(member__in=members)
    )
    read = dict(Reading.objects.filter(mine, room__in=readers).values_list("room_id", "seq")) if readers else {}
    return {room.pk: Unread((seq := read.get(room.pk, 0)) + 1, max(0, room.last_seq - seq)) for room in readers}


def mark_read(room: Room, visitor: Visitor, seq: int) -> None:
    """Up to here it is read. A mark only moves forward."""
    reader = reader_in(room, visitor)
    if reader is None:
        return
    mine = {"member" if isinstance(reader, Member) else "officer": reader}
    if not Reading.objects.filter(room=room, **mine, seq__lt=seq).update(seq=seq):
        Reading.objects.get_or_create(room=room, **mine, defaults={"seq": seq})
