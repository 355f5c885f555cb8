"""Reviews of 青石 for the tests: proposed by 陈警官, decided by 梁所长, in doubt answered by 邵分局."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from django.utils import timezone

from shouwang.apps.secrecy import usecases
from shouwang.apps.secrecy.models import Review
from shouwang.apps.secrecy.subjects import Subject, subject_of
from shouwang.apps.secrecy.usecases import Proposal
from shouwang.apps.units.models import Officer
from tests.cast import MONDAY, Cast

DAY = timedelta(days=1)
#: Until half a year from when it is proposed, when nothing else is said.
WORK_SECRET = Proposal(
    "sec-2", harm="会让人知道巡逻的时间和路线。", interest="大家要知道巡了多少次，数字另外公开。", ends_on=None
)


def subject(cast: Cast, about: str, by: Officer | None = None) -> Subject:
    found = subject_of(by or cast.chen, about)
    assert found is not None, about
    return found


def proposed(
    cast: Cast, about: str, said: Proposal = WORK_SECRET, when: datetime = MONDAY, by: Officer | None = None
) -> Review:
    said = replace(said, ends_on=said.ends_on or timezone.localdate(when) + 180 * DAY)
    return usecases.propose(subject(cast, about, by), said, by=by or cast.chen, at=when)


def withheld(cast: Cast, about: str, said: Proposal = WORK_SECRET, when: datetime = MONDAY, **more: Any) -> Review:
    one = proposed(cast, about, said, when, **more)
    return usecases.agree(one, seen=one.turn, by=cast.liang, at=when)


def unsure(cast: Cast, about: str, when: datetime = MONDAY, by: Officer | None = None) -> Review:
    return usecases.ask(subject(cast, about, by), "里面写了蹲守的地点，拿不准。", by=by or cast.chen, at=when)
