"""What can be withheld. Rooms above list how their things are found, so that this room knows none of them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from shouwang.apps.matters.models import Matter
from shouwang.apps.units.models import Officer, Unit


@dataclass(frozen=True, slots=True)
class Subject:
    """
    A thing that somebody wants to withhold.

    about    how reviews name it: `catalogue.item:12`
    called   what lists call it: nothing that is not public, or a matter's number
    page     its page at the desk
    settled  whether nothing can be withheld of it any more, such as an application that was answered
    """

    about: str
    called: str
    unit: Unit
    page: str
    matter: Matter | None = None
    settled: bool = False


#: The thing with this key, if this officer may work on it; None otherwise.
Finder = Callable[[Officer, int], Subject | None]
_finders: dict[str, Finder] = {}


def add_subjects(kind: str, find: Finder) -> None:
    """List a kind of thing, such as `catalogue.item`. Raises ValueError when it is listed already."""
    if kind in _finders:
        raise ValueError(f"Two rooms keep {kind}.")
    _finders[kind] = find


def subject_of(officer: Officer, about: str) -> Subject | None:
    """The thing that an address names, if there is one that this officer may work on."""
    kind, _colon, key = about.partition(":")
    if kind not in _finders or not (key.isascii() and key.isdecimal() and len(key) < 18):
        return None
    return _finders[kind](officer, int(key))
