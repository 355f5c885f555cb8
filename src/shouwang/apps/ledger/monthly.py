"""The head at the end of a month, as it is pinned to the board, and the question whether the log still leads to it."""

from __future__ import annotations

import base64
import binascii
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import urlencode

from django.utils import timezone

from shouwang.apps.ledger.models import Head
from shouwang.apps.ledger.origin import log_url
from shouwang.apps.ledger.rows import Rows
from shouwang.engines.errors import BadData
from shouwang.engines.translog import HASH_BYTES, Tree


@dataclass(frozen=True, slots=True)
class Monthly:
    """The head of a month."""

    head: Head
    year: int
    month: int

    @property
    def root(self) -> str:
        return base64.b64encode(bytes(self.head.root)).decode()

    @property
    def root_in_fours(self) -> list[str]:
        """Letters as an eye compares them."""
        return [self.root[at : at + 4] for at in range(0, len(self.root), 4)]

    @property
    def compare_url(self) -> str:
        """Where the log as it stands now is compared with this head."""
        root = base64.urlsafe_b64encode(bytes(self.head.root)).decode().rstrip("=")
        return f"{log_url()}compare/?{urlencode({'size': self.head.size, 'root': root})}"


def monthly(year: int, month: int, now: datetime) -> Monthly | None:
    """
    The head of this month; of the month before when `year` is 0. In the first month of a log there is none before: then the
    newest, under its own month. None when there is nothing to show.
    """
    today = timezone.localdate(now)
    if not year:
        year, month = (today.year, today.month - 1) if today.month > 1 else (today.year - 1, 12)
    try:
        first = timezone.make_aware(datetime(year, month, 1))  # noqa: DTZ001  made aware here
        end = timezone.make_aware(datetime(year + month // 12, month % 12 + 1, 1))  # noqa: DTZ001  made aware here
    except ValueError:
        return None
    found = Head.objects.filter(at__lt=end).order_by("-pk").first() or Head.objects.newest()
    if found is None or first > now:
        return None
    if found.at >= end:
        begun = timezone.localtime(found.at)
        year, month = begun.year, begun.month
    return Monthly(found, year, month)


def root_typed(words: str) -> bytes | None:
    """A root as somebody typed or scanned it: base64 of either alphabet, blanks and the last sign left out; None when it is none."""
    plain = "".join(words.split()).replace("-", "+").replace("_", "/").rstrip("=")
    try:
        found = base64.b64decode(plain + "=" * (-len(plain) % 4), validate=True)
    except (binascii.Error, ValueError):
        return None
    return found if len(found) == HASH_BYTES else None


def root_now(size: int) -> bytes | None:
    """The root over the first so many leaves, computed from the log as it stands now; None when it has not so many."""
    newest = Head.objects.newest()
    if newest is None or not 0 < size <= newest.size:
        return None
    try:
        return Tree(Rows(), newest.size).root(size)
    except BadData:
        return None
