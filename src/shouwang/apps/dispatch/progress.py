"""
How a sending stands, from its entries alone: `fold` of the `dispatch.…` facts in the order in which the house learned of them.

A phone without a network tells late: a step that comes after a later one keeps its time and moves nothing back.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, fields, replace
from datetime import datetime
from typing import Any, NamedTuple

ASKED, SENT, ACKNOWLEDGED, EN_ROUTE, ON_SCENE = "asked", "sent", "acknowledged", "en-route", "on-scene"
CLEARED, RECALLED, DECLINED, HANDED = "cleared", "recalled", "declined", "handed"
#: What a crew says of itself, in its order.
STEPS = (ACKNOWLEDGED, EN_ROUTE, ON_SCENE, CLEARED)
#: The crew is bound. One that was only asked is not.
BOUND = (SENT, ACKNOWLEDGED, EN_ROUTE, ON_SCENE)
_ENDS = frozenset({CLEARED, RECALLED, DECLINED, HANDED})
_COLUMN = {
    ASKED: "asked_at",
    SENT: "sent_at",
    ACKNOWLEDGED: "acknowledged_at",
    EN_ROUTE: "en_route_at",
    ON_SCENE: "on_scene_at",
    "silent": "silent_at",
    "answered": "answered_at",
}


class Fact(NamedTuple):
    """One entry: `what` without the room's name."""

    what: str
    at: datetime
    data: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Standing:
    """
    silent_at     the crew did not acknowledge in time and the leader of the shift was rung
    answered_at   somebody answered that ringing
    """

    state: str = ""
    asked_at: datetime | None = None
    sent_at: datetime | None = None
    acknowledged_at: datetime | None = None
    en_route_at: datetime | None = None
    on_scene_at: datetime | None = None
    ended_at: datetime | None = None
    silent_at: datetime | None = None
    answered_at: datetime | None = None


COLUMNS = tuple(one.name for one in fields(Standing))


def step(standing: Standing, fact: Fact) -> Standing:
    """One more fact."""
    what = CLEARED if fact.what == "feedback" and fact.data.get("ends") else fact.what
    changes: dict[str, Any] = {}
    column = _COLUMN.get(what)
    if column is not None and getattr(standing, column) is None:
        changes[column] = fact.at
    if standing.state not in _ENDS:
        if what in _ENDS:
            changes |= {"state": what, "ended_at": fact.at}
        elif what in (ASKED, *BOUND) and _rank(what) > _rank(standing.state):
            changes["state"] = what
    return replace(standing, **changes)


def _rank(state: str) -> int:
    order = ("", ASKED, *BOUND)
    return order.index(state)


def fold(facts: Iterable[Fact]) -> Standing:
    """From the beginning."""
    standing = Standing()
    for fact in facts:
        standing = step(standing, fact)
    return standing
