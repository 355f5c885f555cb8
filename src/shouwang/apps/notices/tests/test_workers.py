"""Several workers at once, really at once: nothing leaves twice, and nothing is forgotten."""

from __future__ import annotations

import threading
import time
from collections import Counter
from datetime import timedelta

import pytest
from django.db import OperationalError, connections, transaction

from shouwang.apps.notices import outbox
from shouwang.apps.notices.deciding import Rules
from shouwang.apps.notices.messages import Text
from shouwang.apps.notices.messenger import Capabilities, Sent
from shouwang.apps.notices.models import Attempt, Gateway, Outbound, State
from shouwang.apps.notices.outbox import Try
from shouwang.apps.notices.tests.conftest import NOON
from shouwang.apps.notices.usecases import Route, queue_message

MESSAGES, WORKERS = 12, 4
RULES, READS = Rules(), Capabilities(by_id=True, history=True)


class Wire:
    """What was put onto the wire, by whom; and a clock that all share."""

    def __init__(self) -> None:
        self.sent: list[tuple[int, str]] = []
        self.moment = NOON
        self.together = threading.Barrier(WORKERS)

    def work(self, gateway_id: int, worker: str) -> None:
        self.together.wait()
        try:
            end = time.monotonic() + 10
            while time.monotonic() < end and len(self.sent) <= MESSAGES // 2:
                try:
                    self.round(gateway_id, worker)
                except OperationalError:
                    time.sleep(0.002)  # the database was busy; the next round does it
        finally:
            connections.close_all()

    def round(self, gateway_id: int, worker: str) -> None:
        self.moment += timedelta(seconds=1)
        now = self.moment
        for pk in outbox.due_ids(gateway_id, now):
            job = outbox.take(pk, worker=worker, capabilities=READS, connected=True, rules=RULES, now=now, chance=0)
            if isinstance(job, Try):
                self.sent.append((pk, worker))
                outbox.note_outcome(job, Sent(str(pk)), RULES, now)


@pytest.mark.django_db(transaction=True)
def test_nothing_leaves_twice_with_several_workers() -> None:
    gateway = Gateway.objects.create(
        name="QQ", self_id="1", token="t" * 8, per_minute=60_000, burst=1000, created_at=NOON, last_seen_at=NOON
    )
    with transaction.atomic():
        for n in range(MESSAGES):
            route = Route("qq", "group:5", gateway.pk)
            # Half of them say the same: twins, which must not be out at the same time.
            words = "同样的话" if n % 2 else f"第 {n} 条"
            queue_message(route, (Text(words),), kind="notice", dedupe_key=str(n), at=NOON)
    wire = Wire()
    threads = [threading.Thread(target=wire.work, args=(gateway.pk, f"w{n}")) for n in range(WORKERS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert max(Counter(pk for pk, _worker in wire.sent).values()) == 1
    plain = [pk for pk, _worker in wire.sent]
    begun = list(Attempt.objects.filter(kind="began").values_list("outbound_id", flat=True))
    assert sorted(begun) == sorted(plain)
    same = Outbound.objects.filter(body_index=Outbound.objects.get(dedupe_key="1").body_index)
    assert same.exclude(state=State.WAITING).count() == 1, "its twins wait until it is confirmed"
    assert len(plain) == MESSAGES // 2 + 1
