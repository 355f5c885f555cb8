"""A canned answer with a blank left must not be sent; rendering knows only what a guide may use."""

from __future__ import annotations

from pathlib import Path

import pytest

from shouwang.apps.guides.blanks import refuse_unfilled, unfilled
from shouwang.apps.guides.errors import BlanksLeft
from shouwang.apps.guides.reading import read_canned
from shouwang.apps.guides.rendering import as_html, as_text


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("您好，我是陈警官。", ()),
        ("您好，我是{{称呼|陈警官}}。", ("称呼",)),
        ("{{时间|明天}}见，{{时间|后天}}也行，找{{谁}}。", ("时间", "谁")),
        ("只剩{{半个", ("…",)),
        ("只剩半个}}", ("…",)),
        ("{{}}", ("…",)),
        ("一对花括号 {a} 不算", ()),
    ],
)
def test_what_is_left_to_fill_in(text: str, left: tuple[str, ...]) -> None:
    assert unfilled(text) == left


def test_the_refusal_names_every_blank() -> None:
    with pytest.raises(BlanksLeft) as refused:
        refuse_unfilled("{{谁|陈警官}}会在{{什么时候|18:00}}前答复。")
    assert "谁、什么时候" in refused.value.says


def test_every_blank_of_the_shipped_sentences_is_seen() -> None:
    for canned in read_canned(Path(__file__).parents[1] / "library/canned.toml"):
        assert set(unfilled(canned.text)) == {blank.what for blank in canned.blanks}


@pytest.mark.parametrize(
    ("body", "html"),
    [
        ("## 怎么办\n\n1. 先来\n2. **再办**", ("<h2>怎么办</h2>", "<ol>", "<strong>再办</strong>")),
        ("- 户口簿\n- 照片", ("<ul>", "<li>户口簿</li>")),
        ("<script>alert(1)</script>", ("&lt;script&gt;",)),
        ("[点我](javascript:alert(1))", ("[点我](javascript:alert(1))",)),
        ("![图](https://example.org/x.png)", ("![图]",)),
        ("<img src=x onerror=alert(1)>", ("&lt;img",)),
        ("`code` 和 | 表格 |", ("`code`",)),
    ],
)
def test_a_body_becomes_plain_tags_and_nothing_else(body: str, html: tuple[str, ...]) -> None:
    made = as_html(body)
    assert all(part in made for part in html)
    assert not any(tag in made for tag in ("<script", "<a ", "<img", "<code", "<table"))


def test_words_alone_have_no_marks_of_their_markdown() -> None:
    text = as_text("## 带什么\n\n- 户口本\n- **身份证** & 照片 <3 张")
    assert text.split() == ["带什么", "户口本", "身份证", "&", "照片", "<3", "张"]
