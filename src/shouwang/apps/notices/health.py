"""Is work flowing? One value for each channel, for the status page and for the desk."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

from django.db.models import Count, Min
from django.utils.translation import gettext as _

from shouwang.apps.notices.holding import held
from shouwang.apps.notices.models import PUSH, Gateway, Inbound, Outbound
from shouwang.apps.notices.outbox import road_is_silent

Flow = Literal["ok", "slow", "silent", "down", "off"]
SLOW_AFTER = timedelta(minutes=2)


@dataclass(frozen=True, slots=True)
class ChannelHealth:
    """
    How one gateway is doing. All times aware; None when it never happened.

    state          `off`: a person switched it off; `down`: never heard and overdue; `silent`: no sign of life for too long, or accepted
                   messages do not arrive; `slow`: it lives, but messages wait longer than they should, in or out; `ok`
    backlog        messages that should have left and have not
    backlog_age    how long the oldest of them has been waiting, or None
    uncertain      messages nobody knows the fate of and nobody at the desk has looked at
    parked         arrived messages the rooms could not take yet
    held           events on this machine's disk that the database could not take yet (`holding`)
    silent_since   last sign of life, when the state is `silent` or `down`
    last_error     the latest problem as the door said it; `says` is that in the reader's language
    """

    gateway_id: int
    name: str
    channel: str
    state: Flow
    last_seen_at: datetime | None
    last_event_at: datetime | None
    last_confirmed_at: datetime | None
    backlog: int
    backlog_age: timedelta | None
    uncertain: int
    parked: int
    held: int
    silent_since: datetime | None
    last_error: str

    @property
    def says(self) -> str:
        """What is wrong, in words of the house; what only the machine's log understands stays as it is."""
        known = {
            "the gateway is not connected": _("网关没有连着。"),
            "QQ is not logged in": _("QQ 没有登录。"),
            "the gateway is not logged in": _("QQ 没有登录。"),
        }
        if self.last_error.startswith("the gateway cannot be reached"):
            return _("连不上网关。")
        return known.get(self.last_error, self.last_error)

    @property
    def doubtful(self) -> bool:
        """It counts as alive, and something is wrong all the same, or it never connected yet."""
        return self.state == "ok" and (bool(self.last_error) or self.last_seen_at is None)


def channel_health(now: datetime, *, slow_after: timedelta = SLOW_AFTER) -> list[ChannelHealth]:
    """The health of every gateway with a number, by name. Five queries for three gateways; no content is opened."""
    due = Outbound.objects.unsettled().filter(not_before__lte=now, expires_at__gt=now)
    fresh = due.filter(attempts=0).order_by().values_list("gateway_id")
    waiting = {pk: (count, oldest) for pk, count, oldest in fresh.annotate(Count("pk"), Min("not_before"))}
    unsure = dict(Outbound.objects.want_an_eye().order_by().values_list("gateway_id").annotate(count=Count("pk")))
    parked = dict(Inbound.objects.parked().order_by().values_list("gateway_id").annotate(count=Count("pk")))
    found = []
    for gateway in Gateway.objects.exclude(channel=PUSH).order_by("name", "pk"):
        backlog, oldest = waiting.get(gateway.pk, (0, None))
        age = now - oldest if oldest else None
        kept = held(gateway.pk)
        state = _state(gateway, age, kept, now, slow_after)
        found.append(
            ChannelHealth(
                gateway_id=gateway.pk,
                name=gateway.name,
                channel=gateway.channel,
                state=state,
                last_seen_at=gateway.last_seen_at,
                last_event_at=gateway.last_event_at,
                last_confirmed_at=gateway.last_confirmed_at,
                backlog=backlog,
                backlog_age=age,
                uncertain=unsure.get(gateway.pk, 0),
                parked=parked.get(gateway.pk, 0),
                held=kept,
                silent_since=(gateway.last_seen_at or gateway.created_at) if state in {"silent", "down"} else None,
                last_error=gateway.last_error,
            )
        )
    return found


def _state(gateway: Gateway, backlog_age: timedelta | None, kept: int, now: datetime, slow_after: timedelta) -> Flow:
    if not gateway.enabled:
        return "off"
    if gateway.last_seen_at is None and gateway.silent_at(now):
        return "down"
    if road_is_silent(gateway, now):
        return "silent"
    return "slow" if kept or (backlog_age is not None and backlog_age > slow_after) else "ok"
