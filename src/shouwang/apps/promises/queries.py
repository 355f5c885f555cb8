"""What lists and the day sheet show."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from shouwang.apps.promises.counting import called_out
from shouwang.apps.promises.models import Promise, Step
from shouwang.apps.promises.policy import may_lead
from shouwang.apps.promises.reckoning import Call, Tally
from shouwang.apps.units.models import Officer

#: A promise that is still called out so long after an answer asks for another one.
ASKED_AGAIN = timedelta(days=90)


@dataclass(frozen=True, slots=True)
class Row:
    """One promise with what its finished months say."""

    promise: Promise
    call: Call
    recent: Tally
    answered: bool


def row_of(promise: Promise, now: datetime) -> Row:
    """From a promise that came `with_all`."""
    call, recent = called_out(promise, promise.scorecards.all())
    answered = any(
        step.what == Step.What.ANSWERED and step.call == call and step.at >= now - ASKED_AGAIN
        for step in promise.steps.all()
    )
    return Row(promise, call, recent, answered)


@dataclass(frozen=True, slots=True)
class Sheet:
    """What promises ask of a leader today."""

    waiting: list[Promise]
    called: list[Row]

    def __bool__(self) -> bool:
        return bool(self.waiting or self.called)


def sheet_of(officer: Officer, now: datetime) -> Sheet:
    """Proposals that wait for this leader, and promises called out that nobody answered."""
    promises = [one for one in Promise.objects.kept_by(officer).with_all() if may_lead(officer, one)]
    waiting = [one for one in promises if _waits(one) and one.proposal.by_id != officer.pk]
    rows = [row_of(one, now) for one in promises]
    return Sheet(waiting, [row for row in rows if row.call and not row.answered])


def _waits(promise: Promise) -> bool:
    proposal = getattr(promise, "proposal", None)
    return proposal is not None and not proposal.sent_back
