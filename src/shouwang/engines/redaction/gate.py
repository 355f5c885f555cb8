"""
Is nothing of the secrets left in a new file? Asked of programmes that had no part in making it.

    verdict = check(after, secrets, kind="pdf", checkers=installed_checkers("pdf"), ocr=read_text)
    verdict.may_release          # only when all were asked, enough of them are foreign, and none found anything

No verdict, no release: a checker that fails to run counts against the file. ``installed_checkers`` names those of this
machine; a test hands in its own.
"""

from __future__ import annotations

import base64
import csv
import html
import io
import re
import shutil
import subprocess
import tempfile
import unicodedata
import zipfile
import zlib
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import docx
import pypdfium2 as pdfium
from PIL import Image

from shouwang.engines.redaction.pages import Box, Reader, Word

ENOUGH = 2
#: All text that a programme finds in a file. Raises anything when it cannot.
Checker = Callable[[bytes], str]
_SECONDS = 120


@dataclass(frozen=True)
class Verdict:
    """
    may_release  all checkers ran, at least ENOUGH of them are foreign, OCR where it is needed, and nothing was found
    checkers     who was asked
    leaks        (checker, how many secrets it found); never the secrets themselves
    reasons      sentences for a person, when it may not be released
    """

    may_release: bool
    checkers: tuple[str, ...]
    leaks: tuple[tuple[str, int], ...]
    reasons: tuple[str, ...]


def check(
    after: bytes,
    secrets: Iterable[str],
    *,
    kind: str,
    checkers: Mapping[str, Checker],
    ocr: Checker | None = None,
    unread: Iterable[int] = (),
) -> Verdict:
    """
    kind      docx, xlsx, pdf or picture
    checkers  foreign programmes by name; our own scan of the raw bytes is always made and does not count among them
    ocr       reads the drawn pages; needed for pdf and picture, whose output is nothing but pixels
    unread    pages with pictures that nobody read or looked at
    """
    wanted = frozenset(variant for secret in secrets for variant in _variants(secret))
    asked: dict[str, Checker] = {"raw-scan": _raw, **checkers}
    reasons = []
    if len(checkers) < ENOUGH:
        reasons.append(
            f"only {len(checkers)} foreign checkers of {kind} are installed, {ENOUGH} are needed (see how-redaction-works)"
        )
    if kind in {"pdf", "picture"}:
        if ocr is None:
            reasons.append("no OCR is installed to read the new pages (tesseract-ocr with tesseract-ocr-chi-sim)")
        else:
            asked["ocr"] = ocr
    pages = sorted(unread)
    if pages:
        reasons.append(f"nobody has looked at the pictures of page {', '.join(map(str, pages[:20]))}")
    leaks = []
    for name, checker in asked.items():
        try:
            text = checker(after)
        except Exception as error:
            # Any failure of a stranger's programme means the same: it gave no verdict.
            reasons.append(f"{name} gave no verdict ({type(error).__name__})")
            continue
        found = sum(_stands_in(secret, text, raw=name == "raw-scan") for secret in wanted)
        if found:
            leaks.append((name, found))
            reasons.append(f"{name} still finds {found} of what was to be hidden")
    return Verdict(not reasons, tuple(asked), tuple(leaks), tuple(reasons))


def _smooth(text: str) -> str:
    return re.sub(r"[\s\u200b-\u200f\ufeff\u00ad]", "", unicodedata.normalize("NFKC", text)).lower()


def _variants(secret: str) -> Iterator[str]:
    """As it stands without blanks, and numbers without their joints."""
    plain = _smooth(secret)
    if len(plain) > 1:
        yield plain
    digits = re.sub(r"[\-·.—–_/()]", "", plain)
    if len(digits) >= 7 and sum(map(str.isdigit, digits)) >= 5:
        yield digits


def _stands_in(secret: str, text: str, *, raw: bool) -> bool:
    # A package's own words hold short numbers: only what can be nobody else's is searched in raw bytes.
    return (not raw or len(secret) >= 6 or not secret.isascii()) and secret in text


def _texts(contents: Iterable[bytes]) -> str:
    """Bytes read in every way a secret may have been written."""
    out = []
    for content in contents:
        for coding in ("utf-8", "utf-16-le", "utf-16-be", "gb18030"):
            text = content.decode(coding, "ignore")
            out.append(text)
            if coding == "utf-8":
                out.append(re.sub(r"<[^>]{0,2000}>", "", html.unescape(text)))
                out += (
                    bytes.fromhex(run).decode("utf-16-be", "ignore")
                    for run in re.findall(r"(?:[0-9A-Fa-f]{4}){2,4000}", text)
                )
                out += (_decoded(run) for run in re.findall(r"[A-Za-z0-9+/]{16,8000}={0,2}", text))
    return "".join(map(_smooth, out))


def _decoded(run: str) -> str:
    try:
        return base64.b64decode(run + "=" * (-len(run) % 4)).decode("utf-8", "ignore")
    except ValueError:
        return ""


def _raw(data: bytes) -> str:
    """Our own: every part of a package, every stream of a PDF, and the file itself."""
    contents = [data]
    if data.startswith(b"PK"):
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            contents = [archive.read(name) + name.encode() for name in archive.namelist()]
    elif data.startswith(b"%PDF"):
        contents = [re.sub(rb"stream\r?\n.*?endstream", b"", data, flags=re.DOTALL)]
        for stream in re.findall(rb"stream\r?\n(.*?)endstream", data, re.DOTALL):
            if not stream.startswith(b"\xff\xd8"):  # pixels are read by eyes and OCR
                try:
                    contents.append(zlib.decompress(stream))
                except zlib.error:
                    contents.append(stream)
    elif data.startswith((b"\xff\xd8", b"\x89PNG")):
        contents = []
    return _texts(contents)


def _docx_by_python_docx(data: bytes) -> str:
    document = docx.Document(io.BytesIO(data))
    texts = [paragraph.text for paragraph in document.paragraphs]
    texts += (cell.text for table in document.tables for row in table.rows for cell in row.cells)
    for section in document.sections:
        texts += (paragraph.text for part in (section.header, section.footer) for paragraph in part.paragraphs)
    properties = document.core_properties
    texts += (
        str(getattr(properties, name) or "")
        for name in ("author", "title", "subject", "keywords", "comments", "category", "last_modified_by")
    )
    return _smooth("\n".join(texts))


def _pdf_by_pdfium(data: bytes) -> str:
    document = pdfium.PdfDocument(data)
    try:
        texts = [page.get_textpage().get_text_range() for page in document]
        texts += document.get_metadata_dict().values()
        texts += (document.get_attachment(n).get_name() for n in range(document.count_attachments()))
    finally:
        document.close()
    return _smooth("\n".join(texts))


def _by(*command: str) -> Checker:
    """A programme that reads a file, {} in its arguments, and prints text."""

    def checker(data: bytes) -> str:
        with tempfile.TemporaryDirectory() as folder:
            file = Path(folder) / "file"
            file.write_bytes(data)
            ran = subprocess.run(  # noqa: S603 - a fixed command, no shell
                [part.replace("{}", str(file)) for part in command],
                capture_output=True,
                timeout=_SECONDS,
                check=True,
                cwd=folder,
            )
        return _texts([ran.stdout])

    return checker


_PROGRAMMES: Mapping[str, Mapping[str, tuple[str, ...]]] = {
    "pdf": {
        "pdftotext": ("pdftotext", "-layout", "{}", "-"),
        "pdfinfo": ("pdfinfo", "-meta", "{}"),
        "qpdf": ("qpdf", "--qdf", "--object-streams=disable", "--decode-level=generalized", "{}", "-"),
        "mutool": ("mutool", "draw", "-F", "txt", "{}"),
        "exiftool": ("exiftool", "-a", "-u", "-ee", "{}"),
    },
    "docx": {
        "unzip": ("unzip", "-p", "{}"),
        "bsdtar": ("bsdtar", "-xOf", "{}"),
        "pandoc": ("pandoc", "-f", "docx", "-t", "plain", "{}"),
    },
    "xlsx": {"unzip": ("unzip", "-p", "{}"), "bsdtar": ("bsdtar", "-xOf", "{}"), "7z": ("7z", "x", "-so", "{}")},
    "picture": {
        "exiftool": ("exiftool", "-a", "-u", "{}"),
        "exiv2": ("exiv2", "-pa", "{}"),
        "identify": ("identify", "-verbose", "{}"),
    },
}


def installed_checkers(kind: str) -> dict[str, Checker]:
    """Foreign checkers of this machine: libraries of the house that have no part in writing, and programmes on the path."""
    found: dict[str, Checker] = {}
    if kind == "docx":
        found["python-docx"] = _docx_by_python_docx
    if kind == "pdf":
        found["pdfium"] = _pdf_by_pdfium
    found |= {name: _by(*command) for name, command in _PROGRAMMES[kind].items() if shutil.which(command[0])}
    return found


def installed_reader() -> Reader | None:
    """Tesseract telling each word with its box, for what stands in the pictures of an old file; None when it is not installed."""
    if not shutil.which("tesseract"):
        return None

    def reader(image: Image.Image) -> list[Word]:
        with tempfile.TemporaryDirectory() as folder:
            file = Path(folder) / "page.png"
            image.save(file)
            ran = subprocess.run(  # noqa: S603 - a fixed command, no shell
                ["tesseract", str(file), "-", "-l", "chi_sim+eng", "tsv"],  # noqa: S607 - from the path, as every checker
                capture_output=True,
                timeout=_SECONDS,
                check=True,
                text=True,
            )
        return list(_words(csv.DictReader(io.StringIO(ran.stdout), delimiter="\t", quoting=csv.QUOTE_NONE)))

    return reader


def _words(rows: Iterable[Mapping[str, str]]) -> Iterator[Word]:
    """Words of one line stand side by side without a blank, as Chinese does; each line ends in a line break."""
    line, below = "", Box(0, 0, 0, 0)
    for row in rows:
        text = (row["text"] or "").strip()
        if not text:
            continue
        left, top, wide, high = (float(row[name]) for name in ("left", "top", "width", "height"))
        box = Box(left, top, left + wide, top + high)
        here = f"{row['block_num']}.{row['par_num']}.{row['line_num']}"
        if line and here != line:
            yield Word("\n", below)
        line, below = here, Box(box.right, box.bottom, box.right, box.bottom)
        yield Word(text, box)


def installed_ocr() -> Checker | None:
    """Tesseract with simplified Chinese, reading each drawn page; None when it is not installed."""
    if not shutil.which("tesseract"):
        return None
    read = _by("tesseract", "{}", "-", "-l", "chi_sim+eng")

    def ocr(data: bytes) -> str:
        if not data.startswith(b"%PDF"):
            return read(data)
        document = pdfium.PdfDocument(data)
        texts = []
        try:
            for page in document:
                picture = io.BytesIO()
                page.render(scale=200 / 72).to_pil().convert("L").save(picture, "PNG")
                texts.append(read(picture.getvalue()))
        finally:
            document.close()
        return "".join(texts)

    return ocr
