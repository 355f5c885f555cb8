"""
How a matter stands, told from its entries. Pure: no database, no clock.

`step` is the only place that says what an entry does to the state; the columns of `Matter` are `fold` of its entries, written as they come
and rebuilt by `./sw manage rebuild_matters`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any

OPEN, CLOSED, DISPUTED = "open", "closed", "disputed"


@dataclass(frozen=True, slots=True)
class Fact:
    """What `step` reads of an entry."""

    seq: int
    at: datetime
    type: str
    by: str
    officer_id: int | None
    visibility: int
    data: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Standing:
    """The cached columns of a matter, with the same names."""

    kind: str = ""
    title: str = ""
    unit_id: int | None = None
    handler_id: int | None = None
    offered_to_unit_id: int | None = None
    offered_to_id: int | None = None
    transfers: int = 0
    state: str = OPEN
    reason: str = ""
    waiting_since: datetime | None = None
    first_answer_at: datetime | None = None
    closed_at: datetime | None = None
    disputes: int = 0
    rating: int | None = None
    danger: str = ""
    rings: bool = False
    safe_contact: bool = False
    contact: Mapping[str, Any] = field(default_factory=dict)
    heartbeats: int = 0
    next_word_by: datetime | None = None
    last_seq: int = 0
    last_entry_at: datetime | None = None


COLUMNS = tuple(Standing.__dataclass_fields__)
PARTIES = 1
#: A sign of life is promised at least this often while a matter is open; a station promise, shown to the resident.
WORD_EVERY = timedelta(days=5)


def _received(now: Standing, fact: Fact) -> Standing:
    return replace(
        now,
        kind=fact.data["kind"],
        title=fact.data["title"],
        unit_id=fact.data["unit"],
        handler_id=fact.data.get("handler"),
        safe_contact=fact.data.get("safe_contact", False),
        contact=fact.data.get("contact", {}),
        next_word_by=fact.at + WORD_EVERY,
    )


def _message(now: Standing, fact: Fact) -> Standing:
    if fact.by in {"resident", "helper"} and now.state != CLOSED:
        return replace(now, waiting_since=now.waiting_since or fact.at)
    return _answered(now, fact) if fact.by == "officer" else now


def _answered(now: Standing, fact: Fact) -> Standing:
    if fact.visibility > PARTIES or now.state == CLOSED:
        return now  # a friendly word after the end promises no further one
    return replace(
        now,
        waiting_since=None,
        first_answer_at=now.first_answer_at or fact.at,
        next_word_by=fact.at + WORD_EVERY,
        heartbeats=0,
    )


def _assigned(now: Standing, fact: Fact) -> Standing:
    return replace(now, handler_id=fact.data["to"])


def _offered(now: Standing, fact: Fact) -> Standing:
    # The first receiver stays answerable: unit and handler do not move until somebody accepts.
    return replace(now, offered_to_unit_id=fact.data["unit"], offered_to_id=fact.data.get("officer"))


def _accepted(now: Standing, fact: Fact) -> Standing:
    return replace(
        now,
        unit_id=fact.data["unit"],
        handler_id=fact.officer_id,
        offered_to_unit_id=None,
        offered_to_id=None,
        transfers=now.transfers + 1,
    )


def _returned(now: Standing, _fact: Fact) -> Standing:
    return replace(now, offered_to_unit_id=None, offered_to_id=None, transfers=now.transfers + 1)


def _closed(now: Standing, fact: Fact) -> Standing:
    return replace(
        now,
        state=CLOSED,
        reason=fact.data["reason"],
        closed_at=fact.at,
        waiting_since=None,
        first_answer_at=now.first_answer_at or fact.at,
        offered_to_unit_id=None,
        offered_to_id=None,
        next_word_by=None,
        rating=None,
    )


def _reopened(now: Standing, fact: Fact, state: str) -> Standing:
    return replace(
        now, state=state, reason="", closed_at=None, next_word_by=fact.at + WORD_EVERY, waiting_since=fact.at
    )


def _disputed(now: Standing, fact: Fact) -> Standing:
    return replace(_reopened(now, fact, DISPUTED), disputes=now.disputes + 1, handler_id=fact.data.get("to"))


def _reviewed(now: Standing, fact: Fact) -> Standing:
    """The superior decides a dispute: it goes on, or the closing stands."""
    if fact.data["upheld"]:
        return _closed(now, fact)
    return replace(
        now, state=OPEN, waiting_since=None, next_word_by=fact.at + WORD_EVERY, handler_id=fact.data.get("to")
    )


def _happened(now: Standing, fact: Fact) -> Standing:
    """What a room above did; a word of the station to the resident when it says so, see `rooms_above.py`."""
    return _answered(now, fact) if fact.data.get("answers") else now


_GRADES = ("", "unclear", "maybe", "now")


def _danger_found(now: Standing, fact: Fact) -> Standing:
    """A full alarm rings until it is accepted; a weaker sign is shown, and never silences or hides a graver one."""
    grade = max(now.danger, fact.data["grade"], key=_GRADES.index)
    rings = now.rings or fact.data["grade"] == "now" or fact.data.get("rings", False)
    return replace(now, danger=grade, rings=rings)


_STEPS: dict[str, Callable[[Standing, Fact], Standing]] = {
    "received": _received,
    "message": _message,
    "assigned": _assigned,
    "handed-over": _assigned,
    "transfer-offered": _offered,
    "transfer-accepted": _accepted,
    "transfer-returned": _returned,
    "kind-changed": lambda now, fact: replace(now, kind=fact.data["kind"], title=fact.data.get("title", now.title)),
    "closed": _closed,
    "disputed": _disputed,
    "reviewed": _reviewed,
    "rated": lambda now, fact: replace(now, rating=fact.data["stars"]),
    "heartbeat": lambda now, fact: replace(now, heartbeats=now.heartbeats + 1, next_word_by=fact.at + WORD_EVERY),
    "danger-found": _danger_found,
    "danger-accepted": lambda now, _fact: replace(now, rings=False),
    "safe-contact": lambda now, fact: replace(
        now, safe_contact=fact.data["on"], contact=fact.data.get("contact", now.contact if fact.data["on"] else {})
    ),
    "happened": _happened,
    "taken-back": lambda now, fact: replace(now, title=fact.data.get("title", now.title)),
}


def step(now: Standing, fact: Fact) -> Standing:
    """How the matter stands after one more entry. Entries that only tell (notes, codes, clocks) move no column but the last two."""
    move = _STEPS.get(fact.type)
    after = move(now, fact) if move else now
    return replace(after, last_seq=fact.seq, last_entry_at=fact.at)


def fold(facts: Iterable[Fact]) -> Standing:
    """How a matter stands after all its entries, in the order of their numbers."""
    now = Standing()
    for fact in facts:
        now = step(now, fact)
    return now
