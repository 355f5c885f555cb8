"""
Writing what happens to a mediation into its matter's timeline, without words and names: those stand with the mediation, sealed.

Whoever reported reads the steps only where they are one of the two sides.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from shouwang.apps.matters.models import By, Entry, Type
from shouwang.apps.matters.timeline import append, locked
from shouwang.apps.matters.viewer import Visibility
from shouwang.apps.mediation.models import Mediation, Side, SideKey
from shouwang.apps.units.models import Officer


def held(mediation: Mediation) -> Mediation:
    """The mediation as it stands now, its matter held until the transaction ends. Two desks pressing at once take turns."""
    matter = locked(mediation.matter)
    fresh = Mediation.objects.select_related("mediator").prefetch_related("sides__person").get(pk=mediation.pk)
    fresh.matter = matter
    return fresh


def is_for_reporter(mediation: Mediation) -> bool:
    """Whether the reporter is one of the sides. A neighbour who only called reads nothing of what two others agree."""
    return any(side.reporter for side in mediation.sides.all())


def happened(
    mediation: Mediation,
    what: str,
    *,
    at: datetime,
    by: Officer | None = None,
    told: bool = False,
    body: str = "",
    **data: Any,
) -> Entry:
    """
    Add `mediation.<what>` to the matter of a mediation that the caller holds.

    told   it is a word of the station to the reporter, where they are a side: on the page, and by the messenger as they allow it
    """
    told = told and is_for_reporter(mediation)
    answers = {"answers": True} if told else {}
    return append(
        mediation.matter,
        Type.HAPPENED,
        at=at,
        by=By.OFFICER if by else By.HOUSE,
        officer=by,
        visibility=Visibility.PARTIES if told else Visibility.STATION,
        body=body,
        data={"what": f"mediation.{what}", "mediation": mediation.pk, **answers, **data},
    )


def said_by(
    mediation: Mediation,
    side: Side,
    what: str,
    /,
    *,
    at: datetime,
    heeded: bool,
    key: SideKey | None,
    body: str = "",
    **data: Any,
) -> Entry:
    """
    Add what a side said on its own page, to a mediation that the caller holds.

    heeded  the desk has to act on it: the reporter's words wait like any message; those of a side with a code of its own stand with the
            station alone, and the side waits in the lists of mediations
    """
    if key is not None and heeded:
        Side.objects.filter(pk=side.pk).update(waits_since=at)
    return append(
        mediation.matter,
        Type.MESSAGE if heeded and key is None else Type.HAPPENED,
        at=at,
        by=By.RESIDENT,
        visibility=Visibility.PARTIES if key is None else Visibility.STATION,
        body=body,
        data={"what": f"mediation.{what}", "mediation": mediation.pk, **data},
    )
