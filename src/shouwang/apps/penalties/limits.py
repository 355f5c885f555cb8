"""The clocks of a penalty: each counted by the engine from the moment that starts it, with the rule and its ledger."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from django.utils import timezone

from shouwang.apps.incidents.words import rule_at
from shouwang.apps.matters import clock
from shouwang.apps.matters.ledgers import Explained, doubt_of, explain
from shouwang.apps.penalties.models import Penalty, Stage
from shouwang.engines.clocks import DONE, Event, EventKind, Ledger, Term, count
from shouwang.engines.law import Rule, Unit

ASK_HEARING, ACCEPT, HOLD, NOTIFY = "ap-hearing-apply", "ap-hearing-decide", "ap-hearing-run", "ap-hearing-notice"
SERVE, PAY, REPORT, HAND_IN = "psl-serve", "psl-pay", "psl-spot-report", "psl-spot-handin"
RECONSIDER, SUE = "psl-remedy", "psl-suit"
RIGHTS = frozenset({ASK_HEARING, RECONSIDER, SUE})


def _local(at: datetime) -> datetime:
    return timezone.localtime(at)


def ledger_of(rule: Rule, since: datetime, now: datetime, done_at: datetime | None = None) -> Ledger:
    """One clock, counted to now, or to when it was done."""
    events = [Event(EventKind.START, _local(since))]
    if done_at is not None:
        events.append(Event(EventKind.STOP, _local(max(done_at, since)), reason=DONE))
    last = done_at or now
    return count(Term.of(rule), events, clock.calendar(), now=_local(max(last, since)))


def due(rule_id: str, since: datetime) -> datetime:
    """When a clock that begins now ends."""
    return ledger_of(rule_at(rule_id, since), since, since).due_at


def last_day(rule_id: str, since: datetime) -> date:
    """The last day of a clock that counts days."""
    return ledger_of(rule_at(rule_id, since), since, since).due_on


def earliest_hearing(told_at: datetime) -> date:
    """The first day on which a hearing may be held when its time and place are told now (行政处罚法 arts. 64, 85)."""
    term = Term(int(rule_at(NOTIFY, told_at).limit or 0), Unit.WORKING_DAYS)
    start = [Event(EventKind.START, _local(told_at))]
    return count(term, start, clock.calendar(), now=_local(told_at)).due_on


def end_of(day: date) -> datetime:
    """The end of a day here, as a moment."""
    return timezone.make_aware(datetime.combine(day + timedelta(days=1), time()))


@dataclass(frozen=True, slots=True)
class Clock:
    """One clock as the page shows it: `done` when what it asks for was done, `late` when not in time; `right`: it is the person's."""

    name: str
    due_at: datetime
    done: bool
    late: bool
    doubt: str
    explained: Explained
    right: bool


def _clock(rule_id: str, since: datetime, now: datetime, done_at: datetime | None = None) -> Clock:
    rule = rule_at(rule_id, since)
    ledger = ledger_of(rule, since, now, done_at)
    late = (done_at or now) >= ledger.due_at
    name, shown = clock.rule_name(rule), explain(rule, ledger, now)
    return Clock(name, ledger.due_at, done_at is not None, late, doubt_of(rule), shown, rule_id in RIGHTS)


def clocks_of(penalty: Penalty, now: datetime) -> list[Clock]:
    """Every clock of a penalty that has begun."""
    found = [*_before_decision(penalty, now), *_after_decision(penalty, now)]
    return sorted(found, key=lambda one: (one.done, one.due_at))


def _before_decision(penalty: Penalty, now: datetime) -> list[Clock]:
    found = []
    asked = getattr(penalty, "asked_hearing", None)
    if penalty.told_at and penalty.has_hearing and asked is None and not penalty.waived and not penalty.decided_at:
        found.append(_clock(ASK_HEARING, penalty.told_at, now))
    if asked is not None:
        found.append(_clock(ACCEPT, asked.asked_at, now, asked.notified_at))
        found.append(_clock(HOLD, asked.asked_at, now, asked.ended_at))
    return found


def _after_decision(penalty: Penalty, now: datetime) -> list[Clock]:
    if penalty.decided_at is None:
        return []
    served = list(penalty.served.all())
    all_at = max((one.at for one in served), default=None) if not to_serve(penalty) else None
    found = [_clock(SERVE, penalty.decided_at, now, all_at)]
    if penalty.spot:
        found.append(_clock(REPORT, penalty.decided_at, now, penalty.reported_at))
    if penalty.cash:
        found.append(_clock(HAND_IN, penalty.decided_at, now, penalty.handed_in_at))
    own = next((one for one in served if one.party_id == penalty.party_id), None)
    if own is None:
        return found
    if penalty.fine and not penalty.cash:
        paid = timezone.make_aware(datetime.combine(penalty.paid_on, time(12))) if penalty.paid_on else None
        found.append(_clock(PAY, own.at, now, paid))
    found.append(_clock(RECONSIDER, own.at, now))
    if not penalty.spot:  # after a penalty on the spot, reconsideration comes first (行政复议法 art. 23)
        found.append(_clock(SUE, own.at, now))
    return found


def to_serve(penalty: Penalty) -> list[int]:
    """Keys of the parties who still have to get the decision: the person, and every victim (art. 116)."""
    served = {one.party_id for one in penalty.served.all()}
    victims = [one.pk for one in penalty.case.parties.all() if one.role == "victim" and one.left_at is None]
    return [pk for pk in (penalty.party_id, *victims) if pk not in served]


def left_to_do(penalty: Penalty) -> list[str]:
    """What is still to be done after the decision, as codes of steps."""
    found = []
    if to_serve(penalty):
        found.append("serve")
    if penalty.spot and penalty.reported_at is None:
        found.append("report")
    if penalty.cash and penalty.handed_in_at is None:
        found.append("hand-in")
    if penalty.fine and not penalty.cash and penalty.paid_on is None:
        found.append("paid")
    if penalty.days and penalty.executed and penalty.family_told_at is None:
        found.append("family")
    if penalty.days and penalty.executed and penalty.detained_to is None:
        found.append("detained")
    if penalty.revokes and penalty.licence_on is None:
        found.append("licence")
    return found


def next_due(penalty: Penalty) -> datetime | None:
    """When the next thing is due; None when nothing has a date of its own."""
    if penalty.stage == Stage.HEARING:
        asked = penalty.asked_hearing
        return asked.at if asked.at is not None else due(ACCEPT, asked.asked_at)
    if penalty.stage == Stage.TOLD and penalty.has_hearing and not penalty.waived and penalty.hearing_by:
        return end_of(penalty.hearing_by)
    if penalty.stage != Stage.DECIDED or penalty.decided_at is None:
        return None
    left, decided = left_to_do(penalty), penalty.decided_at
    dues = {"report": REPORT, "serve": SERVE, "hand-in": HAND_IN, "family": SERVE}
    found = [due(dues[one], decided) for one in left if one in dues]
    if "paid" in left and penalty.pay_by is not None:
        found.append(end_of(penalty.pay_by))
    return min(found, default=None)
