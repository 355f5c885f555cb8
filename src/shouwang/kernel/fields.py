"""
Encrypted columns and the blind index beside them.

AES-256-GCM with a random nonce (NIST SP 800-38D); the column's own name is authenticated, so a value cannot be moved into another column.
A blind index is a keyed hash of the normalised value: equality can be asked, nothing can be read.
"""

from __future__ import annotations

import hashlib
import hmac
import os
from typing import TYPE_CHECKING, Any

from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.db import models

from shouwang.kernel.secrets import derive_key

if TYPE_CHECKING:
    _Text = models.Field[str, str]
else:
    _Text = models.Field  # Django's fields are generic for type checkers only


def encrypt(text: str, context: str) -> bytes:
    """Seal a text for one context; the result is 28 bytes longer than the text's UTF-8."""
    nonce = os.urandom(12)
    return nonce + AESGCM(derive_key("fields")).encrypt(nonce, text.encode(), context.encode())


def decrypt(sealed: bytes, context: str) -> str:
    """Open what `encrypt` sealed in the same context. Raises InvalidTag when it was changed or moved."""
    return AESGCM(derive_key("fields")).decrypt(sealed[:12], sealed[12:], context.encode()).decode()


def blind(text: str, context: str) -> str:
    """64 hexadecimal digits that are equal exactly when text and context are equal (HMAC-SHA256)."""
    return hmac.new(derive_key("blind"), f"{context}\0{text}".encode(), hashlib.sha256).hexdigest()


class EncryptedTextField(_Text):
    """A text that the database never sees. Empty text is stored as empty bytes."""

    empty_values = ("", None)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("default", "")
        kwargs.setdefault("blank", True)
        super().__init__(*args, **kwargs)

    def get_internal_type(self) -> str:
        return "BinaryField"

    @property
    def _context(self) -> str:
        return f"{self.model._meta.label_lower}.{self.name}"

    def get_db_prep_value(self, value: Any, connection: Any, prepared: bool = False) -> Any:
        return connection.Database.Binary(encrypt(value, self._context) if value else b"")

    def from_db_value(self, value: Any, expression: Any, connection: Any) -> str:
        return decrypt(bytes(value), self._context) if value else ""

    def get_lookup(self, lookup_name: str) -> Any:
        """None: a sealed text cannot be searched; ask the blind index."""
        return None
