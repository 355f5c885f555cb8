"""Words of danger in what residents write: found at once, shown at once, ringing until somebody accepts."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from functools import cache

from shouwang.apps.matters.models import By, Channel, Entry, Kind, Matter
from shouwang.apps.matters.station_files import danger_files
from shouwang.apps.matters.usecases import Opened, find_danger, open_matter
from shouwang.apps.units.models import Unit
from shouwang.engines.triage.danger import STANDARD, DangerList, Finding, Grade, screen, screen_conversation

#: The tone alone sounds worried: the desk is asked for a second look, the resident is not alarmed.
UNCLEAR = "unclear"
RESIDENTS = (By.RESIDENT, By.HELPER)


@cache
def danger_list() -> DangerList:
    """The shipped list and the station's own words, read once for each process."""
    return read_danger_list()


def read_danger_list() -> DangerList:
    """The same, read anew. BadData names file, key and reason."""
    return DangerList.load(*STANDARD, *danger_files())


def look_for_danger(matter: Matter, entry: Entry, *, at: datetime) -> Finding | None:
    """
    Screen what a resident wrote, alone and together with the last few of the same conversation.

    Each finding is recorded and rings, also after an earlier one was accepted: ringing twice is cheaper than not ringing. In a closed
    matter, which stands in nobody's queue, a weaker sign rings too.
    """
    if not entry.body or entry.by not in RESIDENTS:
        return None
    earlier = (
        Entry.objects.filter(matter=matter, by__in=RESIDENTS, seq__lt=entry.seq)
        .exclude(body="")
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
        rings=not matter.is_open and finding.category != UNCLEAR,
        at=at,
    )
    return finding


def help_for(unit: Unit, words: str, *, at: datetime, client_id: str | None = None) -> Opened | None:
    """
    Words that begin no matter by themselves, such as what stands beside a rating, and sound of danger: a call for help with a code of
    its own, which rings. None when nothing in them does.
    """
    if sign_in([words]) is None:
        return None
    return open_matter(unit, kind=Kind.HELP, channel=Channel.WEB, at=at, body=words, client_id=client_id)


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
