"""The RFCs' own values, and what must not work."""

from __future__ import annotations

import os

import pytest
from cryptography.exceptions import InvalidSignature

from shouwang.engines import webpush
from shouwang.engines.errors import BadData
from shouwang.engines.webpush.tests.browser import Browser, claims_of

# RFC 8291, section 5 and appendix A.
WORDS = b"When I grow up, I want to be a watermelon"
SENDER = "yfWPiYE-n46HLnH0KqZOF1fJJU3MYrct3AELtAQ-oRw"
BROWSER = "q1dXpw3UpT5VOmu_cf_v6ih07Aems3njxI-JWgLcM94"
P256DH = "BCVxsr7N_eNgVRqvHtD0zTZsEc6-VV-JvLexhqUzORcxaOzi6-AYWXvTBHm4bjyPjs7Vd8pZGH6SRpkNtoIAiw4"
SALT, AUTH = "DGv6ra1nlYgDCS1FRnbzlw", "BTBZMqHH6r4Tts7J_aSIgg"
BODY = (
    "DGv6ra1nlYgDCS1FRnbzlwAAEABBBP4z9KsN6nGRTbVYI_c7VJSPQTBtkgcy27mlmlMoZIIgDll6e3vCYLocInmYWAmS6TlzAC8wEqKK6PBru3jl7A_"
    "yl95bQpu6cVPTpK4Mqgkf1CXztLVBSt2Ks3oZwbuwXPXLWyouBWLVWGNWQexSgSxsj_Qulcy4a-fN"
)
# RFC 8292, section 2.4.
VAPID = (
    "vapid t=eyJ0eXAiOiJKV1QiLCJhbGciOiJFUzI1NiJ9.eyJhdWQiOiJodHRwczovL3B1c2guZXhhbXBsZS5uZXQiLCJleHAiOjE0NTM1MjM3NjgsInN1YiI6Im1haWx0"
    "bzpwdXNoQGV4YW1wbGUuY29tIn0.i3CYb7t4xfxCDquptFOepC9GAu_HLGkMlMuCGSK2rpiUfnK9ojFwDXb1JrErtmysazNjjvW2L9OkSSHzvoD1oA, "
    "k=BA1Hxzyi1RUM1b5wjxsn7nGxAszw2u61m164i3MrAIxHF6YK5h4SDYic-dRuU_RCPCfA5aq9ojSwk5Y2EmClBPs"
)


def test_the_message_of_the_rfc_byte_for_byte() -> None:
    body = webpush.sealed(WORDS, P256DH, AUTH, own=webpush.key_of(SENDER), salt=webpush.bytes_of(SALT))
    assert webpush.text_of(body) == BODY
    assert Browser(BROWSER, AUTH).read(webpush.bytes_of(BODY)) == WORDS


def test_the_header_of_the_rfc_is_read_and_ours_likewise() -> None:
    assert claims_of(VAPID) == {"aud": "https://push.example.net", "exp": 1453523768, "sub": "mailto:push@example.com"}
    key = webpush.new_key()
    header = webpush.authorization(key, "https://push.example.net/p/1", subject="https://s.example/", expires=5)
    assert claims_of(header) == {"aud": "https://push.example.net", "exp": 5, "sub": "https://s.example/"}
    with pytest.raises(InvalidSignature):
        claims_of(header.replace(webpush.text_of(webpush.public_bytes(key)), P256DH))


def test_padding_hides_the_length() -> None:
    browser = Browser()
    bodies = [
        webpush.sealed(words, browser.p256dh, browser.auth, own=webpush.new_key(), salt=os.urandom(16), at_least=512)
        for words in (b"", b"a", "公开了".encode())
    ]
    assert len({len(body) for body in bodies}) == 1
    assert [browser.read(body) for body in bodies] == [b"", b"a", "公开了".encode()]


def test_another_browser_cannot_read_it() -> None:
    with pytest.raises(BadData, match="not sealed for this browser"):
        Browser(auth=AUTH).read(webpush.bytes_of(BODY))


def test_a_key_is_written_down_and_read_again() -> None:
    key = webpush.new_key()
    assert webpush.public_bytes(webpush.key_of(webpush.seed_of(key))) == webpush.public_bytes(key)


@pytest.mark.parametrize(
    ("p256dh", "auth"),
    [("", AUTH), ("x", AUTH), ("汉", AUTH), (SALT, AUTH), ("A" * 87, AUTH), (P256DH, ""), (P256DH, "AA")],
)
def test_what_is_no_key_is_refused(p256dh: str, auth: str) -> None:
    with pytest.raises(BadData):
        webpush.sealed(b"", p256dh, auth, own=webpush.new_key(), salt=os.urandom(16))


def test_the_largest_message_fits_one_record_and_a_larger_one_is_refused() -> None:
    given = {"own": webpush.key_of(SENDER), "salt": webpush.bytes_of(SALT)}
    assert len(webpush.sealed(bytes(webpush.MOST_BYTES), P256DH, AUTH, **given)) == webpush.RECORD_BYTES  # type: ignore[arg-type]
    with pytest.raises(BadData):
        webpush.sealed(bytes(webpush.MOST_BYTES + 1), P256DH, AUTH, **given)  # type: ignore[arg-type]
