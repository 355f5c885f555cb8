"""The rules that bear on a stay: how long somebody may be questioned, how long an answer takes, how long a file is kept."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.utils import timezone

from shouwang.apps.incidents.words import rule_at
from shouwang.apps.matters import clock
from shouwang.apps.matters.ledgers import doubt_of, source_of
from shouwang.apps.recordings.models import Came, Stay
from shouwang.engines.clocks import DONE, Event, EventKind, Ledger, Term, add_months, count
from shouwang.engines.law import Rule

#: Which rules may limit questioning, by how somebody came; the first one is the usual one.
LIMITS: dict[str, tuple[str, ...]] = {
    Came.SUMMONED: ("psl-ask", "psl-ask-many", "psl-ask-complex"),
    Came.CRIMINAL: ("cp-summon", "cp-summon-grave"),
    Came.HELD: ("ap-hold", "ap-hold-24", "ap-hold-48"),
}
COPY_RULE, REMEDY_RULE, GAP_RULE, KEEP_RULE = "promise-copy", "promise-copy-remedy", "promise-gap", "ap-record-keep"


def limits_of(came: str) -> tuple[str, ...]:
    """The rules to choose from; none for whoever comes of their own will and may leave at any time."""
    return LIMITS.get(came, ())


def tolerance(at: datetime) -> timedelta:
    """Time without a recording up to this needs no explanation."""
    return timedelta(minutes=int(rule_at(GAP_RULE, at).limit or 0))


def _count(rule: Rule, events: list[Event], now: datetime) -> Ledger:
    last = max(event.at for event in events if isinstance(event.at, datetime))
    return count(Term.of(rule), events, clock.calendar(), now=max(timezone.localtime(now), last))


@dataclass(frozen=True, slots=True)
class Limit:
    """
    How long somebody may be questioned, as the desk sees it.

    left_minutes   below zero when it has passed; at leaving, when they left
    doubt          what is not certain about the rule's text; empty when it was read in full
    """

    rule: Rule
    name: str
    source: str
    until: datetime
    left_minutes: int
    doubt: str

    @property
    def passed(self) -> bool:
        return self.left_minutes < 0

    @property
    def soon(self) -> bool:
        return 0 <= self.left_minutes <= 60


def limit_of(stay: Stay, now: datetime) -> Limit | None:
    """The limit that runs, counted from coming (治安管理处罚法 art. 97; 刑事诉讼法 art. 119); None when none does."""
    if not stay.rule:
        return None
    rule = rule_at(stay.rule, stay.entered_at)
    events = [Event(EventKind.START, timezone.localtime(stay.entered_at))]
    if stay.left_at is not None:
        events.append(Event(EventKind.STOP, timezone.localtime(stay.left_at), reason=DONE))
    ledger = _count(rule, events, stay.left_at or now)
    left = int((ledger.due_at - timezone.localtime(stay.left_at or now)) // timedelta(minutes=1))
    return Limit(rule, clock.rule_name(rule), source_of(rule), ledger.due_at, left, doubt_of(rule))


def kept_until(recorded: datetime) -> date:
    """The last day on which a recording must still be there, when nothing else keeps it."""
    rule = rule_at(KEEP_RULE, recorded)
    return add_months(timezone.localtime(recorded).date(), int(rule.limit or 0))


def first_days_kept(now: datetime) -> datetime:
    """Nothing recorded after this can be old enough to be deleted: a filter that is wide, never narrow."""
    return now - timedelta(days=28 * int(rule_at(KEEP_RULE, now).limit or 0))
