"""A sealed file gives back exactly what was put in, in whole or in part, or says that it was touched."""

from __future__ import annotations

from io import BytesIO

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from shouwang.apps.files.sealing import CHUNK_BYTES, Opened, SealBroken, sealed

KEY, OTHER_KEY = b"k" * 32, b"o" * 32
PLAIN = bytes(range(256)) * 600  # three chunks, the last one short


def seal(data: bytes = PLAIN, key: bytes = KEY, context: str = "a.original") -> bytes:
    return b"".join(sealed(data, key, context))


@pytest.mark.parametrize("size", [0, 1, CHUNK_BYTES - 1, CHUNK_BYTES, CHUNK_BYTES + 1, 3 * CHUNK_BYTES])
def test_what_goes_in_comes_out(size):
    data = PLAIN[:size] if size <= len(PLAIN) else PLAIN + b"\0" * (size - len(PLAIN))
    box = seal(data)
    opened = Opened(BytesIO(box), KEY, "a.original")
    assert opened.size == len(data)
    assert opened.read() == data
    assert len(data) < 32 or data[:32] not in box


@settings(max_examples=60)
@given(st.tuples(st.integers(0, len(PLAIN)), st.integers(0, len(PLAIN) + 100)).map(sorted))
def test_a_part_is_the_same_part_of_the_whole(span):
    start, stop = span[0], span[1]
    assert Opened(BytesIO(seal()), KEY, "a.original").read(start, stop) == PLAIN[start:stop]


def test_two_seals_of_the_same_bytes_look_different():
    assert seal() != seal()


@pytest.mark.parametrize(
    ("key", "context"),
    [(OTHER_KEY, "a.original"), (KEY, "b.original"), (KEY, "a.display")],
    ids=["key", "file", "form"],
)
def test_another_key_or_place_does_not_open_it(key, context):
    with pytest.raises(SealBroken):
        Opened(BytesIO(seal()), key, context).read()


@settings(max_examples=60)
@given(st.integers(0, len(seal()) - 1))
def test_any_changed_byte_is_noticed(at):
    box = bytearray(seal())
    box[at] ^= 1
    with pytest.raises(SealBroken):
        Opened(BytesIO(bytes(box)), KEY, "a.original").read()


@pytest.mark.parametrize("kept", [0, 7, 36, 37, 1000, len(seal()) - 1])
def test_a_shortened_file_is_noticed(kept):
    with pytest.raises(SealBroken):
        Opened(BytesIO(seal()[:kept]), KEY, "a.original").read()


def test_chunks_cannot_change_places():
    box = seal()
    head, step = len(box) - len(PLAIN) - 3 * 16, CHUNK_BYTES + 16
    swapped = box[:head] + box[head + step : head + 2 * step] + box[head : head + step] + box[head + 2 * step :]
    assert len(swapped) == len(box)
    with pytest.raises(SealBroken):
        Opened(BytesIO(swapped), KEY, "a.original").read()
