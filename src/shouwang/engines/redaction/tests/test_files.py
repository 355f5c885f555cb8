"""Secrets planted in every hiding place of a file are nowhere in its copy; a file that cannot be trusted is refused."""

import io
import re
import shutil
import zipfile
from collections import Counter

import docx
import pypdfium2 as pdfium
import pytest
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls
from PIL import Image, ImageDraw

from shouwang.engines.redaction import Cast, Refused, redact_file
from shouwang.engines.redaction.gate import check, installed_checkers
from shouwang.engines.redaction.pages import Box, Word

NAME, OTHER, PHONE, ID, CARD = "侯桂兰", "钱守义", "13800001234", "360102198503020005", "6222020000534806922"
PLAIN = f"2026年5月6日，报警人{NAME}（手机{PHONE}，身份证号{ID}）报案称其在青石镇桃源村3组12号家中被{OTHER}殴打。{NAME}要求调解。"
W = nsdecls("w")


def foreign(kind, **more):
    """Two strangers who always read, so that a test does not depend on what is installed; the real ones are asked too."""
    return {**installed_checkers(kind), "stranger-1": lambda data: "", "stranger-2": lambda data: "", **more}


def everywhere(data: bytes) -> str:
    """All that is in a file, by a reader that shares nothing with the engine: part names, parts, streams."""
    if not data.startswith(b"PK"):
        return data.decode("latin-1") + data.decode("utf-8", "ignore")
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        texts = [name + archive.read(name).decode("utf-8", "ignore") for name in archive.namelist()]
    return "".join(texts) + "".join(re.sub("<[^>]+>", "", text) for text in texts)


def added(data: bytes, parts: dict[str, str | bytes], instead: dict[str, tuple[str, str]] | None = None) -> bytes:
    """A package with more parts, and with words of its parts replaced."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            content = old.read(name)
            for part, (was, now) in (instead or {}).items():
                if part == name:
                    content = content.decode().replace(was, now).encode()
            new.writestr(name, content)
        for name, content in parts.items():
            new.writestr(name, content)
    return out.getvalue()


@pytest.fixture(scope="module")
def report() -> bytes:
    """A DOCX with a secret in every place that holds one."""
    document = docx.Document()
    document.core_properties.author = NAME
    document.core_properties.comments = PHONE
    document.sections[0].header.paragraphs[0].text = f"{NAME}案卷"
    document.sections[0].footer.paragraphs[0].text = f"联系电话{PHONE}"
    document.add_heading("调解情况", 1)
    document.add_paragraph(PLAIN)
    split = document.add_paragraph("当事人：")
    for piece in ("侯", "桂", "兰", "，电话138", "0000", "1234"):
        split.add_run(piece).bold = piece == "桂"
    table = document.add_table(rows=1, cols=2)
    table.rows[0].cells[0].text, table.rows[0].cells[1].text = "被侵害人", NAME
    hidden = document.add_paragraph().add_run("藏起来的13911112222")
    hidden._r.get_or_add_rPr().append(parse_xml(f"<w:vanish {W}/>"))
    white = document.add_paragraph().add_run("白色的13922223333")
    white._r.get_or_add_rPr().append(parse_xml(f'<w:color {W} w:val="FFFFFF"/>'))
    paragraph = document.add_paragraph("修订")._p
    paragraph.append(
        parse_xml(f'<w:del {W} w:id="9" w:author="{OTHER}"><w:r><w:delText>删去的13933334444</w:delText></w:r></w:del>')
    )
    paragraph.append(
        parse_xml(f'<w:ins {W} w:id="8" w:author="{OTHER}"><w:r><w:t>，补充电话13944445555</w:t></w:r></w:ins>')
    )
    paragraph.append(parse_xml(f"<w:r {W}><w:instrText> AUTHOR 13955556666 </w:instrText></w:r>"))
    picture = io.BytesIO()
    Image.new("RGB", (8, 8)).save(picture, "PNG")
    shape = document.add_picture(picture)
    shape._inline.docPr.set("descr", f"{NAME}的照片 13966667777")
    out = io.BytesIO()
    document.save(out)
    return added(
        out.getvalue(),
        {
            "word/comments.xml": f'<w:comments {W}><w:comment w:id="1" w:author="{OTHER}"><w:p><w:r>'
            f"<w:t>批注13977778888</w:t></w:r></w:p></w:comment></w:comments>",
            "word/footnotes.xml": f'<w:footnotes {W}><w:footnote w:id="2"><w:p><w:r>'
            f"<w:t>脚注：{NAME}住院，电话13988889999</w:t></w:r></w:p></w:footnote></w:footnotes>",
            "customXml/item9.xml": f"<a>{ID}</a>",
            "docProps/custom.xml": f"<p>{CARD}</p>",
            "word/embeddings/old.docx": out.getvalue(),
            "word/media/thumb.txt": f"{NAME}",
            f"word/{PHONE}.xml": "<a/>",
        },
    )


SECRETS = [NAME, PHONE, ID, CARD, OTHER, *(f"139{n}{n + 1}"[:3] + str(n) * 4 + str(n + 1) * 4 for n in range(1, 9))]


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


S = 'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main" xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"'
LINK = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"


def workbook(**more: str) -> bytes:
    """An XLSX with a secret in every place that holds one."""
    cells = lambda *values: "".join(f'<c t="inlineStr"><is><t>{value}</t></is></c>' for value in values)  # noqa: E731
    parts = {
        "[Content_Types].xml": "<Types/>",
        "xl/workbook.xml": f'<workbook {S}><sheets><sheet name="{NAME}台账" sheetId="1" r:id="rId1"'
        f'/><sheet name="藏" sheetId="2" state="veryHidden" r:id="rId2"/></sheets>'
        f"<definedNames><definedName name='a'>13911112222</definedName></definedNames></workbook>",
        "xl/_rels/workbook.xml.rels": f'<Relationships><Relationship Id="rId1" Type="{LINK}/worksheet"'
        f' Target="worksheets/sheet1.xml"/><Relationship Id="rId2" Type="{LINK}/worksheet" Target="worksheets'
        f'/sheet2.xml"/></Relationships>',
        "xl/sharedStrings.xml": f"<sst {S}><si><t>{OTHER}</t><rPh><t>读音</t></rPh></si><si><t>无人用13922223333</t></si></sst>",
        "xl/styles.xml": f'<styleSheet {S}><cellXfs><xf numFmtId="0"/><xf numFmtId="14"/></cellXfs></styleSheet>',
        "xl/worksheets/sheet1.xml": f'<worksheet {S}><cols><col min="6" max="6" hidden="1"/></cols><sheetData>'
        f"<row>{cells('姓名', '电话', '日期', '金额', '经过', '暗列')}</row>"
        f'<row>{cells(NAME)}<c><v>{PHONE}</v></c><c s="1"><v>46148</v></c><c><f>1+1</f><v>2</v></c>{cells(PLAIN, "13933334444")}</row>'
        f'<row hidden="1">{cells("13944445555")}</row>'
        f'<row><c t="s"><v>0</v></c>{cells("0793-8210000", "", "3", f"与{NAME}是邻居")}</row></sheetData></worksheet>',
        "xl/worksheets/sheet2.xml": f"<worksheet {S}><sheetData><row>{cells('13955556666')}</row></sheetData></worksheet>",
        "xl/comments1.xml": "<comments>13966667777</comments>",
        "xl/pivotCache/pivotCacheRecords1.xml": "<a>13977778888</a>",
        "docProps/core.xml": f"<a>{NAME}</a>",
        "xl/externalLinks/externalLink1.xml": "<a>13988889999</a>",
        **more,
    }
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return out.getvalue()


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
    """A PDF with a line a page, an annotation, properties and an attachment's name."""
    objects = [
        "<</Type/Catalog/Pages 2 0 R/Names<</EmbeddedFiles<</Names[(13911112222.txt) 4 0 R]>>>>>>",
        "",
        "<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>",
        "<</Type/Filespec/F(13911112222.txt)/EF<</F 5 0 R>>>>",
        "<</Type/EmbeddedFile/Length 11>>stream\n13922223333\nendstream",
    ]
    kids = []
    for text in texts:
        number = len(objects) + 1
        kids.append(f"{number} 0 R")
        fonts, note = "<</Font<</F 3 0 R>>>>", "<</Type/Annot/Subtype/Text/Rect[0 0 9 9]/Contents(13933334444)>>"
        content = f"BT /F 14 Tf 40 700 Td ({text}) Tj ET {more}"
        objects += [
            f"<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Contents {number + 1} 0 R/Resources {fonts}/Annots[{note}]>>",
            f"<</Length {len(content)}>>stream\n{content}\nendstream",
        ]
    objects[1] = f"<</Type/Pages/Count {len(kids)}/Kids[{' '.join(kids)}]>>"
    info = len(objects) + 1
    objects.append("<</Author(13944445555)/Title(13955556666)>>")
    out, places = b"%PDF-1.4\n", []
    for number, content in enumerate(objects, 1):
        places.append(len(out))
        out += f"{number} 0 obj{content}endobj\n".encode()
    start = len(out)
    out += f"xref\n0 {len(objects) + 1}\n0000000000 65535 f \n".encode() + b"".join(
        f"{p:010d} 00000 n \n".encode() for p in places
    )
    return (
        out
        + f"trailer<</Size {len(objects) + 1}/Root 1 0 R/Info {info} 0 R>>\nstartxref\n{start}\n%%EOF\n".encode()
        + tail
    )


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
