"""The clock is set while messages are under way: nothing is held for ever, and nothing leaves twice."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from typing import Any

import pytest

from shouwang.apps.notices import outbox, receiving, sender
from shouwang.apps.notices.deciding import Rules
from shouwang.apps.notices.messages import Chat, Incoming, Text
from shouwang.apps.notices.messenger import NotThere, Sent
from shouwang.apps.notices.models import Attempt, Gateway, Inbound, State
from shouwang.apps.notices.outbox import Try
from shouwang.apps.notices.tests.conftest import NOON, Queue
from shouwang.apps.notices.tests.test_outbox import RULES, after, searched, state, take, tried

pytestmark = pytest.mark.django_db
steps_back = pytest.mark.parametrize("by", [timedelta(minutes=10), timedelta(hours=8), timedelta(days=400)])


@steps_back
def test_what_was_queued_at_a_time_to_come_leaves_now_and_expires_as_long_after(
    queue: Queue, gateway: Gateway, by: timedelta
) -> None:
    now, later = queue(key="a", at=NOON + by), queue(key="b", text="晚上再说", at=NOON + by, not_before=after(60) + by)
    outbox.watch(gateway.pk, NOON)
    assert outbox.due_ids(gateway.pk, NOON) == [now.pk]
    assert isinstance(take(now), Try)
    later.refresh_from_db()
    assert (later.not_before, later.expires_at - later.not_before) == (after(60), timedelta(hours=6))


@steps_back
def test_a_claim_from_a_time_to_come_holds_nothing(queue: Queue, gateway: Gateway, by: timedelta) -> None:
    row = queue(at=NOON + by)
    tried(row, by.total_seconds())  # that worker died, then the clock was set back
    outbox.watch(gateway.pk, NOON)
    assert outbox.due_ids(gateway.pk, NOON) == [row.pk]
    outbox.note_look_up(searched(row, 0), NotThere(reaches_back=True, shows_own=True), RULES, after(1))
    assert take(row, 2) is None
    assert state(row) == State.UNCERTAIN, "not there, but who knows since when: no proof, so nothing is sent again"
    assert Attempt.objects.filter(kind="began").count() == 1


def test_a_wait_from_a_time_to_come_is_over(queue: Queue, gateway: Gateway) -> None:
    row = queue(expires_at=after(90_000))
    assert take(row, 80_000, connected=True) is not None
    outbox.note_outcome(Try(row.pk, 1, 1, row.outgoing), Sent("81"), RULES, after(80_001))
    row.refresh_from_db()
    assert row.next_at > after(80_000)
    assert outbox.due_ids(gateway.pk, after(10)) == [row.pk]


def test_a_sign_of_life_from_a_time_to_come_proves_nothing(gateway: Gateway) -> None:
    Gateway.objects.filter(pk=gateway.pk).update(last_seen_at=NOON + timedelta(days=30))
    assert outbox.watch(gateway.pk, NOON), "silent, until it is heard again"
    outbox.note_alive(gateway.pk, NOON)
    assert not outbox.watch(gateway.pk, NOON)
    gateway.refresh_from_db()
    assert gateway.last_seen_at == NOON


def arrived(n: int) -> Incoming:
    return Incoming("10000", Chat("group", "555"), "20001", str(n), NOON, (Text(f"第 {n} 句"),))


def test_what_was_parked_at_a_time_to_come_is_handed_over(gateway: Gateway) -> None:
    def shut(*_told: Any) -> None:
        raise RuntimeError("the room is closed")

    assert receiving.receive(gateway, arrived(1), at=after(900), handler=shut) == receiving.Received.PARKED
    assert receiving.retry_parked(at=NOON, handler=lambda *_told: None) == (1, 0)


def test_the_latest_marks_stay_when_the_clock_leaps_ahead(gateway: Gateway, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(receiving, "KEEP_MARKS", 2)
    for n in range(4):
        receiving.receive(gateway, arrived(n), at=NOON, handler=lambda *_told: None)
    assert receiving.forget_before(NOON + timedelta(days=400)) == 2
    assert receiving.receive(gateway, arrived(3), at=NOON, handler=lambda *_told: None) == receiving.Received.KNOWN
    assert Inbound.objects.count() == 2


async def test_after_the_clock_was_set_nothing_is_looked_up_for_a_while(monkeypatch: pytest.MonkeyPatch) -> None:
    """A try that seems long over may have begun a moment ago; reading the chat now would prove nothing."""
    looked: list[bool] = []
    moved = iter([0, 0, 3600])

    class Watch:
        def moved(self) -> int:
            return next(moved, 0)

    async def drain(*_args: Any, looks: bool, **_more: Any) -> None:
        looked.append(looks)

    async def nothing(*_args: Any) -> None: ...

    monkeypatch.setattr(sender, "ClockWatch", Watch)
    monkeypatch.setattr(sender, "drain", drain)
    monkeypatch.setattr(sender, "check", nothing)
    monkeypatch.setattr(sender, "in_database", lambda _function: lambda **_more: nothing())
    rules = Rules(send_timeout=0.01, settle_after=0.2)
    sending = asyncio.create_task(
        sender.run(1, lambda _gateway: None, lambda: NOON, worker="w", rules=rules, every_s=0.02)  # type: ignore[arg-type,return-value]
    )
    async with asyncio.timeout(20):
        while looked[-1:] != [True] or False not in looked:  # noqa: ASYNC110  what is waited for is the loop under test
            await asyncio.sleep(0.01)
    sending.cancel()
    assert looked[:3] == [True, True, False]
