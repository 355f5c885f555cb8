"""
What a rule file says, as frozen values.

Money is yuan; days are station-local dates; names and sentences stand in Chinese (`…_zh`) and English (`…_en`).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum


class Unit(StrEnum):
    """What a limit is measured in."""

    WORKING_DAYS = "wd"
    CALENDAR_DAYS = "cd"
    HOURS = "h"
    MINUTES = "min"
    MONTHS = "mo"
    YEARS = "y"
    YUAN = "CNY"
    COUNT = "n"
    RATIO = "ratio"
    NONE = "none"


TIME_UNITS = frozenset({Unit.WORKING_DAYS, Unit.CALENDAR_DAYS, Unit.HOURS, Unit.MINUTES, Unit.MONTHS, Unit.YEARS})


class Confidence(StrEnum):
    """How the text behind a rule was checked."""

    CONFIRMED = "confirmed"  # read in a full text of the instrument
    SECOND_HAND = "confirmed-2nd"  # read in a secondary page: notice copy, news, local guide
    AS_OF_2018 = "confirmed-2018"  # read in the 2018 consolidation; later amendments not seen
    UNCONFIRMED = "unconfirmed"  # general knowledge; check before relying on it


@dataclass(frozen=True, slots=True)
class Word:
    """A code used by rules (trigger, approver, pause kind) with its words."""

    code: str
    zh: str
    en: str


@dataclass(frozen=True, slots=True)
class Instrument:
    """
    A law, regulation or notice. `number` and `check` (what remains to be verified) may be empty.

    full_zh     the name as an official paper writes it out: 中华人民共和国治安管理处罚法
    """

    id: str
    name_zh: str
    full_zh: str
    name_en: str
    number: str
    valid_from: date
    valid_to: date | None
    check: str


@dataclass(frozen=True, slots=True)
class Citation:
    """Where a rule stands: instrument id and article in its own numbering (empty: the whole instrument)."""

    instrument: str
    article: str

    def __str__(self) -> str:
        return f"{self.instrument} {self.article}".strip()


@dataclass(frozen=True, slots=True)
class Extension:
    """
    A lawful lengthening.

    amount    the most that one extension may add, in `unit`
    times     how often it may be granted for one run of the clock
    approver  code of who must agree; empty when the text names nobody
    """

    amount: int
    unit: Unit
    times: int
    approver: str


@dataclass(frozen=True, slots=True)
class Item:
    """One entry of a rule that is a list (the seven kinds of answer, the four thefts that need no amount, …)."""

    code: str
    zh: str
    en: str


@dataclass(frozen=True, slots=True)
class Band:
    """
    One step of a tariff.

    first   from which one on it holds, up to the next band
    each    yuan for each of them
    every   after so many of them the price rises again, by `more`; 0: it stays
    """

    first: int
    each: int
    every: int = 0
    more: int = 0

    def price(self, nth: int) -> int:
        """What number `nth` costs."""
        return self.each + (self.more * ((nth - self.first) // self.every) if self.every else 0)


@dataclass(frozen=True, slots=True)
class Rule:
    """
    One version of one rule.

    limit           number in `unit`; with `limit_max` a corridor between the two; None when the rule has no number
    trigger         code of what starts the clock; empty when the rule is no clock
    extension       how the limit may be lengthened, or None
    pauses          codes of the pause kinds whose time does not count
    rolls           a period in days, months or years ends on the next working day when its last day is a holiday
    at_once         to be done on the spot
    approver        code of who decides what the rule is about; empty when the text names nobody above the officer in charge
    each_year_by    "MM-DD" for a yearly date, else empty
    promise_for     id of the statutory rule that this station promise betters, else empty
    layer           name of the layer the version comes from
    check           what remains to be verified, in English; empty when nothing
    bands           a tariff, lowest band first; empty when the rule is none
    """

    id: str
    name_zh: str
    name_en: str
    says_zh: str
    says_en: str
    limit: int | float | None
    limit_max: int | float | None
    unit: Unit
    trigger: str
    extension: Extension | None
    pauses: tuple[str, ...]
    rolls: bool
    at_once: bool
    approver: str
    each_year_by: str
    items: tuple[Item, ...]
    sources: tuple[Citation, ...]
    valid_from: date
    valid_to: date | None
    confidence: Confidence
    check: str
    promise_for: str
    layer: str
    bands: tuple[Band, ...] = ()

    def price(self, nth: int) -> int:
        """What number `nth` (1, 2, …) of a tariff costs, in yuan."""
        return next(band for band in reversed(self.bands) if band.first <= nth).price(nth)

    @property
    def is_clock(self) -> bool:
        """True when something starts it and it has a length in time."""
        return bool(self.trigger) and self.limit is not None and self.unit in TIME_UNITS

    def valid_on(self, day: date) -> bool:
        return self.valid_from <= day and (self.valid_to is None or day <= self.valid_to)


@dataclass(frozen=True, slots=True)
class Amount:
    """A figure in yuan (low == high), or the corridor inside which a province fixes its figure."""

    low: int
    high: int

    @property
    def is_fixed(self) -> bool:
        return self.low == self.high


@dataclass(frozen=True, slots=True)
class Threshold:
    """
    From which value an offence against property is a crime, and a graver one.

    region      leading digits of the GB/T 2260 code: "" whole country, "44" Guangdong, "4403" Shenzhen
    variant     empty, or a code for a special class of places or goods that must be asked for by name
    large       数额较大, or None when not known; very_large 数额巨大; huge 数额特别巨大
    """

    offence: str
    region: str
    region_zh: str
    region_en: str
    variant: str
    large: Amount | None
    very_large: Amount | None
    huge: Amount | None
    sources: tuple[Citation, ...]
    valid_from: date
    valid_to: date | None
    confidence: Confidence
    check: str

    def valid_on(self, day: date) -> bool:
        return self.valid_from <= day and (self.valid_to is None or day <= self.valid_to)


class Every(StrEnum):
    """How often something public is looked at again."""

    MONTH = "month"
    QUARTER = "quarter"
    YEAR = "year"


@dataclass(frozen=True, slots=True)
class Publication:
    """
    One thing that must be public.

    group    code of the shelf it stands on: organisation, procedures, fees …
    within   id of the rule that says how soon a change is published
    every    how often it is looked at again; the laws name no interval, so that this is the house's own beginning
    renew    each time something new must be published; else it is enough that somebody checked it and found nothing changed
    """

    id: str
    group: str
    name_zh: str
    name_en: str
    says_zh: str
    says_en: str
    within: str
    every: Every
    renew: bool
    sources: tuple[Citation, ...]
    confidence: Confidence
    check: str


class Handling(StrEnum):
    """What the platform does with material under a secrecy ground."""

    NEVER_IN_PLATFORM = "never_in_platform"
    INTERNAL_ONLY = "internal_only"
    THIRD_PARTY_CONSULT = "third_party_consult"
    NEVER_PUBLISH = "never_publish"
    MASK = "mask"
    SEALED = "sealed"
    REPORTER_CONFIDENTIAL = "reporter_confidential"


@dataclass(frozen=True, slots=True)
class Level:
    """A level of a ground, and for how many years at most something may be withheld under it."""

    code: str
    zh: str
    en: str
    years: int


@dataclass(frozen=True, slots=True)
class SecrecyGround:
    """
    A ground for withholding, with the law behind it.

    end          whether nothing is withheld under it without a day on which that ends
    levels       its levels, the longest term first; empty where the law knows none
    asks_owner   whose secret it is has to be asked first
    outweighed   whether an overriding public interest may demand publication all the same
    refuses      codes of the reasons for refusing an application (items of `gi-ex-14`, `-15`, `-16`) that rest on it
    """

    id: str
    name_zh: str
    name_en: str
    says_zh: str
    says_en: str
    handling: Handling
    sources: tuple[Citation, ...]
    confidence: Confidence
    check: str
    end: bool = False
    levels: tuple[Level, ...] = ()
    asks_owner: bool = False
    outweighed: bool = False
    refuses: tuple[str, ...] = ()


class MaskOutput(StrEnum):
    """What a published paper shows in place of a field."""

    SURNAME_MOU = "surname-mou"
    DO_NOT_PUBLISH = "do-not-publish"
    SURNAME_MOU_OR_ROLE = "surname-mou-or-role"
    DELETE = "delete"
    COUNTY_ONLY = "county-only"
    KEEP = "keep"
    PARTIAL = "partial"


@dataclass(frozen=True, slots=True)
class MaskRule:
    """How one kind of field appears; `audience` is `public` or `owner` (the person's own signed-in page)."""

    field: str
    audience: str
    output: MaskOutput
    name_zh: str
    name_en: str
    says_zh: str
    says_en: str
    sources: tuple[Citation, ...]
    confidence: Confidence
    check: str


@dataclass(frozen=True, slots=True)
class OffSpan:
    """Days off from `first` to `last`, both included, weekends inside counted in."""

    first: date
    last: date
    name_zh: str
    name_en: str


@dataclass(frozen=True, slots=True)
class MakeUpDay:
    """A weekend day that is worked (调休上班), and the holiday it pays for."""

    day: date
    name_zh: str
    name_en: str


@dataclass(frozen=True, slots=True)
class CalendarYear:
    """
    The days off and make-up working days that one year's notice announced.

    A notice may also name days of the December before (2019's moved 2018-12-29 to 31), so those may stand in it.
    """

    year: int
    source: str
    off: tuple[OffSpan, ...]
    work: tuple[MakeUpDay, ...]
