"""
What one gateway told this process, on its way into the database: in order, on disk until it is written (`notices.holding`).

Signs of life are not kept: only the newest one says anything.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
from collections import deque
from collections.abc import Awaitable, Callable

from django.db import InterfaceError, OperationalError

from shouwang.apps.notices.holding import MOST_IN_MEMORY, MOST_ON_DISK, Hold
from shouwang.doors.onebot.protocol import Event
from shouwang.kernel.trouble import trouble_of

log = logging.getLogger(__name__)

PAUSES = (0.2, 1.0, 5.0)
"""Seconds between tries while the database is away, busy or full; the last one again and again."""
_FAULTS = 3
"""So often an event is tried that the house fails to take for a fault of its own; then it is set aside, and the others go on."""


class Inbox:
    """
    One gateway's.

    take  writes one event into the database
    read  makes an event of a frame again; None for one that nobody wants any more
    """

    def __init__(
        self, hold: Hold, take: Callable[[Event], Awaitable[None]], read: Callable[[str], Event | None]
    ) -> None:
        self._hold = hold
        self._take = take
        self._read = read
        self._sign: Event | None = None
        self._memory: deque[str] = deque()
        self._troubled = False
        self._news = False
        self._task: asyncio.Task[None] | None = None

    @property
    def waiting(self) -> bool:
        """Whether something is on its way; what comes now has to stay behind it."""
        return bool(self._memory or self._hold.names())

    def hear(self, sign: Event) -> None:
        """A sign of life."""
        self._sign = sign
        self.wake()

    async def put(self, frame: str, *, sure: bool = False) -> None:
        """
        Keep an event, and set about writing it.

        sure    it must be on disk, or OSError is raised: who told it will be told that we have it. Otherwise, when the disk takes nothing,
                this process remembers a few hundred, and after those stops listening, so that the gateway keeps what it has to say
        """
        while len(self._memory) >= MOST_IN_MEMORY or len(self._hold.names()) >= MOST_ON_DISK:
            if sure:
                raise OSError("too many events wait for the database")
            await asyncio.sleep(PAUSES[-1])
        try:
            if self._memory:
                raise OSError("the disk took nothing before; what came then goes first")
            await asyncio.to_thread(self._hold.put, frame, sure=sure or self._troubled)
        except OSError:
            if sure:
                raise
            if not self._memory:
                log.exception("An event could not be put on disk; this process remembers it")
            self._memory.append(frame)
            self._hold.in_memory(len(self._memory))
        self.wake()

    def wake(self) -> None:
        """Begin to write what waits, if nobody does yet."""
        self._news = True
        if self._task is None or self._task.done():
            self._task = asyncio.create_task(self._write_all())

    async def close(self) -> None:
        """Stop writing. What is on disk waits for the next start."""
        if self._task is not None:
            self._task.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self._task

    async def _write_all(self) -> None:
        while self._news:
            self._news = False
            try:
                await self._write_what_waits()
            except OSError:
                log.exception("What waits on disk could not be read")
                self._news = True
                await asyncio.sleep(PAUSES[-1])

    async def _write_what_waits(self) -> None:
        if (sign := self._sign) is not None:
            self._sign = None
            await self._note(sign)
        for name in await asyncio.to_thread(self._hold.names):
            frame = await asyncio.to_thread(self._hold.read, name)
            if frame is not None and not await self._write(frame):
                await asyncio.to_thread(self._hold.set_aside, name)
            await asyncio.to_thread(self._hold.drop, name)
            self._news = True  # meanwhile more may have come
        while self._memory:
            await self._write(self._memory[0])
            self._memory.popleft()
            self._hold.in_memory(len(self._memory))
            self._news = True

    async def _note(self, sign: Event) -> None:
        try:
            await self._take(sign)
        except Exception as error:
            if not passes(error):
                log.exception("A sign of life could not be written")

    async def _write(self, frame: str) -> bool:
        """Until it is in the database. False when the house cannot take it for a fault of its own."""
        event, faults, tries = self._read(frame), 0, 0
        if event is None:
            return True
        while True:
            try:
                await self._take(event)
            except Exception as error:
                if passes(error):
                    await self._make_sure(error)
                else:
                    log.exception("An event could not be taken")
                    faults += 1
            else:
                self._troubled = False
                return True
            if faults >= _FAULTS:
                return False
            await asyncio.sleep(PAUSES[min(tries, len(PAUSES) - 1)])
            tries += 1

    async def _make_sure(self, error: Exception) -> None:
        """The database may be away for long: what waits must outlast a power cut as well, what comes from now on too."""
        if self._troubled:
            return
        self._troubled = True
        log.error("Events wait on disk until the database takes them: %s", type(error).__name__)
        try:
            await asyncio.to_thread(self._hold.settle)
        except OSError:
            log.exception("What waits on disk may not outlast a power cut")


def passes(error: Exception) -> bool:
    """Whether the database is only away, busy or full: what it did not take now, it will take later."""
    return isinstance(error, OperationalError | InterfaceError) or trouble_of(error) is not None
