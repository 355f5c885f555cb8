"""Queue a message, send it by another road, and let the desk close what nobody can know."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta

from django.db import connection, transaction
from django.utils.translation import gettext as _

from shouwang.apps.notices import inside
from shouwang.apps.notices.deciding import FactKind
from shouwang.apps.notices.errors import BadMessage, BadRoute
from shouwang.apps.notices.events import OutboundSettled
from shouwang.apps.notices.messages import Chat, Part, dump_parts, likeness, words
from shouwang.apps.notices.models import Attempt, Gateway, Outbound, State
from shouwang.kernel import audit
from shouwang.kernel.errors import Conflict
from shouwang.kernel.events import publish
from shouwang.kernel.fields import blind

MAX_CHARACTERS = 4000  # QQ cuts or refuses somewhat above 4500
KEEP_FOR = timedelta(hours=6)
KEEP_REROUTED_FOR = timedelta(hours=6)


@dataclass(frozen=True, slots=True)
class Route:
    """
    One way to a person.

    channel     `qq`, or a channel inside the house such as `web`
    address     `Chat.address` on a messenger; whatever its carrier understands inside the house
    gateway_id  which gateway, None for a channel inside the house
    """

    channel: str
    address: str
    gateway_id: int | None = None


def queue_message(
    route: Route,
    parts: tuple[Part, ...],
    *,
    kind: str,
    dedupe_key: str,
    at: datetime,
    expires_at: datetime | None = None,
    not_before: datetime | None = None,
    priority: int = 0,
    marker: str = "",
    reply_to: str | None = None,
    alternatives: tuple[Route, ...] = (),
    subject: str = "",
) -> Outbound:
    """
    Put a message into the outbox, in the transaction of the act it tells about.

    dedupe_key    names the act; queueing it again returns the row that is there, unchanged
    expires_at    from then on the words are stale and stay in the house; six hours from `not_before` unless said
    marker        a part of the words that no other message to this chat has, such as a matter number with the time of
                  the answer; it helps to find the message again when a messenger changes other words
    alternatives  other roads to the same person, tried in order when this one fails
    Raises        BadRoute, BadMessage; RuntimeError outside a transaction
    """
    if not connection.in_atomic_block:
        raise RuntimeError("queue_message belongs into the transaction of the act it tells about.")
    _check_words(parts, marker)
    for one in (route, *alternatives):
        _check_route(one)
    start = at if not_before is None else max(at, not_before)
    row, new = Outbound.objects.get_or_create(
        dedupe_key=dedupe_key,
        defaults={
            **_road_columns(route, alternatives),
            "body": dump_parts(parts),
            "body_index": body_index(words(parts)),
            "reply_to": reply_to or "",
            "marker": marker,
            "kind": kind,
            "subject": subject,
            "priority": priority,
            "created_at": at,
            "not_before": start,
            "expires_at": expires_at or start + KEEP_FOR,
            "next_at": start,
        },
    )
    if new and marker and _marked(row):
        raise BadMessage(_("用来认出这条消息的文字“%(marker)s”在另一条消息里用过了。") % {"marker": marker})
    if new and row.gateway_id is None:
        _carry_inside(row, at)
    return row


def reroute(outbound: Outbound, *, at: datetime) -> Outbound:
    """
    Send the same words by the person's next road. The caller has settled the first row as rerouted, and knows that
    nothing of it left the house.
    """
    route, *rest = read_routes(outbound.alternatives)
    other = Outbound.objects.create(
        **_road_columns(route, tuple(rest)),
        body=outbound.body,
        body_index=outbound.body_index,
        marker=outbound.marker,
        kind=outbound.kind,
        dedupe_key=_next_key(outbound),
        subject=outbound.subject,
        priority=outbound.priority,
        created_at=at,
        not_before=at,
        expires_at=max(outbound.expires_at, at + KEEP_REROUTED_FOR),
        next_at=at,
        rerouted_from=outbound,
    )
    if other.gateway_id is None:
        _carry_inside(other, at)
    return other


@transaction.atomic
def desk_found(outbound: Outbound, *, arrived: bool, by: str, at: datetime, reason: str = "") -> Outbound:
    """
    A person looked into the chat and says whether an uncertain message is there.

    If it is, the message counts as confirmed. If it is not, it leaves by the next road, or once more by the same.
    `by` is a reference such as `officer:12`. Raises Conflict when somebody else answered, or it is not uncertain.
    """
    won = (
        Outbound.objects.want_an_eye()
        .filter(pk=outbound.pk)
        .update(seen_by_desk_at=at, **({"state": State.CONFIRMED} if arrived else {"state": State.REROUTED}))
    )
    if not won:
        raise Conflict(_("这条消息已经有人处理过了。"))
    outbound.refresh_from_db()
    kind = FactKind.SEEN if arrived else FactKind.ABSENT
    Attempt.objects.create(outbound=outbound, kind=kind, send_no=outbound.attempts, at=at, why=by)
    audit.record("notices.outbound.looked-up", by=by, on=outbound, at=at, reason=reason, arrived=arrived)
    if not arrived:
        if not outbound.other_roads:
            same = Route(outbound.channel, outbound.address, outbound.gateway_id)
            outbound.alternatives, outbound.other_roads = dump_routes((same,)), 1
            outbound.save(update_fields=["alternatives", "other_roads"])
        reroute(outbound, at=at)
    publish(OutboundSettled(outbound.pk, outbound.state, outbound.subject, at))
    return outbound


@transaction.atomic
def let_go(outbound: Outbound, *, by: str, at: datetime) -> None:
    """
    A message certainly did not leave, and whoever looked does not want it sent any more: the words stand on the page. Raises Conflict when
    somebody else answered, or nobody asked.
    """
    won = Outbound.objects.want_an_eye().exclude(state=State.UNCERTAIN).filter(pk=outbound.pk)
    if not won.update(seen_by_desk_at=at):
        raise Conflict(_("这条消息已经有人处理过了。"))
    audit.record("notices.outbound.let-go", by=by, on=outbound, at=at)


def address_index(channel: str, address: str) -> str:
    """Blind index of an address, equal for equal addresses on one channel."""
    return blind(address, f"notices.address.{channel}")


def body_index(text: str) -> str:
    """Blind index of a message's words, as they are compared after a journey."""
    return blind(likeness(text), "notices.body")


def dump_routes(routes: tuple[Route, ...]) -> str:
    """Roads as one JSON text for an encrypted column; none at all is an empty text."""
    return json.dumps([asdict(route) for route in routes], ensure_ascii=False) if routes else ""


def read_routes(text: str) -> tuple[Route, ...]:
    """The roads that `dump_routes` wrote."""
    return tuple(Route(**row) for row in json.loads(text)) if text else ()


def _road_columns(route: Route, rest: tuple[Route, ...]) -> dict[str, object]:
    return {
        "channel": route.channel,
        "gateway_id": route.gateway_id,
        "address": route.address,
        "address_index": address_index(route.channel, route.address),
        "alternatives": dump_routes(rest),
        "other_roads": len(rest),
    }


def _next_key(outbound: Outbound) -> str:
    base, _arrow, count = outbound.dedupe_key.partition("→")
    return f"{base[:190]}→{int(count or 0) + 1}"


def _marked(row: Outbound) -> bool:
    """Another message to the same chat carries the same marker: finding it would prove nothing about this one."""
    same_chat = Outbound.objects.filter(gateway=row.gateway, address_index=row.address_index)
    return same_chat.filter(marker=row.marker).exclude(pk=row.pk).exists()


def _check_words(parts: tuple[Part, ...], marker: str) -> None:
    text = words(parts)
    if not parts or len(text) > MAX_CHARACTERS:
        raise BadMessage(_("消息要有内容，最多 %(most)d 个字。") % {"most": MAX_CHARACTERS})
    if likeness(marker) not in likeness(text):
        raise BadMessage(_("用来认出这条消息的文字“%(marker)s”不在消息里。") % {"marker": marker})


def _check_route(route: Route) -> None:
    if route.gateway_id is None:
        if inside.carrier(route.channel) is None:
            raise BadRoute(_("没有“%(channel)s”这个渠道。") % {"channel": route.channel})
        return
    if not Gateway.objects.filter(pk=route.gateway_id, channel=route.channel).exists():
        raise BadRoute(_("没有这个消息网关。"))
    try:
        Chat.read(route.address)
    except ValueError as error:
        raise BadRoute(_("这不是一个能发消息的地址。")) from error


def _carry_inside(row: Outbound, at: datetime) -> None:
    """Deliver by writing. A channel inside the house knows neither uncertainty nor pace."""
    deliver = inside.carrier(row.channel)
    if deliver is None:
        raise BadRoute(_("没有“%(channel)s”这个渠道。") % {"channel": row.channel})
    deliver(row, at)
    row.state, row.settled_at, row.attempts = State.CONFIRMED, at, 1
    row.save(update_fields=["state", "settled_at", "attempts"])
    for kind in (FactKind.BEGAN, FactKind.SEEN):
        Attempt.objects.create(outbound=row, kind=kind, send_no=1, at=at)
    publish(OutboundSettled(row.pk, row.state, row.subject, at))
