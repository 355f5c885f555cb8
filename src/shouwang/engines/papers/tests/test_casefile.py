"""A case file: the index tells the page on which each paper really begins and ends."""

from __future__ import annotations

import json

import pytest

from shouwang.engines.papers import Filed, NotFilled, bind, fill
from shouwang.engines.papers.cli import SAMPLE, merged
from shouwang.engines.papers.tests.reading import AT, ZONE, pages_of, sample

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
