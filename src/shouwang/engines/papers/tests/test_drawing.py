"""A signature drawn by hand stands in its place, in PDF and DOCX, written anew and small."""

from __future__ import annotations

import io
import zipfile

import pypdfium2
import pypdfium2.raw
import pytest
from PIL import Image, ImageDraw

from shouwang.engines.errors import BadData
from shouwang.engines.papers import docx_of, fill
from shouwang.engines.papers.drawing import HIGH, MOST_BYTES, WIDE, fitted
from shouwang.engines.papers.tests.reading import AT, ZONE, outside, pages_of, sample


def drawn(size: tuple[int, int] = (1200, 400), mode: str = "RGBA", *, ink: bool = True, note: str = "") -> bytes:
    """A line across a picture, as the box on the screen sends it: black on nothing."""
    picture = Image.new(mode, size, (0, 0, 0, 0) if mode == "RGBA" else "white")
    if ink:
        ImageDraw.Draw(picture).line([(200, 250), (500, 150), (900, 260)], fill="black", width=9)
    out = io.BytesIO()
    exif = Image.Exif()
    exif[0x010E] = note
    picture.save(out, "PNG", exif=exif)
    return out.getvalue()


@pytest.mark.parametrize("mode", ["RGBA", "RGB"])
def test_it_is_cut_to_its_ink_and_written_anew(mode: str) -> None:
    made = fitted(drawn(mode=mode, note="秘密的备注"))
    with Image.open(io.BytesIO(made)) as picture:
        assert (picture.format, picture.width <= WIDE, picture.height <= HIGH) == ("PNG", True, True)
        assert picture.width > picture.height * 2, "cut to what is drawn"
        assert not picture.getexif()
    assert "秘密的备注".encode() not in made
    assert len(made) <= MOST_BYTES


@pytest.mark.parametrize("bad", [b"", b"no picture", drawn(ink=False), drawn((5000, 4000))])
def test_what_is_no_signature_is_refused(bad: bytes) -> None:
    with pytest.raises(BadData):
        fitted(bad)


@pytest.mark.parametrize(("code", "place"), [("mediation-agreement", "one"), ("service-receipt", "recipient")])
def test_it_stands_in_its_place(shelf, press, code: str, place: str) -> None:
    """At the foot of a paper, and inside a cell."""
    record = {**sample(code), "signed": {place: {"name": "黄某", "at": "2026-11-23T10:00:00+08:00"}}}
    paper = fill(shelf, shelf[code], record, zone=ZONE, drawn={place: fitted(drawn())})
    pdf = press.pdf([paper], at=AT).pdf
    shown = [
        thing
        for page in pypdfium2.PdfDocument(pdf)
        for thing in page.get_objects(filter=[pypdfium2.raw.FPDF_PAGEOBJ_IMAGE])
    ]
    assert len(shown) == 1
    assert outside(pdf, paper) == []
    said = "".join(pages_of(pdf))
    assert said.count("黄某") == said.count("黄某2026年11月23日10时00分手写签名") + str(sample(code)).count("黄某")
    with zipfile.ZipFile(io.BytesIO(docx_of(paper, at=AT))) as parts:
        assert sum(name.startswith("word/media/") for name in parts.namelist()) == 1
    assert press.pdf([paper], at=AT).pdf == pdf, "the same paper, the same bytes"
