"""
May a quarrel be mediated, and was what they agreed performed?

    facts = Facts(Way.POLICE, act="assault", light=True, private=True, ground="near", sides=(Side(True), Side(True, suspect=True)))
    found = judge(facts, on=date(2026, 11, 23), book=Rulebook.load())
    found.possible, found.ready                       # nothing forbids it; and everything it needs is there
    [(reason.code, reason.met, reason.rule) for reason in found.reasons]
    outcome(clauses)                                  # performed, broken, or still running
    settled(desk="", one="performed", other="performed")      # one clause, from what each said of it

The acts, grounds and bars are the items of `ap-mediate-ok`, `ap-mediate-ground` and `ap-mediate-no` of the law data. Days are arguments.
"""

from shouwang.engines.mediation.conditions import Facts, Judgement, Met, Reason, Side, Way, judge
from shouwang.engines.mediation.performance import Clause, Done, Outcome, failed_on, outcome, settled

__all__ = [
    "Clause",
    "Done",
    "Facts",
    "Judgement",
    "Met",
    "Outcome",
    "Reason",
    "Side",
    "Way",
    "failed_on",
    "judge",
    "outcome",
    "settled",
]
