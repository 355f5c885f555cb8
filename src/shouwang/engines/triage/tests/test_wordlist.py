"""Words found by their first two characters are the words that a regular expression finds, longest first."""

import re

from hypothesis import given
from hypothesis import strategies as st

from shouwang.engines.triage import times
from shouwang.engines.triage.wordlist import WordList, lowered

LETTERS = "甲乙丙丁"
# So many first characters that pairs are asked for, not first characters alone.
MANY = [chr(0x4E00 + n) + "尾" for n in range(200)]
words = st.sets(st.text(LETTERS, min_size=1, max_size=4), min_size=1, max_size=12)
texts = st.text(f"{LETTERS}尾，", max_size=40)


@given(words, texts, st.booleans())
def test_the_longest_word_at_each_place(listed: set[str], text: str, many: bool) -> None:
    listed = {*listed, *MANY} if many else listed
    pattern = re.compile("|".join(sorted(listed, key=len, reverse=True)))
    assert list(WordList(listed).find(text)) == [match.span() for match in pattern.finditer(text)]


@given(words, texts, st.booleans())
def test_all_words_of_a_text(listed: set[str], text: str, many: bool) -> None:
    listed = {*listed, *MANY} if many else listed
    assert WordList(listed).within(text) == {word for word in listed if word in text}


def test_no_words_are_nowhere() -> None:
    assert list(WordList(()).find("甲乙")) == []


@given(st.text())
def test_small_letters_stay_at_their_places(text: str) -> None:
    assert len(lowered(text)) == len(text)


@given(st.text("".join(sorted({c for c in times._TOKENS.pattern if c.isalnum()})) + "12月日号点时:-/.*，", max_size=12))
def test_no_time_begins_with_a_character_that_is_left_out_at_once(text: str) -> None:
    every = re.compile(times._TOKENS.pattern.replace(times._BEGINS, "", 1), re.VERBOSE)
    assert [m.span() for m in times._TOKENS.finditer(text)] == [m.span() for m in every.finditer(text)]


def test_each_kind_of_time_is_found_by_how_it_begins() -> None:
    said = re.split(
        "，",
        "2025-11-03，2025年，二〇二五年，去年，前年，同年，当年，本年，上一年，大前年，同月，当月，本月，这个月，上上个月，月初，年底，开年，"
        "11月，十二月，**月，3日，三号，大概三天前，约两小时前，半小时前，好几天前，几天前，一会儿前，不久前，前几天，这两天，近期，最近，"
        "过去三天，上周，下周三，周三，星期天，礼拜六，元旦，国庆，双十一，春节，除夕，昨天，今晚，明天，后天，当晚，次日，翌日，第二天，"
        "隔天，转天，前一天，凌晨，天黑，白天，9:30，九点半，刚才，方才，适才，现在，目前，此刻，眼下",
    )
    assert [word for word in said if not times._TOKENS.match(word)] == []
