"""Promises of 青石 for the tests: proposed by 安内勤, put in force by 梁所长."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from shouwang.apps.matters import usecases as matters
from shouwang.apps.matters.usecases import Opened
from shouwang.apps.promises import usecases
from shouwang.apps.promises.models import Promise, Proposal, Version
from shouwang.apps.promises.reckoning import Measure, Rule
from shouwang.engines.law import Unit
from tests.cast import Cast, as_officer, at, consultation

START = at("2026-10-05 10:00")
TWO_HOURS = Rule(Measure.ANSWER, 2, Unit.HOURS, kinds=("consultation",))


def proposed(cast: Cast, rule: Rule = TWO_HOURS, when: datetime = START, **changes: Any) -> Proposal:
    given: dict[str, Any] = {"by": cast.an, "title": "咨询两小时内有人答复", "note": "白天晚上都有人值班"}
    return usecases.propose(cast.qingshi, rule=rule, at=when, **{**given, **changes})


def in_force(cast: Cast, rule: Rule = TWO_HOURS, when: datetime = START, **changes: Any) -> Version:
    proposal = proposed(cast, rule, when, **changes)
    return usecases.put_in_force(proposal.promise, by=cast.liang, seen=proposal.turn, at=when)


def asked(cast: Cast, when: datetime, answered_after: int | None = None) -> Opened:
    """A question, and after so many minutes its answer."""
    opened = consultation(cast, at=when)
    if answered_after is not None:
        matters.say(
            opened.matter, viewer=as_officer(cast.chen), body="能办。", at=when + timedelta(minutes=answered_after)
        )
    return opened


def a_month_of_four(cast: Cast, month: str = "2026-10") -> Promise:
    """Two kept, one broken, one that nobody answered; and one before the promise held."""
    promise = in_force(cast).promise
    asked(cast, at("2026-10-05 23:00"), 400)
    for day, minutes in (("10", 30), ("11", 120), ("12", 121), ("13", None)):
        asked(cast, at(f"{month}-{day} 09:00"), minutes)
    return promise
