"""Put the OneBot door before another ASGI application, and carry messages out for as long as the server runs."""

from __future__ import annotations

import os
import socket
from collections.abc import Awaitable, Callable

from shouwang.apps.notices.models import Transport
from shouwang.doors.onebot.door import HTTP_PATH, WS_PATH, OneBotDoor, Receive, Scope, Send

ASGIApp = Callable[[Scope, Receive, Send], Awaitable[None]]


def mounted(door: OneBotDoor, inner: ASGIApp) -> ASGIApp:
    """
    The door on its two paths, `inner` everywhere else.

    The loops that send start and stop with the server. Several server processes may run at once: each carries the
    gateways that connected to it, and HTTP gateways are shared without doubling anything.
    """

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan":
            async with door.carrying(*Transport, worker=f"web:{socket.gethostname()[:40]}:{os.getpid()}"):
                await inner(scope, receive, send)
        elif str(scope.get("path", "")).rstrip("/") in {WS_PATH, HTTP_PATH}:
            await door(scope, receive, send)
        else:
            await inner(scope, receive, send)

    return app
