"""
No request may be larger than what the house could take. No Django.

Django's ASGI handler writes a whole request body to a temporary file before any code of ours sees it, so a stranger could
fill the disk with one endless upload. This stands in front of it and counts:

    application = BodyLimit(get_asgi_application(), most_bytes=…)
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any

Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
App = Callable[[Message, Receive, Send], Awaitable[None]]

_SAYS = "这次发的东西太大了。请少选几个文件，分几次发。\nThis is too much at once. Please send fewer files at a time.\n"


class BodyLimit:
    """
    An ASGI application around another. A body that says it is too large, or turns out to be, is answered with 413 and read
    no further.

    most_bytes   of one request's body, all its files and fields together
    """

    def __init__(self, app: App, *, most_bytes: int) -> None:
        self._app = app
        self._most_bytes = most_bytes

    async def __call__(self, scope: Message, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        if _announced(scope) > self._most_bytes:
            await _too_large(send)
            return
        seen = 0
        answered = refused = False

        async def counted() -> Message:
            nonlocal seen, refused
            message = await receive()
            seen += len(message.get("body", b""))
            if refused or seen > self._most_bytes:
                refused = True
                return {"type": "http.disconnect"}  # to the app it looks as if the sender had gone away
            return message

        async def noted(message: Message) -> None:
            nonlocal answered
            answered = True
            await send(message)

        await self._app(scope, counted, noted)
        if refused and not answered:
            await _too_large(send)


def _announced(scope: Message) -> int:
    """What the Content-Length says; 0 when it says nothing that is a number."""
    for name, value in scope.get("headers", ()):
        if name.lower() == b"content-length" and value.isdigit():
            return int(value[:20])
    return 0


async def _too_large(send: Send) -> None:
    headers = [(b"content-type", b"text/plain; charset=utf-8"), (b"connection", b"close")]
    await send({"type": "http.response.start", "status": 413, "headers": headers})
    await send({"type": "http.response.body", "body": _SAYS.encode()})
