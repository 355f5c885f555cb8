"""Who may follow which live stream: the same rules as on the pages, asked on arrival and at every heartbeat."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from http.cookies import CookieError, SimpleCookie
from importlib import import_module
from typing import Any

from asgiref.sync import sync_to_async
from django.conf import settings
from django.contrib.auth import get_user
from django.db import close_old_connections
from django.http import HttpRequest

from shouwang.apps.matters import policy
from shouwang.apps.matters.models import Matter
from shouwang.apps.matters.viewer import NOTHING, Viewer, Visibility
from shouwang.apps.talk import policy as talk_policy
from shouwang.apps.talk.models import Room
from shouwang.apps.talk.visitor import visitor_of
from shouwang.apps.units.models import Unit
from shouwang.site.middleware import viewer_of

Clearance = Callable[[Viewer, int], int]


def of_matter(viewer: Viewer, pk: int) -> int:
    """A matter: as far as the viewer may read its entries."""
    matter = Matter.objects.select_related("unit").filter(pk=pk).first()
    return policy.clearance(viewer, matter) if matter else NOTHING


def of_desk(viewer: Viewer, pk: int) -> int:
    """The desk of a unit: whoever answers there."""
    unit = Unit.objects.filter(pk=pk).first()
    if viewer.officer is None or unit is None:
        return NOTHING
    return Visibility.STATION if policy.may_serve(viewer.officer, unit) else NOTHING


def of_room(request: HttpRequest, viewer: Viewer, pk: int) -> int:
    """A room: by the memberships of this browser, which the viewer alone does not know."""
    room = Room.objects.select_related("unit__parent").filter(pk=pk).first()
    return talk_policy.clearance(visitor_of(request, viewer), room) if room else NOTHING


CLEARANCES: dict[str, Clearance] = {"matter": of_matter, "desk": of_desk}


async def authorise(scope: Mapping[str, Any], streams: tuple[str, ...]) -> Mapping[str, int]:
    """The clearance for each stream the caller may follow; a stream left out is refused."""
    return await sync_to_async(_authorise)(scope, streams)


def _authorise(scope: Mapping[str, Any], streams: tuple[str, ...]) -> dict[str, int]:
    close_old_connections()
    try:
        request = request_of(scope)
        viewer = viewer_of(request)
        rules: dict[str, Clearance] = {**CLEARANCES, "room": partial(of_room, request)}
        found = {}
        for name in streams:
            kind, _, key = name.partition(":")
            rule = rules.get(kind)
            level = rule(viewer, int(key)) if rule and key.isdecimal() else NOTHING
            if level > NOTHING:
                found[name] = level
        return found
    finally:
        close_old_connections()


def request_of(scope: Mapping[str, Any]) -> HttpRequest:
    """As much of a Django request as it takes to know who asks."""
    headers = {key.decode("latin-1"): value.decode("latin-1") for key, value in scope["headers"]}
    request = HttpRequest()
    client = scope.get("client") or ("", 0)
    request.META = {"REMOTE_ADDR": client[0], "HTTP_X_FORWARDED_FOR": headers.get("x-forwarded-for", "")}
    try:
        cookies = SimpleCookie(headers.get("cookie", ""))
    except CookieError:
        cookies = SimpleCookie()
    request.COOKIES = {name: morsel.value for name, morsel in cookies.items()}
    engine = import_module(settings.SESSION_ENGINE)
    request.session = engine.SessionStore(request.COOKIES.get(settings.SESSION_COOKIE_NAME))
    request.user = get_user(request)
    return request
