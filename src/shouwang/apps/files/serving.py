"""
Handing files out. Every answer has passed the owner's rule first, is never guessed at by a browser, and runs nothing.

    serve_display(ref, viewer)    picture to look at, voice note to play (clean copies)
    serve_thumb(ref, viewer)      small picture (clean copy)
    serve_download(ref, viewer)   document as it came; of a picture or voice note, the clean copy
    hand_over_original(original)  what `usecases.open_original` gave
"""

from __future__ import annotations

import re
from typing import Any

from django.http import Http404, HttpResponse
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _

from shouwang.apps.files import cabinet, pictures, policy
from shouwang.apps.files.cabinet import Form
from shouwang.apps.files.errors import NotReady
from shouwang.apps.files.models import Kind, State, StoredFile
from shouwang.apps.files.usecases import Original
from shouwang.kernel.policy import require

_RANGE = re.compile(r"bytes=(\d*)-(\d*)")


def serve_display(ref: str, viewer: Any, range_header: str = "") -> HttpResponse:
    """Raises Http404, Refused, NotReady, FileDamaged."""
    stored = _allowed(ref, viewer)
    if stored.kind == Kind.DOCUMENT:
        return _download(stored, range_header)
    return _version(stored, Form.DISPLAY, range_header, attachment=False)


def serve_thumb(ref: str, viewer: Any) -> HttpResponse:
    """Raises Http404 also when the file has no picture to show, and Refused, NotReady, FileDamaged."""
    stored = _allowed(ref, viewer)
    if not stored.thumb_path:
        raise Http404
    return _version(stored, Form.THUMB, "", attachment=False)


def serve_download(ref: str, viewer: Any, range_header: str = "") -> HttpResponse:
    """Raises Http404, Refused, NotReady, FileDamaged."""
    return _download(_allowed(ref, viewer), range_header)


def hand_over_original(original: Original) -> HttpResponse:
    """The response for an opened original: always a download."""
    return _guarded(HttpResponse(original.data), original.media_type, original.name, attachment=True)


def _allowed(ref: str, viewer: Any) -> StoredFile:
    stored = StoredFile.objects.filter(ref=ref).first()
    if stored is None:
        raise Http404
    require(policy.may_open(viewer, stored))
    if stored.state == State.ERASED:
        raise NotReady(_("这个文件已经清除。"))
    return stored


def _download(stored: StoredFile, range_header: str) -> HttpResponse:
    form = Form.ORIGINAL if stored.kind == Kind.DOCUMENT else Form.DISPLAY
    return _version(stored, form, range_header, attachment=True)


def _version(stored: StoredFile, form: Form, range_header: str, *, attachment: bool) -> HttpResponse:
    """A clean copy where there is one, else the original."""
    path = {Form.DISPLAY: stored.display_path, Form.THUMB: stored.thumb_path}.get(form, "")
    media_type, name = stored.media_type, stored.name
    if not path:
        form, path = Form.ORIGINAL, stored.original_path
    elif stored.kind == Kind.PICTURE:
        media_type = pictures.CLEAN_MEDIA_TYPE
        name = name.rpartition(".")[0] + ".jpg"
    return _guarded(_bytes(stored.ref, form, path, range_header), media_type, name, attachment=attachment)


def _bytes(ref: str, form: Form, path: str, range_header: str) -> HttpResponse:
    """
    All, or the one range asked for (RFC 9110, 14.2); a header that we do not understand is ignored, as the RFC allows.
    """
    asked = _RANGE.fullmatch(range_header.strip())
    if asked is None or not (asked[1] or asked[2]):
        return HttpResponse(cabinet.take(ref, form, path).data)
    if asked[1]:
        start = int(asked[1])
        part = cabinet.take(ref, form, path, start, int(asked[2]) + 1 if asked[2] else None)
    else:
        size = cabinet.take(ref, form, path, 0, 0).size
        start = max(0, size - int(asked[2]))
        part = cabinet.take(ref, form, path, start)
    if not part.data:
        response = HttpResponse(status=416)
        response["Content-Range"] = f"bytes */{part.size}"
        return response
    response = HttpResponse(part.data, status=206)
    response["Content-Range"] = f"bytes {part.start}-{part.start + len(part.data) - 1}/{part.size}"
    return response


def _guarded(response: HttpResponse, media_type: str, name: str, *, attachment: bool) -> HttpResponse:
    response["Content-Type"] = media_type
    response["Content-Disposition"] = content_disposition_header(attachment, name) or "attachment"
    response["X-Content-Type-Options"] = "nosniff"
    response["Content-Security-Policy"] = "sandbox; default-src 'none'"
    response["Cross-Origin-Resource-Policy"] = "same-origin"
    response["Referrer-Policy"] = "no-referrer"
    response["Cache-Control"] = "private, max-age=600"
    response["Accept-Ranges"] = "bytes"
    return response
