"""
DOCX and XLSX: a zip whose parts are counted, weighed and looked through. No Django; nothing is ever unpacked to disk.

Refused: macros, ActiveX, embedded files and OLE objects, templates, frames, pictures or data fetched from outside,
anything with a DTD, locked entries, zip bombs. Links that need a click stay. Not covered: fields that run a command
when a reader agrees to update them (DDE), and formulas that fetch over the web after a warning.
"""

from __future__ import annotations

import re
import struct
import zipfile
import zlib
from io import BytesIO
from xml.parsers import expat

from shouwang.apps.files.findings import Code, Found, Kind, Limits, Reject

_OFFICE = "application/vnd.openxmlformats-officedocument."
_MAIN_PARTS = {
    f"{_OFFICE}wordprocessingml.document.main+xml": (f"{_OFFICE}wordprocessingml.document", ".docx"),
    f"{_OFFICE}spreadsheetml.sheet.main+xml": (f"{_OFFICE}spreadsheetml.sheet", ".xlsx"),
}
_MACRO = re.compile(r"(?i)vbaproject|vbadata|macrosheets?/|macroenabled")
_EMBEDDED = re.compile(r"(?i)(?:^|/)(?:embeddings|activex|ctrlprops)/|\.(?:bin|exe|dll|ole|js|vbs|hta)$")
_PRINTER = re.compile(
    r"(?i)/printersettings/printersettings\d*\.bin$"
)  # Excel saves the printer's set-up; it is no object
_END = struct.Struct("<4s4H2LH")
_MOST_XML_BYTES = 1024 * 1024  # of content types, and of all relationships together: we read these as XML
_MOST_RATIO = 200  # plain XML shrinks 10 to 60 times; only padding shrinks further
_RATIO_COUNTS_FROM = 1024 * 1024


def examine(data: bytes, limits: Limits) -> Found | None:
    """
    A DOCX or XLSX, or None for a zip that is something else.

    Raises Reject (encrypted, bomb, broken, active_content, cannot_inspect).
    """
    if (count_entries(data) or 0) > limits.zip_entries:
        raise Reject(Code.BOMB)
    try:
        with zipfile.ZipFile(BytesIO(data)) as archive:
            entries = archive.infolist()
            if len(entries) > limits.zip_entries:
                raise Reject(Code.BOMB)
            if any(entry.flag_bits & 0x1 for entry in entries):
                raise Reject(Code.ENCRYPTED)
            _weigh(entries, limits.unpacked_bytes)
            names = [entry.filename for entry in entries]
            if "[Content_Types].xml" not in names:
                return None
            if len(set(names)) != len(names):
                raise Reject(Code.CANNOT_INSPECT)  # two parts of one name: readers differ in which they believe
            return _looked_through(archive, names)
    except (zipfile.BadZipFile, zlib.error, EOFError, OSError, expat.ExpatError, UnicodeError, ValueError) as trouble:
        raise Reject(Code.BROKEN, kind=Kind.DOCUMENT) from trouble
    except (NotImplementedError, RuntimeError) as trouble:  # a packing method or lock that zipfile does not know
        raise Reject(Code.CANNOT_INSPECT) from trouble


def count_entries(data: bytes) -> int | None:
    """
    How many entries the zip at the end of `data` says it has, whatever stands before it; None when there is no zip.

    Read without opening it (APPNOTE.TXT, 4.3.16): a directory of half a million entries would take seconds.
    """
    at = data.rfind(b"PK\x05\x06", max(0, len(data) - 65_557))
    if at < 0 or at + _END.size > len(data):
        return None
    *_, count, size, _offset, _comment = _END.unpack_from(data, at)
    zip64 = data.rfind(b"PK\x06\x06", max(0, at - 4096), at)
    if zip64 >= 0 or count == 0xFFFF:
        return 0xFFFF
    begins = data[at - size : at - size + 4] if size <= at else b""
    return count if begins == b"PK\x01\x02" or (count == size == 0) else None


def _weigh(entries: list[zipfile.ZipInfo], unpacked_bytes: int) -> None:
    """
    By the directory's own word, before unpacking; `_looked_through` then reads every part, which proves that word.
    """
    if sum(entry.file_size for entry in entries) > unpacked_bytes:
        raise Reject(Code.BOMB)
    for entry in entries:
        if entry.file_size > _RATIO_COUNTS_FROM and entry.file_size > _MOST_RATIO * max(entry.compress_size, 1):
            raise Reject(Code.BOMB)


def _looked_through(archive: zipfile.ZipFile, names: list[str]) -> Found | None:
    if any(_MACRO.search(name) for name in names):
        raise Reject(Code.ACTIVE_CONTENT, what="macro")
    if any(_EMBEDDED.search(name) and not _PRINTER.search(name) for name in names):
        raise Reject(Code.ACTIVE_CONTENT, what="embedded")
    main = None
    for tag, attributes in _tags(archive, "[Content_Types].xml"):
        content_type = attributes.get("ContentType", "")
        if _MACRO.search(content_type):
            raise Reject(Code.ACTIVE_CONTENT, what="macro")
        if tag == "Override":
            main = _MAIN_PARTS.get(content_type, main)
    if main is None:
        return None
    relations = [name for name in names if name.lower().endswith(".rels")]
    if sum(archive.getinfo(name).file_size for name in relations) > _MOST_XML_BYTES:
        raise Reject(Code.BOMB)
    for name in relations:
        _check_relationships(archive, name)
    for name in names:
        _read_to_the_end(archive, name)
    informative = any(name.lower().startswith("docprops/") for name in names)
    return Found(Kind.DOCUMENT, *main, cautions=("metadata",) if informative else ())


def _check_relationships(archive: zipfile.ZipFile, name: str) -> None:
    for tag, attributes in _tags(archive, name):
        if tag != "Relationship":
            continue
        relation = attributes.get("Type", "").rpartition("/")[2]
        if attributes.get("TargetMode", "").lower() == "external" and relation != "hyperlink":
            raise Reject(Code.ACTIVE_CONTENT, what="external")
        if relation in ("oleObject", "package", "control", "vbaProject", "attachedTemplate"):
            raise Reject(Code.ACTIVE_CONTENT, what="embedded")


def _tags(archive: zipfile.ZipFile, name: str) -> list[tuple[str, dict[str, str]]]:
    """
    (local name, attributes) of every element. A DTD is refused: office files have none, and entities are a bomb's fuse.
    """
    if archive.getinfo(name).file_size > _MOST_XML_BYTES:
        raise Reject(Code.BOMB)
    found: list[tuple[str, dict[str, str]]] = []

    def on_doctype(*_: object) -> None:
        raise Reject(Code.ACTIVE_CONTENT, what="external")

    parser = expat.ParserCreate(namespace_separator=" ")
    parser.StartDoctypeDeclHandler = on_doctype
    parser.StartElementHandler = lambda tag, attributes: found.append((tag.rpartition(" ")[2], attributes))
    parser.Parse(archive.read(name), True)
    return found


def _read_to_the_end(archive: zipfile.ZipFile, name: str) -> None:
    """
    zipfile stops at the declared size and then compares the checksum, so a part that lies about its size fails here.
    """
    with archive.open(name) as part:
        while part.read(256 * 1024):
            pass
