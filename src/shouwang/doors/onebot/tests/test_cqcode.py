"""Both forms of a message say the same, and no input is too strange to read."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shouwang.doors.onebot.cqcode import (
    MAX_CHARACTERS,
    MAX_SEGMENTS,
    Refusal,
    Segment,
    escape,
    from_array,
    from_text,
    read_message,
    to_text,
    unescape,
)

words = st.text(st.characters(exclude_characters="\x00", exclude_categories=["Cs"]), max_size=40)
spiky = st.text("[]&,=CQ:at; amp#91#44你", max_size=40)
keys = st.text("abcdefgh_", min_size=1, max_size=8)
values = words | spiky
codes = st.builds(
    Segment, st.sampled_from(["at", "image", "reply", "face", "record", "x-y.z_9"]), st.dictionaries(keys, values)
)
texts = st.builds(lambda text: Segment("text", {"text": text}), values.filter(bool))


@st.composite
def messages(draw: st.DrawFn) -> tuple[Segment, ...]:
    """Segments as gateways build them: two texts never stand side by side."""
    found: list[Segment] = []
    for segment in draw(st.lists(codes | texts, max_size=12)):
        if not (segment.type == "text" and found and found[-1].type == "text"):
            found.append(segment)
    return tuple(found)


@pytest.mark.parametrize(
    ("text", "segments"),
    [
        ("你好", (Segment("text", {"text": "你好"}),)),
        ("[CQ:at,qq=10001]在吗", (Segment("at", {"qq": "10001"}), Segment("text", {"text": "在吗"}))),
        ("[CQ:shake]", (Segment("shake", {}),)),
        ("a&#91;b&#93;&amp;,c", (Segment("text", {"text": "a[b]&,c"}),)),
        (
            "[CQ:share,url=http://x/?a=1&amp;b=2,title=a&#44;b]",
            (Segment("share", {"url": "http://x/?a=1&b=2", "title": "a,b"}),),
        ),
        ("[CQ:at,qq=1", (Segment("text", {"text": "[CQ:at,qq=1"}),)),
        ("[CQ:]x[CQ:text,text=y]z", (Segment("text", {"text": "[CQ:]xyz"}),)),
        ("", ()),
    ],
)
def test_a_text_reads_as(text: str, segments: tuple[Segment, ...]) -> None:
    assert from_text(text) == segments


@given(values)
def test_escaping_is_undone_exactly(text: str) -> None:
    assert unescape(escape(text, in_code=True)) == text
    assert unescape(escape(text, in_code=False)) == text


@given(values)
def test_an_escaped_value_holds_nothing_that_could_end_a_code(text: str) -> None:
    assert not set("[],") & set(escape(text, in_code=True))


@given(messages())
def test_array_to_text_and_back_is_the_same_message(message: tuple[Segment, ...]) -> None:
    assert from_text(to_text(message)) == message
    assert from_array([segment.as_json() for segment in message]) == message


@given(spiky | words)
def test_any_text_settles_after_one_reading(text: str) -> None:
    once = from_text(text)
    assert from_text(to_text(once)) == once


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: (
        st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=6) | st.just("data"), inner, max_size=4)
    ),
    max_leaves=12,
)
nearly = st.lists(
    st.fixed_dictionaries({"type": json_values | st.just("text")}, optional={"data": json_values}), max_size=4
)


@given(json_values | nearly)
def test_no_message_field_makes_the_reader_raise(message: object) -> None:
    result = read_message(message)
    if isinstance(result, Refusal):
        assert result.code in {"bad-field", "too-large"}
    else:
        for segment in result:
            (segment.type + "".join(segment.data.values())).encode()  # storable: no half surrogates
            assert "\x00" not in "".join(segment.data.values())


@pytest.mark.parametrize(
    "message",
    [
        [{"type": "face", "data": {"id": 1}}] * (MAX_SEGMENTS + 1),
        "[CQ:shake]" * (MAX_SEGMENTS + 1),
        "x" * (MAX_CHARACTERS + 1),
        [{"type": "text", "data": {"text": "x" * (MAX_CHARACTERS + 1)}}],
    ],
)
def test_too_much_is_refused(message: object) -> None:
    result = read_message(message)
    assert isinstance(result, Refusal)
    assert result.code == "too-large"


def test_numbers_become_the_texts_a_code_would_carry() -> None:
    array = [{"type": "at", "data": {"qq": 10001, "x": True, "y": None, "z": 10**5000, "a,b": "1"}}]
    assert from_array(array) == (Segment("at", {"qq": "10001", "x": "1", "z": ""}),)
