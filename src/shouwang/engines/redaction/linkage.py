"""
What is harmless alone may single somebody out beside what is published already: the same place and days, and a fact few share.

    singled_out([Item("n1", "河东社区", at, {"女", "教师"}), Item("n2", "河东社区", at, {"教师", "拄拐"})])

Facts are short words that the caller takes from each item: sex, age group, trade, what was taken, what was hurt. How rare a
fact is, is counted over all items handed in. Items of one ``group`` (a series the station published knowingly) are not
joined with one another.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import combinations


@dataclass(frozen=True)
class Item:
    """
    One published, or about to be.

    place  the finest place it tells
    at     when it happened, as told
    facts  what it tells about the people
    """

    id: str
    place: str
    at: datetime
    facts: frozenset[str]
    group: str = ""


@dataclass(frozen=True)
class Singled:
    """
    ids      the items; one alone when its own facts suffice
    shared   facts that say both speak of the same person
    joined   all facts that are then known of that person
    alike    how many items of all fit the rarest two of these facts: 1 or 2 mean that somebody is singled out
    """

    ids: tuple[str, ...]
    place: str
    shared: frozenset[str]
    joined: frozenset[str]
    alike: int


def singled_out(
    items: Iterable[Item], *, within: timedelta = timedelta(days=3), rare: int = 2, enough_facts: int = 3
) -> tuple[Singled, ...]:
    """
    Items that single somebody out, alone or joined by two.

    within        items of one place not further apart than this may speak of the same event
    rare          a fact is rare when at most so many items of that place tell it
    enough_facts  one item alone singles out when it tells so many facts and no other item of the place tells two of them

    Two items are joined when they stand at one place, near in time, share a rare fact, and each tells something the other does
    not: then the reader knows more than the station meant to tell in either.
    """
    by_place: dict[str, list[Item]] = defaultdict(list)
    for item in items:
        by_place[item.place].append(item)
    found = []
    for place, here in sorted(by_place.items()):
        here.sort(key=lambda item: (item.at, item.id))
        told = Counter(fact for item in here for fact in item.facts)
        found += [_alone(item, place) for item in here if len(item.facts) >= enough_facts and _likes(item, here) == 1]
        found += _joined(place, here, told, within, rare)
    return tuple(found)


def _alone(item: Item, place: str) -> Singled:
    return Singled((item.id,), place, frozenset(), item.facts, 1)


def _likes(item: Item, here: Sequence[Item]) -> int:
    return sum(other is item or len(other.facts & item.facts) >= 2 for other in here)


def _joined(place: str, here: Sequence[Item], told: Counter[str], within: timedelta, rare: int) -> Iterable[Singled]:
    for number, first in enumerate(here):
        for second in here[number + 1 :]:
            if second.at - first.at > within:
                break  # they are sorted by time
            if first.group and first.group == second.group:
                continue
            shared = first.facts & second.facts
            more = (first.facts - second.facts) and (second.facts - first.facts)
            if more and any(told[fact] <= rare for fact in shared):
                joined = first.facts | second.facts
                pairs = combinations(sorted(joined, key=lambda fact: (told[fact], fact))[:4], 2)
                alike = min(sum(set(pair) <= item.facts for item in here) for pair in pairs)
                yield Singled((first.id, second.id), place, shared, joined, max(1, alike))
