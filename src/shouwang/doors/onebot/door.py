"""
The door for OneBot v11: a raw ASGI application on two paths, and the loops that carry messages out.

    /onebot/v11/ws      reverse WebSocket: the gateway connects to us; events come in and calls go out on it
    /onebot/v11/http    events by HTTP POST, signed; calls go to the gateway's own HTTP interface

A caller is let in only with the token (WebSocket) or a signature (HTTP) of an enabled gateway. A quick operation is never
given as an HTTP answer: what leaves the house goes through the outbox, where it is written down first.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import logging
from collections.abc import AsyncIterator, Awaitable, Callable, Coroutine, MutableMapping
from datetime import datetime
from typing import Any

import httpx
from django.db import DatabaseError
from django.db import Error as NoDatabase

from shouwang.apps.notices import fetching, holding, outbox, sender
from shouwang.apps.notices.deciding import Rules
from shouwang.apps.notices.gateways import PATHS
from shouwang.apps.notices.messages import Incoming, MemberChanged, Recalled
from shouwang.apps.notices.models import Gateway, Transport
from shouwang.apps.notices.receiving import Handler, receive, tell_rooms
from shouwang.apps.notices.sender import in_database
from shouwang.doors.onebot.calls import HttpCaller, Link
from shouwang.doors.onebot.cqcode import Refusal
from shouwang.doors.onebot.inbox import Inbox
from shouwang.doors.onebot.keys import headers_of, shown_token, signature_fits, token_fits
from shouwang.doors.onebot.messenger import OneBotMessenger
from shouwang.doors.onebot.outside import Outside
from shouwang.doors.onebot.protocol import (
    MAX_FRAME_BYTES,
    Event,
    Heartbeat,
    read_event,
    read_frame,
)

log = logging.getLogger(__name__)

Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]
Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]

WS_PATH, HTTP_PATH = PATHS[Transport.REVERSE_WS], PATHS[Transport.HTTP]
BODY_SECONDS = 10
_ROLES = {"universal": (True, True), "api": (True, False), "event": (False, True)}


class _Open:
    """A connection that was let in, and the token it came with."""

    def __init__(self, gateway_id: int, token: str) -> None:
        self.gateway_id = gateway_id
        self.token = token
        self.over = asyncio.Event()

    async def still(self, listening: Coroutine[Any, Any, None]) -> bool:
        """Listen until the other side hangs up (True) or the connection is over for us (False)."""
        heard, over = asyncio.ensure_future(listening), asyncio.ensure_future(self.over.wait())
        try:
            await asyncio.wait({heard, over}, return_when=asyncio.FIRST_COMPLETED)
            if heard.done():
                heard.result()
            return heard.done()
        finally:
            for one in (heard, over):
                one.cancel()
            await asyncio.gather(heard, over, return_exceptions=True)


class OneBotDoor:
    """
    One per process. Holds the connections of gateways that called in, and a messenger for each.

    clock    aware now
    handler  what to do with an arrived message, in the transaction that marks it as handled
    rules    of the outbox, for the loops of `carrying`
    """

    def __init__(
        self, clock: Callable[[], datetime], *, handler: Handler = tell_rooms, rules: Rules | None = None
    ) -> None:
        self._clock = clock
        self._handler = handler
        self._rules = rules
        self._links: dict[int, Link] = {}
        self._open: list[_Open] = []
        self._plugged: dict[int, OneBotMessenger] = {}
        self._http: dict[int, tuple[tuple[str, str], OneBotMessenger]] = {}
        self._inboxes: dict[int, Inbox] = {}

    async def __call__(self, scope: Scope, receive_: Receive, send: Send) -> None:
        path = str(scope.get("path", "")).rstrip("/")
        if scope["type"] == "websocket" and path == WS_PATH:
            await self._websocket(scope, receive_, send)
        elif scope["type"] == "websocket":
            await send({"type": "websocket.close", "code": 1008})
        elif scope["type"] == "http":
            await _answer(send, await self._post(scope, receive_) if path == HTTP_PATH else 404)

    def messenger(self, gateway: Gateway, client: httpx.AsyncClient | None = None) -> OneBotMessenger:
        """
        The messenger of a gateway as things stand now. `client` is needed for HTTP gateways, and for pictures that lie outside.
        """
        found = self._plugged.get(gateway.pk)
        if gateway.transport == Transport.HTTP and client is not None:
            setup = (gateway.http_url, gateway.token)
            known = self._http.get(gateway.pk)
            if known is None or known[0] != setup:
                known = (setup, OneBotMessenger(gateway.self_id, HttpCaller(*setup, client)))
                self._http[gateway.pk] = known
            found = known[1]
        found = found or OneBotMessenger(gateway.self_id, None)
        found.outside = Outside(gateway.picture_hosts.split(), client) if client is not None else None
        return found

    def _inbox(self, gateway_id: int) -> Inbox:
        if gateway_id not in self._inboxes:

            async def take(event: Event) -> None:
                await in_database(self._take_now)(gateway_id, event)

            self._inboxes[gateway_id] = Inbox(holding.Hold(gateway_id), take, _read_again)
        return self._inboxes[gateway_id]

    async def close(self) -> None:
        """Stop writing what came in; what is on disk waits for the next start."""
        for inbox in self._inboxes.values():
            await inbox.close()

    # Reverse WebSocket

    async def _websocket(self, scope: Scope, receive_: Receive, send: Send) -> None:
        headers = headers_of(scope["headers"])
        shown = shown_token(headers, scope.get("query_string", b""))
        role = _ROLES.get(headers.get("x-client-role", "universal").lower())
        await receive_()
        try:
            gateway = await in_database(_find)(headers.get("x-self-id", ""), Transport.REVERSE_WS) if shown else None
        except NoDatabase:
            log.exception("OneBot: a gateway could not be looked up")
            await send({"type": "websocket.close", "code": 1013})  # try again later
            return
        if not token_fits(shown, gateway.token if gateway else None) or gateway is None or role is None:
            log.warning("OneBot: a connection without a valid token, number or role was refused")
            await send({"type": "websocket.close", "code": 1008})
            return
        await send({"type": "websocket.accept"})
        await in_database(outbox.note_connected)(gateway, self._clock())
        carries_calls, _carries_events = role
        link = Link(lambda text: send({"type": "websocket.send", "text": text}))
        opened = _Open(gateway.pk, gateway.token)
        self._open.append(opened)
        if carries_calls:
            self._plug_in(gateway, link)
        try:
            if await opened.still(self._listen(gateway, link, receive_)):
                return
            log.warning(
                "OneBot gateway %s: switched off, or its token is another now; its connection was closed", gateway.pk
            )
            await send({"type": "websocket.close", "code": 1008})
        finally:
            self._open.remove(opened)
            link.close()
            if self._links.get(gateway.pk) is link:
                del self._links[gateway.pk]

    def _plug_in(self, gateway: Gateway, link: Link) -> None:
        """From now on calls take this connection. An older one of the same gateway is a half-dead one."""
        older = self._links.get(gateway.pk)
        if older is not None:
            older.close()
        self._links[gateway.pk] = link
        self._plugged[gateway.pk] = OneBotMessenger(gateway.self_id, link)

    async def _listen(self, gateway: Gateway, link: Link, receive_: Receive) -> None:
        while True:
            message = await receive_()
            if message["type"] != "websocket.receive":
                return
            frame = message.get("text") or message.get("bytes") or b""
            payload = read_frame(frame, link.most_bytes)
            if isinstance(payload, Refusal):
                log.warning("OneBot gateway %s: a frame was refused: %s", gateway.pk, payload.why)
            elif "post_type" not in payload:
                link.answer(payload)
            elif len(frame) > MAX_FRAME_BYTES:
                log.warning("OneBot gateway %s: an event was refused: more than %s bytes", gateway.pk, MAX_FRAME_BYTES)
            elif (event := _usable(payload, gateway)) is not None:
                await self._hear(gateway.pk, payload, event)

    async def _hear(self, gateway_id: int, payload: dict[str, object], event: Event) -> None:
        """Take one event over; answers to calls go on meanwhile."""
        if isinstance(event, Incoming | Recalled | MemberChanged):
            await self._inbox(gateway_id).put(json.dumps(payload))
        else:
            self._inbox(gateway_id).hear(event)

    # HTTP POST

    async def _post(self, scope: Scope, receive_: Receive) -> int:
        if scope["method"] != "POST":
            return 405
        headers = headers_of(scope["headers"])
        body = await _body(headers, receive_)
        if isinstance(body, int):
            return body
        shown = headers.get("x-signature", "")
        try:
            gateway = await in_database(_find)(headers.get("x-self-id", ""), Transport.HTTP) if shown else None
        except NoDatabase:
            log.exception("OneBot: a gateway could not be looked up")
            return 503
        # Gateways with one key for both directions sign with the token.
        secret = (gateway.secret or gateway.token) if gateway else None
        if not signature_fits(shown, body, secret) or gateway is None:
            log.warning("OneBot: an event without a valid signature was refused")
            return 403 if shown else 401
        payload = read_frame(body)
        if isinstance(payload, Refusal):
            return 400
        event = _usable(payload, gateway)
        if event is None:
            return 204  # a gateway would only send it again
        return await self._take_post(gateway.pk, payload, event)

    async def _take_post(self, gateway_id: int, payload: dict[str, object], event: Event) -> int:
        """Into the database, or behind what already waits on disk. 503 only when neither takes it: then the gateway has to repeat it."""
        inbox = self._inbox(gateway_id)
        if not inbox.waiting:
            try:
                await in_database(self._take_now)(gateway_id, event)
                return 204
            except Exception:
                log.exception("OneBot gateway %s: an event could not be written and waits on disk", gateway_id)
        if not isinstance(event, Incoming | Recalled | MemberChanged):
            return 204
        try:
            await inbox.put(json.dumps(payload), sure=True)
        except OSError:
            log.exception("OneBot gateway %s: an event could not be kept at all", gateway_id)
            return 503
        return 204

    # Both

    def _take_now(self, gateway_id: int, event: Event) -> None:
        now = self._clock()
        if isinstance(event, Heartbeat) and event.online is False:
            outbox.note_problem(gateway_id, "QQ is not logged in")
            return
        outbox.note_alive(gateway_id, now)
        if isinstance(event, Incoming | Recalled | MemberChanged):
            gateway = Gateway.objects.filter(pk=gateway_id, enabled=True).first()
            if gateway is not None:
                receive(gateway, event, at=now, handler=self._handler)

    # Out

    @contextlib.asynccontextmanager
    async def carrying(
        self, *transports: Transport, worker: str, every_s: float = 1.0, look_again_s: float = 10.0
    ) -> AsyncIterator[None]:
        """
        Carry messages out, and fetch what came with others, while the block runs: two loops for each enabled gateway of these transports.

        The web process carries REVERSE_WS, whose connections it holds; one worker (or the web process too) carries HTTP.
        """
        for gateway_id in holding.gateways():
            self._inbox(gateway_id).wake()  # what an earlier process had to leave
        async with httpx.AsyncClient(trust_env=False) as client:
            keeper = asyncio.create_task(self._keep_loops(set(transports), client, worker, every_s, look_again_s))
            try:
                yield
            finally:
                keeper.cancel()
                with contextlib.suppress(asyncio.CancelledError):
                    await keeper
                await self.close()

    async def _keep_loops(
        self, transports: set[Transport], client: httpx.AsyncClient, worker: str, every_s: float, look_again_s: float
    ) -> None:
        loops: dict[int, asyncio.Task[None]] = {}
        try:
            while True:
                try:
                    tokens = await in_database(_enabled)(transports)
                    wanted = sorted(tokens)
                    if Transport.REVERSE_WS in transports:
                        self._show_out(tokens)
                except DatabaseError:
                    log.exception("OneBot: the list of gateways could not be read")
                    wanted = sorted(loops)
                for gone in loops.keys() - set(wanted):
                    loops.pop(gone).cancel()
                for gateway_id in wanted:
                    if gateway_id not in loops or loops[gateway_id].done():
                        loops[gateway_id] = asyncio.create_task(self._carry(gateway_id, client, worker, every_s))
                await asyncio.sleep(look_again_s)
        finally:
            for loop in loops.values():
                loop.cancel()
            await asyncio.gather(*loops.values(), return_exceptions=True)

    def _show_out(self, tokens: dict[int, str]) -> None:
        """Whoever came with a token that is valid no longer does not stay either."""
        for one in self._open:
            if tokens.get(one.gateway_id) != one.token:
                one.over.set()

    async def _carry(self, gateway_id: int, client: httpx.AsyncClient, worker: str, every_s: float) -> None:
        def current(gateway: Gateway) -> OneBotMessenger:
            return self.messenger(gateway, client)

        await asyncio.gather(
            sender.run(gateway_id, current, self._clock, worker=worker, rules=self._rules, every_s=every_s),
            fetching.run(gateway_id, current, self._clock, every_s=every_s),
        )


def _usable(payload: dict[str, object], gateway: Gateway) -> Event | None:
    """The event, if it can be read and speaks for this gateway's number."""
    event = read_event(payload)
    if isinstance(event, Refusal):
        log.warning("OneBot gateway %s: an event was refused: %s (%s)", gateway.pk, event.code, event.why)
        return None
    if event.bot != gateway.self_id:
        log.warning("OneBot gateway %s: an event for another number was refused", gateway.pk)
        return None
    return event


async def _body(headers: dict[str, str], receive_: Receive) -> bytes | int:
    """The whole request body, or the HTTP status that refuses it."""
    declared = headers.get("content-length", "0")
    if not declared.isdecimal() or int(declared[:12]) > MAX_FRAME_BYTES:
        return 413
    body = bytearray()
    try:
        async with asyncio.timeout(BODY_SECONDS):
            while True:
                message = await receive_()
                if message["type"] != "http.request":
                    return 400
                body += message.get("body", b"")
                if len(body) > MAX_FRAME_BYTES:
                    return 413
                if not message.get("more_body"):
                    return bytes(body)
    except TimeoutError:
        return 408


async def _answer(send: Send, status: int) -> None:
    await send({"type": "http.response.start", "status": status, "headers": [(b"content-length", b"0")]})
    await send({"type": "http.response.body", "body": b""})


def _read_again(frame: str) -> Event | None:
    """An event that was kept; None when this house does not read it any more."""
    event = read_event(read_frame(frame))
    return None if isinstance(event, Refusal) else event


def _find(self_id: str, transport: Transport) -> Gateway | None:
    return Gateway.objects.filter(channel="qq", self_id=self_id, transport=transport, enabled=True).first()


def _enabled(transports: set[Transport]) -> dict[int, str]:
    """Each gateway that is switched on, with its token."""
    return dict(Gateway.objects.filter(channel="qq", enabled=True, transport__in=transports).values_list("pk", "token"))
