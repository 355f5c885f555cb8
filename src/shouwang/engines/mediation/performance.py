"""
Whether what was agreed is performed, clause by clause. Signed is not enough: only what is performed ends a case
(公安机关办理行政案件程序规定 art. 185).
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from enum import StrEnum


class Done(StrEnum):
    """How one clause stands. DUE also while two sides contradict each other: then somebody has to look."""

    DUE = "due"
    PART = "part"
    PERFORMED = "performed"
    BROKEN = "broken"


class Outcome(StrEnum):
    """How an agreement stands."""

    RUNNING = "running"
    PERFORMED = "performed"
    BROKEN = "broken"


@dataclass(frozen=True, slots=True)
class Clause:
    """`due_on` is the last day in time."""

    due_on: date
    done: Done = Done.DUE

    def is_late(self, today: date) -> bool:
        return self.done in {Done.DUE, Done.PART} and self.due_on < today


def settled(*, desk: str, one: str, other: str) -> Done:
    """
    One clause, from the newest word of each: an officer's word counts; without it, what both sides say alike.

    Each word is a `Done` or empty. Two sides that agree that nothing was done leave it due: to say that it is broken, with what follows
    for the case, is an officer's decision.
    """
    if desk:
        return Done(desk)
    if one == other and one in {Done.PERFORMED, Done.PART}:
        return Done(one)
    return Done.DUE


def outcome(clauses: Iterable[Clause]) -> Outcome:
    """Broken when any clause is, performed when all are, and running otherwise; an agreement of nothing is running."""
    done = [clause.done for clause in clauses]
    if Done.BROKEN in done:
        return Outcome.BROKEN
    return Outcome.PERFORMED if done and set(done) == {Done.PERFORMED} else Outcome.RUNNING


def failed_on(clauses: Iterable[Clause], today: date) -> date:
    """
    The day on which an agreement failed that is not performed: when the first clause that was not done ran out, or today when somebody
    refuses before that. The handling limit counts from here (art. 185); the day itself does not count.
    """
    missed = [clause.due_on for clause in clauses if clause.done is not Done.PERFORMED and clause.due_on < today]
    return min(missed, default=today)
