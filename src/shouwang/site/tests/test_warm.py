"""The first card of a day does not wait for what has to be read."""

from __future__ import annotations

import asyncio
import threading
from typing import Any

from shouwang.site.warm import read_soon


def test_it_is_read_once_the_server_has_started_and_not_before() -> None:
    read, said = threading.Event(), []

    async def server(_scope: Any, _receive: Any, send: Any) -> None:
        await send({"type": "http.response.start"})
        assert not read.is_set()
        await send({"type": "lifespan.startup.complete"})
        assert await asyncio.to_thread(read.wait, 20)

    async def send(message: Any) -> None:
        said.append(message["type"])

    app = read_soon(server, (read.set,), after_s=0.05)
    asyncio.run(app({"type": "lifespan"}, None, send))  # type: ignore[arg-type]
    assert said == ["http.response.start", "lifespan.startup.complete"]


def test_a_page_starts_nothing() -> None:
    threads = threading.active_count()

    async def server(_scope: Any, _receive: Any, send: Any) -> None:
        await send({"type": "lifespan.startup.complete"})

    async def send(_message: Any) -> None:
        assert threading.active_count() == threads

    asyncio.run(read_soon(server, after_s=60)({"type": "http"}, None, send))  # type: ignore[arg-type]
