"""
Reading the events of a clock: which orders are possible, and what each run of the clock consists of.

A run begins with START or RESTART. RESTART (a corrected application came in) drops the pauses and extensions of the run
before it: from there on the clock is a fresh one.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime

from shouwang.engines.clocks.calendar import WorkCalendar
from shouwang.engines.clocks.model import Event, EventKind, StepCode, Term
from shouwang.engines.errors import BadData

FIRST_YEAR, LAST_YEAR = 1900, 9000  # so that no sum of days can leave the calendar


@dataclass(frozen=True, slots=True)
class Moment:
    """A station-local day, and the exact time where it is known."""

    day: date
    at: datetime | None

    @classmethod
    def of(cls, value: date | datetime, calendar: WorkCalendar, where: str, *, exact: bool) -> Moment:
        """Errors: BadData for a naive datetime, an absurd year, or a bare date where `exact` time is needed."""
        if not FIRST_YEAR <= value.year <= LAST_YEAR:
            raise BadData(where, f"the year must be {FIRST_YEAR} to {LAST_YEAR}, not {value.year}")
        if isinstance(value, datetime):
            if value.tzinfo is None:
                raise BadData(where, "a time needs its time zone")
            local = value.astimezone(calendar.tz)
            return cls(local.date(), local)
        if exact:
            raise BadData(where, "a clock in hours or minutes needs the time, not only the day")
        return cls(value, None)

    def is_before(self, other: Moment) -> bool:
        """By the time where both know it, else by the day."""
        if self.at is not None and other.at is not None:
            return self.at < other.at
        return self.day < other.day

    @property
    def exact(self) -> datetime:
        """The time; only asked of clocks in hours and minutes, whose moments all have it."""
        if self.at is None:
            raise BadData(str(self.day), "a clock in hours or minutes needs the time, not only the day")
        return self.at


@dataclass(slots=True)
class Pause:
    """A stretch that may not count. `until` is None while it is open; `lapsed` until a late RESUME is written down."""

    kind: str
    ref: str
    since: Moment
    latest: Moment | None
    until: Moment | None = None
    lapsed: bool = False


@dataclass(frozen=True, slots=True)
class Mark:
    """An event as it will stand in the ledger."""

    day: date
    code: StepCode
    params: tuple[tuple[str, str], ...]


@dataclass(slots=True)
class Run:
    """One run of the clock."""

    number: int
    start: Moment
    pauses: list[Pause] = field(default_factory=list)
    added: int = 0
    extensions: int = 0
    marks: list[Mark] = field(default_factory=list)
    restarted: Moment | None = None

    def open_pauses(self) -> list[Pause]:
        return [pause for pause in self.pauses if pause.until is None]


@dataclass(slots=True)
class History:
    """All runs, the last one present, and the STOP if there is one."""

    runs: list[Run]
    stop: Moment | None = None
    stop_reason: str = ""

    @property
    def run(self) -> Run:
        return self.runs[-1]


HasEnded = Callable[[Run, Moment], bool]


class Reader:
    """
    Takes the events one by one and refuses an impossible order.

    `has_ended` tells whether a run, as known so far, had ended before a moment: an extension then comes too late.
    """

    def __init__(self, term: Term, calendar: WorkCalendar) -> None:
        self.term = term
        self.calendar = calendar

    def read(self, events: Sequence[Event], now: Moment, has_ended: HasEnded) -> History:
        if not events or events[0].kind is not EventKind.START:
            raise BadData("event 1", "the first event must be the start")
        history = History([])
        before: Moment | None = None
        for number, event in enumerate(events, start=1):
            where = f"event {number} {event.kind}"
            moment = Moment.of(event.at, self.calendar, where, exact=self.term.in_hours)
            if before is not None and moment.is_before(before):
                raise BadData(where, f"{event.at} lies before the event in front of it")
            if now.is_before(moment):
                raise BadData(where, f"{event.at} lies after now")
            if history.stop is not None:
                raise BadData(where, "nothing can follow the stop")
            before = moment
            if history.runs:
                _lapse(history.run, moment)
            self._take(history, event, moment, where, has_ended)
        _lapse(history.run, history.stop or now)
        return history

    def _take(self, history: History, event: Event, at: Moment, where: str, has_ended: HasEnded) -> None:
        match event.kind:
            case EventKind.START:
                if history.runs:
                    raise BadData(where, "the clock has started already; a correction is a restart")
                history.runs.append(Run(1, at))
            case EventKind.RESTART:
                history.run.restarted = at
                history.run.marks.append(_mark(at, StepCode.RESTART, reason=event.reason))
                history.runs.append(Run(history.run.number + 1, at))
            case EventKind.PAUSE:
                self._pause(history.run, event, at, where)
            case EventKind.RESUME:
                self._resume(history.run, event, at, where)
            case EventKind.EXTEND:
                self._extend(history.run, event, at, where, has_ended)
            case EventKind.TRANSFER:
                history.run.marks.append(_mark(at, StepCode.TRANSFER, to=event.to, reason=event.reason))
            case EventKind.STOP:
                if not event.reason:
                    raise BadData(where, 'a stop needs its reason: "done", or why it ended otherwise')
                history.stop, history.stop_reason = at, event.reason
                history.run.marks.append(_mark(at, StepCode.STOP, reason=event.reason))

    def _pause(self, run: Run, event: Event, at: Moment, where: str) -> None:
        if event.reason not in self.term.pauses:
            allowed = ", ".join(self.term.pauses) or "none"
            raise BadData(where, f"the rule does not allow the pause kind {event.reason!r}; it allows: {allowed}")
        if any(pause.ref == event.ref for pause in run.open_pauses()):
            raise BadData(where, f"the pause {event.ref!r} is open already; a second one needs its own ref")
        latest: Moment | None = None
        if event.latest is not None:
            latest = Moment.of(event.latest, self.calendar, f"{where} latest", exact=self.term.in_hours)
            if latest.is_before(at):
                raise BadData(f"{where} latest", f"{event.latest} lies before the pause begins")
        run.pauses.append(Pause(event.reason, event.ref, at, latest))
        run.marks.append(_mark(at, StepCode.PAUSE, kind=event.reason, ref=event.ref))

    def _resume(self, run: Run, event: Event, at: Moment, where: str) -> None:
        for pause in reversed(run.pauses):
            if pause.ref == event.ref and (pause.until is None or pause.lapsed):
                pause.until, pause.lapsed = pause.until or at, False
                run.marks.append(_mark(at, StepCode.RESUME, kind=pause.kind, ref=event.ref))
                return
        raise BadData(where, f"there is no open pause {event.ref!r} to end")

    def _extend(self, run: Run, event: Event, at: Moment, where: str, has_ended: HasEnded) -> None:
        allowed = self.term.extension
        if allowed is None:
            raise BadData(where, "the rule allows no extension")
        if run.extensions >= allowed.times:
            raise BadData(where, f"the rule allows {allowed.times} extension(s), and they are used")
        if not 1 <= event.amount <= allowed.amount:
            raise BadData(where, f"must be 1 to {allowed.amount} {allowed.unit}, not {event.amount}")
        if allowed.approver and event.approver != allowed.approver:
            raise BadData(where, f"must be approved by {allowed.approver}, not by {event.approver or 'nobody'}")
        if has_ended(run, at):
            raise BadData(where, "the time had run out before; an ended period cannot be extended")
        run.added += event.amount
        run.extensions += 1
        amount = str(event.amount)
        run.marks.append(_mark(at, StepCode.EXTENSION, amount=amount, unit=self.term.unit, approver=event.approver))


def _lapse(run: Run, at: Moment) -> None:
    """End the open pauses whose latest day has passed by `at`, the earliest first."""
    passed = [(pause.latest, pause) for pause in run.open_pauses() if pause.latest and pause.latest.is_before(at)]
    for latest, pause in sorted(passed, key=lambda pair: (pair[0].day, pair[1].ref)):
        pause.until, pause.lapsed = latest, True
        run.marks.append(_mark(latest, StepCode.LAPSE, kind=pause.kind, ref=pause.ref))


def _mark(at: Moment, code: StepCode, **params: str) -> Mark:
    known = {key: value for key, value in params.items() if value}
    if at.at is not None:
        known["at"] = at.at.isoformat()
    return Mark(at.day, code, tuple(known.items()))
