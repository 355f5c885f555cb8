"""
What a message is, whichever messenger carries it. Plain values, no Django, no protocol words.

A door (QQ today, another messenger tomorrow) turns what it hears into the values below, and turns `Outgoing` into its
own calls. Numbers of people and chats are texts: what they mean is the door's own business.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from datetime import datetime
from typing import Literal

ChatKind = Literal["private", "group"]


@dataclass(frozen=True, slots=True)
class Text:
    """Words as the person typed them."""

    text: str


@dataclass(frozen=True, slots=True)
class At:
    """Somebody is called by name. `who` is the messenger's own number, or `all`."""

    who: str


@dataclass(frozen=True, slots=True)
class Enclosed:
    """
    Something that lies at the messenger and has to be asked for.

    name        what the messenger or the sender calls it; on the way out, how the files room finds it (`enclosures.opens`)
    url         where the messenger says that it lies; may be empty, may have expired, and is never simply followed
    key         by what the messenger wants to be asked for it; empty when it cannot be asked
    size_bytes  as the messenger says; 0 when it does not
    """

    name: str
    url: str = ""
    key: str = ""
    size_bytes: int = 0


class Picture(Enclosed):
    """A picture."""


class Sound(Enclosed):
    """A voice message."""


class Attachment(Enclosed):
    """A file of any other sort."""


class Film(Enclosed):
    """A video."""


@dataclass(frozen=True, slots=True)
class Face:
    """One of the messenger's own small pictures, by its number."""

    number: str


@dataclass(frozen=True, slots=True)
class Link:
    """A shared page."""

    url: str
    title: str = ""


@dataclass(frozen=True, slots=True)
class Spot:
    """A shared place: degrees as the sender's phone gave them (Chinese phones give GCJ-02)."""

    latitude: float
    longitude: float
    title: str = ""


@dataclass(frozen=True, slots=True)
class Note:
    """Something we cannot show: what it was, in words a duty officer can read."""

    kind: str
    text: str


Part = Text | At | Enclosed | Face | Link | Spot | Note


@dataclass(frozen=True, slots=True)
class Chat:
    """
    Where a message stands, and so where an answer goes.

    kind     `private` or `group`
    peer     the messenger's number of the person (private) or of the group (group)
    through  for a private chat with somebody who is not a contact: the group both are in; otherwise empty
    """

    kind: ChatKind
    peer: str
    through: str = ""

    @property
    def address(self) -> str:
        """One line of text that `Chat.read` turns back into the same chat."""
        return self.place + (f":{self.through}" if self.through else "")

    @property
    def place(self) -> str:
        """The chat whichever way it was reached: recalls do not say through which group somebody wrote."""
        return f"{self.kind}:{self.peer}"

    @classmethod
    def read(cls, address: str) -> Chat:
        """The chat behind an address; a text that is none is a ValueError naming it."""
        found = re.fullmatch(r"(private|group):(\d{1,20})(?::(\d{1,20}))?", address, re.ASCII)
        if found is None or (found[1] == "group" and found[3]):
            raise ValueError(f"Not a chat address: {address!r}. It looks like private:12345 or group:12345.")
        return cls("group" if found[1] == "group" else "private", found[2], found[3] or "")


@dataclass(frozen=True, slots=True)
class Incoming:
    """
    One message that reached the station.

    bot            the number the station uses on this messenger
    chat           where it was said
    sender         the messenger's number of the person; never shown to other residents
    nickname       what the person calls themself, `card` the name in this group; both may be empty
    message_id     the messenger's name of this message; may repeat over the years, so never a key by itself
    sent_at        aware, UTC
    parts          in order of appearance; the quoted message is in `reply_to`, not here
    reply_to       message id of the quoted message, or None
    calls_us       the station itself was called with @
    anonymous      the name under which an anonymous group member speaks, or None
    from_self      said by the station's own number: an echo of our sending, or an officer using the messenger itself
    """

    bot: str
    chat: Chat
    sender: str
    message_id: str
    sent_at: datetime
    parts: tuple[Part, ...]
    nickname: str = ""
    card: str = ""
    reply_to: str | None = None
    calls_us: bool = False
    anonymous: str | None = None
    from_self: bool = False

    @property
    def key(self) -> str:
        """
        The same for every delivery of the same message, different for different messages.

        Gateways fold message ids into 31 bits, where two of 50 000 messages already share one with even odds; chat and
        second make the key safe.
        """
        return f"{self.message_id}@{self.chat.address}@{int(self.sent_at.timestamp())}"

    @property
    def text(self) -> str:
        """The words alone."""
        return words(self.parts)


@dataclass(frozen=True, slots=True)
class Recalled:
    """A message was taken back by its writer or by a group owner (`by`)."""

    bot: str
    chat: Chat
    message_id: str
    by: str
    at: datetime

    @property
    def key(self) -> str:
        return f"recall:{self.message_id}@{self.chat.address}@{int(self.at.timestamp())}"


@dataclass(frozen=True, slots=True)
class MemberChanged:
    """Somebody joined or left a group; `us` when it is the station's own number."""

    bot: str
    chat: Chat
    member: str
    joined: bool
    us: bool
    at: datetime

    @property
    def key(self) -> str:
        return f"{'join' if self.joined else 'leave'}:{self.member}@{self.chat.address}@{int(self.at.timestamp())}"


@dataclass(frozen=True, slots=True)
class Outgoing:
    """
    One message to be sent.

    chat      where to
    parts     in order; a door shows what it can and says the rest in words
    reply_to  message id to quote, or None
    enclosed  the bytes of pictures that the house itself holds, by their name; filled in when the message leaves
    """

    chat: Chat
    parts: tuple[Part, ...]
    reply_to: str | None = None
    enclosed: Mapping[str, bytes] = field(default_factory=dict)

    @property
    def text(self) -> str:
        """The words alone."""
        return words(self.parts)


def words(parts: tuple[Part, ...]) -> str:
    """Only what was typed, joined."""
    return "".join(part.text for part in parts if isinstance(part, Text))


def likeness(text: str) -> str:
    """The text as it is compared after a journey: messengers change line ends and trim or fold spaces."""
    return " ".join(text.split())


_KINDS: dict[str, type[Part]] = {
    kind.__name__.lower(): kind for kind in (Text, At, Picture, Sound, Attachment, Film, Face, Link, Spot, Note)
}


def dump_parts(parts: tuple[Part, ...]) -> str:
    """The parts as one JSON text, for an encrypted column."""
    rows = [{"part": type(part).__name__.lower(), **asdict(part)} for part in parts]
    return json.dumps(rows, ensure_ascii=False)


def load_parts(text: str) -> tuple[Part, ...]:
    """The parts that `dump_parts` wrote."""
    return tuple(_KINDS[row.pop("part")](**row) for row in json.loads(text))


Told = Incoming | Recalled | MemberChanged
_TOLD: dict[str, type[Told]] = {kind.__name__.lower(): kind for kind in (Incoming, Recalled, MemberChanged)}


def dump_told(told: Told) -> str:
    """What a messenger told, as one JSON text for an encrypted column."""
    row = asdict(told) | {"told": type(told).__name__.lower()}
    if isinstance(told, Incoming):
        row["parts"] = dump_parts(told.parts)
    return json.dumps(row, ensure_ascii=False, default=datetime.isoformat)


def load_told(text: str) -> Told:
    """What `dump_told` wrote; rows from before recalls were kept as well do not say what they are."""
    row = json.loads(text)
    kind = _TOLD[row.pop("told", "incoming")]
    row["chat"] = Chat(**row["chat"])
    for name in {"at", "sent_at"} & row.keys():
        row[name] = datetime.fromisoformat(row[name])
    if "parts" in row:
        row["parts"] = load_parts(row["parts"])
    return kind(**row)
