"""Writing what happens to an incident into its matter's timeline; the filing columns follow from the entries."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from shouwang.apps.incidents import filing
from shouwang.apps.incidents.errors import NotAnIncident
from shouwang.apps.incidents.models import Incident
from shouwang.apps.matters.models import By, Entry, Matter, Type
from shouwang.apps.matters.timeline import append, fact_of, locked
from shouwang.apps.matters.viewer import Visibility
from shouwang.apps.units.models import Officer


def held(matter: Matter) -> tuple[Matter, Incident]:
    """The matter, held until the transaction ends, and its incident as it stands under that hold."""
    matter = locked(matter)
    incident = Incident.objects.select_related("owner").filter(pk=matter.pk).first()
    if incident is None:
        raise NotAnIncident
    matter.__dict__["incident_of_card"] = incident
    return matter, incident


def happened(
    matter: Matter,
    what: str,
    *,
    at: datetime,
    by: Officer | None = None,
    visibility: Visibility = Visibility.PARTIES,
    answers: bool = False,
    type_: str = Type.HAPPENED,
    body: str = "",
    **data: Any,
) -> Entry:
    """
    Add `incidents.<what>` to a matter that the caller holds. `listeners` moves the incident's columns when it hears of the entry.

    answers   it is a word of the station to the reporter
    """
    told = {"answers": True} if answers else {}
    return append(
        matter,
        type_,
        at=at,
        by=By.OFFICER if by else By.HOUSE,
        officer=by,
        visibility=visibility,
        body=body,
        data={"what": f"incidents.{what}", **told, **data},
    )


def linked_keys(matter: Matter) -> list[int]:
    """The keys of all reports of the same event, this one included."""
    first = Incident.objects.filter(pk=matter.pk).values_list("same_as", flat=True).first() or matter.pk
    return [first, *Incident.objects.filter(same_as=first).order_by("pk").values_list("pk", flat=True)]


def standing_of(incident: Incident) -> filing.Standing:
    """The filing columns as a value."""
    return filing.Standing(**{name: getattr(incident, name) for name in filing.COLUMNS})


def move(incident: Incident, entry: Entry) -> None:
    """Let the filing columns follow one more entry."""
    write(incident, filing.step(standing_of(incident), fact_of(entry)))


def write(incident: Incident, standing: filing.Standing) -> tuple[str, ...]:
    """Write what differs; returns the names of the columns."""
    changed = {n: v for n in filing.COLUMNS if getattr(incident, n) != (v := getattr(standing, n))}
    for name, value in changed.items():
        setattr(incident, name, value)
    if changed:
        Incident.objects.filter(pk=incident.pk).update(**changed)
    return tuple(changed)


def rebuild(incident: Incident, *, dry_run: bool = False) -> tuple[str, ...]:
    """Write the filing columns anew from the timeline; returns the names of those that had been wrong."""
    standing = filing.fold(fact_of(entry) for entry in incident.matter.entries.order_by("seq"))
    if dry_run:
        return tuple(n for n in filing.COLUMNS if getattr(incident, n) != getattr(standing, n))
    return write(incident, standing)
