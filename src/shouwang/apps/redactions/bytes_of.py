"""The bytes of an original and of a copy, for the house itself. Whoever shows them to somebody has recorded the look."""

from __future__ import annotations

from shouwang.apps.files.models import Kind, StoredFile
from shouwang.apps.files.usecases import clean_picture, document_bytes
from shouwang.apps.redactions.models import Redaction


def bytes_of(redaction: Redaction) -> bytes:
    """The original; of a picture the clean copy, from which the camera's notes are gone already."""
    return stored_bytes(redaction.original)


def stored_bytes(stored: StoredFile) -> bytes:
    """Raises FileNotFoundError when it was held back, erased or damaged."""
    data = clean_picture(stored.ref) if stored.kind == Kind.PICTURE else document_bytes(stored.ref)
    if data is None:
        raise FileNotFoundError(stored.ref)
    return data
