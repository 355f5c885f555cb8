"""What the board does by itself: it rings and reminds, and nothing else."""

from __future__ import annotations

from datetime import datetime

from shouwang.apps.dispatch.usecases import remind_of_tasks, ring_for_silence
from shouwang.kernel.jobs import every


@every("dispatch.silence", seconds=20)
def ring_when_nobody_acknowledges(at: datetime) -> None:
    """A crew that was sent and says nothing: whoever leads the shift hears of it."""
    ring_for_silence(at=at)


@every("dispatch.tasks", minutes=10)
def remind_when_the_day_has_come(at: datetime) -> None:
    """What a crew left to be done is due: whoever is in charge of it hears of it, once."""
    remind_of_tasks(at=at)
