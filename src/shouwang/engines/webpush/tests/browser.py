"""The other side of Web Push, written on its own: what a browser and a push service do with what we send."""

from __future__ import annotations

import json
import os
import re

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.asymmetric.ec import ECDH, ECDSA, SECP256R1, EllipticCurvePublicKey
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from shouwang.engines import webpush
from shouwang.engines.errors import BadData


class Browser:
    """One that subscribed: its keys, and reading what it is sent."""

    def __init__(self, seed: str = "", auth: str = "") -> None:
        self.key = webpush.key_of(seed) if seed else webpush.new_key()
        self.auth = auth or webpush.text_of(os.urandom(16))
        self.p256dh = webpush.text_of(webpush.public_bytes(self.key))

    def read(self, body: bytes) -> bytes:
        """The words; BadData when they were not sealed for this browser."""
        salt, size, length = body[:16], int.from_bytes(body[16:20], "big"), body[20]
        assert (size, length) == (4096, 65)
        point, record = body[21:86], body[86:]
        shared = self.key.exchange(ECDH(), EllipticCurvePublicKey.from_encoded_point(SECP256R1(), point))
        info = b"WebPush: info\x00" + webpush.public_bytes(self.key) + point
        secret = HKDF(SHA256(), 32, webpush.bytes_of(self.auth), info).derive(shared)
        key = HKDF(SHA256(), 16, salt, b"Content-Encoding: aes128gcm\x00").derive(secret)
        nonce = HKDF(SHA256(), 12, salt, b"Content-Encoding: nonce\x00").derive(secret)
        try:
            padded = AESGCM(key).decrypt(nonce, record, None)
        except InvalidTag as error:
            raise BadData("body", "was not sealed for this browser") from error
        words, end, padding = padded.rpartition(b"\x02")
        assert end
        assert not padding.strip(b"\x00")
        return words


def claims_of(header: str) -> dict[str, object]:
    """What a push service reads from the header, once the signature is right; InvalidSignature otherwise."""
    found = re.fullmatch(r"vapid t=([^.]+\.([^.]+))\.([^,]+), k=(.+)", header)
    assert found is not None
    said, claims, signature, key = found.groups()
    raw = webpush.bytes_of(signature)
    der = encode_dss_signature(int.from_bytes(raw[:32], "big"), int.from_bytes(raw[32:], "big"))
    webpush.point_of(key).verify(der, said.encode(), ECDSA(SHA256()))
    told: dict[str, object] = json.loads(webpush.bytes_of(claims))
    return told
