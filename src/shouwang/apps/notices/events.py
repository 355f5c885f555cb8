"""What this room tells the rooms above. Listeners run inside the transaction in which the fact is written."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from shouwang.apps.notices.messages import Incoming, MemberChanged, Recalled
from shouwang.kernel.events import Event


@dataclass(frozen=True, slots=True)
class MessageArrived(Event):
    """
    A message reached the station, for the first time. Each message is told once, however often a gateway delivers it.

    With `incoming.from_self` an officer answered from the messenger itself; echoes of our own sending are not told.
    """

    gateway_id: int
    inbound_id: int
    incoming: Incoming
    at: datetime


@dataclass(frozen=True, slots=True)
class MessageRecalled(Event):
    """
    A message was taken back by its writer or a group owner. The station's own record of it stays.

    `became` is what the rooms made of the message (`receiving.became`); empty when they never saw it, or made nothing of it.
    """

    gateway_id: int
    recalled: Recalled
    became: str
    at: datetime


@dataclass(frozen=True, slots=True)
class GroupMemberChanged(Event):
    """Somebody joined or left a group; with `change.us`, the station itself."""

    gateway_id: int
    change: MemberChanged
    at: datetime


@dataclass(frozen=True, slots=True)
class GatewaySilent(Event):
    """Nothing was heard from a gateway since `since`, or what it accepts does not arrive. Told once per silence."""

    gateway_id: int
    since: datetime
    at: datetime


@dataclass(frozen=True, slots=True)
class GatewayBack(Event):
    """A gateway that was silent is heard again."""

    gateway_id: int
    at: datetime


@dataclass(frozen=True, slots=True)
class OutboundSettled(Event):
    """
    Nothing more will be done with an outbound message; `state` is one of `deciding.State`.

    `uncertain` wants a human eye: it may have arrived, or not. `subject` is the reference given when it was queued.
    """

    outbound_id: int
    state: str
    subject: str
    at: datetime


@dataclass(frozen=True, slots=True)
class EnclosureSettled(Event):
    """
    What came with a message is kept (`file_ref`), or never will be (`trouble`, a code with parameters).

    `subject` is the reference given when it was expected, `n` its place there.
    """

    enclosure_id: int
    subject: str
    n: int
    kind: str
    file_ref: str
    trouble: dict[str, Any]
    at: datetime
