"""What promises add elsewhere: a part of the leader's day sheet."""

from __future__ import annotations

from datetime import datetime

from django.http import HttpRequest

from shouwang.apps.matters.rooms_above import Part, RoomAbove, add_room
from shouwang.apps.promises import policy
from shouwang.apps.promises.queries import sheet_of


def _today(request: HttpRequest, now: datetime) -> Part | None:
    officer = request.viewer.officer  # type: ignore[attr-defined]  # set by KnowWhoLooks
    if officer is None or not policy.may_lead_some(officer):
        return None
    sheet = sheet_of(officer, now)
    return Part("promises/_today.html", {"promise_sheet": sheet}) if sheet else None


add_room(RoomAbove("promises", today=_today))
