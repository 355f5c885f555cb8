"""
What a door must offer to carry messages: QQ over OneBot today, QQ's official interface or another messenger beside it.

A messenger never decides. It tries once and says exactly what it knows; whether to try again is `deciding.next_step`'s
business. The three answers to `send` differ by what they prove, and a messenger that is not sure must say `Uncertain`:

    Sent       the messenger says the message went out
    Failed     it certainly did not go out: nothing was carried out, or there was no connection to begin with
    Uncertain  anything else (no answer in time, connection lost meanwhile, a "failed" that may not be true)

To add a messenger: write `doors/<name>/`, turn its events into `Incoming`, `Recalled`, `MemberChanged` and hand them to
`notices.receiving.receive`; implement `Messenger`; run `sender.run` where its connection lives. No table of this app
knows QQ.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal, Protocol

from shouwang.apps.notices.messages import Chat, Enclosed, Outgoing


@dataclass(frozen=True, slots=True)
class Sent:
    """The messenger says it went out. `remote_id`: its name for the message, if it told one."""

    remote_id: str | None


@dataclass(frozen=True, slots=True)
class Failed:
    """Certainly not sent. `lasting`: trying again can never help."""

    why: str
    lasting: bool = False


@dataclass(frozen=True, slots=True)
class Uncertain:
    """It may have gone out, or not."""

    why: str


Outcome = Sent | Failed | Uncertain


@dataclass(frozen=True, slots=True)
class Trace:
    """
    A message we want to find again.

    chat        where it should stand
    text        its words, compared by `messages.likeness`
    marker      a short text only this message has (a matter number, a time); empty when there is none
    remote_id   the messenger's name for it, or None
    since       aware; no earlier message can be it
    not_ids     messenger's names of messages already known to be others
    """

    chat: Chat
    text: str
    marker: str
    remote_id: str | None
    since: datetime
    not_ids: frozenset[str] = field(default_factory=frozenset)


@dataclass(frozen=True, slots=True)
class Seen:
    """It is there. `in_history`: found by reading the chat, which proves that the chat's record shows our own words."""

    remote_id: str
    in_history: bool = False


@dataclass(frozen=True, slots=True)
class NotThere:
    """
    The record of the chat was read and does not hold it.

    reaches_back   the record goes back beyond `Trace.since`, so nothing fell out at its far end
    shows_own      the record holds at least one other message of ours: it does list our own words
    stored         yet the gateway's own store has it under its name, as happens with messages that were swallowed
    """

    reaches_back: bool
    shows_own: bool
    stored: bool = False


@dataclass(frozen=True, slots=True)
class CannotTell:
    """The look-up itself failed, or this messenger cannot look things up."""

    why: str


Looked = Seen | NotThere | CannotTell


@dataclass(frozen=True, slots=True)
class Capabilities:
    """
    by_id      a message can be asked for by the messenger's name of it
    history    the record of a chat can be read
    """

    by_id: bool
    history: bool

    @property
    def reads_back(self) -> bool:
        return self.by_id or self.history


@dataclass(frozen=True, slots=True)
class Health:
    """
    reachable   the gateway program answers
    online      its own view of its login; None when it does not say
    why         one sentence when something is wrong
    """

    reachable: bool
    online: bool | None = None
    why: str = ""


@dataclass(frozen=True, slots=True)
class Got:
    """What was asked for, whole. Hostile until the files room has looked through it."""

    data: bytes


@dataclass(frozen=True, slots=True)
class NotGiven:
    """
    It did not come.

    code     `gone`: the messenger does not have it any more · `silent`: no answer · `too-much`: larger than asked for ·
             `not-handed-over`: the gateway has it and does not give it to us
    lasting  asking again can never help
    """

    code: Literal["gone", "silent", "too-much", "not-handed-over"]
    lasting: bool = False


class Messenger(Protocol):
    """One gateway, as the outbox sees it. Sends and look-ups come one at a time; fetches may run beside them."""

    @property
    def capabilities(self) -> Capabilities: ...

    @property
    def connected(self) -> bool:
        """A call made now would reach the gateway program; False saves a try that must fail."""
        ...

    async def send(self, message: Outgoing, *, timeout_s: float) -> Outcome:
        """Try once. Returns within `timeout_s` seconds and never raises for anything the other side does."""
        ...

    async def look_up(self, trace: Trace, *, timeout_s: float) -> Looked:
        """Is the message there? Returns within `timeout_s` seconds, never raises for anything the other side does."""
        ...

    async def fetch(self, part: Enclosed, *, most_bytes: int, timeout_s: float) -> Got | NotGiven:
        """
        Ask for what came with a message. Returns within `timeout_s` seconds, never raises for anything the other side does, and never
        follows an address that a sender could have written.
        """
        ...

    async def health(self, *, timeout_s: float) -> Health:
        """Ask the gateway program how it is."""
        ...
