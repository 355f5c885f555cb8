"""What rings for this officer, whatever page is open: danger first, then what a room above adds."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.http import HttpRequest
from django.utils import timezone
from django.utils.functional import SimpleLazyObject

from shouwang.apps.desk.access import viewer_of
from shouwang.apps.desk.queue import ringing
from shouwang.apps.matters.models import Matter
from shouwang.apps.matters.policy import may_answer
from shouwang.apps.matters.rooms_above import Part, parts
from shouwang.apps.matters.views import live_line


@dataclass(frozen=True, slots=True)
class Bell:
    """
    first   the matter that rings longest, with the words that made it ring; None when none does
    count   how many ring
    others  what rings in a room above, shown when no danger does
    line    the streams that tell of news
    """

    first: Matter | None
    count: int
    others: list[Part]
    line: dict[str, str]
    now: datetime


def bell_of(request: HttpRequest) -> Bell | None:
    """The bell of whoever is signed in; None for those who answer no residents."""
    officer = request.viewer.officer if hasattr(request, "viewer") else None
    if officer is None or not may_answer(officer):
        return None
    now = timezone.now()
    desks = sorted({f"desk:{post.unit.station.pk}" for post in officer.held_posts})
    line = live_line(*desks)  # before anything is read, so that nothing falls between
    first, count = ringing(viewer_of(request))
    return Bell(first, count, parts("alarm", request, now) if first is None else [], line, now)


def bell(request: HttpRequest) -> dict[str, Any]:
    """`bell`, for the frames of all pages; asked only where a page shows it."""
    return {"bell": SimpleLazyObject(lambda: bell_of(request))}
