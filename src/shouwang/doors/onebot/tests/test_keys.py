"""Only who holds the key gets in."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shouwang.doors.onebot.keys import headers_of, shown_token, sign, signature_fits, token_fits


@pytest.mark.parametrize(
    ("headers", "query", "token"),
    [
        ({"authorization": "Bearer abc"}, b"", "abc"),
        ({"authorization": "bearer  abc "}, b"", "abc"),
        ({"authorization": "Token abc"}, b"", "abc"),
        ({"authorization": "Basic abc"}, b"access_token=xyz", "xyz"),
        ({}, b"a=1&access_token=x%2By", "x+y"),
        ({"authorization": "Bearer"}, b"", ""),
        ({}, b"access_token=", ""),
        ({}, b"\xff", ""),
        ({}, b"&".join([b"a=1"] * 50), ""),
    ],
)
def test_the_token_a_caller_shows(headers: dict[str, str], query: bytes, token: str) -> None:
    assert shown_token(headers, query) == token


def test_a_known_signature() -> None:
    """HMAC-SHA1 test case 2 of RFC 2202."""
    assert sign(b"what do ya want for nothing?", "Jefe") == "sha1=effcdf6ae5eb2fa2d27416d5f184df9c259a7c79"


@given(st.text(), st.text(), st.binary())
def test_only_the_same_key_fits(shown: str, expected: str, body: bytes) -> None:
    assert token_fits(shown, expected) is (shown == expected != "")
    assert signature_fits(sign(body, "k"), body, "k")
    assert not signature_fits(shown, body, expected)


@pytest.mark.parametrize("nothing", [None, ""])
def test_a_gateway_without_key_is_closed_not_open(nothing: str | None) -> None:
    assert not token_fits("", nothing)
    assert not token_fits("no gateway has this token", nothing)
    assert not signature_fits(sign(b"x", ""), b"x", nothing)
    assert not signature_fits(sign(b"x", "no gateway has this token"), b"x", nothing)


def test_of_repeated_headers_the_first_counts() -> None:
    raw = [(b"X-Self-ID", b"1"), (b"x-self-id", b"2"), (b"odd", b"\xff")]
    assert headers_of(raw) == {"x-self-id": "1", "odd": "ÿ"}
