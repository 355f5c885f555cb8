"""Words of danger in what residents write: found at once, shown at once, ringing until somebody accepts."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from functools import cache

from shouwang.apps.matters.models import By, Entry, Matter, Type
from shouwang.apps.matters.station_files import danger_files
from shouwang.apps.matters.usecases import find_danger
from shouwang.engines.triage.danger import STANDARD, DangerList, Finding, Grade, screen, screen_conversation

#: The tone alone sounds worried: the desk is asked for a second look, the resident is not alarmed.
UNCLEAR = "unclear"


@cache
def danger_list() -> DangerList:
    """The shipped list and the station's own words, read once for each process."""
    return read_danger_list()


def read_danger_list() -> DangerList:
    """The same, read anew. BadData names file, key and reason."""
    return DangerList.load(*STANDARD, *danger_files())


def look_for_danger(matter: Matter, entry: Entry, *, at: datetime) -> Finding | None:
    """
    Screen one message of a resident, alone and together with the last few of the same conversation.

    Each finding is recorded and rings, also after an earlier one was accepted: ringing twice is cheaper than not ringing.
    """
    if entry.type != Type.MESSAGE or entry.by not in {By.RESIDENT, By.HELPER}:
        return None
    earlier = (
        Entry.objects.filter(matter=matter, type=Type.MESSAGE, by__in=[By.RESIDENT, By.HELPER], seq__lt=entry.seq)
        .order_by("-seq")
        .values_list("body", flat=True)[:4]
    )
    finding = sign_in([*reversed(list(earlier)), entry.body])
    if finding is None:
        return None
    find_danger(
        matter,
        grade=UNCLEAR if finding.category == UNCLEAR else finding.grade.name.lower(),
        category=finding.category,
        why=[because.reason for because in finding.why],
        numbers=list(finding.numbers),
        at=at,
    )
    return finding


def sign_in(texts: Sequence[str]) -> Finding | None:
    """
    What the newest of a resident's texts gives away, alone or together with those before it; None for nothing worth showing.

    A sign in several short texts must have the newest in it: a thank-you does not ring again for what came before.
    """
    finding = screen(texts[-1], danger_list())
    if finding is None and len(texts) > 1:
        together = screen_conversation(texts, danger_list())
        newest = len(texts) - 1
        finding = together if together and any(span.message == newest for span in together.spans) else None
    return finding if finding and finding.grade >= Grade.MAYBE else None
