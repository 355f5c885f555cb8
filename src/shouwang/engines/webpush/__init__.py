"""
Web Push: a few words to a browser that asked for them, sealed so that the push service between cannot read them.

    body = sealed(b"...", p256dh, auth, own=new_key(), salt=os.urandom(16))
    headers = {"Authorization": authorization(key, endpoint, subject="https://station.example/", expires=now + 3600)}

Sources: RFC 8291 (message encryption), RFC 8188 (aes128gcm), RFC 8292 (VAPID). No clock, no chance and no network here.
"""

from __future__ import annotations

import base64
import binascii
import json
from urllib.parse import urlsplit

from cryptography.hazmat.primitives.asymmetric.ec import (
    ECDH,
    ECDSA,
    SECP256R1,
    EllipticCurvePrivateKey,
    EllipticCurvePublicKey,
    derive_private_key,
    generate_private_key,
)
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from shouwang.engines.errors import BadData

PrivateKey = EllipticCurvePrivateKey
POINT_BYTES, AUTH_BYTES, SALT_BYTES = 65, 16, 16
RECORD_BYTES = 4096
#: What fits into the one record that push services take (RFC 8291 §4): less salt, sizes, our point, delimiter and tag.
MOST_BYTES = RECORD_BYTES - (SALT_BYTES + 5 + POINT_BYTES) - 17
#: How long a signed header may be good for (RFC 8292 §2).
LONGEST_S = 24 * 3600


def text_of(data: bytes) -> str:
    """base64url without padding."""
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def bytes_of(text: str) -> bytes:
    """The bytes behind base64url; BadData when it is none."""
    try:
        return base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)
    except (ValueError, binascii.Error) as error:
        raise BadData(text[:20], "is not base64url") from error


def new_key() -> EllipticCurvePrivateKey:
    """A fresh key on P-256: of a house for VAPID, or for one message."""
    return generate_private_key(SECP256R1())


def key_of(seed: str) -> EllipticCurvePrivateKey:
    """The key that `seed_of` wrote down."""
    return derive_private_key(int.from_bytes(bytes_of(seed), "big"), SECP256R1())


def seed_of(key: EllipticCurvePrivateKey) -> str:
    return text_of(key.private_numbers().private_value.to_bytes(32, "big"))


def public_bytes(key: EllipticCurvePrivateKey) -> bytes:
    """The public half as browsers want it: an uncompressed point."""
    return key.public_key().public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)


def point_of(p256dh: str) -> EllipticCurvePublicKey:
    """A browser's public key; BadData when it is no point of the curve."""
    raw = bytes_of(p256dh)
    if len(raw) != POINT_BYTES:
        raise BadData("p256dh", f"must be {POINT_BYTES} bytes")
    try:
        return EllipticCurvePublicKey.from_encoded_point(SECP256R1(), raw)
    except ValueError as error:
        raise BadData("p256dh", "is not a point of P-256") from error


def auth_of(auth: str) -> bytes:
    """A browser's secret; BadData when it has another length."""
    raw = bytes_of(auth)
    if len(raw) != AUTH_BYTES:
        raise BadData("auth", f"must be {AUTH_BYTES} bytes")
    return raw


def sealed(
    words: bytes, p256dh: str, auth: str, *, own: EllipticCurvePrivateKey, salt: bytes, at_least: int = 0
) -> bytes:
    """
    The body of a push message: one record of aes128gcm.

    words     at most MOST_BYTES
    own       a key made for this message alone
    salt      16 random bytes, made for this message alone
    at_least  padded to so many bytes, so that the length tells nothing
    """
    if len(words) > MOST_BYTES or at_least > MOST_BYTES:
        raise BadData("words", f"must be at most {MOST_BYTES} bytes")
    browser = point_of(p256dh)
    cipher, nonce = _cipher(own.exchange(ECDH(), browser), auth_of(auth), _raw(browser), public_bytes(own), salt)
    padded = words + b"\x02" + bytes(max(0, at_least - len(words)))
    head = salt + RECORD_BYTES.to_bytes(4, "big") + bytes([POINT_BYTES]) + public_bytes(own)
    return head + cipher.encrypt(nonce, padded, None)


def _raw(key: EllipticCurvePublicKey) -> bytes:
    return key.public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)


def _cipher(shared: bytes, auth: bytes, browser: bytes, sender: bytes, salt: bytes) -> tuple[AESGCM, bytes]:
    """Key and nonce of the only record (RFC 8291 §3.4)."""
    secret = _derived(shared, auth, b"WebPush: info\x00" + browser + sender, 32)
    key = _derived(secret, salt, b"Content-Encoding: aes128gcm\x00", 16)
    return AESGCM(key), _derived(secret, salt, b"Content-Encoding: nonce\x00", 12)


def _derived(secret: bytes, salt: bytes, info: bytes, length: int) -> bytes:
    return HKDF(algorithm=SHA256(), length=length, salt=salt, info=info).derive(secret)


def origin_of(endpoint: str) -> str:
    """The push service behind an address: what a header is signed for."""
    parts = urlsplit(endpoint)
    return f"{parts.scheme}://{parts.netloc}"


def authorization(key: EllipticCurvePrivateKey, endpoint: str, *, subject: str, expires: int) -> str:
    """
    The header by which the push service knows that it is the same sender as at the subscription.

    subject  an address under which the sender can be reached: https: or mailto:
    expires  seconds since 1970, at most a day from now
    """
    claims = {"aud": origin_of(endpoint), "exp": expires, "sub": subject}
    said = ".".join(text_of(json.dumps(part, separators=(",", ":")).encode()) for part in (_HEAD, claims))
    r, s = decode_dss_signature(key.sign(said.encode(), ECDSA(SHA256())))
    signature = r.to_bytes(32, "big") + s.to_bytes(32, "big")
    return f"vapid t={said}.{text_of(signature)}, k={text_of(public_bytes(key))}"


_HEAD = {"typ": "JWT", "alg": "ES256"}
