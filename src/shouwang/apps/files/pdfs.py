"""
PDF, looked through for what acts by itself. No Django.

This is a search for names, not a PDF parser. Names are read with their #xx escapes undone, in the raw file, in object
streams packed with Flate, and in the first megabyte of every other such stream. An object stream packed in any other
way is refused rather than trusted, and so is anything locked with a password. Not covered: exploits of a reader's own
bugs, and links to web pages, which need a click.
"""

from __future__ import annotations

import re
import string
import zlib
from collections.abc import Iterator

from shouwang.apps.files.findings import Code, Found, Kind, Reject

# ISO 32000-1: tables 198 and 217 (actions), 7.11.4 (embedded files), 12.6.4.16 (ECMAScript), 12.7.8 (XFA), 13.2 and
# 13.6 for media
_ACTIVE = (
    (re.compile(rb"/JavaScript(?![A-Za-z0-9])"), "script"),
    (re.compile(rb"/Launch(?![A-Za-z0-9])"), "launch"),
    (re.compile(rb"/EmbeddedFiles?(?![A-Za-z0-9])"), "embedded"),
    (re.compile(rb"/GoToE(?![A-Za-z0-9])"), "embedded"),
    (re.compile(rb"/(?:RichMedia|Rendition|ImportData|SubmitForm)(?![A-Za-z0-9])"), "script"),
    (re.compile(rb"/XFA\s*[\[\d]"), "script"),
)
_ENCRYPT = re.compile(rb"/Encrypt[\s<\d]")
_ESCAPES = tuple(
    (spelling, letter.encode())
    for letter in string.ascii_letters
    for spelling in sorted({b"#%02x" % ord(letter), b"#%02X" % ord(letter)})
)
_STREAM = re.compile(rb"(?<!end)stream\r?\n")
_FILTER = re.compile(rb"/Filter\s*(\[[^\]]*\]|/\w+)")
_ONLY_FLATE = re.compile(rb"\[?\s*/(?:FlateDecode|Fl)\s*\]?")
_INFORMATION = re.compile(rb"/(?:Author|Creator|Producer|Metadata)[\s(<\d]")
_DICTIONARY_BYTES = 4096
_MOST_STREAMS = 100_000
_PIECE_BYTES = 4 * 1024
_PEEK_BYTES = 1024 * 1024
_ROOM_FOR_ALL = 4  # times what one document may unpack to: pages and pictures together


def examine(data: bytes, unpacked_bytes: int) -> Found:
    """Raises Reject (broken, encrypted, active_content, cannot_inspect, bomb)."""
    if b"%%EOF" not in data[-4096:] or b"obj" not in data:
        raise Reject(Code.BROKEN, kind=Kind.DOCUMENT)
    plain = _unescaped(data)
    if _ENCRYPT.search(plain):
        raise Reject(Code.ENCRYPTED)
    _look_for_actions(plain)
    informative = bool(_INFORMATION.search(plain))
    left = _ROOM_FOR_ALL * unpacked_bytes
    for start, holds_objects in _streams(data):
        if holds_objects:
            inside, used, ended = _inflated(data, start, unpacked_bytes)
            if not ended:
                raise Reject(Code.BOMB if used else Code.CANNOT_INSPECT)
        else:
            inside, used, _ = _inflated(data, start, _PEEK_BYTES)
        left -= len(inside) + used
        if left < 0:
            raise Reject(Code.BOMB)
        inside = _unescaped(inside)
        _look_for_actions(inside)
        informative = informative or bool(_INFORMATION.search(inside))
    return Found(Kind.DOCUMENT, "application/pdf", ".pdf", cautions=("metadata",) if informative else ())


def _unescaped(data: bytes) -> bytes:
    """Letters only, since the names that we look for have nothing else."""
    if b"#" in data:
        for escape, letter in _ESCAPES:
            data = data.replace(escape, letter)
    return data


def _look_for_actions(plain: bytes) -> None:
    for pattern, what in _ACTIVE:
        if pattern.search(plain):
            raise Reject(Code.ACTIVE_CONTENT, what=what)


def _streams(data: bytes) -> Iterator[tuple[int, bool]]:
    """
    Where each stream begins, and whether it says that it holds objects: those are unpacked whole. Of every other the
    beginning is looked at as well, since what a stream says of itself can be disguised.
    """
    for number, start in enumerate(_STREAM.finditer(data)):
        if number > _MOST_STREAMS:
            raise Reject(Code.BOMB)
        low = max(0, start.start() - _DICTIONARY_BYTES)
        begins = data.rfind(b"obj", low, start.start())
        dictionary = _unescaped(data[max(begins, low) : start.start()])
        if b"/ObjStm" not in dictionary:
            yield start.end(), False
            continue
        packing = _FILTER.search(dictionary)
        if packing is None:
            continue  # not packed: the raw search has seen it
        if not _ONLY_FLATE.fullmatch(packing[1]) or re.search(rb"/Predictor\s+(?!1\b)\d", dictionary):
            raise Reject(Code.CANNOT_INSPECT)
        yield start.end(), True


def _inflated(data: bytes, start: int, most: int) -> tuple[bytes, int, bool]:
    """
    (what was packed, how many bytes that took, whether it came to its end), at most `most` bytes of it.

    Fed in pieces: a file may hold thousands of streams, and none may copy all that follows it.
    """
    unpacker, inside, at = zlib.decompressobj(), bytearray(), start
    try:
        while not unpacker.eof and at < len(data) and len(inside) < most and at - start <= most:
            piece = unpacker.unconsumed_tail + data[at : at + _PIECE_BYTES]
            inside += unpacker.decompress(piece, most - len(inside))
            at += _PIECE_BYTES
    except zlib.error:
        return bytes(inside), 0, False
    return bytes(inside), at - start, unpacker.eof
