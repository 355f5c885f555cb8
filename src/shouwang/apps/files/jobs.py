"""What the files room does by itself."""

from __future__ import annotations

from datetime import datetime, timedelta

from shouwang.apps.files.usecases import sweep_orphans
from shouwang.kernel.jobs import every

#: Uploads that never became part of a message are kept this long: long enough for any retry.
KEEP_UNSENT = timedelta(days=2)


@every("files.sweep", hours=24)
def sweep(at: datetime) -> None:
    """Remove uploads that were never sent, and pieces of files without a row."""
    sweep_orphans(KEEP_UNSENT, at=at)
