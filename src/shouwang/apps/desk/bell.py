"""What rings for this officer, whatever page is open: danger first, then what a room above adds."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.http import HttpRequest
from django.utils import timezone
from django.utils.functional import SimpleLazyObject
from django.utils.translation import gettext

from shouwang.apps.desk.access import viewer_of
from shouwang.apps.desk.queue import ringing
from shouwang.apps.matters.models import Matter
from shouwang.apps.matters.policy import may_answer
from shouwang.apps.matters.rooms_above import Part, parts
from shouwang.apps.matters.views import live_line
from shouwang.apps.units.models import Officer, Role
from shouwang.apps.units.policy import under

#: In the session: alarms beyond the officer's sight of which they said that they tell the leaders.
TOLD = "told_alarms"
#: Set on the request by a page whose buttons must stay free.
AS_BANNER = "alarm_as_banner"


@dataclass(frozen=True, slots=True)
class Beyond:
    """
    keys    of the matters, sorted; nothing else of them is known here
    leaders whom to tell
    """

    keys: tuple[int, ...]
    leaders: tuple[Officer, ...]

    @property
    def says(self) -> str:
        """Their names; the bureau where the station has no leader."""
        return gettext("、").join(one.public_name for one in self.leaders) or gettext("分局")


@dataclass(frozen=True, slots=True)
class Bell:
    """
    first   the matter that rings longest, with the words that made it ring; None when none does
    count   how many ring
    beyond  what rings at this officer's station and only leaders can see, such as a complaint: that it does, and whom to tell
    others  what rings in a room above, shown when no danger does
    line    the streams that tell of news
    banner  it stands above the page and leaves it usable: for whoever is on the way to somebody else in need
    """

    first: Matter | None
    count: int
    beyond: Beyond | None
    others: list[Part]
    line: dict[str, str]
    now: datetime
    banner: bool = False


def as_banner(request: HttpRequest) -> bool:
    """Whether the page said, before it was drawn, that no alarm may lie over its buttons."""
    return getattr(request, AS_BANNER, False)


def bell_of(request: HttpRequest) -> Bell | None:
    """The bell of whoever is signed in; None for those who answer no residents."""
    officer = request.viewer.officer if hasattr(request, "viewer") else None
    if officer is None or not may_answer(officer):
        return None
    now = timezone.now()
    desks = sorted({f"desk:{post.unit.station.pk}" for post in officer.held_posts})
    line = live_line(*desks)  # before anything is read, so that nothing falls between
    first, count = ringing(viewer_of(request))
    beyond = _beyond(request, officer) if first is None else None
    others = parts("alarm", request, now) if first is None and beyond is None else []
    return Bell(first, count, beyond, others, line, now, as_banner(request))


def _beyond(request: HttpRequest, officer: Officer) -> Beyond | None:
    """Danger waits for nobody: who is on duty carries the word to those who may read it, and learns nothing more."""
    stations = {post.unit.station.path for post in officer.held_posts}
    rings = Matter.objects.ringing().filter(under(tuple(stations), "unit__path"))
    unseen = rings.exclude(pk__in=Matter.objects.visible_to(viewer_of(request)).ringing().values("pk").order_by())
    told = set(request.session.get(TOLD, ()))
    found = [one for one in unseen.select_related("unit").order_by("pk") if one.pk not in told]
    if not found:
        return None
    leaders = Officer.objects.serving().filter(posts__role__in=[Role.CHIEF, Role.LEGAL_OFFICER]).distinct()
    near = tuple(one for one in leaders if one.roles_for(found[0].unit) & {Role.CHIEF, Role.LEGAL_OFFICER})
    return Beyond(tuple(one.pk for one in found), near)


def bell(request: HttpRequest) -> dict[str, Any]:
    """`bell`, for the frames of all pages; asked only where a page shows it."""
    return {"bell": SimpleLazyObject(lambda: bell_of(request))}
