"""Run an ASGI application on a real socket of this machine, in the test's own loop."""

from __future__ import annotations

import asyncio
import contextlib
import socket
from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any, Literal

import uvicorn


@contextlib.asynccontextmanager
async def serving(app: Any, *, lifespan: Literal["on", "off"] = "off") -> AsyncIterator[str]:
    """`127.0.0.1:port` while the block runs; the port is chosen by the system."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        config = uvicorn.Config(app, log_level="warning", lifespan=lifespan, access_log=False)
        config.load()
        # Without `serve`: it would take the test run's signals, and looks only every 0.1 s whether to stop.
        server = uvicorn.Server(config)
        server.lifespan = config.lifespan_class(config)
        await server.startup(sockets=[listener])
        try:
            yield f"127.0.0.1:{listener.getsockname()[1]}"
        finally:
            server.force_exit = lifespan == "off"
            await server.shutdown(sockets=[listener])


async def until(condition: Any, *, seconds: float = 20) -> None:
    """Wait until `condition()` holds; fails after `seconds`."""
    async with asyncio.timeout(seconds):
        while not condition():  # noqa: ASYNC110  what is waited for happens in other people's code
            await asyncio.sleep(0.01)


async def eventually(ask: Callable[[], Awaitable[object]], wanted: object, *, seconds: float = 20) -> None:
    """Ask until the answer is the wanted one; fails after `seconds` with the last answer."""
    answer: object = None
    with contextlib.suppress(TimeoutError):
        async with asyncio.timeout(seconds):
            while (answer := await ask()) != wanted:  # noqa: ASYNC110  as above
                await asyncio.sleep(0.01)
    assert answer == wanted
