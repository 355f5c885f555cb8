"""What takes a second to read is read soon after the start, so that the first card does not wait for it."""

from __future__ import annotations

import gc
import threading
from collections.abc import Awaitable, Callable, Iterable

from shouwang.apps.incidents.suggesting import knowledge, lexicon
from shouwang.apps.openness.shutdown import ASGIApp, Message, Send

#: After a fall the door has to open again at once, so whoever waits at it is served first.
AFTER_S = 3.0


def read_soon(
    inner: ASGIApp, readers: Iterable[Callable[[], object]] = (lexicon, knowledge), after_s: float = AFTER_S
) -> ASGIApp:
    """
    The same application; once it has started, a thread calls each reader, whose answer is kept for the life of the process.

    What was read is then put aside from the search for garbage, which would walk all of it now and then in the middle of a page.
    """

    def read() -> None:
        for reader in readers:
            reader()
        gc.collect()
        gc.freeze()

    async def app(scope: Message, receive: Callable[[], Awaitable[Message]], send: Send) -> None:
        async def start_then_send(message: Message) -> None:
            if message["type"] == "lifespan.startup.complete":
                timer = threading.Timer(after_s, read)
                timer.daemon = True
                timer.start()
            await send(message)

        await inner(scope, receive, start_then_send if scope["type"] == "lifespan" else send)

    return app
