"""
Calling a gateway, by either transport. What a caller learns is one of three things, and the difference decides whether a
message may be sent again:

    an answer        whatever JSON object came back
    NotCarriedOut    the call never reached the gateway, or the gateway did not let it in
    NoAnswer         it may have been carried out
"""

from __future__ import annotations

import asyncio
import json
import uuid
from collections.abc import Awaitable, Callable
from typing import Protocol

import httpx

from shouwang.doors.onebot.cqcode import Refusal
from shouwang.doors.onebot.protocol import MAX_FRAME_BYTES, Call, read_frame

Answer = dict[str, object]


class NotCarriedOut(Exception):
    """Certainly not done. `lasting`: the same call can never be done."""

    def __init__(self, why: str, *, lasting: bool = False) -> None:
        super().__init__(why)
        self.lasting = lasting


class NoAnswer(Exception):
    """Done or not, nobody can say."""


class Caller(Protocol):
    """One way to call one gateway."""

    @property
    def connected(self) -> bool: ...

    async def call(self, call: Call, *, timeout_s: float, most_bytes: int = MAX_FRAME_BYTES) -> Answer:
        """
        The gateway's answer. Raises NotCarriedOut or NoAnswer, within `timeout_s` seconds, and nothing else.

        most_bytes  how large an answer is read at all
        """
        ...


class Link:
    """
    Calls over a WebSocket that the gateway opened. Answers find their call by `echo`.

    send   writes one text frame
    """

    def __init__(self, send: Callable[[str], Awaitable[None]]) -> None:
        self._send = send
        self._open: dict[str, asyncio.Future[Answer]] = {}
        self._large: dict[str, int] = {}
        self._closed = False

    @property
    def connected(self) -> bool:
        return not self._closed

    @property
    def most_bytes(self) -> int:
        """How large a frame may be now: an answer under way may be larger than any event."""
        return max((MAX_FRAME_BYTES, *self._large.values()))

    async def call(self, call: Call, *, timeout_s: float, most_bytes: int = MAX_FRAME_BYTES) -> Answer:
        if self._closed:
            raise NotCarriedOut("the gateway is not connected")
        echo = uuid.uuid4().hex
        waiting: asyncio.Future[Answer] = asyncio.get_running_loop().create_future()
        self._open[echo] = waiting
        self._large[echo] = most_bytes
        frame = json.dumps({"action": call.action, "params": call.params, "echo": echo})
        try:
            async with asyncio.timeout(timeout_s):
                await self._send(frame)
                return await waiting
        except TimeoutError:
            raise NoAnswer(f"no answer within {timeout_s:g} s") from None
        except (OSError, RuntimeError) as error:  # what ASGI servers raise after a hang-up
            raise NoAnswer(f"the connection broke while sending ({type(error).__name__})") from error
        finally:
            self._open.pop(echo, None)
            self._large.pop(echo, None)

    def answer(self, payload: Answer) -> bool:
        """Hand an answer to the call it belongs to. Late, double and foreign answers find nobody and return False."""
        waiting = self._open.get(echo) if isinstance(echo := payload.get("echo"), str) else None
        if waiting is None or waiting.done():
            return False
        waiting.set_result(payload)
        return True

    def close(self) -> None:
        """The connection is gone: calls under way get no answer, later ones are not carried out."""
        self._closed = True
        for waiting in self._open.values():
            if not waiting.done():
                waiting.set_exception(NoAnswer("the connection was lost before the answer"))


_REFUSED_STATUS = {400: True, 404: True, 406: True, 401: False, 403: False}  # standard, "HTTP 状态码"


class HttpCaller:
    """Calls to a gateway's HTTP interface, one client for the life of the process."""

    def __init__(self, base_url: str, token: str, client: httpx.AsyncClient) -> None:
        self._base = base_url.rstrip("/")
        self._headers = {"Content-Type": "application/json"} | ({"Authorization": f"Bearer {token}"} if token else {})
        self._client = client

    @property
    def connected(self) -> bool:
        """HTTP has no connection to lose; whether a call gets through shows when it is made."""
        return True

    async def call(self, call: Call, *, timeout_s: float, most_bytes: int = MAX_FRAME_BYTES) -> Answer:
        url, body = f"{self._base}/{call.action}", json.dumps(call.params).encode()
        try:
            async with (
                asyncio.timeout(timeout_s),
                self._client.stream("POST", url, content=body, headers=self._headers, timeout=timeout_s) as reply,
            ):
                content = await read_at_most(reply, most_bytes)
        except (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout) as error:
            raise NotCarriedOut(f"the gateway cannot be reached ({type(error).__name__})") from error
        except (httpx.InvalidURL, httpx.UnsupportedProtocol, UnicodeError) as error:
            raise NotCarriedOut("the gateway's address or token cannot be written into a request") from error
        except TimeoutError:
            raise NoAnswer(f"no answer within {timeout_s:g} s") from None
        except httpx.HTTPError as error:
            raise NoAnswer(f"no answer ({type(error).__name__})") from error
        if reply.status_code in _REFUSED_STATUS:
            raise NotCarriedOut(f"HTTP status {reply.status_code}", lasting=_REFUSED_STATUS[reply.status_code])
        if not reply.is_success:
            raise NoAnswer(f"HTTP status {reply.status_code}")
        payload = read_frame(content, most_bytes)
        if isinstance(payload, Refusal):
            raise NoAnswer(f"the answer cannot be read: {payload.why}")
        return payload


async def read_at_most(reply: httpx.Response, most_bytes: int) -> bytes:
    """The body of an answer; of one that is larger only so much that it shows."""
    body = bytearray()
    async for piece in reply.aiter_bytes():
        body += piece
        if len(body) > most_bytes:
            break
    return bytes(body)
