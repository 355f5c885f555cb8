"""
What a report says in figures and names: amounts, times, places, plates, ages, people, things.

    facts = extract(text, now=now, zone=zone, lexicon=Lexicon.load())
    facts.loss.low, facts.times[0].earliest, facts.places[0].kind

Each fact keeps its place in the text, so that a page can mark it and an officer can correct it. Nothing is guessed beyond what
the words allow: what is loose stays a range, what contradicts itself is named.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, tzinfo
from pathlib import Path

from shouwang.engines.law.calendars import load_calendars
from shouwang.engines.law.model import CalendarYear
from shouwang.engines.triage.amounts import Amount, Loss, amounts, loss
from shouwang.engines.triage.goods import GOODS, Goods, Thing
from shouwang.engines.triage.numerals import Sheet
from shouwang.engines.triage.people import Age, Crowd, Plate, ages, crowds, plates
from shouwang.engines.triage.places import PLACES, Gazetteer, Place, places
from shouwang.engines.triage.times import Moment, moments


@dataclass(frozen=True)
class Lexicon:
    """The words and calendars that extraction needs besides its own."""

    goods: Goods
    gazetteer: Gazetteer
    calendars: tuple[CalendarYear, ...]

    @classmethod
    def load(cls, goods: Path = GOODS, gazetteer: Path = PLACES, calendars: Sequence[Path] = ()) -> Lexicon:
        """Read the files; BadData names file, key and reason."""
        return cls(Goods.load(goods), Gazetteer.load(gazetteer), load_calendars(*calendars))


@dataclass(frozen=True)
class Facts:
    """All facts of one text, each in its order there. ``loss`` is what the amounts come to."""

    amounts: tuple[Amount, ...]
    loss: Loss | None
    times: tuple[Moment, ...]
    places: tuple[Place, ...]
    plates: tuple[Plate, ...]
    ages: tuple[Age, ...]
    people: tuple[Crowd, ...]
    things: tuple[Thing, ...]


def extract(text: str, *, now: datetime | None, zone: tzinfo, lexicon: Lexicon) -> Facts:
    """
    The facts of a text; the work grows linearly with its length.

    now   aware; when the report was made. None: relative times are found but not counted
    zone  of the station
    """
    sheet = Sheet.of(text)
    things = lexicon.goods.find(sheet)
    money = amounts(sheet, lexicon.goods, things)
    times = moments(sheet, now=now, zone=zone, calendars=lexicon.calendars)
    cars = plates(sheet)
    taken = [
        *((amount.start, amount.end) for amount in money),
        *((moment.start, moment.end) for moment in times),
        *((plate.start, plate.end) for plate in cars),
    ]
    return Facts(
        money, loss(money), times, places(text, lexicon.gazetteer, skip=taken), cars, ages(sheet), crowds(sheet), things
    )
