"""What the board does by itself: it rings, and nothing else."""

from __future__ import annotations

from datetime import datetime

from shouwang.apps.dispatch.usecases import ring_for_silence
from shouwang.kernel.jobs import every


@every("dispatch.silence", seconds=20)
def ring_when_nobody_acknowledges(at: datetime) -> None:
    """A crew that was sent and says nothing: whoever leads the shift hears of it."""
    ring_for_silence(at=at)
