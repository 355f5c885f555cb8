"""What the post room does by itself."""

from __future__ import annotations

from datetime import datetime, timedelta

from shouwang.apps.notices import enclosures, outbox, receiving
from shouwang.apps.notices.deciding import Rules
from shouwang.kernel.jobs import every

REMEMBER_EVENTS_FOR = timedelta(days=30)


@every("notices.sweep", minutes=1)
def sweep(at: datetime) -> object:
    """Bring messages to their end that no running sender looks after, and what came with messages and cannot be fetched any more."""
    return outbox.sweep(at, Rules(), worker="worker"), enclosures.give_up(at)


@every("notices.parked", seconds=30)
def retry_parked(at: datetime) -> object:
    """Hand over arrived messages that the rooms above could not take before."""
    return receiving.retry_parked(at=at)


@every("notices.forget", hours=24)
def forget(at: datetime) -> object:
    """Drop the marks of events that no gateway will deliver again, and of what came with them."""
    before = at - REMEMBER_EVENTS_FOR
    return receiving.forget_before(before), enclosures.forget_before(before)
