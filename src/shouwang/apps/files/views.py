"""Three addresses for each file. Who looks is `request.viewer`, as every door of the house has it."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from shouwang.apps.files import serving


@require_safe
def display(request: HttpRequest, ref: str) -> HttpResponse:
    return serving.serve_display(ref, request.viewer, request.headers.get("Range", ""))  # type: ignore[attr-defined]


@require_safe
def thumb(request: HttpRequest, ref: str) -> HttpResponse:
    return serving.serve_thumb(ref, request.viewer)  # type: ignore[attr-defined]


@require_safe
def download(request: HttpRequest, ref: str) -> HttpResponse:
    return serving.serve_download(ref, request.viewer, request.headers.get("Range", ""))  # type: ignore[attr-defined]
