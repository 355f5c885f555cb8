"""What the room of incidents does when a lower room tells it something."""

from __future__ import annotations

from shouwang.apps.incidents import filing
from shouwang.apps.incidents.models import Incident
from shouwang.apps.incidents.timeline import move
from shouwang.apps.incidents.usecases import tell
from shouwang.apps.incidents.usecases.deciding import PASSING_RULE, rule_of
from shouwang.apps.matters.facts import EntryAdded, ReadMoved
from shouwang.apps.matters.models import Entry, Matter, ReadMark, State, Type
from shouwang.apps.matters.timeline import locked
from shouwang.apps.matters.usecases.clocks import start_clock, stop_clock
from shouwang.kernel.events import listen

_TRANSFERS = frozenset({Type.TRANSFER_OFFERED, Type.TRANSFER_ACCEPTED, Type.TRANSFER_RETURNED})


@listen(EntryAdded)
def follow(event: EntryAdded) -> None:
    """The filing columns follow the timeline, in the transaction of the entry."""
    incident = Incident.objects.filter(pk=event.matter_id).first()
    if incident is None:
        return
    move(incident, Entry.objects.get(matter=event.matter_id, seq=event.seq))
    if event.type in _TRANSFERS:
        _clock_of_transfer(incident, event)


def _clock_of_transfer(incident: Incident, event: EntryAdded) -> None:
    """
    A report that belongs to another unit is passed on within twenty-four hours of its arrival (接报案与立案工作规定 item 8(2)).

    Accepted or returned, the clock it had goes on, counted from the same day of arrival: passing on wins nobody any time.
    """
    matter = locked(Matter.objects.get(pk=event.matter_id))
    waits = incident.stage in filing.UNDECIDED | {filing.NO_CASE}
    if not waits or matter.state != State.OPEN:
        return
    if event.type == Type.TRANSFER_OFFERED:
        start_clock(matter, PASSING_RULE, at=event.at, since=matter.received_at)
    elif matter.due_rule == PASSING_RULE:
        if event.type == Type.TRANSFER_ACCEPTED:
            stop_clock(matter, at=event.at)
        start_clock(matter, rule_of(incident), at=event.at, since=matter.received_at)


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
