"""
“为什么是这天？”: a clock as anybody with the code can read it, day by day, with the rule it rests on.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from shouwang.apps.matters import clock
from shouwang.apps.matters.clock import rule_name
from shouwang.apps.matters.models import Matter
from shouwang.apps.matters.sentences import day as say_day
from shouwang.apps.matters.sentences import last_day
from shouwang.engines.clocks import Ledger, State, Step, StepCode
from shouwang.engines.law import Confidence, Rule, SecrecyGround

LONGEST_GRID_WEEKS = 30


@dataclass(frozen=True, slots=True)
class Cell:
    """One day of the grid: its number, the look (`from on due pause unsure`), and the words for who cannot see it."""

    text: str = ""
    look: str = ""
    says: str = ""


@dataclass(frozen=True, slots=True)
class Explained:
    """One clock, ready to show."""

    title: str
    explains: tuple[str, ...]
    weekdays: tuple[str, ...]
    weeks: tuple[tuple[Cell, ...], ...]
    source: str
    unconfirmed: bool
    provisional: bool


def explain_all(matter: Matter, now: datetime) -> list[Explained]:
    """Every clock of a matter, the present one first."""
    return [explain(run.rule, run.ledger(now), now) for run in reversed(clock.runs(matter))]


def places_of(rule: Rule | SecrecyGround) -> str:
    """Instrument and article in the reader's language."""
    english = get_language() == "en"
    book = clock.rulebook()
    places = []
    for cited in rule.sources:
        instrument = book.instruments[cited.instrument]
        name = instrument.name_en if english else f"《{instrument.name_zh}》"
        places.append(name + (_article(cited.article, english=english) if cited.article else ""))
    return ("; " if english else "；").join(places)


def source_of(rule: Rule | SecrecyGround) -> str:
    """Instrument and article in the reader's language, and what the rule says in plain words."""
    english = get_language() == "en"
    says = rule.says_en if english else rule.says_zh
    return places_of(rule) + (". " if english else "。") + says


def doubt_of(rule: Rule | SecrecyGround) -> str:
    """What a reader has to know about how the text of a rule was checked."""
    if rule.confidence == Confidence.UNCONFIRMED:
        return _("条文待核实")
    if rule.confidence == Confidence.AS_OF_2018:
        return _("按 2018 年的文本，后来有没有改还没有核实")
    if rule.confidence == Confidence.SECOND_HAND:
        return _("从转载的文本看到的，原文待核实")
    return ""


def _article(article: str, *, english: bool) -> str:
    """Most texts have articles; some are numbered in items."""
    number = article.removeprefix("item ")
    if english:
        return f" {article}" if number != article else f" art. {article}"
    return (_("第%(article)s项") if number != article else _("第%(article)s条")) % {"article": number}


def explain(rule: Rule, ledger: Ledger, now: datetime) -> Explained:
    """One clock with its grid of days; terms in hours and minutes need no grid."""
    by_hour = ledger.term.in_hours
    return Explained(
        title=rule_name(rule),
        explains=tuple(_lines(rule, ledger, now)),
        weekdays=(_("一"), _("二"), _("三"), _("四"), _("五"), _("六"), _("日")) if not by_hour else (),
        weeks=() if by_hour else _grid(ledger),
        source=source_of(rule),
        unconfirmed=rule.confidence == Confidence.UNCONFIRMED,
        provisional=ledger.provisional,
    )


def _lines(rule: Rule, ledger: Ledger, now: datetime) -> list[str]:
    ends = last_day(ledger.due_at, now)
    names = {"name": rule_name(rule), "ends": ends}
    lines = []
    if ledger.term.in_hours:
        lines.append(_("%(name)s：按小时连着算，夜里和节假日也算，到%(ends)s。") % names)
    else:
        start = say_day(datetime.combine(ledger.started_on, datetime.min.time(), tzinfo=ledger.due_at.tzinfo), now)
        lines.append(_("%(start)s开始，当天不算。每一格是一天，浅色的不算。") % {"start": start})
        lines.append(_("%(name)s：最后一天是%(ends)s。") % names)
    lines += [line for step in ledger.steps if step.is_event and (line := _event_line(step, now, ledger))]
    if ledger.state == State.PAUSED:
        lines.append(_("现在暂停计算，等到了回音再接着算。"))
    if ledger.state == State.MET:
        lines.append(_("已经按时做到。"))
    if ledger.state == State.LATE:
        lines.append(_("已经晚了。"))
    if ledger.provisional and ledger.first_uncertain:
        unsure = datetime.combine(ledger.first_uncertain, datetime.min.time(), tzinfo=ledger.due_at.tzinfo)
        lines.append(
            _("暂定：%(day)s以后的放假安排还没公布，公布后会重新算，并在这里说明。") % {"day": say_day(unsure, now)}
        )
    return lines


def _event_line(step: Step, now: datetime, ledger: Ledger) -> str:
    when = say_day(datetime.combine(step.day, datetime.min.time(), tzinfo=ledger.due_at.tzinfo), now)
    phrases = {
        StepCode.PAUSE: _("%(when)s：暂停。"),
        StepCode.RESUME: _("%(when)s：接着算。"),
        StepCode.RESTART: _("%(when)s：材料补齐，重新开始算。"),
        StepCode.EXTENSION: _("%(when)s：批准延长。"),
    }
    return phrases[step.code] % {"when": when} if step.code in phrases else ""


_LOOKS = {
    StepCode.START_DAY: "from",
    StepCode.WORKING: "on",
    StepCode.MAKE_UP: "on",
    StepCode.LOCAL_WORK: "on",
    StepCode.CALENDAR: "on",
    StepCode.PAUSED: "pause",
    StepCode.WEEKEND: "",
    StepCode.HOLIDAY: "",
    StepCode.LOCAL_OFF: "",
    StepCode.ROLL: "on",
}


def _grid(ledger: Ledger) -> tuple[tuple[Cell, ...], ...]:
    days = {step.day: step for step in ledger.steps if not step.is_event}
    if not days:
        return ()
    first, last = min(days), max(*days, ledger.due_on)
    monday = first - timedelta(days=first.weekday())
    weeks: list[tuple[Cell, ...]] = []
    while monday <= last and len(weeks) < LONGEST_GRID_WEEKS:
        week = tuple(_cell(monday + timedelta(days=n), days, ledger) for n in range(7))
        weeks.append(week)
        monday += timedelta(days=7)
    return tuple(weeks)


def _cell(day: date, days: dict[date, Step], ledger: Ledger) -> Cell:
    step = days.get(day)
    if step is None:
        return Cell()
    look = "due" if day == ledger.due_on else _LOOKS.get(step.code, "")
    if not step.certain:
        look += " unsure"
    names = {"day": f"{day.month}-{day.day}", "why": _why(step)}
    return Cell(str(day.day), look, _("%(day)s %(why)s") % names)


def _why(step: Step) -> str:
    params = dict(step.params)
    holiday = params.get("name_en" if get_language() == "en" else "name_zh", "")
    phrases = {
        StepCode.START_DAY: _("开始的一天，不算"),
        StepCode.WORKING: _("工作日，第 %(n)d 天"),
        StepCode.MAKE_UP: _("调休上班，第 %(n)d 天"),
        StepCode.LOCAL_WORK: _("本地上班，第 %(n)d 天"),
        StepCode.CALENDAR: _("第 %(n)d 天"),
        StepCode.WEEKEND: _("周末，不算"),
        StepCode.HOLIDAY: _("%(holiday)s放假，不算"),
        StepCode.LOCAL_OFF: _("本地停止办公，不算"),
        StepCode.PAUSED: _("暂停，不算"),
        StepCode.ROLL: _("最后一天放假，顺延到这天"),
    }
    return phrases.get(step.code, "") % {"n": step.total, "holiday": holiday}
