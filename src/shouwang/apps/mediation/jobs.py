"""What the room of mediation does by itself: it reminds and asks, and decides nothing."""

from __future__ import annotations

from datetime import datetime

from shouwang.apps.mediation.usecases import ask_visits
from shouwang.apps.mediation.usecases import remind as remind_all
from shouwang.kernel.jobs import every


@every("mediation.remind", minutes=30)
def remind(at: datetime) -> None:
    """Both sides are reminded before a day that they agreed on, and asked after it."""
    remind_all(at=at)


@every("mediation.visit", hours=1)
def visit(at: datetime) -> None:
    """A month later the question whether it still holds."""
    ask_visits(at=at)
