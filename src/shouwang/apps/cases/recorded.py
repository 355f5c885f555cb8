"""Whether a questioning was recorded throughout, from the register of recordings."""

from __future__ import annotations

from datetime import datetime

from shouwang.apps.cases.models import Statement
from shouwang.apps.recordings.models import Stay
from shouwang.apps.recordings.queries import coverage


def recorded_throughout(statement: Statement, at: datetime) -> bool | None:
    """
    True when recordings show all of it, False when some is missing.

    None while nobody can know: no stay is linked, it has not ended, or the person is still inside and files are to come.
    """
    if statement.stay_id is None or statement.ended_at is None:
        return None
    stay = Stay.objects.for_lists().get(pk=statement.stay_id)
    (covered,) = coverage([stay], at)
    since, until = statement.began_at, statement.ended_at
    if not any(one.gap.since < until and since < one.gap.until for one in covered.gaps):
        return True
    return False if stay.left_at is not None else None
