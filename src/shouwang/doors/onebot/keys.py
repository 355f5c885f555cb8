"""
Does this caller hold the key? Comparisons take the same time whatever is wrong.

Source: OneBot 11 standard, "鉴权" (Bearer header or `access_token` in the query) and "HTTP POST · 签名" (HMAC-SHA1 over
the raw body). SHA-1 is what the standard prescribes; in an HMAC its collisions are of no use to a forger.
"""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Iterable
from urllib.parse import parse_qs

_NOBODY = "no gateway has this token"


def headers_of(raw: Iterable[tuple[bytes, bytes]]) -> dict[str, str]:
    """ASGI headers by lower-case name; of repeated ones the first counts."""
    found: dict[str, str] = {}
    for name, value in raw:
        found.setdefault(name.decode("latin-1").lower(), value.decode("latin-1"))
    return found


def shown_token(headers: dict[str, str], query: bytes) -> str:
    """The token a caller shows, or an empty text."""
    scheme, _space, token = headers.get("authorization", "").partition(" ")
    if scheme.lower() in {"bearer", "token"} and token:
        return token.strip()
    try:
        return parse_qs(query.decode("ascii"), max_num_fields=20).get("access_token", [""])[0]
    except ValueError:
        return ""


def token_fits(shown: str, expected: str | None) -> bool:
    """Whether the token is right. Without a gateway, or a gateway without token, nothing fits."""
    same = hmac.compare_digest(_digest(shown), _digest(expected or _NOBODY))
    return same and bool(expected)


def sign(body: bytes, secret: str) -> str:
    """The `X-Signature` of a body."""
    return "sha1=" + hmac.new(secret.encode(), body, hashlib.sha1).hexdigest()


def signature_fits(shown: str, body: bytes, secret: str | None) -> bool:
    """Whether the signature is right. Without a secret nothing fits: an open door would let anybody speak as a resident."""
    same = hmac.compare_digest(_digest(shown), _digest(sign(body, secret or _NOBODY)))
    return same and bool(secret)


def _digest(text: str) -> bytes:
    """Equal length whatever was sent, and no trouble with characters outside ASCII."""
    return hashlib.sha256(text.encode("utf-8", "surrogateescape")).digest()
