"""
What comes in is handled once, and nothing that came in is lost.

A gateway delivers an event again after a reconnect, and forgets it otherwise. So the row that says "handled" is written in
the same transaction as what the rooms above make of it; when they fail, the message is kept, encrypted, and tried again.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from enum import StrEnum

from django.db import transaction
from django.db.models import F, Max, Q

from shouwang.apps.notices import outbox
from shouwang.apps.notices.events import GroupMemberChanged, MessageArrived, MessageRecalled
from shouwang.apps.notices.messages import Incoming, MemberChanged, Recalled, dump_incoming, load_incoming
from shouwang.apps.notices.models import Gateway, Inbound
from shouwang.kernel.events import publish

Handler = Callable[[int, int, Incoming, datetime], None]
RETRY_PARKED_AFTER = timedelta(seconds=30)
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


def receive(
    gateway: Gateway, what: Incoming | Recalled | MemberChanged, *, at: datetime, handler: Handler = tell_rooms
) -> Received:
    """
    Take one event from a door. Safe to call any number of times with the same event, also at the same time.

    handler  runs in the transaction that marks the message as handled; when it raises, the message is parked
    """
    try:
        return _take(gateway, what, at, handler)
    except Exception as error:
        if not isinstance(what, Incoming):
            raise
        return _park(gateway, what, error, at)


@transaction.atomic
def _take(gateway: Gateway, what: Incoming | Recalled | MemberChanged, at: datetime, handler: Handler) -> Received:
    message_id = "" if isinstance(what, MemberChanged) else what.message_id
    row, new = Inbound.objects.get_or_create(
        gateway=gateway,
        key=what.key,
        defaults={"message_id": message_id, "received_at": at, "handled_at": at},
    )
    if not new:
        return Received.KNOWN
    match what:
        case Incoming(from_self=True) if outbox.note_echo(gateway, what, at):
            return Received.ECHO
        case Incoming():
            Gateway.objects.filter(pk=gateway.pk).update(last_event_at=at, last_seen_at=at)
            handler(gateway.pk, row.pk, what, at)
        case Recalled():
            publish(MessageRecalled(gateway.pk, what, at))
        case MemberChanged():
            publish(GroupMemberChanged(gateway.pk, what, at))
    return Received.HANDLED


@transaction.atomic
def _park(gateway: Gateway, incoming: Incoming, error: Exception, at: datetime) -> Received:
    _row, new = Inbound.objects.get_or_create(
        gateway=gateway,
        key=incoming.key,
        defaults={
            "message_id": incoming.message_id,
            "received_at": at,
            "parked": dump_incoming(incoming),
            "error": type(error).__name__,
            "tries": 1,
        },
    )
    return Received.PARKED if new else Received.KNOWN


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
    handler(row.gateway_id, row.pk, load_incoming(row.parked), at)
    row.parked, row.handled_at, row.error = "", at, ""
    row.save(update_fields=["parked", "handled_at", "error"])
    return 1


def forget_before(moment: datetime) -> int:
    """Remove the marks of handled events that no gateway will deliver again. Returns how many."""
    latest = Inbound.objects.aggregate(pk=Max("pk"))["pk"] or 0
    return Inbound.objects.filter(handled_at__lt=moment, pk__lte=latest - KEEP_MARKS).delete()[0]
