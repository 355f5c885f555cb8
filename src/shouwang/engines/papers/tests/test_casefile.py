"""A case file: the index tells the page on which each paper really begins and ends."""

from __future__ import annotations

import json

import pypdfium2
import pytest

from shouwang.engines.papers import Filed, NotFilled, bind, fill
from shouwang.engines.papers.cli import SAMPLE, merged
from shouwang.engines.papers.tests.reading import AT, ZONE, pages_of, sample, squeezed

PLAN = json.loads(SAMPLE.read_text(encoding="utf-8"))["casefile"]


def filed(shelf) -> list[Filed]:
    return [
        Filed(
            fill(
                shelf,
                shelf[entry["template"]],
                merged(merged(sample(), entry.get("with", {})), {"paper": entry["paper"]}),
                zone=ZONE,
            ),
            entry.get("title", ""),
        )
        for entry in PLAN
    ]


def test_cover_index_papers_and_note(shelf, press):
    papers = filed(shelf)
    made = bind(press, shelf, sample(), papers, zone=ZONE, at=AT)
    pages = pages_of(made.pdf)
    total = made.entries[-1].last
    lead = len(pages) - total - 1  # the cover, and an index that may take two pages
    assert lead in {2, 3}
    assert "张样甲殴打他人案" in pages[0]
    assert f"共{total}页" in pages[0]
    assert f"本卷共{total}页" in pages[-1]
    assert made.entries[0].first == 1
    for paper, entry, following in zip(papers, made.entries, [*made.entries[1:], None], strict=True):
        span = str(entry.first) if entry.first == entry.last else f"{entry.first}-{entry.last}"
        assert squeezed(entry.title + entry.number) in "".join(pages[1:lead])
        assert squeezed(span) in "".join(pages[1:lead])
        inside = pages[lead - 1 + entry.first : lead + entry.last]
        assert squeezed(paper.paper.title) in inside[0]
        for number, page in enumerate(inside, start=entry.first):
            assert f"卷{number}" in page
            assert f"第{number - entry.first + 1}页共{len(inside)}页" in page
        assert following is None or following.first == entry.last + 1
    assert "卷1" not in pages[0]
    # All on one paper size, and each paper can be jumped to.
    document = pypdfium2.PdfDocument(made.pdf)
    assert {(round(page.get_width()), round(page.get_height())) for page in document} == {(595, 842)}
    marks = [mark.get_title() for mark in document.get_toc() if mark.level == 0]
    assert marks == ["案卷", "卷内文书目录", *[paper.paper.title for paper in papers], "卷内备考表"]
    assert bind(press, shelf, sample(), papers, zone=ZONE, at=AT).pdf == made.pdf


def test_an_index_of_several_pages_does_not_shift_the_numbers(shelf, press):
    papers = [filed(shelf)[0]] * 60
    made = bind(press, shelf, sample(), papers, zone=ZONE, at=AT)
    pages = pages_of(made.pdf)
    assert made.entries[-1].last == 60
    first = next(
        number for number, page in enumerate(pages) if "接报案登记表" in page and "卷1" in page and "目录" not in page
    )
    assert first > 2  # the index needs more than one page
    assert "卷60" in pages[first + 59]
    assert "序号文书名称文号日期页号" in pages[2]  # its head comes again


def test_a_case_file_without_a_title_is_refused(shelf, press):
    with pytest.raises(NotFilled, match="卷宗·题名"):
        bind(press, shelf, sample(file={"title": ""}), filed(shelf)[:1], zone=ZONE, at=AT)
    with pytest.raises(ValueError, match="at least one paper"):
        bind(press, shelf, sample(), [], zone=ZONE, at=AT)
