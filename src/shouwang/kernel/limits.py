"""How often may one address try? Fixed windows in the database, so that several processes count together."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db.models import F
from django.utils.translation import gettext as _

from shouwang.kernel.errors import TooOften
from shouwang.kernel.fields import blind
from shouwang.kernel.models import Tally

#: What one network address may bring in an hour through a door for programs. An estimate: a program of a whole town may stand behind one.
MOST_BROUGHT = 240
#: The shortest `Idempotency-Key`, in characters: whoever repeats one is told a code, so it must not be guessable.
SHORTEST_KEY = 16


def _window(at: datetime, window: timedelta) -> datetime:
    seconds = int(window.total_seconds())
    return at - timedelta(seconds=int(at.timestamp()) % seconds, microseconds=at.microsecond)


def count(action: str, address: str, *, at: datetime, window: timedelta) -> int:
    """Count one try and return how many there were in this window, this one included."""
    key, start = blind(address, action), _window(at, window)
    Tally.objects.get_or_create(key=key, window_start=start)
    Tally.objects.filter(key=key, window_start=start).update(count=F("count") + 1)
    return Tally.objects.get(key=key, window_start=start).count


def so_far(action: str, address: str, *, at: datetime, window: timedelta) -> int:
    """How many tries this window has seen."""
    key, start = blind(address, action), _window(at, window)
    return Tally.objects.filter(key=key, window_start=start).values_list("count", flat=True).first() or 0


def refuse_above(limit: int, action: str, address: str, *, at: datetime, window: timedelta) -> None:
    """Raise TooOften when this address has used up its tries; does not count by itself."""
    if so_far(action, address, at=at, window=window) >= limit:
        minutes = max(1, round((_window(at, window) + window - at).total_seconds() / 60))
        raise TooOften(_("试的次数太多了。请 %(minutes)d 分钟后再试。") % {"minutes": minutes})


def forget_before(moment: datetime) -> int:
    """Remove old counters; returns how many."""
    return Tally.objects.filter(window_start__lt=moment).delete()[0]
