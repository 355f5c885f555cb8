"""
A filled paper as values, before it becomes PDF or DOCX. Two writers read it, so nothing here knows of either.

Every text in it is data: a writer shows it letter by letter and looks for no markup in it.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum


class Style(StrEnum):
    """How a paper is set; the measures stand in `look.py`."""

    LETTER = "letter"  # a decision or notice in sentences, after GB/T 9704
    FORM = "form"  # a form of cells
    SLIP = "slip"  # a receipt


class Size(StrEnum):
    """What it is printed on."""

    A4 = "a4"
    A5 = "a5"
    ROLL = "80mm"


class Side(StrEnum):
    """Where a line stands."""

    BODY = "body"  # justified; in a letter two characters in
    LEFT = "left"
    MIDDLE = "middle"
    RIGHT = "right"


@dataclass(frozen=True, slots=True)
class Run:
    """
    Letters of one weight.

    boxes   choices to tick, each of which stays on one line with its box
    drawn   a signature drawn by hand, as `drawing.fitted` made it, in place of letters
    """

    text: str
    bold: bool = False
    boxes: bool = False
    drawn: bytes = b""


@dataclass(frozen=True, slots=True)
class Line:
    """A paragraph."""

    runs: tuple[Run, ...]
    side: Side = Side.BODY

    @property
    def text(self) -> str:
        return "".join(run.text for run in self.runs)


@dataclass(frozen=True, slots=True)
class Heading:
    text: str


@dataclass(frozen=True, slots=True)
class Cell:
    """One cell; `label` is the form's own word, else what was filled in. It begins in a column and reaches over columns and rows."""

    lines: tuple[Line, ...]
    label: bool = False
    column: int = 0
    across: int = 1
    down: int = 1


@dataclass(frozen=True, slots=True)
class Row:
    """The cells that begin in this row; `tall_mm` is its least height."""

    cells: tuple[Cell, ...]
    tall_mm: int = 0


@dataclass(frozen=True, slots=True)
class Grid:
    """A ruled table; the first `head` rows come again on each page."""

    widths: tuple[int, ...]
    rows: tuple[Row, ...]
    head: int = 0


@dataclass(frozen=True, slots=True)
class Signature:
    """A line to sign on. When the step was taken inside the house, who and when, and what they drew; else room for a pen."""

    label: str
    name: str = ""
    at: str = ""
    drawn: bytes = b""


@dataclass(frozen=True, slots=True)
class Signatures:
    lines: tuple[Signature, ...]


@dataclass(frozen=True, slots=True)
class Seal:
    """Name of the organ over the date, with room for the seal."""

    organ: str
    day: str


@dataclass(frozen=True, slots=True)
class Code:
    """A QR code with the text that it holds."""

    holds: str


@dataclass(frozen=True, slots=True)
class Space:
    """Empty lines, or with `turns_page` the rest of the page."""

    lines: int = 1
    turns_page: bool = False


Block = Line | Heading | Grid | Signatures | Seal | Code | Space


@dataclass(frozen=True, slots=True)
class Paper:
    """
    One paper, filled.

    template, version   which template made it; `digest` is the SHA-256 of that template's file
    day                 the day it bears
    marks               a line at the head of every page: that a review copy is not the paper itself
    foot                which copy this is, at the foot of every page
    """

    template: str
    version: str
    digest: str
    title: str
    organ: str
    number: str
    day: date
    style: Style
    size: Size
    blocks: tuple[Block, ...]
    marks: str = ""
    foot: str = ""

    def stays(self, number: int) -> bool:
        """Whether a block must share a page with the one after it: nobody signs or seals a page on which nothing else stands."""
        signing = (Seal, Signatures, Code)
        return (
            number + 1 < len(self.blocks)
            and isinstance(self.blocks[number + 1], signing)
            and isinstance(self.blocks[number], (Line, *signing))
        )
