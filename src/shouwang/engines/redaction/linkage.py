"""
What is harmless alone may single somebody out beside what is published already: the same place and days, and a fact few share.

    bee = Item("n1", frozenset({"河东社区"}), frozenset({day}), frozenset({"女", "养蜂"}))
    beside(bee, published)                # what the new one does together with each that is out
    singled_out([*published, bee])        # the same for all of them

Facts are short words about people, as `telling.told_in` or the caller takes them from each item. How rare a fact is, is counted over
all items handed in, never over people: nobody is given a mark. Items of one ``group`` (a series the station published
knowingly) are not joined with one another.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import combinations


@dataclass(frozen=True)
class Item:
    """
    One published, or about to be.

    places  the finest places it tells; none means somewhere in the area
    days    when it happened, as told; none means at any time
    facts   what it tells about the people
    """

    id: str
    places: frozenset[str]
    days: frozenset[date]
    facts: frozenset[str]
    group: str = ""


@dataclass(frozen=True)
class Singled:
    """
    ids      the items; one alone when its own facts suffice
    place    at which they meet; "" when one of them tells no place
    days     the days of both that lie near one another; empty when one of them tells none
    shared   rare facts that say both speak of the same person; empty when place and day alone say it
    joined   all facts that are then known of that person
    alike    how many items tell the same of that place, these among them
    """

    ids: tuple[str, ...]
    place: str
    days: tuple[date, ...]
    shared: frozenset[str]
    joined: frozenset[str]
    alike: int


@dataclass(frozen=True)
class Bounds:
    """
    within  items not further apart than this may speak of the same event
    rare    a fact is rare when at most so many items of a place tell it
    enough  one item alone singles out when it tells so many rare facts
    """

    within: timedelta = timedelta(days=3)
    rare: int = 2
    enough: int = 3


USUAL = Bounds()


def singled_out(items: Iterable[Item], bounds: Bounds = USUAL) -> tuple[Singled, ...]:
    """
    Items that single somebody out, alone or joined by two; each pair is looked at.

    Two items are joined when they stand at one place, near in time, and share a rare fact; or when they are the only ones of a place
    and a day. And each tells something the other does not: then the reader knows more than the station meant to tell in either.
    An item without a place meets those of near days, one without a day those of its place.
    """
    every = sorted(items, key=lambda item: item.id)
    crowd = _Crowd(every, bounds)
    found = [one for item in every for one in crowd.alone(item)]
    found += [one for first, second in combinations(every, 2) for one in crowd.joined(first, second)]
    return tuple(found)


def beside(new: Item, published: Iterable[Item], bounds: Bounds = USUAL) -> tuple[Singled, ...]:
    """What `singled_out` says of the new item; the work grows with what is published, not with its square."""
    others = sorted((item for item in published if item.id != new.id), key=lambda item: item.id)
    crowd = _Crowd([new, *others], bounds)
    return (*crowd.alone(new), *(one for other in others for one in crowd.joined(new, other)))


class _Crowd:
    """All items, and how many of them tell a fact, at each place and anywhere."""

    def __init__(self, items: list[Item], bounds: Bounds) -> None:
        self.items, self.bounds = items, bounds
        self.told = Counter((place, fact) for item in items for place in ("", *item.places) for fact in item.facts)
        self.on = Counter((place, day) for item in items for place in item.places for day in item.days)

    def rare(self, place: str, facts: Iterable[str]) -> frozenset[str]:
        return frozenset(fact for fact in facts if self.told[place, fact] <= self.bounds.rare)

    def alone(self, item: Item) -> Iterator[Singled]:
        """At a named place, and no other of that place tells two of its rare facts."""
        for place in sorted(item.places):
            rare = self.rare(place, item.facts)
            if len(rare) >= self.bounds.enough and not any(
                len(other.facts & rare) >= 2 for other in self.items if other is not item and place in other.places
            ):
                yield Singled((item.id,), place, tuple(sorted(item.days)), frozenset(), item.facts, 1)
                return

    def joined(self, first: Item, second: Item) -> Iterator[Singled]:
        """At most one: a reader joins two texts once, at whichever place tells most."""
        more, back = first.facts - second.facts, second.facts - first.facts
        if not (more and back) or (first.group and first.group == second.group):
            return
        places = sorted(first.places & second.places)
        days = self._near(first, second)
        said_nothing = not first.days or not second.days
        if places and (days or said_nothing):
            at = places
        elif days and not (first.places and second.places):
            at = [""]
        else:
            return
        for place in at:
            if shared := self.rare(place, first.facts & second.facts):
                alike = sum(shared <= item.facts for item in self.items if not place or place in item.places)
                yield Singled((first.id, second.id), place, days, shared, first.facts | second.facts, alike)
                return
        for place in filter(None, at):
            day = next((day for day in sorted(first.days & second.days) if self.on[place, day] <= 2), None)
            if day and self.rare(place, more) and self.rare(place, back):
                alike = self.on[place, day]
                yield Singled((first.id, second.id), place, (day,), frozenset(), first.facts | second.facts, alike)
                return

    def _near(self, first: Item, second: Item) -> tuple[date, ...]:
        """Days of both that are near enough to a day of the other."""
        pairs = [(a, b) for a in first.days for b in second.days if abs(a - b) <= self.bounds.within]
        return tuple(sorted({day for pair in pairs for day in pair}))
