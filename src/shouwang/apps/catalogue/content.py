"""
The content of an item as bytes that anybody can make again, and what differs between two of them.

The SHA-256 is taken over the canonical JSON of title, summary, body and the attachments' names and SHA-256: keys in order, no spaces,
UTF-8.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Any

FIELDS = ("title", "summary", "body")
_SENTENCE = re.compile(r"[^。！？；\n]*[。！？；\n]+|[^。！？；\n]+")


@dataclass(frozen=True, slots=True)
class Content:
    """What the public reads. `files` are (name, sha256) in the order in which they are shown."""

    title: str
    summary: str
    body: str
    files: tuple[tuple[str, str], ...] = ()

    def canonical(self) -> bytes:
        said: dict[str, Any] = {name: getattr(self, name) for name in FIELDS}
        said["files"] = [{"name": name, "sha256": sha256} for name, sha256 in self.files]
        return json.dumps(said, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()

    @property
    def digest(self) -> str:
        return hashlib.sha256(self.canonical()).hexdigest()


def content_of(title: str, summary: str, body: str, files: Iterable[Mapping[str, Any]] = ()) -> Content:
    """From the columns of a draft or version; line ends as browsers send them do not count."""
    lines = "\n".join(line.rstrip() for line in body.replace("\r\n", "\n").split("\n")).strip()
    return Content(title.strip(), summary.strip(), lines, tuple((one["name"], one["sha256"]) for one in files))


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch of text: `same`, `gone` or `new`."""

    how: str
    text: str


def sentences(text: str) -> list[str]:
    return _SENTENCE.findall(text)


def differences(old: str, new: str) -> tuple[Piece, ...]:
    """What was taken out and put in, by sentences."""
    before, after = sentences(old), sentences(new)
    found: list[Piece] = []
    for tag, i, j, k, m in SequenceMatcher(None, before, after, autojunk=False).get_opcodes():
        if tag == "equal":
            found.append(Piece("same", "".join(before[i:j])))
            continue
        if j > i:
            found.append(Piece("gone", "".join(before[i:j])))
        if m > k:
            found.append(Piece("new", "".join(after[k:m])))
    return tuple(found)


@dataclass(frozen=True, slots=True)
class Change:
    """One part of the content that differs; `name` as in `FIELDS`, or `files`."""

    name: str
    pieces: tuple[Piece, ...]


def changes(old: Content, new: Content) -> tuple[Change, ...]:
    """The parts that differ, in the order of the page."""
    pairs = [(name, str(getattr(old, name)), str(getattr(new, name))) for name in FIELDS]
    found = [Change(name, differences(before, after)) for name, before, after in pairs if before != after]
    if old.files != new.files:
        gone = [Piece("gone", name) for name, sha in old.files if (name, sha) not in new.files]
        come = [Piece("new", name) for name, sha in new.files if (name, sha) not in old.files]
        found.append(Change("files", (*gone, *come)))
    return tuple(found)
