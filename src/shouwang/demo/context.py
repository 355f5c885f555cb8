"""What every page of a demo house says."""

from __future__ import annotations

from functools import cache
from typing import Any

from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject

from shouwang.demo.models import DemoTown


@cache
def is_demo_house() -> bool:
    """Asked once a process: a house is filled before its server starts, and never becomes a demo house later."""
    return DemoTown.objects.exists()


def banner(request: HttpRequest) -> dict[str, Any]:  # noqa: ARG001  Django's signature
    """`is_demo`: whether the page shows invented people."""
    return {"is_demo": SimpleLazyObject(is_demo_house)}
