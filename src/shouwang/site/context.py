"""What every page knows."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, cast

from django.http import HttpRequest
from django.urls import NoReverseMatch, reverse
from django.utils.functional import Promise, SimpleLazyObject
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from shouwang.apps.bureau.policy import may_see_figures
from shouwang.apps.catalogue.policy import may_keep_some
from shouwang.apps.papers.policy import may_write
from shouwang.apps.penalties.policy import may_list
from shouwang.apps.promises.policy import may_keep_some as may_promise_some
from shouwang.apps.redactions.policy import may_work_some
from shouwang.apps.secrecy.policy import may_propose_some
from shouwang.apps.units.models import Unit
from shouwang.apps.units.policy import may_manage

LARGE_TYPE = "sw_large"
NIGHT = "sw_night"


@dataclass(frozen=True, slots=True)
class Way:
    """A place one can go to from every page; `current` when the reader is in it."""

    url: str
    icon: str
    word: str | Promise
    current: bool


#: The resident's bar: route, icon, word. A room that is not installed has no route and leaves no gap.
WAYS: tuple[tuple[str, str, str | Promise], ...] = (
    ("home", "home", _("首页")),
    ("rooms:list", "people", _("我的村")),
    ("openness:numbers", "book", _("公开")),
    ("matters:find", "find", _("查进度")),
)

#: The officer's rail, in the order of a shift; a phone shows the first of it, and the others behind “更多”.
RAIL: tuple[tuple[str, str, str | Promise], ...] = (
    ("desk:home", "calendar", _("今天")),
    ("desk:take-in", "plus", _("记一件")),
    ("incidents:list", "bell", _("警情")),
    ("dispatch:mine", "place", _("我的警情")),
    ("dispatch:board", "map", _("派警")),
    ("rooms:list", "people", _("群")),
    ("desk:channels", "ask", _("渠道")),
    ("papers:list", "note", _("文书")),
    ("recordings:list", "play", pgettext_lazy("site", "录像")),
    ("cases:list", "scale", pgettext_lazy("site", "案件")),
    ("penalties:list", "flag", _("处罚")),
    ("mediation:list", "people", _("调解")),
    ("community:desk", "people", _("村社")),
    ("openness:desk", "book", _("公开")),
    ("catalogue:desk", "eye", _("目录")),
    ("disclosure:list", "edit", _("公开申请")),
    ("promises:desk", "check", pgettext_lazy("site", "承诺")),
    ("secrecy:list", "alert", pgettext_lazy("site", "不公开")),
    ("redactions:list", "lock", _("遮盖")),
    ("guides:desk", "service", _("指南")),
    ("desk:duty", "clock", _("值班")),
    ("patrols:board", "map", pgettext_lazy("site", "巡逻")),
    ("bureau:home", "chart", _("全局")),
    ("bureau:manage", "shield", _("管理")),
)
#: Pages that belong to a place of the bar although they stand elsewhere.
BELONGS = {"openness:numbers": ("/open/", "/digest/", "/promises/", "/results/")}
#: Places that are only for some: shown to whoever may go there.
GUARDED = {
    "bureau:home": may_see_figures,
    "bureau:manage": may_manage,
    "catalogue:desk": may_keep_some,
    "promises:desk": may_promise_some,
    "redactions:list": may_work_some,
    "secrecy:list": may_propose_some,
    "papers:list": may_write,
    "penalties:list": may_list,
}


def _ways(request: HttpRequest, routes: tuple[tuple[str, str, str | Promise], ...]) -> list[Way]:
    ways = []
    for route, icon, word in routes:
        try:
            url = reverse(route)
        except NoReverseMatch:
            continue
        below = () if url in ("/", "/desk/") else (url, *BELONGS.get(route, ()))
        here = request.path == url or request.path.startswith(below)
        ways.append(Way(url, icon, word, here))
    return ways


def _rail_of(request: HttpRequest) -> tuple[tuple[str, str, str | Promise], ...]:
    """The rail without the places this officer may not go to."""
    officer = request.viewer.officer if hasattr(request, "viewer") else None
    return tuple(way for way in RAIL if way[0] not in GUARDED or (officer is not None and GUARDED[way[0]](officer)))


def _house_name(station: Unit | None) -> str:
    """The station's name in the reader's language; before there is a station, the product's."""
    if station is None:
        return str(_("守望"))
    return station.called


def house(request: HttpRequest) -> dict[str, Any]:
    """The station whose door this is, where one can go, how the reader likes to read, and who looks."""
    station: Any = SimpleLazyObject(lambda: Unit.objects.stations().order_by("path").first())
    return {
        "station": station,
        "house_name": SimpleLazyObject(lambda: _house_name(cast("Unit | None", station or None))),
        "large_type": request.COOKIES.get(LARGE_TYPE) == "1",
        "night": request.COOKIES.get(NIGHT, ""),
        "viewer": getattr(request, "viewer", None),
        "ways": SimpleLazyObject(lambda: _ways(request, WAYS)),
        "rail": SimpleLazyObject(lambda: _ways(request, _rail_of(request))),
    }
