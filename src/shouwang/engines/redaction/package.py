"""
Opening office packages (DOCX, XLSX) that strangers send, and writing small clean ones.

A package is refused, with what to do, when it is encrypted, broken, too large, packed too tightly (a bomb), nested, or also
something else (a polyglot). XML with a document type is refused: that is where entities and outside files hide.
"""

from __future__ import annotations

import io
import zipfile
import zlib
from collections.abc import Mapping
from xml.sax.saxutils import escape

from lxml import etree

from shouwang.engines.errors import BadData

MOST_ENTRIES, MOST_BYTES, MOST_RATIO, RATIO_FROM = 3000, 200 << 20, 150, 1 << 20
MOST_INPUT = 100 << 20
_DEPTH = 200
_DAY_ONE = (1980, 1, 1, 0, 0, 0)


class Refused(BadData):
    """The file cannot be redacted safely; the sentence says what to do instead."""

    code = "redaction.refused"

    def __init__(self, why: str) -> None:
        super().__init__("file", why)


def opened(data: bytes) -> dict[str, bytes]:
    """Every part of a package by its name; Refused when it is not one that can be trusted to be read whole."""
    if not data.startswith(b"PK\x03\x04"):
        raise Refused("is not an office package from its first byte; save it anew as DOCX or XLSX")
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            _ends_where_it_should(data, archive)
            return _parts(archive)
    except (zipfile.BadZipFile, zlib.error, EOFError, OSError, ValueError, NotImplementedError, RuntimeError) as error:
        raise Refused(f"is broken ({error}); open it in an office programme and save it anew") from error


def _ends_where_it_should(data: bytes, archive: zipfile.ZipFile) -> None:
    first = min((entry.header_offset for entry in archive.infolist()), default=0)
    end = data.rfind(b"PK\x05\x06")
    if first != 0 or archive.comment or end + 22 != len(data):
        raise Refused("holds bytes before, behind or beside the package; save it anew in an office programme")


def _parts(archive: zipfile.ZipFile) -> dict[str, bytes]:
    entries = archive.infolist()
    if len(entries) > MOST_ENTRIES:
        raise Refused(f"holds more than {MOST_ENTRIES} parts; split the document")
    if sum(entry.file_size for entry in entries) > MOST_BYTES:
        raise Refused(f"is larger than {MOST_BYTES >> 20} MB unpacked; split the document")
    parts: dict[str, bytes] = {}
    for entry in entries:
        if entry.is_dir():
            continue
        name = entry.filename
        if entry.flag_bits & 1:
            raise Refused("is encrypted; take the password off and save it anew")
        if name.startswith("/") or ".." in name.split("/") or "\\" in name or name in parts:
            raise Refused(f"holds a part with a name that is not allowed ({name[:40]!r}); save it anew")
        if entry.file_size > RATIO_FROM and entry.file_size > MOST_RATIO * max(1, entry.compress_size):
            raise Refused("is packed too tightly to be a document; it is not opened")
        with archive.open(entry) as stream:
            content = stream.read(entry.file_size + 1)
        if len(content) != entry.file_size:
            raise Refused("says a wrong size of a part; save it anew")
        parts[name] = content
    return parts


def parsed(content: bytes) -> etree._Element:
    """The root of a part. Nothing is fetched, no entity is replaced, no document type is taken."""
    parser = etree.XMLParser(
        resolve_entities=False, no_network=True, load_dtd=False, dtd_validation=False, huge_tree=False, remove_pis=True,
        remove_comments=True,
    )  # fmt: skip
    try:
        root = etree.fromstring(content, parser)
    except (etree.XMLSyntaxError, ValueError) as error:
        raise Refused(f"holds XML that cannot be read ({error}); save it anew in an office programme") from error
    if root.getroottree().docinfo.doctype:
        raise Refused("holds XML with a document type, which office programmes never write; it is not opened")
    return root


def packed(parts: Mapping[str, str]) -> bytes:
    """A package of these parts; the same parts make the same bytes."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(zipfile.ZipInfo(name, _DAY_ONE), content.encode(), zipfile.ZIP_DEFLATED)
    return out.getvalue()


HEAD = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'


def said(text: str) -> str:
    """A text as XML content: without what XML cannot hold."""
    return escape(
        "".join(
            char
            for char in text
            if char in "\t\n" or (char >= " " and char not in "\ufffe\uffff" and not "\ud800" <= char <= "\udfff")
        )
    )
