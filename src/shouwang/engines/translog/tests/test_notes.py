"""Signed texts: the published example, what is refused, keys that follow one another."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shouwang.engines.errors import BadData
from shouwang.engines.translog import (
    WITNESS,
    Checkpoint,
    Key,
    Note,
    Promise,
    PublicKey,
    follow,
    introduction_text,
    promise_text,
    signed,
)

AT = datetime(2026, 11, 29, 1, 0, tzinfo=UTC)
LOG_KEY = Key("station.example/log", bytes(range(32)))
OTHER = Key("station.example/log", bytes(32))
JUDGE = Key("bureau.example/log", b"w" * 32, WITNESS)
HEAD = Checkpoint("station.example/log", 8, bytes(32))

#: The example of c2sp.org/tlog-cosignature.
PUBLISHED = """example.com/behind-the-sofa
20852163
CsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=

— example.com/behind-the-sofa Az3grlgtzPICa5OS8npVmf1Myq/5IZniMp+ZJurmRDeOoRDe4URYN7u5/Zhcyv2q1gGzGku9nTo+zyWE+xeMcTOAYQ8=
— witness.example.com/w1 jWbPPwAAAABkGFDLEZMHwSRaJNiIDoe9DYn/zXcrtPHeolMI5OWXEhZCB9dlrDJsX3b2oyin1nPZqhf5nNo0xUe+mbIUBkBIfZ+qnA==
"""


def test_the_published_example_is_read_and_written_back() -> None:
    note = Note.read(PUBLISHED)
    head = Checkpoint.read(note.text)
    assert (head.origin, head.size) == ("example.com/behind-the-sofa", 20852163)
    assert str(note) == PUBLISHED
    assert head.text == note.text
    witness = note.lines[1]
    assert len(witness.signature) == 72
    assert int.from_bytes(witness.signature[:8], "big") == 1679315147


def test_a_published_vkey() -> None:
    """The key of the Go checksum database, as its own source prints it (golang.org/x/mod/sumdb): its id fits its bytes."""
    key = PublicKey.read("sum.golang.org+033de0ae+Ac4zctda0e5eza+HJyk9SxEdh+s3Ux18htTTAD8OuAn8")
    assert key.id.hex() == "033de0ae"
    with pytest.raises(BadData):
        PublicKey.read("sum.golang.org+033de0ae+Ac4zctda0e5eza+HJyk9SxEdh+s3Ux18htTTAD8OuAn9")


def test_who_signed_is_told_apart() -> None:
    note = signed(HEAD.text, LOG_KEY)
    note = Note.read(str(note.plus([JUDGE.line(HEAD.text, AT)])))
    assert LOG_KEY.public.signed(note)
    assert not OTHER.public.signed(note)
    assert JUDGE.public.signed_at(note) == AT
    assert PublicKey.read(JUDGE.public.vkey) == JUDGE.public
    assert Checkpoint.opened(note, [LOG_KEY.public]) == HEAD
    with pytest.raises(BadData):
        Checkpoint.opened(note, [OTHER.public, JUDGE.public])
    assert str(note.plus([JUDGE.line(HEAD.text, AT)])) == str(note)


@given(at=st.integers(0, 400), bit=st.integers(0, 7))
def test_one_changed_bit_is_noticed(at: int, bit: int) -> None:
    raw = bytearray(str(signed(HEAD.text, LOG_KEY).plus([JUDGE.line(HEAD.text, AT)])).encode())
    at %= len(raw)
    raw[at] ^= 1 << bit
    try:
        note = Note.read(raw.decode())
        Checkpoint.opened(note, [LOG_KEY.public])
        believed = JUDGE.public.signed(note)
    except (BadData, UnicodeDecodeError):
        return
    assert not believed  # only the other signature's line was hit, or the name in it


def test_a_promise_or_an_introduction_is_no_head() -> None:
    for text in (promise_text(HEAD.origin, bytes(32), AT, AT), introduction_text(HEAD.origin, OTHER.public, AT)):
        with pytest.raises(BadData):
            Checkpoint.opened(signed(text, LOG_KEY), [LOG_KEY.public])
    assert Promise.read(promise_text(HEAD.origin, bytes(32), AT, AT)) == Promise(HEAD.origin, bytes(32), AT, AT)
    with pytest.raises(BadData):
        Promise.read(HEAD.text)


def test_trust_follows_from_key_to_key_and_not_over_a_lost_one() -> None:
    second, third, found = (Key(LOG_KEY.name, bytes([n]) * 32) for n in (2, 3, 4))
    rotated = signed(introduction_text(HEAD.origin, second.public, AT), LOG_KEY, second)
    again = signed(introduction_text(HEAD.origin, third.public, AT), second, third)
    lost = signed(introduction_text(HEAD.origin, found.public, AT, lost=True), found)
    assert follow(LOG_KEY.public, [rotated, again, lost]) == [LOG_KEY.public, second.public, third.public]
    assert follow(LOG_KEY.public, [again]) == [LOG_KEY.public]
    elsewhere = signed(introduction_text("other.example", second.public, AT), LOG_KEY, second)
    assert follow(LOG_KEY.public, [elsewhere]) == [LOG_KEY.public]


@pytest.mark.parametrize(
    "note",
    [
        "",
        "a\n1\n",
        "a\n\n",
        "a\n\nb\n",
        "a\n\n— b\n",
        "a\n\n— b !!!\n",
        "a\n\n— b AAAA\n",
        "a\x00\n\n— b AAAAAAAAAAAA\n",
        "a\n\n— b AAAAAAAAAAAA",
    ],
)
def test_what_is_no_note(note: str) -> None:
    with pytest.raises(BadData):
        Note.read(note)


@pytest.mark.parametrize(
    "text", ["a\n1\n", "a\nx\nAAAA\n", "a\n01\nAAAA\n", "a\n1\nAAAA\n", "a\n1\n\nx\n", "a\n9223372036854775808\nAAAA\n"]
)
def test_what_is_no_head(text: str) -> None:
    with pytest.raises(BadData):
        Checkpoint.read(text)
