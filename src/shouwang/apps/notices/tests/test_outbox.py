"""The outbox on the database: one worker, one try, every end written once."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from django.db import IntegrityError, transaction

from shouwang.apps.notices import outbox
from shouwang.apps.notices.deciding import Rules
from shouwang.apps.notices.events import GatewayBack, GatewaySilent, OutboundSettled
from shouwang.apps.notices.messages import Chat, Incoming, Text
from shouwang.apps.notices.messenger import (
    CannotTell,
    Capabilities,
    Failed,
    NotThere,
    Seen,
    Sent,
    Uncertain,
)
from shouwang.apps.notices.models import Attempt, Gateway, Outbound, State
from shouwang.apps.notices.outbox import Pause, Search, Try
from shouwang.apps.notices.tests.conftest import NOON, Queue, heard
from shouwang.apps.notices.usecases import Route, desk_found
from shouwang.kernel.errors import Conflict

pytestmark = pytest.mark.django_db
RULES = Rules()
READS = Capabilities(by_id=True, history=True)
BLIND = Capabilities(by_id=False, history=False)


def after(seconds: float) -> datetime:
    return NOON + timedelta(seconds=seconds)


def take(
    row: Outbound, seconds: float = 0, *, worker: str = "w1", can: Capabilities = READS, connected: bool = True
) -> Try | Search | Pause | None:
    return outbox.take(
        row.pk, worker=worker, capabilities=can, connected=connected, rules=RULES, now=after(seconds), chance=0
    )


def tried(row: Outbound, seconds: float = 0) -> Try:
    job = take(row, seconds)
    assert isinstance(job, Try)
    return job


def searched(row: Outbound, seconds: float) -> Search:
    job = take(row, seconds)
    assert isinstance(job, Search)
    return job


def state(row: Outbound) -> str:
    row.refresh_from_db()
    return str(row.state)


def echo(text: str = "路灯今天修好", message_id: str = "81") -> Incoming:
    return Incoming("10000", Chat("group", "555"), "10000", message_id, after(1), (Text(text),), from_self=True)


def test_accepted_then_seen_is_confirmed(queue: Queue, gateway: Gateway) -> None:
    row = queue()
    outbox.note_outcome(tried(row), Sent("81"), RULES, after(1))
    assert state(row) == State.SENT
    assert row.next_at == after(RULES.settle_after)
    job = searched(row, RULES.settle_after)
    assert (job.trace.remote_id, job.trace.text) == ("81", "路灯今天修好")
    with heard(OutboundSettled) as told:
        outbox.note_look_up(job, Seen("81", in_history=True), RULES, after(50))
    assert state(row) == State.CONFIRMED
    assert [event.state for event in told] == ["confirmed"]
    gateway.refresh_from_db()
    assert gateway.group_shows_own
    assert not gateway.private_shows_own
    assert gateway.last_confirmed_at == after(50)


def test_of_two_workers_one_gets_the_message(queue: Queue) -> None:
    row = queue()
    assert isinstance(take(row, worker="w1"), Try)
    assert take(row, worker="w2") is None


def test_a_worker_that_read_before_the_other_claimed_loses(queue: Queue) -> None:
    """Both read the row as free; the second claim falls between the first worker's reading and its writing."""
    row = queue()
    got: list[object] = []

    class Meddled(Rules):
        @property
        def lease(self) -> float:
            if not got:
                got.append(None)
                got.append(take(row, worker="w2"))
            return super().lease

    slow = outbox.take(row.pk, worker="w1", capabilities=READS, connected=True, rules=Meddled(), now=NOON, chance=0)
    assert slow is None
    assert isinstance(got[1], Try)
    row.refresh_from_db()
    assert row.claimed_by == "w2", "the claim of the quicker one stands"
    assert Attempt.objects.filter(kind="began").count() == 1


def test_the_database_itself_refuses_a_second_beginning(queue: Queue) -> None:
    job = tried(queue())
    with pytest.raises(IntegrityError), transaction.atomic():
        Attempt.objects.create(outbound_id=job.outbound_id, kind="began", send_no=job.send_no, at=NOON)


def test_a_worker_that_died_leaves_an_open_question_not_a_second_copy(queue: Queue) -> None:
    row = queue()
    tried(row)
    assert take(row, 30) is None, "the lease still holds"
    job = searched(row, 60)
    outbox.note_look_up(job, NotThere(reaches_back=True, shows_own=True), RULES, after(61))
    assert isinstance(take(row, 61 + RULES.retry_after), Try)


def test_silence_of_a_record_that_never_showed_us_proves_nothing(queue: Queue) -> None:
    row = queue()
    outbox.note_outcome(tried(row), Uncertain("no answer"), RULES, after(20))
    seconds = RULES.settle_after
    for _ in range(RULES.max_look_ups):
        job = searched(row, seconds)
        outbox.note_look_up(job, NotThere(reaches_back=True, shows_own=False), RULES, after(seconds))
        seconds += RULES.look_up_every
    assert take(row, seconds) is None
    assert state(row) == State.UNCERTAIN
    assert list(Outbound.objects.want_an_eye()) == [row]


@pytest.mark.parametrize(
    ("looked", "known_to_show", "again"),
    [
        (NotThere(reaches_back=True, shows_own=True), False, True),
        (NotThere(reaches_back=True, shows_own=False), True, True),
        (NotThere(reaches_back=False, shows_own=True), True, False),
        (NotThere(reaches_back=True, shows_own=False), False, False),
        (NotThere(reaches_back=True, shows_own=True, stored=True), True, False),
        (CannotTell("no such call"), True, False),
    ],
)
def test_what_proves_absence(
    queue: Queue, gateway: Gateway, looked: NotThere | CannotTell, known_to_show: bool, again: bool
) -> None:
    Gateway.objects.filter(pk=gateway.pk).update(group_shows_own=known_to_show)
    row = queue()
    outbox.note_outcome(tried(row), Sent("81"), RULES, after(1))
    outbox.note_look_up(searched(row, 45), looked, RULES, after(46))
    assert isinstance(take(row, 46 + RULES.look_up_every), Try) is again


def test_a_certain_refusal_is_tried_again_later(queue: Queue) -> None:
    row = queue()
    outbox.note_outcome(tried(row), Failed("retcode 1403"), RULES, after(1))
    assert state(row) == State.WAITING
    assert row.next_at == after(1 + RULES.retry_after)
    assert row.last_error == "retcode 1403"


def test_an_echo_confirms_before_the_answer_comes(queue: Queue, gateway: Gateway) -> None:
    row = queue(text="修好了 \n 谢谢")
    job = tried(row)
    assert outbox.note_echo(gateway, echo("修好了 谢谢"), after(1))
    outbox.note_outcome(job, Uncertain("no answer"), RULES, after(20))
    assert state(row) == State.CONFIRMED
    assert row.remote_id == "81"


def test_an_echo_mends_what_was_settled_as_uncertain(queue: Queue, gateway: Gateway) -> None:
    row = queue()
    outbox.note_outcome(tried(row), Uncertain("no answer"), RULES, after(20))
    assert take(row, 50, can=BLIND) is None
    assert state(row) == State.UNCERTAIN
    assert outbox.note_echo(gateway, echo(), after(60))
    assert state(row) == State.CONFIRMED


def test_words_an_officer_typed_in_qq_are_no_echo(queue: Queue, gateway: Gateway) -> None:
    row = queue()
    assert not outbox.note_echo(gateway, echo("我马上到"), after(1))
    assert not outbox.note_echo(gateway, echo(), after(1)), "the same words, but nothing was under way"
    assert state(row) == State.WAITING


def test_twins_go_one_after_the_other(queue: Queue) -> None:
    first, second = queue(key="a"), queue(key="b")
    outbox.note_outcome(tried(first), Uncertain("no answer"), RULES, after(20))
    assert outbox.due_ids(first.gateway_id or 0, after(21)) == []
    assert isinstance(take(second, 21), Pause), "not even when asked for by name"
    outbox.note_look_up(searched(first, 45), Seen("81"), RULES, after(46))
    assert isinstance(take(second, 47), Try)


def test_a_look_up_knows_which_messages_are_others(queue: Queue) -> None:
    first, second = queue(key="a"), queue(key="b")
    outbox.note_outcome(tried(first), Sent("81"), RULES, after(1))
    outbox.note_look_up(searched(first, 45), Seen("81"), RULES, after(46))
    outbox.note_outcome(tried(second, 47), Uncertain("no answer"), RULES, after(60))
    assert searched(second, 100).trace.not_ids == {"81"}


def test_stale_words_never_leave_after_a_restart(queue: Queue) -> None:
    rows = [queue(key=str(n), text=f"第 {n} 条", expires_at=after(600)) for n in range(5)]
    for pk in outbox.due_ids(rows[0].gateway_id or 0, after(86_400)):
        row = Outbound.objects.get(pk=pk)
        assert take(row, 86_400) is None
    assert {state(row) for row in rows} == {State.EXPIRED}
    assert not Attempt.objects.exists()


def test_the_pace_holds_back(queue: Queue, gateway: Gateway) -> None:
    Gateway.objects.filter(pk=gateway.pk).update(per_minute=6, burst=1)
    first, second = queue(key="a", text="一"), queue(key="b", text="二")
    tried(first)
    held = take(second)
    assert held == Pause(after(10))
    assert isinstance(take(second, 10), Try)


def test_after_a_reconnect_sending_starts_slowly(queue: Queue, gateway: Gateway) -> None:
    Gateway.objects.filter(pk=gateway.pk).update(per_minute=6, burst=3)
    gateway.refresh_from_db()
    outbox.note_connected(gateway, NOON)
    row = queue()
    assert take(row) == Pause(after(10))


def test_a_silent_gateway_hands_over_to_the_other_road(queue: Queue, gateway: Gateway, web: list[Outbound]) -> None:
    row = queue(alternatives=(Route("page", "matters.matter:7"),), subject="matters.matter:7")
    assert take(row, 10, connected=False) is None
    with heard(GatewaySilent) as told:
        assert outbox.watch(gateway.pk, after(301))
        assert outbox.watch(gateway.pk, after(302))
    assert [event.since for event in told] == [NOON], "told once"
    assert take(row, 302, connected=False) is None
    assert state(row) == State.REROUTED
    assert [(one.channel, one.address, one.rerouted_from) for one in web] == [("page", "matters.matter:7", row)]
    with heard(GatewayBack) as back:
        outbox.note_alive(gateway.pk, after(400))
        assert not outbox.watch(gateway.pk, after(401))
        assert not outbox.watch(gateway.pk, after(402))
    assert len(back) == 1


def test_a_message_that_may_be_out_never_takes_another_road(
    queue: Queue, gateway: Gateway, web: list[Outbound]
) -> None:
    row = queue(alternatives=(Route("page", "matters.matter:7"),))
    tried(row)
    outbox.watch(gateway.pk, after(400))
    assert take(row, 4000, connected=False) is None
    assert state(row) == State.UNCERTAIN
    assert web == []


def test_who_looks_after_a_gateway_that_was_switched_off(queue: Queue, gateway: Gateway, web: list[Outbound]) -> None:
    waiting = queue(key="a", text="一")
    other_road = queue(key="b", text="二", alternatives=(Route("page", "matters.matter:7"),))
    out = queue(key="c", text="三")
    tried(out)
    Gateway.objects.filter(pk=gateway.pk).update(enabled=False)
    assert outbox.sweep(after(60), RULES, worker="w2") == 2
    assert (state(waiting), state(other_road), state(out)) == (State.WAITING, State.REROUTED, State.UNCERTAIN)
    assert len(web) == 1
    assert outbox.sweep(after(86_400), RULES, worker="w2") == 1
    assert state(waiting) == State.EXPIRED


def test_the_sweep_leaves_alone_what_a_sender_looks_after(queue: Queue, gateway: Gateway) -> None:
    row = queue()
    assert outbox.sweep(after(60), RULES, worker="w2") == 0
    assert isinstance(take(row, 60), Try)


def test_a_number_whose_messages_vanish_counts_as_silent(queue: Queue, gateway: Gateway) -> None:
    for n in range(outbox.RESTRICTED_AFTER):
        row = queue(key=str(n), text=f"第 {n} 条")
        outbox.note_outcome(tried(row, n * 50), Sent(str(n)), RULES, after(n * 50))
        outbox.note_look_up(searched(row, n * 50 + 45), NotThere(True, True), RULES, after(n * 50 + 46))
    gateway.refresh_from_db()
    outbox.note_alive(gateway.pk, after(100))
    gateway.refresh_from_db()
    assert outbox.road_is_silent(gateway, after(100))
    Gateway.objects.filter(pk=gateway.pk).update(last_seen_at=after(4000))
    gateway.refresh_from_db()
    assert not outbox.road_is_silent(gateway, after(4000)), "after half an hour it may show itself again"


@pytest.mark.parametrize("arrived", [True, False])
def test_the_desk_closes_what_nobody_could_know(queue: Queue, arrived: bool) -> None:
    row = queue()
    outbox.note_outcome(tried(row), Uncertain("no answer"), RULES, after(20))
    take(row, 50, can=BLIND)
    desk_found(row, arrived=arrived, by="officer:1", at=after(90))
    assert state(row) == (State.CONFIRMED if arrived else State.REROUTED)
    again = Outbound.objects.filter(rerouted_from=row)
    assert again.exists() is not arrived
    with pytest.raises(Conflict):
        desk_found(row, arrived=True, by="officer:2", at=after(91))


def test_a_process_without_the_connection_pushes_nothing_away(queue: Queue) -> None:
    row = queue()
    assert take(row, 5, connected=False) is None
    assert isinstance(take(row, 5), Try)


def test_a_problem_is_shown_until_the_gateway_is_well_again(gateway: Gateway) -> None:
    outbox.note_problem(gateway.pk, "QQ is not logged in")
    outbox.note_alive(gateway.pk, after(10))
    gateway.refresh_from_db()
    assert (gateway.last_error, gateway.last_seen_at) == ("QQ is not logged in", after(10))
    outbox.note_well(gateway.pk, after(20))
    gateway.refresh_from_db()
    assert (gateway.last_error, gateway.last_seen_at) == ("", after(20))
