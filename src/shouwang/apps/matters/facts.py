"""Facts the spine publishes for the rooms above it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from shouwang.kernel.events import Event


@dataclass(frozen=True, slots=True)
class EntryAdded(Event):
    """Something happened in a matter. `by` is the side, `visibility` who may see it."""

    matter_id: int
    seq: int
    type: str
    by: str
    visibility: int
    at: datetime


@dataclass(frozen=True, slots=True)
class MatterOpened(Event):
    """A new matter exists."""

    matter_id: int
    at: datetime


@dataclass(frozen=True, slots=True)
class CodeIssued(Event):
    """A tracking code was made. The code itself is not told."""

    matter_id: int
    code_id: int


@dataclass(frozen=True, slots=True)
class ReadMoved(Event):
    """One side has received or read further."""

    matter_id: int
    side: str
    delivered_seq: int
    read_seq: int
