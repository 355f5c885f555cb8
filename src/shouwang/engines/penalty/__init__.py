"""
May this penalty be imposed for this act on this person, by whom, and what has to happen first?

    acts = load_acts()
    facts = Facts(act="theft", grade="usual", act_on=date(2026, 11, 20), born_on=date(2009, 3, 1), first_time=True)
    found = judge(facts, Measure(Kind.DETENTION, days=5), acts, rulebook, on=date(2026, 11, 23))
    found.allowed, found.decider, found.hearing, found.executed     # True, "county", False, False
    [finding.zh for finding in found.findings]                      # each with the rule it rests on

It knows the few common acts of the data; for any other it says that the article has to be read. Days are arguments; nothing here knows
what day it is, and nothing here decides: it tells what the law says about what somebody proposes.
"""

from shouwang.engines.penalty.acts import Act, Acts, Grade, Option, load_acts
from shouwang.engines.penalty.judge import judge
from shouwang.engines.penalty.model import OTHER, Facts, Finding, Judgement, Kind, Level, Measure, age_on

__all__ = [
    "OTHER",
    "Act",
    "Acts",
    "Facts",
    "Finding",
    "Grade",
    "Judgement",
    "Kind",
    "Level",
    "Measure",
    "Option",
    "age_on",
    "judge",
    "load_acts",
]
