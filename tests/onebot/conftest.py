"""A house with its QQ door on a real socket, one gateway row, the fake gateway, and a clock that moves only when told."""

from __future__ import annotations

import contextlib
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pytest
from django.db import connections, transaction

from shouwang.apps.notices.deciding import Rules
from shouwang.apps.notices.enclosures import give_up
from shouwang.apps.notices.fetching import fetch_due
from shouwang.apps.notices.messages import Incoming, Text
from shouwang.apps.notices.models import Enclosure, Gateway, Outbound, Transport
from shouwang.apps.notices.receiving import tell_rooms
from shouwang.apps.notices.sender import drain, in_database
from shouwang.apps.notices.usecases import Route, queue_message
from shouwang.apps.talk.models import GroupLink, Room
from shouwang.doors.onebot.door import HTTP_PATH, WS_PATH, OneBotDoor
from tests.cast import Cast, assemble
from tests.onebot.fake_gateway import QQ, FakeGateway, text
from tests.onebot.serving import serving, until

NOON = datetime(2026, 3, 2, 4, 0, tzinfo=UTC)
BOT = 10000
GROUP = ("group", 555)
FAST = Rules(send_timeout=0.6)


class Clock:
    def __init__(self) -> None:
        self.now = NOON

    def __call__(self) -> datetime:
        return self.now

    def tick(self, seconds: float) -> None:
        self.now += timedelta(seconds=seconds)


@dataclass
class Station:
    """A station with a room, which is the QQ group of the tests."""

    cast: Cast
    room: Room

    @classmethod
    def found(cls, gateway: Gateway) -> Station:
        cast = assemble()
        Gateway.objects.filter(pk=gateway.pk).update(unit=cast.qingshi)
        room = Room.objects.create(unit=cast.liuxi_post, community=cast.liuxi, name="柳溪群", slug="liuxi")
        GroupLink.objects.create(gateway=gateway, group=str(GROUP[1]), room=room)
        return cls(cast, room)


@dataclass
class House:
    """Everything a test touches. `arrived` is what the rooms above were told; `broken` makes them fail."""

    clock: Clock
    door: OneBotDoor
    row: Gateway
    fake: FakeGateway
    client: httpx.AsyncClient
    address: str
    arrived: list[Incoming] = field(default_factory=list)
    broken: bool = False
    station: Station | None = None

    def take(self, _gateway_id: int, _inbound_id: int, incoming: Incoming, _at: datetime) -> None:
        if self.broken:
            raise RuntimeError("the talk room is closed")
        self.arrived.append(incoming)

    @property
    def ws_url(self) -> str:
        return f"ws://{self.address}{WS_PATH}"

    @property
    def http_url(self) -> str:
        return f"http://{self.address}{HTTP_PATH}"

    async def plug_in(self) -> None:
        """The gateway connects, if it is of the kind that connects and is not connected."""
        if self.row.transport == Transport.REVERSE_WS and not self.fake.connected:
            await self.fake.connect(self.ws_url)
            await until(lambda: self.door.messenger(self.row).connected)
            self.clock.tick(20)  # right after connecting nothing is sent

    async def queue(
        self, words: str = "路灯今天修好", key: str = "k", address: str = "group:555", **more: Any
    ) -> Outbound:
        def put() -> Outbound:
            with transaction.atomic():
                return queue_message(
                    Route("qq", address, self.row.pk),
                    (Text(words),),
                    **{"kind": "answer", "dedupe_key": key, "at": self.clock()} | more,
                )

        return await in_database(put)()

    async def drain(self) -> None:
        row = await in_database(Gateway.objects.get)(pk=self.row.pk)
        messenger = self.door.messenger(row, self.client)
        await drain(row.pk, messenger, self.clock, worker="test", rules=FAST, chance=lambda: 0.0)

    async def fetch(self, seconds: float = 0, *, timeout_s: float = 2) -> int:
        """Some time passes, then one pass over what came with messages; returns how many were asked for."""
        self.clock.tick(seconds)
        row = await in_database(Gateway.objects.get)(pk=self.row.pk)
        return await fetch_due(row.pk, self.door.messenger(row, self.client), self.clock, timeout_s=timeout_s)

    async def fetch_to_the_end(self) -> None:
        """Fetch and let time pass until nothing is waited for."""
        for _ in range(40):
            await self.plug_in()
            await self.fetch()
            if not await in_database(Enclosure.objects.waiting().exists)():
                return
            self.clock.tick(600)
            await in_database(give_up)(self.clock())
        pytest.fail("what came with a message never came to an end")

    async def drain_to_the_end(self) -> None:
        """Drain and let time pass until every message came to its end; the gateway reconnects when it was cut off."""
        for _ in range(80):
            await self.plug_in()
            await self.drain()
            if not await in_database(Outbound.objects.unsettled().exists)():
                return
            self.clock.tick(15)
        pytest.fail("a message never came to an end")

    async def state(self, outbound: Outbound) -> str:
        await in_database(outbound.refresh_from_db)()
        return str(outbound.state)


OpenHouse = Callable[..., AbstractAsyncContextManager[House]]


@pytest.fixture
def open_house(transactional_db: None) -> OpenHouse:
    """`async with open_house(Transport.HTTP, history=False) as house:`; with `rooms` a station stands behind the door."""

    @contextlib.asynccontextmanager
    async def opened(
        transport: Transport = Transport.REVERSE_WS, *, rooms: bool = False, **habits: Any
    ) -> AsyncIterator[House]:
        clock = Clock()
        qq = QQ(clock)
        fake = FakeGateway(BOT, qq, token="lamp-in-the-window", secret="签名", **habits)
        # Long ago somebody asked and the station answered: the chats' records reach back and show our own words.
        clock.tick(-3600)
        for chat in (GROUP, ("private", 20001)):
            qq.say(chat, 20001, [text("在吗")])
            qq.say(chat, BOT, [text("在的")])
        clock.tick(3600)
        async with contextlib.AsyncExitStack() as stack:
            stack.push_async_callback(in_database(connections.close_all))  # or the test database cannot be dropped
            client = await stack.enter_async_context(httpx.AsyncClient())
            row = await in_database(Gateway.objects.create)(
                name="所里的 QQ",
                self_id=str(BOT),
                transport=transport,
                token=fake.token,
                secret=fake.secret,
                http_url=f"http://{await stack.enter_async_context(serving(fake))}",
                per_minute=6000,
                burst=1000,
                jitter_percent=0,
                created_at=NOON,
                last_seen_at=NOON,
            )
            house: House

            def handle(*told: Any) -> None:
                house.take(*told)

            door = OneBotDoor(clock, handler=tell_rooms if rooms else handle, rules=FAST)
            address = await stack.enter_async_context(serving(door))
            house = House(clock, door, row, fake, client, address)
            stack.push_async_callback(door.close)
            stack.push_async_callback(fake.close)
            if transport == Transport.HTTP:
                fake.post_to = house.http_url
            if rooms:
                house.station = await in_database(Station.found)(row)
            await house.plug_in()
            yield house

    return opened
