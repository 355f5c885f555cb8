"""
One event as bytes, made once per process and shared by everybody who gets it.

On the wire all events are plain SSE messages whose data is one JSON object; the kind is inside, so a page needs no list
of kinds:  {"stream": "room:3", "seq": 17, "kind": "message", "at": "2026-02-12T01:30:00+00:00", "payload": {…}}
A whisper has neither seq nor at.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any, NamedTuple


class Row(NamedTuple):
    """One event as read; `at` is aware, `payload` is what was published."""

    stream: str
    seq: int
    kind: str
    audience: int
    payload: dict[str, Any]
    at: datetime


class Frame:
    """
    An event or whisper, ready to send.

    seq    0 for a whisper
    json   the JSON object
    data   the SSE message without its id
    wire   the SSE message with the id of a listener who follows only this stream; the same bytes for all of them
    """

    __slots__ = ("audience", "data", "seq", "stream", "wire")

    def __init__(self, stream: str, seq: int, audience: int, body: Mapping[str, Any]) -> None:
        self.stream = stream
        self.seq = seq
        self.audience = audience
        self.data = b"data: " + json.dumps(body, ensure_ascii=False, separators=(",", ":")).encode() + b"\n\n"
        self.wire = f"id: {stream}={seq}\n".encode() + self.data if seq else self.data

    @property
    def json(self) -> bytes:
        """The JSON object alone."""
        return self.data[6:-2]


def from_row(row: Row) -> Frame:
    """An event of the log."""
    at = row.at.astimezone(UTC).isoformat()
    body = {"stream": row.stream, "seq": row.seq, "kind": row.kind, "at": at, "payload": row.payload}
    return Frame(row.stream, row.seq, row.audience, body)


def from_whisper(stream: str, kind: str, payload: Mapping[str, Any], audience: int) -> Frame:
    """Something said and not kept."""
    return Frame(stream, 0, audience, {"stream": stream, "kind": kind, "payload": payload})
