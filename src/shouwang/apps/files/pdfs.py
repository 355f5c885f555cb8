"""
PDF, looked through for what acts by itself. No Django.

This is a search for names, not a PDF parser. Names are read with their #xx escapes undone, in the raw file and inside
object streams packed with Flate. Not covered: exploits of a reader's own bugs, and links to web pages, which
need a click. An object stream packed in any other way is refused rather than trusted, and so is anything locked with a
password.
"""

from __future__ import annotations

import re
import zlib

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
_ESCAPE = re.compile(rb"#([0-9A-Fa-f]{2})")
_STREAM = re.compile(rb"stream\r?\n")
_FILTER = re.compile(rb"/Filter\s*(\[[^\]]*\]|/\w+)")
_ONLY_FLATE = re.compile(rb"\[?\s*/(?:FlateDecode|Fl)\s*\]?")
_INFORMATION = re.compile(rb"/(?:Author|Creator|Producer|Metadata)[\s(<\d]")
_DICTIONARY_BYTES = 4096


def examine(data: bytes, unpacked_bytes: int) -> Found:
    """Raises Reject (broken, encrypted, active_content, cannot_inspect, bomb)."""
    if b"%%EOF" not in data[-4096:] or b"obj" not in data:
        raise Reject(Code.BROKEN, kind=Kind.DOCUMENT)
    plain = _unescaped(data)
    if _ENCRYPT.search(plain):
        raise Reject(Code.ENCRYPTED)
    _look_for_actions(plain)
    informative = bool(_INFORMATION.search(plain))
    left = unpacked_bytes
    for packed in _object_streams(data):
        inside = _inflated(packed, left)
        left -= len(inside)
        inside = _unescaped(inside)
        _look_for_actions(inside)
        informative = informative or bool(_INFORMATION.search(inside))
    return Found(Kind.DOCUMENT, "application/pdf", ".pdf", cautions=("metadata",) if informative else ())


def _unescaped(data: bytes) -> bytes:
    return _ESCAPE.sub(lambda found: bytes([int(found[1], 16)]), data)


def _look_for_actions(plain: bytes) -> None:
    for pattern, what in _ACTIVE:
        if pattern.search(plain):
            raise Reject(Code.ACTIVE_CONTENT, what=what)


def _object_streams(data: bytes) -> list[bytes]:
    """The packed bodies of streams that hold objects, where a name could hide from a search of the raw file."""
    bodies = []
    for start in _STREAM.finditer(data):
        before = data[max(0, start.start() - _DICTIONARY_BYTES) : start.start()]
        dictionary = _unescaped(before[before.rfind(b"obj") :] if b"obj" in before else before)
        if b"/ObjStm" not in dictionary:
            continue
        packing = _FILTER.search(dictionary)
        if packing is None:
            continue  # not packed: the raw search has seen it
        if not _ONLY_FLATE.fullmatch(packing[1]) or re.search(rb"/Predictor\s+(?!1\b)\d", dictionary):
            raise Reject(Code.CANNOT_INSPECT)
        bodies.append(data[start.end() :])
    return bodies


def _inflated(packed: bytes, most: int) -> bytes:
    try:
        inside = zlib.decompressobj().decompress(packed, most + 1)
    except zlib.error as trouble:
        raise Reject(Code.CANNOT_INSPECT) from trouble
    if len(inside) > most:
        raise Reject(Code.BOMB)
    return inside
