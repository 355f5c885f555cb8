"""A gateway, a clock that only moves when told, and small helpers to queue."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any

import pytest
from django.db import transaction

from shouwang.apps.notices import inside
from shouwang.apps.notices.messages import Text
from shouwang.apps.notices.models import Gateway, Outbound
from shouwang.apps.notices.usecases import Route, queue_message
from shouwang.kernel import events

NOON = datetime(2026, 3, 2, 4, 0, tzinfo=UTC)

Queue = Callable[..., Outbound]


@pytest.fixture
def gateway(db: None) -> Gateway:
    """One QQ gateway, heard at noon, with a pace that never holds anything back."""
    return Gateway.objects.create(
        name="所里的 QQ",
        self_id="10000",
        token="口令",
        per_minute=6000,
        burst=50,
        jitter_percent=0,
        created_at=NOON,
        last_seen_at=NOON,
    )


@pytest.fixture
def queue(gateway: Gateway) -> Queue:
    """Queue a message to one group at noon; any argument can be said otherwise."""

    def put(text: str = "路灯今天修好", key: str = "k", **more: Any) -> Outbound:
        route = more.pop("route", Route("qq", "group:555", gateway.pk))
        with transaction.atomic():
            return queue_message(route, (Text(text),), **{"kind": "answer", "dedupe_key": key, "at": NOON} | more)

    return put


@pytest.fixture
def web() -> Iterator[list[Outbound]]:
    """A channel inside the house; what is delivered there."""
    delivered: list[Outbound] = []
    inside.carries("page")(lambda outbound, _at: delivered.append(outbound))
    yield delivered
    inside._carriers.pop("page")


@contextmanager
def heard(kind: type[events.E]) -> Iterator[list[events.E]]:
    """The events of one kind published meanwhile."""
    found: list[events.E] = []
    events.listen(kind)(found.append)
    try:
        yield found
    finally:
        events._listeners[kind].pop()
