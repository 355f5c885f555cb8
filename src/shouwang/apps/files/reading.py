"""
The words of a document, for the search and for whoever looks for marks in it. No Django. Whatever it holds, at most so
much of it is read, for so long.

A PDF is opened in a process of its own with little memory and time (`pdf_words.py`): the reader of PDFs is a large program in C, and what
breaks it shall break nothing else.
"""

from __future__ import annotations

import re
import zipfile
import zlib
from io import BytesIO
from pathlib import Path
from xml.parsers import expat

from shouwang.engines.apart import Apart, Broke

MOST_CHARACTERS = 200_000
MOST_XML_BYTES = 30 * 1024 * 1024
SECONDS = 20
#: A mark stands on the first page of a paper.
FIRST_PAGES, MOST_PAGES = 3, 300
_CHILD = Path(__file__).with_name("pdf_words.py")
_OFFICE = "application/vnd.openxmlformats-officedocument."
_PDF, _WORD, _TABLE = "application/pdf", f"{_OFFICE}wordprocessingml.document", f"{_OFFICE}spreadsheetml.sheet"
_WORD_BODY = re.compile(r"word/document\.xml")
_WORD_PARTS = re.compile(
    r"word/(?:document|header\d*|footer\d*|comments|footnotes|endnotes)\.xml|docProps/core\.xml", re.IGNORECASE
)
_TABLE_PARTS = re.compile(r"xl/sharedStrings\.xml|xl/worksheets/[^/]+\.xml|docProps/core\.xml", re.IGNORECASE)
#: Where words stand: runs of text, titles and keywords of the properties, headers and footers of a sheet.
_SPOKEN = frozenset(
    {
        "t",
        "delText",
        "title",
        "subject",
        "keywords",
        "description",
        "oddHeader",
        "oddFooter",
        "firstHeader",
        "firstFooter",
    }
)
_ENDS_A_LINE = frozenset({"p", "si", "title", "subject", "keywords", "description", "oddHeader", "oddFooter", "br"})


def words_of(data: bytes, media_type: str, *, for_marks: bool = False) -> str:
    """
    The words, or as many of them as are read; empty when it has none, is of another kind or cannot be read.

    for_marks   with headers and footers, and tables; of a PDF only the first pages
    """
    if media_type == "text/plain":
        words = _of_text(data)
    elif media_type == _PDF:
        words = _of_pdf(data, FIRST_PAGES if for_marks else MOST_PAGES)
    elif media_type == _WORD:
        words = _of_parts(data, _WORD_PARTS if for_marks else _WORD_BODY)
    else:
        words = _of_parts(data, _TABLE_PARTS) if media_type == _TABLE and for_marks else ""
    return words[:MOST_CHARACTERS]


def _of_text(data: bytes) -> str:
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            return data.decode(encoding)
        except UnicodeDecodeError:
            continue
    return ""


def _of_parts(data: bytes, wanted: re.Pattern[str]) -> str:
    found: list[str] = []
    try:
        with zipfile.ZipFile(BytesIO(data)) as archive:
            read = 0
            for name in archive.namelist():
                if wanted.fullmatch(name):
                    read += _of_part(archive, name, found, MOST_XML_BYTES - read)
    except (zipfile.BadZipFile, zlib.error, KeyError, expat.ExpatError, ValueError, OSError):
        return "" if wanted is _WORD_BODY else "".join(found)
    return "".join(found)


def _of_part(archive: zipfile.ZipFile, name: str, found: list[str], most: int) -> int:
    """Adds the words of one part; returns how many bytes were read."""
    inside = False

    def begin(tag: str, _attributes: dict[str, str]) -> None:
        nonlocal inside
        inside = tag.rpartition(" ")[2] in _SPOKEN

    def end(tag: str) -> None:
        nonlocal inside
        inside = False
        if tag.rpartition(" ")[2] in _ENDS_A_LINE:
            found.append("\n")

    def text(words: str) -> None:
        if inside:
            found.append(words)

    def refuse(*_: object) -> None:
        raise ValueError("an office file has no DTD")

    parser = expat.ParserCreate(namespace_separator=" ")
    parser.StartDoctypeDeclHandler, parser.StartElementHandler = refuse, begin
    parser.EndElementHandler, parser.CharacterDataHandler = end, text
    read = 0
    with archive.open(name) as part:
        while read < most and len(found) < MOST_CHARACTERS and (piece := part.read(65_536)):
            read += len(piece)
            parser.Parse(piece, False)
    return read


def _of_pdf(data: bytes, pages: int) -> str:
    try:
        with Apart(_CHILD, answer_s=SECONDS, cpu_s=SECONDS) as reader:
            _, words = reader.ask({"most": MOST_CHARACTERS, "pages": pages}, data)
    except (Broke, OSError):
        return ""
    return words.decode("utf-8", "replace")
