"""From an address to a room or post, by the visitor's own right."""

from __future__ import annotations

from django.http import Http404, HttpRequest
from django.shortcuts import get_object_or_404

from shouwang.apps.talk import queries
from shouwang.apps.talk.models import Post, Room
from shouwang.apps.talk.seen import Seen
from shouwang.apps.talk.visitor import Visitor, visitor_of


def find_room(request: HttpRequest, slug: str) -> tuple[Room, Visitor]:
    """The room, if this visitor may know of it; otherwise there is no such page."""
    visitor = visitor_of(request)
    rooms = Room.objects.visible_to(visitor).select_related("unit__parent", "community")
    return get_object_or_404(rooms, slug=slug), visitor


def find_post(request: HttpRequest, slug: str, seq: int) -> tuple[Post, Seen, Room, Visitor]:
    """One post of a room, with what the visitor may see of it."""
    one_room, visitor = find_room(request, slug)
    found = queries.one_post(one_room, visitor, seq)
    if found is None:
        raise Http404
    return *found, one_room, visitor
