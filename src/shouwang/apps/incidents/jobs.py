"""What the room of incidents does by itself."""

from __future__ import annotations

from datetime import datetime

from shouwang.apps.incidents.usecases import forget_drafts
from shouwang.kernel.jobs import every


@every("incidents.forget-drafts", hours=6)
def forget(at: datetime) -> None:
    """Drafts of reports that nobody sent are kept for a month."""
    forget_drafts(at=at)
