"""Reading papers back: what a PDF or DOCX says, letter by letter."""

from __future__ import annotations

import copy
import io
import json
import re
from collections.abc import Iterator
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import docx
import pypdfium2

from shouwang.engines.papers.cli import SAMPLE, merged
from shouwang.engines.papers.look import SIZES, look_of
from shouwang.engines.papers.model import Code, Grid, Heading, Line, Paper, Seal, Signatures

ZONE = ZoneInfo("Asia/Shanghai")
AT = datetime(2026, 11, 28, 2, 30, tzinfo=UTC)
POINTS_PER_MM = 72 / 25.4
_SAMPLE = json.loads(SAMPLE.read_text(encoding="utf-8"))


def sample(code: str = "", **groups: object) -> dict:
    """The sample record as a template needs it, with other groups put in."""
    record = merged(_SAMPLE["record"], _SAMPLE["with"].get(code, {}))
    return copy.deepcopy(merged(record, groups))


def squeezed(text: str) -> str:
    """Without white space and places to break: lines end differently on every page, and a hyphen at one's end is read as none."""
    return re.sub(r"[\s\u200b\ufffe\x02-]", "", text)


def words_of(paper: Paper) -> Iterator[str]:
    """Every text that must stand on the paper."""
    yield from (paper.title, paper.organ, paper.number, paper.marks, paper.foot)
    for block in paper.blocks:
        match block:
            case Line():
                yield block.text
            case Heading():
                yield block.text
            case Grid():
                yield from (line.text for row in block.rows for cell in row.cells for line in cell.lines)
            case Signatures():
                yield from (text for one in block.lines for text in (one.label, one.name, one.at))
            case Seal():
                yield from (block.organ, block.day)
            case Code():
                yield block.holds


def pages_of(pdf: bytes) -> list[str]:
    """What each page says, squeezed."""
    document = pypdfium2.PdfDocument(pdf)
    return [squeezed(page.get_textpage().get_text_range()) for page in document]


def outside(pdf: bytes, paper: Paper) -> list[tuple[int, str]]:
    """Letters that stand outside the text area, with their page; head and foot of the page may use the edge above and below."""
    top, right, bottom, left = (mm * POINTS_PER_MM for mm in look_of(paper.style, paper.size).edges)
    width = SIZES[paper.size][0] * POINTS_PER_MM
    found = []
    for number, page in enumerate(pypdfium2.PdfDocument(pdf), start=1):
        text, height = page.get_textpage(), page.get_height()
        assert abs(page.get_width() - width) < 0.1
        for index in range(text.count_chars()):
            letter = text.get_text_range(index, 1)
            if not letter.strip():
                continue
            x0, y0, x1, y1 = text.get_charbox(index)
            if x0 < left - 3 or x1 > width - right + 3 or y0 < bottom * 0.25 or y1 > height - top * 0.25:
                found.append((number, letter))
    return found


def docx_words(made: bytes) -> str:
    """Everything a DOCX says: head and foot of the page, paragraphs, tables; squeezed."""
    document = docx.Document(io.BytesIO(made))
    section = document.sections[0]
    parts = [paragraph.text for part in (section.header, section.footer) for paragraph in part.paragraphs]
    parts += [paragraph.text for paragraph in document.paragraphs]
    parts += [cell.text for table in document.tables for row in table.rows for cell in row.cells]
    return squeezed("\n".join(parts))
