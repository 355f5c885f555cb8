"""The door before the house's other doors: it takes its two paths, leaves the rest, and sends while the server runs."""

from __future__ import annotations

import httpx
import pytest
from websockets.asyncio.client import connect
from websockets.exceptions import InvalidStatus

from shouwang.apps.notices.models import Transport
from shouwang.doors.onebot.door import Receive, Scope, Send
from shouwang.doors.onebot.mount import mounted
from tests.onebot.conftest import BOT, OpenHouse
from tests.onebot.serving import serving, until


async def inner(scope: Scope, receive: Receive, send: Send) -> None:
    """Another application: greets by HTTP, and knows when the server starts and stops."""
    if scope["type"] == "lifespan":
        for stage in ("startup", "shutdown"):
            await receive()
            await send({"type": f"lifespan.{stage}.complete"})
    elif scope["type"] == "http":
        await send({"type": "http.response.start", "status": 200, "headers": [(b"content-length", b"2")]})
        await send({"type": "http.response.body", "body": b"hi"})


async def test_two_paths_are_the_doors_and_the_rest_is_not(open_house: OpenHouse) -> None:
    async with open_house() as house, serving(mounted(house.door, inner)) as address:
        async with httpx.AsyncClient() as client:
            assert (await client.get(f"http://{address}/desk/")).text == "hi"
            for path in ("/onebot/v11/http", "/onebot/v11/http/"):
                assert (await client.get(f"http://{address}{path}")).status_code == 405
        with pytest.raises(InvalidStatus) as refused:
            await connect(f"ws://{address}/onebot/v11/ws/", proxy=None)
        assert refused.value.response.status_code == 403


async def test_while_the_server_runs_messages_leave_and_after_it_none(open_house: OpenHouse) -> None:
    async with open_house(Transport.HTTP) as house:
        async with serving(mounted(house.door, inner), lifespan="on"):
            await house.queue("开着的时候")
            await until(lambda: len(house.fake.qq.by(BOT)) == 3)
        await house.queue("关了以后", key="late")
        calls = len(house.fake.calls)
        async with httpx.AsyncClient() as client:  # a round trip of anything else: the loops had their chance
            await client.get(f"http://{house.address}/")
        assert len(house.fake.calls) == calls
