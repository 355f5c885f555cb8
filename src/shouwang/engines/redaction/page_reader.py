"""
A program of its own that reads pages and pictures of strangers, see `engines/apart.py`. It is never imported by the house.

Asked ``open`` with the file's bytes first, then for pages (from 0):

    open      kind (pdf, picture)  → pages, dropped; of a picture also photo, size, and its pixels
    letters   page                 → pictures, and the text layer, a character in four bytes
    size      page, dpi            → size
    image     page, dpi            → size, and its pixels
    boxes     page, size, letters  → four whole numbers for each letter

What cannot be read is answered with ``refused``: a sentence that says what to do.
"""

from __future__ import annotations

import array
import ctypes
import importlib
import io
import math
import sys
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pypdfium2 as pdfium
import pypdfium2.raw as raw
from PIL import ExifTags, Image, ImageOps

MOST_PAGES, MOST_PIXELS = 500, 60_000_000
_HEIF = (b"ftypheic", b"ftypheix", b"ftypmif1")

Answer = tuple[dict[str, Any], bytes]


class Unreadable(Exception):
    """Why, and what to do."""


class Reader:
    """One file."""

    def __init__(self) -> None:
        self._document: pdfium.PdfDocument | None = None

    def answer(self, asked: dict[str, Any], data: bytes) -> Answer:
        """What one frame is answered with."""
        do = {"letters": self._letters, "size": self._size, "image": self._image, "boxes": self._boxes}
        try:
            return self._open(asked, data) if asked["do"] == "open" else do[asked["do"]](asked)
        except Unreadable as refused:
            return {"refused": str(refused)}, b""
        except pdfium.PdfiumError as error:
            locked = "password" in str(error).lower()
            why = (
                "is encrypted; take the password off and save it anew" if locked else "is broken; print it to a new PDF"
            )
            return {"refused": why}, b""

    def _open(self, asked: dict[str, Any], data: bytes) -> Answer:
        if asked["kind"] == "picture":
            return _picture(data)
        self._document = document = pdfium.PdfDocument(data)
        if len(document) > MOST_PAGES:
            raise Unreadable(f"has more than {MOST_PAGES} pages; split it")
        return {"pages": len(document), "dropped": _left_behind(data, document)}, b""

    def _page(self, asked: dict[str, Any]) -> pdfium.PdfPage:
        assert self._document is not None
        return self._document[asked["page"]]

    def _letters(self, asked: dict[str, Any]) -> Answer:
        page = self._page(asked)
        layer = page.get_textpage()
        text = array.array(
            "I", (min(raw.FPDFText_GetUnicode(layer, at) or 32, sys.maxunicode) for at in range(layer.count_chars()))
        )
        kinds = {raw.FPDF_PAGEOBJ_IMAGE, raw.FPDF_PAGEOBJ_SHADING}
        pictures = any(one.type in kinds for one in page.get_objects(max_depth=8))
        layer.close()
        page.close()
        return {"pictures": pictures}, text.tobytes()

    def _size(self, asked: dict[str, Any]) -> Answer:
        page = self._page(asked)
        width, height = (math.ceil(side * asked["dpi"] / 72) for side in page.get_size())
        page.close()
        if width * height > MOST_PIXELS or not width * height:
            raise Unreadable("has a page of a size that no paper has; print it to a new PDF")
        return {"size": (width, height)}, b""

    def _image(self, asked: dict[str, Any]) -> Answer:
        """Without annotations and forms."""
        self._size(asked)
        page = self._page(asked)
        image = page.render(scale=asked["dpi"] / 72, may_draw_forms=False, draw_annots=False).to_pil().convert("RGB")
        page.close()
        return {"size": image.size}, image.tobytes()

    def _boxes(self, asked: dict[str, Any]) -> Answer:
        """Where letters stand on the drawn page."""
        page = self._page(asked)
        layer = page.get_textpage()
        x, y = ctypes.c_int(), ctypes.c_int()
        found = array.array("i")
        for at in asked["letters"]:
            left, bottom, right, top = layer.get_charbox(at, loose=True)
            for corner in ((left, bottom), (right, top)):
                raw.FPDF_PageToDevice(page, 0, 0, *asked["size"], 0, *corner, x, y)
                found.extend((x.value, y.value))
        layer.close()
        page.close()
        return {}, found.tobytes()


def _left_behind(data: bytes, document: pdfium.PdfDocument) -> Counter[str]:
    dropped = Counter(
        {
            "attachments": document.count_attachments(),
            "properties": sum(bool(value) for value in document.get_metadata_dict().values()),
            "old-revisions": max(0, data.count(b"%%EOF") - 1),
            "scripts": data.count(b"/JavaScript"),
        }
    )
    for number in range(len(document)):
        page = document[number]
        dropped["annotations"] += raw.FPDFPage_GetAnnotCount(page)
        page.close()
    return +dropped


def _picture(data: bytes) -> Answer:
    """The pixels as a person sees them; whether it is a photograph; what it tells beside its pixels."""
    if data[4:12] in _HEIF:
        import pillow_heif  # noqa: PLC0415  a large library that few files need

        pillow_heif.register_heif_opener(thumbnails=False)
    try:
        with Image.open(io.BytesIO(data)) as opened:
            if opened.width * opened.height > MOST_PIXELS:
                raise Unreadable("has too many pixels; make it smaller")
            told = Counter(_told_by(opened))
            photo = opened.format in {"JPEG", "MPO", "HEIF"}
            turned = ImageOps.exif_transpose(opened).convert("RGBA")
            image = Image.new("RGB", turned.size, "white")
            image.paste(turned, mask=turned.getchannel("A"))
    except (OSError, ValueError, SyntaxError, Image.DecompressionBombError) as error:
        raise Unreadable("is no picture that can be read; take it anew or save it as PNG") from error
    return {"pages": 1, "dropped": told, "photo": photo, "size": image.size}, image.tobytes()


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


if __name__ == "__main__":
    # By its folder: importing our packages would load all that the house needs, a second of work for each file.
    sys.path.append(str(Path(__file__).parents[1]))
    importlib.import_module("apart").serve(Reader().answer)
