"""What this room adds elsewhere: a part of the day sheet, and what it says in a matter whose information is in doubt."""

from __future__ import annotations

from datetime import date, datetime

from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext as _

from shouwang.apps.matters.models import Entry
from shouwang.apps.matters.rooms_above import Part, RoomAbove, add_room
from shouwang.apps.secrecy import policy
from shouwang.apps.secrecy.queries import sheet_of


def _today(request: HttpRequest, now: datetime) -> Part | None:
    officer = request.viewer.officer  # type: ignore[attr-defined]  # set by KnowWhoLooks
    if officer is None or not policy.may_propose_some(officer):
        return None
    today = timezone.localdate(now)
    sheet = sheet_of(officer, today)
    return Part("secrecy/_today.html", {"sheet": sheet, "today": today}) if sheet else None


def _unsure(entry: Entry) -> str:
    return _(
        "能不能公开，我们拿不准，已经请法制员和分局来定，最迟 %(day)s 有结论。在那以前不公开，也不拒绝；给您答复的期限照常算。"
    ) % {"day": date.fromisoformat(entry.data["until"]).isoformat()}


def _answered(_entry: Entry) -> str:
    return _("拿不准的地方有结论了，我们接着办答复。")


SENTENCES = {"secrecy.unsure": _unsure, "secrecy.answered": _answered}

add_room(RoomAbove("secrecy", sentences=SENTENCES, today=_today))
