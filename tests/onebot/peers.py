"""
Two bot frameworks that many stations' gateways already talk to, each as a small bot: it notes what it hears and answers.

They stand where the house stands, so what they understand of our fake gateway is what a gateway means.
"""

from __future__ import annotations

import base64
from dataclasses import dataclass, field
from functools import cache
from typing import Any

import aiocqhttp
import nonebot
from nonebot.adapters.onebot.v11 import (
    Adapter,
    Bot,
    FriendRecallNoticeEvent,
    GroupRecallNoticeEvent,
    Message,
    MessageEvent,
    MessageSegment,
)

NONEBOT_SELF_ID = 10001


@dataclass
class Heard:
    """What a bot understood of one message."""

    segments: list[tuple[str, dict[str, Any]]]
    kind: str
    sender: int
    quoted: str


@dataclass
class Peer:
    """A running bot: its ASGI application, its paths, what it heard."""

    app: Any
    ws_path: str
    http_path: str
    heard: list[Heard] = field(default_factory=list)
    recalled: list[tuple[str, int, int]] = field(default_factory=list)
    fetched: list[bytes] = field(default_factory=list)


ANSWER_TEXT = "收到[1],&2"
PICTURE = "http://img.example/a?b=1&c=[2]"
FETCH_IT = "取图"
"""To this a bot answers nothing, and asks for the picture that came with it."""


@cache
def nonebot_peer(token: str, secret: str, api_root: str) -> Peer:
    """NoneBot is one per process; `api_root` is where it calls a gateway that connects by HTTP."""
    nonebot.init(
        driver="~quart+~httpx",
        log_level="ERROR",
        onebot_access_token=token,
        onebot_secret=secret,
        onebot_api_roots={str(NONEBOT_SELF_ID): api_root},
        api_timeout=3.0,
    )
    nonebot.get_driver().register_adapter(Adapter)
    peer = Peer(nonebot.get_asgi(), "/onebot/v11/ws", "/onebot/v11/http")

    async def notice(event: GroupRecallNoticeEvent | FriendRecallNoticeEvent) -> None:
        peer.recalled.append((event.notice_type, event.message_id, getattr(event, "operator_id", event.user_id)))

    async def answer(bot: Bot, event: MessageEvent) -> None:
        if event.get_plaintext() == FETCH_IT:
            for segment in event.original_message["image"]:
                given = await bot.get_image(file=segment.data["file"])
                peer.fetched.append(base64.b64decode(given["base64"]))
            return
        quoted = event.reply.message.extract_plain_text() if event.reply else ""
        segments = [(segment.type, dict(segment.data)) for segment in event.original_message]
        peer.heard.append(Heard(segments, event.message_type, event.user_id, quoted))
        message = MessageSegment.reply(event.message_id) + MessageSegment.at(event.user_id)
        await bot.send(event, Message(message) + MessageSegment.text(ANSWER_TEXT) + MessageSegment.image(PICTURE))

    nonebot.on_message().append_handler(answer)
    nonebot.on_notice().append_handler(notice)
    return peer


def aiocqhttp_peer(token: str, secret: str, api_root: str | None) -> Peer:
    """An aiocqhttp bot; with `api_root` it calls by HTTP when no WebSocket is there."""
    bot = aiocqhttp.CQHttp(__name__, api_root=api_root, access_token=token, secret=secret, api_timeout_sec=3)
    peer = Peer(bot.asgi, "/ws/", "/")

    @bot.on_message
    async def answer(event: aiocqhttp.Event) -> None:
        message = aiocqhttp.Message(event.message)
        if message.extract_plain_text().strip() == FETCH_IT:
            for segment in message:
                if segment.type == "image":
                    given = await bot.get_image(file=segment.data["file"], self_id=event.self_id)
                    peer.fetched.append(base64.b64decode(given["base64"]))
            return
        quoted = ""
        for segment in message:
            if segment.type == "reply":
                earlier = await bot.get_msg(message_id=int(segment.data["id"]), self_id=event.self_id)
                quoted = aiocqhttp.Message(earlier["message"]).extract_plain_text()
        peer.heard.append(Heard([(s.type, dict(s.data)) for s in message], event.message_type, event.user_id, quoted))
        reply = aiocqhttp.MessageSegment.reply(event.message_id) + aiocqhttp.MessageSegment.at(event.user_id)
        await bot.send(
            event,
            reply + aiocqhttp.MessageSegment.text(ANSWER_TEXT) + aiocqhttp.MessageSegment.image(PICTURE),
        )

    @bot.on_notice("group_recall", "friend_recall")
    async def notice(event: aiocqhttp.Event) -> None:
        peer.recalled.append((str(event.detail_type), event["message_id"], event.get("operator_id", event.user_id)))

    return peer
