"""
The DOCX writer: the same paper for those who must go on editing it in Word or WPS.

Typefaces are named, not embedded: 仿宋, 宋体 and 黑体 are on every Chinese Windows, and other machines put their own in place.
Same paper, same moment: same bytes.
"""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterable
from datetime import UTC, datetime

import docx
from docx.document import Document
from docx.enum.table import WD_CELL_VERTICAL_ALIGNMENT, WD_ROW_HEIGHT_RULE, WD_TABLE_ALIGNMENT
from docx.enum.text import WD_ALIGN_PARAGRAPH, WD_BREAK, WD_LINE_SPACING
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Mm, Pt
from docx.table import Table, _Cell
from docx.text.paragraph import Paragraph
from docx.text.run import Run as WordRun

from shouwang.engines.papers.codes import code_of, shown_below
from shouwang.engines.papers.drawing import HIGH_MM
from shouwang.engines.papers.look import SIZES, Look, look_of
from shouwang.engines.papers.model import (
    Block,
    Cell,
    Code,
    Grid,
    Heading,
    Line,
    Paper,
    Run,
    Seal,
    Side,
    Signature,
    Signatures,
    Size,
    Space,
    Style,
)

BODY, TITLE, LABEL, LATIN = "仿宋", "宋体", "黑体", "Times New Roman"
ROLL_PAGE_MM = 297  # Word knows no endless paper
PEN = "＿＿＿＿＿＿＿＿＿＿　　　年　　月　　日"
ALIGN = {
    Side.BODY: WD_ALIGN_PARAGRAPH.JUSTIFY,
    Side.LEFT: WD_ALIGN_PARAGRAPH.LEFT,
    Side.MIDDLE: WD_ALIGN_PARAGRAPH.CENTER,
    Side.RIGHT: WD_ALIGN_PARAGRAPH.RIGHT,
}
FIRST_ZIP_DAY = (1980, 1, 1, 0, 0, 0)


def docx_of(paper: Paper, *, at: datetime) -> bytes:
    """
    One paper as a DOCX file.

    at       the stated moment, written into the file as its date
    """
    document = docx.Document()
    _Writer(document, paper, look_of(paper.style, paper.size)).write()
    about = document.core_properties
    about.title, about.subject, about.author, about.language = paper.title, paper.number, paper.organ, "zh-CN"
    about.keywords = f"{paper.template}/{paper.version} sha256:{paper.digest}"
    about.created = about.modified = at.astimezone(UTC).replace(tzinfo=None)
    about.last_modified_by, about.comments = "", ""
    raw = io.BytesIO()
    document.save(raw)
    return _with_one_date(raw.getvalue())


def _with_one_date(made: bytes) -> bytes:
    """The same archive without the hour of the day on which each of its parts was packed."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(made)) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            part = zipfile.ZipInfo(name, FIRST_ZIP_DAY)
            part.compress_type = zipfile.ZIP_DEFLATED
            new.writestr(part, old.read(name))
    return out.getvalue()


class _Writer:
    def __init__(self, document: Document, paper: Paper, look: Look) -> None:
        self.document, self.paper, self.look = document, paper, look

    def write(self) -> None:
        self.page()
        self.head()
        for number, block in enumerate(self.paper.blocks):
            self.block(block, stays=self.paper.stays(number))

    # ── the page ──────────────────────────────────────────────────────────────────────────────────────────────────────

    def page(self) -> None:
        section, (width, height) = self.document.sections[0], SIZES[self.paper.size]
        top, right, bottom, left = self.look.edges
        section.page_width, section.page_height = Mm(width), Mm(height or ROLL_PAGE_MM)
        section.top_margin, section.right_margin = Mm(top), Mm(right)
        section.bottom_margin, section.left_margin = Mm(bottom), Mm(left)
        section.header_distance, section.footer_distance = Mm(top * 0.5), Mm(bottom * 0.4)
        normal = self.document.styles["Normal"]
        normal.font.size = Pt(self.look.text_pt)
        _faces(normal.element.get_or_add_rPr(), BODY)
        if self.paper.marks:
            self.say(section.header.paragraphs[0], [Run(self.paper.marks, bold=True)], self.look.small_pt)
        foot = section.footer.paragraphs[0]
        if self.paper.foot:
            self.say(foot, [Run(self.paper.foot)], self.look.small_pt)
            foot = section.footer.add_paragraph()
        if self.paper.size is not Size.ROLL:
            foot.alignment = WD_ALIGN_PARAGRAPH.CENTER
            for words, code in (("第 ", "PAGE"), (" 页　共 ", "NUMPAGES")):
                self.say(foot, [Run(words)], self.look.small_pt)
                _field(foot, code)
            self.say(foot, [Run(" 页")], self.look.small_pt)

    def head(self) -> None:
        look, middle = self.look, WD_ALIGN_PARAGRAPH.CENTER
        self.say(self.paragraph(middle, stays=True), [Run(self.paper.organ)], look.organ_pt, TITLE)
        title = self.paragraph(middle, stays=True, line_pt=look.title_pt * 1.5)
        title.style = self.document.styles["Heading 1"]
        title.paragraph_format.space_before = title.paragraph_format.space_after = Pt(0)
        self.say(title, [Run(self.paper.title, bold=True)], look.title_pt, TITLE)
        if self.paper.number:
            letter = self.paper.style is Style.LETTER
            where = WD_ALIGN_PARAGRAPH.RIGHT if letter else middle
            self.say(self.paragraph(where, stays=True), [Run(self.paper.number)], look.cell_pt)

    # ── blocks ────────────────────────────────────────────────────────────────────────────────────────────────────────

    def block(self, block: Block, *, stays: bool) -> None:
        match block:
            case Line():
                self.line(self.paragraph(ALIGN[block.side], stays=stays), block, self.look.text_pt, self.look.indent)
            case Heading():
                heading = self.paragraph(WD_ALIGN_PARAGRAPH.LEFT, stays=True)
                heading.style = self.document.styles["Heading 2"]
                heading.paragraph_format.space_before, heading.paragraph_format.space_after = (
                    Pt(self.look.line_pt * 0.4),
                    Pt(0),
                )
                self.say(heading, [Run(block.text)], self.look.text_pt, LABEL)
            case Grid():
                self.grid(block)
            case Signatures():
                self.signatures(block.lines, stays=stays)
            case Seal():
                self.seal(block, stays=stays)
            case Code():
                self.code(block, stays=stays)
            case Space():
                self.space(block)

    def space(self, block: Space) -> None:
        if block.turns_page:
            self.document.add_paragraph().add_run().add_break(WD_BREAK.PAGE)
        for _ in range(block.lines):
            self.paragraph(WD_ALIGN_PARAGRAPH.LEFT)

    def signatures(self, lines: Iterable[Signature], *, stays: bool) -> None:
        for number, one in enumerate(lines):
            paragraph = self.paragraph(WD_ALIGN_PARAGRAPH.LEFT, stays=stays)
            paragraph.paragraph_format.space_before = Pt(self.look.line_pt * (0.6 if number == 0 else 0.2))
            self.say(paragraph, [Run(f"{one.label}：")], self.look.cell_pt, LABEL)
            runs = [Run("", drawn=one.drawn)] if one.drawn else []
            self.say(paragraph, [*runs, Run(f"{one.name}　{one.at}" if one.name else PEN)], self.look.cell_pt)

    def seal(self, block: Seal, *, stays: bool) -> None:
        for number, text in enumerate((block.organ, block.day)):
            paragraph = self.paragraph(WD_ALIGN_PARAGRAPH.RIGHT, stays=stays or number == 0)
            paragraph.paragraph_format.right_indent = Pt(self.look.text_pt * self.look.indent)
            if number == 0:
                paragraph.paragraph_format.space_before = Pt(self.look.line_pt * 1.5)
            self.say(paragraph, [Run(text)], self.look.text_pt)

    def code(self, block: Code, *, stays: bool) -> None:
        picture = io.BytesIO()
        code, wide = code_of(block.holds)
        code.make_image().save(picture)
        place = self.paragraph(WD_ALIGN_PARAGRAPH.CENTER, stays=True)
        place.paragraph_format.line_spacing_rule = WD_LINE_SPACING.SINGLE  # an exact line would cut the picture off
        place.add_run().add_picture(picture, width=Mm(wide))
        if shown := shown_below(block.holds):
            self.say(self.paragraph(WD_ALIGN_PARAGRAPH.CENTER, stays=stays), [Run(shown)], self.look.small_pt)

    def grid(self, block: Grid) -> None:
        columns = len(block.widths)
        table = self.document.add_table(len(block.rows), columns, style="Table Grid")
        table.alignment, table.autofit = WD_TABLE_ALIGNMENT.CENTER, False
        width, _height = SIZES[self.paper.size]
        room = width - self.look.edges[1] - self.look.edges[3]
        widths = [Mm(room * share / sum(block.widths)) for share in block.widths]
        for column, wide in zip(table.columns, widths, strict=True):
            column.width = wide
        cells = [list(row.cells) for row in table.rows]  # asked once: each asking walks the whole table
        for number, row in enumerate(block.rows):
            for cell in row.cells:
                place = cells[number][cell.column]
                last = cells[number + cell.down - 1][cell.column + cell.across - 1]
                place = place.merge(last) if last is not place else place
                place.width = Mm(room * sum(block.widths[cell.column : cell.column + cell.across]) / sum(block.widths))
                self.cell(place, cell)
            self.row(table, number, row.tall_mm, head=number < block.head)
        self.document.add_paragraph().paragraph_format.line_spacing = Pt(6)

    def row(self, table: Table, number: int, tall_mm: int, *, head: bool) -> None:
        row = table.rows[number]
        if tall_mm:
            row.height, row.height_rule = Mm(tall_mm), WD_ROW_HEIGHT_RULE.AT_LEAST
        if head:
            row._tr.get_or_add_trPr().append(OxmlElement("w:tblHeader"))

    def cell(self, place: _Cell, cell: Cell) -> None:
        place.vertical_alignment = WD_CELL_VERTICAL_ALIGNMENT.CENTER
        long = sum(line.side is Side.BODY for line in cell.lines) > 1
        for number, line in enumerate(cell.lines):
            paragraph = place.paragraphs[0] if number == 0 else place.add_paragraph()
            self.shape(paragraph, ALIGN[line.side], self.look.cell_pt * 1.45)
            paragraph.paragraph_format.space_before = paragraph.paragraph_format.space_after = Pt(
                self.look.pad_pt * 0.5
            )
            self.line(paragraph, line, self.look.cell_pt, 2 if long else 0, LABEL if cell.label else BODY)

    # ── letters ───────────────────────────────────────────────────────────────────────────────────────────────────────

    def paragraph(self, where: WD_ALIGN_PARAGRAPH, *, stays: bool = False, line_pt: float | None = None) -> Paragraph:
        paragraph = self.document.add_paragraph()
        self.shape(paragraph, where, line_pt or self.look.line_pt)
        paragraph.paragraph_format.keep_with_next = stays
        return paragraph

    def shape(self, paragraph: Paragraph, where: WD_ALIGN_PARAGRAPH, line_pt: float) -> None:
        paragraph.alignment = where
        shape = paragraph.paragraph_format
        shape.space_before = shape.space_after = Pt(0)
        shape.line_spacing = Pt(line_pt)

    def line(self, paragraph: Paragraph, line: Line, size: float, indent: int, face: str = BODY) -> None:
        if line.side is Side.BODY and indent:
            paragraph.paragraph_format.first_line_indent = Pt(size * indent)
        self.say(paragraph, line.runs, size, face)

    def say(self, paragraph: Paragraph, runs: Iterable[Run], size: float, face: str = BODY) -> None:
        for run in runs:
            if run.drawn:
                # An exact line would cut the picture off.
                paragraph.paragraph_format.line_spacing_rule = WD_LINE_SPACING.SINGLE
                paragraph.add_run().add_picture(io.BytesIO(run.drawn), height=Mm(HIGH_MM))
                continue
            said = paragraph.add_run(run.text)
            said.font.size, said.font.bold = Pt(size), run.bold
            _faces(said._element.get_or_add_rPr(), face)


def _faces(properties: object, face: str) -> None:
    """Word keeps one typeface for Latin letters and another for ideographs."""
    fonts = properties.get_or_add_rFonts()  # type: ignore[attr-defined]
    for kind, name in (("ascii", LATIN), ("hAnsi", LATIN), ("eastAsia", face)):
        fonts.set(qn(f"w:{kind}"), name)


def _field(paragraph: Paragraph, code: str) -> WordRun:
    """A field that Word counts itself, such as the number of the page."""
    field = OxmlElement("w:fldSimple")
    field.set(qn("w:instr"), code)
    paragraph._p.append(field)
    run = paragraph.add_run("1")
    field.append(run._element)
    return run
