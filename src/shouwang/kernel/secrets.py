"""
The key of the house: 32 random bytes in one file that only its owner may read. Every other key is derived from it.

Losing the file makes encrypted fields and sealed originals unreadable; it belongs into every backup, apart from the data.
"""

from __future__ import annotations

import os
import secrets as stdlib_secrets
from contextlib import suppress
from functools import cache
from pathlib import Path

from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

_master: bytes | None = None


class Locked(RuntimeError):
    """A key was asked for before the house was unlocked."""


def unlock(path: Path) -> None:
    """Read the key of the house; make it on the very first start. Raises ValueError when the file is not a key."""
    global _master  # noqa: PLW0603  one process, one house, one key
    if not path.exists():
        # Written aside and linked into place: a power cut, or a second process, never meets half a key.
        part = path.with_name(f"{path.name}.{os.getpid()}")
        with os.fdopen(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as file:
            file.write(stdlib_secrets.token_hex(32) + "\n")
            file.flush()
            os.fsync(file.fileno())
        with suppress(FileExistsError):
            os.link(part, path)
        part.unlink()
    text = path.read_text().strip()
    if len(text) != 64:
        raise ValueError(f"{path} is not a key of 32 bytes in hexadecimal; restore it from the backup.")
    _master = bytes.fromhex(text)
    derive_key.cache_clear()


@cache
def derive_key(purpose: str) -> bytes:
    """32 bytes for one purpose (HKDF-SHA256, RFC 5869). The same purpose always gives the same key."""
    if _master is None:
        raise Locked("The house key has not been read yet.")
    return HKDF(algorithm=SHA256(), length=32, salt=None, info=f"shouwang/{purpose}".encode()).derive(_master)
