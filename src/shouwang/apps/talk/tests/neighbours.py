"""A room of 柳溪 and the neighbours in it, all fictional."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from shouwang.apps.matters.viewer import Viewer
from shouwang.apps.talk.models import Post, Room
from shouwang.apps.talk.usecases import Joined, join, speak
from shouwang.apps.talk.visitor import SESSION_KEY, Visitor
from tests.cast import MONDAY, Cast, as_officer

#: An identity number of nobody: valid check digit, a day that has not come.
CANARY = "330302209901019992"


@dataclass
class Neighbour:
    """A browser with a membership."""

    room: Room
    joined: Joined

    @property
    def visitor(self) -> Visitor:
        """As read anew by a request."""
        self.joined.member.refresh_from_db()
        present = self.joined.member.left_at is None
        return Visitor(Viewer(address="neighbour"), {self.room.pk: self.joined.member} if present else {})

    def says(self, body: str, at: datetime = MONDAY, **more: Any) -> Post:
        """Say something that is published."""
        post = speak(self.room, visitor=self.visitor, body=body, at=at, **more).post
        assert post is not None
        return post

    def open_in(self, client: Any) -> Any:
        """The same browser as a test client."""
        session = client.session
        session[SESSION_KEY] = {**session.get(SESSION_KEY, {}), str(self.room.pk): self.joined.token}
        session.save()
        return client


def room_of(cast: Cast, **changes: Any) -> Room:
    """The room of 柳溪村, open to read."""
    given = {"unit": cast.liuxi_post, "community": cast.liuxi, "name": "柳溪村警务群", "slug": "liuxi", **changes}
    return Room.objects.create(**given)


def neighbour(room: Room, nickname: str, **more: Any) -> Neighbour:
    """Somebody who joined on Monday with the code."""
    return Neighbour(room, join(room, visitor=Visitor(), nickname=nickname, at=MONDAY, by_code=True, **more))


def police(officer: Any) -> Visitor:
    """An officer as a visitor."""
    return Visitor(as_officer(officer))
