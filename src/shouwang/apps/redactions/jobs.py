"""What the room does by itself: it looks for what has to be found or made."""

from __future__ import annotations

import logging
from datetime import datetime

from shouwang.apps.redactions.models import Redaction, State
from shouwang.apps.redactions.work import find_all, give_back, make_copy, read_again
from shouwang.kernel.jobs import every
from shouwang.kernel.trouble import trouble_of

logger = logging.getLogger(__name__)
AT_ONCE = 4


@every("redactions.work", seconds=3)
def find_and_make(at: datetime) -> None:
    """
    One document that breaks does not hold up the others: it goes back with a sentence.

    When the house is in trouble (no room on the disk, a busy database) it waits and is tried again next time.
    """
    waiting = Redaction.objects.for_pages().filter(state__in=(State.FINDING, State.MAKING)).order_by("pk")[:AT_ONCE]
    for one in waiting:
        try:
            if one.state == State.FINDING:
                find_all(one)
            else:
                make_copy(one, at)
        except Exception as error:
            logger.exception("Redaction %s could not be worked on", one.pk)
            if trouble_of(error) is None:
                give_back(one, at)


@every("redactions.read_again", seconds=30)
def read_what_is_out(_at: datetime) -> None:
    """Copies that were made before they were compared with one another are read, the newest first."""
    unread = Redaction.objects.for_pages().filter(
        told__isnull=True, copy__isnull=False, state__in=(State.REVIEW, State.RELEASED)
    )
    for one in unread.order_by("-pk")[:AT_ONCE]:
        read_again(one)
