"""
Channels that end inside the house: a message to somebody's web page is delivered by writing it there.

A room above registers one carrier for each such channel in its `AppConfig.ready`. The carrier runs in the transaction of
whoever queues or reroutes the message; what it writes is the delivery.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from shouwang.apps.notices.models import Outbound

Carrier = Callable[[Outbound, datetime], None]

_carriers: dict[str, Carrier] = {}


def carries(channel: str) -> Callable[[Carrier], Carrier]:
    """Deliver messages of this channel with the decorated function. Two carriers of one channel are a ValueError."""

    def register(carrier: Carrier) -> Carrier:
        if _carriers.get(channel, carrier) is not carrier:
            raise ValueError(f"Two carriers for the channel {channel}.")
        _carriers[channel] = carrier
        return carrier

    return register


def carrier(channel: str) -> Carrier | None:
    """Who delivers this channel inside the house, if anybody."""
    return _carriers.get(channel)
