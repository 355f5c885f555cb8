"""What the room of mediation does when a lower room tells it something."""

from __future__ import annotations

from shouwang.apps.matters.facts import EntryAdded
from shouwang.apps.matters.models import Entry, Type
from shouwang.apps.mediation.models import Mediation, State
from shouwang.apps.mediation.timeline import held
from shouwang.apps.mediation.usecases import settle_if_done
from shouwang.kernel.events import listen


@listen(EntryAdded)
def the_last_signature(event: EntryAdded) -> None:
    """What was performed before the agreement was signed is settled with the last signature."""
    if event.type != Type.HAPPENED:
        return
    agreed = Mediation.objects.filter(matter=event.matter_id, state=State.AGREED).select_related("matter").first()
    if agreed is None:
        return
    what = (
        Entry.objects.filter(matter=event.matter_id, seq=event.seq).values_list("data", flat=True).get().get("what", "")
    )
    if what.startswith("papers."):
        settle_if_done(held(agreed), at=event.at)
