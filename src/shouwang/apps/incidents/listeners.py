"""What the room of incidents does when a lower room tells it something."""

from __future__ import annotations

from shouwang.apps.incidents.models import Incident, Known
from shouwang.apps.incidents.timeline import move
from shouwang.apps.incidents.usecases import tell
from shouwang.apps.incidents.usecases.running import PASSING_RULE, run_clock
from shouwang.apps.matters.facts import EntryAdded, ReadMoved
from shouwang.apps.matters.models import Entry, Matter, ReadMark, State, Type
from shouwang.apps.matters.timeline import locked
from shouwang.apps.matters.usecases.clocks import stop_clock
from shouwang.kernel.events import listen

_TRANSFERS = frozenset({Type.TRANSFER_OFFERED, Type.TRANSFER_ACCEPTED, Type.TRANSFER_RETURNED})
_WHOSE = frozenset({"incidents.elsewhere-found", "incidents.ours-after-all"})


@listen(EntryAdded)
def follow(event: EntryAdded) -> None:
    """The filing columns follow the timeline, in the transaction of the entry."""
    incident = Incident.objects.filter(pk=event.matter_id).first()
    if incident is None:
        return
    entry, before = Entry.objects.get(matter=event.matter_id, seq=event.seq), incident.elsewhere_at
    move(incident, entry)
    if event.type in _TRANSFERS or entry.data.get("what") in _WHOSE:
        _clock_of_passing(incident, event, moved=before is not None and incident.elsewhere_at not in {None, before})


def _clock_of_passing(incident: Incident, event: EntryAdded, *, moved: bool) -> None:
    """
    A report that belongs to another unit is passed on within twenty-four hours of the moment that is known, and not of the press
    “transfer” (接报案与立案工作规定 item 8(2) and (4)); `running.passing_since` says which moment that is.

    Accepted or returned, the clock it had goes on, counted from the same day of arrival: passing on wins nobody any time.
    """
    matter = locked(Matter.objects.get(pk=event.matter_id))
    if event.type == Type.TRANSFER_ACCEPTED:
        _theirs_now(incident, matter)
        if matter.due_rule == PASSING_RULE and matter.state == State.OPEN:
            stop_clock(matter, at=event.at)
    run_clock(matter, incident, at=event.at, anew=moved)


def _theirs_now(incident: Incident, matter: Matter) -> None:
    """Whoever takes it says that it is theirs, whatever the place said; it is not called somebody else's any more."""
    if incident.is_elsewhere(matter.unit_id):
        known = Known.NOT if incident.known == Known.OUTSIDE else incident.known
        Incident.objects.filter(pk=incident.pk).update(owner=None, elsewhere="", known=known)


@listen(ReadMoved)
def told_by_the_page(event: ReadMoved) -> None:
    """Whoever opened the page after the decision has learned of it there."""
    if event.side != ReadMark.Side.RESIDENT:
        return
    incident = (
        Incident.objects.filter(pk=event.matter_id, told_seq__lte=event.read_seq).select_related("matter").first()
    )
    mark = ReadMark.objects.filter(matter=event.matter_id, side=event.side).first()
    if incident is not None and mark is not None and mark.read_at is not None:
        tell(incident.matter, by=None, how="page", at=mark.read_at)
