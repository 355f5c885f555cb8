"""
Writing what happens to a stay into its matter's timeline.

Never further than the station: who was brought in is not the reporter's to read.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db import connection

from shouwang.apps.matters.models import By, Entry, Type
from shouwang.apps.matters.timeline import append, locked
from shouwang.apps.matters.viewer import Visibility
from shouwang.apps.recordings.models import Stay
from shouwang.apps.units.models import Officer


def held(stay: Stay) -> Stay:
    """The stay as it stands now, held until the transaction ends, with its matter. Two desks pressing at once take turns."""
    matter = locked(stay.matter)
    rows = Stay.objects.select_for_update() if connection.features.has_select_for_update else Stay.objects
    fresh = rows.get(pk=stay.pk)
    fresh.matter = matter
    return fresh


def happened(stay: Stay, what: str, *, at: datetime, by: Officer | None, **data: Any) -> Entry:
    """Add `recordings.<what>` to the matter of a stay that the caller holds. No words and no names: those stand with the stay, sealed."""
    return append(
        stay.matter,
        Type.HAPPENED,
        at=at,
        by=By.OFFICER if by else By.HOUSE,
        officer=by,
        visibility=Visibility.STATION,
        data={"what": f"recordings.{what}", "stay": stay.pk, **data},
    )
