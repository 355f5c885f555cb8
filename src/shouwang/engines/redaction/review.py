"""
What a person decides on: the words that were found in a file, each once, with a few words around it.

    found = proposals(data, known={"侯桂兰": "name"})
    redact_file(data, known={**known, **added}, stay={"公开的电话"})

A decision is about words, not places: what is hidden is hidden wherever it stands.
"""

from __future__ import annotations

import io
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from shouwang.engines.redaction import pages
from shouwang.engines.redaction.files import kind_of, look_into
from shouwang.engines.redaction.model import Confidence, Span
from shouwang.engines.redaction.pages import Reader

AROUND = 16


@dataclass(frozen=True)
class Proposal:
    """
    words       as they stand first
    how         code of the reason, `confidence` how sure, `role` for names
    count       how often they stand there
    before, after   some characters on either side of the first place, on one line
    """

    words: str
    kind: str
    how: str
    confidence: Confidence
    role: str
    count: int
    before: str
    after: str


def proposals(
    data: bytes, *, known: Mapping[str, str] | None = None, reader: Reader | None = None
) -> tuple[Proposal, ...]:
    """All that is found in a file, in reading order. Raises Refused with what to do."""
    seen: dict[str, list[Proposal]] = {}

    def noting(text: str, spans: Sequence[Span]) -> None:
        for span in spans:
            said = text[span.start : span.end]
            one = Proposal(
                said.strip(), span.kind, span.how, span.confidence, span.role, 1,
                _line(text[max(0, span.start - AROUND) : span.start]), _line(text[span.end : span.end + AROUND]),
            )  # fmt: skip
            if one.words:
                seen.setdefault(plain(said), []).append(one)

    look_into(data, noting, known=known, reader=reader)
    twice = (
        2 if kind_of(data) in {"pdf", "picture"} else 1
    )  # pages are searched as they stand and with their lines joined
    return tuple(
        Proposal(
            best.words,
            best.kind,
            best.how,
            best.confidence,
            best.role,
            -(-len(each) // twice),
            each[0].before,
            each[0].after,
        )
        for each in seen.values()
        for best in [max(each, key=lambda one: one.confidence)]
    )


def plain(words: str) -> str:
    """Words as they are compared: without blanks and line ends."""
    return "".join(words.split())


def _line(text: str) -> str:
    return " ".join(text.split())


def page_count(data: bytes) -> int:
    """Pages of a PDF, 1 for a picture, 0 for what has no pages."""
    kind = kind_of(data)
    if kind != "pdf":
        return int(kind == "picture")
    with pages.opened_pdf(data) as document:
        return document.pages


def page_sizes(data: bytes, numbers: Collection[int]) -> dict[int, tuple[int, int]]:
    """Pixels of these pages (from 1), in which boxes are drawn."""
    if not numbers:
        return {}
    if kind_of(data) == "picture":
        return dict.fromkeys(numbers, pages.upright(data)[0].size)
    with pages.opened_pdf(data) as document:
        return {number: document.size(number - 1, pages.DPI) for number in numbers}


def page_picture(data: bytes, number: int) -> bytes:
    """One page (from 1) as PNG, in the pixels in which boxes are drawn. Raises IndexError for a page that is not there."""
    if kind_of(data) == "picture":
        image = pages.upright(data)[0]
    else:
        with pages.opened_pdf(data) as document:
            if not 0 < number <= document.pages:
                raise IndexError(number)
            image = document.image(number - 1, pages.DPI)
    out = io.BytesIO()
    image.save(out, "PNG")
    return out.getvalue()
