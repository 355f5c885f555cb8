"""The copy of a voice note that is played has the same sound and nothing about its maker."""

from __future__ import annotations

import struct

import pytest

from shouwang.apps.files import voices
from shouwang.apps.files.tests import corpus

TAGS = corpus.element(b"\x12\x54\xc3\x67", corpus.PLACE)
TITLE = corpus.element(b"\x7b\xa9", corpus.PLACE)
LIST = b"LIST" + struct.pack("<I", len(corpus.PLACE) + 1) + corpus.PLACE + b"!\0"

TELLING = {
    "m4a": corpus.m4a(),
    "3gp": corpus.m4a(brand=b"3gp4", codec=b"samr"),
    "m4a with more": corpus.m4a()
    + corpus.box(b"uuid", corpus.PLACE)
    + b"\0\0\0\x01free"
    + struct.pack(">Q", 16 + len(corpus.PLACE))
    + corpus.PLACE,
    "webm": corpus.webm() + TAGS,
    "webm with a title": corpus.webm().replace(
        b"\x16\x54\xae\x6b", corpus.element(b"\x15\x49\xa9\x66", TITLE) + b"\x16\x54\xae\x6b"
    ),
    "webm with tiny tags": corpus.webm() + b"\x12\x54\xc3\x67\x80" + TAGS,
    "mp3": corpus.mp3(tag=b"TIT2" + corpus.PLACE) + b"TAG" + corpus.PLACE.ljust(125, b"\0"),
    "wav": corpus.wav() + LIST,
    "ogg": corpus.ogg(),
}


@pytest.mark.parametrize("form", TELLING)
def test_nothing_about_the_maker_is_played_to_others(form):
    data = TELLING[form]
    assert corpus.PLACE in data
    found = voices.examine(data)
    assert found is not None
    copy = voices.clean_copy(data, found.media_type)
    assert corpus.PLACE not in copy
    assert voices.examine(copy) == found  # still the same kind of recording, and as long
    assert voices.clean_copy(copy, found.media_type) == copy


@pytest.mark.parametrize("form", [form for form in TELLING if form != "mp3"])
def test_every_offset_in_the_file_still_holds(form):
    data = TELLING[form]
    found = voices.examine(data)
    assert found is not None
    assert len(voices.clean_copy(data, found.media_type)) == len(data)


def test_the_moment_of_the_recording_is_blanked():
    made_at = struct.pack(">II", 0xE1234567, 0xE1234567)
    data = corpus.m4a()
    at = data.index(b"mvhd") + 8
    data = data[:at] + made_at + data[at + 8 :]
    assert made_at not in voices.clean_copy(data, "audio/mp4")


def test_the_sum_of_an_ogg_page_is_right_again():
    page = corpus.ogg_page(0, b"OpusTags")
    total = voices._ogg_sum(page)
    assert voices._ogg_sum(page + total.to_bytes(4, "big")) == 0  # what a remainder of a division means
    assert voices._ogg_sum(b"\x01") == 0x04C11DB7


def test_tags_that_run_over_several_pages_are_warned_of_instead():
    head = b"OpusHead\x01\x01" + struct.pack("<HIhB", 312, 48_000, 0, 0)
    part = b"OggS\0\0" + struct.pack("<qIII", 0, 7, 0, 0) + b"\x01\xff" + (b"OpusTags" + corpus.PLACE).ljust(255, b"x")
    data = corpus.ogg_page(0, head) + part + corpus.ogg_page(96_312, b"rest of the tags")
    found = voices.examine(data)
    assert found is not None
    assert found.cautions == ("metadata",)
    assert voices.clean_copy(data, "audio/ogg") == data


@pytest.mark.parametrize("data", [corpus.amr(), corpus.wav()])
def test_what_tells_nothing_is_left_as_it_is(data):
    found = voices.examine(data)
    assert found is not None
    assert voices.clean_copy(data, found.media_type) == data
