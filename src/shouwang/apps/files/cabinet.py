"""
The sealed files on disk, below `SHOUWANG.data_dir / "files"`.

    ab/abCDef….original     as it came
    ab/abCDef….display      clean copy to be shown or played
    ab/abCDef….thumb        small clean copy
    parts/…                 being written; renamed when complete, so a name above is always a whole file
"""

from __future__ import annotations

import errno
import os
import re
import secrets
import shutil
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from pathlib import Path

from django.conf import settings
from django.utils.translation import gettext as _

from shouwang.apps.files.errors import FileDamaged, StorageFull
from shouwang.apps.files.sealing import Opened, SealBroken, sealed
from shouwang.kernel.secrets import derive_key

KEEP_FREE_BYTES = (
    200 * 1024 * 1024
)  # pictures must never take the room the database needs to write down a call for help
_NO_ROOM = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG})
_PARTS = "parts"
_OURS = re.compile(r"(?:[\w-]{2}|parts)/[\w-]{22}\.(?:original|display|thumb)(?:\.[0-9a-f]{8})?")


class Form(StrEnum):
    """Which version of a file."""

    ORIGINAL = "original"
    DISPLAY = "display"
    THUMB = "thumb"


@dataclass(frozen=True, slots=True)
class Part:
    """Some bytes of one version: from `start`, of `size` in all."""

    data: bytes
    start: int
    size: int


def folder() -> Path:
    """Where the files lie."""
    return Path(settings.SHOUWANG.data_dir) / "files"


def put(ref: str, form: Form, data: bytes) -> str:
    """
    Seal and write one version; when this returns, the file and its name are on the disk. Returns its relative path.

    Raises StorageFull, with nothing left behind.
    """
    path = f"{ref[:2]}/{ref}.{form}"
    target = folder() / path
    part = folder() / _PARTS / f"{ref}.{form}.{secrets.token_hex(4)}"
    try:
        for parent in (target.parent, part.parent):
            parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        if shutil.disk_usage(part.parent).free < KEEP_FREE_BYTES + len(data):
            raise _full()
        _write(part, sealed(data, derive_key("files"), _context(ref, form)))
        part.replace(target)
        _settle(target.parent)
    except OSError as trouble:
        if trouble.errno in _NO_ROOM:
            raise _full() from trouble
        raise
    finally:
        with suppress(OSError):
            part.unlink(missing_ok=True)
    return path


def take(ref: str, form: Form, path: str, start: int = 0, stop: int | None = None) -> Part:
    """
    Read from start up to, not including, stop. Raises FileDamaged when the bytes are missing or not what was sealed.
    """
    try:
        with (folder() / path).open("rb") as stream:
            opened = Opened(stream, derive_key("files"), _context(ref, form))
            start = min(start, opened.size)
            return Part(opened.read(start, stop if stop is None else max(start, stop)), start, opened.size)
    except (OSError, SealBroken) as trouble:
        raise FileDamaged(_("这个文件在磁盘上坏了或不见了。")) from trouble


def throw_away(*paths: str) -> None:
    """Remove versions; one that is already gone is fine."""
    for path in paths:
        (folder() / path).unlink(missing_ok=True)


def lying_around(before: datetime) -> Iterator[str]:
    """
    Relative paths of our own files last written before `before`, unfinished parts included. What is named otherwise was
    put there by somebody else and is left alone.
    """
    limit = before.timestamp()
    for path in sorted(folder().glob("*/*")):
        name = path.relative_to(folder()).as_posix()
        with suppress(FileNotFoundError):  # finished or removed while we looked
            if _OURS.fullmatch(name) and path.stat().st_mtime < limit:
                yield name


def is_there(path: str) -> bool:
    return (folder() / path).is_file()


def _context(ref: str, form: Form) -> str:
    return f"{ref}.{form}"


def _full() -> StorageFull:
    return StorageFull(_("站里的磁盘满了，这个文件没有存下。"))


def _write(path: Path, pieces: Iterator[bytes]) -> None:
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as out:
        for piece in pieces:
            out.write(piece)
        out.flush()
        os.fsync(out.fileno())


def _settle(directory: Path) -> None:
    """A renamed file survives a power cut only when its folder is written too."""
    handle = os.open(directory, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


@dataclass(frozen=True, slots=True)
class Swept:
    """
    What a sweep found.

    removed   relative paths without a row (left by a crash or a rolled-back transaction), or of erased files
    missing   refs of rows whose bytes are not there: restore them from the backup
    """

    removed: tuple[str, ...]
    missing: tuple[str, ...]


LEAST_AGE = timedelta(hours=1)
"""A sweep never touches anything younger: its row may be in a transaction that has not been committed yet."""
