"""Facts that the catalogue publishes, in the transaction that makes them true."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from shouwang.kernel.events import Event


@dataclass(frozen=True, slots=True)
class ItemPublished(Event):
    """An item became public, or became public again after it was withdrawn. `sha256` is over the content, see `content.py`."""

    item_id: int
    unit_id: int
    version: int
    sha256: str
    at: datetime


@dataclass(frozen=True, slots=True)
class ItemChanged(Event):
    """A public item has a new version."""

    item_id: int
    unit_id: int
    version: int
    sha256: str
    at: datetime


@dataclass(frozen=True, slots=True)
class ItemReviewed(Event):
    """Somebody looked and found that nothing had changed. Not an update."""

    item_id: int
    unit_id: int
    version: int
    at: datetime


@dataclass(frozen=True, slots=True)
class ItemWithdrawn(Event):
    """A public item was withdrawn; its page keeps the reason. `sha256` is that of the last version."""

    item_id: int
    unit_id: int
    version: int
    sha256: str
    reason: str
    at: datetime


@dataclass(frozen=True, slots=True)
class AnswerPublished(Event):
    """An answer to a question about an item can be read by everybody."""

    question_id: int
    item_id: int
    unit_id: int
    at: datetime
