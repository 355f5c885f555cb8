"""
A OneBot v11 gateway for tests, and the QQ behind it.

`QQ` is the ground truth: what people in the chats really saw. `FakeGateway` speaks OneBot v11 like the programs stations
run, with their bad habits on request (`Fault`). It shares no code with the house: its CQ codes, signatures and calls are
written from the standard a second time, and two well-known frameworks certify it (`test_certification`).
"""

from __future__ import annotations

import asyncio
import base64
import contextlib
import hashlib
import hmac
import itertools
import json
import re
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from enum import Enum, auto
from typing import Any

import httpx
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed
from websockets.protocol import State

Segments = list[dict[str, Any]]


class Fault(Enum):
    """What goes wrong with the next message to be sent."""

    SILENT_DROP = auto()  # "ok" with an id, but nobody ever sees it
    FAILED_YET_DELIVERED = auto()
    FAILED = auto()  # a return code that proves nothing, and nothing delivered
    REFUSED = auto()  # not let in
    NO_ANSWER = auto()
    NO_ANSWER_YET_DELIVERED = auto()
    LATE_ANSWER = auto()  # delivered, answered after `late_s`
    HANG_UP = auto()
    HANG_UP_YET_DELIVERED = auto()
    QUEUED_YET_DELIVERED = auto()  # "async"


class FileFault(Enum):
    """What goes wrong with the next picture, voice note or file that is asked for."""

    GONE = auto()  # a return code: the link has expired
    SILENT = auto()
    HANG_UP = auto()
    NOT_BASE64 = auto()


class Hands(Enum):
    """How a gateway hands a picture over."""

    BASE64 = auto()
    PREFIXED = auto()  # in `file`, with `base64://` before it
    URL = auto()  # only says where it lies
    PATH = auto()  # a path on its own machine, as the standard has it


_DELIVERS = {
    Fault.FAILED_YET_DELIVERED,
    Fault.NO_ANSWER_YET_DELIVERED,
    Fault.LATE_ANSWER,
    Fault.HANG_UP_YET_DELIVERED,
    Fault.QUEUED_YET_DELIVERED,
}


@dataclass(frozen=True)
class Said:
    """One message in a chat. `chat` is ("group", number) or ("private", number of the person who is not the bot)."""

    chat: tuple[str, int]
    sender: int
    segments: Segments
    message_id: int
    seq: int
    at: datetime

    @property
    def text(self) -> str:
        return "".join(s["data"]["text"] for s in self.segments if s["type"] == "text")


@dataclass
class QQ:
    """All chats, in the order in which people saw the messages."""

    clock: Callable[[], datetime]
    said: list[Said] = field(default_factory=list)
    numbers: itertools.count[int] = field(default_factory=lambda: itertools.count(1))

    def say(self, chat: tuple[str, int], sender: int, segments: Segments) -> Said:
        number = next(self.numbers)
        said = Said(chat, sender, segments, message_id=-1000 - 7 * number, seq=number, at=self.clock())
        self.said.append(said)
        return said

    def by(self, sender: int) -> list[Said]:
        return [said for said in self.said if said.sender == sender]


class HungUp(Exception):
    """The gateway drops the connection instead of answering."""


class Silence(Exception):
    """The gateway does not answer."""


class FakeGateway:
    """
    One number on QQ and the program that speaks OneBot for it.

    array       give messages as arrays, otherwise as CQ-code texts
    get_msg, history    offer these calls
    echo_own    report own messages as `message_sent` events
    stores_dropped    `get_msg` still finds messages that were silently dropped
    seq_is_id    `message_seq` repeats the message id instead of numbering the chat
    turns_pages    the history can be read further back; otherwise it always shows the newest page
    faults      what goes wrong with the next messages, in order
    files, hands, file_faults    what lies here by its key, how it is handed over, and what goes wrong with it
    """

    def __init__(
        self,
        self_id: int,
        qq: QQ,
        *,
        token: str = "",
        secret: str = "",
        array: bool = True,
        get_msg: bool = True,
        history: bool = True,
        echo_own: bool = False,
        late_s: float = 0.8,
    ) -> None:
        self.self_id = self_id
        self.qq = qq
        self.token = token
        self.secret = secret
        self.array = array
        self.get_msg = get_msg
        self.history = history
        self.echo_own = echo_own
        self.stores_dropped = False
        self.seq_is_id = False
        self.turns_pages = True
        self.late_s = late_s
        self.faults: deque[Fault] = deque()
        self.files: dict[str, bytes] = {}
        self.hands = Hands.BASE64
        self.file_faults: deque[FileFault] = deque()
        self.calls: list[tuple[str, dict[str, Any]]] = []
        self.post_to: str | None = None
        self.statuses: list[int] = []
        self._own_store: dict[int, Said] = {}
        self._sockets: list[ClientConnection] = []
        self._tasks: set[asyncio.Task[None]] = set()

    # Events

    async def hear(
        self, chat: tuple[str, int], sender: int, message: Segments | str, *, times: int = 1, **more: Any
    ) -> Said:
        """Somebody says something in a chat the number is in. `times` > 1 delivers the same event again."""
        segments = message if isinstance(message, list) else [text(message)]
        said = self.qq.say(chat, sender, segments)
        for _ in range(times):
            await self.emit(self.message_event(said) | more)
        return said

    def message_event(self, said: Said) -> dict[str, Any]:
        kind, number = said.chat
        event = {
            "time": int(said.at.timestamp()),
            "self_id": self.self_id,
            "post_type": "message_sent" if said.sender == self.self_id else "message",
            "message_type": kind,
            "sub_type": "normal" if kind == "group" else "friend",
            "message_id": said.message_id,
            "user_id": said.sender,
            "message": self._shown(said.segments),
            "raw_message": to_cq(said.segments),
            "font": 0,
            "sender": {"user_id": said.sender, "nickname": f"网友{said.sender}", "sex": "unknown", "age": 0},
        }
        if kind == "group":
            event |= {"group_id": number, "anonymous": None}
            event["sender"] |= {"card": "", "area": "", "level": "1", "role": "member", "title": ""}
        elif said.sender == self.self_id:
            event["target_id"] = number
        return event

    async def recall(self, said: Said, *, by: int | None = None) -> None:
        """Somebody takes a message back: its writer, or who runs the group."""
        kind, number = said.chat
        if kind == "group":
            who = {"group_id": number, "user_id": said.sender, "operator_id": by or said.sender}
            await self.notice("group_recall", message_id=said.message_id, **who)
        else:
            await self.notice("friend_recall", message_id=said.message_id, user_id=said.sender)

    async def notice(self, notice_type: str, **fields: Any) -> None:
        base = {"time": int(self.qq.clock().timestamp()), "self_id": self.self_id, "post_type": "notice"}
        await self.emit(base | {"notice_type": notice_type} | fields)

    async def heartbeat(self, *, online: bool = True) -> None:
        base = {"time": int(self.qq.clock().timestamp()), "self_id": self.self_id, "post_type": "meta_event"}
        status = {"online": online, "good": online}
        await self.emit(base | {"meta_event_type": "heartbeat", "status": status, "interval": 5000})

    async def emit(self, event: dict[str, Any]) -> None:
        await self.emit_raw(json.dumps(event))

    async def emit_raw(self, frame: str | bytes) -> None:
        for socket in self._sockets:
            if socket.request is not None and socket.request.headers["X-Client-Role"] != "API":
                with contextlib.suppress(ConnectionClosed):
                    await socket.send(frame)
        if self.post_to is not None:
            await self.post(frame)

    async def post(self, frame: str | bytes, **headers: str | bytes) -> int:
        """Deliver one event by HTTP; returns and remembers the status."""
        body = frame.encode() if isinstance(frame, str) else frame
        sent = {"X-Self-ID": str(self.self_id), "Content-Type": "application/json"}
        if self.secret:
            sent["X-Signature"] = "sha1=" + hmac.new(self.secret.encode(), body, hashlib.sha1).hexdigest()
        async with httpx.AsyncClient() as client:
            reply = await client.post(self.post_to or "", content=body, headers=sent | headers)
        self.statuses.append(reply.status_code)
        return reply.status_code

    # Reverse WebSocket

    async def connect(
        self, url: str, *, role: str = "Universal", token: str | None = None, in_query: bool = False
    ) -> None:
        """Call in, as a gateway does at its start. Raises what the handshake raises."""
        token = self.token if token is None else token
        headers = {"X-Self-ID": str(self.self_id), "X-Client-Role": role}
        if in_query:
            url += f"?access_token={token}"
        elif token:
            headers["Authorization"] = f"Bearer {token}"
        socket = await connect(url, additional_headers=headers, proxy=None)
        self._sockets.append(socket)
        if role != "API":
            base = {"time": int(self.qq.clock().timestamp()), "self_id": self.self_id, "post_type": "meta_event"}
            await socket.send(json.dumps(base | {"meta_event_type": "lifecycle", "sub_type": "connect"}))
        if role != "Event":
            self._spawn(self._serve(socket))

    @property
    def connected(self) -> bool:
        return any(socket.state is State.OPEN for socket in self._sockets)

    async def disconnect(self) -> None:
        sockets, self._sockets = self._sockets, []
        for socket in sockets:
            await socket.close()

    async def close(self) -> None:
        await self.disconnect()
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    async def _serve(self, socket: ClientConnection) -> None:
        with contextlib.suppress(ConnectionClosed):
            async for frame in socket:
                self._spawn(self._answer(socket, json.loads(frame)))

    async def _answer(self, socket: ClientConnection, frame: dict[str, Any]) -> None:
        try:
            reply = await self.perform(frame["action"], frame.get("params") or {})
        except Silence:
            return
        except HungUp:
            await socket.close()
            return
        if "echo" in frame:
            reply["echo"] = frame["echo"]
        with contextlib.suppress(ConnectionClosed):
            await socket.send(json.dumps(reply))

    def _spawn(self, work: Any) -> None:
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    # HTTP interface

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        """The gateway's HTTP interface as an ASGI application."""
        if scope["type"] != "http":
            return
        body, more = b"", True
        while more:
            message = await receive()
            if message["type"] == "http.disconnect":  # the caller was killed in the middle of asking
                return
            body, more = body + message.get("body", b""), message.get("more_body", False)
        status, reply = await self._http(scope, dict(scope["headers"]), body)
        if status == 0:  # no answer: keep the connection until the caller gives up
            await receive()
            return
        await send(
            {"type": "http.response.start", "status": status, "headers": [(b"content-type", b"application/json")]}
        )
        await send({"type": "http.response.body", "body": json.dumps(reply).encode()})

    async def _http(self, scope: Any, headers: dict[bytes, bytes], body: bytes) -> tuple[int, Any]:
        shown = headers.get(b"authorization", b"").decode()
        if self.token and not shown:
            return 401, {}
        if self.token and shown != f"Bearer {self.token}":
            return 403, {}
        try:
            reply = await self.perform(scope["path"].strip("/"), json.loads(body or b"{}"))
        except (Silence, HungUp):
            return 0, {}
        return (404 if reply["retcode"] == 1404 else 200), reply

    # Calls

    async def perform(self, action: str, params: dict[str, Any]) -> dict[str, Any]:
        self.calls.append((action, params))
        match action:
            case "send_group_msg" | "send_private_msg" | "send_msg":
                return await self._send(action, params)
            case "get_msg" if self.get_msg:
                return self._get_msg(int(params["message_id"]))
            case "get_group_msg_history" if self.history:
                return self._history(("group", int(params["group_id"])), params)
            case "get_friend_msg_history" if self.history:
                return self._history(("private", int(params["user_id"])), params)
            case "get_image":
                return self._hand_over(params["file"])
            case "get_record" if params.get("out_format") in {None, "mp3", "amr", "wav"}:
                return self._hand_over(params["file"])
            case "get_file":
                return self._hand_over(params.get("file_id") or params["file"])
            case "get_login_info":
                return ok({"user_id": self.self_id, "nickname": "守望"})
            case "get_status":
                return ok({"online": True, "good": True})
            case _:
                return failed(1404)

    async def _send(self, action: str, params: dict[str, Any]) -> dict[str, Any]:
        group = action == "send_group_msg" or (action == "send_msg" and params.get("message_type") == "group")
        try:
            chat = ("group", int(params["group_id"])) if group else ("private", int(params["user_id"]))
            segments = from_message(params["message"])
        except (KeyError, TypeError, ValueError):
            return failed(1400)
        fault = self.faults.popleft() if self.faults else None
        if fault is Fault.REFUSED:
            return failed(1403)
        if fault in {Fault.HANG_UP, Fault.NO_ANSWER, Fault.FAILED}:
            said = None
        elif fault is Fault.SILENT_DROP:
            said = Said(chat, self.self_id, segments, -900_000 - len(self.calls), 0, self.qq.clock())
            if self.stores_dropped:
                self._own_store[said.message_id] = said
        else:
            said = self.qq.say(chat, self.self_id, segments)
            if self.echo_own:
                await self.emit(self.message_event(said))
        assert (said is not None and fault is not Fault.SILENT_DROP) == (fault is None or fault in _DELIVERS)
        return await self._report(fault, said)

    async def _report(self, fault: Fault | None, said: Said | None) -> dict[str, Any]:
        match fault:
            case Fault.FAILED | Fault.FAILED_YET_DELIVERED:
                return failed(1200)
            case Fault.NO_ANSWER | Fault.NO_ANSWER_YET_DELIVERED:
                raise Silence
            case Fault.HANG_UP | Fault.HANG_UP_YET_DELIVERED:
                raise HungUp
            case Fault.QUEUED_YET_DELIVERED:
                return {"status": "async", "retcode": 1, "data": None}
            case Fault.LATE_ANSWER:
                await asyncio.sleep(self.late_s)
        assert said is not None
        return ok({"message_id": said.message_id})

    def _get_msg(self, message_id: int) -> dict[str, Any]:
        said = next((said for said in self.qq.said if said.message_id == message_id), None)
        said = said or self._own_store.get(message_id)
        if said is None:
            return failed(100)
        sender = {"user_id": said.sender, "nickname": f"网友{said.sender}"}
        return ok(
            {
                "time": int(said.at.timestamp()),
                "message_type": said.chat[0],
                "message_id": said.message_id,
                "real_id": said.seq,
                "sender": sender,
                "message": self._shown(said.segments),
            }
        )

    def _history(self, chat: tuple[str, int], params: dict[str, Any]) -> dict[str, Any]:
        """The newest messages of a chat, or those up to `message_seq`; oldest first."""
        seen = [said for said in self.qq.said if said.chat == chat]
        start = params.get("message_seq")
        if start and self.turns_pages:
            seqs = [self._seq(said) for said in seen]
            seen = seen[: seqs.index(int(start)) + 1] if int(start) in seqs else []
        page = seen[-int(params.get("count") or 20) :]
        return ok({"messages": [self.message_event(said) | {"message_seq": self._seq(said)} for said in page]})

    @staticmethod
    def bytes_of(segment: dict[str, Any]) -> bytes:
        """What a sent picture holds, as a gateway reads it."""
        return base64.b64decode(segment["data"]["file"].removeprefix("base64://"), validate=True)

    def _hand_over(self, key: str) -> dict[str, Any]:
        match self.file_faults.popleft() if self.file_faults else None:
            case FileFault.GONE:
                return failed(1200)
            case FileFault.SILENT:
                raise Silence
            case FileFault.HANG_UP:
                raise HungUp
            case FileFault.NOT_BASE64:
                return ok({"file": "", "base64": "不是 base64"})
        if key not in self.files:
            return failed(1200)
        path, coded = f"/tmp/qq/{key}", base64.b64encode(self.files[key]).decode()
        match self.hands:
            case Hands.BASE64:
                return ok({"file": path, "url": f"https://pictures.example/{key}", "base64": coded})
            case Hands.PREFIXED:
                return ok({"file": f"base64://{coded}"})
            case Hands.URL:
                return ok({"file": path, "url": f"https://pictures.example/{key}"})
            case Hands.PATH:
                return ok({"file": path})

    def _seq(self, said: Said) -> int:
        return said.message_id if self.seq_is_id else said.seq

    def _shown(self, segments: Segments) -> Segments | str:
        return segments if self.array else to_cq(segments)


def ok(data: Any) -> dict[str, Any]:
    return {"status": "ok", "retcode": 0, "data": data}


def failed(retcode: int) -> dict[str, Any]:
    return {"status": "failed", "retcode": retcode, "data": None}


def text(words: str) -> dict[str, Any]:
    return {"type": "text", "data": {"text": words}}


def enclosed(kind: str, key: str, **data: Any) -> dict[str, Any]:
    """A picture (`image`), voice note (`record`) or file as it stands in a message; the bytes lie in `FakeGateway.files`."""
    return {"type": kind, "data": {"file": key, "url": f"https://pictures.example/{key}", **data}}


def at(number: int) -> dict[str, Any]:
    return {"type": "at", "data": {"qq": str(number)}}


_ESCAPES = {"&": "&amp;", "[": "&#91;", "]": "&#93;", ",": "&#44;"}
_PIECES = re.compile(r"\[CQ:(?P<type>[^,\]]+)(?P<data>[^\]]*)\]|(?P<text>[^\[]+|\[)")


def to_cq(segments: Segments) -> str:
    """Segments as a CQ-code text, character by character as the standard says."""
    found = []
    for segment in segments:
        if segment["type"] == "text":
            found.append("".join(c if c == "," else _ESCAPES.get(c, c) for c in segment["data"]["text"]))
            continue
        data = "".join(
            f",{key}=" + "".join(_ESCAPES.get(c, c) for c in str(value)) for key, value in segment["data"].items()
        )
        found.append(f"[CQ:{segment['type']}{data}]")
    return "".join(found)


def from_message(message: Any) -> Segments:
    """Segments of a `message` parameter: text, one segment, or a list of segments."""
    if isinstance(message, dict):
        message = [message]
    if isinstance(message, list):
        if not all(isinstance(s["type"], str) and isinstance(s["data"], dict) for s in message):
            raise ValueError
        return [{"type": s["type"], "data": {k: str(v) for k, v in s["data"].items()}} for s in message]
    if not isinstance(message, str):
        raise TypeError
    found: Segments = []
    for piece in _PIECES.finditer(message):
        if piece["text"] is not None:
            found.append(text(_plain(piece["text"])))
        else:
            pairs = (pair.split("=", 1) for pair in piece["data"].split(",")[1:])
            found.append({"type": piece["type"], "data": {key: _plain(value) for key, value in pairs}})
    return found


def _plain(escaped: str) -> str:
    for character, code in reversed(_ESCAPES.items()):
        escaped = escaped.replace(code, character)
    return escaped
