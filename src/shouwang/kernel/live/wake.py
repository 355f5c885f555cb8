"""
How a commit is heard elsewhere.

Within a process a listener (the hub) is called directly after the commit. Between processes PostgreSQL carries a
NOTIFY, issued inside the transaction so that it fires with the commit and never without it. SQLite has no such
messenger; there the hub of another process looks at `PRAGMA data_version`, which changes with every foreign commit.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from functools import partial
from typing import Any, Protocol

from django.db import connection, transaction

from .frames import Row

CHANNEL = "shouwang_live"
"""Name of the PostgreSQL notification channel; it lives within one database."""

NOTIFY_MAX_BYTES = 7_900
"""PostgreSQL refuses a notification of 8,000 bytes or more."""


class Listener(Protocol):
    """What wants to hear of commits. Both methods are called from any thread and must not block."""

    def heard(self, stream: str, seq: int, row: Row | None = None) -> None:
        """The stream reaches this number; `row` is that event, if it was written by this process."""

    def heard_whisper(self, stream: str, kind: str, payload: Mapping[str, Any], audience: int) -> None:
        """Something was said that is not kept."""


_listeners: list[Listener] = []


def attach(listener: Listener) -> None:
    """From now on call this listener for every commit of this process."""
    _listeners.append(listener)


def detach(listener: Listener) -> None:
    """Stop calling this listener; one that is not attached is no error."""
    if listener in _listeners:
        _listeners.remove(listener)


def announce(stream: str, seq: int, row: Row | None) -> None:
    """Tell everybody, once the current transaction commits, that `stream` now reaches `seq`."""
    if connection.vendor == "postgresql":
        _notify(json.dumps({"stream": stream, "seq": seq}))
    transaction.on_commit(partial(_tell, stream, seq, row), robust=True)


def announce_whisper(stream: str, kind: str, payload: Mapping[str, Any], audience: int) -> None:
    """Tell everybody, once the current transaction commits, what is not kept."""
    if connection.vendor == "postgresql":
        # Our own hub hears it through the database as well: one road, so nobody hears it twice.
        said = {"stream": stream, "kind": kind, "payload": payload, "audience": audience}
        _notify(json.dumps(said, ensure_ascii=False))
    else:
        transaction.on_commit(partial(_tell_whisper, stream, kind, payload, audience), robust=True)


def take_notification(text: str, listener: Listener) -> None:
    """Hand one NOTIFY payload, as written above, to a listener."""
    said = json.loads(text)
    if "seq" in said:
        listener.heard(said["stream"], said["seq"])
    else:
        listener.heard_whisper(said["stream"], said["kind"], said["payload"], said["audience"])


def _notify(text: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_notify(%s, %s)", [CHANNEL, text])


def _tell(stream: str, seq: int, row: Row | None) -> None:
    for listener in tuple(_listeners):
        listener.heard(stream, seq, row)


def _tell_whisper(stream: str, kind: str, payload: Mapping[str, Any], audience: int) -> None:
    for listener in tuple(_listeners):
        listener.heard_whisper(stream, kind, payload, audience)
