"""A case file (卷宗): cover, index with page numbers, the papers in their order, closing note, in one PDF."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, tzinfo

from shouwang.engines.papers.filling import Record, fill
from shouwang.engines.papers.model import Paper, Size
from shouwang.engines.papers.press import Press
from shouwang.engines.papers.template import Shelf

COVER, INDEX, NOTE = "file-cover", "file-index", "file-note"


@dataclass(frozen=True, slots=True)
class Filed:
    """A paper in a case file; `title` says it more exactly in the index: 询问笔录（李样乙，第一次）."""

    paper: Paper
    title: str = ""


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of the index, with the pages as they are counted in the file: cover and index are not."""

    title: str
    number: str
    first: int
    last: int


@dataclass(frozen=True, slots=True)
class CaseFile:
    """`lacking` as in `Printed`."""

    pdf: bytes
    entries: tuple[Entry, ...]
    lacking: frozenset[str]


def bind(
    press: Press, shelf: Shelf, record: Record, papers: Sequence[Filed], *, zone: tzinfo, at: datetime
) -> CaseFile:
    """
    Bind papers in the given order. All are set on A4, whatever they were handed out on, and carry the file's page number.

    record   of the case; `file` holds what stands on cover and closing note. The index and the count of pages are made here
    Errors   NotFilled when the record lacks something for cover, index or note; ValueError without papers
    """
    if not papers:
        raise ValueError("a case file holds at least one paper")
    inner = [replace(filed.paper, size=Size.A4) for filed in papers]
    spans = press.spans(inner, case=(0, len(inner)))
    entries = tuple(
        Entry(filed.title or filed.paper.title, filed.paper.number, first, last)
        for filed, (first, last) in zip(papers, spans, strict=True)
    )
    said = _with_pages(record, entries, papers)
    outer = {code: fill(shelf, shelf[code], said, zone=zone) for code in (COVER, INDEX, NOTE)}
    sheets = [outer[COVER], outer[INDEX], *inner, outer[NOTE]]
    printed = press.pdf(sheets, at=at, case=(2, 2 + len(inner)))
    return CaseFile(printed.pdf, entries, printed.lacking)


def _with_pages(record: Record, entries: Sequence[Entry], papers: Sequence[Filed]) -> Record:
    about = record.get("file")
    about = dict(about) if isinstance(about, Mapping) else {}
    paper = record.get("paper")
    rows = [
        {
            "title": entry.title,
            "number": entry.number,
            "date": filed.paper.day,
            "pages": f"{entry.first}" if entry.first == entry.last else f"{entry.first}-{entry.last}",
        }
        for entry, filed in zip(entries, papers, strict=True)
    ]
    return {
        **record,
        "paper": {**(paper if isinstance(paper, Mapping) else {}), "date": about.get("made_on")},
        "file": {**about, "pages": entries[-1].last},
        "contents": rows,
    }
