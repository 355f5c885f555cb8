"""
Is it fresh, due or overdue? A pure function of what happened to an item and of today; nothing of the answer is stored anywhere.

What counts is content: a change is a new version with other bytes (`content.Content.digest`), so a date that somebody touched is no update.
Times are station-local. `docs/explanation/what-fresh-means.md` tells it in words.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum

from shouwang.engines.clocks import Term, WorkCalendar, due
from shouwang.engines.law import Every, Unit

MONTHS = {Every.MONTH: 1, Every.QUARTER: 3, Every.YEAR: 12}
#: So long before its day an item asks for attention.
AHEAD = {Every.MONTH: timedelta(days=7), Every.QUARTER: timedelta(days=14), Every.YEAR: timedelta(days=30)}


class Freshness(StrEnum):
    FRESH = "fresh"
    DUE = "due"
    OVERDUE = "overdue"


class Because(StrEnum):
    """What the day rests on."""

    UNPUBLISHED = "unpublished"  # it was never public yet
    NEEDED = "needed"  # something changed in the world, or people asked for it
    RENEW = "renew"  # a new one is due each time
    REVIEW = "review"  # somebody has to look whether it still holds


@dataclass(frozen=True, slots=True)
class Cadence:
    """`within` is how soon a change is published; see `law.Publication` for the other two."""

    every: Every
    renew: bool
    within: Term


@dataclass(frozen=True, slots=True)
class Known:
    """
    What happened to an item.

    made_at      since when it should be there
    changed_at   when its content last became another one; None while it was never public
    reviewed_at  when somebody last found that nothing had changed
    needs        moments of what demands a change and was neither met nor refused with a public reason
    """

    made_at: datetime
    changed_at: datetime | None = None
    reviewed_at: datetime | None = None
    needs: tuple[datetime, ...] = ()


@dataclass(frozen=True, slots=True)
class Standing:
    """`due_on` is the last day in time; `provisional` when it hangs on holidays that are not published yet."""

    state: Freshness
    due_on: date
    because: Because
    provisional: bool

    @property
    def is_fresh(self) -> bool:
        return self.state == Freshness.FRESH

    @property
    def is_overdue(self) -> bool:
        return self.state == Freshness.OVERDUE


def standing(cadence: Cadence, known: Known, *, today: date, calendar: WorkCalendar) -> Standing:
    """
    How the item stands on this day. Of all that asks for something, the earliest day counts.

    A change answers every need before it; a review answers none, and does not renew what has to be new each time.
    """
    changed = known.changed_at
    open_needs = [need for need in known.needs if changed is None or need > changed]
    asks = [(due(need.date(), cadence.within, calendar), Because.NEEDED) for need in open_needs]
    if changed is None:
        asks.append((due(known.made_at.date(), cadence.within, calendar), Because.UNPUBLISHED))
    else:
        seen = changed if cadence.renew or known.reviewed_at is None else max(changed, known.reviewed_at)
        because = Because.RENEW if cadence.renew else Because.REVIEW
        asks.append((due(seen.date(), Term(MONTHS[cadence.every], Unit.MONTHS), calendar), because))
    first, because = min(asks, key=lambda ask: ask[0].on)
    if today > first.on:
        state = Freshness.OVERDUE
    elif open_needs or changed is None or today >= first.on - AHEAD[cadence.every]:
        state = Freshness.DUE
    else:
        state = Freshness.FRESH
    return Standing(state, first.on, because, first.provisional)
