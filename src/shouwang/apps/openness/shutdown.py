"""What waits in memory is written before an orderly end."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any

from asgiref.sync import sync_to_async

from shouwang.apps.openness.visits import write_down

Message = MutableMapping[str, Any]
Send = Callable[[Message], Awaitable[None]]
ASGIApp = Callable[[MutableMapping[str, Any], Callable[[], Awaitable[Message]], Send], Awaitable[None]]


def visits_written_at_the_end(inner: ASGIApp) -> ASGIApp:
    """The same application; when it has shut down, the counted visits are in the database before the server hears of it."""

    async def app(scope: MutableMapping[str, Any], receive: Callable[[], Awaitable[Message]], send: Send) -> None:
        async def write_then_send(message: Message) -> None:
            if message["type"] == "lifespan.shutdown.complete":
                await sync_to_async(write_down)()
            await send(message)

        await inner(scope, receive, write_then_send if scope["type"] == "lifespan" else send)

    return app
