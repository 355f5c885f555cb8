"""What every page of a demo house says."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject

from shouwang.demo.models import DemoTown


def banner(request: HttpRequest) -> dict[str, Any]:  # noqa: ARG001  Django's signature
    """`is_demo`: whether the page shows invented people. Asked once a page, and only when a template asks."""
    return {"is_demo": SimpleLazyObject(DemoTown.objects.exists)}
