"""Acts, people, measures and findings: what goes in and what comes out, all frozen."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from shouwang.engines.errors import BadData
from shouwang.engines.law import Rule

#: The code of an act that the data does not know.
OTHER = "other"


class Kind(StrEnum):
    """What is imposed; the kinds of the papers, and none."""

    NONE = "none"
    WARNING = "warning"
    FINE = "fine"
    WARNED = "warning-fine"
    DETENTION = "detention"
    BOTH = "detention-fine"
    LICENCE = "licence"  # nothing but a revoked licence or a stopped business


#: What an act's article may allow beside the rest, or alone.
BESIDE = ("revokes", "suspends")


@dataclass(frozen=True, slots=True)
class Measure:
    """
    What is proposed.

    fine         whole yuan, for a fine; days of detention, for detention
    revokes      a licence is revoked beside it; `suspends`: business is ordered to stop
    Errors       BadData: a fine without a sum, a warning with one, a licence alone with neither
    """

    kind: Kind
    fine: int = 0
    days: int = 0
    revokes: bool = False
    suspends: bool = False

    def __post_init__(self) -> None:
        if (self.fine > 0) is not (self.kind in {Kind.FINE, Kind.WARNED, Kind.BOTH}):
            raise BadData("fine", "a fine has a sum above 0, and nothing else has one")
        if (self.days > 0) is not (self.kind in {Kind.DETENTION, Kind.BOTH}):
            raise BadData("days", "detention has days above 0, and nothing else has any")
        if self.fine < 0 or self.days < 0:
            raise BadData("measure", "must not be below 0")
        if self.kind is Kind.NONE and (self.revokes or self.suspends):
            raise BadData("measure", "no penalty carries nothing with it")
        if self.kind is Kind.LICENCE and not (self.revokes or self.suspends):
            raise BadData("measure", "revokes a licence or stops a business")

    @property
    def beside(self) -> tuple[str, ...]:
        """What is done to a licence or a business, as the data of the acts calls it."""
        return tuple(name for name in BESIDE if getattr(self, name))

    def heavier_than(self, other: Measure) -> bool:
        """
        Heavier in any respect: more days, a higher fine, a warning where there was none, a licence more.

        A fine instead of detention or of a revoked licence is lighter, whatever its sum.
        """
        if self.days > other.days or self.revokes > other.revokes or self.suspends > other.suspends:
            return True
        instead = self.kind is Kind.FINE and other.kind in {Kind.DETENTION, Kind.LICENCE}
        if self.fine > other.fine and not instead:
            return True
        return self.kind is not Kind.NONE and other.kind is Kind.NONE


@dataclass(frozen=True, slots=True)
class Facts:
    """
    What is known of the act and of the person.

    act, grade     codes of the data; `OTHER` for an act that is not there
    organisation   it is an organisation: what is asked about a human being (age, health, what they live on) is not asked
    act_on         the day of the act, or of its end where it went on
    discovered_on  when the police learnt of it; None when that was at once
    lapses_on      the last day on which it had to be discovered (`clocks.add_months(act_on, 6)`); None to leave that out
    born_on        None while nobody knows
    stopped        somebody whose task it is tried to stop it first (art. 88)
    grave          grave and of bad influence, and `again`: twice within a year (the exceptions of art. 23)
    expecting      pregnant, or nursing a child under one year
    disabled       blind or deaf-mute, or unable to understand or control the act
    hardship       a fine would leave the person without what they live on
    corrected      slight consequences and put right in time
    major          major public interest, or many people and relations (art. 114); `heard`: a hearing was held
    disputed       the person does not agree; `no_home`: remote place or no fixed home, asks to pay on the spot
    clear          the facts are clear and the evidence is there
    officers       how many officers act; `recorded` throughout
    """

    act: str
    grade: str
    act_on: date
    organisation: bool = False
    discovered_on: date | None = None
    lapses_on: date | None = None
    born_on: date | None = None
    stopped: bool = False
    grave: bool = False
    again: bool = False
    first_time: bool = False
    expecting: bool = False
    disabled: bool = False
    hardship: bool = False
    admitted: bool = False
    forgiven: bool = False
    paid_damage: bool = False
    corrected: bool = False
    excess_defence: bool = False
    major: bool = False
    heard: bool = False
    disputed: bool = False
    no_home: bool = False
    clear: bool = True
    officers: int = 2
    recorded: bool = False


class Level(StrEnum):
    """How much a finding weighs."""

    STOP = "stop"  # so it may not be imposed
    MUST = "must"  # has to be done or settled
    MAY = "may"  # may be done in the person's favour
    OK = "ok"  # looked at, nothing stands against it


@dataclass(frozen=True, slots=True)
class Finding:
    """
    One sentence with the rule it rests on, or with the article of the act; `code` is stable.

    instrument   of that article
    doubt        its text was not read in full
    """

    code: str
    level: Level
    rule: Rule | None
    zh: str
    en: str
    article: str = ""
    doubt: bool = False
    instrument: str = ""


@dataclass(frozen=True, slots=True)
class Judgement:
    """
    What the law says about a measure.

    decider       "station" or "county"
    hearing       the person may ask for a hearing; `closed`: not in public
    legal_review  somebody of the legal office reads it before it is decided
    executed      whether the detention would be carried out; None without detention
    guardian      the guardian is told and heard as well
    spot          it may be decided on the spot; `cash`: the fine may be taken there
    """

    findings: tuple[Finding, ...]
    decider: str
    hearing: bool
    closed: bool
    legal_review: bool
    executed: bool | None
    guardian: bool
    spot: bool
    cash: bool

    @property
    def allowed(self) -> bool:
        """Nothing forbids it. Whether it is right, people decide."""
        return not self.stops

    @property
    def stops(self) -> tuple[Finding, ...]:
        return tuple(one for one in self.findings if one.level is Level.STOP)


def age_on(born_on: date, day: date) -> int:
    """Whole years; somebody turns fourteen on the day after the birthday (the day itself is not counted full)."""
    years = day.year - born_on.year - ((day.month, day.day) <= (born_on.month, born_on.day))
    return max(years, 0)
