"""
The words of an attachment, for the search. No Django. Whatever an attachment holds, at most so much of it is read, for so long.

A PDF is opened in a process of its own with little memory and time (`pdf_words.py`): the reader of PDFs is a large program in C, and what
breaks it shall break nothing else.
"""

from __future__ import annotations

import subprocess
import sys
import zipfile
import zlib
from io import BytesIO
from pathlib import Path
from xml.parsers import expat

MOST_CHARACTERS = 200_000
MOST_XML_BYTES = 30 * 1024 * 1024
SECONDS = 20
_CHILD = Path(__file__).with_name("pdf_words.py")
_PDF, _WORD = "application/pdf", "application/vnd.openxmlformats-officedocument.wordprocessingml.document"


def words_of(data: bytes, media_type: str) -> str:
    """The words, or as many of them as are read; empty when it has none, is of another kind or cannot be read."""
    readers = {_PDF: _of_pdf, _WORD: _of_word, "text/plain": _of_text}
    return readers[media_type](data)[:MOST_CHARACTERS] if media_type in readers else ""


def _of_text(data: bytes) -> str:
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            return data.decode(encoding)
        except UnicodeDecodeError:
            continue
    return ""


def _of_word(data: bytes) -> str:
    found: list[str] = []
    inside = False

    def begin(tag: str, _attributes: dict[str, str]) -> None:
        nonlocal inside
        inside = tag.rpartition(" ")[2] == "t"

    def end(tag: str) -> None:
        nonlocal inside
        inside = False
        if tag.rpartition(" ")[2] == "p":
            found.append("\n")

    def text(words: str) -> None:
        if inside:
            found.append(words)

    def refuse(*_: object) -> None:
        raise ValueError("an office file has no DTD")

    parser = expat.ParserCreate(namespace_separator=" ")
    parser.StartDoctypeDeclHandler, parser.StartElementHandler = refuse, begin
    parser.EndElementHandler, parser.CharacterDataHandler = end, text
    try:
        with zipfile.ZipFile(BytesIO(data)) as archive, archive.open("word/document.xml") as part:
            read = 0
            while (piece := part.read(65_536)) and read < MOST_XML_BYTES and len(found) < MOST_CHARACTERS:
                read += len(piece)
                parser.Parse(piece, False)
    except (zipfile.BadZipFile, zlib.error, KeyError, expat.ExpatError, ValueError, OSError):
        return ""
    return "".join(found)


def _of_pdf(data: bytes) -> str:
    try:
        done = subprocess.run(  # noqa: S603  our own file, run by our own Python; the data goes in by its standard input
            [sys.executable, "-I", str(_CHILD), str(MOST_CHARACTERS)],
            input=data,
            capture_output=True,
            timeout=SECONDS,
            check=False,
        )
    except (subprocess.TimeoutExpired, OSError):
        return ""
    return done.stdout.decode("utf-8", "replace") if done.returncode == 0 else ""
