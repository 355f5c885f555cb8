"""From a message at the messenger to what it is here, and back; and how what was said here fared on its way out."""

from __future__ import annotations

from collections.abc import Collection

from shouwang.apps.notices.messages import Chat, Incoming
from shouwang.apps.notices.models import Gateway, Inbound, Outbound, State
from shouwang.apps.notices.receiving import chat_index
from shouwang.apps.notices.usecases import address_index

_THERE = (State.SENT, State.CONFIRMED, State.UNCERTAIN)


def quoted(gateway: Gateway, incoming: Incoming) -> str:
    """What the quoted message became here, or what we said in it, as a reference such as `talk.post:7`; empty when it is unknown."""
    if not incoming.reply_to:
        return ""
    heard = Inbound.objects.filter(
        gateway=gateway,
        message_id=incoming.reply_to,
        chat_index=chat_index(incoming.chat),
        what=Inbound.What.MESSAGE,
        said_at__lte=incoming.sent_at,
    )
    if (row := heard.order_by("-said_at").first()) is not None:
        return row.became
    ours = Outbound.objects.filter(
        gateway=gateway,
        remote_id=incoming.reply_to,
        address_index=address_index(gateway.channel, incoming.chat.address),
    )
    return ours.order_by("-pk").values_list("subject", flat=True).first() or ""


def message_of(gateway_id: int, chat: Chat, subject: str) -> str:
    """The messenger's own id of what `subject` is in that chat, so that an answer can quote it; empty when it never was there."""
    heard = Inbound.objects.filter(gateway=gateway_id, became=subject, chat_index=chat_index(chat))
    if found := heard.order_by("-pk").values_list("message_id", flat=True).first():
        return found
    ours = Outbound.objects.filter(gateway=gateway_id, subject=subject, state__in=_THERE).exclude(remote_id="")
    return ours.order_by("-pk").values_list("remote_id", flat=True).first() or ""


def fates(*, keys: Collection[str] = (), subjects: Collection[str] = ()) -> dict[str, State]:
    """
    How messages that left by a messenger stand, by the key they were queued with or by what they are about; the worst of several.

    What left once more counts as its last try; what has none, because nobody there was to be told, is not in the answer.
    """
    found: dict[str, State] = {}
    rows = Outbound.objects.filter(gateway__isnull=False, rerouted_from=None).select_related("rerouted_to")
    asked = [(rows.filter(dedupe_key__in=keys), "dedupe_key")] if keys else []
    asked += [(rows.filter(subject__in=subjects), "subject")] if subjects else []
    for some, name in asked:
        for row in some:
            key, last = getattr(row, name), _last(row)
            found[key] = max(found.get(key, last), last, key=_WORSE.index)
    return found


#: From good to bad.
_WORSE = [
    State.CONFIRMED,
    State.SENT,
    State.CLAIMED,
    State.WAITING,
    State.UNCERTAIN,
    State.REROUTED,
    State.EXPIRED,
    State.FAILED,
]


def _last(row: Outbound) -> State:
    """Where the message stands after all its roads; a road inside the house reaches nobody at the messenger."""
    while (again := getattr(row, "rerouted_to", None)) is not None and again.gateway_id is not None:
        row = again
    return State(row.state)
