"""What the rooms add to the desk: appeals on the day sheet of whoever may decide them."""

from __future__ import annotations

from datetime import datetime

from django.http import HttpRequest

from shouwang.apps.matters.rooms_above import Part, RoomAbove, add_room
from shouwang.apps.talk.queries import appeals_for


def _today(request: HttpRequest, now: datetime) -> Part | None:
    officer = request.viewer.officer  # type: ignore[attr-defined]  # set by KnowWhoLooks
    waiting = appeals_for(officer) if officer is not None else []
    return Part("rooms/_today.html", {"appeals": waiting, "now": now}) if waiting else None


add_room(RoomAbove("rooms", today=_today))
