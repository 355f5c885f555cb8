"""The names of units and places for whoever reads: a name is kept in Chinese, and in English where the station gave one."""

from __future__ import annotations

from django.core.cache import cache
from django.utils.translation import get_language

_A_MINUTE = 60


def in_readers_language(chinese: str, english: str) -> str:
    """The English name for English readers, where there is one."""
    return english if english and get_language() == "en" else chinese


def unit_called(key: int, name: str) -> str:
    """A unit that an entry names as it was called then; English readers read its English name of today, at most a minute old."""
    if get_language() != "en":
        return name
    english: dict[int, str] = cache.get_or_set("units:english", _english_names, _A_MINUTE) or {}
    return english.get(key, name)


def _english_names() -> dict[int, str]:
    from shouwang.apps.units.models import Unit  # noqa: PLC0415  the models use the names

    return dict(Unit.objects.exclude(name_en="").values_list("pk", "name_en"))
