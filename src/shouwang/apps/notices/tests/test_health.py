"""Is work flowing? The states a channel can be in, and what the page costs."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest
from pytest_django import DjangoAssertNumQueries

from shouwang.apps.notices.health import channel_health
from shouwang.apps.notices.models import Gateway, Inbound, Outbound, State
from shouwang.apps.notices.tests.conftest import NOON, Queue

pytestmark = pytest.mark.django_db


def after(seconds: float) -> datetime:
    return NOON + timedelta(seconds=seconds)


@pytest.mark.parametrize(
    ("seconds", "change", "queued", "state"),
    [
        (10, {}, False, "ok"),
        (10, {}, True, "ok"),
        (130, {}, True, "slow"),
        (130, {}, False, "ok"),
        (300, {}, False, "silent"),
        (10, {"enabled": False}, False, "off"),
        (300, {"last_seen_at": None}, False, "down"),
        (10, {"last_seen_at": None}, False, "ok"),
    ],
)
def test_the_state_of_a_channel(
    queue: Queue, gateway: Gateway, seconds: float, change: dict[str, Any], queued: bool, state: str
) -> None:
    Gateway.objects.filter(pk=gateway.pk).update(**change)
    if queued:
        queue()
    (health,) = channel_health(after(seconds))
    assert health.state == state
    assert health.backlog == queued
    assert health.backlog_age == (timedelta(seconds=seconds) if queued else None)
    assert (health.silent_since is not None) is (state in {"silent", "down"})


def test_what_wants_a_human_eye_is_counted(queue: Queue, gateway: Gateway) -> None:
    row = queue()
    Outbound.objects.filter(pk=row.pk).update(state=State.UNCERTAIN, settled_at=NOON, attempts=1)
    Inbound.objects.create(gateway=gateway, key="k", received_at=NOON, parked="x")
    (health,) = channel_health(after(1))
    assert (health.uncertain, health.parked, health.backlog) == (1, 1, 0)


def test_the_page_stays_cheap(gateway: Gateway, django_assert_max_num_queries: DjangoAssertNumQueries) -> None:
    for n in range(4):
        Gateway.objects.create(name=f"号 {n}", self_id=str(n), token="x" * 8, created_at=NOON, last_seen_at=NOON)
    with django_assert_max_num_queries(4 + 5):
        assert len(channel_health(after(1))) == 5
