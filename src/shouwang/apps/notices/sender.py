"""
The loop that carries messages out: it joins the outbox (database) and a messenger (network), and decides nothing.

For gateways that connect to us it runs in the web process, where the connection is; for HTTP gateways in any one worker.
Several may run at once; the outbox lets each message be held by one of them only.
"""

from __future__ import annotations

import asyncio
import logging
import random
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime
from typing import ParamSpec, TypeVar

from asgiref.sync import sync_to_async
from django.db import close_old_connections

from shouwang.apps.notices import outbox
from shouwang.apps.notices.deciding import Rules
from shouwang.apps.notices.enclosures import with_pictures
from shouwang.apps.notices.messenger import Messenger
from shouwang.apps.notices.models import Gateway
from shouwang.apps.notices.outbox import Pause, Search, Try
from shouwang.kernel.clock import ClockWatch

log = logging.getLogger(__name__)

Clock = Callable[[], datetime]
P = ParamSpec("P")
R = TypeVar("R")


@dataclass(frozen=True, slots=True)
class Drained:
    """
    What one pass did.

    tries      messages put onto the wire
    look_ups   messages looked for
    held_until moment before which the pace allows nothing more, or None
    """

    tries: int = 0
    look_ups: int = 0
    held_until: datetime | None = None


async def drain(
    gateway_id: int,
    messenger: Messenger,
    clock: Clock,
    *,
    worker: str,
    rules: Rules | None = None,
    chance: Callable[[], float] = random.random,
    looks: bool = True,
) -> Drained:
    """
    One pass over what is due on a gateway. Returns when nothing is due or the pace says stop.

    clock    aware now; asked again after every call to the messenger
    worker   names this process for the desk
    looks    see `outbox.take`
    """
    rules = rules or Rules()
    await in_database(outbox.watch)(gateway_id, clock())
    tries = look_ups = 0
    held_until: datetime | None = None
    for outbound_id in await in_database(outbox.due_ids)(gateway_id, clock()):
        job = await in_database(outbox.take)(
            outbound_id,
            worker=worker,
            capabilities=messenger.capabilities,
            connected=messenger.connected,
            rules=rules,
            now=clock(),
            chance=chance(),
            looks=looks,
        )
        match job:
            case Try():
                message = await in_database(with_pictures)(job.message)
                outcome = await messenger.send(message, timeout_s=rules.send_timeout)
                await in_database(outbox.note_outcome)(job, outcome, rules, clock())
                tries += 1
            case Search():
                looked = await messenger.look_up(job.trace, timeout_s=rules.send_timeout)
                await in_database(outbox.note_look_up)(job, looked, rules, clock())
                look_ups += 1
            case Pause(until=until):
                # Others may still want looking up or settling; only sending waits.
                held_until = until
            case None:
                pass
    return Drained(tries, look_ups, held_until)


async def run(
    gateway_id: int,
    messenger_of: Callable[[Gateway], Messenger],
    clock: Clock,
    *,
    worker: str,
    rules: Rules | None = None,
    every_s: float = 1.0,
    ping_every_s: float = 30.0,
) -> None:
    """
    Drain for ever, until cancelled. A pass that fails is logged and followed by the next one.

    When the clock was set, a try may have been under way for a shorter time than it seems; so nothing is looked up until every try from
    before has had its time by the steady clock.

    messenger_of   asked before each pass: a gateway that reconnected has a new connection
    """
    rules = rules or Rules()
    steady, watch = asyncio.get_running_loop().time, ClockWatch()
    ping_at = look_from = steady()
    while True:
        try:
            if watch.moved():
                look_from = steady() + rules.settle_after
            gateway = await in_database(Gateway.objects.get)(pk=gateway_id)
            messenger = messenger_of(gateway)
            looks = steady() >= look_from
            await drain(gateway_id, messenger, clock, worker=worker, rules=rules, looks=looks)
            if steady() >= ping_at:
                ping_at = steady() + ping_every_s
                await check(gateway_id, messenger, clock)
        except Exception:
            log.exception("A pass over gateway %s failed", gateway_id)
        await asyncio.sleep(every_s)


async def check(gateway_id: int, messenger: Messenger, clock: Clock, *, timeout_s: float = 10) -> None:
    """Ask the gateway how it is, and write it down: a sign of life, or the problem."""
    health = await messenger.health(timeout_s=timeout_s)
    if health.reachable and health.online is not False:
        await in_database(outbox.note_well)(gateway_id, clock())
    else:
        await in_database(outbox.note_problem)(gateway_id, health.why or "the gateway is not logged in")


def in_database(function: Callable[P, R]) -> Callable[P, Awaitable[R]]:
    """Run a database function from the loop: on the thread Django keeps for it, with a connection that is still alive."""

    def work(*args: P.args, **kwargs: P.kwargs) -> R:
        close_old_connections()
        return function(*args, **kwargs)

    return sync_to_async(work, thread_sensitive=True)
