"""Who comes to a room: the viewer of every door, and the memberships that this browser proved."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from django.http import HttpRequest

from shouwang.apps.matters.viewer import ANYBODY, Viewer
from shouwang.apps.talk.models import Member, Room, digest_of

SESSION_KEY = "memberships"


@dataclass(frozen=True, slots=True)
class Visitor:
    """
    viewer       officer, codes and address, as everywhere
    memberships  room id → the member this browser is; only those who have not left
    """

    viewer: Viewer = ANYBODY
    memberships: Mapping[int, Member] = field(default_factory=dict)

    def member_of(self, room: Room) -> Member | None:
        """Who the visitor is in this room, if anybody."""
        return self.memberships.get(room.pk)


def tokens_of(request: HttpRequest) -> dict[str, str]:
    """Room id (as text) → the secret this browser was given when it joined; kept also after leaving."""
    kept = request.session.get(SESSION_KEY, {})
    return kept if isinstance(kept, dict) else {}


def visitor_of(request: HttpRequest, viewer: Viewer | None = None) -> Visitor:
    """Built from what this request proves; one query when the browser holds memberships, none otherwise."""
    who = viewer if viewer is not None else request.viewer  # type: ignore[attr-defined]  # set by KnowWhoLooks
    digests = [digest_of(token) for token in tokens_of(request).values()]
    members = Member.objects.present().filter(digest__in=digests) if digests else ()
    return Visitor(who, {member.room_id: member for member in members})


def remember(request: HttpRequest, room: Room, token: str) -> None:
    """Let this browser be the same member when it comes back."""
    request.session[SESSION_KEY] = {**tokens_of(request), str(room.pk): token}
