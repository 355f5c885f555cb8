"""
What comes in is handled once, and nothing that came in is lost.

A gateway delivers an event again after a reconnect, and forgets it otherwise. So the row that says "handled" is written in
the same transaction as what the rooms above make of it; when they fail, what was told is kept, encrypted, and tried again.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from enum import StrEnum

from django.db import transaction
from django.db.models import F, Max, Q

from shouwang.apps.notices import outbox
from shouwang.apps.notices.events import GroupMemberChanged, MessageArrived, MessageRecalled
from shouwang.apps.notices.messages import (
    Chat,
    Incoming,
    MemberChanged,
    Recalled,
    Told,
    dump_told,
    load_told,
)
from shouwang.apps.notices.models import Gateway, Inbound
from shouwang.kernel.events import publish
from shouwang.kernel.fields import blind

Handler = Callable[[int, int, Incoming, datetime], None]
RETRY_PARKED_AFTER = timedelta(seconds=30)
_WHAT = {Incoming: Inbound.What.MESSAGE, Recalled: Inbound.What.RECALL, MemberChanged: Inbound.What.MEMBER}
KEEP_MARKS = 10_000
"""The latest marks stay however old they seem: a clock that leaps ahead must not let a gateway's repetition in twice."""


class Received(StrEnum):
    """What became of an event."""

    HANDLED = "handled"
    KNOWN = "known"  # delivered before
    ECHO = "echo"  # our own words, confirmed in the outbox
    PARKED = "parked"  # kept, to be handled later


def tell_rooms(gateway_id: int, inbound_id: int, incoming: Incoming, at: datetime) -> None:
    """The usual handler: publish the arrival to whoever listens."""
    publish(MessageArrived(gateway_id, inbound_id, incoming, at))


def receive(gateway: Gateway, what: Told, *, at: datetime, handler: Handler = tell_rooms) -> Received:
    """
    Take one event from a door. Safe to call any number of times with the same event, also at the same time.

    handler  runs in the transaction that marks the message as handled; when it raises, the message is parked
    """
    try:
        return _take(gateway, what, at, handler)
    except Exception as error:
        return _park(gateway, what, error, at)


@transaction.atomic
def _take(gateway: Gateway, what: Told, at: datetime, handler: Handler) -> Received:
    row, new = Inbound.objects.get_or_create(
        gateway=gateway, key=key_of(what), defaults={**_columns(what), "received_at": at, "handled_at": at}
    )
    if not new:
        return Received.KNOWN
    if isinstance(what, Incoming) and what.from_self and outbox.note_echo(gateway, what, at):
        return Received.ECHO
    _hand_over(row, what, at, handler)
    return Received.HANDLED


def _hand_over(row: Inbound, what: Told, at: datetime, handler: Handler) -> None:
    match what:
        case Incoming():
            Gateway.objects.filter(pk=row.gateway_id).update(last_event_at=at, last_seen_at=at)
            handler(row.gateway_id, row.pk, what, at)
        case Recalled():
            publish(MessageRecalled(row.gateway_id, what, _meant_by(row, what), at))
        case MemberChanged():
            publish(GroupMemberChanged(row.gateway_id, what, at))


@transaction.atomic
def _park(gateway: Gateway, what: Told, error: Exception, at: datetime) -> Received:
    _row, new = Inbound.objects.get_or_create(
        gateway=gateway,
        key=key_of(what),
        defaults={
            **_columns(what),
            "received_at": at,
            "parked": dump_told(what),
            "error": type(error).__name__,
            "tries": 1,
        },
    )
    return Received.PARKED if new else Received.KNOWN


def key_of(what: Told) -> str:
    """The same for every delivery; hashed, since the key of a private message names the person."""
    return blind(what.key, "notices.inbound")


def chat_index(chat: Chat) -> str:
    """Blind index of the place where something was said, equal for equal places."""
    return blind(chat.place, "notices.chat")


def _columns(what: Told) -> dict[str, object]:
    return {
        "what": _WHAT[type(what)],
        "message_id": "" if isinstance(what, MemberChanged) else what.message_id,
        "chat_index": chat_index(what.chat),
        "said_at": what.sent_at if isinstance(what, Incoming) else what.at,
    }


def became(inbound_id: int, subject: str) -> None:
    """Write down what a message became, for a recall that may follow: by the room that made it, in its transaction."""
    Inbound.objects.filter(pk=inbound_id).update(became=subject)


def _meant_by(row: Inbound, recalled: Recalled) -> str:
    """
    What the recalled message became. Of several with the same id the newest that is not younger than the recall: both times are the
    messenger's own, so a station's wrong clock changes nothing.
    """
    there = Inbound.objects.filter(gateway=row.gateway_id, message_id=row.message_id, chat_index=row.chat_index)
    said = there.filter(what=Inbound.What.MESSAGE, said_at__lte=recalled.at).order_by("-said_at").first()
    return said.became if said else ""


def recalled_before(inbound_id: int) -> bool:
    """Whether a message was taken back before it was handled here: recalls overtake messages, and parked ones come late."""
    row = Inbound.objects.get(pk=inbound_id)
    there = Inbound.objects.filter(gateway=row.gateway_id, message_id=row.message_id, chat_index=row.chat_index)
    return there.filter(what=Inbound.What.RECALL, said_at__gte=row.said_at).exists()


def retry_parked(*, at: datetime, handler: Handler = tell_rooms, limit: int = 100) -> tuple[int, int]:
    """
    Try again what the rooms above could not take, oldest first.

    Returns how many were handled now and how many are still parked.
    """
    handled = 0
    young = Q(received_at__gt=at - RETRY_PARKED_AFTER, received_at__lte=at)
    waiting = Inbound.objects.parked().exclude(young).order_by("pk")
    for pk in list(waiting.values_list("pk", flat=True)[:limit]):
        try:
            handled += _retry(pk, at, handler)
        except Exception as error:
            Inbound.objects.filter(pk=pk).update(tries=F("tries") + 1, error=type(error).__name__)
    return handled, Inbound.objects.parked().count()


@transaction.atomic
def _retry(pk: int, at: datetime, handler: Handler) -> int:
    row = Inbound.objects.parked().filter(pk=pk).first()
    # Compare-and-set before the handler runs: of two processes, one hands it over.
    if row is None or not Inbound.objects.filter(pk=pk, handled_at=None).update(handled_at=at):
        return 0
    _hand_over(row, load_told(row.parked), at, handler)
    row.parked, row.handled_at, row.error = "", at, ""
    row.save(update_fields=["parked", "handled_at", "error"])
    return 1


def forget_before(moment: datetime) -> int:
    """Remove the marks of handled events that no gateway will deliver again. Returns how many."""
    latest = Inbound.objects.aggregate(pk=Max("pk"))["pk"] or 0
    return Inbound.objects.filter(handled_at__lt=moment, pk__lte=latest - KEEP_MARKS).delete()[0]
