"""The common acts as data: what may be imposed for each, by grade."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from types import MappingProxyType

from shouwang.engines.errors import BadData, CannotTell
from shouwang.engines.law import Confidence
from shouwang.engines.law.reading import Table, toml_file
from shouwang.engines.penalty.model import BESIDE, Kind, Measure

_DATA = Path(__file__).parents[1] / "law" / "data" / "acts"
#: The acts of the law on public security, and those for which another law penalises organisations.
SHIPPED, OF_ORGANISATIONS = _DATA / "psl-2025.toml", _DATA / "organisations.toml"


class Weight(StrEnum):
    """The grades of an act."""

    MINOR = "minor"
    USUAL = "usual"
    SERIOUS = "serious"


@dataclass(frozen=True, slots=True)
class Option:
    """
    One alternative: a warning, or detention, or a fine, or either of the first two together with a fine; bounds are included.

    fine_may   the fine may be left out
    """

    warning: bool = False
    days: tuple[int, int] | None = None
    fine: tuple[int, int] | None = None
    fine_may: bool = False

    def holds(self, measure: Measure) -> bool:
        """Whether the measure lies inside."""
        if measure.kind is Kind.NONE:
            return False
        fine = self.fine is not None and self.fine[0] <= measure.fine <= self.fine[1]
        if measure.kind is Kind.WARNING:
            return self.warning and (self.fine is None or self.fine_may)
        if self.warning or measure.kind is Kind.WARNED:
            return self.warning and measure.kind is Kind.WARNED and fine
        days = self.days is not None and self.days[0] <= measure.days <= self.days[1]
        if measure.kind is Kind.FINE:
            return self.days is None and fine
        if measure.kind is Kind.DETENTION:
            return days and (self.fine is None or self.fine_may)
        return days and fine

    def reaches(self, measure: Measure) -> bool:
        """Whether the measure is nowhere above this one, so that it could be a lighter form of it."""
        if self.warning and measure.kind is Kind.FINE:
            return False  # another kind, not a lighter form of it
        most_days, most_fine = self.days[1] if self.days else 0, self.fine[1] if self.fine else 0
        return measure.days <= most_days and measure.fine <= most_fine

    def tops(self, measure: Measure) -> bool:
        """Whether the measure is the heaviest that this alternative knows, where it knows more than one."""
        most = ((self.days or (0, 0))[1], (self.fine or (0, 0))[1])
        one = not self.warning and (self.days is None or self.days[0] < self.days[1] or self.fine is not None)
        return one and (measure.days, measure.fine) == most


@dataclass(frozen=True, slots=True)
class Grade:
    """What may be imposed for one grade of an act: one of `either`."""

    code: Weight
    either: tuple[Option, ...]
    confidence: Confidence


@dataclass(frozen=True, slots=True)
class Act:
    """
    One act.

    needs   what has to have happened before the police may penalise it
    beside  what its article allows to be done to a licence or a business (`BESIDE`)
    organisation  it penalises the organisation itself, and nobody else
    """

    code: str
    zh: str
    en: str
    instrument: str
    article: str
    needs: str
    beside: tuple[str, ...]
    organisation: bool
    grades: Mapping[Weight, Grade]


@dataclass(frozen=True, slots=True)
class Acts:
    """All acts of the data, by code."""

    known: Mapping[str, Act]

    def __getitem__(self, code: str) -> Act:
        if code not in self.known:
            raise CannotTell(f"There is no act {code} in the data.")
        return self.known[code]

    def grade(self, code: str, grade: str) -> Grade:
        """Errors: CannotTell when the act or this grade of it is not there."""
        act = self[code]
        if grade not in act.grades:
            raise CannotTell(f"The act {code} has no grade {grade}.")
        return act.grades[Weight(grade)]


def load_acts(*paths: Path) -> Acts:
    """The acts of these files; without any, of those that are shipped. Errors: BadData with file, key and reason."""
    acts: dict[str, Act] = {}
    for path in paths or (SHIPPED, OF_ORGANISATIONS):
        top = toml_file(path)
        header = top.table_or_none("file")
        if header is None:
            raise BadData(f"{path.name} file", "is missing")
        instrument, organisation = header.code("instrument"), header.flag("organisation", default=False)
        header.day("valid_from")
        header.done()
        for table in top.tables("act"):
            act = _act(table, instrument, organisation=organisation)
            if act.code in acts:
                raise table.bad("code", f"{act.code} stands there twice")
            acts[act.code] = act
        top.done()
    return Acts(MappingProxyType(acts))


def _act(table: Table, instrument: str, *, organisation: bool) -> Act:
    code, confidence = table.code("code"), table.choice("confidence", Confidence)
    grades: dict[Weight, Grade] = {}
    for one in table.tables("grades"):
        grade = Grade(
            one.choice("grade", Weight),
            tuple(_option(option) for option in one.tables("either")),
            one.choice("confidence", Confidence, confidence),
        )
        one.done()
        if not grade.either or grade.code in grades:
            raise one.bad("grade", "each grade stands there once and has at least one alternative")
        grades[grade.code] = grade
    beside = table.texts("beside")
    if not set(beside) <= set(BESIDE):
        raise table.bad("beside", f"knows only {', '.join(BESIDE)}")
    act = Act(
        code,
        table.text("zh"),
        table.text("en"),
        table.code("instrument", instrument),
        table.text("article"),
        table.code("needs", ""),
        beside,
        organisation,
        MappingProxyType(grades),
    )
    table.done()
    if not grades:
        raise table.bad("grades", "is missing")
    return act


def _option(table: Table) -> Option:
    made = Option(
        table.flag("warning", default=False),
        table.corridor("days") if table.has("days") else None,
        table.corridor("fine") if table.has("fine") else None,
        table.flag("fine_may", default=False),
    )
    table.done()
    if (made.warning and made.days is not None) or not (made.warning or made.days or made.fine):
        raise table.bad("", "must be either a warning or days, a fine, or one of the two with a fine")
    return made
