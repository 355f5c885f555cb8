"""What every page knows."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject

from shouwang.apps.units.models import Unit

LARGE_TYPE = "sw_large"
NIGHT = "sw_night"


def house(request: HttpRequest) -> dict[str, Any]:
    """The station whose door this is, how the reader likes to read, and who looks."""
    return {
        "station": SimpleLazyObject(lambda: Unit.objects.stations().order_by("path").first()),
        "large_type": request.COOKIES.get(LARGE_TYPE) == "1",
        "night": request.COOKIES.get(NIGHT, ""),
        "viewer": getattr(request, "viewer", None),
    }
