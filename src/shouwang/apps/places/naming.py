"""Which village does an address name? Read from the villages' own names; the longest name counts, and what was read is told."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache

from shouwang.apps.places.models import Community

#: What a village or a neighbourhood is called in the end, the longest first; people take one for the other.
_ENDS = ("居民委员会", "村民委员会", "社区居委会", "居委会", "村委会", "社区", "大队", "村")
#: A name without its end is one where a group or a house of it follows, 青石三组, and not in 青石路.
_PART_OF_IT = "(?=第?[0-9０-９一二三四五六七八九十]+(?:组|队|社|栋|幢))"
_LEAST = 2  # a single character is a word, not a name


@dataclass(frozen=True, slots=True)
class Named:
    """A village, and the words it was read from."""

    community: Community
    words: str


def named_in(text: str, communities: Iterable[Community]) -> tuple[Named, ...]:
    """
    The villages that a text names, in the order of the text, each once.

    Two of the same name are both given: the text does not tell them apart.
    """
    by_key = {one.pk: one for one in communities}
    finder = _finder(tuple((one.pk, one.name.strip(), one.name_en.strip()) for one in by_key.values()))
    if finder is None:
        return ()
    found: dict[int, Named] = {}
    for match in finder.pattern.finditer(text):
        for key in finder.keys[(match.lastindex or 1) - 1]:
            found.setdefault(key, Named(by_key[key], match[0]))
    return tuple(found.values())


@dataclass(frozen=True, slots=True)
class _Finder:
    """One pattern with a group for each word; `keys` of the villages that are called so, by the number of the group."""

    pattern: re.Pattern[str]
    keys: tuple[tuple[int, ...], ...]


@lru_cache(maxsize=16)
def _finder(villages: tuple[tuple[int, str, str], ...]) -> _Finder | None:
    """Longer words stand first, so that 大柳溪村 is not read as 柳溪村. A village's own name goes before what others may be called."""
    own: dict[str, list[int]] = {}
    also: dict[str, list[int]] = {}
    for key, name, name_en in villages:
        for one in (name, name_en):
            if len(one) >= _LEAST:
                own.setdefault(_pattern(one), []).append(key)
        for one in _also(name):
            also.setdefault(one, []).append(key)
    words = {**also, **own}
    if not words:
        return None
    ordered = sorted(words.items(), key=lambda item: (-len(item[0].replace(_PART_OF_IT, "")), item[0]))
    whole = "|".join(f"({word})" for word, _keys in ordered)
    return _Finder(re.compile(whole, re.IGNORECASE), tuple(tuple(keys) for _word, keys in ordered))


def _pattern(name: str) -> str:
    return rf"\b{re.escape(name)}\b" if name.isascii() else re.escape(name)


def _also(name: str) -> list[str]:
    base = next((name.removesuffix(end) for end in _ENDS if name.endswith(end)), "")
    if len(base) < _LEAST:
        return []
    return [*(re.escape(base + end) for end in _ENDS if base + end != name), re.escape(base) + _PART_OF_IT]
