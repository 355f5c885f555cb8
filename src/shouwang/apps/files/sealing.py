"""
How a file lies on disk: encrypted in chunks, so that a part can be read without opening the whole. No Django.

    header   8 bytes magic, 16 bytes salt, chunk size and plain size as big-endian unsigned 4 and 8 bytes
    body     chunks of AES-256-GCM, each 16 bytes longer than its plain part; the last may be shorter

The key of a file is derived from the house's key and the file's own salt (HKDF-SHA256, RFC 5869), so a nonce may be the
chunk's number (NIST SP 800-38D, 8.2.1: unique for one key). Header and context are authenticated with every chunk: a
chunk cannot be changed, moved, dropped, or brought in from another file.
"""

from __future__ import annotations

import os
import struct
from collections.abc import Iterator
from typing import BinaryIO

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

MAGIC = b"SWSEAL1\n"
CHUNK_BYTES = 64 * 1024
_HEADER = struct.Struct(">8s16sIQ")
_TAG_BYTES = 16


class SealBroken(ValueError):
    """The file was changed, cut short, moved from another place, or sealed with another key."""


def sealed(data: bytes, key: bytes, context: str) -> Iterator[bytes]:
    """
    The pieces to be written, in order.

    key       32 bytes
    context   what this file is and where it belongs; must be given again to open it
    """
    header = _HEADER.pack(MAGIC, os.urandom(16), CHUNK_BYTES, len(data))
    yield header
    cipher = _cipher(key, header)
    view = memoryview(data)
    for number in range(_chunks(len(data), CHUNK_BYTES)):
        piece = view[number * CHUNK_BYTES : (number + 1) * CHUNK_BYTES]
        yield cipher.encrypt(_nonce(number), piece, header + context.encode())


class Opened:
    """
    A sealed file, ready to be read in parts.

    size   length of the plain content in bytes
    """

    def __init__(self, stream: BinaryIO, key: bytes, context: str) -> None:
        """Reads only the header. Raises SealBroken when it is none."""
        header = stream.read(_HEADER.size)
        if len(header) != _HEADER.size or not header.startswith(MAGIC):
            raise SealBroken("This is not a sealed file.")
        _, _, self._chunk_bytes, self.size = _HEADER.unpack(header)
        if not 0 < self._chunk_bytes <= 16 * CHUNK_BYTES:
            raise SealBroken("This is not a sealed file.")
        self._stream = stream
        self._cipher = _cipher(key, header)
        self._authenticated = header + context.encode()

    def read(self, start: int = 0, stop: int | None = None) -> bytes:
        """Plain bytes from start up to, not including, stop. Raises SealBroken."""
        stop = self.size if stop is None else min(stop, self.size)
        if start < 0 or start > stop:
            raise ValueError("A part begins before its end and within the file.")
        first = start // self._chunk_bytes
        last = max(first + 1, _chunks(stop, self._chunk_bytes))
        parts = [self._chunk(number) for number in range(first, last)]
        offset = first * self._chunk_bytes
        return b"".join(parts)[start - offset : stop - offset]

    def _chunk(self, number: int) -> bytes:
        self._stream.seek(_HEADER.size + number * (self._chunk_bytes + _TAG_BYTES))
        length = min(self._chunk_bytes, self.size - number * self._chunk_bytes)
        body = self._stream.read(length + _TAG_BYTES)
        try:
            return self._cipher.decrypt(_nonce(number), body, self._authenticated)
        except (InvalidTag, ValueError) as trouble:
            raise SealBroken(f"Part {number} is not what was sealed.") from trouble


def _chunks(size: int, chunk_bytes: int) -> int:
    """How many chunks; an empty file has one, so that even its emptiness is sealed."""
    return max(1, -(-size // chunk_bytes))


def _nonce(number: int) -> bytes:
    return number.to_bytes(12, "big")


def _cipher(key: bytes, header: bytes) -> AESGCM:
    salt = _HEADER.unpack(header)[1]
    return AESGCM(HKDF(algorithm=SHA256(), length=32, salt=salt, info=b"shouwang/sealed-file/1").derive(key))
