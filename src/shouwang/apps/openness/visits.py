"""
How often pages are read, without knowing by whom.

A page that was shown adds one to a number in memory: station, kind of page, day. No cookie, no address, nothing about a reader is kept,
not even for a moment. The numbers are added to the database twice a minute at most and when the server stops in order. What a crash
takes with it is lost; two readers and one reader twice are the same. The public page says that it is approximate.
"""

from __future__ import annotations

import logging
import re
import threading
import time
from collections import Counter
from datetime import date

from django.conf import settings
from django.db import DatabaseError, transaction
from django.db.models import F
from django.http import HttpRequest, HttpResponse

from shouwang.apps.openness.models import Page, Visit
from shouwang.apps.units.models import Unit

logger = logging.getLogger(__name__)

#: Route or name of a room → kind of page. A room's other pages count as the room's own kind.
PAGES = {
    "home": Page.HOME,
    "matters:ask": Page.ASK,
    "matters:ask-kind": Page.ASK,
    "matters:report": Page.REPORT,
    "matters:find": Page.FIND,
    "matters:matter": Page.MATTER,
    "guides": Page.GUIDE,
    "rooms": Page.ROOM,
    "openness:numbers": Page.NUMBERS,
    "openness:dump": Page.NUMBERS,
    "openness:digest": Page.DIGEST,
    "openness:digests": Page.DIGEST,
}
MACHINES = re.compile(
    r"bot|crawl|spider|slurp|curl|wget|python|httpx|java/|go-http|monitor|preview|headless|scan|probe", re.IGNORECASE
)
_PREFIX = re.compile(r"[A-Z]{2,4}")
#: More different keys than this between two writes cannot be honest; the rest counts for the first station.
MOST_KEYS = 500

Key = tuple[str, str, date]


class Tally:
    """Numbers that wait in memory to be written. Safe between threads."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._counts: Counter[Key] = Counter()
        self._written = time.monotonic()

    def add(self, prefix: str, page: str, on: date, n: int = 1) -> None:
        """Count `n` more readings of a kind of page at the station with this prefix (empty: the first one)."""
        with self._lock:
            key = (prefix, page, on)
            if key not in self._counts and len(self._counts) >= MOST_KEYS:
                key = ("", page, on)
            self._counts[key] += n

    def take(self) -> Counter[Key]:
        """Everything that waits; from now on somebody else's to keep."""
        with self._lock:
            taken, self._counts = self._counts, Counter()
            self._written = time.monotonic()
            return taken

    def is_due(self, every_seconds: float) -> bool:
        """Whether something waits and the last writing was that long ago."""
        return bool(self._counts) and time.monotonic() - self._written >= every_seconds


TALLY = Tally()


def page_of(request: HttpRequest, response: HttpResponse) -> str:
    """The kind of page that a person just read; empty for everything that is not one."""
    match = request.resolver_match
    browser = request.headers.get("User-Agent", "")
    if (
        match is None
        or request.method != "GET"
        or response.status_code != 200
        or not response.get("Content-Type", "").startswith("text/html")
        or "HX-Request" in request.headers
        or "prefetch" in request.headers.get("Sec-Purpose", "")
        or request.path.startswith(("/desk", "/manage"))
        or not browser
        or MACHINES.search(browser)
    ):
        return ""
    return str(PAGES.get(match.view_name) or PAGES.get(match.namespace) or "")


def prefix_of(request: HttpRequest) -> str:
    """The letters of the station the page belongs to, as the address tells; empty when it does not."""
    kwargs = request.resolver_match.kwargs if request.resolver_match else {}
    said = str(kwargs.get("number", "")).partition("-")[0] or request.GET.get("station", "")
    return said if _PREFIX.fullmatch(said) else ""


def write_down() -> int:
    """Add what waits to the database; returns how many readings. When the database is busy, they go on waiting."""
    waiting = TALLY.take()
    if not waiting:
        return 0
    try:
        with transaction.atomic():
            _add(waiting)
    except DatabaseError:
        logger.warning("Visits could not be written; they wait for the next time.")
        for (prefix, page, on), n in waiting.items():
            TALLY.add(prefix, page, on, n)
        return 0
    return waiting.total()


def _add(waiting: Counter[Key]) -> None:
    units = {unit.prefix: unit.pk for unit in Unit.objects.stations().order_by("-path")}
    if not units:
        return
    first = list(units.values())[-1]
    by_row: Counter[tuple[int, str, date]] = Counter()
    for (prefix, page, on), n in waiting.items():
        by_row[units.get(prefix, first) if prefix else first, page, on] += n
    # In one order in every process, so that two that write at once cannot wait for each other.
    for (unit, page, on), n in sorted(by_row.items()):
        Visit.objects.get_or_create(unit_id=unit, page=page, on=on)
        Visit.objects.filter(unit_id=unit, page=page, on=on).update(count=F("count") + n)


def after_a_request(**_signal: object) -> None:
    """The page is on its way to the reader: time to write, when it is time."""
    every = settings.VISITS_EVERY_SECONDS
    if every and TALLY.is_due(every):
        write_down()
