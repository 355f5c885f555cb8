"""
Signed notes, checkpoints and cosignatures, as C2SP writes them.

    Key         a name with a private key; signs
    PublicKey   the same for whoever checks; as text a “vkey”: name+key id+base64
    Note        a text with signature lines below a blank line
    Checkpoint  the text of a log's head: origin, size, root

The log's key signs two other kinds of texts, `promise_text` and `introduction_text`. Their first lines end in `/v1`, which no origin does,
so none of them can be taken for a head.

Source  c2sp.org/signed-note, c2sp.org/tlog-checkpoint, c2sp.org/tlog-cosignature (Ed25519 only)
"""

from __future__ import annotations

import base64
import binascii
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from hashlib import sha256

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from shouwang.engines.errors import BadData
from shouwang.engines.translog.hashing import HASH_BYTES

#: How the key signs: a note's text itself, or a text as a witness at a moment.
LOG, WITNESS = 0x01, 0x04
PROMISE, INTRODUCTION = "shouwang-promise/v1", "shouwang-key/v1"
_LONGEST_NOTE = 100_000


@dataclass(frozen=True, slots=True)
class PublicKey:
    """The public half: 32 bytes under a name, for one way of signing."""

    name: str
    raw: bytes
    kind: int = LOG

    def __post_init__(self) -> None:
        if not self.name or any(ch.isspace() or ch == "+" for ch in self.name):
            raise BadData("key", "its name must not be empty nor hold spaces or +")
        if len(self.raw) != 32 or self.kind not in {LOG, WITNESS}:
            raise BadData("key", "must be an Ed25519 key of 32 bytes")

    @property
    def id(self) -> bytes:
        """Four bytes that tell which key a signature line means."""
        return sha256(self.name.encode() + b"\n" + bytes([self.kind]) + self.raw).digest()[:4]

    @property
    def vkey(self) -> str:
        return f"{self.name}+{self.id.hex()}+{_b64(bytes([self.kind]) + self.raw)}"

    @classmethod
    def read(cls, vkey: str) -> PublicKey:
        """A key from its text. Raises BadData, also when its id does not fit: somebody copied it wrongly."""
        name, _plus, rest = vkey.strip().partition("+")
        key_id, _plus, material = rest.partition("+")
        raw = _unb64(material, "key")
        found = cls(name, raw[1:], raw[0] if raw else 0)
        if found.id.hex() != key_id:
            raise BadData("key", "does not fit its own mark; it was copied wrongly")
        return found

    def signed_at(self, note: Note) -> datetime | None:
        """When this witness signed the note; None when it did not, or not rightly."""
        if self.kind != WITNESS:
            return None
        for line in note.lines_of(self):
            seconds = int.from_bytes(line.signature[:8], "big")
            if (
                len(line.signature) == 72
                and seconds < 1 << 38
                and self._fits(line.signature[8:], _cosigned(note.text, seconds))
            ):
                return datetime.fromtimestamp(seconds, UTC)
        return None

    def signed(self, note: Note) -> bool:
        """Whether the note carries a right signature of this key."""
        if self.kind == WITNESS:
            return self.signed_at(note) is not None
        return any(self._fits(line.signature, note.text) for line in note.lines_of(self))

    def _fits(self, signature: bytes, text: str) -> bool:
        try:
            Ed25519PublicKey.from_public_bytes(self.raw).verify(signature, text.encode())
        except (InvalidSignature, ValueError):
            return False
        return True


@dataclass(frozen=True, slots=True)
class Key:
    """
    A private key under a name.

    seed   32 random bytes; chance is the caller's
    """

    name: str
    seed: bytes = field(repr=False)
    kind: int = LOG

    @property
    def public(self) -> PublicKey:
        made = Ed25519PrivateKey.from_private_bytes(self.seed).public_key()
        return PublicKey(self.name, made.public_bytes(Encoding.Raw, PublicFormat.Raw), self.kind)

    def line(self, text: str, at: datetime | None = None) -> Line:
        """The signature line under a text; a witness says when."""
        signing = Ed25519PrivateKey.from_private_bytes(self.seed)
        if self.kind == LOG:
            return Line(self.name, self.public.id, signing.sign(text.encode()))
        if at is None:
            raise BadData("time", "a witness says when it signs")
        seconds = int(at.timestamp())
        return Line(
            self.name, self.public.id, seconds.to_bytes(8, "big") + signing.sign(_cosigned(text, seconds).encode())
        )


@dataclass(frozen=True, slots=True)
class Line:
    """One signature line."""

    name: str
    key_id: bytes
    signature: bytes

    def __str__(self) -> str:
        return f"— {self.name} {_b64(self.key_id + self.signature)}\n"


@dataclass(frozen=True, slots=True)
class Note:
    """
    A text and who signed it.

    text   ends with a line break; the signatures are over exactly these bytes
    """

    text: str
    lines: tuple[Line, ...] = ()

    def __str__(self) -> str:
        return self.text + "\n" + "".join(map(str, self.lines))

    @classmethod
    def read(cls, note: str) -> Note:
        """Raises BadData when it is not a signed note."""
        head, blank, tail = note.rpartition("\n\n")
        if len(note) > _LONGEST_NOTE or not blank or not tail.endswith("\n"):
            raise BadData("note", "must be a text, a blank line and signature lines")
        if any(ord(ch) < 0x20 and ch != "\n" for ch in note):
            raise BadData("note", "must not hold control characters")
        return cls(head + "\n", tuple(_line(line) for line in tail[:-1].split("\n")))

    def lines_of(self, key: PublicKey) -> list[Line]:
        return [line for line in self.lines if line.name == key.name and line.key_id == key.id]

    def plus(self, lines: Iterable[Line]) -> Note:
        """With more signature lines; those that stand there already are not repeated."""
        return Note(self.text, (*self.lines, *(line for line in lines if line not in self.lines)))


def _line(line: str) -> Line:
    parts = line.split(" ")
    if len(parts) != 3 or parts[0] != "—":
        raise BadData("note", "a signature line must be a dash, a name and the signature")
    raw = _unb64(parts[2], "note")
    if len(raw) < 5:
        raise BadData("note", "a signature is too short")
    return Line(parts[1], raw[:4], raw[4:])


def signed(text: str, *keys: Key) -> Note:
    """A text signed by these keys of the log."""
    return Note(text, tuple(key.line(text) for key in keys))


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """The head of a log: the first `size` leaves have this root. `more` are lines that the log adds."""

    origin: str
    size: int
    root: bytes
    more: tuple[str, ...] = ()

    @property
    def text(self) -> str:
        return "".join(f"{line}\n" for line in (self.origin, self.size, _b64(self.root), *self.more))

    @classmethod
    def read(cls, text: str) -> Checkpoint:
        """Raises BadData when the text is not a head."""
        lines = text.removesuffix("\n").split("\n")
        if not text.endswith("\n") or len(lines) < 3 or not all(lines):
            raise BadData("checkpoint", "must have three lines: origin, size and root")
        origin, size, root = lines[:3]
        if not (size.isascii() and size.isdecimal() and str(int(size)) == size and int(size) < 1 << 63):
            raise BadData("checkpoint", "its second line must be the number of leaves")
        if origin.endswith("/v1"):
            raise BadData("checkpoint", "is a signed text of another kind")
        raw = _unb64(root, "checkpoint")
        if len(raw) != HASH_BYTES:
            raise BadData("checkpoint", "its third line must be the root, 32 bytes in base64")
        return cls(origin, int(size), raw, tuple(lines[3:]))

    @classmethod
    def opened(cls, note: Note, keys: Iterable[PublicKey]) -> Checkpoint:
        """The head in a note that one of the keys of its own origin signed. Raises BadData otherwise."""
        head = cls.read(note.text)
        if not any(key.kind == LOG and key.name == head.origin and key.signed(note) for key in keys):
            raise BadData("checkpoint", "is not signed by a known key of the log")
        return head


def promise_text(origin: str, leaf: bytes, received_at: datetime, by: datetime) -> str:
    """“This leaf hash will stand in the log by then”: what a receipt holds until it does."""
    return f"{PROMISE}\n{origin}\n{_b64(leaf)}\n{int(received_at.timestamp())}\n{int(by.timestamp())}\n"


@dataclass(frozen=True, slots=True)
class Promise:
    """What `promise_text` says."""

    origin: str
    leaf: bytes
    received_at: datetime
    by: datetime

    @classmethod
    def read(cls, text: str) -> Promise:
        lines = text.removesuffix("\n").split("\n")
        if len(lines) != 5 or lines[0] != PROMISE or not all(one.isascii() and one.isdecimal() for one in lines[3:]):
            raise BadData("promise", "is not a promise of a log")
        since, by = (datetime.fromtimestamp(int(one), UTC) for one in lines[3:])
        return cls(lines[1], _unb64(lines[2], "promise"), since, by)


def introduction_text(origin: str, new: PublicKey, at: datetime, *, lost: bool = False) -> str:
    """“From now on this key signs for the log.” Signed by the key before it, unless that one is lost."""
    return f"{INTRODUCTION}\n{origin}\n{new.vkey}\n{int(at.timestamp())}\n{'lost' if lost else 'rotated'}\n"


def follow(first: PublicKey, introductions: Iterable[Note]) -> list[PublicKey]:
    """
    The keys that one trusts who trusts the first: each introduced by the one before it. An introduction that the newest trusted key did not
    sign is passed over, and so is everything that rests on it: after a lost key a person has to compare.
    """
    trusted = [first]
    for note in introductions:
        lines = note.text.split("\n")
        if len(lines) != 6 or lines[0] != INTRODUCTION or lines[1] != first.name:
            continue
        new = PublicKey.read(lines[2])
        if new.name == first.name and new.signed(note) and trusted[-1].signed(note):
            trusted.append(new)
    return trusted


def _cosigned(text: str, seconds: int) -> str:
    return f"cosignature/v1\ntime {seconds}\n{text}"


def _b64(raw: bytes) -> str:
    return base64.b64encode(raw).decode()


def _unb64(text: str, where: str) -> bytes:
    try:
        raw = base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError) as error:
        raise BadData(where, "is not base64") from error
    if _b64(raw) != text:
        raise BadData(where, "is not written as base64 writes it")  # two texts must not mean one signature
    return raw
