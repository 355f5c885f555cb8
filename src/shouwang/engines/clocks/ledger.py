"""
Counting: from a term and its events to a ledger.

Conventions (docs/explanation/how-a-clock-counts.md has them with examples):
- the day of the start, of a restart or of a pause's begin is not among the days after it; a pause from d to e takes
  out the days d+1 to e;
- an extension adds to the length, counted from the unmoved end; only the last day of the whole rolls;
- months and years end on the day with the same number, or on the month's last; paused days are added behind;
- hours and minutes run through nights, weekends and holidays.
"""

from __future__ import annotations

import calendar as gregorian
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

from shouwang.engines.clocks.calendar import ONE_DAY, WorkCalendar
from shouwang.engines.clocks.history import History, Mark, Moment, Reader, Run
from shouwang.engines.clocks.model import DONE, MONTH_UNITS, Event, Ledger, State, Step, StepCode, Term
from shouwang.engines.errors import BadData
from shouwang.engines.law import Unit

ONE_HOUR = timedelta(hours=1)


def count(
    term: Term,
    events: Sequence[Event],
    calendar: WorkCalendar,
    *,
    now: date | datetime,
    closing: time | None = None,
) -> Ledger:
    """
    The ledger of one clock as it stands at `now`.

    events   in the order in which they happened, START first, none after now
    now      station-local date or aware datetime; a term in hours or minutes needs the datetime
    closing  station-local time at which the last day ends where business hours exist (民法典 art. 203); None: 24:00
    Errors   BadData: an impossible event or order; CannotTell: a day before the first published calendar decides
    """
    moment = Moment.of(now, calendar, "now", exact=term.in_hours)
    counter: _Days | _Hours = _Hours(term, calendar) if term.in_hours else _Days(term, calendar, closing)
    history = Reader(term, calendar).read(events, moment, counter.has_ended)
    # A stop ends an open pause: after it nothing waits any more.
    at = history.stop or moment
    steps: list[Step] = []
    for earlier in history.runs[:-1]:
        steps += counter.cut(earlier)
    result = counter.walk(history.run, at)
    steps += result.steps
    return _ledger(term, history, counter, result, tuple(steps), at)


@dataclass(frozen=True, slots=True)
class _Walk:
    """The outcome of one run: its end and its steps."""

    due_on: date
    due_at: datetime
    steps: list[Step]


def _ledger(
    term: Term, history: History, counter: _Days | _Hours, walk: _Walk, steps: tuple[Step, ...], at: Moment
) -> Ledger:
    run = history.run
    late = counter.is_late(walk, at)
    waiting = () if history.stop else tuple(pause.kind for pause in run.open_pauses())
    if history.stop is not None and history.stop_reason != DONE:
        state = State.STOPPED
    elif late:
        state = State.LATE
    elif history.stop is not None:
        state = State.MET
    else:
        state = State.PAUSED if waiting else State.RUNNING
    uncertain = next((step.day for step in walk.steps if not step.certain), None)
    left, left_unit = counter.left(walk, at, late=late)
    return Ledger(
        term=term,
        due_on=walk.due_on,
        due_at=walk.due_at,
        state=state,
        left=left,
        left_unit=left_unit,
        started_on=run.start.day,
        closed_on=history.stop.day if history.stop else None,
        provisional=uncertain is not None,
        first_uncertain=uncertain,
        run=run.number,
        extensions=run.extensions,
        waiting_for=waiting,
        steps=steps,
    )


def add_months(start: date, months: int) -> date:
    """The day with the same number `months` later, or the last day of that month (民法典 art. 202)."""
    year, month = divmod(start.year * 12 + start.month - 1 + months, 12)
    return date(year, month + 1, min(start.day, gregorian.monthrange(year, month + 1)[1]))


class _Days:
    """Terms in working days, calendar days, months and years."""

    def __init__(self, term: Term, calendar: WorkCalendar, closing: time | None) -> None:
        self.term = term
        self.calendar = calendar
        self.closing = closing

    def length(self, run: Run) -> int:
        """How many days the run has to count."""
        amount = self.term.amount + run.added
        if self.term.unit not in MONTH_UNITS:
            return amount
        months = amount * 12 if self.term.unit is Unit.YEARS else amount
        return (add_months(run.start.day, months) - run.start.day).days

    def walk(self, run: Run, at: Moment, *, stop_before: date | None = None) -> _Walk:
        """Day by day to the end; open pauses end at `at`. `stop_before` cuts the steps of a run that was restarted."""
        paper = _Paper(run)
        paper.day(run.start.day, StepCode.START_DAY)
        day, wanted = run.start.day, self.length(run)
        while paper.total < wanted:
            day += ONE_DAY
            if stop_before is not None and day > stop_before:
                break
            self._count(paper, run, day, at)
        if stop_before is None and self.term.rolls and self.term.unit is not Unit.WORKING_DAYS:
            day = self._roll(paper, day)
        paper.close()
        return _Walk(day, self._end_of(day), paper.steps)

    def _count(self, paper: _Paper, run: Run, day: date, at: Moment) -> None:
        kinds = [pause.kind for pause in run.pauses if pause.since.day < day <= (pause.until or at).day]
        if kinds:
            paper.day(day, StepCode.PAUSED, params=(("kind", kinds[0]),))
        elif self.term.unit is Unit.WORKING_DAYS:
            fact = self.calendar.fact(day)
            paper.day(day, StepCode(fact.code.value), int(fact.works), _named(fact.name_zh, fact.name_en), fact.certain)
        else:
            paper.day(day, StepCode.CALENDAR, 1)

    def _roll(self, paper: _Paper, day: date) -> date:
        """To the next working day; each day passed gets a step that says why it could not be the last."""
        fact = self.calendar.fact(day)
        paper.doubt(certain=fact.certain)
        while not fact.works:
            params = (("because", fact.code.value), *_named(fact.name_zh, fact.name_en))
            day += ONE_DAY
            fact = self.calendar.fact(day)
            paper.day(day, StepCode.ROLL, params=params, certain=fact.certain)
        return day

    def _end_of(self, day: date) -> datetime:
        if self.closing is not None:
            return datetime.combine(day, self.closing, self.calendar.tz)
        return datetime.combine(day + ONE_DAY, time(), self.calendar.tz)

    def cut(self, run: Run) -> list[Step]:
        """The steps of a run up to its restart."""
        if run.restarted is None:
            raise BadData("run", "only a restarted run can be cut")
        return self.walk(run, run.restarted, stop_before=run.restarted.day).steps

    def has_ended(self, run: Run, at: Moment) -> bool:
        return self.is_late(self.walk(run, at), at)

    def is_late(self, walk: _Walk, at: Moment) -> bool:
        if self.closing is not None and at.at is not None:
            return at.at > walk.due_at
        return at.day > walk.due_on

    def left(self, walk: _Walk, at: Moment, *, late: bool) -> tuple[int, Unit]:
        if late or self.term.unit is not Unit.WORKING_DAYS:
            return (walk.due_on - at.day).days, Unit.CALENDAR_DAYS
        return sum(step.counted for step in walk.steps if step.day > at.day), Unit.WORKING_DAYS


class _Hours:
    """Terms in hours and minutes: elapsed time, minus pauses."""

    def __init__(self, term: Term, calendar: WorkCalendar) -> None:
        self.term = term
        self.calendar = calendar

    def walk(self, run: Run, at: Moment) -> _Walk:
        """Running stretches in UTC, so that a change of clocks in the zone adds or loses nothing."""
        amount = self.term.amount + run.added
        left = timedelta(hours=amount) if self.term.unit is Unit.HOURS else timedelta(minutes=amount)
        begin = self._begin(run)
        stretches: list[tuple[datetime, datetime]] = []
        for since, until in sorted((p.since.exact, (p.until or at).exact) for p in run.pauses):
            if since.astimezone(UTC) - begin >= left:
                break
            if since > begin:
                stretches.append((begin, since.astimezone(UTC)))
                left -= stretches[-1][1] - begin
            begin = max(begin, until.astimezone(UTC))
        stretches.append((begin, begin + left))
        due_at = (begin + left).astimezone(self.calendar.tz)
        return _Walk(due_at.date(), due_at, self._steps(run, stretches, due_at.date()))

    def _begin(self, run: Run) -> datetime:
        at = run.start.exact
        if self.term.from_next_hour:
            at = at.replace(minute=0, second=0, microsecond=0) + ONE_HOUR
        return at.astimezone(UTC)

    def _steps(self, run: Run, stretches: list[tuple[datetime, datetime]], last: date) -> list[Step]:
        paper = _Paper(run)
        day = run.start.day
        while day <= last:
            opens = datetime.combine(day, time(), self.calendar.tz).astimezone(UTC)
            ends = datetime.combine(day + ONE_DAY, time(), self.calendar.tz).astimezone(UTC)
            ran = sum(
                (max(timedelta(), min(until, ends) - max(since, opens)) for since, until in stretches), timedelta()
            )
            if ran:
                paper.day(day, StepCode.RUNNING, round(ran.total_seconds()))
            elif day == run.start.day:
                paper.day(day, StepCode.START_DAY)
            elif day < last:
                paper.day(day, StepCode.PAUSED)
            day += ONE_DAY
        paper.close()
        return paper.steps

    def cut(self, run: Run) -> list[Step]:
        """The steps of a run up to its restart: what ran until then."""
        if run.restarted is None:
            raise BadData("run", "only a restarted run can be cut")
        restart = run.restarted.exact.astimezone(UTC)
        begin, stretches = self._begin(run), []
        for since, until in sorted((p.since.exact, (p.until or run.restarted).exact) for p in run.pauses):
            if since > begin:
                stretches.append((begin, min(since.astimezone(UTC), restart)))
            begin = max(begin, until.astimezone(UTC))
        stretches.append((begin, max(begin, restart)))
        return self._steps(run, stretches, run.restarted.day)

    def has_ended(self, run: Run, at: Moment) -> bool:
        return self.is_late(self.walk(run, at), at)

    def is_late(self, walk: _Walk, at: Moment) -> bool:
        return at.exact > walk.due_at

    def left(self, walk: _Walk, at: Moment, *, late: bool) -> tuple[int, Unit]:
        return (walk.due_at - at.exact) // timedelta(minutes=1), Unit.MINUTES


class _Paper:
    """Writes the steps of one run: the events of a day first, then the day itself."""

    def __init__(self, run: Run) -> None:
        self.run = run
        self.steps: list[Step] = []
        self.total = 0
        self._marks = list(run.marks)

    def day(
        self,
        day: date,
        code: StepCode,
        counted: int = 0,
        params: tuple[tuple[str, str], ...] = (),
        certain: bool = True,
    ) -> None:
        while self._marks and self._marks[0].day <= day:
            self._event(self._marks.pop(0))
        self.total += counted
        self.steps.append(Step(day, code, counted, self.total, self.run.number, params, certain))

    def doubt(self, *, certain: bool) -> None:
        """The last day turns out to hang on an unpublished calendar."""
        last = self.steps[-1]
        self.steps[-1] = Step(last.day, last.code, last.counted, last.total, last.run, last.params, certain)

    def close(self) -> None:
        """Events after the last day (a transfer of a late matter, a late stop)."""
        for mark in self._marks:
            self._event(mark)
        self._marks.clear()

    def _event(self, mark: Mark) -> None:
        self.steps.append(Step(mark.day, mark.code, 0, self.total, self.run.number, mark.params))


def _named(zh: str, en: str) -> tuple[tuple[str, str], ...]:
    return (("name_zh", zh), ("name_en", en)) if zh else ()


@dataclass(frozen=True, slots=True)
class Change:
    """A day whose line reads differently in the newer ledger; an empty code: no such line."""

    day: date
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class Difference:
    """What a recount changed; `moved_days` is positive when the newer end is later."""

    due_before: date
    due_after: date
    moved_days: int
    was_provisional: bool
    is_provisional: bool
    changes: tuple[Change, ...]


def difference(before: Ledger, after: Ledger) -> Difference:
    """Two ledgers of one clock compared, as after a year was added to the calendar. Errors: BadData for two terms."""
    if before.term != after.term:
        raise BadData("difference", "the two ledgers belong to different terms")
    old, new = _days_of(before), _days_of(after)
    changes = tuple(
        Change(day, old.get(day, ""), new.get(day, ""))
        for day in sorted(old.keys() | new.keys())
        if old.get(day) != new.get(day)
    )
    return Difference(
        before.due_on,
        after.due_on,
        (after.due_on - before.due_on).days,
        before.provisional,
        after.provisional,
        changes,
    )


def _days_of(ledger: Ledger) -> dict[date, str]:
    return {step.day: step.code.value for step in ledger.steps if step.run == ledger.run and not step.is_event}
