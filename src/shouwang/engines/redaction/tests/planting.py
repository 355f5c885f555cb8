"""Files with a secret in every place that holds one; the tests and the bench look for them in the copies."""

import io
import re
import zipfile
from dataclasses import dataclass

import docx
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls
from PIL import Image

W = nsdecls("w")


@dataclass(frozen=True)
class Planted:
    """People and numbers to be hidden. ``hidden`` are eight telephones for places that no reader sees."""

    name: str = "侯桂兰"
    other: str = "钱守义"
    phone: str = "13800001234"
    id: str = "360102198503020005"
    card: str = "6222020000534806922"
    hidden: tuple[str, ...] = tuple(f"139{str(n) * 4}{str(n + 1) * 4}" for n in range(1, 9))

    @property
    def text(self) -> str:
        return (
            f"2026年5月6日，报警人{self.name}（手机{self.phone}，身份证号{self.id}）报案称其在青石镇桃源村3组12号家中"
            f"被{self.other}殴打。{self.name}要求调解。"
        )

    @property
    def secrets(self) -> list[str]:
        return [self.name, self.other, self.phone, self.id, self.card, *self.hidden]


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


def docx_of(p: Planted) -> bytes:
    """A DOCX with a secret in every place that holds one."""
    document = docx.Document()
    document.core_properties.author = p.name
    document.core_properties.comments = p.phone
    document.sections[0].header.paragraphs[0].text = f"{p.name}案卷"
    document.sections[0].footer.paragraphs[0].text = f"联系电话{p.phone}"
    document.add_heading("调解情况", 1)
    document.add_paragraph(p.text)
    split = document.add_paragraph("当事人：")
    for piece in (*p.name, "，电话" + p.phone[:3], p.phone[3:7], p.phone[7:]):
        split.add_run(piece).bold = piece == p.name[1]
    table = document.add_table(rows=1, cols=2)
    table.rows[0].cells[0].text, table.rows[0].cells[1].text = "被侵害人", p.name
    hidden = document.add_paragraph().add_run(f"藏起来的{p.hidden[0]}")
    hidden._r.get_or_add_rPr().append(parse_xml(f"<w:vanish {W}/>"))
    white = document.add_paragraph().add_run(f"白色的{p.hidden[1]}")
    white._r.get_or_add_rPr().append(parse_xml(f'<w:color {W} w:val="FFFFFF"/>'))
    paragraph = document.add_paragraph("修订")._p
    paragraph.append(
        parse_xml(
            f'<w:del {W} w:id="9" w:author="{p.other}"><w:r><w:delText>删去的{p.hidden[2]}</w:delText></w:r></w:del>'
        )
    )
    paragraph.append(
        parse_xml(f'<w:ins {W} w:id="8" w:author="{p.other}"><w:r><w:t>，补充电话{p.hidden[3]}</w:t></w:r></w:ins>')
    )
    paragraph.append(parse_xml(f"<w:r {W}><w:instrText> AUTHOR {p.hidden[4]} </w:instrText></w:r>"))
    picture = io.BytesIO()
    Image.new("RGB", (8, 8)).save(picture, "PNG")
    shape = document.add_picture(picture)
    shape._inline.docPr.set("descr", f"{p.name}的照片 {p.hidden[5]}")
    out = io.BytesIO()
    document.save(out)
    return added(
        out.getvalue(),
        {
            "word/comments.xml": f'<w:comments {W}><w:comment w:id="1" w:author="{p.other}"><w:p><w:r>'
            f"<w:t>批注{p.hidden[6]}</w:t></w:r></w:p></w:comment></w:comments>",
            "word/footnotes.xml": f'<w:footnotes {W}><w:footnote w:id="2"><w:p><w:r>'
            f"<w:t>脚注：{p.name}住院，电话{p.hidden[7]}</w:t></w:r></w:p></w:footnote></w:footnotes>",
            "customXml/item9.xml": f"<a>{p.id}</a>",
            "docProps/custom.xml": f"<p>{p.card}</p>",
            "word/embeddings/old.docx": out.getvalue(),
            "word/media/thumb.txt": f"{p.name}",
            f"word/{p.phone}.xml": "<a/>",
        },
    )


S = 'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main" xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"'
LINK = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"


def xlsx_of(p: Planted, **more: str) -> bytes:
    """An XLSX with a secret in every place that holds one."""
    cells = lambda *values: "".join(f'<c t="inlineStr"><is><t>{value}</t></is></c>' for value in values)  # noqa: E731
    parts = {
        "[Content_Types].xml": "<Types/>",
        "xl/workbook.xml": f'<workbook {S}><sheets><sheet name="{p.name}台账" sheetId="1" r:id="rId1"'
        f'/><sheet name="藏" sheetId="2" state="veryHidden" r:id="rId2"/></sheets>'
        f"<definedNames><definedName name='a'>{p.hidden[0]}</definedName></definedNames></workbook>",
        "xl/_rels/workbook.xml.rels": f'<Relationships><Relationship Id="rId1" Type="{LINK}/worksheet"'
        f' Target="worksheets/sheet1.xml"/><Relationship Id="rId2" Type="{LINK}/worksheet" Target="worksheets'
        f'/sheet2.xml"/></Relationships>',
        "xl/sharedStrings.xml": f"<sst {S}><si><t>{p.other}</t><rPh><t>读音</t></rPh></si><si><t>无人用{p.hidden[1]}</t></si></sst>",
        "xl/styles.xml": f'<styleSheet {S}><cellXfs><xf numFmtId="0"/><xf numFmtId="14"/></cellXfs></styleSheet>',
        "xl/worksheets/sheet1.xml": f'<worksheet {S}><cols><col min="6" max="6" hidden="1"/></cols><sheetData>'
        f"<row>{cells('姓名', '电话', '日期', '金额', '经过', '暗列')}</row>"
        f'<row>{cells(p.name)}<c><v>{p.phone}</v></c><c s="1"><v>46148</v></c><c><f>1+1</f><v>2</v></c>{cells(p.text, p.hidden[2])}</row>'
        f'<row hidden="1">{cells(p.hidden[3])}</row>'
        f'<row><c t="s"><v>0</v></c>{cells("0793-8210000", "", "3", f"与{p.name}是邻居")}</row></sheetData></worksheet>',
        "xl/worksheets/sheet2.xml": f"<worksheet {S}><sheetData><row>{cells(p.hidden[4])}</row></sheetData></worksheet>",
        "xl/comments1.xml": f"<comments>{p.hidden[5]}</comments>",
        "xl/pivotCache/pivotCacheRecords1.xml": f"<a>{p.hidden[6]}</a>",
        "docProps/core.xml": f"<a>{p.name}</a>",
        "xl/externalLinks/externalLink1.xml": f"<a>{p.hidden[7]}</a>",
        **more,
    }
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return out.getvalue()


def pdf_of(p: Planted, *texts: str, more: str = "", tail: bytes = b"") -> bytes:
    """A PDF with a line a page, an annotation, properties and an attachment's name."""
    objects = [
        f"<</Type/Catalog/Pages 2 0 R/Names<</EmbeddedFiles<</Names[({p.hidden[0]}.txt) 4 0 R]>>>>>>",
        "",
        "<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>",
        f"<</Type/Filespec/F({p.hidden[0]}.txt)/EF<</F 5 0 R>>>>",
        f"<</Type/EmbeddedFile/Length 11>>stream\n{p.hidden[1]}\nendstream",
    ]
    kids = []
    for text in texts:
        number = len(objects) + 1
        kids.append(f"{number} 0 R")
        fonts, note = "<</Font<</F 3 0 R>>>>", f"<</Type/Annot/Subtype/Text/Rect[0 0 9 9]/Contents({p.hidden[2]})>>"
        content = f"BT /F 14 Tf 40 700 Td ({text}) Tj ET {more}"
        objects += [
            f"<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Contents {number + 1} 0 R/Resources {fonts}/Annots[{note}]>>",
            f"<</Length {len(content)}>>stream\n{content}\nendstream",
        ]
    objects[1] = f"<</Type/Pages/Count {len(kids)}/Kids[{' '.join(kids)}]>>"
    info = len(objects) + 1
    objects.append(f"<</Author({p.hidden[3]})/Title({p.hidden[4]})>>")
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
