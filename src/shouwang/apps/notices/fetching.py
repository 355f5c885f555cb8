"""
The loop that fetches what came with messages: it joins `enclosures` (database), a messenger (network) and the files room, and decides
nothing. It runs where the gateway's connection lives, beside `sender.run`, so that a slow picture never delays an answer.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from datetime import datetime

from asgiref.sync import sync_to_async
from django.db import connections

from shouwang.apps.notices import enclosures
from shouwang.apps.notices.enclosures import FETCH_SECONDS, Fetch, Kept, Unfit
from shouwang.apps.notices.messenger import Got, Messenger
from shouwang.apps.notices.models import Gateway
from shouwang.apps.notices.sender import Clock, in_database

log = logging.getLogger(__name__)


async def fetch_due(gateway_id: int, messenger: Messenger, clock: Clock, *, timeout_s: float = FETCH_SECONDS) -> int:
    """One pass over what is due on a gateway, one after the other. Returns how many were asked for."""
    asked = 0
    for pk in await in_database(enclosures.due_ids)(gateway_id, clock()) if messenger.connected else ():
        fetch = await in_database(enclosures.take)(pk, clock())
        if fetch is None:
            continue
        asked += 1
        given = await messenger.fetch(fetch.part, most_bytes=fetch.most_bytes, timeout_s=timeout_s)
        if not isinstance(given, Got):
            await in_database(enclosures.note)(fetch, given, clock())
            continue
        try:
            # On a thread of its own: looking through a large picture takes a second, and messages must not wait for it.
            kept = await sync_to_async(_keep, thread_sensitive=False)(fetch, given, clock())
        except Exception:
            log.exception("What came with a message could not be kept")
            await in_database(enclosures.note_trouble)(fetch, {"code": "house"}, clock(), lasting=False)
        else:
            await in_database(enclosures.note)(fetch, kept, clock())
    return asked


def _keep(fetch: Fetch, got: Got, at: datetime) -> Kept | Unfit:
    try:
        return enclosures.keep(fetch, got, at)
    finally:
        connections.close_all()  # this thread's own; the next fetch may have another thread


async def run(gateway_id: int, messenger_of: Callable[[Gateway], Messenger], clock: Clock, *, every_s: float) -> None:
    """Fetch for ever, until cancelled. A pass that fails is logged and followed by the next one."""
    while True:
        try:
            gateway = await in_database(Gateway.objects.get)(pk=gateway_id)
            await fetch_due(gateway_id, messenger_of(gateway), clock)
        except Exception:
            log.exception("A pass over the enclosures of gateway %s failed", gateway_id)
        await asyncio.sleep(every_s)
