"""
PDF and pictures without what was found: pages are drawn, black boxes burnt into the pixels, and the pixels written anew.

Nothing of the old file is copied but what is seen on the page: text layer, fonts, annotations, attachments, scripts, old
revisions and metadata stay behind. What stands in pictures is read by a ``Reader`` (OCR) when one is handed in; without one,
pages with pictures are named as unread, and nothing is released before somebody has looked at them.
"""

from __future__ import annotations

import ctypes
import io
import re
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field

import pypdfium2 as pdfium
import pypdfium2.raw as raw
from PIL import ExifTags, Image, ImageDraw, ImageOps

from shouwang.engines.redaction.model import Span
from shouwang.engines.redaction.package import MOST_INPUT, Refused

MOST_PAGES, MOST_PIXELS = 500, 60_000_000
DPI = 150
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
    drawn = Drawn()
    with opened_pdf(data) as document:
        _left_behind(data, document, drawn.dropped)
        pages = []
        for number in range(len(document)):
            page = document[number]
            letters, pictures = _letters(page)
            if reader:
                _read_into(letters, reader(image_of(page, dpi)))
            elif pictures and number + 1 not in looked_at:
                drawn.unread.append(number + 1)
            pages.append(letters)
            page.close()
        images = []
        for number, hidden in enumerate(_hidden(pages, find, drawn)):
            page = document[number]
            image = image_of(page, dpi)
            burn(image, [*_boxes(page, image, pages[number], hidden), *(boxes or {}).get(number + 1, ())])
            images.append((_jpeg(image), image.size))
            page.close()
        drawn.data = _pdf(images, dpi)
    return drawn


@contextmanager
def opened_pdf(data: bytes) -> Iterator[pdfium.PdfDocument]:
    """A PDF that can be read whole; Refused with what to do otherwise."""
    _sane(data)
    try:
        document = pdfium.PdfDocument(data)
    except pdfium.PdfiumError as error:
        why = (
            "is encrypted; take the password off and save it anew"
            if "password" in str(error).lower()
            else "is broken; print it to a new PDF"
        )
        raise Refused(why) from error
    try:
        if len(document) > MOST_PAGES:
            raise Refused(f"has more than {MOST_PAGES} pages; split it")
        yield document
    finally:
        document.close()


def _sane(data: bytes) -> None:
    if len(data) > MOST_INPUT:
        raise Refused(f"is larger than {MOST_INPUT >> 20} MB; split it")
    if not data.startswith(b"%PDF-"):
        raise Refused("is not a PDF from its first byte; print it to a new PDF")
    end = data.rfind(b"%%EOF")
    if end < 0 or len(data) - end > 1024 or b"PK\x05\x06" in data[end:]:
        raise Refused("does not end as a PDF does; print it to a new PDF")


def _left_behind(data: bytes, document: pdfium.PdfDocument, dropped: Counter[str]) -> None:
    dropped["attachments"] += document.count_attachments()
    dropped["properties"] += sum(bool(value) for value in document.get_metadata_dict().values())
    dropped["old-revisions"] += max(0, data.count(b"%%EOF") - 1)
    dropped["scripts"] += data.count(b"/JavaScript")
    for number in range(len(document)):
        page = document[number]
        dropped["annotations"] += raw.FPDFPage_GetAnnotCount(page)
        page.close()
    dropped += Counter()


def image_of(page: pdfium.PdfPage, dpi: int) -> Image.Image:
    """The page's pixels without annotations and forms."""
    width, height = (round(side * dpi / 72) for side in page.get_size())
    if width * height > MOST_PIXELS or not width * height:
        raise Refused("has a page of a size that no paper has; print it to a new PDF")
    image: Image.Image = page.render(scale=dpi / 72, may_draw_forms=False, draw_annots=False).to_pil()
    return image.convert("RGB")


def _letters(page: pdfium.PdfPage) -> tuple[_Letters, bool]:
    """The page's text layer, and whether there is something that only eyes can read."""
    layer = page.get_textpage()
    text = "".join(chr(raw.FPDFText_GetUnicode(layer, at) or 32) for at in range(layer.count_chars()))
    layer.close()
    kinds = {raw.FPDF_PAGEOBJ_IMAGE, raw.FPDF_PAGEOBJ_SHADING}
    pictures = any(one.type in kinds for one in page.get_objects(max_depth=8))
    return _Letters(text, len(text)), pictures or not text.strip()


def _boxes(page: pdfium.PdfPage, image: Image.Image, letters: _Letters, wanted: Sequence[int]) -> Iterator[Box]:
    """Where characters stand on the drawn page."""
    layer = page.get_textpage()
    x, y = ctypes.c_int(), ctypes.c_int()
    for at in wanted:
        if at >= letters.layer:
            box = letters.boxes[at - letters.layer]
            if box:
                yield box
            continue
        left, bottom, right, top = layer.get_charbox(at, loose=True)
        corners = []
        for corner in ((left, bottom), (right, top)):
            raw.FPDF_PageToDevice(page, 0, 0, image.width, image.height, 0, *corner, x, y)
            corners.append((x.value, y.value))
        (x0, y0), (x1, y1) = corners
        yield Box(min(x0, x1), min(y0, y1), max(x0, x1), max(y0, y1))
    layer.close()


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


def upright(data: bytes) -> tuple[Image.Image, bool, Counter[str]]:
    """The pixels as a person sees them; whether it is a photograph; what it tells beside its pixels."""
    if len(data) > MOST_INPUT:
        raise Refused(f"is larger than {MOST_INPUT >> 20} MB; make it smaller")
    try:
        with Image.open(io.BytesIO(data)) as opened:
            if opened.width * opened.height > MOST_PIXELS:
                raise Refused("has too many pixels; make it smaller")
            told = Counter(_told_by(opened))
            photo = opened.format in {"JPEG", "MPO", "HEIF"}
            image = Image.new("RGB", ImageOps.exif_transpose(opened).size, "white")
            turned = ImageOps.exif_transpose(opened).convert("RGBA")
            image.paste(turned, mask=turned.getchannel("A"))
    except (OSError, ValueError, SyntaxError, Image.DecompressionBombError) as error:
        raise Refused("is no picture that can be read; take it anew or save it as PNG") from error
    return image, photo, told


def _told_by(image: Image.Image) -> Iterator[str]:
    """What a picture tells beside its pixels."""
    exif = image.getexif()
    yield from (f"exif:{ExifTags.TAGS.get(tag, tag)}" for tag in exif)
    if exif.get_ifd(ExifTags.IFD.GPSInfo):
        yield "exif:place"
    yield from (
        f"info:{key}"
        for key in image.info
        if key not in {"dpi", "jfif", "jfif_version", "jfif_unit", "jfif_density", "transparency", "gamma"}
    )
    if getattr(image, "n_frames", 1) > 1:
        yield "further-frames"
