"""What the room of cases adds to the desk's card of a matter. Nothing to the resident's page: the incident tells how the filing stands."""

from __future__ import annotations

from shouwang.apps.cases.words import SENTENCES
from shouwang.apps.matters.rooms_above import RoomAbove, add_room

add_room(RoomAbove("cases", sentences=SENTENCES))
