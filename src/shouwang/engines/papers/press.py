"""
The PDF writer: filled papers in, bytes out. One `Press` is kept for the life of the process; a fresh one reads 90 MB of fonts.

The words of a paper reach typst as JSON in `sys.inputs` and are shown as strings: whatever a resident typed, there is no
markup that could be read in it. Same papers, same moment, same fonts: same bytes.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, fields, is_dataclass
from datetime import datetime
from pathlib import Path
from threading import Lock
from typing import Any, Literal

import qrcode
import typst

from shouwang.engines.papers.codes import code_of, shown_below
from shouwang.engines.papers.fonts import Faces, find_faces
from shouwang.engines.papers.look import SIZES, look_of
from shouwang.engines.papers.model import Block, Cell, Code, Grid, Line, Paper, Row

SCRIPT = Path(__file__).with_name("press.typ")
#: For the archive: every character can be read back, every font is inside, the structure is told to a screen reader; with files inside.
ARCHIVE: Literal["a-2a"] = "a-2a"
ARCHIVE_WITH_FILES: Literal["a-3a"] = "a-3a"
POINTS_PER_MM = 72 / 25.4
#: A run without a place where a line may end; a letter of it is about this wide.
UNBROKEN = re.compile(r"[^\s\u2e80-\u2fff\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af\U00020000-\U0003ffff]{8,}")
ZERO_WIDTH_SPACE = "\u200b"
MAIN = "main.typ"
DARK = re.compile("1+")
#: The root of the page tree is the first thing in the file, before any word of a paper.
PAGES = re.compile(rb"/Type\s*/Pages\s*/Count (\d+)")
SPANS = '("start", "end").map(edge => range(%d).map(i => locate(label(edge + "-" + str(i))).page()))'


@dataclass(frozen=True, slots=True)
class Printed:
    """
    A finished PDF.

    lacking   characters that no typeface here can draw; each stands in the PDF as its code, like 〔U+1F600〕
    """

    pdf: bytes
    pages: int
    lacking: frozenset[str]


class Press:
    """Sets papers. Safe to share between threads: one job after the other."""

    def __init__(self, *folders: Path) -> None:
        """
        folders  a station's own fonts, used before those of the machine

        Errors   NoChineseFont
        """
        self.faces: Faces = find_faces(*folders)
        self._script = SCRIPT.read_bytes()
        files: Any = {MAIN: self._script}  # typst takes a mapping of files; its type hints do not say so
        self._compiler = typst.Compiler(files, font_paths=self.faces.fonts)
        self._binder = typst.Compiler(SCRIPT, root=SCRIPT.parent, font_paths=self.faces.fonts)
        self._turn = Lock()

    def pdf(
        self,
        papers: Sequence[Paper],
        *,
        at: datetime,
        case: tuple[int, int] | None = None,
        attached: Mapping[str, bytes] | None = None,
    ) -> Printed:
        """
        Papers in one PDF, each from a new page and counted by itself.

        at        the stated moment, written into the file as its date
        case      which papers (from, to) also carry the running page number of a case file
        attached  JSON files by name that lie inside the PDF
        """
        lacking: set[str] = set()
        # As a file, not as an input: what typst knows of other papers stays good when only the file has changed.
        attached = attached or {}
        files: Any = {MAIN: self._script, "doc.json": self.words(papers, case, lacking, list(attached)).encode()}
        files |= {f"attached/{name}": data for name, data in attached.items()}
        standard = ARCHIVE_WITH_FILES if attached else ARCHIVE
        with self._turn:
            pdf = self._compiler.compile(input=files, format="pdf", timestamp=at, pdf_standards=[standard])
        assert isinstance(pdf, bytes)
        counted = PAGES.search(pdf)
        assert counted is not None
        return Printed(pdf, int(counted[1]), frozenset(lacking))

    def pictures(self, papers: Sequence[Paper], *, dots_per_inch: int = 90) -> list[bytes]:
        """The pages as PNG, to be looked at while somebody writes a template."""
        files: Any = {MAIN: self._script, "doc.json": self.words(papers).encode()}
        with self._turn:
            pages = self._compiler.compile(input=files, format="png", ppi=dots_per_inch)
        return [pages] if isinstance(pages, bytes) else list(pages or ())

    def spans(self, papers: Sequence[Paper], *, case: tuple[int, int] | None = None) -> list[tuple[int, int]]:
        """First and last page of each paper when they are set in one file, counted from 1."""
        inputs = {"doc": self.words(papers, case)}
        with self._turn:
            self._binder.compile(format="svg", sys_inputs=inputs)
            first, last = json.loads(self._binder.eval(SPANS % len(papers)))
        return list(zip(first, last, strict=True))

    def words(
        self,
        papers: Sequence[Paper],
        case: tuple[int, int] | None = None,
        lacking: set[str] | None = None,
        attached: Sequence[str] = (),
    ) -> str:
        """What the script is told, as JSON; characters that cannot be drawn are added to `lacking`."""
        lacking = set() if lacking is None else lacking
        doc = {
            "title": "、".join(dict.fromkeys(paper.title for paper in papers)),
            "keywords": sorted({f"{paper.template}/{paper.version} sha256:{paper.digest}" for paper in papers}),
            "faces": {"body": self.faces.body, "title": self.faces.title, "label": self.faces.label},
            "case_from": case[0] if case else None,
            "case_to": case[1] if case else None,
            "attached": list(attached),
            "papers": [self._sheet(paper, lacking) for paper in papers],
        }
        return json.dumps(doc, ensure_ascii=False)

    def _sheet(self, paper: Paper, lacking: set[str]) -> dict[str, object]:
        look, (width, height) = look_of(paper.style, paper.size), SIZES[paper.size]
        setter = _Setter(
            self.faces, (width - look.edges[1] - look.edges[3]) * POINTS_PER_MM, look.text_pt, look.cell_pt, lacking
        )
        return {
            "style": paper.style,
            "marks": paper.marks,
            **{name: setter.text(getattr(paper, name), look.text_pt) for name in ("title", "organ", "number", "foot")},
            "trace": f"{paper.template}·{paper.version}",
            "width": width,
            "height": height,
            "look": _plain(look),
            "blocks": [
                {**setter.block(block), "stays": paper.stays(number)} for number, block in enumerate(paper.blocks)
            ],
        }


def _plain(value: object, text: Callable[[str], str] = str) -> object:
    """Frozen values as JSON takes them, texts made ready; `is` names the kind."""
    if is_dataclass(value):
        return {
            "is": type(value).__name__,
            **{one.name: _plain(getattr(value, one.name), text) for one in fields(value)},
        }
    if isinstance(value, tuple):
        return [_plain(one, text) for one in value]
    if isinstance(value, bytes):
        return list(value)
    return text(value) if isinstance(value, str) else value


@dataclass(frozen=True, slots=True)
class _Setter:
    """Makes blocks ready for the page: what cannot be drawn is spelt out, and a word wider than its room may be broken."""

    faces: Faces
    room_pt: float
    text_pt: float
    cell_pt: float
    lacking: set[str]

    def block(self, block: Block) -> dict[str, object]:
        if isinstance(block, Grid):
            return {
                "is": "Grid",
                "widths": block.widths,
                "head": block.head,
                "rows": [self.row(row, block.widths) for row in block.rows],
            }
        if isinstance(block, Line):
            return self.line(block, self.room_pt, self.text_pt)
        if isinstance(block, Code):
            code, wide = code_of(block.holds)
            shown = self.text(shown_below(block.holds), self.text_pt)
            return {"is": "Code", "shown": shown, "svg": svg_of(code), "wide": wide}
        plain = _plain(block, lambda text: self.text(text, self.text_pt))
        assert isinstance(plain, dict)
        return plain

    def row(self, row: Row, widths: Sequence[int]) -> object:
        return {"tall_mm": row.tall_mm, "cells": [self.cell(cell, widths) for cell in row.cells]}

    def cell(self, cell: Cell, widths: Sequence[int]) -> object:
        room = self.room_pt * sum(widths[cell.column : cell.column + cell.across]) / sum(widths) - 10
        lines = [self.line(line, room, self.cell_pt) for line in cell.lines]
        return {"lines": lines, "label": cell.label, "across": cell.across, "down": cell.down}

    def line(self, line: Line, room_pt: float, size_pt: float) -> dict[str, object]:
        runs = [
            {
                "text": self.text(run.text, size_pt, room_pt),
                "bold": run.bold,
                "boxes": run.boxes,
                "drawn": list(run.drawn),
            }
            for run in line.runs
        ]
        return {"is": "Line", "runs": runs, "side": line.side}

    def text(self, text: str, size_pt: float, room_pt: float | None = None) -> str:
        if not text.isascii():
            for character in self.faces.lacking(text):
                self.lacking.add(character)
                text = text.replace(character, f"〔U+{ord(character):04X}〕")
        room = (self.room_pt if room_pt is None else room_pt) - size_pt * 2  # two characters of an indent
        return UNBROKEN.sub(lambda run: breakable(run[0], room, size_pt), text)


def breakable(run: str, room_pt: float, size_pt: float) -> str:
    """A run of letters that a line would not break: where it could be wider than its room, it may break anywhere."""
    wide = sum(0.6 if letter.islower() or letter.isdecimal() else 0.85 if letter.isascii() else 1 for letter in run)
    return ZERO_WIDTH_SPACE.join(run) if wide * size_pt > room_pt else run


def svg_of(code: qrcode.QRCode) -> str:
    """A QR code as SVG, one bar for each run of dark modules."""
    rows = ["".join("1" if dark else "0" for dark in row) for row in code.get_matrix()]
    bars = "".join(
        f"M{run.start()} {y}h{len(run[0])}v1h-{len(run[0])}z"
        for y, row in enumerate(rows)
        for run in DARK.finditer(row)
    )
    size = f"0 0 {len(rows)} {len(rows)}"
    return f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="{size}"><path shape-rendering="crispEdges" d="{bars}"/></svg>'
