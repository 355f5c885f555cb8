"""Holding a penalty, and writing what happens to it into its case. Neither words nor names: those stand with the penalty, sealed."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from shouwang.apps.cases import timeline as cases
from shouwang.apps.matters.models import Entry
from shouwang.apps.matters.viewer import Visibility
from shouwang.apps.penalties.limits import left_to_do, next_due
from shouwang.apps.penalties.models import ENDED, Penalty, Stage
from shouwang.apps.units.models import Officer
from shouwang.kernel import audit

DESK = "desk"


def held(penalty: Penalty) -> Penalty:
    """The penalty as it stands now, its case and matter held until the transaction ends. Two who press at once take turns."""
    case = cases.held(penalty.case)
    fresh = Penalty.objects.select_related("party__person", "proposed_by", "asked_hearing").get(pk=penalty.pk)
    fresh.case = case
    return fresh


def happened(
    penalty: Penalty,
    what: str,
    *,
    at: datetime,
    by: Officer | None,
    visibility: Visibility = Visibility.STATION,
    reason: str = "",
    **data: Any,
) -> Entry:
    """Add `penalties.<what>` to the matter of a penalty that the caller holds, and its row of the audit trail."""
    name = f"penalties.{what.replace('-', '_')}"
    audit.record(
        name, by=by.ref if by else "house", on=penalty, at=at, **({"reason": reason[:200]} if reason else {}), **data
    )
    return cases.happened(
        penalty.case,
        f"penalties.{what}",
        at=at,
        by=by,
        visibility=visibility,
        penalty=penalty.pk,
        who=penalty.party.nth,
        **data,
    )


def keep(penalty: Penalty, at: datetime, **columns: Any) -> Penalty:
    """Write columns, whose turn it is and when the next thing is due; a penalty with nothing left to do has ended."""
    for name, value in columns.items():
        setattr(penalty, name, value)
    if penalty.stage == Stage.DECIDED and not left_to_do(penalty):
        penalty.stage, penalty.ended_at = Stage.DONE, at
    penalty.waits_for = _turn(penalty)
    penalty.due_at = next_due(penalty)
    penalty.save()
    return penalty


def _turn(penalty: Penalty) -> str:
    if penalty.stage in ENDED:
        return ""
    if penalty.stage == Stage.LEGAL:
        return "legal-officer"
    return penalty.decider if penalty.stage == Stage.DECIDING else DESK
