"""
How papers are set: the measures that both writers use.

A letter has the edges of GB/T 9704 and its title at 二号 (22 pt), but letters of 小三 (15 pt) where that standard has 三号: its
measures are for documents of several pages, and a notice that a person takes home should be one sheet. A form leaves a broad edge
at the left where a file is bound.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from shouwang.engines.papers.model import Size, Style


@dataclass(frozen=True, slots=True)
class Look:
    """
    Measures of one style. Edges in mm (top, right, bottom, left), letters and lines in pt.

    line_pt     from one line to the next
    indent      characters by which a paragraph begins further in
    pad_pt      room above and below the words of a cell
    """

    edges: tuple[float, float, float, float]
    text_pt: float
    line_pt: float
    indent: int
    organ_pt: float
    title_pt: float
    cell_pt: float
    pad_pt: float
    small_pt: float


LOOKS: Mapping[Style, Look] = {
    Style.LETTER: Look((30, 26, 26, 28), 15, 26, 2, 16, 22, 12, 5, 9),
    Style.FORM: Look((22, 18, 20, 26), 11, 18.5, 2, 12, 20, 10.5, 5.2, 9),
    Style.SLIP: Look((14, 13, 13, 15), 10.5, 17, 2, 11, 16, 10, 4, 8),
}
ROLL = Look((5, 4, 8, 4), 9, 13.5, 0, 9, 12, 8.5, 3, 7.5)

#: Width and height in mm; a roll is as long as what stands on it.
SIZES: Mapping[Size, tuple[float, float | None]] = {Size.A4: (210, 297), Size.A5: (148, 210), Size.ROLL: (80, None)}

#: Typefaces by their part, the first that is there: a station's own 仿宋 and 小标宋 before the free Noto ones.
BODY_FACES = (
    "FangSong_GB2312",
    "仿宋_GB2312",
    "FangSong",
    "仿宋",
    "STFangsong",
    "Noto Serif CJK SC",
    "Source Han Serif SC",
)
TITLE_FACES = (
    "FZXiaoBiaoSong-B05",
    "方正小标宋简体",
    "FZXiaoBiaoSong-B05S",
    "Noto Serif CJK SC",
    "Source Han Serif SC",
)
LABEL_FACES = ("SimHei", "黑体", "Noto Sans CJK SC", "Source Han Sans SC")
"""What a form's own words and headings are set in."""


def look_of(style: Style, size: Size) -> Look:
    return ROLL if size is Size.ROLL else LOOKS[style]
