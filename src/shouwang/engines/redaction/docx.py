"""
A DOCX without what was found: its visible text is read, redacted, and written into a new package of five known parts.

Nothing of the old package is copied, so what nobody thought of cannot come along: comments, revisions, hidden and white text,
fields' instructions, properties, custom XML, embedded files, pictures and their alternative texts stay behind, and the report
names them. Headers, footers and notes are part of the text. Styles shrink to headings, bold, alignment and tables.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import zip_longest

from lxml import etree

from shouwang.engines.redaction.package import HEAD, Refused, opened, packed, parsed, said

_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_R = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}"
_STRICT = b"http://purl.oclc.org/ooxml/wordprocessingml/main"
_TRANSITIONAL = _W[1:-1].encode()
_CHOICE = "{http://schemas.openxmlformats.org/markup-compatibility/2006}Fallback"


@dataclass
class Paragraph:
    """One paragraph as it is written again. ``level`` is 1 to 3 for headings, 0 for text."""

    text: str
    level: int = 0
    bold: bool = False
    align: str = ""


@dataclass
class Table:
    """Rows of cells of paragraphs."""

    rows: list[list[list[Paragraph]]]


@dataclass
class Document:
    """
    body, heads, feet, notes   what a reader sees
    dropped                    what stays behind, and how often
    """

    body: list[Paragraph | Table] = field(default_factory=list)
    heads: list[Paragraph | Table] = field(default_factory=list)
    feet: list[Paragraph | Table] = field(default_factory=list)
    notes: list[Paragraph | Table] = field(default_factory=list)
    dropped: Counter[str] = field(default_factory=Counter)

    def paragraphs(self) -> Iterator[Paragraph]:
        """All, in the order in which they are read."""
        for part in (self.heads, self.body, self.notes, self.feet):
            yield from _flat(part)


def _flat(blocks: Sequence[Paragraph | Table]) -> Iterator[Paragraph]:
    for block in blocks:
        if isinstance(block, Paragraph):
            yield block
        else:
            for row in block.rows:
                for cell in row:
                    yield from cell


def read(data: bytes) -> Document:
    """What a reader of the document sees; Refused when it cannot be read whole."""
    parts = opened(data)
    main = "word/document.xml"
    if main not in parts:
        raise Refused("has no word/document.xml; save it anew as DOCX")
    document = Document()
    for name, content in sorted(parts.items()):
        kind = _dropped_part(name)
        if kind:
            document.dropped[kind] += 1
        elif re.fullmatch(r"word/(header|footer)\d*\.xml", name):
            into = document.heads if "header" in name else document.feet
            into += _new(_blocks(_root(content), document.dropped), into)
        elif name in {"word/footnotes.xml", "word/endnotes.xml"}:
            document.notes += _blocks(_root(content), document.dropped)
    body = _root(parts[main]).find(f"{_W}body")
    if body is None:
        raise Refused("has no body; save it anew as DOCX")
    document.body = _blocks(body, document.dropped)
    for part in (document.heads, document.feet, document.notes):
        part[:] = [block for block in part if isinstance(block, Table) or block.text.strip()]
    return document


def _root(content: bytes) -> etree._Element:
    return parsed(content.replace(_STRICT, _TRANSITIONAL))


def _new(blocks: list[Paragraph | Table], known: list[Paragraph | Table]) -> list[Paragraph | Table]:
    """First, even and odd pages often carry the same header."""
    seen = {block.text for block in known if isinstance(block, Paragraph)}
    return [block for block in blocks if isinstance(block, Table) or block.text not in seen]


_READ = re.compile(
    r"word/(document|header\d*|footer\d*|footnotes|endnotes|styles|settings|fontTable|webSettings|numbering|theme/.*|_rels/.*)(\.xml)?(\.rels)?|_rels/\.rels|\[Content_Types\]\.xml"
)
_KINDS = (
    ("docProps/thumbnail", "thumbnail"), ("docProps/", "properties"),
    ("customXml/", "custom-xml"), ("word/comments", "comments"), ("word/people", "comments"),
    ("word/media/", "pictures"), ("word/embeddings/", "embedded-files"), ("word/activeX", "embedded-files"), ("word/vba", "macros"),
    ("word/charts/", "charts"), ("word/diagrams/", "charts"), ("word/glossary/", "building-blocks"), ("word/afchunk", "embedded-files"),
)  # fmt: skip


def _dropped_part(name: str) -> str:
    if _READ.fullmatch(name):
        return ""
    return next((kind for start, kind in _KINDS if name.startswith(start)), "unknown-parts")


def _blocks(parent: etree._Element, dropped: Counter[str]) -> list[Paragraph | Table]:
    out: list[Paragraph | Table] = []
    for child in parent.iterchildren(tag=etree.Element):
        if child.tag == f"{_W}p":
            out += _paragraphs(child, dropped)
        elif child.tag == f"{_W}tbl":
            out.append(_table(child, dropped))
        elif child.tag == f"{_W}altChunk":
            dropped["embedded-files"] += 1
        elif child.tag in {
            f"{_W}footnote",
            f"{_W}endnote",
            f"{_W}sdt",
            f"{_W}sdtContent",
            f"{_W}ins",
            f"{_W}customXml",
            f"{_W}smartTag",
            f"{_W}txbxContent",
        }:
            out += _blocks(child, dropped)
        elif child.tag in {f"{_W}del", f"{_W}moveFrom"}:
            dropped["revisions"] += 1
        elif next(child.iter(f"{_W}t"), None) is not None:
            dropped["unknown-parts"] += 1
    return out


def _table(table: etree._Element, dropped: Counter[str]) -> Table:
    rows = []
    for row in table.iter(f"{_W}tr"):
        if next(row.iterancestors(f"{_W}tbl")) is not table:
            continue  # of a table within a cell: its text is in the cell
        if row.find(f"{_W}trPr/{_W}hidden") is not None or row.find(f"{_W}trPr/{_W}del") is not None:
            dropped["hidden-text"] += 1
            continue
        cells = [cell for cell in row.iter(f"{_W}tc") if next(cell.iterancestors(f"{_W}tr")) is row]
        rows.append([list(_flat(_blocks(cell, dropped))) or [Paragraph("")] for cell in cells])
    return Table(rows)


_GONE = {
    "del": "revisions",
    "moveFrom": "revisions",
    "delText": "revisions",
    "instrText": "fields",
    "delInstrText": "fields",
}
_PICTURED = {"drawing", "pict", "object"}


def _paragraphs(element: etree._Element, dropped: Counter[str]) -> Iterator[Paragraph]:
    """A paragraph, and behind it those of text boxes anchored in it."""
    text: list[str] = []
    boxes: list[etree._Element] = []
    bold = [run.find(f"{_W}rPr/{_W}b") is not None for run in element.iter(f"{_W}r")]
    _gather(element, text, boxes, dropped)
    style = element.find(f"{_W}pPr/{_W}pStyle")
    align = element.find(f"{_W}pPr/{_W}jc")
    heading = re.fullmatch(r"(?:Heading|heading )?([1-3])", style.get(f"{_W}val", "")) if style is not None else None
    level = int(heading[1]) if heading else 1 if style is not None and style.get(f"{_W}val") == "Title" else 0
    where = align.get(f"{_W}val", "") if align is not None else ""
    yield Paragraph(
        "".join(text), level, bool(bold) and all(bold), where if where in {"center", "right", "both"} else ""
    )
    for box in boxes:
        yield from _flat(_blocks(box, dropped))


def _gather(element: etree._Element, text: list[str], boxes: list[etree._Element], dropped: Counter[str]) -> None:
    for child in element.iterchildren(tag=etree.Element):
        name = etree.QName(child).localname
        if name in _GONE:
            dropped[_GONE[name]] += 1
        elif name == "r" and _unseen(child):
            dropped["hidden-text"] += 1
        elif name == "t":
            text.append(child.text or "")
        elif name in {"tab", "ptab"} and etree.QName(element).localname == "r":
            text.append("\t")
        elif name in {"br", "cr"}:
            text.append("\n")
        elif name == "noBreakHyphen":
            text.append("-")
        elif name == "sym":
            text.append("□")
        elif name == "txbxContent":
            boxes.append(child)
        elif child.tag == _CHOICE or name in {"pPr", "rPr"}:
            continue  # the same box again for older programmes; properties
        else:
            if name in _PICTURED:
                dropped["pictures"] += 1
            _gather(child, text, boxes, dropped)


def _unseen(run: etree._Element) -> bool:
    """Text that nobody sees: hidden, white, or of a size that cannot be read."""
    properties = run.find(f"{_W}rPr")
    if properties is None:
        return False
    for name in ("vanish", "webHidden", "specVanish"):
        mark = properties.find(f"{_W}{name}")
        if mark is not None and mark.get(f"{_W}val", "1") not in {"0", "false", "off"}:
            return True
    colour, size = properties.find(f"{_W}color"), properties.find(f"{_W}sz")
    if colour is not None and re.fullmatch("[fF][a-fA-F0-9]([fF][a-fA-F0-9]){2}", colour.get(f"{_W}val", "")):
        return True
    tiny = size.get(f"{_W}val", "24") if size is not None else "24"
    return tiny.isdigit() and int(tiny) < 6


def write(document: Document) -> bytes:
    """A new package with the document's text and nothing else."""
    head, foot = _xml(document.heads), _xml(document.feet)
    parts = {
        "[Content_Types].xml": _types(head, foot),
        "_rels/.rels": _RELS,
        "word/_rels/document.xml.rels": _links(head, foot),
    }
    links = "".join(
        f'<w:{part}Reference w:type="default" r:id="{id_}"/>'
        for part, id_, xml in (("header", "rId2", head), ("footer", "rId3", foot))
        if xml
    )
    notes = _xml(document.notes)
    body = _xml(document.body) + (f"<w:p><w:r><w:t>——</w:t></w:r></w:p>{notes}" if notes else "")
    margins = "".join(f' w:{side}="1440"' for side in ("top", "right", "bottom", "left"))
    page = f'<w:pgSz w:w="11906" w:h="16838"/><w:pgMar{margins} w:header="851" w:footer="851" w:gutter="0"/>'
    parts["word/document.xml"] = (
        f"{HEAD}<w:document {_NAMES}><w:body>{body}<w:sectPr>{links}{page}</w:sectPr></w:body></w:document>"
    )
    parts["word/styles.xml"] = _STYLES
    if head:
        parts["word/header1.xml"] = f"{HEAD}<w:hdr {_NAMES}>{head}</w:hdr>"
    if foot:
        parts["word/footer1.xml"] = f"{HEAD}<w:ftr {_NAMES}>{foot}</w:ftr>"
    return packed(parts)


_NAMES = f'xmlns:w="{_W[1:-1]}" xmlns:r="{_R[1:-1]}"'
_OFFICE = "application/vnd.openxmlformats-officedocument.wordprocessingml"
_LINKED = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_RELATIONS = '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
_RELS = f'{HEAD}{_RELATIONS}<Relationship Id="rId1" Type="{_LINKED}/officeDocument" Target="word/document.xml"/></Relationships>'
_STYLES = (
    f"{HEAD}<w:styles {_NAMES}>"
    '<w:style w:type="paragraph" w:default="1" w:styleId="Normal"><w:name w:val="Normal"/><w:rPr><w:sz w:val="24"/></w:rPr></w:style>'
    + "".join(
        f'<w:style w:type="paragraph" w:styleId="Heading{n}"><w:name w:val="heading {n}"/><w:basedOn w:val="Normal"/>'
        f'<w:pPr><w:outlineLvl w:val="{n - 1}"/></w:pPr><w:rPr><w:b/><w:sz w:val="{38 - 4 * n}"/></w:rPr></w:style>'
        for n in (1, 2, 3)
    )
    + "</w:styles>"
)


def _types(head: str, foot: str) -> str:
    kinds = (
        [("document", "document.main"), ("styles", "styles")]
        + [("header1", "header")] * bool(head)
        + [("footer1", "footer")] * bool(foot)
    )
    named = "".join(
        f'<Override PartName="/word/{part}.xml" ContentType="{_OFFICE}.{kind}+xml"/>' for part, kind in kinds
    )
    return (
        f'{HEAD}<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
        '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        f'<Default Extension="xml" ContentType="application/xml"/>{named}</Types>'
    )


def _links(head: str, foot: str) -> str:
    kinds = (
        [("rId1", "styles", "styles")]
        + [("rId2", "header", "header1")] * bool(head)
        + [("rId3", "footer", "footer1")] * bool(foot)
    )
    return (
        f"{HEAD}{_RELATIONS}"
        + "".join(
            f'<Relationship Id="{id_}" Type="{_LINKED}/{kind}" Target="{part}.xml"/>' for id_, kind, part in kinds
        )
        + "</Relationships>"
    )


def _xml(blocks: Sequence[Paragraph | Table]) -> str:
    out = []
    for block, following in zip_longest(blocks, blocks[1:]):
        out.append(_paragraph_xml(block) if isinstance(block, Paragraph) else _table_xml(block))
        if isinstance(block, Table) and not isinstance(following, Paragraph):
            out.append("<w:p/>")  # a table has to be followed by a paragraph
    return "".join(out)


def _paragraph_xml(paragraph: Paragraph) -> str:
    style = f'<w:pStyle w:val="Heading{paragraph.level}"/>' if paragraph.level else ""
    align = f'<w:jc w:val="{paragraph.align}"/>' if paragraph.align else ""
    bold = "<w:rPr><w:b/></w:rPr>" if paragraph.bold else ""
    pieces = re.split(r"([\t\n])", paragraph.text)
    runs = "".join(
        {"\t": "<w:tab/>", "\n": "<w:br/>"}.get(piece) or f'<w:t xml:space="preserve">{said(piece)}</w:t>'
        for piece in pieces
        if piece
    )
    return f"<w:p><w:pPr>{style}{align}</w:pPr>" + (f"<w:r>{bold}{runs}</w:r>" if runs else "") + "</w:p>"


def _table_xml(table: Table) -> str:
    edges = "".join(
        f'<w:{side} w:val="single" w:sz="4" w:space="0" w:color="auto"/>'
        for side in ("top", "left", "bottom", "right", "insideH", "insideV")
    )
    columns = max((len(row) for row in table.rows), default=0)
    if not columns:
        return ""
    rows = "".join(
        "<w:tr>"
        + "".join(
            f"<w:tc><w:tcPr/>{''.join(map(_paragraph_xml, cell))}</w:tc>"
            for cell in [*row, *[[Paragraph("")]] * (columns - len(row))]
        )
        + "</w:tr>"
        for row in table.rows
    )
    grid = "<w:tblGrid>" + f'<w:gridCol w:w="{9000 // columns}"/>' * columns + "</w:tblGrid>"
    return f'<w:tbl><w:tblPr><w:tblW w:w="0" w:type="auto"/><w:tblBorders>{edges}</w:tblBorders></w:tblPr>{grid}{rows}</w:tbl>'
