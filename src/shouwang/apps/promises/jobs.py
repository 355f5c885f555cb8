"""What the room of promises does by itself."""

from __future__ import annotations

from datetime import datetime

from shouwang.apps.promises.counting import count_what_is_over
from shouwang.kernel.jobs import every


@every("promises.scorecards", hours=1)
def write_the_scorecards_of_what_is_over(at: datetime) -> None:
    """From the first of a month on; what is counted already and has not changed stays as it is."""
    count_what_is_over(at)
