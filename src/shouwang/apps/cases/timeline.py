"""Writing what happens to a case into its matter's timeline. Never further than the station unless said: no words and no names."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from shouwang.apps.cases.models import Case
from shouwang.apps.matters.models import By, Entry, Type
from shouwang.apps.matters.timeline import append, locked
from shouwang.apps.matters.viewer import Visibility
from shouwang.apps.units.models import Officer

#: The entry that says what another authority decided: the one entry of a case with words.
ELSEWHERE = "cases.decided-elsewhere"


def held(case: Case) -> Case:
    """The case as it stands now, its matter held until the transaction ends. Two desks pressing at once take turns."""
    matter = locked(case.matter)
    fresh = Case.objects.get(pk=case.pk)
    fresh.matter = matter
    return fresh


def happened(
    case: Case,
    what: str,
    *,
    at: datetime,
    by: Officer | None = None,
    visibility: Visibility = Visibility.STATION,
    body: str = "",
    **data: Any,
) -> Entry:
    """
    Add an entry to the matter of a case that the caller holds.

    what   the whole name of the sentence, with its room: `cases.opened`, `mediation.agreed`
    """
    return append(
        case.matter,
        Type.HAPPENED,
        at=at,
        by=By.OFFICER if by else By.HOUSE,
        officer=by,
        visibility=visibility,
        body=body,
        data={"what": what, **data},
    )
