"""PostgreSQL's messenger: LISTEN on a connection of our own, as an asynchronous line of texts."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping
from typing import Any

import psycopg

from . import wake

TROUBLE = (psycopg.Error, OSError)
"""What a lost or refused connection looks like; ask for the notifications again after a while."""

_DJANGO_ONLY = ("cursor_factory", "context", "prepare_threshold")


async def notifications(params: Mapping[str, Any], *, check_s: float) -> AsyncIterator[str | None]:
    """
    First None, once we listen; then each notification's text as it comes.

    params     as Django's `get_connection_params` gives them
    check_s    seconds after which a silent connection is asked whether it still lives
    Raises     one of TROUBLE. A transaction pooler in between goes unnoticed: tell the hub (`listen=False`).
    """
    own = {key: value for key, value in params.items() if key not in _DJANGO_ONLY}
    async with await psycopg.AsyncConnection.connect(autocommit=True, **own) as listening:
        await listening.execute(f"LISTEN {wake.CHANNEL}")
        yield None
        while True:
            async for notification in listening.notifies(timeout=check_s):
                yield notification.payload
            await listening.execute("SELECT 1")
