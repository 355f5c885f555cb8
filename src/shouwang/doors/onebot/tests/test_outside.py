"""Only to a named host, by HTTPS, and never further."""

from __future__ import annotations

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from shouwang.apps.notices.messenger import Got, NotGiven
from shouwang.doors.onebot.outside import Outside, permitted

HOSTS = frozenset({"pictures.example"})


@pytest.mark.parametrize(
    ("url", "address"),
    [
        ("https://pictures.example/a.jpg?rkey=1&b=2#x", "https://pictures.example/a.jpg?rkey=1&b=2"),
        ("http://pictures.example/a.jpg", "https://pictures.example/a.jpg"),
        ("HTTPS://Pictures.Example:443/a", "https://pictures.example/a"),
        ("https://pictures.example", "https://pictures.example"),
        ("https://pictures.example.evil.example/a", None),
        ("https://evil.example/pictures.example", None),
        ("https://pictures.example@evil.example/a", None),
        ("https://user:word@pictures.example/a", None),
        ("https://pictures.example:5700/a", None),
        ("http://pictures.example:443/a", None),
        ("https://127.0.0.1/a", None),
        ("https://[::1]/a", None),
        ("https://[broken/a", None),
        ("https://pictures.example:port/a", None),
        ("ftp://pictures.example/a", None),
        ("file:///etc/passwd", None),
        ("//pictures.example/a", None),
        ("pictures.example/a", None),
        ("", None),
        ("https://evil.example\\@pictures.example/a", None),
    ],
)
def test_where_an_address_may_lead(url: str, address: str | None) -> None:
    assert permitted(url, HOSTS) == address


@given(url=st.text(max_size=80) | st.from_regex(r"https?://[a-z@:.\\\[\]/#?0-9]{0,40}"))
def test_whatever_it_says_it_leads_to_a_named_host_or_nowhere(url: str) -> None:
    address = permitted(url, HOSTS)
    assert address is None or httpx.URL(address).host == "pictures.example"
    assert permitted(url, frozenset()) is None


@pytest.mark.parametrize(
    ("status", "headers", "body", "found"),
    [
        (200, {}, b"jpeg", Got(b"jpeg")),
        (200, {}, b"x" * 11, NotGiven("too-much", lasting=True)),
        (200, {"content-type": "application/json"}, b"{}", NotGiven("gone")),
        (302, {"location": "http://127.0.0.1/"}, b"", NotGiven("gone")),
        (404, {}, b"", NotGiven("gone")),
        (502, {}, b"", NotGiven("silent")),
    ],
)
async def test_what_is_found_there(status: int, headers: dict[str, str], body: bytes, found: object) -> None:
    asked = []

    def answer(request: httpx.Request) -> httpx.Response:
        asked.append(request)
        return httpx.Response(status, headers=headers, content=body)

    async with httpx.AsyncClient(transport=httpx.MockTransport(answer)) as client:
        outside = Outside(HOSTS, client)
        assert await outside.fetch("https://pictures.example/a", most_bytes=10, timeout_s=1) == found
        assert await outside.fetch("https://evil.example/a", most_bytes=10, timeout_s=1) == NotGiven(
            "not-handed-over", lasting=True
        )
    assert [str(one.url) for one in asked] == ["https://pictures.example/a"], "no redirect is followed"
    assert "authorization" not in asked[0].headers


async def test_a_host_that_does_not_answer_is_silent() -> None:
    def answer(request: httpx.Request) -> httpx.Response:
        raise httpx.ConnectError("no route")

    async with httpx.AsyncClient(transport=httpx.MockTransport(answer)) as client:
        found = await Outside(HOSTS, client).fetch("https://pictures.example/a", most_bytes=10, timeout_s=1)
    assert found == NotGiven("silent")
