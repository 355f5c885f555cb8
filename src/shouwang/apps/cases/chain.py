"""
Is a chain of custody whole? Values in, values out; no clock and no database.

A chain begins with taking. After it, the thing is with an officer (taken, handed, back, stored), outside (at a laboratory), or gone for
good (returned, handed on, destroyed). Whoever receives it confirms; what nobody confirmed is a gap, and so is a step that cannot follow
the one before.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

TAKEN, STORED, HANDED, TO_LAB, BACK = "taken", "stored", "handed", "to-lab", "back"
#: After these there is nothing left to keep.
GONE = frozenset({"returned", "handed-on", "destroyed"})
_OURS = frozenset({STORED, HANDED, TO_LAB}) | GONE
#: What may follow what.
NEXT: dict[str, frozenset[str]] = {
    "": frozenset({TAKEN}),
    TAKEN: _OURS,
    STORED: _OURS - {STORED},
    HANDED: _OURS,
    TO_LAB: frozenset({BACK}),
    BACK: _OURS,
    **dict.fromkeys(GONE, frozenset[str]()),
}
#: A thing that was taken is in the store, at a laboratory or gone within this time; a working rule of the house, no law.
SOON = timedelta(hours=24)


@dataclass(frozen=True, slots=True)
class Link:
    """
    One step.

    to, received_by   the officer (any key) it was handed to, and who confirmed it; empty when no officer receives it
    """

    what: str
    at: datetime
    by: str
    to: str = ""
    received_by: str = ""


class Flaw(StrEnum):
    """What is wrong with a chain."""

    NO_BEGINNING = "no-beginning"
    CANNOT_FOLLOW = "cannot-follow"
    BACKWARDS = "backwards"
    UNCONFIRMED = "unconfirmed"
    NOT_STORED = "not-stored"


@dataclass(frozen=True, slots=True)
class Finding:
    """One flaw; `step` counts from nought, and is the number of steps when it is about the end."""

    flaw: Flaw
    step: int


def may_follow(steps: Sequence[Link]) -> frozenset[str]:
    """What may be done next."""
    return NEXT.get(steps[-1].what if steps else "", frozenset())


def needs_receipt(link: Link) -> bool:
    """Whether another officer has to confirm: whoever did the step need not confirm to themselves."""
    return bool(link.to) and link.to != link.by


def is_gone(steps: Sequence[Link]) -> bool:
    return bool(steps) and steps[-1].what in GONE


def examine(steps: Sequence[Link], now: datetime) -> tuple[Finding, ...]:
    """
    Every flaw, in the order of the steps.

    steps    in the order in which they were written down
    Returns  nothing exactly when the chain is whole
    """
    if not steps:
        return (Finding(Flaw.NO_BEGINNING, 0),)
    found: list[Finding] = []
    for n, link in enumerate(steps):
        before = steps[n - 1] if n else None
        if link.what not in NEXT.get(before.what if before else "", frozenset()):
            found.append(Finding(Flaw.CANNOT_FOLLOW if before else Flaw.NO_BEGINNING, n))
        if before is not None and link.at < before.at:
            found.append(Finding(Flaw.BACKWARDS, n))
        if needs_receipt(link) and link.received_by != link.to:
            found.append(Finding(Flaw.UNCONFIRMED, n))
    if steps[-1].what in {TAKEN, HANDED, BACK} and now - steps[-1].at > SOON:
        found.append(Finding(Flaw.NOT_STORED, len(steps)))
    return tuple(found)
