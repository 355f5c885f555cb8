"""
The law as data: rules, thresholds, secrecy grounds, masking and working calendars, each with its article and validity.

    book = Rulebook.load()
    book.rule("gi-reply", on=date(2026, 3, 2)).limit            # 20
    book.threshold("theft", region="440305", on=date(2026, 3, 2)).large
    load_calendars()                                            # one CalendarYear per published year

Nothing here is legal advice, and nothing here counts days: that is the clocks engine.
"""

from shouwang.engines.law.calendars import load_calendars, read_calendar
from shouwang.engines.law.model import (
    TIME_UNITS,
    Amount,
    Band,
    CalendarYear,
    Citation,
    Confidence,
    Every,
    Extension,
    Handling,
    Instrument,
    Item,
    Level,
    MakeUpDay,
    MaskOutput,
    MaskRule,
    OffSpan,
    Publication,
    Rule,
    SecrecyGround,
    Threshold,
    Unit,
    Word,
)
from shouwang.engines.law.rulebook import LAW, OFFICIAL, Rulebook

__all__ = [
    "LAW",
    "OFFICIAL",
    "TIME_UNITS",
    "Amount",
    "Band",
    "CalendarYear",
    "Citation",
    "Confidence",
    "Every",
    "Extension",
    "Handling",
    "Instrument",
    "Item",
    "Level",
    "MakeUpDay",
    "MaskOutput",
    "MaskRule",
    "OffSpan",
    "Publication",
    "Rule",
    "Rulebook",
    "SecrecyGround",
    "Threshold",
    "Unit",
    "Word",
    "load_calendars",
    "read_calendar",
]
