"""Terms, events, steps and ledgers: what goes into the clock and what comes out, all frozen."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from shouwang.engines.errors import BadData, CannotTell
from shouwang.engines.law import Extension, Rule, Unit

HOUR_UNITS = frozenset({Unit.HOURS, Unit.MINUTES})
MONTH_UNITS = frozenset({Unit.MONTHS, Unit.YEARS})
LONGEST = {  # ten years in each unit: a slip of the keyboard shall not walk through centuries
    Unit.WORKING_DAYS: 2_600,
    Unit.CALENDAR_DAYS: 3_660,
    Unit.MONTHS: 120,
    Unit.YEARS: 10,
    Unit.HOURS: 87_840,
    Unit.MINUTES: 5_270_400,
}


@dataclass(frozen=True, slots=True)
class Term:
    """
    The length of a clock, from a law rule or from a station's promise.

    amount          whole number of `unit`
    rolls           a last day that is no working day moves to the next one (民法典 art. 203); not used for wd, h, min.
                    False for detention and questioning (刑事诉讼法 art. 105)
    from_next_hour  hours begin at the next full hour, not at the moment itself (刑事诉讼法 art. 105 does not count the
                    hour of the start); False is the strict reading that never makes the police later
    extension       what may be added, by whom and how often; None: nothing
    pauses          codes of the pause kinds that the rule allows
    rule            id of the rule, empty for a promise without one
    Errors          BadData: unit without time, amount below 1 or above ten years, extension in another unit
    """

    amount: int
    unit: Unit
    rolls: bool = True
    from_next_hour: bool = False
    extension: Extension | None = None
    pauses: tuple[str, ...] = ()
    rule: str = ""

    def __post_init__(self) -> None:
        longest = LONGEST.get(self.unit)
        if longest is None:
            raise BadData("term unit", f"{self.unit} is not a unit of time")
        if not 1 <= self.amount <= longest:
            raise BadData("term amount", f"must be 1 to {longest} for the unit {self.unit}, not {self.amount}")
        if self.extension is not None:
            if self.extension.unit is not self.unit:
                raise BadData("term extension", f"must be in {self.unit} like the term, not in {self.extension.unit}")
            if self.amount + self.extension.amount * self.extension.times > longest:
                raise BadData("term extension", f"term and extensions together exceed {longest} {self.unit}")

    @classmethod
    def of(cls, rule: Rule) -> Term:
        """The term of a law rule or promise. Errors: CannotTell when the rule is no clock."""
        if not rule.is_clock or not isinstance(rule.limit, int):
            raise CannotTell(f"Rule {rule.id} has no whole length of time that something starts.")
        return cls(rule.limit, rule.unit, rolls=rule.rolls, extension=rule.extension, pauses=rule.pauses, rule=rule.id)

    @property
    def in_hours(self) -> bool:
        """True when the clock runs by the minute; False when it counts days."""
        return self.unit in HOUR_UNITS


class EventKind(StrEnum):
    """What can happen to a clock."""

    START = "start"
    PAUSE = "pause"
    RESUME = "resume"
    RESTART = "restart"
    EXTEND = "extend"
    TRANSFER = "transfer"
    STOP = "stop"


DONE = "done"  # the reason of a STOP that fulfils the duty; any other reason only ends the clock


@dataclass(frozen=True, slots=True)
class Event:
    """
    One dated event.

    at        station-local date, or aware datetime (needed for terms in hours or minutes)
    reason    PAUSE: the pause kind, one of the term's; STOP: "done", or why it ended otherwise ("withdrawn"); else free
    ref       PAUSE and RESUME: which one, when several run side by side (two third parties asked)
    amount    EXTEND: how much is added, in the term's unit
    approver  EXTEND: code of who agreed
    to        TRANSFER: code of the receiver
    latest    PAUSE: the last day (or moment) it may take out; it then lapses by itself, resumed or not. A third party
              has its 15 working days (政府信息公开条例 art. 32); nobody's silence may stop a clock for good
    """

    kind: EventKind
    at: date | datetime
    reason: str = ""
    ref: str = ""
    amount: int = 0
    approver: str = ""
    to: str = ""
    latest: date | datetime | None = None


class StepCode(StrEnum):
    """Why a line of the ledger is there. The first group are days, the second events of a day."""

    START_DAY = "start-day"
    WORKING = "working-day"
    MAKE_UP = "make-up-day"
    LOCAL_WORK = "local-work"
    CALENDAR = "calendar-day"
    RUNNING = "hours-run"
    WEEKEND = "weekend"
    HOLIDAY = "holiday"
    LOCAL_OFF = "local-off"
    PAUSED = "paused"
    ROLL = "roll"

    PAUSE = "pause"
    RESUME = "resume"
    LAPSE = "lapse"
    RESTART = "restart"
    EXTENSION = "extension"
    TRANSFER = "transfer"
    STOP = "stop"


EVENT_STEPS = frozenset(
    {
        StepCode.PAUSE,
        StepCode.RESUME,
        StepCode.LAPSE,
        StepCode.RESTART,
        StepCode.EXTENSION,
        StepCode.TRANSFER,
        StepCode.STOP,
    }
)


@dataclass(frozen=True, slots=True)
class Step:
    """
    One line of the ledger.

    day      station-local date
    code     why the day counts or does not, or what happened on it
    counted  1 or 0 days; seconds for a term in hours or minutes
    total    days or seconds counted so far in this run
    run      1, and one more after each restart
    params   names and values to phrase the line with: `name_zh`, `name_en`, `kind`, `ref`, `amount`, `approver`, …
    certain  False when the day lies beyond the published holidays and that matters
    """

    day: date
    code: StepCode
    counted: int
    total: int
    run: int
    params: tuple[tuple[str, str], ...] = ()
    certain: bool = True

    @property
    def is_event(self) -> bool:
        return self.code in EVENT_STEPS


class State(StrEnum):
    """How the clock stands at `now`."""

    RUNNING = "running"
    PAUSED = "paused"
    MET = "met"
    LATE = "late"
    STOPPED = "stopped"


@dataclass(frozen=True, slots=True)
class Ledger:
    """
    When it is due, and every day that led there.

    due_on           last day in time, station-local
    due_at           the moment it ends, aware, station zone: 24:00 of due_on (00:00 of the next day), the closing time
                     if one was given, the exact moment for hours and minutes. While PAUSED it is the earliest possible
                     end, as if the pause ended now
    state            RUNNING, PAUSED, MET (done in time), LATE (open or done after the end), STOPPED (ended otherwise)
    left, left_unit  what is left at now, or was left at the end: working days (wd), days (cd), minutes (min). When
                     late: minus the calendar days since due_on, or minus the minutes
    started_on       start of the present run
    closed_on        day of the STOP event, or None
    provisional      a day that decides the result lies beyond the published holidays
    first_uncertain  that day, or None
    run              number of the present run: 1 + restarts
    extensions       number of extensions in the present run
    waiting_for      kinds of the pauses that are open
    steps            in order of days; an earlier run's steps end with its restart
    """

    term: Term
    due_on: date
    due_at: datetime
    state: State
    left: int
    left_unit: Unit
    started_on: date
    closed_on: date | None
    provisional: bool
    first_uncertain: date | None
    run: int
    extensions: int
    waiting_for: tuple[str, ...]
    steps: tuple[Step, ...]

    @property
    def counted(self) -> int:
        """Days (or seconds) counted in the present run, up to due."""
        return sum(step.counted for step in self.steps if step.run == self.run)
