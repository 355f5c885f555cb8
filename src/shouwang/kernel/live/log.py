"""
The log's plain side: write an event, read events, let old ones go. Synchronous, for use cases and workers.

    BadEvent(ValueError)   an event that cannot be written; says what is wrong with it

Order. A number is taken by one UPDATE of the stream's row; the row stays locked until the caller's transaction ends. So
within a stream numbers are given in commit order, a rolled-back number is given again, and a reader who has seen n will
never meet a late n-1. The price: publishers of one stream wait for each other, so publish last in the transaction, and
several streams always in the order of their names (two transactions taking them crosswise would lock each other out).
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any, NamedTuple

from django.db import connection, transaction
from django.db.models import F, Min

from . import wake
from .frames import Row
from .models import LiveEvent, Stream
from .names import kind_name, stream_name

PAYLOAD_MAX_BYTES = 16_384
WHISPER_MAX_BYTES = 2_048
PRUNE_BATCH = 1_000
RESTORE_LEAP = 1_000_000

_ZERO = re.compile(r"(?<!\\)(?:\\\\)*\\u0000")  # the escape itself, not a text that shows how to write it


class BadEvent(ValueError):
    """An event that cannot be written."""


class Reach(NamedTuple):
    """What a stream holds: events floor+1 … last_seq. (0, 0) for a stream nobody has written to."""

    last_seq: int
    floor: int


NOTHING = Reach(0, 0)


def publish(stream: str, kind: str, payload: Mapping[str, Any], *, audience: int, at: datetime) -> LiveEvent:
    """
    Write the next event of a stream in the caller's transaction (or one of its own); listeners wake on commit.

    payload    JSON values only, at most 16 KiB; keep it to what the listener may see and needs
    audience   rank 0 … 32767; delivered to listeners whose clearance is at least this
    at         aware time of the event
    Raises     BadName, BadEvent
    """
    stream_name(stream)
    kind_name(kind)
    _check(payload, audience, PAYLOAD_MAX_BYTES)
    if at.tzinfo is None:
        raise BadEvent("The time of an event must be aware of its zone.")
    with transaction.atomic():
        stream_id, seq = _next_seq(stream)
        event = LiveEvent.objects.create(
            stream_id=stream_id, seq=seq, kind=kind, audience=audience, payload=dict(payload), at=at
        )
        wake.announce(stream, seq, Row(stream, seq, kind, audience, dict(payload), at))
    return event


def whisper(stream: str, kind: str, payload: Mapping[str, Any], *, audience: int) -> None:
    """
    Say something to whoever listens now (typing, presence): never kept, no number, lost on any trouble. At most 2 KiB.

    Heard in every process on PostgreSQL, and in this process on SQLite. Raises BadName, BadEvent.
    """
    stream_name(stream)
    kind_name(kind)
    _check(payload, audience, WHISPER_MAX_BYTES)
    wake.announce_whisper(stream, kind, dict(payload), audience)


def cursor_of(*streams: str) -> dict[str, int]:
    """How far each stream reaches now. Read it *before* the page's own queries, and give it to the page as cursor."""
    reached = reach(streams)
    return {name: reached[name].last_seq for name in streams}


def reach(streams: Iterable[str]) -> dict[str, Reach]:
    """What each of the streams holds; every name asked for is answered."""
    found = dict.fromkeys(streams, NOTHING)
    names = list(found)
    for start in range(0, len(names), 500):
        rows = Stream.objects.filter(name__in=names[start : start + 500]).values_list("name", "last_seq", "floor")
        for name, last_seq, floor in rows:
            found[name] = Reach(last_seq, floor)
    return found


def read(stream: str, after: int, *, upto: int | None = None, limit: int = 500) -> list[Row]:
    """Events of one stream with after < seq (<= upto), in order, at most `limit`; whatever their audience."""
    events = LiveEvent.objects.filter(stream__name=stream, seq__gt=after)
    if upto is not None:
        events = events.filter(seq__lte=upto)
    rows = events.order_by("seq").values_list("seq", "kind", "audience", "payload", "at")[:limit]
    return [Row(stream, *row) for row in rows]


def prune(before: datetime) -> int:
    """
    Let go of all events of a stream up to the first one that happened at or after `before`; returns how many went.

    Only the front of a stream is cut, so what stays has no gap. A cursor from before the cut is told to start anew.
    """
    gone = 0
    old = Stream.objects.filter(events__at__lt=before).distinct()
    for stream in list(old):
        first_kept = stream.events.filter(at__gte=before).aggregate(first=Min("seq"))["first"]
        # Whatever is published meanwhile has a higher number than both, so no lock is needed.
        floor = stream.last_seq if first_kept is None else first_kept - 1
        Stream.objects.filter(pk=stream.pk, floor__lt=floor).update(floor=floor)
        gone += _delete_below_floor(stream.pk, floor)
    return gone


def forget(stream: str) -> None:
    """
    Erase all events of a stream (its matter is erased by law); every open page of it is told to start anew.

    The numbers go on, one is skipped: that gap is how each process notices, and drops its copy.
    """
    with transaction.atomic():
        changed = Stream.objects.filter(name=stream).update(last_seq=F("last_seq") + 1, floor=F("last_seq") + 1)
        if not changed:
            return
        kept = Stream.objects.get(name=stream)
        kept.events.all().delete()
        wake.announce(kept.name, kept.last_seq, None)


def leap_after_restore() -> None:
    """
    After a backup was put back: no cursor handed out since that backup may be taken for a good one.

    Every stream leaps far ahead and its log starts empty, so each page that was open reloads itself once.
    """
    with transaction.atomic():
        LiveEvent.objects.all().delete()
        leap = F("last_seq") + RESTORE_LEAP
        Stream.objects.update(last_seq=leap, floor=leap)


def foreign_commits() -> int | None:
    """On SQLite a number that changes on this connection whenever another one has committed; elsewhere None."""
    if connection.vendor != "sqlite":
        return None
    with connection.cursor() as cursor:
        cursor.execute("PRAGMA data_version")
        return int(cursor.fetchone()[0])


def read_many(wanted: Sequence[tuple[str, int]], limit: int) -> list[list[Row]]:
    """`read(stream, after, limit=limit)` for each pair."""
    return [read(stream, after, limit=limit) for stream, after in wanted]


def _next_seq(stream: str) -> tuple[int, int]:
    """Take the next number; the row of the stream stays locked until the transaction ends. (stream id, seq)"""
    table = connection.ops.quote_name(Stream._meta.db_table)
    take = f"UPDATE {table} SET last_seq = last_seq + 1 WHERE name = %s RETURNING id, last_seq"  # noqa: S608 - own table
    with connection.cursor() as cursor:
        cursor.execute(take, [stream])
        row = cursor.fetchone()
        if row is None:
            # Two may create it at once: the loser waits for the winner's commit, then both count up.
            Stream.objects.bulk_create([Stream(name=stream)], ignore_conflicts=True)
            cursor.execute(take, [stream])
            row = cursor.fetchone()
    return row[0], row[1]


def _delete_below_floor(stream_pk: int, floor: int) -> int:
    """In small steps, so that a publisher never waits long for the write lock of SQLite."""
    gone = 0
    while True:
        keys = (
            LiveEvent.objects.filter(stream_id=stream_pk, seq__lte=floor).order_by("seq").values_list("pk", flat=True)
        )
        deleted, _ = LiveEvent.objects.filter(pk__in=list(keys[:PRUNE_BATCH])).delete()
        if not deleted:
            return gone
        gone += deleted


def _check(payload: Mapping[str, Any], audience: int, limit: int) -> None:
    if not 0 <= audience <= 32_767:
        raise BadEvent(f"The audience of an event is a rank from 0 to 32767, not {audience}.")
    try:
        text = json.dumps(payload, ensure_ascii=False, allow_nan=False)
        size = len(text.encode())
    except (TypeError, ValueError) as error:
        raise BadEvent(f"The payload of an event must be plain JSON: {error}.") from error
    if size > limit:
        raise BadEvent(f"The payload of an event has at most {limit} bytes, not {size}; send a reference instead.")
    if _ZERO.search(text):
        raise BadEvent("The payload of an event holds a zero character, which PostgreSQL cannot keep.")
