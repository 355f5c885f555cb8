"""PDF: what the record says can be read back from the page, nothing runs over its edge, and no text is ever markup."""

from __future__ import annotations

import threading
from datetime import UTC, datetime

import pypdfium2
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from shouwang.engines.papers import Press, fill, read_template
from shouwang.engines.papers.model import Size
from shouwang.engines.papers.record import Kind
from shouwang.engines.papers.template import OFFICIAL
from shouwang.engines.papers.tests.reading import AT, ZONE, outside, pages_of, sample, squeezed, words_of
from shouwang.engines.papers.tests.test_templates import HEAD, write

CODES = sorted(path.stem for path in OFFICIAL.glob("*.md"))


@pytest.mark.parametrize("code", CODES)
def test_each_template_with_the_sample(shelf, press, code):
    paper = fill(shelf, shelf[code], sample(code), zone=ZONE)
    printed = press.pdf([paper], at=AT)
    pages = pages_of(printed.pdf)
    said = "".join(pages)
    assert printed.pages == len(pages) <= 2
    assert printed.lacking == frozenset()
    for words in words_of(paper):
        assert squeezed(words) in said, words
    if paper.size is not Size.ROLL:
        for number, page in enumerate(pages, start=1):
            assert f"第{number}页共{len(pages)}页" in page
    assert outside(printed.pdf, paper) == []
    assert all(len(page) > 60 for page in pages), "a page on which next to nothing stands"


def tokens(shelf, turn: int) -> tuple[dict, dict[tuple[str, str], str]]:
    """A record in which every text is a word of its own, every choice its `turn`-th, every yes-no yes in odd turns."""
    record, marks = {}, {}
    for group in shelf.dictionary.groups.values():
        entry: dict[str, object] = {}
        for field in group.fields.values():
            if field.kind in (Kind.TEXT, Kind.LONG):
                marks[group.zh, field.zh] = entry[field.code] = f"z{len(marks)}z"
            elif field.kind is Kind.CHOICE:
                entry[field.code] = list(field.choices)[turn % len(field.choices)]
            else:
                entry[field.code] = {
                    Kind.DAY: "2026-11-28", Kind.TIME: "2026-11-28T10:00:00+08:00", Kind.MONEY: 12, Kind.COUNT: 3,
                    Kind.YES_NO: bool(turn % 2),
                }[field.kind]  # fmt: skip
        record[group.code] = [entry] if group.many else entry
    return record, marks


@pytest.mark.parametrize("code", CODES)
def test_every_place_of_a_template_reaches_the_page(shelf, press, code):
    template, said, marks = shelf[code], "", {}
    for turn in range(6):
        record, marks = tokens(shelf, turn)
        said += "".join(pages_of(press.pdf([fill(shelf, template, record, zone=ZONE)], at=AT).pdf))
    for place in template.body.places:
        if place.group and place.field and place.field.kind in (Kind.TEXT, Kind.LONG) and place.otherwise is None:
            assert marks[place.group.zh, place.field.zh] in said, f"{place.group.zh}.{place.field.zh}"


def test_same_paper_same_moment_same_bytes(shelf, press):
    paper = fill(shelf, shelf["penalty-decision"], sample(), zone=ZONE)
    first = press.pdf([paper], at=AT).pdf
    press.pdf([fill(shelf, shelf["report-receipt"], sample(), zone=ZONE)], at=AT)
    assert press.pdf([paper], at=AT).pdf == first
    assert Press().pdf([paper], at=AT).pdf == first  # by another process too
    assert press.pdf([paper], at=datetime(2026, 11, 29, tzinfo=UTC)).pdf != first
    about = pypdfium2.PdfDocument(first).get_metadata_dict()
    assert about["CreationDate"].startswith("D:20261128023000")
    assert about["Title"] == "行政处罚决定书"
    assert shelf["penalty-decision"].digest in about["Keywords"]


def test_many_papers_in_one_pdf_count_their_own_pages(shelf, press):
    papers = [
        fill(shelf, shelf["penalty-decision"], sample(paper={"number": f"示字〔2026〕{n}号"}), zone=ZONE)
        for n in range(1, 6)
    ]
    pages = pages_of(press.pdf(papers, at=AT).pdf)
    assert len(pages) == 10
    for n in range(5):
        assert f"示字〔2026〕{n + 1}号" in pages[2 * n]
        assert ["第1页共2页" in pages[2 * n], "第2页共2页" in pages[2 * n + 1]] == [True, True]
    assert press.spans(papers) == [(1, 2), (3, 4), (5, 6), (7, 8), (9, 10)]


def test_ten_thousand_characters_run_over_pages_and_stay_inside(shelf, press):
    told = "".join(f"第{n}句话说的是当时的情况，" for n in range(770))
    for code, group in (
        ("report-register", {"report": {"content": told}}),
        ("penalty-decision", {"penalty": {"facts": told}}),
    ):
        paper = fill(shelf, shelf[code], sample(code, **group), zone=ZONE)
        printed = press.pdf([paper], at=AT)
        said = "".join(page.partition("第")[2] or page for page in pages_of(printed.pdf))
        assert printed.pages >= 5
        for n in (0, 100, 400, 769):
            assert f"{n}句话说的是当时的情况" in said
        assert outside(printed.pdf, paper) == []


HOSTILE = [
    '#import "x.typ"', "#panic()", "$ x^2 $", "*粗* _斜_ `码`", "= 标题", "- 项", "<label> @label", "\\u{1F600} \\", "// 注释 /* */",
    "```typ #eval```", "#sys.inputs", "{{报案人.姓名}}", "[如果 有 报案人.姓名]", "[完]", "甲 | 乙 ^ 丙", "+++", "] ) } \" ' ;",
    "http://example.test/?a=1&b=2#c", "--- ~ ...", "<w:p>&amp;</w:p>]]>", "%PDF-1.7 endstream endobj /Type/Pages/Count 9",
]  # fmt: skip


@pytest.mark.parametrize("text", HOSTILE)
def test_what_a_resident_types_is_never_markup(shelf, press, text):
    record = sample(report={"content": text}, caller={"name": text}, event={"cause": text[:60]}, query={"link": text})
    for code in ("report-register", "report-receipt", "report-receipt-roll"):
        printed = press.pdf([fill(shelf, shelf[code], record, zone=ZONE)], at=AT)
        pages = pages_of(printed.pdf)
        assert squeezed(text) in "".join(pages)
        assert printed.pages == len(pages) <= 2, "counted from the file, where the text may pose as its page tree"


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    text=st.text(min_size=1, max_size=300),
    ascii_text=st.text(st.characters(min_codepoint=33, max_codepoint=126), min_size=1, max_size=80),
)
def test_any_text_can_be_printed(shelf, press, text, ascii_text):
    record = sample(report={"content": "起" + text + "止"}, caller={"name": "名" + ascii_text[:79]})
    paper = fill(shelf, shelf["report-register"], record, zone=ZONE)
    printed = press.pdf([paper], at=AT)
    said = "".join(pages_of(printed.pdf))
    assert squeezed("名" + ascii_text[:79]) in said
    assert "云溪县公安局青石镇派出所" in said
    assert outside(printed.pdf, paper) == []


def test_a_word_without_an_end_stays_in_its_cell(shelf, press, tmp_path):
    template = read_template(
        write(tmp_path, "[列表 证据 8 92]\n名称 | 特征\n{{名称}} | {{特征}}\n[完]\n{{报案.内容}}"),
        "station",
        shelf.dictionary,
        shelf.book,
    )
    record = sample(evidence=[{"name": "W" * 60, "features": "右"}], report={"content": "，" * 500 + "x" * 5000})
    paper = fill(shelf, template, record, zone=ZONE)
    printed = press.pdf([paper], at=AT)
    assert outside(printed.pdf, paper) == []
    text = pypdfium2.PdfDocument(printed.pdf)[0].get_textpage()
    letters = {
        text.get_text_range(n, 1): text.get_charbox(n)
        for n in range(text.count_chars())
        if text.get_text_range(n, 1) in "W右"
    }
    rights = [text.get_charbox(n)[2] for n in range(text.count_chars()) if text.get_text_range(n, 1) == "W"]
    assert len(rights) == 60
    assert max(rights) < letters["右"][0]


def test_rare_characters_are_drawn_and_what_cannot_be_is_spelt_out(shelf, press):
    record = sample(caller={"name": "吉𠮷㛃𬱖"}, report={"content": "他发来😀和مرحبا，又写5\u202e00元。"})
    printed = press.pdf([fill(shelf, shelf["report-register"], record, zone=ZONE)], at=AT)
    said = "".join(pages_of(printed.pdf))
    assert "吉𠮷㛃𬱖" in said
    assert "他发来〔U+1F600〕和〔U+0645〕" in said
    assert "又写500元。" in said
    assert "😀" in printed.lacking


def test_a_choice_to_tick_may_be_long_only_in_the_template(shelf, press):
    """What stays on one line is the template's; a resident's text that looks like a box may break anywhere."""
    record = sample(report={"content": "■" + "很长" * 400})
    paper = fill(shelf, shelf["report-register"], record, zone=ZONE)
    assert outside(press.pdf([paper], at=AT).pdf, paper) == []


def test_one_press_serves_several_threads(shelf, press):
    papers = [fill(shelf, shelf["fine-payment"], sample(payment={"receipt": f"PJ-{n}"}), zone=ZONE) for n in range(6)]
    made: dict[int, str] = {}

    def work(n: int) -> None:
        made[n] = "".join(pages_of_one_at_a_time(press.pdf([papers[n]], at=AT).pdf))

    pdfium = threading.Lock()  # the reader is not made for threads; the press is

    def pages_of_one_at_a_time(pdf: bytes) -> list[str]:
        with pdfium:
            return pages_of(pdf)

    threads = [threading.Thread(target=work, args=(n,)) for n in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert all(squeezed(f"PJ-{n}") in made[n] for n in range(6))


def test_a_review_copy_is_marked_on_every_page(shelf, press):
    paper = fill(shelf, shelf["penalty-decision"], sample(), zone=ZONE, review=True)
    pages = pages_of(press.pdf([paper], at=AT).pdf)
    assert all("审核稿（未签发，不作凭证）" in page for page in pages)
    for words in words_of(paper):
        assert squeezed(words) in "".join(pages)


def test_a_heading_is_never_the_last_line_of_a_page(shelf, press, tmp_path):
    head = HEAD.replace('"form"', '"letter"')
    for lines in range(14, 26):
        body = "\n".join(["这一行只有这么长。"] * lines) + "\n## 标题在这里\n标题后面的一段。"
        template = read_template(write(tmp_path, body, head), "station", shelf.dictionary, shelf.book)
        pages = pages_of(press.pdf([fill(shelf, template, sample(), zone=ZONE)], at=AT).pdf)
        [with_heading] = [page for page in pages if "标题在这里" in page]
        assert "标题后面的一段" in with_heading


def test_nobody_signs_an_empty_page(shelf, press, tmp_path):
    head = HEAD.replace('"form"', '"letter"') + 'sign = [{ code = "a", zh = "本人", by = "person" }]\n'
    for lines in range(10, 26):
        body = "\n".join(["这一行只有这么长。"] * lines) + "\n最后一段。\n[落款]\n[签名 本人]"
        template = read_template(write(tmp_path, body, head), "station", shelf.dictionary, shelf.book)
        last = pages_of(press.pdf([fill(shelf, template, sample(), zone=ZONE)], at=AT).pdf)[-1]
        assert "最后一段" in last
        assert "二〇二六年十一月二十八日" in last
        assert "本人：" in last
