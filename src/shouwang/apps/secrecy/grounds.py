"""The grounds of the law data as this room asks them, and the days that count. No ground and no number is written here."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.utils.translation import get_language

from shouwang.apps.matters import clock
from shouwang.apps.matters.ledgers import doubt_of, places_of
from shouwang.engines.clocks import Term, due
from shouwang.engines.law import Handling, SecrecyGround

DECIDED, LONGEST = "promise-secrecy-decided", "promise-withheld-longest"


@dataclass(frozen=True, slots=True)
class Ground:
    """
    A ground as pages show it.

    belongs_elsewhere  a state secret: never reviewed or kept here
    asks_owner         whose secret it is has to be asked first
    outweighed         whether an overriding public interest may demand publication all the same
    doubt              empty when its text was read
    """

    id: str
    name: str
    says: str
    source: str
    doubt: str
    belongs_elsewhere: bool
    asks_owner: bool
    outweighed: bool


def grounds() -> dict[str, Ground]:
    """All, in the order of the law data."""
    return {one.id: _shown(one) for one in clock.rulebook().grounds.values()}


def _shown(one: SecrecyGround) -> Ground:
    english = get_language() == "en"
    return Ground(
        one.id,
        one.name_en if english else one.name_zh,
        one.says_en if english else one.says_zh,
        places_of(one),
        doubt_of(one),
        one.handling == Handling.NEVER_IN_PLATFORM,
        one.asks_owner,
        one.outweighed,
    )


def ground_name(ground: str) -> str:
    """A ground in the reader's language; empty for none."""
    one = clock.rulebook().grounds.get(ground)
    return _shown(one).name if one else ""


def state_secrets() -> frozenset[str]:
    """Grounds that exist here only to say where something belongs."""
    return frozenset(one.id for one in grounds().values() if one.belongs_elsewhere)


def behind(reason: str) -> frozenset[str]:
    """Grounds on which a reason for refusing an application may rest; none for what rests on no secret (政府信息公开条例 art. 16(1))."""
    return frozenset(one.id for one in clock.rulebook().grounds.values() if reason in one.refuses)


def decided_by(today: date) -> date:
    """Until when a proposal of this day is decided."""
    return _due(DECIDED, today)


def longest(today: date) -> date:
    """The last day until which something may be withheld before it is looked at again."""
    return _due(LONGEST, today)


def _due(rule: str, today: date) -> date:
    return due(today, Term.of(clock.rulebook().rule(rule, on=today)), clock.calendar()).on
