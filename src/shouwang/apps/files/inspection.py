"""
Is this upload something we take? Decided by what the bytes are, never by what they are called. No Django, no clock; a PDF's
first pages are read in a process of their own.

    inspect(source, claimed_name, claimed_type, limits) -> Accepted | Refused

What passes is one of five picture formats, six recordings, PDF, DOCX, XLSX or plain text, whole, within the limits,
with nothing in it that acts by itself as far as these checks can see, and without the mark of a
state secret (`markings.py`). What the checks do not see is written at the top of
`pdfs.py` and `offices.py`; there is no virus scanner here, and a clean result is not a promise that a document is harmless.
"""

from __future__ import annotations

import hashlib
import re
from typing import BinaryIO

import filetype

from shouwang.apps.files import offices, pdfs, pictures, texts, voices
from shouwang.apps.files.findings import MIB, Accepted, Code, Found, Kind, Limits, Refused, Reject
from shouwang.apps.files.markings import is_marked_file
from shouwang.apps.files.names import clean_name

__all__ = ["Accepted", "Code", "Kind", "Limits", "Refused", "inspect", "read_limited"]

_HEIC_BRANDS = frozenset({b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"mif1", b"msf1"})
_PROGRAMS = (
    (b"MZ", "program"),
    (b"\x7fELF", "program"),
    (b"\xca\xfe\xba\xbe", "program"),
    (b"\xcf\xfa\xed\xfe", "program"),
    (b"\xfe\xed\xfa", "program"),
    (b"dex\n", "program"),
    (b"L\0\0\0\x01\x14\x02\0", "shortcut"),
    (b"\0asm", "program"),
    (b"MSCF", "program"),
)
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_ZIP = (b"PK\x03\x04", b"PK\x05\x06", b"PK\x07\x08")
_OUR_SUFFIXES = re.compile(
    r"\.(jpe?g|png|webp|gif|hei[cf]|pdf|docx|xlsx|txt|webm|ogg|opus|m4a|mp[34]|wav|amr|awb|3gp)$", re.IGNORECASE
)


def inspect(source: bytes | BinaryIO, claimed_name: str, claimed_type: str, limits: Limits) -> Accepted | Refused:
    """
    Judge one upload.

    source         the bytes, or a binary stream; a stream is read from its beginning when it can seek, else from where
                   it stands, and at most one byte further than the largest limit
    claimed_name   what the sender calls it: cleaned for display, and used to tell disguise from mistake; nothing else
    claimed_type   the sender's Content-Type: the same
    Returns        Accepted or Refused; raises nothing on hostile bytes (an OSError of the stream itself passes through)
    """
    try:
        data = read_limited(source, limits)
        if not data:
            raise Reject(Code.EMPTY)
        found = _identified(data, claimed_name, claimed_type, limits)
        _within_limits(found, len(data), limits)
        if is_marked_file(data, found, claimed_name):
            raise Reject(Code.MARKED)
    except Reject as decision:
        return decision.refused
    return Accepted(
        kind=found.kind,
        media_type=found.media_type,
        suggested_suffix=found.suffix,
        name=clean_name(claimed_name, found.suffix, found.kind),
        size_bytes=len(data),
        sha256=hashlib.sha256(data).hexdigest(),
        width_px=found.width_px,
        height_px=found.height_px,
        duration_s=found.duration_s,
        cautions=found.cautions,
    )


def read_limited(source: bytes | BinaryIO, limits: Limits) -> bytes:
    """All bytes of an upload. Raises Reject(too_big) after reading at most one byte more than any kind may have."""
    if isinstance(source, bytes):
        data = source
    else:
        if source.seekable():
            source.seek(0)
        data = source.read(limits.most_bytes + 1)
    if len(data) > limits.most_bytes:
        raise Reject(Code.TOO_BIG, limit_mb=limits.most_bytes // MIB)
    return data


def _identified(data: bytes, claimed_name: str, claimed_type: str, limits: Limits) -> Found:
    danger = _danger(data)
    if danger:
        disguised = _claims_to_be_ours(claimed_name, claimed_type)
        raise Reject(Code.MISLABELLED if disguised else Code.KIND_NOT_ALLOWED, found=danger)
    if data.startswith(_OLE):
        if "EncryptedPackage".encode("utf-16-le") in data:
            raise Reject(Code.ENCRYPTED)
        raise Reject(Code.KIND_NOT_ALLOWED, found="old_office")
    found = _by_content(data, limits)
    if found is None:
        raise Reject(Code.KIND_NOT_ALLOWED, found=_guess(data))
    if found.kind not in limits.kinds:
        raise Reject(Code.KIND_NOT_ALLOWED, found=found.kind)
    return found


def _danger(data: bytes) -> str:
    for signature, what in _PROGRAMS:
        if data.startswith(signature) and not (what == "program" and texts.examine(data[:512])):
            return what
    return "web_page" if texts.looks_like_markup(data) and not _has_picture_head(data) else ""


def _has_picture_head(data: bytes) -> bool:
    return _is_picture(data) or data.startswith(b"%PDF-")


def _is_picture(data: bytes) -> bool:
    return (
        data.startswith((b"\xff\xd8\xff", b"\x89PNG\r\n\x1a\n", b"GIF87a", b"GIF89a"))
        or (data[:4] == b"RIFF" and data[8:12] == b"WEBP")
        or (data[4:8] == b"ftyp" and _brands(data) & _HEIC_BRANDS != frozenset())
    )


def _brands(data: bytes) -> frozenset[bytes]:
    """The major brand, and the compatible ones only when the major is a general one: an AVIF also lists mif1."""
    major = data[8:12]
    if major in (b"mif1", b"msf1"):
        end = min(int.from_bytes(data[:4], "big"), 256)
        listed = frozenset(data[at : at + 4] for at in range(16, end, 4))
        return frozenset() if b"avif" in listed or b"avis" in listed else listed | {major}
    return frozenset({major})


def _by_content(data: bytes, limits: Limits) -> Found | None:
    if _is_picture(data):
        _weight(Kind.PICTURE, len(data), limits)
        _one_thing_only(data)
        return pictures.examine(data, limits.picture_pixels)
    if data.startswith(b"%PDF-"):
        _weight(Kind.DOCUMENT, len(data), limits)
        _no_archive_inside(data)
        return pdfs.examine(data, limits.unpacked_bytes)
    if data.startswith(_ZIP):
        return offices.examine(data, limits)
    voice = voices.examine(data)
    if voice is not None:
        _one_thing_only(data)
        return voice
    text = texts.examine(data)
    if text is not None and texts.hides_script(data):
        raise Reject(Code.POLYGLOT, hidden="script")
    return text


def _one_thing_only(data: bytes) -> None:
    """A picture or recording that is also a web page, a PDF or an archive was made by someone with a purpose."""
    if texts.hides_script(data):
        raise Reject(Code.POLYGLOT, hidden="script")
    if b"%PDF-" in data[:1024]:
        raise Reject(Code.POLYGLOT, hidden="pdf")
    _no_archive_inside(data)


def _no_archive_inside(data: bytes) -> None:
    """
    Zip readers look from the end, so a zip can stand behind anything. Phones append films and maps, never archives.
    """
    if offices.count_entries(data) is not None:
        raise Reject(Code.POLYGLOT, hidden="archive")


def _within_limits(found: Found, size: int, limits: Limits) -> None:
    _weight(found.kind, size, limits)
    if found.duration_s is not None and found.duration_s > limits.voice_s:
        raise Reject(Code.VOICE_TOO_LONG, limit_s=limits.voice_s, duration_s=round(found.duration_s))


def _weight(kind: Kind, size: int, limits: Limits) -> None:
    if kind in limits.kinds and size > limits.bytes_for(kind):
        raise Reject(Code.TOO_BIG, limit_mb=limits.bytes_for(kind) // MIB, kind=kind)


def _claims_to_be_ours(claimed_name: str, claimed_type: str) -> bool:
    return bool(_OUR_SUFFIXES.search(claimed_name[-16:])) or claimed_type.lower().startswith(
        ("image/", "audio/", "application/pdf", "text/plain")
    )


def _guess(data: bytes) -> str:
    """A word for the sender about what this seems to be: "video", "archive", or "unknown"."""
    try:
        kind = filetype.guess(data[:8192])
    except Exception:
        kind = None
    if kind is None:
        return "unknown"
    family = str(kind.mime).partition("/")[0]
    if family in ("video", "audio", "image", "font"):
        return family
    return "archive" if kind.extension in ("zip", "rar", "7z", "tar", "gz", "bz2", "xz", "cab", "iso") else "unknown"
