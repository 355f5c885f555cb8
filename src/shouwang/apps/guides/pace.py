"""
How often one address may ask for suggestions. Counted in the memory of each process: a search while typing only reads, and
should not make the database write for every pause of a finger.
"""

from __future__ import annotations

from django.core.cache import cache
from django.utils.translation import gettext as _

from shouwang.kernel.errors import TooOften
from shouwang.kernel.fields import blind

SUGGESTIONS_PER_MINUTE = 60
A_MINUTE = 60
A_DAY = 24 * 60 * 60


def _times(action: str, address: str, seconds: int) -> int:
    key = f"guides.{action}.{blind(address, action)}"
    if cache.add(key, 1, seconds):
        return 1
    try:
        return cache.incr(key)
    except ValueError:  # it ran out between the two calls
        cache.set(key, 1, seconds)
        return 1


def pace_suggestions(address: str) -> None:
    """Raises TooOften above the limit."""
    if _times("suggest", address, A_MINUTE) > SUGGESTIONS_PER_MINUTE:
        raise TooOften(_("查得太快了，歇一分钟再试。写完直接发送也可以，民警会答复。"))


def first_today(action: str, address: str) -> bool:
    """Whether this address does this for the first time within a day; nothing is kept on disk."""
    return _times(action, address, A_DAY) == 1
