"""What the spine does when a lower room tells it something."""

from __future__ import annotations

from shouwang.apps.duty.models import DutySpan
from shouwang.apps.duty.usecases import SignedOff
from shouwang.apps.matters.answers import answer_from_guides
from shouwang.apps.matters.danger import look_for_danger
from shouwang.apps.matters.facts import EntryAdded, ReadMoved
from shouwang.apps.matters.models import By, Entry, Kind, Matter, Type
from shouwang.apps.matters.usecases import hand_over
from shouwang.apps.matters.viewer import Visibility
from shouwang.apps.units.models import Officer
from shouwang.kernel.events import listen
from shouwang.kernel.live import log as live


@listen(SignedOff)
def hand_matters_over(event: SignedOff) -> None:
    """Whoever goes off duty leaves nothing behind."""
    span = DutySpan.objects.select_related("officer", "handed_to").get(pk=event.span_id)
    to = Officer.objects.get(pk=event.handed_to_id) if event.handed_to_id else None
    hand_over(span.officer, to=to, at=event.at)


@listen(EntryAdded)
def ring_on_danger(event: EntryAdded) -> None:
    """Whatever a resident writes is screened in the transaction that keeps it: messages, ratings, objections, words to a room above."""
    if event.by not in {By.RESIDENT, By.HELPER}:
        return
    entry = Entry.objects.select_related("matter").get(matter=event.matter_id, seq=event.seq)
    look_for_danger(entry.matter, entry, at=event.at)


@listen(EntryAdded)
def tell_open_pages(event: EntryAdded) -> None:
    """Open pages hear that there is something new, never what it says: they fetch it by their own right."""
    matter = Matter.objects.only("unit_id", "offered_to_unit_id", "number", "kind").get(pk=event.matter_id)
    desks = sorted({matter.unit_id, matter.offered_to_unit_id} - {None}, key=str)
    # In the order of their names, so that two transactions never wait for each other.
    for unit_id in desks:
        # Not everybody at a desk may know of a complaint: they hear that the queue moved, not what or who moved it.
        desk_news = {} if matter.kind == Kind.COMPLAINT else {"number": matter.number, "type": event.type}
        live.publish(f"desk:{unit_id}", "queue", desk_news, audience=Visibility.STATION, at=event.at)
    news = {"seq": event.seq, "type": event.type, "by": event.by}
    live.publish(f"matter:{event.matter_id}", "entry", news, audience=event.visibility, at=event.at)


@listen(EntryAdded)
def offer_a_guide(event: EntryAdded) -> None:
    """The first words of a plain question may get a guide's short answer at once; after the screening for danger, which listens first."""
    if event.type == Type.MESSAGE and event.by in {By.RESIDENT, By.HELPER}:
        entry = Entry.objects.select_related("matter").get(matter=event.matter_id, seq=event.seq)
        answer_from_guides(entry, at=event.at)


@listen(ReadMoved)
def tell_who_read(event: ReadMoved) -> None:
    """The other side sees how far it was read."""
    marks = {"side": event.side, "delivered": event.delivered_seq, "read": event.read_seq}
    live.whisper(f"matter:{event.matter_id}", "read", marks, audience=Visibility.PARTIES)
