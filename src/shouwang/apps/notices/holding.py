"""
What a gateway told and the database could not take yet: on disk, sealed, in the order in which it came.

A door writes each event here before it asks the database, and removes it afterwards. So a process that is killed, or a database that is
away or full, loses nothing that the house had heard; taking an event twice is harmless (`receiving.receive`).

    held/7/00…017-4711.held     one event of gateway 7; the name is its place in the order
    held/7/00…017-4711.bad      one that cannot be read, or that the house could not take for a fault of its own: for a person to look at
"""

from __future__ import annotations

import os
import time
from collections import Counter
from pathlib import Path

from cryptography.exceptions import InvalidTag
from django.conf import settings

from shouwang.kernel.fields import decrypt, encrypt

_SEALED_AS = "notices.held"
MOST_ON_DISK = 10_000
"""For each gateway: some days of a station's QQ, and at most ten gigabytes if somebody means harm."""
MOST_IN_MEMORY = 500
_in_memory: Counter[int] = Counter()


def folder() -> Path:
    """Where they lie, one folder for each gateway."""
    return Path(settings.SHOUWANG.data_dir) / "held"


class Hold:
    """The events of one gateway that wait. Every method is safe beside another process that does the same."""

    def __init__(self, gateway_id: int) -> None:
        self._folder = folder() / str(gateway_id)
        self._gateway_id = gateway_id
        self._last = 0

    def put(self, text: str, *, sure: bool) -> str:
        """
        Keep one event behind all others; returns its name. Raises OSError when the disk does not take it, and leaves nothing behind then.

        sure  whether it must also survive a power cut, not only the end of this process
        """
        self._last = max(time.time_ns(), self._last + 1)
        name = f"{self._last:020d}-{os.getpid()}.held"
        part = self._folder / f"{name}.part"
        self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        try:
            with os.fdopen(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as out:
                out.write(encrypt(text, _SEALED_AS))
                if sure:
                    out.flush()
                    os.fsync(out.fileno())
            part.replace(self._folder / name)
        finally:
            part.unlink(missing_ok=True)
        if sure:
            self.settle()
        return name

    def names(self) -> list[str]:
        """What waits, oldest first."""
        return sorted(path.name for path in self._folder.glob("*.held"))

    def read(self, name: str) -> str | None:
        """The event; None when it is gone (another process took it) or cannot be read, in which case it is set aside."""
        try:
            return decrypt((self._folder / name).read_bytes(), _SEALED_AS)
        except FileNotFoundError:
            return None
        except (InvalidTag, ValueError):  # a power cut left half of it
            self.set_aside(name)
            return None

    def drop(self, name: str) -> None:
        """It is in the database."""
        (self._folder / name).unlink(missing_ok=True)

    def set_aside(self, name: str) -> None:
        """Nobody can take it as it is; what comes after it must not wait."""
        path = self._folder / name
        if path.exists():
            path.replace(path.with_suffix(".bad"))

    def settle(self) -> None:
        """What lies here survives a power cut from now on."""
        for path in (*self._folder.glob("*.held"), self._folder):
            try:
                handle = os.open(path, os.O_RDONLY)
            except FileNotFoundError:
                continue
            try:
                os.fsync(handle)
            finally:
                os.close(handle)

    def in_memory(self, many: int) -> None:
        """Say how many more wait in this process alone, because the disk took nothing."""
        _in_memory[self._gateway_id] = many


def held(gateway_id: int, *, older_than_s: float = 5) -> int:
    """How many events of a gateway wait for the database. What came just now does not count: it is on its way."""
    before = time.time() - older_than_s
    waiting = 0
    for path in (folder() / str(gateway_id)).glob("*.held"):
        try:
            waiting += path.stat().st_mtime <= before
        except FileNotFoundError:
            continue  # taken while we looked
    return waiting + _in_memory[gateway_id]


def gateways() -> list[int]:
    """Every gateway that has a folder here."""
    there = [int(path.name) for path in folder().glob("*") if path.is_dir() and path.name.isdecimal()]
    return sorted({*there, *(key for key, many in _in_memory.items() if many)})


def all_held(*, older_than_s: float = 5) -> int:
    """How many events wait in all."""
    return sum(held(pk, older_than_s=older_than_s) for pk in gateways())


def set_aside() -> int:
    """How many events lie there for a person to look at."""
    return sum(1 for _path in folder().glob("*/*.bad"))
