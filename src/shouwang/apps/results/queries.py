"""What the pages of results ask."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.utils import timezone
from django.utils.translation import gettext as _

from shouwang.apps.cases.models import Case
from shouwang.apps.penalties.judging import act_name, measure_now, says_measure
from shouwang.apps.penalties.models import Measured, Penalty
from shouwang.apps.penalties.models import Stage as PenaltyStage
from shouwang.apps.results.models import Decision, State
from shouwang.apps.results.usecases import is_on, whom_of
from shouwang.apps.units.models import Officer, Unit

#: On one page of the public list.
A_PAGE = 50
MOST = 200


@dataclass(frozen=True, slots=True)
class Row:
    """A decision as a list shows it."""

    decision: Decision
    act: str
    measure: str
    organ: Unit
    decided_on: date | None


def row_of(decision: Decision) -> Row:
    """With its act, measure and organ in the reader's language."""
    one = decision.penalty
    unit = one.case.matter.unit
    county = one.decider == "county-head" and unit.station.parent is not None
    organ = unit.station.parent if county and unit.station.parent is not None else unit.station
    decided = timezone.localdate(one.decided_at) if one.decided_at else None
    return Row(decision, act_name(one.act), says_measure(measure_now(one)), organ, decided)


def public_rows(unit: int | None, page: int) -> tuple[list[Row], bool]:
    """One page of what anybody may read, the newest first, and whether there is more."""
    rows = Decision.objects.public().for_lists()
    if unit is not None:
        rows = rows.filter(unit=unit)
    first = (page - 1) * A_PAGE
    found = list(rows[first : first + A_PAGE + 1])
    return [row_of(one) for one in found[:A_PAGE]], len(found) > A_PAGE


def stations() -> list[Unit]:
    """Stations of which something is public."""
    ids = Decision.objects.public().values("unit").order_by()
    return list(Unit.objects.filter(pk__in=ids).order_by("path"))


def to_begin(officer: Officer) -> list[Penalty]:
    """Decisions of this officer's unit that were served and may be published, of which nothing is written yet."""
    mine = Case.objects.visible_to(officer).values("pk").order_by()
    rows = (
        Penalty.objects.filter(case__in=mine, spot=False, published=None, party__organisation=True)
        .filter(stage__in=[PenaltyStage.DECIDED, PenaltyStage.DONE], case__matter__sealed_at=None)
        .exclude(kind=Measured.NONE)
        .select_related("case__matter__unit__parent", "party")
        .order_by("-decided_at")
    )
    found = rows[:MOST]
    open_units: dict[int, bool] = {}
    kept = []
    for one in found:
        station = one.case.matter.unit.station
        if station.pk not in open_units:
            open_units[station.pk] = is_on(station, whom_of(one))
        if open_units[station.pk]:
            kept.append(one)
    return kept


def says_state(decision: Decision) -> str:
    """How it stands, for the desk."""
    if decision.state == State.DRAFT and decision.sent_back:
        return _("退回来了：%(why)s") % {"why": decision.sent_back}
    return str(State(decision.state).label)
