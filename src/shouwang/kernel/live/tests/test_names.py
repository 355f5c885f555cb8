"""How streams, kinds and cursors are spelled."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shouwang.kernel.live.names import (
    SEQ_MAX,
    BadCursor,
    BadName,
    format_cursor,
    kind_name,
    parse_cursor,
    stream_name,
)

names = st.from_regex(r"[a-z][a-z0-9_-]{0,20}(:[A-Za-z0-9_.-]{1,20}){0,3}", fullmatch=True)


@given(st.dictionaries(names, st.integers(0, SEQ_MAX), max_size=10))
def test_a_cursor_is_read_back_as_it_was_written(positions):
    assert parse_cursor(format_cursor(positions)) == positions


@pytest.mark.parametrize(
    "text",
    ["room:3", "room:3=", "room:3=-1", "room:3=1,room:3=2", "=4", "room 3=1", "room:3=１", f"room:3={SEQ_MAX + 1}", ",",
     "room:3=1," * 2_000],
)  # fmt: skip
def test_what_is_not_a_cursor_is_refused(text):
    with pytest.raises(BadCursor):
        parse_cursor(text)


@pytest.mark.parametrize(
    "text", ["", "Room:3", "room:", "room:3=4", "room,3", "3room", "室:3", "a:b:c:d:e", "r" * 121, "a\n"]
)
def test_what_is_not_a_stream_is_refused(text):
    with pytest.raises(BadName):
        stream_name(text)


@pytest.mark.parametrize("text", ["", "Message", "matter..closed", "matter closed", "消息", "m" * 65, "a\n"])
def test_what_is_not_a_kind_is_refused(text):
    with pytest.raises(BadName):
        kind_name(text)


@given(st.text(max_size=60))
def test_any_text_is_either_a_cursor_or_refused(text):
    try:
        positions = parse_cursor(text)
    except BadCursor:
        return
    assert parse_cursor(format_cursor(positions)) == positions
