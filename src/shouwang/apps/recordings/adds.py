"""
What the room of recordings adds to the desk's card of a matter.

Nothing to the resident's page: who was brought in is nobody else's to read.
"""

from __future__ import annotations

from datetime import datetime

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from shouwang.apps.matters.models import Matter
from shouwang.apps.matters.rooms_above import Action, Part, RoomAbove, add_room
from shouwang.apps.recordings import policy
from shouwang.apps.recordings.limits import limit_of
from shouwang.apps.recordings.models import Stay
from shouwang.apps.recordings.web import door
from shouwang.apps.recordings.words import SENTENCES


def _card(request: HttpRequest, matter: Matter, now: datetime) -> Part | None:
    officer = request.viewer.officer  # type: ignore[attr-defined]  # set by KnowWhoLooks
    if officer is None:
        return None
    stays = list(Stay.objects.visible_to(officer).filter(matter=matter).select_related("unit").order_by("entered_at"))
    return (
        Part("recordings/_card.html", {"stays": [(one, limit_of(one, now)) for one in stays], "now": now})
        if stays
        else None
    )


add_room(
    RoomAbove(
        "recordings",
        sentences=SENTENCES,
        card=_card,
        opens=door.opens,
        actions=(
            Action(
                "bring-in",
                _("有人进所"),
                "person",
                "",
                None,
                policy.may_bring_in,
                page=lambda matter: reverse("recordings:bring-in", args=[matter.number]),
            ),
        ),
    )
)
