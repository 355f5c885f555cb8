"""For the board's templates: `{% load dispatch %}`."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django import template

register = template.Library()


@register.filter
def get(mapping: Mapping[Any, Any], key: Any) -> Any:
    """The value of a key; empty when there is none."""
    return mapping.get(key, "")
