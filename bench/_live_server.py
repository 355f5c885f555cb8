"""
The servers that `bench.fanout` and `bench.reconnect` compare, each alone in a process: `python -m bench._live_server KIND PORT FOLDER`.

    live       our door and hub on a SQLite file in FOLDER, as in a station: the event is committed first, then delivered
    bare       the least an ASGI application can do: keep every `send`, call each in turn with the same bytes; no log
    channels   a Django Channels AsyncHttpConsumer that streams the same bytes from an in-memory layer's group; no log

All serve `GET /live` as an event stream, and `POST /say?from=A&count=N` publishes events A … A+N-1, each stamped with the monotonic time
at which its publication began (one clock for all processes of a machine).
"""

from __future__ import annotations

import asyncio
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs

import django
import uvicorn
from channels.exceptions import StopConsumer
from channels.generic.http import AsyncHttpConsumer
from channels.layers import get_channel_layer
from django.conf import settings

from shouwang.kernel.live.frames import Row, from_row

STREAM = "room:1"
TEXT = "今晚七点村口广场防骗讲座，请大家互相转告。"
MOMENT = datetime(2026, 2, 12, 11, tzinfo=UTC)


def database(folder: Path) -> dict[str, Any]:
    """A SQLite file with the settings of a station."""
    return {
        "ENGINE": "django.db.backends.sqlite3",
        "NAME": str(folder / "live.sqlite3"),
        "OPTIONS": {
            "transaction_mode": "IMMEDIATE",
            "timeout": 20,
            "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL",
        },
    }


def configure(folder: Path | None, **more: Any) -> None:
    """Django with the log and nothing else."""
    databases = {"default": database(folder)} if folder else {}
    settings.configure(USE_TZ=True, INSTALLED_APPS=["shouwang.kernel.live"], DATABASES=databases, **more)
    django.setup()


def payload(number: int) -> dict[str, Any]:
    """What a message of a room looks like; `n` counts, `t` is the moment in nanoseconds."""
    return {"n": number, "t": time.monotonic_ns(), "text": TEXT}


def publish(first: int, count: int) -> None:
    """Commit `count` events, one transaction each, as one person after another would."""
    from shouwang.kernel.live import log  # noqa: PLC0415 - models can be had only after configure()

    for number in range(first, first + count):
        log.publish(STREAM, "message", payload(number), audience=0, at=MOMENT)


def wire(number: int) -> bytes:
    """The same bytes without a log."""
    return from_row(Row(STREAM, number, "message", 0, payload(number), MOMENT)).wire


def live(folder: Path) -> Any:
    """Our door, mounted as the site mounts it."""
    configure(folder)
    from shouwang.doors.stream import StreamDoor, mounted  # noqa: PLC0415 - as above
    from shouwang.kernel.live.hub import Hub  # noqa: PLC0415 - as above

    async def everybody(_: Any, streams: tuple[str, ...]) -> dict[str, int]:
        return dict.fromkeys(streams, 0)

    writer = ThreadPoolExecutor(1)  # Django, too, runs its views on one thread, whose connection stays open

    async def say(scope: Any, _: Any, send: Any) -> None:
        first, count = asked(scope)
        await asyncio.get_running_loop().run_in_executor(writer, publish, first, count)
        await done(send)

    return mounted(StreamDoor(Hub(), everybody), say)


def bare(_: Path) -> Any:
    """Nothing but the loop over the open connections."""
    configure(None)
    sends: list[Any] = []

    async def app(scope: Any, receive: Any, send: Any) -> None:
        if scope["type"] != "http":
            return
        if scope["path"] == "/say":
            first, count = asked(scope)
            for number in range(first, first + count):
                message = {"type": "http.response.body", "body": wire(number), "more_body": True}
                for each in tuple(sends):
                    await each(message)
            await done(send)
            return
        await send(START)
        await send({"type": "http.response.body", "body": b"retry: 2000\n\n", "more_body": True})
        sends.append(send)
        while (await receive())["type"] != "http.disconnect":
            pass
        sends.remove(send)

    return app


def channels(_: Path) -> Any:
    """What Channels' documentation leads to: a consumer per connection, in a group."""
    configure(None, CHANNEL_LAYERS={"default": {"BACKEND": "channels.layers.InMemoryChannelLayer"}})

    class Stream(AsyncHttpConsumer):  # type: ignore[misc]
        async def http_request(self, message: Any) -> None:
            await self.send_headers(headers=START["headers"])
            await self.send_body(b"retry: 2000\n\n", more_body=True)
            await self.channel_layer.group_add("room", self.channel_name)

        async def room_message(self, message: Any) -> None:
            await self.send_body(message["wire"], more_body=True)

        async def http_disconnect(self, message: Any) -> None:
            await self.channel_layer.group_discard("room", self.channel_name)
            raise StopConsumer

    stream = Stream.as_asgi()

    async def app(scope: Any, receive: Any, send: Any) -> None:
        if scope["type"] != "http":
            return
        if scope["path"] == "/say":
            first, count = asked(scope)
            for number in range(first, first + count):
                await get_channel_layer().group_send("room", {"type": "room.message", "wire": wire(number)})
            await done(send)
            return
        await stream(scope, receive, send)

    return app


START = {
    "type": "http.response.start",
    "status": 200,
    "headers": [(b"content-type", b"text/event-stream; charset=utf-8"), (b"cache-control", b"no-cache, no-transform")],
}
KINDS = {"live": live, "bare": bare, "channels": channels}


def asked(scope: Any) -> tuple[int, int]:
    """(from, count) of a call to /say."""
    query = parse_qs(scope["query_string"].decode())
    return int(query["from"][0]), int(query["count"][0])


async def done(send: Any) -> None:
    """204, and close."""
    await send({"type": "http.response.start", "status": 204, "headers": [(b"connection", b"close")]})
    await send({"type": "http.response.body", "body": b""})


def main(argv: list[str]) -> int:
    """Serve until told to stop."""
    kind, port, folder = argv
    app = KINDS[kind](Path(folder))
    uvicorn.run(
        app,
        host="127.0.0.1",
        port=int(port),
        http="httptools",
        loop="uvloop",
        lifespan="on" if kind == "live" else "off",
        log_level="warning",
        access_log=False,
        timeout_graceful_shutdown=5,
    )
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
