"""
What an inspection says about an upload: the words that all checks share. No Django.

    Limits     how much we take
    Accepted   what it is, by its content
    Refused    why not: a stable code and its parameters; `wording.py` makes the sentence
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from types import MappingProxyType

MIB = 1024 * 1024


class Kind(StrEnum):
    """What an accepted file is to the people at the desk."""

    PICTURE = "picture"
    VOICE = "voice"
    DOCUMENT = "document"


class Code(StrEnum):
    """Why an upload is refused. Stable: forms, API and tests rely on these words."""

    EMPTY = "empty"  # no bytes at all
    TOO_BIG = "too_big"  # params: limit_mb, kind
    KIND_NOT_ALLOWED = "kind_not_allowed"  # params: found
    MISLABELLED = "mislabelled"  # a program or web page calling itself something we take; params: found
    BROKEN = "broken"  # damaged or cut short; params: kind
    PICTURE_TOO_LARGE = "picture_too_large"  # params: limit_megapixels
    POLYGLOT = "polyglot"  # valid as one thing and hiding another; params: hidden
    ENCRYPTED = "encrypted"  # locked with a password, so nobody can look inside
    BOMB = "bomb"  # small on the wire, enormous when unpacked
    ACTIVE_CONTENT = "active_content"  # macros, scripts, launch actions, attachments, outside references; params: what
    CANNOT_INSPECT = "cannot_inspect"  # part of a document is packed in a way we do not read
    VOICE_TOO_LONG = "voice_too_long"  # params: limit_s, duration_s
    MARKED = "state_secret"  # carries the mark of a state secret: may not lie here, whoever sends it


@dataclass(frozen=True, slots=True)
class Limits:
    """
    How much is taken. Bytes count the upload itself; pixels are width x height of one frame, before anything is
    decoded.

    voice_s        longest voice note in seconds; applies when the recording tells its length, or we can count it
    unpacked_bytes what a DOCX or XLSX may weigh when unpacked, all parts together
    kinds          what this place takes at all
    """

    picture_bytes: int = 15 * MIB
    document_bytes: int = 20 * MIB
    voice_bytes: int = 15 * MIB
    voice_s: int = 300
    picture_pixels: int = 60_000_000
    unpacked_bytes: int = 100 * MIB
    zip_entries: int = 3000
    kinds: frozenset[Kind] = frozenset(Kind)

    def bytes_for(self, kind: Kind) -> int:
        return {Kind.PICTURE: self.picture_bytes, Kind.VOICE: self.voice_bytes, Kind.DOCUMENT: self.document_bytes}[
            kind
        ]

    @property
    def most_bytes(self) -> int:
        """More than this no kind may have, so reading stops there."""
        return max(self.bytes_for(kind) for kind in self.kinds)


@dataclass(frozen=True, slots=True)
class Accepted:
    """
    A file we take.

    media_type        by content, ready for a Content-Type header
    suggested_suffix  by content, with the dot
    name              cleaned for display and download, never for a path; ends with suggested_suffix
    sha256            lower-case hex of the bytes as they came
    width_px, height_px   of a picture as it will be seen (orientation applied)
    duration_s        of a voice note when it can be told
    cautions          what a reader should know: "metadata" (a document names people, places or programs)
    """

    kind: Kind
    media_type: str
    suggested_suffix: str
    name: str
    size_bytes: int
    sha256: str
    width_px: int | None = None
    height_px: int | None = None
    duration_s: float | None = None
    cautions: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Refused:
    """A file we do not take, with the reason as a code and plain parameters."""

    code: Code
    params: Mapping[str, int | str] = field(default_factory=lambda: MappingProxyType({}))


@dataclass(frozen=True, slots=True)
class Found:
    """What one format's check learned: an Accepted without name, size and fingerprint."""

    kind: Kind
    media_type: str
    suffix: str
    width_px: int | None = None
    height_px: int | None = None
    duration_s: float | None = None
    cautions: tuple[str, ...] = ()


class Reject(Exception):
    """Raised by a check inside the inspection; `inspect` turns it into a Refused and never lets it out."""

    def __init__(self, code: Code, **params: int | str) -> None:
        super().__init__(code)
        self.refused = Refused(code, MappingProxyType(params))
