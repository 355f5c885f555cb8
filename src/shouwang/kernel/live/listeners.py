"""
Who listens, and what they share: a channel holds the newest frames of a stream, a subscription is a position in them.
"""

from __future__ import annotations

import asyncio
import secrets
from collections.abc import Callable, Iterable, Mapping
from typing import Protocol

from .frames import Frame

BUCKETS = 20
"""The heartbeats of all listeners are spread over this many moments of one interval."""

WHISPERS_MAX = 32


class Keeper(Protocol):
    """What a subscription asks of its hub."""

    def part(self, channel: Channel, subscription: Subscription) -> None:
        """The subscription follows this channel no more."""

    def forget(self, subscription: Subscription) -> None:
        """The subscription is over."""


class Channel:
    """The newest events of one stream: frames first … head, without a gap. Empty: first == head + 1."""

    __slots__ = ("filling", "first", "frames", "head", "listeners", "name", "ready")

    def __init__(self, name: str) -> None:
        self.name = name
        self.listeners: set[Subscription] = set()
        self.frames: dict[int, Frame] = {}
        self.head = 0
        self.first = 1
        self.ready: asyncio.Future[None] | None = None  # None once the head is known
        self.filling = asyncio.Lock()


class Subscription:
    """
    One listener: what he follows, how far he has come, and a bell. Made by `Hub.subscribe`, used by one task.

    positions   stream -> last seq taken (or passed over for want of clearance)
    clearance   stream -> rank; an event is handed out if its audience <= the clearance
    must_reset  streams whose log no longer holds what follows the cursor: the page has to load itself anew
    behind      fell too far behind: come again with the cursor
    due         a heartbeat is due (and with it, the door's look whether the listener may still listen)
    ended       the house is shutting down, or the listener has gone
    at_once     called when events have come while the listener's task sleeps, with the event if it is just one and he may
                see it: True if it has served them, and the task may sleep on. Waking two thousand tasks costs as
                much again as what they do.
    stalled     called when the listener has not served one heartbeat when the next is due
    """

    __slots__ = (
        "_bell", "_hub", "_rung", "_whispers", "at_once", "behind", "bucket", "channels", "clearance", "due", "ended",
        "must_reset", "positions", "stalled",
    )  # fmt: skip

    def __init__(self, hub: Keeper, clearance: Mapping[str, int]) -> None:
        self._hub = hub
        self.channels: dict[str, Channel] = {}
        self._bell: asyncio.Future[None] | None = None
        self._rung = False
        self._whispers: list[Frame] | None = None
        self.positions: dict[str, int] = {}
        self.clearance = dict(clearance)
        self.must_reset: set[str] = set()
        self.behind = False
        self.due = False
        self.ended = False
        self.bucket = secrets.randbelow(BUCKETS)
        self.at_once: Callable[[Frame | None], bool] | None = None
        self.stalled: Callable[[], object] | None = None

    def take(self) -> list[Frame]:
        """Everything that has come and may be seen, in order within each stream; whispers last. Never waits."""
        out: list[Frame] = []
        for name, channel in self.channels.items():
            position = self.positions[name]
            if position >= channel.head:
                continue
            if position < channel.first - 1:
                self.behind = True
                continue
            clearance = self.clearance[name]
            frames = channel.frames
            for seq in range(position + 1, channel.head + 1):
                frame = frames[seq]
                if frame.audience <= clearance:
                    out.append(frame)
            self.positions[name] = channel.head
        if self._whispers:
            out.extend(self._whispers)
            self._whispers = None
        return out

    async def wait(self) -> None:
        """Until something may have come, a heartbeat is due, or the end. May return for nothing."""
        if not self._rung:
            self._bell = asyncio.get_running_loop().create_future()
            try:
                await self._bell
            finally:
                self._bell = None
        self._rung = False

    def ring(self) -> None:
        """Wake the listener's task."""
        self._rung = True
        bell = self._bell
        if bell is not None and not bell.done():
            bell.set_result(None)

    def deliver(self, frame: Frame | None) -> None:
        """
        Events have come (just this one, if it is given): serve them at once if that is possible, or wake the task.
        """
        bell = self._bell
        if bell is None or bell.done() or self.at_once is None:
            self.ring()
            return
        if frame is not None:
            name, seq = frame.stream, frame.seq
            if self.positions[name] != seq - 1 or self._whispers:
                frame = None
            else:
                self.positions[name] = seq
                if frame.audience > self.clearance[name]:
                    return
        if not self.at_once(frame):
            self.ring()

    def hear_whisper(self, frame: Frame) -> None:
        """Keep it until the next `take`, if the listener is cleared for it and not already deaf with whispers."""
        if frame.audience <= self.clearance[frame.stream]:
            if self._whispers is None:
                self._whispers = []
            if len(self._whispers) < WHISPERS_MAX:
                self._whispers.append(frame)
            self.ring()

    def reset(self, name: str) -> None:
        """The log of this stream was cut or erased under the listener."""
        self.must_reset.add(name)
        self.ring()

    def end(self) -> None:
        """Ask the listener's task to finish."""
        self.ended = True
        self.ring()

    def beat(self) -> None:
        """A heartbeat is due. One who has not served the last one is stuck in sending: he is cut off."""
        if self.due and self.stalled is not None:
            self.stalled()
        self.due = True
        self.ring()

    def leave(self, names: Iterable[str]) -> None:
        """Stop following these streams."""
        for name in names:
            channel = self.channels.pop(name, None)
            if channel is not None:
                del self.positions[name]
                self._hub.part(channel, self)

    def close(self) -> None:
        """Stop following everything; safe to call twice."""
        self.leave(list(self.channels))
        self._hub.forget(self)

    def join(self, channel: Channel) -> None:
        """Be a listener of this channel; the hub gives the place in it afterwards."""
        self.channels[channel.name] = channel
        self.positions[channel.name] = 0
        channel.listeners.add(self)
