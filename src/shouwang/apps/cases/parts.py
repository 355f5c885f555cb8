"""
Where a room above says what it adds to a case: one registration, read by the page of the case and by closing.

    add_part(CasePart("mediation", panel=…, blocks=…, results=…))      # in the room's AppConfig.ready()
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime

from django.http import HttpRequest

from shouwang.apps.cases.models import Case
from shouwang.apps.matters.rooms_above import Part


@dataclass(frozen=True, slots=True)
class CasePart:
    """
    What one room adds.

    panel    a part of the page of the case
    blocks   why the case cannot be closed yet, each a sentence for the desk
    results  how things ended, each a sentence without names, for the report of closing
    """

    room: str
    panel: Callable[[HttpRequest, Case, datetime], Part | None] | None = None
    blocks: Callable[[Case, datetime], Iterable[str]] | None = None
    results: Callable[[Case], Iterable[str]] | None = None


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
