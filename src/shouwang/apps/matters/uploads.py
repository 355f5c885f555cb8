"""Uploads on their way into a message."""

from __future__ import annotations

from typing import Any

from django.utils import timezone

from shouwang.apps.files.usecases import house_limits, receive_upload


def keep_uploads(uploads: list[Any], *, by: str, client_id: str) -> tuple[str, ...]:
    """Store the files of one message before the message itself; a retry stores nothing new. Called outside a transaction."""
    return tuple(
        receive_upload(
            upload,
            claimed_name=upload.name,
            claimed_type=upload.content_type or "",
            limits=house_limits(),
            by=by,
            at=timezone.now(),
            upload_id=f"{client_id}-{n}" if client_id else None,
        ).ref
        for n, upload in enumerate(uploads)
    )
