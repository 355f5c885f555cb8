"""What people type is folded to one spelling, and each folded character knows where it came from."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shouwang.engines.triage.danger import RULES, DangerList
from shouwang.engines.triage.folding import BREAK, Folding

FOLDING = DangerList.load(*RULES).folding
TYPED = st.text(alphabet="救命着火了他砍价ABjiuming 刀.·，。！\n\u3000１８🔪强强繁體e\u0301ﬁ㊙", max_size=60)


@pytest.mark.parametrize(
    ("typed", "folded", "why"),
    [
        ("救 命", "救命", "a space inside a word is noise"),
        ("救.命·啊", "救命啊", "so are points"),
        ("救，命，啊", "救命啊", "a mark between lone characters hides a word"),
        ("着火。快来", "着火，快来", "a mark between words parts clauses"),
        ("有人搶劫", "有人抢劫", "traditional characters"),
        ("ＳＯＳ", "救命", "full width, and a word in letters"),
        ("jiu ming a", "救命a", "pinyin with spaces"),
        ("kuailaijiuming", "kuailai救命", "a long pinyin word needs no space around it"),
        ("拿dao来", "拿刀来", "a syllable that touches a character"),
        ("dao", "dao", "a syllable alone is left alone"),
        ("就命啊", "救命啊", "voice input by sound"),
        ("wifi", "wifi", "other letters stay"),
        ("", "", "nothing stays nothing"),
        ("。。。", "", "marks alone stay nothing"),
    ],
)
def test_a_message_is_folded(typed, folded, why):
    assert FOLDING.fold(typed).text == folded, why


def test_the_folded_word_points_to_what_was_typed():
    typed = "快 jiu ming 啊"
    folded = FOLDING.fold(typed)
    at = folded.text.index("救")
    start, end = folded.original(at, at + 2)
    assert typed[start:end] == "jiu ming"


def test_clauses_are_counted_from_nought():
    folded = FOLDING.fold("着火了，快来")
    assert folded.clauses[folded.text.index("火")] == 0
    assert folded.clauses[folded.text.index("快")] == 1


@given(typed=TYPED)
def test_every_folded_character_lies_inside_the_original_and_in_order(typed):
    folded = FOLDING.fold(typed)
    assert len(folded.text) == len(folded.spans) == len(folded.clauses)
    assert all(0 <= start < end <= len(typed) for start, end in folded.spans)
    assert list(folded.spans) == sorted(folded.spans)


@given(typed=TYPED)
def test_marks_never_begin_end_or_double(typed):
    text = FOLDING.fold(typed).text
    assert text == text.strip(BREAK)
    assert BREAK * 2 not in text


@given(typed=st.text(alphabet="救命着火了他砍价", max_size=40))
def test_without_tables_plain_characters_keep_their_place(typed):
    folded = Folding().fold(typed)
    assert folded.text == typed
    assert folded.spans == tuple((n, n + 1) for n in range(len(typed)))
