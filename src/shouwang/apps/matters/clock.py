"""
The clock of a matter: which rule runs, and when it ends.

The engine counts; here entries become its events and its answer becomes the columns `due_at`, `due_rule`, `due_provisional`. A matter has
one clock at a time; a new start ends the one before it. A transfer is not an event: the clock does not notice it.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from pathlib import Path

from django.utils import timezone
from django.utils.translation import get_language, ngettext

from shouwang.apps.matters.models import Entry, Kind, Matter, Type
from shouwang.apps.matters.station_files import law_files
from shouwang.engines.clocks import Event, EventKind, Ledger, Term, WorkCalendar, count
from shouwang.engines.clocks import State as ClockState
from shouwang.engines.law import Rule, Rulebook, Unit, load_calendars

PROMISES = Path(__file__).parent / "data" / "promises.toml"

#: Which clock starts when a matter of this kind arrives. Reports have their own clocks once they are incidents.
FIRST_RULE = {
    Kind.CONSULTATION: "promise-first-answer",
    Kind.REPORT: "promise-first-answer",
    Kind.HELP: "promise-result",
    Kind.COMPLAINT: "xf-accept",
    Kind.SUGGESTION: "promise-result",
    Kind.DISCLOSURE: "gi-reply",
    Kind.SERVICE: "promise-first-answer",
    Kind.PROBLEM: "promise-result",
}
#: Clocks that a first answer by a person fulfils; the others run until the matter is closed.
MET_BY_ANSWER = frozenset({"promise-first-answer"})
REVIEW_RULE = "promise-review"
#: Runs when a review found that the work goes on.
REDO_RULE = "promise-redo"
#: The kind of pause that ends with a fresh count (政府信息公开条例 art. 30).
CORRECTION = "correction"
_PAUSING = frozenset({EventKind.PAUSE, EventKind.RESUME, EventKind.RESTART})


@cache
def rulebook() -> Rulebook:
    """The law, the shipped promises, and this station's own files. Read once a process."""
    return read_rulebook()


def read_rulebook() -> Rulebook:
    """The same, read anew. BadData names file, key and reason."""
    layers: dict[str, Iterable[Path]] = {"promises": [PROMISES]}
    if own := law_files():
        layers["station"] = own
    return Rulebook.load(layers=layers)


@cache
def calendar() -> WorkCalendar:
    """The published working days. Read once a process."""
    return WorkCalendar(load_calendars())


def rule_name(rule: Rule) -> str:
    """The rule's name in the reader's language."""
    return rule.name_en if get_language() == "en" else rule.name_zh


def pause_name(code: str) -> str:
    """A kind of pause in the reader's language."""
    word = rulebook().pauses[code]
    return word.en if get_language() == "en" else word.zh


def approver_name(code: str) -> str:
    """Who must agree, in the reader's language; empty when the text names nobody."""
    word = rulebook().approvers.get(code)
    return "" if word is None else word.en if get_language() == "en" else word.zh


def approver_of(rule_id: str, at: datetime) -> str:
    """Who decides what a rule is about, as the law's code; empty when its text names nobody."""
    return rulebook().rule(rule_id, on=_local(at).date()).approver


def length(amount: int, unit: str) -> str:
    """20 个工作日, 30 天, 24 小时."""
    phrases = {
        Unit.WORKING_DAYS: ngettext("%(n)d 个工作日", "%(n)d 个工作日", amount),
        Unit.CALENDAR_DAYS: ngettext("%(n)d 天", "%(n)d 天", amount),
        Unit.HOURS: ngettext("%(n)d 小时", "%(n)d 小时", amount),
        Unit.MINUTES: ngettext("%(n)d 分钟", "%(n)d 分钟", amount),
        Unit.MONTHS: ngettext("%(n)d 个月", "%(n)d 个月", amount),
        Unit.YEARS: ngettext("%(n)d 年", "%(n)d 年", amount),
    }
    return phrases[Unit(unit)] % {"n": amount}


@dataclass(frozen=True, slots=True)
class Run:
    """One clock of a matter: the rule in force when it started, and its events in order."""

    rule: Rule
    events: tuple[Event, ...]

    @property
    def paused_for(self) -> str:
        """The kind of pause that is open; empty while the clock counts."""
        last = next((event for event in reversed(self.events) if event.kind in _PAUSING), None)
        return last.reason if last is not None and last.kind == EventKind.PAUSE else ""

    @property
    def extensions(self) -> int:
        """How often the present count was lengthened; counting anew begins with none."""
        kinds = [event.kind for event in self.events]
        since = len(kinds) - kinds[::-1].index(EventKind.RESTART) if EventKind.RESTART in kinds else 0
        return kinds[since:].count(EventKind.EXTEND)

    @property
    def may_restart(self) -> bool:
        """Whether the rule knows a wait for the applicant's correction, after which the count begins anew."""
        return CORRECTION in self.rule.pauses

    def ledger(self, now: datetime) -> Ledger:
        """Counted to `now` (aware), or to the last event when that is later."""
        last = max(event.at for event in self.events if isinstance(event.at, datetime))
        return count(Term.of(self.rule), self.events, calendar(), now=max(_local(now), last))


def due_from(rule_id: str, since: datetime, now: datetime | None = None) -> datetime:
    """
    When a clock of this rule that begins at `since` (aware) ends, for what runs beside the clocks of a matter and is never paused.

    now   until when the calendar counts as known; `since` when it is not given
    """
    began = _local(since)
    run = Run(rulebook().rule(rule_id, on=began.date()), (Event(EventKind.START, began),))
    return run.ledger(now or since).due_at


def _local(at: datetime) -> datetime:
    return timezone.localtime(at)


def runs(matter: Matter) -> list[Run]:
    """Every clock this matter has had, oldest first."""
    rows = Entry.objects.filter(matter=matter, type=Type.CLOCK).order_by("seq")
    return runs_of(rows)


def runs_of(entries: Iterable[Entry]) -> list[Run]:
    """The same from entries already read."""
    found: list[tuple[Rule, list[Event]]] = []
    for entry in entries:
        if entry.type != Type.CLOCK:
            continue
        at, data = _local(entry.at), entry.data
        if data["event"] == "recount":
            continue
        if data["event"] == EventKind.START:
            if "since" in data:
                at = _local(datetime.fromisoformat(data["since"]))
            found.append((rulebook().rule(data["rule"], on=at.date()), [Event(EventKind.START, at)]))
            continue
        # Two machines' clocks may differ by a moment; the order of the timeline is what counts.
        before = found[-1][1][-1].at
        at = max(at, before) if isinstance(before, datetime) else at
        event = Event(
            EventKind(data["event"]),
            at,
            reason=data.get("reason", ""),
            ref=data.get("ref", ""),
            amount=data.get("amount", 0),
            approver=data.get("approver", ""),
        )
        found[-1][1].append(event)
    return [Run(rule, tuple(events)) for rule, events in found]


def running(matter: Matter) -> Run | None:
    """The clock that runs (or is paused) now; None when nothing is being counted."""
    all_runs = runs(matter)
    if not all_runs or all_runs[-1].events[-1].kind == EventKind.STOP:
        return None
    return all_runs[-1]


@dataclass(frozen=True, slots=True)
class Due:
    """The cached columns of the clock."""

    due_at: datetime | None = None
    due_rule: str = ""
    due_provisional: bool = False


def due_of(matter: Matter, now: datetime) -> Due:
    """What the columns should say now."""
    run = running(matter)
    if run is None:
        return Due()
    ledger = run.ledger(now)
    if ledger.state == ClockState.PAUSED:
        return Due(None, run.rule.id, ledger.provisional)  # nobody can be late while the clock stands still
    return Due(ledger.due_at, run.rule.id, ledger.provisional)


def refresh(matter: Matter, now: datetime) -> bool:
    """Write the columns; True when they had been different."""
    due = due_of(matter, now)
    if (matter.due_at, matter.due_rule, matter.due_provisional) == (due.due_at, due.due_rule, due.due_provisional):
        return False
    matter.due_at, matter.due_rule, matter.due_provisional = due.due_at, due.due_rule, due.due_provisional
    Matter.objects.filter(pk=matter.pk).update(
        due_at=due.due_at, due_rule=due.due_rule, due_provisional=due.due_provisional
    )
    return True
