"""Secrets planted in every hiding place of a file are nowhere in its copy; a file that cannot be trusted is refused."""

import io
import re
import shutil
import zipfile
from collections import Counter

import docx
import pypdfium2 as pdfium
import pytest
from PIL import Image, ImageDraw

from shouwang.engines.redaction import Cast, Refused, redact_file
from shouwang.engines.redaction.files import look_into
from shouwang.engines.redaction.gate import check, installed_checkers
from shouwang.engines.redaction.pages import Box, Word
from shouwang.engines.redaction.tests.planting import Planted, added, docx_of, everywhere, pdf_of, xlsx_of

P = Planted()
NAME, OTHER, PHONE = P.name, P.other, P.phone


def foreign(kind, **more):
    """Two strangers who always read, so that a test does not depend on what is installed; the real ones are asked too."""
    return {**installed_checkers(kind), "stranger-1": lambda data: "", "stranger-2": lambda data: "", **more}


@pytest.fixture(scope="module")
def report() -> bytes:
    return docx_of(P)


SECRETS = P.secrets


def test_a_docx_keeps_nothing_of_what_was_hidden_anywhere(report):
    done = redact_file(report, checkers=foreign("docx"))
    left = everywhere(done.data)
    assert [secret for secret in SECRETS if secret in left] == []
    assert done.verdict.may_release, done.verdict.reasons
    assert "python-docx" in done.verdict.checkers
    text = "\n".join(p.text for p in docx.Document(io.BytesIO(done.data)).paragraphs)
    assert "调解情况" in text
    assert "要求调解" in text
    assert "脚注：侯某" in text
    assert {
        "comments",
        "revisions",
        "properties",
        "custom-xml",
        "embedded-files",
        "hidden-text",
        "pictures",
        "fields",
        "unknown-parts",
    } <= set(done.dropped)


def test_one_person_is_one_token_through_a_docx_and_its_header(report):
    done = redact_file(report, checkers=foreign("docx"))
    read = docx.Document(io.BytesIO(done.data))
    assert read.sections[0].header.paragraphs[0].text.startswith("侯某")
    assert read.tables[0].rows[0].cells[1].text == "侯某"
    assert done.cast.tokens[NAME] == "侯某"
    assert redact_file(report, checkers=foreign("docx")).data == done.data


def test_a_docx_can_be_redacted_again_and_says_the_same(report):
    once = redact_file(report, checkers=foreign("docx"))
    twice = redact_file(once.data, checkers=foreign("docx"))
    assert [p.text for p in docx.Document(io.BytesIO(once.data)).paragraphs] == [
        p.text for p in docx.Document(io.BytesIO(twice.data)).paragraphs
    ]


def workbook(**more: str) -> bytes:
    return xlsx_of(P, **more)


def test_an_xlsx_keeps_nothing_of_what_was_hidden_anywhere():
    done = redact_file(workbook(), checkers=foreign("xlsx"))
    left = everywhere(done.data)
    assert [secret for secret in [*SECRETS, "0793-8210000"] if secret in left] == []
    assert done.verdict.may_release, done.verdict.reasons
    assert "侯某" in left
    assert "2026-05-06" in left
    assert {
        "hidden-sheets",
        "hidden-rows",
        "hidden-columns",
        "comments",
        "pivots",
        "links",
        "names",
        "properties",
        "formulas",
    } <= set(done.dropped)


def pdf(*texts: str, more: str = "", tail: bytes = b"") -> bytes:
    return pdf_of(P, *texts, more=more, tail=tail)


def dark(image: Image.Image, box: tuple[int, int, int, int]) -> float:
    """Share of black pixels."""
    part = image.crop(box).convert("L")
    return sum(part.histogram()[:60]) / (part.width * part.height)


def drawn(data: bytes, page: int = 0) -> Image.Image:
    document = pdfium.PdfDocument(data)
    return document[page].render(scale=150 / 72).to_pil()


def test_a_pdf_becomes_pixels_with_boxes_where_secrets_stood():
    data = pdf(f"Tel {PHONE} call", "nothing to hide here")
    done = redact_file(data, checkers=foreign("pdf"), ocr=lambda data: "")
    assert [secret for secret in SECRETS if secret in everywhere(done.data)] == []
    assert done.verdict.may_release, done.verdict.reasons
    assert pdfium.PdfDocument(done.data)[0].get_textpage().count_chars() == 0
    before, after = drawn(data), drawn(done.data)
    line = (115, 270, 280, 300)
    assert dark(before, line) < 0.4
    assert dark(after, line) > 0.8
    assert dark(drawn(done.data, 1), (80, 260, 260, 305)) == pytest.approx(
        dark(drawn(data, 1), (80, 260, 260, 305)), abs=0.05
    )
    assert {"attachments", "annotations", "properties"} <= set(done.dropped)


def test_boxes_drawn_by_hand_are_burnt_in():
    done = redact_file(pdf("x"), boxes={1: [Box(400, 400, 700, 500)]}, checkers=foreign("pdf"), ocr=lambda data: "")
    assert dark(drawn(done.data), (405, 405, 695, 495)) > 0.99


def test_a_page_with_pictures_waits_for_eyes_or_for_ocr():
    picture = "q 100 0 0 100 40 40 cm BI /W 1 /H 1 /CS /G /BPC 8 ID \x7f EI Q"
    data = pdf("a picture below", more=picture)
    unread = redact_file(data, checkers=foreign("pdf"), ocr=lambda data: "")
    assert not unread.verdict.may_release
    assert redact_file(data, checkers=foreign("pdf"), ocr=lambda data: "", looked_at=[1]).verdict.may_release
    read = redact_file(
        data,
        checkers=foreign("pdf"),
        ocr=lambda data: "",
        reader=lambda image: [Word(f"电话{PHONE}", Box(100, 1000, 400, 1040))],
    )
    assert read.verdict.may_release
    assert PHONE in read.secrets
    assert dark(drawn(read.data), (160, 1005, 395, 1035)) > 0.95


def photo() -> bytes:
    image = Image.new("RGB", (120, 80), "white")
    ImageDraw.Draw(image).rectangle((0, 0, 20, 20), fill="red")
    exif = Image.Exif()
    exif[0x010F] = PHONE
    exif[0x0112] = 6
    exif.get_ifd(0x8825)[1] = "N"
    out = io.BytesIO()
    image.save(out, "JPEG", exif=exif, comment=NAME.encode())
    return out.getvalue()


def test_a_photo_is_written_anew_from_its_upright_pixels():
    done = redact_file(
        photo(), boxes={1: [Box(10, 60, 40, 100)]}, looked_at=[1], checkers=foreign("picture"), ocr=lambda data: ""
    )
    new = Image.open(io.BytesIO(done.data))
    assert new.size == (80, 120)
    assert not new.getexif()
    assert PHONE.encode() not in done.data
    assert NAME.encode() not in done.data
    assert dark(new, (12, 62, 38, 98)) > 0.99
    assert {"exif:Make", "exif:place"} <= set(done.dropped)
    assert done.verdict.may_release


# The gate


def test_without_two_foreign_checkers_nothing_is_released(report):
    assert not redact_file(report, checkers={"one": lambda data: ""}).verdict.may_release


def test_pixels_are_not_released_unread():
    done = redact_file(pdf("x"), checkers=foreign("pdf"), ocr=None) if not shutil.which("tesseract") else None
    assert done is None or not done.verdict.may_release


@pytest.mark.parametrize("told", [NAME, "侯 桂\n兰", "侯\u200b桂兰"])
def test_a_checker_that_finds_something_shuts_the_gate(told):
    smooth = re.sub(r"[\s\u200b]", "", told)
    verdict = check(b"x", [NAME], kind="docx", checkers={"a": lambda data: smooth, "b": lambda data: ""})
    assert verdict.leaks == (("a", 1),)
    assert not verdict.may_release


def test_a_checker_that_breaks_gives_no_verdict():
    def broken(data):
        raise OSError("gone")

    verdict = check(b"x", [NAME], kind="docx", checkers={"a": broken, "b": lambda data: ""})
    assert not verdict.may_release
    assert "a gave no verdict" in verdict.reasons[0]


@pytest.mark.parametrize("coding", ["utf-8", "utf-16-le", "utf-16-be", "gb18030"])
def test_the_raw_scan_reads_every_coding_and_entities(coding):
    strangers = {"a": lambda data: "", "b": lambda data: ""}
    assert check(b"\x00\x00" + f"xx{NAME}xx".encode(coding), [NAME], kind="docx", checkers=strangers).leaks
    entities = "".join(f"&#{ord(char)};" for char in NAME).encode()
    assert check(entities, [NAME], kind="docx", checkers=strangers).leaks
    assert not check(b"nothing", [NAME], kind="docx", checkers=strangers).leaks


# Refused


def bomb() -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("word/document.xml", b" " * (40 << 20))
    return out.getvalue()


def encrypted(data: bytes) -> bytes:
    """The same package with the sign of encryption at its first part."""
    at = data.index(b"PK\x01\x02")
    return data[:6] + b"\x01" + data[7 : at + 8] + b"\x01" + data[at + 9 :]


ENTITIES = '<!DOCTYPE a [<!ENTITY b "13800001234">]><workbook>&b;</workbook>'


@pytest.mark.parametrize(
    ("make", "says"),
    [
        (lambda report: b"", "cannot be redacted"),
        (lambda report: b"GIF89a" + report, "cannot be redacted"),
        (lambda report: report + b"tail", "save it anew"),
        (lambda report: b"PK\x03\x04" + report, "save it anew"),
        (lambda report: report[: len(report) // 2], "broken"),
        (encrypted, "password"),
        (lambda report: bomb(), "packed too tightly"),
        (lambda report: added(report, {"../x": "y"}), "not allowed"),
        (lambda report: b"\xd0\xcf\x11\xe0" + report, "password"),
        (lambda report: workbook(**{"xl/workbook.xml": ENTITIES}), "document type"),
        (lambda report: workbook(**{"xl/workbook.xml": "<workbook"}), "cannot be read"),
        (lambda report: pdf("x", tail=report), "PDF"),
        (lambda report: b"%PDF-1.4\nnothing\n%%EOF\n", "broken"),
        (lambda report: b"\xff\xd8\xff\xe0nothing", "no picture"),
        (lambda report: added(b"PK\x05\x06" + bytes(18), {"a.docx": report}), "archive"),
    ],
)
def test_what_cannot_be_trusted_is_refused_with_what_to_do(report, make, says):
    with pytest.raises(Refused, match=says):
        redact_file(make(report), checkers={})


def test_the_same_cast_serves_two_files(report):
    cast = Cast()
    redact_file(report, cast=cast, checkers={})
    redact_file(workbook(), cast=cast, checkers={})
    assert Counter(cast.tokens.values())["侯某"] == 1


def test_looking_only_finds_what_redacting_finds(report):
    for data in (report, workbook(), pdf(f"Tel {PHONE} call", "nothing to hide here"), photo()):
        looked, redacted = [], []
        look_into(data, lambda text, spans, to=looked: to.append((text, tuple(spans))), known={"call": "name"})
        redact_file(
            data,
            noting=lambda text, spans, to=redacted: to.append((text, tuple(spans))),
            known={"call": "name"},
            checkers={},
            ocr=lambda data: "",
        )
        assert looked == redacted
    assert looked == []  # nobody read the photo


def test_a_page_of_a_size_that_no_paper_has_is_refused_at_the_first_look():
    data = pdf("x").replace(b"[0 0 595 842]", b"[0 0 9999 9999]").replace(b"Rect[0 0 9 9]", b"Rect[0 0 9]")
    with pytest.raises(Refused, match="no paper has"):
        look_into(data, lambda text, spans: None)
