"""
How the filing of a report stands, told from the timeline of its matter. Pure: no database, no clock.

`step` is the only place that says what an entry does to the filing columns of `Incident`; they are `fold` of the entries and
`./sw manage rebuild_incidents` writes them anew.

    unclear → review → proposed → filed | declined        a crime: the station proposes, the county bureau decides
    unclear → filed | proposed → declined                 a violation of public order: filed at once; not filing is the chief's decision
    unclear → no-case | not-police | passed-on            a quarrel or a call for help; another department's; another organ's
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from shouwang.apps.matters.story import Fact

UNCLEAR, REVIEW, PROPOSED, FILED, DECLINED = "unclear", "review", "proposed", "filed", "declined"
NO_CASE, NOT_POLICE, PASSED_ON = "no-case", "not-police", "passed-on"
#: Stages in which somebody still waits for a decision on filing.
UNDECIDED = frozenset({UNCLEAR, REVIEW, PROPOSED})
#: Stages whose decision the reporter has to be told.
TO_TELL = frozenset({FILED, DECLINED, NOT_POLICE, PASSED_ON})


@dataclass(frozen=True, slots=True)
class Standing:
    """
    The filing columns of an incident, with the same names.

    nature       what it is by law; `unclear` until somebody decided
    review_rule  the law's rule under which a crime is reviewed
    waits_for    code of whoever has to approve a proposal; empty when none waits
    proposes     what is proposed: `file` or `decline`
    told_seq     the entry of a decision that the reporter has not been told yet; None when nothing is open
    told_at      when the reporter learned of the decision; the remedies' days count from here
    remedies     how many of the law's remedies were asked for: reconsideration, then review
    urgency      1 the most urgent to 4; None until somebody said
    handled_by   who handles it by the division of labour, a code of `engines/triage`; empty until somebody said
    elsewhere_at when it was known that it belongs to another unit; passing on is counted from here. None: not known, or theirs by now
    """

    nature: str = "unclear"
    stage: str = UNCLEAR
    review_rule: str = ""
    waits_for: str = ""
    proposes: str = ""
    decided_at: datetime | None = None
    told_seq: int | None = None
    told_at: datetime | None = None
    remedies: int = 0
    registered_at: datetime | None = None
    evidence_at: datetime | None = None
    receipt_at: datetime | None = None
    statement_at: datetime | None = None
    urgency: int | None = None
    handled_by: str = ""
    elsewhere_at: datetime | None = None


COLUMNS = tuple(Standing.__dataclass_fields__)


def _decided(stage: str) -> Callable[[Standing, Fact], Standing]:
    def move(now: Standing, fact: Fact) -> Standing:
        return replace(
            now,
            nature=fact.data.get("nature", now.nature),
            stage=stage,
            waits_for="",
            proposes="",
            decided_at=fact.at,
            told_seq=fact.seq if stage in TO_TELL else None,
            told_at=None,
        )

    return move


def _nature(now: Standing, fact: Fact) -> Standing:
    rule = fact.data.get("rule", "")
    stage = fact.data["stage"]
    open_again = replace(now, nature=fact.data["nature"], stage=stage, review_rule=rule, waits_for="", proposes="")
    return replace(open_again, decided_at=fact.at if stage == NO_CASE else None)


def _done(column: str) -> Callable[[Standing, Fact], Standing]:
    """The first time counts: an on-the-spot duty that is done again was done then."""

    def move(now: Standing, fact: Fact) -> Standing:
        first: dict[str, Any] = {column: getattr(now, column) or fact.at}
        return replace(now, **first)

    return move


def _told(now: Standing, fact: Fact) -> Standing:
    return replace(now, told_seq=None, told_at=now.told_at or fact.at)


def _asked(now: Standing, _fact: Fact) -> Standing:
    return replace(now, remedies=now.remedies + 1)


def _elsewhere(now: Standing, fact: Fact) -> Standing:
    """What was known first counts: saying it once more wins nobody any time."""
    found = datetime.fromisoformat(fact.data["found"])
    return replace(now, elsewhere_at=min(now.elsewhere_at or found, found))


_STEPS: dict[str, Callable[[Standing, Fact], Standing]] = {
    "incidents.registered": _done("registered_at"),
    "incidents.evidence-taken": _done("evidence_at"),
    "incidents.receipt-given": _done("receipt_at"),
    "incidents.statement-taken": _done("statement_at"),
    "incidents.graded": lambda now, fact: replace(now, urgency=fact.data["urgency"], handled_by=fact.data["handler"]),
    "incidents.elsewhere-found": _elsewhere,
    "incidents.ours-after-all": lambda now, _fact: replace(now, elsewhere_at=None),
    "incidents.nature-decided": _nature,
    "incidents.review-lengthened": lambda now, fact: replace(now, review_rule=fact.data["rule"]),
    "incidents.proposed": lambda now, fact: replace(
        now, stage=PROPOSED, waits_for=fact.data["waits_for"], proposes=fact.data["proposes"]
    ),
    "incidents.proposal-returned": lambda now, _fact: replace(
        now, stage=REVIEW if now.review_rule else UNCLEAR, waits_for="", proposes=""
    ),
    "incidents.filed": _decided(FILED),
    "incidents.declined": _decided(DECLINED),
    "incidents.not-police": _decided(NOT_POLICE),
    "incidents.passed-on": _decided(PASSED_ON),
    "incidents.told": _told,
    "incidents.recon-asked": _asked,
    "incidents.review-asked": _asked,
}


def step(now: Standing, fact: Fact) -> Standing:
    """How the filing stands after one more entry of the matter."""
    if fact.type == "reviewed" and not fact.data["upheld"] and now.stage in {DECLINED, NOT_POLICE, PASSED_ON}:
        # A leader found that the work goes on: somebody has to decide again.
        return replace(now, stage=REVIEW if now.nature == "criminal" else UNCLEAR, decided_at=None, told_seq=None)
    if fact.type in {"transfer-accepted", "transfer-returned"}:
        # Theirs now; or whose it is has to be found anew (接报案与立案工作规定 item 13).
        return replace(now, elsewhere_at=None)
    move = _STEPS.get(str(fact.data.get("what", "")))
    return move(now, fact) if move else now


def fold(facts: Iterable[Fact]) -> Standing:
    """How the filing stands after all entries, in the order of their numbers."""
    now = Standing()
    for fact in facts:
        now = step(now, fact)
    return now
