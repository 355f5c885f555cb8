"""What the room does by itself: it looks for what has to be found or made."""

from __future__ import annotations

import logging
from datetime import datetime

from shouwang.apps.redactions.models import Redaction, State
from shouwang.apps.redactions.work import find_all, make_copy
from shouwang.kernel.jobs import every

logger = logging.getLogger(__name__)
AT_ONCE = 4


@every("redactions.work", seconds=3)
def find_and_make(at: datetime) -> None:
    """One document that breaks does not hold up the others; it is tried again next time."""
    waiting = Redaction.objects.for_pages().filter(state__in=(State.FINDING, State.MAKING)).order_by("pk")[:AT_ONCE]
    for one in waiting:
        try:
            if one.state == State.FINDING:
                find_all(one)
            else:
                make_copy(one, at)
        except Exception:
            logger.exception("Redaction %s could not be worked on", one.pk)
