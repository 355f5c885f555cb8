"""
The live door: `GET /live?s=room:3&s=matter:9&since=room:3=17,matter:9=4`: server-sent events, or JSON for polling.

It is plain ASGI, mounted before Django, so that an open stream costs a task and a position and nothing more.

Asked with `Accept: text/event-stream` (what EventSource sends) or nothing special, it answers with a stream:
    retry: 1730                   come back after so many milliseconds; scattered, so a crowd does not return at once
    id: room:3=17,matter:9=4      where the listener stands; the browser sends it back as `Last-Event-ID`
    event: here                   said once, on opening, so that the page's script knows the cursor as well
    data: {"stream": …, "seq": …, "kind": …, "at": …, "payload": …}
    event: reset                  the log no longer holds what follows the cursor, or the clearance has changed:
    data: {"streams": […]}        load the page anew
    event: resync                 the listener was too slow: come again, the cursor is good
    event: refused                these may not be followed (any more)
    data: {"streams": […]}
    : hb                          every 20 s, after a fresh look at whether the listener may still listen

Asked with `poll=1` or `Accept: application/json` it answers at once:
    {"cursor": "room:3=18", "events": [...], "reset": [...], "refused": [...]}   ask again with since=<cursor>

Status: 400 a bad name or cursor, 403 nothing of it may be followed, 405 not GET, 503 full or shutting down.
"""

from __future__ import annotations

import asyncio
import json
import logging
import secrets
import signal
from collections.abc import Awaitable, Callable, Coroutine, Generator, Iterable, Mapping, MutableMapping
from types import CoroutineType, FrameType, coroutine
from typing import Any, NamedTuple
from urllib.parse import parse_qs

from shouwang.kernel.live.frames import Frame
from shouwang.kernel.live.hub import Hub, HubClosed
from shouwang.kernel.live.listeners import Subscription
from shouwang.kernel.live.names import BadCursor, BadName, format_cursor, parse_cursor, stream_name

Scope = MutableMapping[str, Any]
Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
ASGIApp = Callable[[Scope, Receive, Send], Awaitable[None]]
Headers = list[tuple[bytes, bytes]]

Authorise = Callable[[Scope, tuple[str, ...]], Awaitable[Mapping[str, int]]]
"""
Asked on arrival and at every heartbeat: the clearance (a rank, see LiveEvent.audience) for each stream the caller may
follow. A stream left out is refused; so an empty answer refuses everything.
"""

logger = logging.getLogger(__name__)

STREAM_HEADERS: Headers = [
    (b"content-type", b"text/event-stream; charset=utf-8"),
    (b"cache-control", b"no-cache, no-transform"),
    (b"x-accel-buffering", b"no"),
    (b"x-content-type-options", b"nosniff"),
]
JSON_HEADERS: Headers = [
    (b"content-type", b"application/json"),
    (b"cache-control", b"no-store"),
    (b"x-content-type-options", b"nosniff"),
]
HEARTBEAT = b": hb\n\n"


async def nobody(scope: Scope, streams: tuple[str, ...]) -> Mapping[str, int]:  # noqa: ARG001 - the shape of Authorise
    """Denied by default: what the door asks if the site has not told it better."""
    return {}


class Asked(NamedTuple):
    """What the address and headers of a request ask for."""

    cursors: dict[str, int | None]
    poll: bool


class BadRequest(ValueError):
    """The address cannot be understood; the message says why."""


class StreamDoor:
    """
    The ASGI application behind `/live`.

    max_streams    streams one connection may follow
    max_open       open connections of this process; the next one is told 503 and polls
    retry_ms       shortest and longest time after which a browser is asked to come back
    """

    def __init__(
        self,
        hub: Hub,
        authorise: Authorise = nobody,
        *,
        max_streams: int = 32,
        max_open: int = 8_000,
        retry_ms: tuple[int, int] = (1_000, 3_000),
    ) -> None:
        self.hub = hub
        self._authorise = authorise
        self._max_streams = max_streams
        self._max_open = max_open
        self._retry_ms = retry_ms

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one HTTP request."""
        if scope["method"] != "GET":
            await _refuse(send, 405, "Only GET.", [(b"allow", b"GET")])
            return
        try:
            asked = self._asked(scope)
        except BadRequest as error:
            await _refuse(send, 400, str(error))
            return
        clearance = await self._clearance(scope, asked.cursors)
        granted = {name: seq for name, seq in asked.cursors.items() if name in clearance}
        refused = [name for name in asked.cursors if name not in clearance]
        if not granted:
            await _refuse(send, 403, "None of these streams may be followed.")
            return
        try:
            if asked.poll:
                await self._poll(send, granted, clearance, refused)
                return
            if self.hub.listeners >= self._max_open:
                await _refuse(send, 503, "Too many open streams; please poll.", [(b"retry-after", b"5")])
                return
            subscription = await self.hub.subscribe(granted, clearance)
        except HubClosed:
            await _refuse(send, 503, "Shutting down; please come again.", [(b"retry-after", b"2")])
            return
        await self._stream(scope, receive, send, subscription, refused)

    def _asked(self, scope: Scope) -> Asked:
        try:
            query = parse_qs(scope["query_string"].decode("ascii"), keep_blank_values=True, max_num_fields=100)
            headers = dict(scope["headers"])
            names = tuple(dict.fromkeys(stream_name(name) for name in query.get("s", [])))
            since = parse_cursor(query.get("since", [""])[-1])
            since |= parse_cursor(headers.get(b"last-event-id", b"").decode("ascii"))
        except (BadName, BadCursor, ValueError) as error:
            raise BadRequest(str(error)) from error
        if not 1 <= len(names) <= self._max_streams:
            raise BadRequest(f"Ask for 1 to {self._max_streams} streams, as s=name.")
        accept = headers.get(b"accept", b"")
        poll = "poll" in query or (b"application/json" in accept and b"text/event-stream" not in accept)
        return Asked({name: since.get(name) for name in names}, poll)

    async def _clearance(self, scope: Scope, streams: Iterable[str]) -> dict[str, int]:
        asked = tuple(streams)
        allowed = await self._authorise(scope, asked)
        return {name: allowed[name] for name in asked if name in allowed}

    async def _poll(
        self, send: Send, cursors: Mapping[str, int | None], clearance: Mapping[str, int], refused: list[str]
    ) -> None:
        frames, positions, reset = await self.hub.poll(cursors, clearance)
        told = {"cursor": format_cursor(positions), "reset": sorted(reset), "refused": refused}
        body = json.dumps(told)[:-1].encode() + b', "events": [' + b",".join(frame.json for frame in frames) + b"]}"
        await send({"type": "http.response.start", "status": 200, "headers": [*JSON_HEADERS, _length(body)]})
        await send({"type": "http.response.body", "body": body})

    async def _stream(
        self, scope: Scope, receive: Receive, send: Send, subscription: Subscription, refused: list[str]
    ) -> None:
        task = asyncio.current_task()
        assert task is not None  # an ASGI application runs in a task
        cut_off = False

        def cut() -> None:
            nonlocal cut_off
            cut_off = True
            task.cancel()

        subscription.stalled = cut
        gone = asyncio.ensure_future(_until_gone(receive, subscription))
        try:
            await send({"type": "http.response.start", "status": 200, "headers": STREAM_HEADERS})
            await self._serve(scope, Line(send, subscription), refused)
            await send({"type": "http.response.body", "body": b"", "more_body": False})
        except asyncio.CancelledError:
            if not cut_off:
                raise
            logger.info("A listener took nothing for a whole heartbeat and was cut off.")
        finally:
            gone.cancel()
            subscription.close()

    async def _serve(self, scope: Scope, line: Line, refused: list[str]) -> None:
        subscription = line.subscription
        low, high = self._retry_ms
        retry = low + secrets.randbelow(high - low + 1)
        line.out = f"retry: {retry}\nid: {format_cursor(line.cursor)}\nevent: here\ndata: {{}}\n\n".encode()
        if refused:
            line.out += _told("refused", refused)
        subscription.at_once = line.pass_on_at_once
        while True:
            line.gather()
            last_words = _last_words(subscription)
            line.out += last_words
            await line.flush()
            if last_words or subscription.ended:
                return
            if subscription.due:
                line.out += HEARTBEAT + await self._still_allowed(scope, subscription, line.cursor)
                subscription.due = False
                if not subscription.channels:
                    subscription.end()
                continue
            await subscription.wait()

    async def _still_allowed(self, scope: Scope, subscription: Subscription, cursor: dict[str, int]) -> bytes:
        """Look again; what may no longer be followed is left, and the listener is told."""
        clearance = await self._clearance(scope, subscription.channels)
        lost = [name for name in subscription.channels if name not in clearance]
        for name in lost:
            del cursor[name]
        subscription.leave(lost)
        for name, rank in clearance.items():
            if rank != subscription.clearance[name]:
                # Up: earlier events were passed over. Down: the page shows too much. Either way it must be drawn anew.
                subscription.clearance[name] = rank
                subscription.must_reset.add(name)
        return _told("refused", lost) if lost else b""


class Line:
    """
    What goes to one listener.

    out      gathered and not yet sent
    cursor   where the listener stands, as his next id will say
    """

    __slots__ = ("_rest", "_send", "alone", "cursor", "out", "subscription")

    def __init__(self, send: Send, subscription: Subscription) -> None:
        self.subscription = subscription
        self.cursor = dict(subscription.positions)
        self.alone = len(self.cursor) == 1
        self.out = b""
        self._send = send
        self._rest: Awaitable[None] | None = None

    def gather(self) -> None:
        """Put what has come into `out`."""
        frames = self.subscription.take()
        if frames:
            self.add(frames)

    def add(self, frames: list[Frame]) -> None:
        """Put these into `out`."""
        if not self.alone:
            self.out += _with_cursor(frames, self.cursor)
        elif len(frames) == 1 and not self.out:
            self.out = frames[0].wire  # the usual case, and the fast one: the very bytes everybody else gets
        else:
            self.out += b"".join([frame.wire for frame in frames])

    async def flush(self) -> None:
        """Send what is in `out`, after what a sending at once has left over."""
        if self._rest is not None:
            rest, self._rest = self._rest, None
            await rest
        if self.out:
            out, self.out = self.out, b""
            await self._send({"type": "http.response.body", "body": out, "more_body": True})

    def pass_on_at_once(self, frame: Frame | None) -> bool:
        """
        Send this frame, or gather, without waking the listener's task. True if that was all; else the task goes on.

        A server's `send` waits only if the line is full. So it is started by hand; if it does come to wait, the task
        takes it over where it stands.
        """
        subscription = self.subscription
        if frame is None:
            self.gather()
        elif self.alone and not self.out:
            self.out = frame.wire
        else:
            self.add([frame])
        if subscription.behind or subscription.must_reset or subscription.ended or self._rest is not None:
            return False
        if not self.out:
            return True
        out, self.out = self.out, b""
        sending = self._send({"type": "http.response.body", "body": out, "more_body": True})
        if type(sending) is not CoroutineType:
            self._rest = sending
            return False
        try:
            waits_for = sending.send(None)
        except StopIteration:
            return True
        except Exception as error:
            self._rest = _fail(error)
        else:
            self._rest = _carry_on(sending, waits_for)
        return False


@coroutine
def _carry_on(started: Coroutine[Any, Any, None], waits_for: Any) -> Generator[Any, Any, None]:
    """Go on with a coroutine that was started by hand and now waits for something."""
    try:
        while True:
            try:
                got = yield waits_for
            except BaseException as error:
                waits_for = started.throw(error)
            else:
                waits_for = started.send(got)
    except StopIteration:
        return


async def _fail(error: Exception) -> None:
    raise error


def mounted(door: StreamDoor, inner: ASGIApp, *, path: str = "/live") -> ASGIApp:
    """The door at `path`, `inner` (Django) everywhere else; starts and stops the hub with the server."""

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan":
            await lifespan(door.hub, receive, send)
        elif scope["type"] == "http" and scope["path"] == path:
            await door(scope, receive, send)
        else:
            await inner(scope, receive, send)

    return app


async def lifespan(hub: Hub, receive: Receive, send: Send) -> None:
    """Run the hub for as long as the server runs."""
    await receive()
    hub.start()
    close_on_signals(hub)
    await send({"type": "lifespan.startup.complete"})
    await receive()
    await hub.stop()
    await send({"type": "lifespan.shutdown.complete"})


def close_on_signals(hub: Hub) -> None:
    """
    Close the streams when the server is asked to stop.

    A server waits for open responses before it says `lifespan.shutdown`, and a stream never ends by itself: without
    this both would wait for each other. The server's own handler is kept and called after ours.
    """
    loop = asyncio.get_running_loop()

    def chained(number: int, frame: FrameType | None) -> None:
        loop.call_soon_threadsafe(hub.close)
        before = previous[number]
        if callable(before):
            before(number, frame)

    previous: dict[int, Any] = {}
    try:
        for number in (signal.SIGTERM, signal.SIGINT):
            previous[number] = signal.getsignal(number)
            signal.signal(number, chained)
    except ValueError:
        logger.info("Not in the main thread: whoever stops this server must close the hub first.")


async def _until_gone(receive: Receive, subscription: Subscription) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass
    subscription.end()


def _with_cursor(frames: list[Frame], cursor: dict[str, int]) -> bytes:
    """Each event with the listener's whole cursor as its id, so that any of them is a good place to resume."""
    parts = []
    for frame in frames:
        if frame.seq:
            cursor[frame.stream] = frame.seq
            parts.append(f"id: {format_cursor(cursor)}\n".encode())
        parts.append(frame.data)
    return b"".join(parts)


def _last_words(subscription: Subscription) -> bytes:
    if subscription.must_reset:
        return _told("reset", sorted(subscription.must_reset))
    if subscription.behind:
        return b"event: resync\ndata: {}\n\n"
    return b""


def _told(event: str, streams: list[str]) -> bytes:
    return f"event: {event}\ndata: {json.dumps({'streams': streams})}\n\n".encode()


def _length(body: bytes) -> tuple[bytes, bytes]:
    return (b"content-length", str(len(body)).encode())


async def _refuse(send: Send, status: int, why: str, headers: Headers | None = None) -> None:
    body = why.encode()
    plain = (b"content-type", b"text/plain; charset=utf-8")
    all_headers = [plain, (b"cache-control", b"no-store"), _length(body), *(headers or [])]
    await send({"type": "http.response.start", "status": status, "headers": all_headers})
    await send({"type": "http.response.body", "body": body})
