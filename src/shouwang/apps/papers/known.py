"""
What the house knows already, so that nobody types it again: one registration per room, read by every paper.

A room says which groups of the record it can fill for a matter (`engines/papers/data/record.toml` names them), and which papers the
matter should have as it stands. Rooms above override rooms below, field by field; what somebody filled in by hand overrides all.

    add_room(Knowing("incidents", facts=…, wanted=…))      # in the room's AppConfig.ready()

A paper may be about one thing of its matter, such as a statement or the penalty of one of two suspects: its `about` names it
(`cases.statement:7`), and the room that keeps such things says what this paper finds there, above all else.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db.models import Q

from shouwang.apps.matters.models import Matter
from shouwang.apps.papers.models import Fact
from shouwang.apps.units.models import Unit

Record = dict[str, Any]
#: Known once for a station, for all its matters: its own address, the court, who reconsiders.
OF_THE_STATION = frozenset({"station", "bureau"})
#: In place of a value: this paper must not say it, whatever the rooms below know.
WITHHELD = object()


@dataclass(frozen=True, slots=True)
class Knowing:
    """
    What one room knows.

    facts    groups of the record for this matter; a value that is None or empty says nothing
    wanted   codes of the papers that this matter should have as it stands, in order
    about    what stands before the colon of a reference → what one such thing says to a paper that is about it; WITHHELD for what the
             paper must not say
    """

    room: str
    facts: Callable[[Matter, datetime], Record] | None = None
    wanted: Callable[[Matter], Iterable[str]] | None = None
    about: Mapping[str, Callable[[int, datetime], Record]] = field(default_factory=dict)


_rooms: dict[str, Knowing] = {}


def add_room(knowing: Knowing) -> None:
    """List a room. Raises ValueError when its name is taken."""
    if knowing.room in _rooms:
        raise ValueError(f"{knowing.room} says already what it knows.")
    _rooms[knowing.room] = knowing


def merged(below: Mapping[str, Any], above: Mapping[str, Any]) -> Record:
    """Two records in one: groups field by field, lists and values from above, where it says anything; nothing where it withholds."""
    found = dict(below)
    for key, value in above.items():
        if value is None or value == "" or value == []:
            continue
        if value is WITHHELD:
            found.pop(key, None)
        elif isinstance(value, dict):
            under = found.get(key)
            found[key] = merged(under if isinstance(under, dict) else {}, value)
        else:
            found[key] = value
    return found


def known(matter: Matter, at: datetime, only: frozenset[str] | None = None) -> Record:
    """What the rooms know of a matter, or only these rooms, without what was filled in by hand."""
    record: Record = {}
    for room in _rooms.values():
        if room.facts is not None and (only is None or room.room in only):
            record = merged(record, room.facts(matter, at))
    return record


def known_about(about: str, at: datetime) -> Record:
    """What the one thing says that a paper is about; nothing for a paper about its matter."""
    what, _colon, key = about.partition(":")
    says = next((room.about[what] for room in _rooms.values() if what in room.about), None)
    return says(int(key), at) if says is not None else {}


def filled_in(matter: Matter, about: str = "") -> Record:
    """What was filled in by hand for this matter, or for one thing of it, and for its station."""
    record: Record = {}
    for fact in Fact.objects.filter(Q(matter=matter, about=about) | Q(unit=station_of(matter))):
        group, _, field = fact.path.partition(".")
        value = json.loads(fact.value)
        record = {**record, group: {**record.get(group, {}), field: value} if field else value}
    return record


def record_of(matter: Matter, at: datetime, about: str = "") -> Record:
    """
    All that a paper of this matter can say now.

    What was filled in by hand stands above what the house knows; what is about one thing, above what is about the matter.
    """
    record = merged(known(matter, at), filled_in(matter))
    return merged(merged(record, known_about(about, at)), filled_in(matter, about)) if about else record


def wanted(matter: Matter) -> list[str]:
    """The papers this matter should have as it stands."""
    return list(
        dict.fromkeys(code for room in _rooms.values() if room.wanted is not None for code in room.wanted(matter))
    )


def station_of(matter: Matter) -> Unit:
    """In whose name papers are made: the station that is answerable now."""
    return matter.unit.station
