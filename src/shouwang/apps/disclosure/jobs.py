"""What the room of disclosure does by itself."""

from __future__ import annotations

from datetime import datetime

from shouwang.apps.disclosure.usecases import lapse
from shouwang.kernel.jobs import every


@every("disclosure.lapse", minutes=60)
def end_what_nobody_answered(at: datetime) -> None:
    """Letters whose term ended without a word: the reply clock goes on by itself."""
    lapse(at)
