"""Which clock of an incident runs, and since when."""

from __future__ import annotations

from datetime import datetime

from shouwang.apps.incidents import filing
from shouwang.apps.incidents.models import Incident
from shouwang.apps.matters import clock
from shouwang.apps.matters.models import Matter, State
from shouwang.apps.matters.usecases.clocks import start_clock

#: The clock of a report until somebody says what it is by law (接报案与立案工作规定 item 8(4)).
UNCLEAR_RULE = "fr-unclear"
#: Passing on to whoever has jurisdiction (接报案与立案工作规定 item 8(2)).
PASSING_RULE = "fr-other-unit"
#: What no filing waits for keeps the station's own promise.
NO_CASE_RULE = "promise-result"


def rule_of(incident: Incident) -> str:
    """The clock of an incident that is not decided, or that needs no filing."""
    if incident.stage == filing.NO_CASE:
        return NO_CASE_RULE
    return incident.review_rule or UNCLEAR_RULE


def passing_since(matter: Matter, incident: Incident) -> datetime:
    """
    When the twenty-four hours of passing on began.

    Known on the spot, they are counted from the report (接报案与立案工作规定 item 8(2)); found out later, from the moment it was found
    (item 8(4), and 公安机关办理刑事案件程序规定 art. 175). Where nobody wrote down when, the report counts: silence wins nobody any time.
    """
    return incident.elsewhere_at or matter.received_at


def run_clock(matter: Matter, incident: Incident, *, at: datetime, anew: bool = False) -> None:
    """
    Let the clock run that this incident has now, on a matter that the caller holds. What has to be passed on runs before everything
    else; its own clock goes on afterwards, counted from the same day of arrival.

    anew   also when that rule runs already: what starts it has moved
    """
    if matter.state != State.OPEN or incident.stage not in filing.UNDECIDED | {filing.NO_CASE}:
        return
    if incident.elsewhere_at is not None or matter.offered_to_unit_id is not None:
        rule, since = PASSING_RULE, passing_since(matter, incident)
    else:
        rule, since = rule_of(incident), matter.received_at
        if matter.due_rule == clock.REDO_RULE:
            return  # one that a remedy or a redo started stays
    if anew or matter.due_rule != rule:
        start_clock(matter, rule, at=at, since=since)
