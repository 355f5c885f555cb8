"""
PDF and pictures without what was found: pages are drawn, black boxes burnt into the pixels, and the pixels written anew.

The old file is opened by a program of its own (`page_reader.py`), which hands over letters and pixels and may break without
breaking anything else. Nothing of the old file is copied but what is seen on the page: text layer, fonts, annotations,
attachments, scripts, old revisions and metadata stay behind. What stands in pictures is read by a ``Reader`` (OCR) when one is
handed in; without one, pages with pictures are named as unread, and nothing is released before somebody has looked at them.
"""

from __future__ import annotations

import array
import io
import re
import sys
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from PIL import Image, ImageDraw

from shouwang.engines.apart import Apart, Broke
from shouwang.engines.redaction.model import Span
from shouwang.engines.redaction.package import MOST_INPUT, Refused

READER = Path(__file__).with_name("page_reader.py")
DPI = 150
#: How the reader's program can end, and what to do then.
_BROKE = {
    "crash": "made the reader of pages crash; print it to a new PDF or take pictures of its pages",
    "time": "takes too long to read; split it or print it to a new PDF",
    "memory": "takes too much memory to read; split it or make its pictures smaller",
    "output": "holds more than a document can hold; split it or print it to a new PDF",
}
_QUALITY = 80


@dataclass(frozen=True)
class Box:
    """A rectangle in pixels of the drawn page or picture."""

    left: float
    top: float
    right: float
    bottom: float


@dataclass(frozen=True)
class Word:
    """A piece of text read from pixels, and where it stands. A piece has one character or many; boxes are shared evenly."""

    text: str
    box: Box


Reader = Callable[[Image.Image], Sequence[Word]]
Finder = Callable[[str], Sequence[Span]]


@dataclass
class Drawn:
    """
    data      the new file
    secrets   what was hidden
    counts    how many spans of each kind
    dropped   what stayed behind
    unread    pages (from 1) with pictures in which nobody read
    """

    data: bytes = b""
    secrets: set[str] = field(default_factory=set)
    counts: Counter[str] = field(default_factory=Counter)
    dropped: Counter[str] = field(default_factory=Counter)
    unread: list[int] = field(default_factory=list)


@dataclass
class _Letters:
    """Characters of a page: first those of its text layer (boxes are asked for when needed), then those a reader read."""

    text: str = ""
    layer: int = 0
    boxes: list[Box | None] = field(default_factory=list)


def redact_pdf(
    data: bytes,
    find: Finder,
    *,
    boxes: Mapping[int, Sequence[Box]] | None = None,
    looked_at: Sequence[int] = (),
    reader: Reader | None = None,
    dpi: int = DPI,
) -> Drawn:
    """
    Draw each page without what ``find`` finds in all pages together.

    boxes      per page (from 1) what somebody drew by hand, in pixels at ``dpi``
    looked_at  pages whose pictures somebody has looked at
    """
    with opened_pdf(data) as document:
        drawn = Drawn(dropped=document.dropped)
        pages, unread = _read(document, reader, dpi)
        drawn.unread = [page for page in unread if page not in looked_at]
        images = []
        for number, hidden in enumerate(_hidden(pages, find, drawn)):
            image = document.image(number, dpi)
            burn(image, [*_boxes(document, number, image, pages[number], hidden), *(boxes or {}).get(number + 1, ())])
            images.append((_jpeg(image), image.size))
        drawn.data = _pdf(images, dpi)
    return drawn


def look_into_pdf(data: bytes, find: Finder, *, reader: Reader | None = None, dpi: int = DPI) -> None:
    """Only hand the words of all pages to ``find``, as :func:`redact_pdf` does."""
    with opened_pdf(data) as document:
        pages, _ = _read(document, reader, dpi)
        for number in range(document.pages):
            document.size(number, dpi)  # what cannot be drawn later is said now
    _hidden(pages, find, Drawn())


def _read(document: OpenedPdf, reader: Reader | None, dpi: int) -> tuple[list[_Letters], list[int]]:
    """The letters of each page, and the pages (from 1) with something in them that nobody read."""
    pages, unread = [], []
    for number in range(document.pages):
        letters, pictures = document.letters(number)
        if reader:
            _read_into(letters, reader(document.image(number, dpi)))
        elif pictures:
            unread.append(number + 1)
        pages.append(letters)
    return pages, unread


@dataclass(frozen=True)
class OpenedPdf:
    """A file that the reader's program holds open. Pages are counted from 0."""

    pages: int
    dropped: Counter[str]
    _reader: Apart

    def letters(self, page: int) -> tuple[_Letters, bool]:
        """The page's text layer, and whether there is something that only eyes can read."""
        told, written = _asked(self._reader, {"do": "letters", "page": page})
        try:
            text = written.decode(f"utf-32-{sys.byteorder[0]}e", "surrogatepass")
        except UnicodeDecodeError as error:
            raise Refused(_BROKE["output"]) from error
        return _Letters(text, len(text)), bool(told["pictures"]) or not text.strip()

    def image(self, page: int, dpi: int) -> Image.Image:
        """The page's pixels without annotations and forms."""
        return _image(*_asked(self._reader, {"do": "image", "page": page, "dpi": dpi}))

    def size(self, page: int, dpi: int) -> tuple[int, int]:
        """Pixels of the page when it is drawn."""
        wide, high = _asked(self._reader, {"do": "size", "page": page, "dpi": dpi})[0]["size"]
        return int(wide), int(high)

    def boxes(self, page: int, size: tuple[int, int], letters: Sequence[int]) -> Iterator[Box]:
        """Where letters of the text layer stand on the page drawn in this size."""
        _told, written = _asked(self._reader, {"do": "boxes", "page": page, "size": size, "letters": list(letters)})
        if len(written) != len(letters) * 4 * array.array("i").itemsize:
            raise Refused(_BROKE["output"])
        corners = array.array("i", written)
        for x0, y0, x1, y1 in zip(*(iter(corners),) * 4, strict=True):
            yield Box(min(x0, x1), min(y0, y1), max(x0, x1), max(y0, y1))


@contextmanager
def opened_pdf(data: bytes) -> Iterator[OpenedPdf]:
    """A PDF that can be read whole; Refused with what to do otherwise."""
    _sane(data)
    with Apart(READER) as reader:
        told, _ = _asked(reader, {"do": "open", "kind": "pdf"}, data)
        yield OpenedPdf(told["pages"], Counter(told["dropped"]), reader)


def _asked(reader: Apart, head: dict[str, Any], data: bytes = b"") -> tuple[dict[str, Any], bytes]:
    try:
        told, answer = reader.ask(head, data)
    except Broke as broke:
        raise Refused(_BROKE[broke.how]) from broke
    if "refused" in told:
        raise Refused(told["refused"])
    return told, answer


def _image(told: Mapping[str, Any], pixels: bytes) -> Image.Image:
    """Pixels as they were told; what tells a wrong size of them is not believed."""
    wide, high = (int(side) for side in told["size"])
    if min(wide, high) < 1 or wide * high * 3 != len(pixels):
        raise Refused(_BROKE["output"])
    return Image.frombytes("RGB", (wide, high), pixels)


def _sane(data: bytes) -> None:
    if len(data) > MOST_INPUT:
        raise Refused(f"is larger than {MOST_INPUT >> 20} MB; split it")
    if not data.startswith(b"%PDF-"):
        raise Refused("is not a PDF from its first byte; print it to a new PDF")
    end = data.rfind(b"%%EOF")
    if end < 0 or len(data) - end > 1024 or b"PK\x05\x06" in data[end:]:
        raise Refused("does not end as a PDF does; print it to a new PDF")


def _boxes(
    document: OpenedPdf, number: int, image: Image.Image, letters: _Letters, wanted: Sequence[int]
) -> Iterator[Box]:
    """Where characters stand on the drawn page."""
    read = (letters.boxes[at - letters.layer] for at in wanted if at >= letters.layer)
    yield from (box for box in read if box)
    if layer := [at for at in wanted if at < letters.layer]:
        yield from document.boxes(number, image.size, layer)


def _read_into(letters: _Letters, words: Sequence[Word]) -> None:
    """What was read from the pixels stands behind the text layer: it is searched too."""
    letters.text += "\n\n"
    letters.boxes += [None, None]
    for word in words:
        step = (word.box.right - word.box.left) / max(1, len(word.text))
        letters.text += word.text
        letters.boxes += [
            Box(word.box.left + at * step, word.box.top, word.box.left + (at + 1) * step, word.box.bottom)
            for at in range(len(word.text))
        ]


_BREAK = re.compile(r"[ \t]*[\r\n\ufffe\x02]+[ \t]*")


def _hidden(pages: Sequence[_Letters], find: Finder, drawn: Drawn) -> list[list[int]]:
    """
    Of each page the characters to hide. The text is searched as it stands and with its lines joined: a line may end within
    a name.
    """
    found: list[list[int]] = [[] for _ in pages]
    whole = [(page, at) for page, letters in enumerate(pages) for at in [*range(len(letters.text)), -1]]
    text = "".join(letters.text + "\n" for letters in pages)
    joined, end = "", 0
    places: list[int] = []
    for match in _BREAK.finditer(text):
        joined += text[end : match.start()]
        places += range(end, match.start())
        end = match.end()
    joined, places = joined + text[end:], [*places, *range(end, len(text))]
    for searched, origin in ((text, range(len(text))), (joined, places)):
        for span in find(searched):
            if searched is text:
                drawn.counts[span.kind] += 1
            drawn.secrets.add(searched[span.start : span.end])
            for at in range(span.start, span.end):
                page, letter = whole[origin[at]]
                if letter >= 0:
                    found[page].append(letter)
    return found


def burn(image: Image.Image, boxes: Sequence[Box]) -> None:
    """Black boxes into the pixels, a little larger than what they hide."""
    draw = ImageDraw.Draw(image)
    for box in boxes:
        more = max(2.0, (box.bottom - box.top) * 0.12)
        draw.rectangle((box.left - more, box.top - more, box.right + more, box.bottom + more), fill="black")


def _jpeg(image: Image.Image) -> bytes:
    out = io.BytesIO()
    image.save(out, "JPEG", quality=_QUALITY)
    return out.getvalue()


def _pdf(images: Sequence[tuple[bytes, tuple[int, int]]], dpi: int) -> bytes:
    """A PDF of one picture a page: no properties, no identifier, no date."""
    objects: list[bytes] = [b"<</Type/Catalog/Pages 2 0 R>>", b""]
    kids = []
    for picture, (width, height) in images:
        number = len(objects) + 1
        kids.append(f"{number} 0 R")
        wide, high = width * 72 / dpi, height * 72 / dpi
        content = f"q {wide:.2f} 0 0 {high:.2f} 0 0 cm /P Do Q".encode()
        objects += [
            f"<</Type/Page/Parent 2 0 R/MediaBox[0 0 {wide:.2f} {high:.2f}]/Contents {number + 1} 0"
            f" R/Resources<</XObject<</P {number + 2} 0 R>>>>>>".encode(),
            b"<</Length %d>>stream\n%s\nendstream" % (len(content), content),
            f"<</Type/XObject/Subtype/Image/Width {width}/Height {height}/ColorSpace/DeviceRGB"
            f"/BitsPerComponent 8/Filter/DCTDecode/Length {len(picture)}>>stream\n".encode()
            + picture
            + b"\nendstream",
        ]
    objects[1] = f"<</Type/Pages/Count {len(kids)}/Kids[{' '.join(kids)}]>>".encode()
    out, places = bytearray(b"%PDF-1.4\n%\xe2\xe3\xcf\xd3\n"), []
    for number, content in enumerate(objects, 1):
        places.append(len(out))
        out += b"%d 0 obj\n" % number + content + b"\nendobj\n"
    start = len(out)
    out += b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1) + b"".join(
        b"%010d 00000 n \n" % place for place in places
    )
    out += b"trailer<</Size %d/Root 1 0 R>>\nstartxref\n%d\n%%%%EOF\n" % (len(objects) + 1, start)
    return bytes(out)


def redact_picture(
    data: bytes, find: Finder, *, boxes: Sequence[Box] = (), looked_at: bool = False, reader: Reader | None = None
) -> Drawn:
    """The pixels alone, upright, with boxes burnt in: those handed in, and around what a reader reads and ``find`` finds."""
    image, photo, told = upright(data)
    drawn = Drawn(dropped=told)
    burnt = list(boxes)
    if reader:
        letters = _Letters()
        _read_into(letters, reader(image))
        burnt += [box for at in _hidden([letters], find, drawn)[0] if (box := letters.boxes[at])]
    elif not looked_at:
        drawn.unread = [1]
    burn(image, burnt)
    out = io.BytesIO()
    image.save(out, "JPEG" if photo else "PNG", **({"quality": 90} if photo else {}))
    drawn.data = out.getvalue()
    return drawn


def look_into_picture(data: bytes, find: Finder, *, reader: Reader | None = None) -> None:
    """Only hand what a reader reads to ``find``. Without a reader the picture is opened all the same: it may be none."""
    image, letters = upright(data)[0], _Letters()
    if reader:
        _read_into(letters, reader(image))
        _hidden([letters], find, Drawn())


def upright(data: bytes) -> tuple[Image.Image, bool, Counter[str]]:
    """The pixels as a person sees them; whether it is a photograph; what it tells beside its pixels."""
    if len(data) > MOST_INPUT:
        raise Refused(f"is larger than {MOST_INPUT >> 20} MB; make it smaller")
    with Apart(READER) as reader:
        told, pixels = _asked(reader, {"do": "open", "kind": "picture"}, data)
    return _image(told, pixels), bool(told["photo"]), Counter(told["dropped"])
