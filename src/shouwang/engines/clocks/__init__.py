"""
When is it due? Working days with make-up days, pauses, corrections, extensions; each answer is a ledger of dated steps.

    calendar = WorkCalendar(load_calendars())
    started = [Event(EventKind.START, date(2026, 2, 10))]
    ledger = count(Term(20, Unit.WORKING_DAYS), started, calendar, now=date(2026, 2, 11))
    ledger.due_on                                               # 2026-03-16
    due_many(starts, term, calendar)                            # the same without ledgers, in bulk

Time and calendars are arguments; nothing here knows what day it is.
"""

from shouwang.engines.clocks.bulk import Due, due, due_many
from shouwang.engines.clocks.calendar import DayCode, DayFact, LocalDay, WorkCalendar
from shouwang.engines.clocks.ledger import Change, Difference, add_months, count, difference
from shouwang.engines.clocks.model import DONE, Event, EventKind, Ledger, State, Step, StepCode, Term

__all__ = [
    "DONE",
    "Change",
    "DayCode",
    "DayFact",
    "Difference",
    "Due",
    "Event",
    "EventKind",
    "Ledger",
    "LocalDay",
    "State",
    "Step",
    "StepCode",
    "Term",
    "WorkCalendar",
    "add_months",
    "count",
    "difference",
    "due",
    "due_many",
]
