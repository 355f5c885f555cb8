"""What leaves the house arrives exactly once, whatever the gateway does."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from itertools import pairwise

import pytest
from websockets.exceptions import InvalidStatus

from shouwang.apps.notices import inside
from shouwang.apps.notices.gateways import renew_token, switch_gateway
from shouwang.apps.notices.health import channel_health
from shouwang.apps.notices.messages import At, Picture, Text, load_parts
from shouwang.apps.notices.models import Attempt, Gateway, Outbound, State, Transport
from shouwang.apps.notices.sender import check, in_database
from shouwang.apps.notices.usecases import Route
from tests.onebot.conftest import BOT, GROUP, NOON, OpenHouse
from tests.onebot.fake_gateway import _DELIVERS, Fault, text
from tests.onebot.serving import eventually, until

WORDS = "路灯今天修好"
both = pytest.mark.parametrize("transport", list(Transport), ids=lambda one: one.value)


@both
@pytest.mark.parametrize("fault", list(Fault), ids=lambda fault: fault.name.lower())
async def test_a_message_arrives_exactly_once(open_house: OpenHouse, transport: Transport, fault: Fault) -> None:
    async with open_house(transport) as house:
        house.fake.faults.append(fault)
        row = await house.queue(WORDS)
        await house.drain_to_the_end()
        assert [said.text for said in house.fake.qq.by(BOT)].count(WORDS) == 1
        assert await house.state(row) == State.CONFIRMED


@both
@pytest.mark.parametrize("array", [True, False], ids=["array", "text"])
async def test_a_private_answer_arrives_and_is_found_again(
    open_house: OpenHouse, transport: Transport, array: bool
) -> None:
    async with open_house(transport, array=array) as house:
        row = await house.queue(WORDS, address="private:20001")
        await house.drain_to_the_end()
        assert [said.text for said in house.fake.qq.by(BOT)].count(WORDS) == 1
        assert await house.state(row) == State.CONFIRMED


@pytest.mark.parametrize("fault", list(Fault), ids=lambda fault: fault.name.lower())
async def test_without_history_nothing_is_doubled_and_doubt_is_shown(open_house: OpenHouse, fault: Fault) -> None:
    async with open_house(history=False) as house:
        house.fake.faults.append(fault)
        row = await house.queue(WORDS)
        await house.drain_to_the_end()
        copies = [said.text for said in house.fake.qq.by(BOT)].count(WORDS)
        state = await house.state(row)
        if fault is Fault.REFUSED:
            assert (copies, state) == (1, State.CONFIRMED)
        elif fault is Fault.SILENT_DROP:
            assert (copies, state) == (0, State.SENT), "accepted, and nothing to check it against"
        else:
            assert (copies, state) == (int(fault in _DELIVERS), State.UNCERTAIN)


@pytest.mark.parametrize("minutes_behind", [2, 10, 600, 525_600])
@pytest.mark.parametrize("fault", [Fault.NO_ANSWER_YET_DELIVERED, Fault.FAILED_YET_DELIVERED])
async def test_clocks_that_differ_never_double(open_house: OpenHouse, fault: Fault, minutes_behind: int) -> None:
    async with open_house() as house:
        house.fake.qq.clock = lambda: house.clock() - timedelta(minutes=minutes_behind)
        house.fake.faults.append(fault)
        row = await house.queue(WORDS)
        await house.drain()
        for n in range(25):  # more than one page of the chat's record: ours stands further up
            house.fake.qq.say(GROUP, 20001, [text(f"第 {n} 句")])
        house.fake.qq.say(GROUP, BOT, [text("别的话")])
        await house.drain_to_the_end()
        assert [said.text for said in house.fake.qq.by(BOT)].count(WORDS) == 1
        assert await house.state(row) in {State.CONFIRMED, State.UNCERTAIN}


@pytest.mark.parametrize("faults", [[Fault.FAILED, Fault.NO_ANSWER_YET_DELIVERED], [Fault.SILENT_DROP, Fault.FAILED]])
async def test_faults_in_a_row(open_house: OpenHouse, faults: list[Fault]) -> None:
    async with open_house() as house:
        house.fake.faults.extend(faults)
        row = await house.queue(WORDS)
        await house.drain_to_the_end()
        assert [said.text for said in house.fake.qq.by(BOT)].count(WORDS) == 1
        assert await house.state(row) == State.CONFIRMED


async def test_what_the_gateway_stored_but_nobody_saw_goes_to_the_desk(open_house: OpenHouse) -> None:
    async with open_house() as house:
        house.fake.stores_dropped = True
        house.fake.faults.append(Fault.SILENT_DROP)
        row = await house.queue(WORDS)
        await house.drain_to_the_end()
        assert await house.state(row) == State.UNCERTAIN
        assert await in_database(Outbound.objects.want_an_eye().count)() == 1


@pytest.mark.parametrize("seq_is_id", [True, False], ids=["id-as-seq", "numbered"])
async def test_a_busy_chat_is_read_further_back(open_house: OpenHouse, seq_is_id: bool) -> None:
    async with open_house() as house:
        house.fake.seq_is_id = seq_is_id
        house.fake.faults.append(Fault.NO_ANSWER_YET_DELIVERED)
        row = await house.queue(WORDS)
        await house.drain()
        for n in range(45):
            house.fake.qq.say(GROUP, 20001, [text(f"第 {n} 句")])
        await house.drain_to_the_end()
        assert await house.state(row) == State.CONFIRMED
        assert len(house.fake.qq.by(BOT)) == 3


@pytest.mark.parametrize(("turns_pages", "said"), [(True, 90), (False, 30)], ids=["too-busy", "turns-no-pages"])
async def test_too_busy_to_prove_anything_is_not_sent_again(
    open_house: OpenHouse, turns_pages: bool, said: int
) -> None:
    async with open_house() as house:
        house.fake.turns_pages = turns_pages
        house.fake.faults.append(Fault.NO_ANSWER)
        row = await house.queue(WORDS)
        await house.drain()
        for n in range(said):
            house.fake.qq.say(GROUP, 20001, [text(f"第 {n} 句")])
        await house.drain_to_the_end()
        assert await house.state(row) == State.UNCERTAIN
        assert len(house.fake.qq.by(BOT)) == 2, "only the two old ones"


async def test_our_own_words_coming_back_confirm_at_once(open_house: OpenHouse) -> None:
    async with open_house(echo_own=True) as house:
        row = await house.queue(WORDS)
        await house.drain()
        await eventually(lambda: house.state(row), State.CONFIRMED)
        assert house.arrived == [], "an echo is no message of anybody"
        assert [action for action, _params in house.fake.calls] == ["send_group_msg"]


async def test_calls_pictures_and_quotes_arrive_as_such(open_house: OpenHouse) -> None:
    async with open_house() as house:
        from django.db import transaction

        from shouwang.apps.notices.usecases import queue_message

        def put() -> None:
            parts = (At("20001"), Text(" 看[这里],好&坏 "), Picture("a", "http://img.example/a,b"))
            with transaction.atomic():
                route = Route("qq", "group:555", house.row.pk)
                queue_message(route, parts, kind="answer", dedupe_key="k", at=house.clock(), reply_to="-77")

        await in_database(put)()
        await house.drain()
        assert [(s["type"], s["data"]) for s in house.fake.qq.by(BOT)[-1].segments] == [
            ("reply", {"id": "-77"}),
            ("at", {"qq": "20001"}),
            ("text", {"text": " 看[这里],好&坏 "}),
            ("image", {"file": "http://img.example/a,b"}),
        ]


async def test_a_wrong_token_towards_the_gateway_loses_nothing(open_house: OpenHouse) -> None:
    async with open_house(Transport.HTTP) as house:
        right, house.fake.token = house.fake.token, "changed"
        row = await house.queue(WORDS)
        await house.drain()
        assert await house.state(row) == State.WAITING
        house.fake.token = right
        await house.drain_to_the_end()
        assert len(house.fake.qq.by(BOT)) == 3
        assert await house.state(row) == State.CONFIRMED


async def test_after_a_long_night_no_backlog_bursts_out(open_house: OpenHouse) -> None:
    async with open_house() as house:
        await in_database(Gateway.objects.filter(pk=house.row.pk).update)(per_minute=6, burst=2)
        await house.fake.disconnect()
        for n in range(20):
            await house.queue(f"昨天的第 {n} 条", key=f"old-{n}")
        house.clock.tick(86_400)
        for n in range(5):
            await house.queue(f"今天的第 {n} 条", key=f"new-{n}")
        await house.fake.connect(house.ws_url)
        await until(lambda: house.door.messenger(house.row).connected)
        sent_at = [house.clock.now]
        for _ in range(12):
            before = len(house.fake.qq.by(BOT))
            await house.drain()
            sent_at += [house.clock.now] * (len(house.fake.qq.by(BOT)) - before)
            house.clock.tick(5)
        words = [said.text for said in house.fake.qq.by(BOT)[2:]]
        assert words == [f"今天的第 {n} 条" for n in range(5)]
        gaps = [(b - a).total_seconds() for a, b in pairwise(sent_at)]
        assert min(gaps) >= 10
        expired = Outbound.objects.filter(state=State.EXPIRED)
        assert await in_database(expired.count)() == 20


async def test_a_flapping_gateway_loses_and_doubles_nothing(open_house: OpenHouse) -> None:
    """It hangs up on some messages, having sent them or not, and is away for minutes; what is said of it is true each time."""
    async with open_house() as house:
        rows = [await house.queue(f"第 {n} 盏灯修好了", key=str(n)) for n in range(8)]
        house.fake.faults.extend([Fault.HANG_UP, Fault.HANG_UP_YET_DELIVERED] * 2)
        told = []
        for minutes in (1, 6, 1, 7):
            await house.plug_in()
            await house.drain()
            told += [one.state for one in await in_database(channel_health)(house.clock())]
            await house.fake.disconnect()
            await until(lambda: not house.door.messenger(house.row).connected)
            house.clock.tick(minutes * 60)
            await house.drain()
            told += [one.state for one in await in_database(channel_health)(house.clock())]
        await house.drain_to_the_end()
        assert told[::2] == ["ok", "ok", "slow", "slow"], "while it is there: what waits has waited too long by then"
        assert [told[3], told[7]] == ["silent", "silent"], "five minutes without a sign"
        assert [one.state for one in await in_database(channel_health)(house.clock())] == ["ok"]
        said = [said.text for said in house.fake.qq.by(BOT)]
        assert {said.count(f"第 {n} 盏灯修好了") for n in range(8)} == {1}
        assert {await house.state(row) for row in rows} == {State.CONFIRMED}


async def test_a_silent_gateway_hands_over_once(open_house: OpenHouse) -> None:
    async with open_house() as house:
        delivered: list[str] = []
        inside.carries("page")(lambda outbound, _at: delivered.append(load_parts(outbound.body)[0].text))
        try:
            await house.fake.disconnect()
            row = await house.queue(WORDS, alternatives=(Route("page", "matters.matter:7"),))
            for _ in range(30):
                await house.drain()
                house.clock.tick(15)
            assert await house.state(row) == State.REROUTED
            await house.plug_in()
            await house.drain()
            assert delivered == [WORDS]
            assert len(house.fake.qq.by(BOT)) == 2, "nothing by QQ when it comes back"
        finally:
            inside._carriers.pop("page")


async def test_several_numbers_each_use_their_own_connection(open_house: OpenHouse) -> None:
    from tests.onebot.fake_gateway import FakeGateway

    async with open_house() as house:
        other = FakeGateway(10002, house.fake.qq, token="two")
        second = await in_database(Gateway.objects.create)(
            name="第二个号", self_id="10002", token="two", created_at=house.clock.now, last_seen_at=house.clock.now
        )
        await other.connect(house.ws_url)
        try:
            first_row, house.row = house.row, second
            await house.queue("从第二个号", key="b")
            house.clock.tick(60)
            await house.drain()
            house.row = first_row
            await house.queue("从第一个号", key="a")
            await house.drain()
            assert [said.text for said in house.fake.qq.by(10002)] == ["从第二个号"]
            assert house.fake.qq.by(BOT)[-1].text == "从第一个号"
        finally:
            await other.close()


@both
async def test_the_loops_carry_messages_out_by_themselves(open_house: OpenHouse, transport: Transport) -> None:
    async with open_house(transport) as house:
        async with house.door.carrying(transport, worker="web", every_s=0.02, look_again_s=0.05):
            for n in range(3):
                await house.queue(f"第 {n} 条", key=str(n))
            await until(lambda: house.clock.tick(0.1) or len(house.fake.qq.by(BOT)) == 5)
        assert [said.text for said in house.fake.qq.by(BOT)[2:]] == ["第 0 条", "第 1 条", "第 2 条"]
        began = Attempt.objects.filter(kind="began")
        assert await in_database(began.count)() == 3


@both
async def test_the_house_asks_its_gateways_how_they_are(open_house: OpenHouse, transport: Transport) -> None:
    async with open_house(transport) as house:
        house.clock.tick(100)
        await check(house.row.pk, house.door.messenger(house.row, house.client), house.clock, timeout_s=5)
        await in_database(house.row.refresh_from_db)()
        assert (house.row.last_seen_at, house.row.last_error) == (house.clock.now, "")


@pytest.mark.parametrize("how", ["token", "off"])
async def test_who_came_with_an_old_token_is_shown_out(open_house: OpenHouse, how: str) -> None:
    """A token that got into wrong hands is worth nothing a moment later, nor is an open connection."""
    async with open_house() as house:
        async with house.door.carrying(Transport.REVERSE_WS, worker="web", every_s=0.02, look_again_s=0.05):
            await asyncio.sleep(0.2)
            assert house.fake.connected, "nobody is shown out while all is well"
            if how == "token":
                await in_database(renew_token)(house.row, by="officer:1", at=NOON, reason="抄错了地方")
            else:
                await in_database(switch_gateway)(house.row, on=False, by="officer:1", at=NOON)
            await until(lambda: not house.fake.connected)
        with pytest.raises(InvalidStatus):
            await house.fake.connect(house.ws_url)
