"""
Triage: what is this, whose is it, how urgent, and why.

    knowledge = Knowledge.load()                    # once, then keep it
    advice = advise(text, knowledge=knowledge, now=now, zone=zone, region="36", area=Area.OWN)
    advice.points                                   # category, kind, urgency, nature, who handles it, area, age
    point.says, point.sure, point.because, point.articles, point.confidence, point.alternatives
    advice.lesson                                   # the rule for a trainee, with an example

Suggestions only: a person takes or replaces each. Parts that stand alone: ``danger`` (words of danger), ``personal`` (what
identifies a person), ``extract`` (amounts, times, places, …), ``classify`` and ``learning`` (a text classifier), ``nature`` (crime or
violation). The names below are fetched when first used, so that who needs only the words of danger does not load the rest.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from shouwang.engines.triage.advice import About, Advice, Alternative, Cited, Lesson, Point, advise, lessons
    from shouwang.engines.triage.diversion import Answers, Area, Knowledge, Report, Triage, triage
    from shouwang.engines.triage.nature import Injury, Kind

_HOME = {
    **dict.fromkeys(("About", "Advice", "Alternative", "Cited", "Lesson", "Point", "advise", "lessons"), "advice"),
    **dict.fromkeys(("Answers", "Area", "Knowledge", "Report", "Triage", "triage"), "diversion"),
    **dict.fromkeys(("Injury", "Kind"), "nature"),
}

__all__ = [
    "About",
    "Advice",
    "Alternative",
    "Answers",
    "Area",
    "Cited",
    "Injury",
    "Kind",
    "Knowledge",
    "Lesson",
    "Point",
    "Report",
    "Triage",
    "advise",
    "lessons",
    "triage",
]


def __getattr__(name: str) -> object:
    if name not in _HOME:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{_HOME[name]}"), name)
