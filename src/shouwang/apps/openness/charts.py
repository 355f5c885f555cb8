"""Columns for a picture of some months: plain numbers for an SVG, so that no style stands in the page."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

WIDTH, HEIGHT, TOP, FOOT = 360, 170, 18, 20


@dataclass(frozen=True, slots=True)
class Column:
    """One column: its rectangle, its word below, its figure above. Nothing is drawn for a missing figure."""

    x: float
    y: float
    width: float
    height: float
    middle: float
    word: str
    figure: str
    loud: bool


@dataclass(frozen=True, slots=True)
class Chart:
    """What `_columns.html` draws."""

    columns: tuple[Column, ...]
    width: int = WIDTH
    height: int = HEIGHT
    ground: int = HEIGHT - FOOT
    words_at: int = HEIGHT - 5

    def __bool__(self) -> bool:
        return any(column.height for column in self.columns)


def columns(values: Sequence[tuple[str, int | None, str]]) -> Chart:
    """
    A chart of `(word below, value, figure above)`, in order; the last one is the newest and stands out.

    Heights are in proportion to the values, from nought.
    """
    most = max((value for _word, value, _figure in values if value), default=0)
    step = WIDTH / max(1, len(values))
    room = HEIGHT - TOP - FOOT
    found = []
    for n, (word, value, figure) in enumerate(values):
        height = round(room * value / most, 1) if value and most else 0.0
        found.append(
            Column(
                x=round(n * step + step * 0.15, 1),
                y=round(HEIGHT - FOOT - height, 1),
                width=round(step * 0.7, 1),
                height=height,
                middle=round(n * step + step / 2, 1),
                word=word,
                figure=figure if value is not None else "",
                loud=n == len(values) - 1,
            )
        )
    return Chart(tuple(found))
