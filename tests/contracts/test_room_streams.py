"""The live stream of a room opens to whom its page opens, and to nobody else."""

from __future__ import annotations

from typing import Any

from django.test import Client

from shouwang.apps.matters.viewer import Visibility
from shouwang.apps.talk import usecases
from shouwang.apps.talk.models import Room
from shouwang.apps.talk.tests.neighbours import neighbour, room_of
from shouwang.site import live as site_live
from tests.cast import MONDAY, Cast


def test_the_stream_of_a_room_opens_by_the_rule_of_its_page(cast: Cast, client: Client, monkeypatch: Any) -> None:
    room = room_of(cast, open_to_read=False)
    egret = neighbour(room, "白鹭")

    def allowed(session: str = "") -> dict[str, int]:
        monkeypatch.setattr(site_live, "close_old_connections", lambda: None)
        headers = [(b"cookie", f"sw_session={session}".encode())] if session else []
        return site_live._authorise({"headers": headers}, (room.stream, "room:999", "room:x"))

    assert allowed() == {}
    egret.open_in(client)
    assert allowed(client.session.session_key or "") == {room.stream: Visibility.PARTIES}
    usecases.leave(room, visitor=egret.visitor, at=MONDAY)
    assert allowed(client.session.session_key or "") == {}
    Room.objects.update(open_to_read=True)
    assert allowed() == {room.stream: Visibility.PUBLIC}
