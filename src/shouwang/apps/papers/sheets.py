"""
A filled paper as a page: the words of the station's template at once, without setting a PDF. It prints as it stands.

Every text is escaped like any other; a picture drawn by hand is left to the PDF.
"""

from __future__ import annotations

from typing import Any

from shouwang.apps.matters.views import qr_svg
from shouwang.engines.papers import Paper
from shouwang.engines.papers.codes import shown_below
from shouwang.engines.papers.model import Block, Code, Grid, Heading, Line, Seal, Signatures, Size, Space

#: What each kind of block is called in `papers/_sheet.html`.
_CALLED: dict[type[Block], str] = {
    Line: "line",
    Heading: "heading",
    Grid: "grid",
    Signatures: "signs",
    Seal: "seal",
    Code: "code",
    Space: "space",
}
#: The page's word for a size of paper (`base_print.html`).
SIZES = {Size.A4: "a4", Size.A5: "a5", Size.ROLL: "r80"}


def sheet_of(paper: Paper) -> dict[str, Any]:
    """What `papers/_sheet.html` shows."""
    return {"paper": paper, "blocks": [_shown(block) for block in paper.blocks]}


def _shown(block: Block) -> dict[str, Any]:
    found: dict[str, Any] = {"is": _CALLED[type(block)], "block": block}
    if isinstance(block, Code):
        found |= {"qr": qr_svg(block.holds), "below": shown_below(block.holds)}
    return found
