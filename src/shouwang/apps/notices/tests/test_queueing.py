"""One act queues one message, in its own transaction."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import connection, transaction

from shouwang.apps.notices.errors import BadMessage, BadRoute
from shouwang.apps.notices.messages import (
    At,
    Attachment,
    Chat,
    Face,
    Film,
    Incoming,
    Link,
    MemberChanged,
    Note,
    Outgoing,
    Picture,
    Recalled,
    Sound,
    Spot,
    Text,
    dump_parts,
    dump_told,
    load_parts,
    load_told,
)
from shouwang.apps.notices.models import Attempt, Gateway, Outbound, State
from shouwang.apps.notices.tests.conftest import NOON, Queue
from shouwang.apps.notices.usecases import KEEP_FOR, Route
from shouwang.kernel.appendonly import Unchangeable

pytestmark = pytest.mark.django_db


def test_a_queued_message_waits_and_expires_by_itself(queue: Queue) -> None:
    row = queue()
    assert (row.state, row.next_at, row.expires_at) == (State.WAITING, NOON, NOON + KEEP_FOR)
    assert Outbound.objects.get().outgoing == Outgoing(Chat("group", "555"), (Text("路灯今天修好"),))


def test_the_same_act_queues_once(queue: Queue) -> None:
    first = queue(text="第一次")
    assert queue(text="第二次") == first
    assert Outbound.objects.get().outgoing.text == "第一次"


def test_an_act_that_fails_leaves_no_message(queue: Queue) -> None:
    with transaction.atomic():
        queue()
        transaction.set_rollback(True)
    assert not Outbound.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_outside_a_transaction_nothing_is_queued(gateway: Gateway) -> None:
    from shouwang.apps.notices.usecases import queue_message

    with pytest.raises(RuntimeError, match="transaction"):
        queue_message(Route("qq", "group:5", gateway.pk), (Text("x"),), kind="answer", dedupe_key="k", at=NOON)


def test_the_database_sees_neither_words_nor_address(queue: Queue) -> None:
    pk = Gateway.objects.get().pk
    queue(route=Route("qq", "group:555018273645", pk), alternatives=(Route("qq", "private:777018273645", pk),))
    with connection.cursor() as cursor:
        cursor.execute("SELECT * FROM notices_outbound")
        stored = b"|".join(
            bytes(v) if isinstance(v, bytes | memoryview) else str(v).encode() for v in cursor.fetchone()
        )
    for secret in ("路灯", "555018273645", "777018273645"):  # long: short digits occur in what is sealed by chance
        assert secret.encode() not in stored


@pytest.mark.parametrize(
    ("change", "error"),
    [
        ({"route": Route("qq", "guild:5", 1)}, BadRoute),
        ({"route": Route("qq", "group:5", 999_999)}, BadRoute),
        ({"route": Route("pigeon", "loft")}, BadRoute),
        ({"text": "字" * 4001}, BadMessage),
        ({"marker": "QS-2026-00001-5"}, BadMessage),
    ],
)
def test_what_cannot_be_sent_is_refused_at_once(
    queue: Queue, change: dict[str, object], error: type[Exception]
) -> None:
    with pytest.raises(error):
        queue(**change)


def test_a_channel_inside_the_house_is_delivered_by_writing(queue: Queue, web: list[Outbound]) -> None:
    row = queue(route=Route("page", "matters.matter:7"))
    assert web == [row]
    row.refresh_from_db()
    assert (row.state, row.settled_at) == (State.CONFIRMED, NOON)


def test_a_later_start_moves_the_end(queue: Queue) -> None:
    row = queue(not_before=NOON + timedelta(hours=20))
    assert row.expires_at == NOON + timedelta(hours=20) + KEEP_FOR


def test_facts_are_never_changed(queue: Queue) -> None:
    fact = Attempt.objects.create(outbound=queue(), kind="began", send_no=1, at=NOON)
    with pytest.raises(Unchangeable):
        fact.save()


def test_every_part_survives_the_column() -> None:
    parts = (
        Text("好"),
        At("all"),
        Picture("a", "u"),
        Sound("v"),
        Attachment("f", "u", key="id", size_bytes=7),
        Film("w"),
        Face("1"),
        Link("u", "t"),
        Spot(23.5, 115.25, "桥"),
        Note("dice", "3"),
    )
    assert load_parts(dump_parts(parts)) == parts
    incoming = Incoming("1", Chat("private", "7", "5"), "7", "-3", NOON, parts, reply_to="9", anonymous="红鲤")
    recalled = Recalled("1", Chat("group", "5"), "-3", "7", NOON)
    changed = MemberChanged("1", Chat("group", "5"), "7", joined=True, us=False, at=NOON)
    for told in (incoming, recalled, changed):
        assert load_told(dump_told(told)) == told
