"""Holding an application, and writing what happens to it into its matter. Names and reasons stand with the application, sealed."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from shouwang.apps.disclosure.models import Application
from shouwang.apps.matters.models import By, Entry, Matter, Type
from shouwang.apps.matters.timeline import append, locked
from shouwang.apps.matters.viewer import Visibility
from shouwang.apps.units.models import Officer
from shouwang.kernel import audit


def held(application: Application) -> Application:
    """The application as it stands now, its matter held until the transaction ends. Two who press at once take turns."""
    matter = locked(application.matter)
    fresh = Application.objects.select_related("matter__reporter", "drafted_by").get(pk=application.pk)
    fresh.matter = matter
    return fresh


def happened(
    application: Application,
    what: str,
    *,
    at: datetime,
    by: Officer | None,
    visibility: Visibility = Visibility.PARTIES,
    answers: bool = False,
    type_: str = Type.HAPPENED,
    side: str = "",
    body: str = "",
    **data: Any,
) -> Entry:
    """Add `disclosure.<what>` to the matter that the caller holds, and its row of the audit trail. `answers`: a word to the applicant."""
    side = side or (By.OFFICER if by else By.HOUSE)
    actor = by.ref if by else "resident" if side == By.RESIDENT else "house"
    audit.record(f"disclosure.{what.replace('-', '_')}", by=actor, on=application, at=at)
    told = {"answers": True} if answers else {}
    return append(
        application.matter,
        type_,
        at=at,
        by=side,
        officer=by,
        visibility=visibility,
        body=body,
        data={"what": f"disclosure.{what}", **told, **data},
    )


def keep(application: Application, **columns: Any) -> Application:
    """Write columns of an application that the caller holds."""
    for name, value in columns.items():
        setattr(application, name, value)
    application.save(update_fields=list(columns))
    return application


def application_of(matter: Matter) -> Application | None:
    """The application of a matter, or None; asked of the database once for each matter in hand."""
    if "application_of_card" not in matter.__dict__:
        rows = Application.objects.select_related("drafted_by", "reviewed_by").filter(pk=matter.pk)
        found = rows.first()
        if found is not None:
            found.matter = matter
        matter.__dict__["application_of_card"] = found
    one: Application | None = matter.__dict__["application_of_card"]
    return one
