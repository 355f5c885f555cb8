"""What reaches the station is handled once, and nobody gets in without the key."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator

import pytest
from websockets.exceptions import ConnectionClosed, InvalidStatus

from shouwang.apps.notices.events import GroupMemberChanged, MessageRecalled
from shouwang.apps.notices.messages import At, Chat, Picture, Text
from shouwang.apps.notices.models import Gateway, Inbound, Transport
from shouwang.apps.notices.receiving import retry_parked
from shouwang.apps.notices.sender import in_database
from shouwang.doors.onebot.protocol import MAX_FRAME_BYTES
from tests.onebot.conftest import BOT, GROUP, House, OpenHouse
from tests.onebot.fake_gateway import FakeGateway, at, text
from tests.onebot.serving import eventually, until

both = pytest.mark.parametrize("transport", list(Transport), ids=lambda one: one.value)


async def settle(house: House, count: int) -> None:
    """Wait until `count` messages arrived, and a moment longer for any that should not."""
    await until(lambda: len(house.arrived) >= count)
    await asyncio.sleep(0.05)


@both
@pytest.mark.parametrize("array", [True, False], ids=["array", "text"])
async def test_a_message_is_handled_once_however_often_it_comes(
    open_house: OpenHouse, transport: Transport, array: bool
) -> None:
    async with open_house(transport, array=array) as house:
        picture = {"type": "image", "data": {"file": "a.jpg", "url": "http://img.example/a?b=1&c=2"}}
        said = await house.fake.hear(GROUP, 20001, [at(BOT), text("路灯[坏],了"), picture], times=3)
        await settle(house, 1)
        (incoming,) = house.arrived
        assert incoming.chat == Chat("group", "555")
        assert (incoming.sender, incoming.message_id, incoming.sent_at) == ("20001", str(said.message_id), said.at)
        assert incoming.parts == (
            At(str(BOT)),
            Text("路灯[坏],了"),
            Picture("a.jpg", "http://img.example/a?b=1&c=2", key="a.jpg"),
        )
        assert incoming.calls_us
        await in_database(house.row.refresh_from_db)()
        assert house.row.last_event_at == house.clock.now


async def test_messages_keep_their_order(open_house: OpenHouse) -> None:
    async with open_house() as house:
        for n in range(30):
            await house.fake.hear(GROUP, 20001, str(n))
        await settle(house, 30)
        assert [incoming.text for incoming in house.arrived] == [str(n) for n in range(30)]


async def test_a_reconnect_flood_with_old_events_changes_nothing(open_house: OpenHouse) -> None:
    async with open_house() as house:
        said = await house.fake.hear(GROUP, 20001, "路灯坏了")
        await settle(house, 1)
        for _ in range(8):
            await house.fake.disconnect()
            await house.fake.connect(house.ws_url)
            await house.fake.emit(house.fake.message_event(said))
        await house.fake.hear(GROUP, 20001, "还在吗")
        await settle(house, 2)
        assert [incoming.text for incoming in house.arrived] == ["路灯坏了", "还在吗"]


async def test_a_half_dead_connection_gives_way_to_the_new_one(open_house: OpenHouse) -> None:
    async with open_house() as house:
        old = house.fake._sockets.copy()
        house.fake._sockets.clear()
        await house.fake.connect(house.ws_url)
        house.clock.tick(20)
        await house.queue("走新的连接")
        await house.drain()
        assert house.fake.qq.by(BOT)[-1].text == "走新的连接"
        for socket in old:
            await socket.close()
        await asyncio.sleep(0.05)
        assert house.door.messenger(house.row).connected, "closing the old one does not cut the new one"


async def test_separate_connections_for_calls_and_events(open_house: OpenHouse) -> None:
    async with open_house() as house:
        await house.fake.disconnect()
        await house.fake.connect(house.ws_url, role="Event")
        await until(lambda: not house.door.messenger(house.row).connected)
        await house.fake.connect(house.ws_url, role="API")
        await house.fake.hear(GROUP, 20001, "在吗")
        await settle(house, 1)
        house.clock.tick(20)
        await house.queue("在的呢")
        await house.drain()
        assert house.fake.qq.by(BOT)[-1].text == "在的呢"


async def test_the_token_may_stand_in_the_address(open_house: OpenHouse) -> None:
    async with open_house() as house:
        await house.fake.disconnect()
        await in_database(Gateway.objects.filter(pk=house.row.pk).update)(token="plain-token")
        await house.fake.connect(house.ws_url, token="plain-token", in_query=True)
        await house.fake.hear(GROUP, 20001, "在吗")
        await settle(house, 1)


@pytest.mark.parametrize(
    ("change", "why"),
    [
        ({"token": "wrong"}, "a wrong token"),
        ({"token": ""}, "no token"),
        ({"role": "Admin"}, "a role nobody knows"),
    ],
)
async def test_nobody_connects_without_the_key(open_house: OpenHouse, change: dict[str, str], why: str) -> None:
    async with open_house() as house:
        with pytest.raises(InvalidStatus) as refused:
            await house.fake.connect(house.ws_url, **change)
        assert refused.value.response.status_code == 403, why


async def test_a_number_nobody_set_up_or_switched_off_stays_outside(open_house: OpenHouse) -> None:
    async with open_house() as house:
        stranger = FakeGateway(666, house.fake.qq, token=house.fake.token)
        with pytest.raises(InvalidStatus):
            await stranger.connect(house.ws_url)
        await in_database(Gateway.objects.filter(pk=house.row.pk).update)(enabled=False)
        with pytest.raises(InvalidStatus):
            await house.fake.connect(house.ws_url)
        await house.fake.hear(GROUP, 20001, "还听得到吗")
        await asyncio.sleep(0.1)
        assert house.arrived == [], "switched off, an open connection is no longer heard either"


async def test_a_gateway_without_token_lets_nobody_in(open_house: OpenHouse) -> None:
    async with open_house() as house:
        await in_database(Gateway.objects.filter(pk=house.row.pk).update)(token="")
        with pytest.raises(InvalidStatus):
            await house.fake.connect(house.ws_url, token="")


@both
async def test_hostile_frames_hurt_nobody(open_house: OpenHouse, transport: Transport) -> None:
    async with open_house(transport) as house:
        event = house.fake.message_event(house.fake.qq.say(GROUP, 20001, [text("x")]))
        hostile = [
            "{",
            "[]",
            "null",
            "[" * 100_000,
            '{"post_type": "message"}',
            json.dumps(event | {"message": [{"type": "text", "data": "x"}]}),
            json.dumps(event | {"user_id": {"$gt": 0}}),
            json.dumps(event | {"self_id": 666}),
            '{"echo": "nobody", "status": "ok", "retcode": 0}',
        ]
        for frame in hostile:
            await house.fake.emit_raw(frame)
        await house.fake.hear(GROUP, 20001, "我是真的")
        await settle(house, 1)
        assert [incoming.text for incoming in house.arrived] == ["我是真的"]
        assert set(house.fake.statuses) <= {204, 400}


async def test_a_frame_beyond_all_measure_is_refused(open_house: OpenHouse) -> None:
    async with open_house() as house:
        try:
            await house.fake.emit_raw(" " * (MAX_FRAME_BYTES + 1))
            await house.fake.hear(GROUP, 20001, "我是真的")
        except ConnectionClosed:
            await house.plug_in()
            await house.fake.hear(GROUP, 20001, "我是真的")
        await settle(house, 1)


async def test_http_says_no_without_a_signature(open_house: OpenHouse) -> None:
    async with open_house(Transport.HTTP) as house:
        said = house.fake.message_event(house.fake.qq.say(GROUP, 20001, [text("x")]))
        body = json.dumps(said)
        house.fake.secret = "wrong"
        assert await house.fake.post(body) == 403
        house.fake.secret = ""
        assert await house.fake.post(body) == 401
        assert await house.fake.post(body, **{"X-Signature": "sha1=ünsinn".encode()}) == 403
        assert await house.fake.post(body, **{"X-Self-ID": "666"}) == 401
        assert house.arrived == []


async def test_http_has_limits_and_never_gives_a_quick_operation(open_house: OpenHouse) -> None:
    async with open_house(Transport.HTTP) as house:
        assert await house.fake.post(" " * (MAX_FRAME_BYTES + 1)) == 413
        reply = await house.client.get(house.http_url)
        assert reply.status_code == 405
        assert (await house.client.post(f"http://{house.address}/onebot/v11/elsewhere")).status_code == 404

        async def endless() -> AsyncIterator[bytes]:
            for _ in range(20):
                yield b" " * 100_000

        reply = await house.client.post(house.http_url, content=endless(), headers={"X-Self-ID": str(BOT)})
        assert reply.status_code == 413
        assert (
            await house.fake.post(json.dumps(house.fake.message_event(house.fake.qq.say(GROUP, 7, [text("x")])))) == 204
        )
        assert len(house.arrived) == 1


@both
async def test_what_the_rooms_cannot_take_is_kept_and_told_later(open_house: OpenHouse, transport: Transport) -> None:
    async with open_house(transport) as house:
        house.broken = True
        await house.fake.hear(GROUP, 20001, "救命的消息", times=2)
        await eventually(in_database(Inbound.objects.parked().count), 1)
        house.clock.tick(60)
        assert await in_database(retry_parked)(at=house.clock.now, handler=house.take) == (0, 1)
        house.broken = False
        assert await in_database(retry_parked)(at=house.clock.now, handler=house.take) == (1, 0)
        assert await in_database(retry_parked)(at=house.clock.now, handler=house.take) == (0, 0)
        assert [incoming.text for incoming in house.arrived] == ["救命的消息"]
        row = await in_database(Inbound.objects.get)()
        assert (row.parked, row.tries) == ("", 2)


async def test_recalls_and_joins_are_told_once(open_house: OpenHouse) -> None:
    from shouwang.kernel import events

    told: list[object] = []
    events.listen(MessageRecalled)(told.append)
    events.listen(GroupMemberChanged)(told.append)
    try:
        async with open_house() as house:
            for _ in range(2):
                await house.fake.notice("group_recall", group_id=555, user_id=20001, operator_id=20001, message_id=-5)
                await house.fake.notice(
                    "group_increase", group_id=555, user_id=20009, operator_id=0, sub_type="approve"
                )
            await until(lambda: len(told) >= 2)
            await asyncio.sleep(0.05)
        assert [type(one).__name__ for one in told] == ["MessageRecalled", "GroupMemberChanged"]
    finally:
        events._listeners[MessageRecalled].pop()
        events._listeners[GroupMemberChanged].pop()


async def test_words_an_officer_types_in_qq_are_told_as_the_stations_own(open_house: OpenHouse) -> None:
    async with open_house(echo_own=True) as house:
        await house.fake.hear(GROUP, BOT, "我马上到")
        await settle(house, 1)
        assert house.arrived[0].from_self


async def test_a_heartbeat_is_a_sign_of_life_and_a_lost_login_a_problem(open_house: OpenHouse) -> None:
    async with open_house() as house:

        async def noted(column: str) -> object:
            return await in_database(Gateway.objects.values_list(column, flat=True).get)(pk=house.row.pk)

        await house.fake.hear(GROUP, 20001, "在吗")
        await settle(house, 1)
        before = house.clock.now
        house.clock.tick(100)
        await house.fake.heartbeat(online=False)
        await eventually(lambda: noted("last_error"), "QQ is not logged in")
        assert await noted("last_seen_at") == before
        await house.fake.heartbeat()
        await eventually(lambda: noted("last_seen_at"), house.clock.now)
