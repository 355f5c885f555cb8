"""What the room of cases does when a lower room tells it something."""

from __future__ import annotations

from django.db.models import F, Q
from django.utils.translation import gettext as _

from shouwang.apps.cases.errors import CaseRuns
from shouwang.apps.cases.models import Case, Nature
from shouwang.apps.cases.usecases import open_case
from shouwang.apps.incidents import filing
from shouwang.apps.incidents.models import Incident
from shouwang.apps.matters.facts import EntryAdded
from shouwang.apps.matters.models import Type
from shouwang.kernel.events import listen


@listen(EntryAdded)
def open_what_was_filed(event: EntryAdded) -> None:
    """
    A filed incident is a case from that moment, in the transaction that filed it. Several reports of one event are one case, the first
    report's of each station; one that turns out to be another event has its own from then on.
    """
    if event.type != Type.HAPPENED:
        return
    incident = (
        Incident.objects.select_related("matter")
        .filter(Q(same_as=None) | ~Q(same_as__matter__unit=F("matter__unit")))
        .filter(pk=event.matter_id, stage=filing.FILED, matter__case=None)
        .first()
    )
    if incident is not None and incident.nature in Nature.values:
        open_case(incident, at=event.at)


@listen(EntryAdded)
def close_the_case_first(event: EntryAdded) -> None:
    """Whoever closes a filed matter whose case runs is led to the case. Raises CaseRuns."""
    filed = Case.objects.running().filter(pk=event.matter_id, matter__incident__stage=filing.FILED)
    if event.type == Type.CLOSED and filed.exists():
        raise CaseRuns(_("这件事已经立案，案件还没有结。"))
