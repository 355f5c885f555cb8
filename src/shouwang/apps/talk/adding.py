"""Adding to a room: the one place where posts get their number."""

from __future__ import annotations

import hashlib
from datetime import datetime
from typing import Any

from django.db import connection, transaction

from shouwang.apps.files.usecases import attach_all
from shouwang.apps.talk.events import PostAdded
from shouwang.apps.talk.models import Member, Post, Reading, Room, Via
from shouwang.apps.units.models import Officer
from shouwang.kernel.events import publish

#: How the files app names a post as the owner of uploads; the reference is `room/seq`.
FILES_OF = "talk.post"


def locked(room: Room) -> Room:
    """The room as it stands now, held until the transaction ends: numbers are given one at a time and without a gap."""
    if not connection.in_atomic_block:
        raise transaction.TransactionManagementError("locked() needs a transaction.")
    Room.objects.select_for_update().get(
        pk=room.pk
    )  # alone: PostgreSQL drops a joined row that changed while it waited
    return Room.objects.select_related("unit__parent", "community").get(pk=room.pk)


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
    files: tuple[str, ...] = (),
    files_by: str = "resident",
    via: str = Via.WEB,
    client_id: str | None = None,
    remote_id: str | None = None,
) -> Post:
    """
    Give a post the next number of a room that the caller holds (`locked`), and tell whoever listens.

    files   uploads that become part of the post in the same transaction; files_by is in whose name they wait
    """
    room.last_seq += 1
    Room.objects.filter(pk=room.pk).update(last_seq=room.last_seq)
    taken = attach_all(files, for_kind=FILES_OF, for_ref=f"{room.pk}/{room.last_seq}", by=files_by, at=at)
    with_files = {"files": [one.ref for one in taken]} if taken else {}
    post = Post.objects.create(
        room=room,
        seq=room.last_seq,
        at=at,
        member=member,
        officer=officer,
        name=officer.public_name if officer else member.nickname if member else "",
        body=body,
        said=said,
        data={**(data or {}), **with_files},
        via=via,
        client_id=client_id,
        remote_id=remote_id,
    )
    # What one says oneself is not news to oneself, if everything before it was read.
    if officer or member:
        writer = {"officer": officer} if officer else {"member": member}
        Reading.objects.filter(room=room, seq=post.seq - 1, **writer).update(seq=post.seq)
    publish(PostAdded(room.pk, post.pk, post.seq, via, officer is not None, at))
    return post
