"""What the room of cases does when a lower room tells it something."""

from __future__ import annotations

from shouwang.apps.cases.models import Nature
from shouwang.apps.cases.usecases import open_case
from shouwang.apps.incidents import filing
from shouwang.apps.incidents.models import Incident
from shouwang.apps.matters.facts import EntryAdded
from shouwang.apps.matters.models import Type
from shouwang.kernel.events import listen


@listen(EntryAdded)
def open_what_was_filed(event: EntryAdded) -> None:
    """A filed incident is a case from that moment, in the transaction that filed it."""
    if event.type != Type.HAPPENED:
        return
    incident = (
        Incident.objects.select_related("matter")
        .filter(pk=event.matter_id, stage=filing.FILED, matter__case=None)
        .first()
    )
    if incident is not None and incident.nature in Nature.values:
        open_case(incident, at=event.at)
