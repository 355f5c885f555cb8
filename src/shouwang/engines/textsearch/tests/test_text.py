"""One spelling, small pieces, and marks that fit the words as written."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shouwang.engines.textsearch.snippets import SNIPPET_CHARACTERS, marks, snippet
from shouwang.engines.textsearch.text import characters, normalise, normalise_with_origins, tokens, words


@pytest.mark.parametrize(
    ("written", "plain"),
    [
        ("１１０", "110"),
        ("ＱＱ群", "qq群"),
        ("居住證", "居住证"),
        ("報警", "报警"),
        ("a\x00b", "a b"),
        ("\ud800户", " 户"),
        ("㎡", "m2"),
    ],
)
def test_writing_becomes_one_spelling(written, plain):
    assert normalise(written) == plain


@pytest.mark.parametrize(
    ("text", "pieces"),
    [
        ("居住证", ["居住", "住证"]),
        ("猫", ["猫"]),
        ("拨打110报警", ["拨打", "110", "报警"]),
        ("WeChat群", ["wechat", "群"]),
        ("，。！", []),
    ],
)
def test_a_text_is_cut_into_pairs_and_whole_words(text, pieces):
    assert tokens(text) == pieces


def test_the_other_views():
    assert characters("居住证a1") == ["居", "住", "证", "a1"]
    assert "居住证" in words("办理居住证")


@given(st.text(max_size=60))
def test_normalising_twice_changes_nothing(text):
    assert normalise(normalise(text)) == normalise(text)


@given(st.text(max_size=60))
def test_every_plain_character_knows_where_it_came_from(text):
    plain, origins = normalise_with_origins(text)
    assert plain == normalise(text)
    assert len(origins) == len(plain)
    assert all(normalise(text[origin]).find(character) >= 0 for character, origin in zip(plain, origins, strict=True))


def test_marks_stand_on_the_words_as_written():
    text = "请带ＱＱ号和居住證"
    assert [text[a:b] for a, b in marks(text, tokens("qq号 居住证"))] == ["ＱＱ", "居住證"]


def test_a_snippet_shows_the_densest_part_and_begins_at_a_sentence():
    body = "身份。" + "无关的话。" * 60 + "居住证到期前三十日内办理签注。" + "其他。" * 60
    shown, places = snippet(body, tokens("居住证签注 身份"))
    assert shown.startswith("居住证到期")
    assert [shown[a:b] for a, b in places] == ["居住证", "签注"]
    assert len(shown) <= SNIPPET_CHARACTERS


def test_a_short_body_is_its_own_snippet():
    assert snippet("短文", ["居住"]) == ("短文", ())
