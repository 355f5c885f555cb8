"""
Faces and number plates on the pages of a file, as proposals: a person looks at every page and decides (`apps/redactions`).

    seen_in(data)    # (Seen(page=1, kind="face", left=212, top=80, right=390, bottom=340), …)

The looking is done by a program of its own (`eyes.py`), like the reading: it finds that something is a face, never whose.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

from PIL import Image

from shouwang.engines.apart import Apart, Broke
from shouwang.engines.redaction import pages
from shouwang.engines.redaction.files import kind_of

EYES = Path(__file__).with_name("eyes.py")
KINDS = ("face", "plate")
#: Pages that are looked at by the program; a person looks at all of them.
MOST_LOOKED_AT = 60
#: Pages are drawn by one program while this one looks at them.
_TURNS = threading.BoundedSemaphore(2)


@dataclass(frozen=True)
class Seen:
    """
    Something like a face or a plate.

    page   from 1
    kind   face or plate
    left, top, right, bottom   in thousandths of the page
    """

    page: int
    kind: str
    left: int
    top: int
    right: int
    bottom: int


def seen_in(data: bytes) -> tuple[Seen, ...]:
    """
    What the first sixty pages with pictures show. Nothing for files without pages, and nothing when the program that looks broke: a
    proposal less, and the person who looks at every page remains. Raises Refused for a file that cannot be read.
    """
    found: list[Seen] = []
    with ExitStack() as stack:
        eyes: Apart | None = None  # most files have no picture, and need nobody to look
        for number, image in _pictures(data):
            eyes = eyes or stack.enter_context(Apart(EYES, turns=_TURNS))
            try:
                told, _ = eyes.ask({"size": image.size}, image.tobytes())
            except Broke:
                break
            wide, high = image.size
            found += [
                Seen(number, kind, *edges)
                for kind in KINDS
                for edges in (_thousandths(one, wide, high) for one in told[kind])
                if edges[0] < edges[2] and edges[1] < edges[3]
            ]
    return tuple(found)


def _thousandths(edges: Sequence[int], wide: int, high: int) -> tuple[int, int, int, int]:
    """Left and top rounded down, right and bottom up, so that nothing is cut off."""
    left, top, right, bottom = edges
    return (
        left * 1000 // wide,
        top * 1000 // high,
        min(1000, -(-right * 1000 // wide)),
        min(1000, -(-bottom * 1000 // high)),
    )


def _pictures(data: bytes) -> Iterator[tuple[int, Image.Image]]:
    """Pages that show more than letters, drawn."""
    kind = kind_of(data)
    if kind == "picture":
        yield 1, pages.upright(data)[0]
    if kind != "pdf":
        return
    with pages.opened_pdf(data) as document:
        looked_at = 0
        for number in range(document.pages):
            if looked_at < MOST_LOOKED_AT and document.letters(number)[1]:
                looked_at += 1
                yield number + 1, document.image(number, pages.DPI)
