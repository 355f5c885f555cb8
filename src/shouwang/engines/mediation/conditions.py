"""
What mediation needs, reason by reason.

A public-order case is mediated under 公安机关办理行政案件程序规定 arts. 178–185 and 治安管理处罚法 art. 9; a quarrel that broke no such
law, under 人民调解法; and whoever settled by themselves asks the police to leave it at that (治安管理处罚法 art. 9 para 4).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from shouwang.engines.law import Rulebook

OK, GROUND, NEVER, TIMES, MINOR, SELF, PEOPLE = (
    "ap-mediate-ok",
    "ap-mediate-ground",
    "ap-mediate-no",
    "ap-mediate-times",
    "ap-mediate-minor",
    "ap-selfsettle",
    "pm-1",
)
#: The bar of `ap-mediate-no` that says what a side wants; it is asked of each side and is no answer of its own.
REFUSES = "refuses"
#: Once, and a second time (art. 183).
MOST_TIMES = 2


class Way(StrEnum):
    """Under which law two sides come together."""

    POLICE = "police"
    CIVIL = "civil"
    SELF = "self"


class Met(StrEnum):
    """Whether a condition is there; OPEN while nobody knows."""

    YES = "yes"
    NO = "no"
    OPEN = "open"


@dataclass(frozen=True, slots=True)
class Side:
    """
    One side. None is “not known yet”.

    willing   wants it
    minor     under eighteen; then `guarded` says whether a parent or guardian is there, and `stands_alone` that a self-supporting minor
              of sixteen or more does not want one (art. 181)
    suspect   is said to have acted against the law
    proxy     sends somebody else
    """

    willing: bool | None = None
    minor: bool = False
    guarded: bool | None = None
    stands_alone: bool = False
    suspect: bool = False
    proxy: bool = False


@dataclass(frozen=True, slots=True)
class Facts:
    """
    What is known. None is “not known yet”, an empty text is “nobody said”.

    act, ground, bars   item codes of the law data
    light               the circumstances are minor; `private` that a private quarrel brought it about
    held                how often this case was mediated before
    second_by           the last day of a second mediation: `ap-mediate-times` counted from the first by the engine of clocks
    again               a second mediation is useful, or somebody asked for it
    asked, performed, approved   of those who settled by themselves: both ask in writing, it is performed, the police agree
    """

    way: Way
    sides: tuple[Side, ...]
    act: str = ""
    light: bool | None = None
    private: bool | None = None
    ground: str = ""
    bars: frozenset[str] = frozenset()
    held: int = 0
    second_by: date | None = None
    again: bool | None = None
    asked: bool | None = None
    performed: bool | None = None
    approved: bool | None = None


@dataclass(frozen=True, slots=True)
class Reason:
    """
    One condition.

    code   what it is about: act, light, private, ground, bar, willing, guardian, proxy, times, again, term, asked, performed, approved
    met    whether it is there
    rule   id of the rule it rests on; empty where no law was read and it is the house's own care
    side   number of the side it is about, from 0; None when it is about both
    item   the item of the rule, for act, ground and bar
    """

    code: str
    met: Met
    rule: str
    side: int | None = None
    item: str = ""


@dataclass(frozen=True, slots=True)
class Judgement:
    """The answer, with every condition in order."""

    reasons: tuple[Reason, ...]

    @property
    def possible(self) -> bool:
        """Nothing forbids it."""
        return all(reason.met is not Met.NO for reason in self.reasons)

    @property
    def ready(self) -> bool:
        """Everything it needs is there."""
        return all(reason.met is Met.YES for reason in self.reasons)


def judge(facts: Facts, *, on: date, book: Rulebook) -> Judgement:
    """
    Every condition with how it stands, also those that are met.

    on       the day on which they meet, or today
    Raises   CannotTell of `book` when the law of that day lacks a rule
    Source   公安机关办理行政案件程序规定 arts. 178, 179, 181, 183; 治安管理处罚法 art. 9; 人民调解法
    """
    return Judgement(tuple(_OF_WAY[facts.way](facts, on, book)))


def _known(value: bool | None) -> Met:
    return Met.OPEN if value is None else Met.YES if value else Met.NO


def _police(facts: Facts, on: date, book: Rulebook) -> Iterator[Reason]:
    yield _listed("act", facts.act, OK, on, book)
    yield Reason("light", _known(facts.light), OK)
    yield Reason("private", _known(facts.private), OK)
    yield _listed("ground", facts.ground, GROUND, on, book)
    bars = sorted(facts.bars - {REFUSES})
    if not bars:
        yield Reason("bar", Met.YES, NEVER)
    for bar in bars:
        yield Reason("bar", Met.NO, NEVER, item=bar)
    yield from _sides(facts, willing=NEVER, minor=MINOR)
    for n, side in enumerate(facts.sides):
        if side.proxy:
            yield Reason("proxy", Met.NO if side.suspect else Met.YES, MINOR, side=n)
    yield from _second(facts, on)


def _civil(facts: Facts, _on: date, _book: Rulebook) -> Iterator[Reason]:
    yield from _sides(facts, willing=PEOPLE, minor="")


def _self(facts: Facts, _on: date, _book: Rulebook) -> Iterator[Reason]:
    yield from _sides(facts, willing=SELF, minor="")
    for code in ("asked", "performed", "approved"):
        yield Reason(code, _known(getattr(facts, code)), SELF)


def _sides(facts: Facts, *, willing: str, minor: str) -> Iterator[Reason]:
    for n, side in enumerate(facts.sides):
        yield Reason("willing", _known(side.willing), willing, side=n)
        if side.minor:
            yield Reason("guardian", Met.YES if side.stands_alone else _known(side.guarded), minor, side=n)


def _listed(code: str, item: str, rule: str, on: date, book: Rulebook) -> Reason:
    """One of the items that the law lists."""
    if not item:
        return Reason(code, Met.OPEN, rule)
    there = any(one.code == item for one in book.rule(rule, on=on).items)
    return Reason(code, Met.YES if there else Met.NO, rule, item=item)


def _second(facts: Facts, on: date) -> Iterator[Reason]:
    """Once as a rule; a second time where it is useful or asked for, in seven working days; never a third time."""
    if facts.held >= MOST_TIMES:
        yield Reason("times", Met.NO, TIMES)
    elif facts.held:
        yield Reason("times", Met.YES, TIMES)
        yield Reason("again", _known(facts.again), TIMES)
        late = facts.second_by is not None and on > facts.second_by
        yield Reason("term", Met.NO if late else Met.OPEN if facts.second_by is None else Met.YES, TIMES)


_OF_WAY = {Way.POLICE: _police, Way.CIVIL: _civil, Way.SELF: _self}
