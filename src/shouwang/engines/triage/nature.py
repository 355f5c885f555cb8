"""
Crime, violation or neither? Thresholds by province and day, the forms that need no amount, half the amount, injury, age.

    nature = property_nature("theft", Worth(Decimal(1500), Decimal(1600)), law=law)
    nature.kind, nature.reasons, nature.changes            # VIOLATION, under-line, value-reaches …

Nothing is decided here: an officer decides, and the county head files. What is not known stays open, with what would settle it.
The figures are those of the law engine; “以上” includes the number (psl-incl).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal
from enum import IntEnum

from shouwang.engines.errors import CannotTell
from shouwang.engines.law.model import Amount, Confidence, Item, Threshold
from shouwang.engines.law.rulebook import Rulebook

Range = tuple[int, int]
Pair = tuple[str, str]  # Chinese, English


class Kind(IntEnum):
    """Ordered by weight."""

    NONE = 0  # no offence at all
    CIVIL = 1  # a private dispute
    VIOLATION = 2
    OPEN = 3  # violation or crime, not settled yet: run as a violation first (ap-unsure)
    CRIME = 4


class Injury(IntEnum):
    """By forensic grade."""

    NONE = 0
    MINOR = 1  # 轻微伤
    SLIGHT = 2  # 轻伤
    GRAVE = 3  # 重伤
    DEATH = 4


@dataclass(frozen=True)
class Worth:
    """Yuan from ``low`` to ``high``, both possible; ``high`` None: no upper end."""

    low: Decimal
    high: Decimal | None


@dataclass(frozen=True)
class Because:
    """
    A reason, a change or a note: ``code`` names the sentence of the catalogue.

    values    filled into the sentence, in both languages
    spans     the ranges of the text it rests on
    articles  ids of law rules
    """

    code: str
    values: Mapping[str, Pair] = field(default_factory=dict)
    spans: tuple[Range, ...] = ()
    articles: tuple[str, ...] = ()


@dataclass(frozen=True)
class Law:
    """The law at a place on a day. region: digits of the GB/T 2260 code, "" when not known."""

    book: Rulebook
    region: str
    on: date

    def item(self, rule_id: str, code: str) -> Item:
        """One entry of a rule that is a list."""
        return next(item for item in self.book.rule(rule_id, on=self.on).items if item.code == code)

    def threshold(self, offence: str) -> Threshold | None:
        """The figures for an offence, None when there are none on that day."""
        try:
            return self.book.threshold(offence, region=self.region, on=self.on)
        except CannotTell:
            return None


@dataclass(frozen=True)
class Nature:
    """
    kind        crime, violation or neither
    level       "", or for crimes by value "large", "very-large", "huge"
    reasons     why, the decisive one first
    changes     what would change it
    asks        codes of the questions that would settle it
    confidence  the weakest of the law texts it rests on
    settled     False: the sums that were said contradict each other, so none of them counts as the value yet
    """

    kind: Kind
    level: str = ""
    reasons: tuple[Because, ...] = ()
    changes: tuple[Because, ...] = ()
    asks: tuple[str, ...] = ()
    confidence: Confidence = Confidence.CONFIRMED
    settled: bool = True


_WEAKNESS = (Confidence.CONFIRMED, Confidence.SECOND_HAND, Confidence.AS_OF_2018, Confidence.UNCONFIRMED)
# The rule that speaks of an offence, and the one for what stays below the line.
_RULE_OF = {
    "theft": "th-theft",
    "fraud": "th-fraud",
    "telecom-fraud": "th-tfraud",
    "snatch": "th-snatch",
    "extort": "th-extort",
    "damage": "th-damage",
}
_BELOW = {"damage": "psl-other"}


def weakest(levels: Iterable[Confidence]) -> Confidence:
    """The least certain of several."""
    return max(levels, key=_WEAKNESS.index, default=Confidence.CONFIRMED)


def confidence_of(law: Law, rules: Iterable[str]) -> Confidence:
    """The weakest text among rules in force on the day."""
    return weakest(law.book.rule(rule, on=law.on).confidence for rule in in_force(law, rules))


def in_force(law: Law, rules: Iterable[str]) -> tuple[str, ...]:
    """Those of the rules that hold on the day, each once."""
    kept = []
    for rule in dict.fromkeys(rules):
        try:
            law.book.rule(rule, on=law.on)
        except CannotTell:
            continue
        kept.append(rule)
    return tuple(kept)


def property_nature(
    offence: str,
    worth: Worth | None,
    *,
    law: Law,
    forms: Mapping[str, tuple[Range, ...]] | None = None,
    halves: Mapping[str, tuple[Range, ...]] | None = None,
    damaged_by: int | None = None,
    spans: tuple[Range, ...] = (),
    clash: Because | None = None,
) -> Nature:
    """
    An offence against property.

    offence     of the thresholds: theft, fraud, telecom-fraud, snatch, extort, damage
    worth       of what was taken or broken; None when nobody has said
    forms       that need no amount: home, pickpocket, weapon, repeated (theft); repeated (extortion, damage) → where said
    halves      codes of rule th-theft-half → where said
    damaged_by  people who damaged together and openly
    spans       where the value is said
    clash       why the value is not settled: sums that contradict each other. A line that lies between the least and the most stays
                open; one that none of them reaches is named, but nothing is settled
    More money never makes it less serious; neither does a form, a half or one person more.
    """
    nature = _property_nature(offence, worth, law, forms or {}, halves or {}, damaged_by, spans)
    if clash is None:
        return nature
    if any(because.code in _NEEDS_NO_VALUE for because in nature.reasons):
        return replace(nature, reasons=(*nature.reasons, clash))
    asks = tuple(dict.fromkeys(("value", *nature.asks)))
    return replace(nature, reasons=(clash, *nature.reasons), asks=asks, settled=False)


_NEEDS_NO_VALUE = frozenset({"no-amount", "damage-form"})


def _property_nature(
    offence: str,
    worth: Worth | None,
    law: Law,
    forms: Mapping[str, tuple[Range, ...]],
    halves: Mapping[str, tuple[Range, ...]],
    damaged_by: int | None,
    spans: tuple[Range, ...],
) -> Nature:
    rule = _RULE_OF[offence]
    threshold = law.threshold(offence)
    free = _without_amount(offence, forms, damaged_by, law)
    line, halved = _line(offence, threshold, halves, law)
    level = _level(threshold, worth)
    if free:
        return Nature(Kind.CRIME, level, (free,), (), (), confidence_of(law, free.articles))
    articles = (rule,)
    if line is None or threshold is None:
        reason = Because("value-unknown", {}, spans, ("ap-unsure", *articles))
        return Nature(Kind.OPEN, "", (reason,), (), ("value",), confidence_of(law, reason.articles))
    confidence = weakest((threshold.confidence, confidence_of(law, articles)))
    extra = (halved,) if halved else ()
    values = {"line": _pair(line), "region": (threshold.region_zh, threshold.region_en), "value": _said(worth)}
    more = _ways_up(offence, line, bool(halved), law)
    if worth is None:
        reason = Because("value-unknown", values, (), ("ap-unsure", rule))
        up = Because("value-reaches", values, (), articles)
        return Nature(Kind.OPEN, "", (reason, *extra), (up, *more), ("value", "half-circumstances"), confidence)
    if worth.low >= line.high:
        down = Because("value-below", values, (), (_BELOW.get(offence, "psl-theft"),))
        return Nature(
            Kind.CRIME,
            level or "large",
            (Because("over-line", values, spans, articles), *extra),
            (down,),
            (),
            confidence,
        )
    if worth.high is not None and worth.high < line.low:
        reason = Because("under-line", values, spans, (rule, _BELOW.get(offence, "psl-theft")))
        up = Because("value-reaches", values, (), articles)
        asks = ("times", "half-circumstances") if offence == "theft" else ("times",)
        return Nature(Kind.VIOLATION, "", (reason, *extra), (up, *more), asks, confidence)
    code = "straddles" if line.is_fixed else "corridor"
    reason = Because(code, values, spans, (rule, "ap-unsure"))
    up = Because("value-reaches", values, (), articles)
    return Nature(Kind.OPEN, "", (reason, *extra), (up, *more), ("value",), confidence)


def _without_amount(
    offence: str, forms: Mapping[str, tuple[Range, ...]], damaged_by: int | None, law: Law
) -> Because | None:
    """The form that makes it a crime at any value."""
    if offence == "theft":
        for code in ("home", "pickpocket", "weapon", "repeated"):
            if code in forms:
                item = law.item("th-theft-any", code)
                return Because("no-amount", {"item": (item.zh, item.en)}, forms[code], ("th-theft-any",))
    if offence == "extort" and "repeated" in forms:
        said = ("两年内三次以上敲诈勒索", "three times in two years")
        return Because("no-amount", {"item": said}, forms["repeated"], ("th-extort",))
    if offence == "damage" and ("repeated" in forms or (damaged_by or 0) >= 3):
        return Because("damage-form", {}, forms.get("repeated", ()), ("th-damage",))
    return None


def _line(
    offence: str, threshold: Threshold | None, halves: Mapping[str, tuple[Range, ...]], law: Law
) -> tuple[Amount | None, Because | None]:
    """Where crime begins, halved where the law says so, and the reason for the half."""
    if threshold is None or threshold.large is None:
        return None, None
    line = threshold.large
    if offence != "theft" or not halves:
        return line, None
    code = next(iter(halves))
    item = law.item("th-theft-half", code)
    half = _halved(line, law)
    values = {"item": (item.zh, item.en), "line": _pair(half)}
    return half, Because("half-line", values, halves[code], ("th-theft-half",))


def _halved(line: Amount, law: Law) -> Amount:
    ratio = Decimal(str(law.book.rule("th-theft-half", on=law.on).limit))
    return Amount(int(line.low * ratio), int(line.high * ratio))


def _level(threshold: Threshold | None, worth: Worth | None) -> str:
    if threshold is None or worth is None:
        return ""
    for level, amount in (("huge", threshold.huge), ("very-large", threshold.very_large)):
        if amount is not None and worth.low >= amount.high:
            return level
    return ""


def _ways_up(offence: str, line: Amount, halved: bool, law: Law) -> tuple[Because, ...]:
    """What else would make a theft a crime."""
    if offence != "theft":
        return ()
    ways = [
        Because("form", {"item": (item.zh, item.en)}, (), ("th-theft-any",))
        for item in law.book.rule("th-theft-any", on=law.on).items
    ]
    if not halved:
        item = law.item("th-theft-half", "penalised")
        half = _halved(line, law)
        ways.append(Because("half", {"item": (item.zh, item.en), "line": _pair(half)}, (), ("th-theft-half",)))
    return tuple(ways)


def _pair(line: Amount) -> Pair:
    text = f"{line.low}" if line.is_fixed else f"{line.low}–{line.high}"
    return text, text


def _said(worth: Worth | None) -> Pair:
    """The value as a person writes it."""
    if worth is None:
        return "未知", "unknown"
    low = f"{worth.low.normalize():f}"
    if worth.high is None:
        return f"{low}元以上", f"from {low} yuan"
    high = f"{worth.high.normalize():f}"
    if low == high:
        return f"{low}元", f"{low} yuan"
    return f"{low}至{high}元", f"{low} to {high} yuan"


def injury_nature(injury: Injury | None, *, hurt: tuple[Range, ...], law: Law, armed: tuple[Range, ...] = ()) -> Nature:
    """
    An assault.

    injury  by forensic grade; None when there is no grade yet
    hurt    where the text says that somebody is hurt
    armed   where it speaks of a blade or another weapon: no harm seen yet does not make that a small matter
    """
    articles = ("th-injury", "psl-other")
    confidence = confidence_of(law, articles)
    up = Because("injury-slight", {}, (), ("th-injury",))
    peace = Because("mediation", {}, (), ("ap-mediate-ok",))
    if injury is not None and injury >= Injury.SLIGHT:
        down = Because("injury-minor", {}, (), ("th-injury",))
        return Nature(Kind.CRIME, "", (Because("injury-crime", {}, hurt, ("th-injury",)),), (down,), (), confidence)
    if injury is None and armed and not hurt:
        reason = Because("armed", {}, armed, ("th-injury", "ap-unsure"))
        return Nature(Kind.OPEN, "", (reason,), (up,), ("injury", "weapon"), confidence)
    if injury is not None or not hurt:
        reason = Because("injury-minor", {}, hurt, articles)
        return Nature(Kind.VIOLATION, "", (reason,), (up, peace), ("injury",), confidence)
    reason = Because("injury-unknown", {}, hurt, ("th-injury", "ap-unsure"))
    return Nature(Kind.OPEN, "", (reason,), (up, peace), ("injury",), confidence)


def age_notes(low: int, high: int | None, kind: Kind, spans: tuple[Range, ...] = ()) -> tuple[Because, ...]:
    """
    What the suspect's age means; with a range every band it touches is named, the youngest first.

    low, high   years, ``high`` None: no upper end
    kind        NONE and CIVIL ask nothing of an age
    """
    if kind in {Kind.NONE, Kind.CIVIL}:
        return ()
    top = high if high is not None else 200
    bands = (
        (0, 11, "age-under-12", ("cl-age", "psl-age")),
        (12, 13, "age-under-14", ("cl-age", "psl-age")),
        (14, 15, "age-14-16", ("cl-age", "psl-age", "psl-nodetain")),
        (16, 17, "age-16-18", ("cl-age", "psl-age", "psl-nodetain")),
        (70, 200, "age-70", ("psl-nodetain",)),
    )
    notes = [
        Because(code, {}, spans, articles) for first, last, code, articles in bands if low <= last and first <= top
    ]
    if low < 18:
        notes.append(Because("guardian", {}, spans, ("psl-minor-ask",)))
    return tuple(notes)
