"""
Is the fake gateway a real one to others? NoneBot and aiocqhttp connect to it, understand it, and are understood.

Only then does it mean something that our own door works with it.
"""

from __future__ import annotations

import contextlib
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from typing import Any

import pytest

from tests.onebot.fake_gateway import QQ, FakeGateway, at, enclosed, from_message, text, to_cq
from tests.onebot.peers import ANSWER_TEXT, FETCH_IT, NONEBOT_SELF_ID, PICTURE, Peer, aiocqhttp_peer, nonebot_peer
from tests.onebot.serving import serving, until

pytestmark = pytest.mark.filterwarnings("ignore:Setting per-request cookies")  # in NoneBot's own HTTP client

TOKEN, SECRET = "certify-token", "certify-secret"
NOON = datetime(2026, 3, 2, 4, 0, tzinfo=UTC)
HEARD_TEXT = "路灯坏了 [急],&谢谢"


class LateBound:
    """An ASGI application that is known only after the address it will have: NoneBot wants the address at its start."""

    def __init__(self) -> None:
        self.app: Any = None

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        await self.app(scope, receive, send)


@contextlib.asynccontextmanager
async def peer_and_gateway(framework: str, transport: str, *, array: bool) -> AsyncIterator[tuple[Peer, FakeGateway]]:
    gateway = FakeGateway(NONEBOT_SELF_ID, QQ(lambda: NOON), token=TOKEN, secret=SECRET, array=array)
    async with contextlib.AsyncExitStack() as stack:
        if framework == "nonebot":
            peer = nonebot_peer(TOKEN, SECRET, "http://gateway.invalid/")
            for noted in (peer.heard, peer.recalled, peer.fetched):
                noted.clear()
        else:
            api = LateBound()
            api_root = await stack.enter_async_context(serving(api))
            api.app = gateway
            peer = aiocqhttp_peer(TOKEN, SECRET, f"http://{api_root}/")
        if framework == "nonebot" and transport == "http":
            address = await stack.enter_async_context(serving(gateway))
            _point_nonebot_at(f"http://{address}/")
        where = await stack.enter_async_context(serving(peer.app, lifespan="on"))
        if transport == "ws":
            await gateway.connect(f"ws://{where}{peer.ws_path}")
        else:
            gateway.post_to = f"http://{where}{peer.http_path}"
        try:
            yield peer, gateway
        finally:
            await gateway.close()
            if framework == "nonebot" and transport == "http":
                _forget_nonebot()


def _point_nonebot_at(api_root: str) -> None:
    """NoneBot reads its settings once per process; each test's gateway has another port."""
    import nonebot
    from nonebot.adapters.onebot.v11 import Adapter

    adapter = nonebot.get_adapter(Adapter)
    adapter.onebot_config.onebot_api_roots[str(NONEBOT_SELF_ID)] = api_root  # type: ignore[assignment]


def _forget_nonebot() -> None:
    """A number that came by HTTP stays known for ever, and would then be refused by WebSocket."""
    import nonebot
    from nonebot.adapters.onebot.v11 import Adapter

    adapter = nonebot.get_adapter(Adapter)
    for bot in list(adapter.bots.values()):
        adapter.bot_disconnect(bot)


@pytest.mark.parametrize("array", [True, False], ids=["array", "text"])
@pytest.mark.parametrize("transport", ["ws", "http"])
@pytest.mark.parametrize("framework", ["nonebot", "aiocqhttp"])
@pytest.mark.parametrize("chat", [("group", 555), ("private", 20001)], ids=["group", "private"])
async def test_a_framework_hears_and_answers(
    framework: str, transport: str, array: bool, chat: tuple[str, int]
) -> None:
    async with peer_and_gateway(framework, transport, array=array) as (peer, gateway):
        earlier = gateway.qq.say(chat, 20002, [text("昨天报过")])
        said = [
            {"type": "reply", "data": {"id": str(earlier.message_id)}},
            at(NONEBOT_SELF_ID),
            text(HEARD_TEXT),
            {"type": "image", "data": {"file": "a.jpg", "url": PICTURE}},
        ]
        heard = await gateway.hear(chat, 20001, said)
        await until(lambda: gateway.qq.by(NONEBOT_SELF_ID))
        (answer,) = gateway.qq.by(NONEBOT_SELF_ID)
        (note,) = peer.heard

    assert (note.kind, note.sender, note.quoted) == (chat[0], 20001, "昨天报过")
    kinds = [kind for kind, _data in note.segments]
    assert kinds == ["reply", "at", "text", "image"]
    assert note.segments[2][1]["text"] == HEARD_TEXT
    assert note.segments[3][1]["url"] == PICTURE

    assert answer.chat == chat
    assert [segment["type"] for segment in answer.segments] == ["reply", "at", "text", "image"]
    assert answer.segments[0]["data"]["id"] == str(heard.message_id)
    assert answer.segments[1]["data"]["qq"] == "20001"
    assert answer.text == ANSWER_TEXT
    assert answer.segments[3]["data"]["file"] == PICTURE


@pytest.mark.parametrize("array", [True, False], ids=["array", "text"])
@pytest.mark.parametrize("transport", ["ws", "http"])
@pytest.mark.parametrize("framework", ["nonebot", "aiocqhttp"])
async def test_a_framework_fetches_pictures_and_hears_of_recalls(framework: str, transport: str, array: bool) -> None:
    async with peer_and_gateway(framework, transport, array=array) as (peer, gateway):
        gateway.files["a.jpg"] = b"jpeg"
        said = await gateway.hear(("group", 555), 20001, [text(FETCH_IT), enclosed("image", "a.jpg", file_size="4")])
        await until(lambda: peer.fetched)
        alone = await gateway.hear(("private", 20001), 20001, FETCH_IT)
        await gateway.recall(said)
        await gateway.recall(said, by=20099)
        await gateway.recall(alone)
        await until(lambda: len(peer.recalled) == 3)
    assert peer.fetched == [b"jpeg"]
    assert sorted(peer.recalled) == sorted(
        [
            ("group_recall", said.message_id, 20001),
            ("group_recall", said.message_id, 20099),
            ("friend_recall", alone.message_id, 20001),
        ]
    )


@pytest.mark.parametrize("framework", ["nonebot", "aiocqhttp"])
async def test_a_framework_refuses_a_wrong_signature(framework: str) -> None:
    async with peer_and_gateway(framework, "http", array=True) as (peer, gateway):
        gateway.secret = "another"
        await gateway.hear(("group", 555), 20001, "在吗")
        assert gateway.statuses == [403]
        gateway.secret = ""
        await gateway.hear(("group", 555), 20001, "在吗")
        assert gateway.statuses == [403, 401]
        assert peer.heard == []


def test_both_forms_of_the_fake_gateway_say_the_same() -> None:
    said = [at(5), text("a[b],&amp;&c"), {"type": "image", "data": {"file": "x,y=[1]&2"}}, text("，尾")]
    assert from_message(to_cq(said)) == said
