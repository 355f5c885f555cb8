"""
The hub: one per process. It follows the log, makes each event into bytes once, and hands them to everybody who listens.

Each stream that somebody follows has a channel: the newest frames, shared by all its listeners. A listener is no more
than a position in those frames, so two thousand of them cost two thousand numbers, not two thousand queues. One who
falls more than `backlog` events behind has lost his place and must come again with his cursor.

Register, then replay: a listener joins the channel first; then the frames between his cursor and the channel's oldest
are read from the database and put in front, for all. From there on there is one road, and a number is either the next
one or not: no gap, no double.

All methods run on the event loop, except `heard` and `heard_whisper`. The database is read on one thread of its own.

    HubClosed   the house is shutting down; come again
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
from collections.abc import Callable, Coroutine, Mapping
from concurrent.futures import ThreadPoolExecutor
from typing import Any, ParamSpec, TypeVar

from django.db import Error as DatabaseTrouble
from django.db import connection, connections

from . import log, postgres, wake
from .frames import Frame, Row, from_row, from_whisper
from .listeners import BUCKETS, Channel, Subscription

logger = logging.getLogger(__name__)

RETRY_S = 1.0

P = ParamSpec("P")
T = TypeVar("T")


class HubClosed(Exception):
    """The house is shutting down; come again."""


class Hub:
    """
    Follows the log for all listeners of this process.

    backlog       events kept per followed stream; also how far a cursor may lie back before its page must reload
    poll_s        seconds between two looks at a SQLite file for the commits of other processes (a pragma, no query)
    sweep_s       seconds between two comparisons with the log on PostgreSQL while LISTEN works: a net, not the road
    heartbeat_s   seconds between two heartbeats of a listener
    listen        False where LISTEN cannot work (a transaction pooler): the log is compared every second instead
    """

    def __init__(
        self,
        *,
        backlog: int = 1_000,
        poll_s: float = 0.25,
        sweep_s: float = 15.0,
        heartbeat_s: float = 20.0,
        listen: bool = True,
    ) -> None:
        self.backlog = backlog
        self._poll_s = poll_s
        self._sweep_s = sweep_s
        self._heartbeat_s = heartbeat_s
        self._may_listen = listen
        self._listening = False
        self._channels: dict[str, Channel] = {}
        self._buckets: list[set[Subscription]] = [set() for _ in range(BUCKETS)]
        self._heard: dict[str, int] = {}
        self._bell = asyncio.Event()
        self._foreign: int | None = None
        self._sweep_at = 0.0  # on the loop's clock
        self._tasks: list[asyncio.Task[None]] = []
        self._loop: asyncio.AbstractEventLoop | None = None
        self._thread: ThreadPoolExecutor | None = None
        self._closed = False

    # -- life

    @property
    def listeners(self) -> int:
        """How many subscriptions are open."""
        return sum(map(len, self._buckets))

    def start(self) -> None:
        """
        Begin to follow the log on the running loop; called by the first subscriber if by nobody else. Safe to call twice.

        On another loop than before (a server started again in the same process) it begins anew. Raises HubClosed after `close`.
        """
        loop = asyncio.get_running_loop()
        if self._loop is loop:
            if self._closed:
                raise HubClosed
            return
        self._loop = loop
        self._closed = self._listening = False
        self._channels = {}
        self._buckets = [set() for _ in range(BUCKETS)]
        self._heard = {}
        self._bell = asyncio.Event()
        self._sweep_at, self._foreign = 0.0, None
        if self._thread is None:
            self._thread = ThreadPoolExecutor(1, thread_name_prefix="live-log")
            wake.attach(self)
        self._tasks = []
        self._start_task(self._follow())
        self._start_task(self._beat())
        if self._may_listen and connection.vendor == "postgresql":
            self._start_task(self._listen())

    def close(self) -> None:
        """Ask every listener to finish, and take no new one. For the event loop's thread."""
        self._closed = True
        for bucket in self._buckets:
            for subscription in bucket:
                subscription.end()

    async def stop(self) -> None:
        """Close, and let go of the tasks, the thread and its database connection. Safe to call twice."""
        self.close()
        wake.detach(self)
        tasks, self._tasks = self._tasks, []
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        thread, self._thread = self._thread, None
        if thread is not None:
            await asyncio.get_running_loop().run_in_executor(thread, connections.close_all)
            thread.shutdown(wait=False)

    # -- listeners

    async def subscribe(self, cursors: Mapping[str, int | None], clearance: Mapping[str, int]) -> Subscription:
        """
        Follow these streams from these cursors on (None: from now on). Look at `must_reset` first, then take.

        cursors     stream -> last seq the listener has; must have a clearance for each
        Raises      HubClosed
        """
        self.start()
        subscription = Subscription(self, {name: clearance[name] for name in cursors})
        self._buckets[subscription.bucket].add(subscription)
        try:
            for name in cursors:
                subscription.join(self._channel(name))
            for name, cursor in cursors.items():
                await self._place(subscription, name, cursor)
        except BaseException:
            subscription.close()
            raise
        if self._closed:
            subscription.end()
        return subscription

    async def poll(
        self, cursors: Mapping[str, int | None], clearance: Mapping[str, int], *, limit: int = 200
    ) -> tuple[list[Frame], dict[str, int], set[str]]:
        """
        The same without staying: frames after the cursors, the new cursors, and the streams that must reset.

        At most `limit` events are read per stream; whoever gets fewer than all asks again with the new cursors.
        """
        self.start()
        frames: list[Frame] = []
        positions: dict[str, int] = {}
        reset: set[str] = set()
        reached = await self._read(log.reach, list(cursors))
        for name, cursor in cursors.items():
            last_seq, floor = reached[name]
            positions[name] = last_seq if cursor is None else cursor
            if cursor is None or cursor == last_seq:
                continue
            if not floor <= cursor <= last_seq:
                reset.add(name)
                continue
            rows = await self._read(log.read, name, cursor, limit=limit)
            if not _follows(cursor, rows):
                reset.add(name)
                continue
            frames += [from_row(row) for row in rows if row.audience <= clearance[name]]
            positions[name] = rows[-1].seq
        return frames, positions, reset

    async def _place(self, subscription: Subscription, name: str, cursor: int | None) -> None:
        channel = subscription.channels[name]
        if channel.ready is not None:
            await asyncio.shield(channel.ready)
        if cursor is None:
            cursor = channel.head
        elif cursor > channel.head:
            # The page has read what the hub has not yet; or the log is older than the cursor (a restored backup).
            last_seq = (await self._read(log.reach, [name]))[name].last_seq
            if cursor > max(last_seq, channel.head):
                subscription.must_reset.add(name)
        elif not await self._fill(channel, cursor):
            subscription.must_reset.add(name)
        subscription.positions[name] = cursor

    async def _fill(self, channel: Channel, cursor: int) -> bool:
        """Put the events after the cursor in front of the channel's frames; False if they are gone or too many."""
        while cursor < channel.first - 1:
            if channel.head - cursor > self.backlog:
                return False
            async with channel.filling:
                upto = channel.first - 1
                if cursor >= upto:
                    break
                rows = await self._read(log.read, channel.name, cursor, upto=upto, limit=self.backlog)
                if channel.first - 1 != upto:
                    continue  # the oldest frames went while we read; look again
                if not _follows(cursor, rows) or rows[-1].seq != upto:
                    return False
                channel.frames.update((row.seq, from_row(row)) for row in rows)
                channel.first = cursor + 1
        return True

    def _channel(self, name: str) -> Channel:
        channel = self._channels.get(name)
        if channel is None:
            channel = self._channels[name] = Channel(name)
            channel.ready = asyncio.ensure_future(self._find_head(channel))
        return channel

    async def _find_head(self, channel: Channel) -> None:
        reached = await self._read(log.reach, [channel.name])
        channel.head = reached[channel.name].last_seq
        channel.first = channel.head + 1
        channel.ready = None
        self._bell.set()  # what was heard while we looked is still to be read

    def part(self, channel: Channel, subscription: Subscription) -> None:
        """The subscription follows this channel no more; nobody's channel is let go."""
        channel.listeners.discard(subscription)
        if not channel.listeners and self._channels.get(channel.name) is channel:
            del self._channels[channel.name]
            self._heard.pop(channel.name, None)

    def forget(self, subscription: Subscription) -> None:
        """The subscription is over."""
        self._buckets[subscription.bucket].discard(subscription)

    # -- hearing, from any thread

    def heard(self, stream: str, seq: int, row: Row | None = None) -> None:
        """A commit of this process, or a notification from another: the stream reaches `seq`."""
        self._call_soon(self._mark, stream, seq, row)

    def heard_whisper(self, stream: str, kind: str, payload: Mapping[str, Any], audience: int) -> None:
        """Something said and not kept."""
        self._call_soon(self._pass_whisper, stream, kind, payload, audience)

    def _call_soon(self, what: Callable[..., None], *args: Any) -> None:
        if self._loop is not None:
            with contextlib.suppress(RuntimeError):  # the loop has just closed: nobody listens any more
                self._loop.call_soon_threadsafe(what, *args)

    def _mark(self, stream: str, seq: int, row: Row | None) -> None:
        channel = self._channels.get(stream)
        if channel is None or (channel.ready is None and seq <= channel.head):
            return
        if row is not None and channel.ready is None and seq == channel.head + 1:
            self._extend(channel, [row])  # just written here: no need to read it back
            return
        self._heard[stream] = max(seq, self._heard.get(stream, 0))
        self._bell.set()

    def _pass_whisper(self, stream: str, kind: str, payload: Mapping[str, Any], audience: int) -> None:
        channel = self._channels.get(stream)
        if channel is not None:
            frame = from_whisper(stream, kind, payload, audience)
            for subscription in channel.listeners:
                subscription.hear_whisper(frame)

    # -- following the log

    async def _follow(self) -> None:
        loop = asyncio.get_running_loop()
        while True:
            try:
                # By the clock, not by silence: a busy stream must not keep us from looking for what we were not told.
                if self._channels and loop.time() >= self._sweep_at:
                    self._sweep_at = loop.time() + self._pause_s()
                    await self._sweep()
                await self._catch_up()
            except DatabaseTrouble:
                logger.exception("The live log cannot be read; trying again.")
                self._foreign = None
                self._sweep_at = 0.0
                await asyncio.sleep(RETRY_S)
                continue
            left = max(0.0, self._sweep_at - loop.time()) if self._channels else None
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(left):  # not wait_for, which can swallow our own cancellation (Python 3.11)
                    await self._bell.wait()
            self._bell.clear()

    def _pause_s(self) -> float:
        if connection.vendor == "sqlite":
            return self._poll_s
        return self._sweep_s if self._listening else min(1.0, self._sweep_s)

    async def _sweep(self) -> None:
        """Compare with the log: whatever we were not told."""
        foreign = await self._read(log.foreign_commits)
        if foreign is not None and foreign == self._foreign:
            return
        self._foreign = foreign  # kept before the look, so a commit in between is seen next time
        # Our own commits may carry a channel on while we look: compare with where it stood before.
        stood = {name: channel.head for name, channel in self._channels.items() if channel.ready is None}
        reached = await self._read(log.reach, list(stood))
        for name, (last_seq, floor) in reached.items():
            channel = self._channels.get(name)
            if channel is None or channel.ready is not None:
                continue
            if last_seq < stood[name]:
                self._restart(channel, last_seq)
            elif last_seq > channel.head:
                self._heard[name] = max(last_seq, self._heard.get(name, 0))
            if floor >= channel.first:
                self._trim(channel, floor)

    async def _catch_up(self) -> None:
        """Read what was heard of, all streams in one visit to the database thread, until nothing is left."""
        while True:
            ready = {name: seq for name, seq in self._heard.items() if self._channels[name].ready is None}
            if not ready:
                return
            wanted = [(name, self._channels[name].head) for name in ready]
            read = await self._read(log.read_many, wanted, self.backlog)
            for (name, after), rows in zip(wanted, read, strict=True):
                channel = self._channels.get(name)
                if channel is None or channel.head != after:
                    continue  # everybody left meanwhile, or left and came again
                if rows and _follows(after, rows):
                    self._extend(channel, rows)
                elif ready[name] > after:
                    self._restart(channel, rows[-1].seq if rows else ready[name])
                if self._heard.get(name, 0) <= channel.head:
                    self._heard.pop(name, None)

    def _extend(self, channel: Channel, rows: list[Row]) -> None:
        for row in rows:
            channel.frames[row.seq] = from_row(row)
        channel.head = rows[-1].seq
        self._trim(channel, channel.head - self.backlog)
        only = channel.frames[channel.head] if len(rows) == 1 else None
        for subscription in tuple(channel.listeners):
            subscription.deliver(only)

    @staticmethod
    def _trim(channel: Channel, floor: int) -> None:
        while channel.first <= min(floor, channel.head):
            del channel.frames[channel.first]
            channel.first += 1

    @staticmethod
    def _restart(channel: Channel, head: int) -> None:
        """The log was cut or erased under us: nothing we hold is good any more."""
        channel.frames.clear()
        channel.head = head
        channel.first = head + 1
        for subscription in channel.listeners:
            subscription.reset(channel.name)

    # -- PostgreSQL's messenger

    async def _listen(self) -> None:
        while True:
            try:
                params = connection.get_connection_params()
                async for text in postgres.notifications(params, check_s=self._sweep_s):
                    if text is None:
                        self._listening = True
                        self._sweep_at = 0.0  # what was said before we listened
                        self._bell.set()
                    else:
                        wake.take_notification(text, self)
            except postgres.TROUBLE:
                logger.exception("PostgreSQL does not notify us; comparing with the log every second meanwhile.")
            finally:
                self._listening = False
            self._sweep_at = 0.0
            self._bell.set()
            await asyncio.sleep(RETRY_S)

    # -- heartbeat

    async def _beat(self) -> None:
        bucket = 0
        while True:
            await asyncio.sleep(self._heartbeat_s / BUCKETS)
            bucket = (bucket + 1) % BUCKETS
            for subscription in tuple(self._buckets[bucket]):
                subscription.beat()

    # -- plumbing

    def _start_task(self, work: Coroutine[Any, Any, None]) -> None:
        task = asyncio.ensure_future(work)
        task.add_done_callback(self._task_done)
        self._tasks.append(task)

    def _task_done(self, task: asyncio.Task[None]) -> None:
        if not task.cancelled() and task.exception() is not None:
            # A fault of ours. Streams that go quiet would be worse than streams that end: let everybody poll.
            logger.critical("The hub has failed; all streams end.", exc_info=task.exception())
            self.close()

    async def _read(self, what: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        """Run a read on the hub's own thread."""
        if self._thread is None or self._loop is None:
            raise HubClosed
        return await self._loop.run_in_executor(self._thread, _healthy, lambda: what(*args, **kwargs))


def _healthy(read: Callable[[], T]) -> T:
    """A connection that has failed once is not used again."""
    try:
        return read()
    except DatabaseTrouble:
        connection.close()
        raise


def _follows(after: int, rows: list[Row]) -> bool:
    """True if the rows are the numbers right after `after`, without a gap."""
    return bool(rows) and rows[0].seq == after + 1 and rows[-1].seq == after + len(rows)
