"""
Where a room above says what it adds to a case: one registration, read by the page of the case and by closing.

    add_part(CasePart("mediation", panel=…, blocks=…, results=…))      # in the room's AppConfig.ready()
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from django.http import HttpRequest
from django.utils.functional import Promise

from shouwang.apps.cases.models import Case
from shouwang.apps.matters.rooms_above import Part


@dataclass(frozen=True, slots=True)
class Achieved:
    """
    What has to stand before a case is closed with a result.

    stands     whether it does
    otherwise  what to do when it does not, a sentence for the desk
    elsewhere  another authority may have decided it: then the desk writes what, and that is kept
    """

    stands: Callable[[Case], bool]
    otherwise: str | Promise
    elsewhere: bool = False


@dataclass(frozen=True, slots=True)
class CasePart:
    """
    What one room adds.

    panel    a part of the page of the case
    blocks   why the case cannot be closed yet, each a sentence for the desk
    results  how things ended, each a sentence without names, for the report of closing
    achieved by result of the case, what this room has to have brought about first; a result that no room names needs nothing
    """

    room: str
    panel: Callable[[HttpRequest, Case, datetime], Part | None] | None = None
    blocks: Callable[[Case, datetime], Iterable[str]] | None = None
    results: Callable[[Case], Iterable[str]] | None = None
    achieved: Mapping[str, Achieved] = field(default_factory=dict)


_parts: dict[str, CasePart] = {}


def add_part(part: CasePart) -> None:
    """List a room. Raises ValueError when its name is taken."""
    if part.room in _parts:
        raise ValueError(f"{part.room} adds to cases already.")
    _parts[part.room] = part


def parts() -> tuple[CasePart, ...]:
    """All rooms that added something, in the order of INSTALLED_APPS."""
    return tuple(_parts.values())


def blocks(case: Case, at: datetime) -> list[str]:
    """Everything that stands in the way of closing."""
    return [says for part in parts() if part.blocks is not None for says in part.blocks(case, at)]


def named_blocks(case: Case, at: datetime) -> list[tuple[str, str]]:
    """The same, each with the room that says it: its panel on the page of the case is where to go."""
    return [(part.room, says) for part in parts() if part.blocks is not None for says in part.blocks(case, at)]


def lacks(case: Case, result: str, *, elsewhere: str = "") -> list[str]:
    """What a result still needs, each a sentence; nothing when it stands, or the desk wrote what was decided elsewhere."""
    asked = [part.achieved[result] for part in parts() if result in part.achieved]
    return [str(one.otherwise) for one in asked if not (one.elsewhere and elsewhere) and not one.stands(case)]


def decided_elsewhere(result: str) -> bool:
    """Whether another authority may have brought this result about."""
    return any(one.elsewhere for part in parts() if (one := part.achieved.get(result)) is not None)
