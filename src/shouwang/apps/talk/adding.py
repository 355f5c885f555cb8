"""Adding to a room: the one place where posts get their number."""

from __future__ import annotations

import hashlib
from datetime import datetime
from typing import Any

from django.db import connection, transaction

from shouwang.apps.talk.events import PostAdded
from shouwang.apps.talk.models import Member, Post, Room, Via
from shouwang.apps.units.models import Officer
from shouwang.kernel.events import publish


def locked(room: Room) -> Room:
    """The room as it stands now, held until the transaction ends: numbers are given one at a time and without a gap."""
    if not connection.in_atomic_block:
        raise transaction.TransactionManagementError("locked() needs a transaction.")
    return Room.objects.select_for_update(of=("self",)).select_related("unit__parent", "community").get(pk=room.pk)


def key_of(*parts: object) -> str:
    """40 hexadecimal digits that are equal exactly when the parts are: fits every column that keeps a sender's id."""
    return hashlib.sha256("\0".join(map(str, parts)).encode()).hexdigest()[:40]


def add(
    room: Room,
    *,
    at: datetime,
    body: str,
    member: Member | None = None,
    officer: Officer | None = None,
    said: str = "",
    data: dict[str, Any] | None = None,
    via: str = Via.WEB,
    client_id: str | None = None,
    remote_id: str | None = None,
) -> Post:
    """Give a post the next number of a room that the caller holds (`locked`), and tell whoever listens."""
    room.last_seq += 1
    Room.objects.filter(pk=room.pk).update(last_seq=room.last_seq)
    post = Post.objects.create(
        room=room,
        seq=room.last_seq,
        at=at,
        member=member,
        officer=officer,
        name=officer.public_name if officer else member.nickname if member else "",
        body=body,
        said=said,
        data=data or {},
        via=via,
        client_id=client_id,
        remote_id=remote_id,
    )
    publish(PostAdded(room.pk, post.pk, post.seq, via, officer is not None, at))
    return post
