"""
The clocks on the command line: plain files in, one JSON document out.

    due --start 2026-02-10 --days 20 --unit wd
    due --rule gi-reply --events events.jsonl --now 2026-04-01
    many --days 20 --unit wd < starts.txt

The formats are described in docs/explanation/how-a-clock-counts.md. There is no clock here either: `--now` is an
argument, and without it the ledger is told as of the last event.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Iterable, Sequence
from datetime import date, datetime, time
from pathlib import Path
from typing import TextIO

from shouwang.engines.clocks.bulk import due_many
from shouwang.engines.clocks.calendar import LocalDay, WorkCalendar
from shouwang.engines.clocks.ledger import count
from shouwang.engines.clocks.model import Event, EventKind, Ledger, Step, Term
from shouwang.engines.command import Parser, answered
from shouwang.engines.errors import BadData
from shouwang.engines.law import Extension, Rulebook, Unit, load_calendars, read_calendar

UNITS = [Unit.WORKING_DAYS, Unit.CALENDAR_DAYS, Unit.HOURS, Unit.MINUTES, Unit.MONTHS, Unit.YEARS]
EVENT_KEYS = {"kind", "at", "reason", "ref", "amount", "approver", "to", "latest"}
LOCAL_KEYS = {"day", "works", "name_zh", "name_en"}


def run(argv: Sequence[str], stdin: TextIO, stdout: TextIO) -> int:
    """
    Answer one call.

    Returns  0 with the answer on stdout, 2 with {"error", "says"} when the data or the question cannot be used
    """
    return answered(lambda: _answer(_parser().parse_args(argv), stdin), stdout)


def _answer(options: argparse.Namespace, stdin: TextIO) -> object:
    return _many(options, stdin) if options.command == "many" else _due(options, stdin)


def _parser() -> argparse.ArgumentParser:
    parser = Parser(prog="sw engine clocks", description="When is it due, and why?")
    commands = parser.add_subparsers(dest="command", required=True)
    one = commands.add_parser("due", help="the ledger of one clock")
    one.add_argument("--start", help="date or time of the start; instead of a start among the events")
    one.add_argument("--events", help="JSON Lines file of events, - for standard input")
    one.add_argument("--now", help="date or time at which the ledger is told; without it, that of the last event")
    one.add_argument("--closing", help="HH:MM at which the last day ends, without it 24:00")
    one.add_argument("--no-steps", action="store_true", help="leave the day-by-day steps out")
    many = commands.add_parser("many", help="due days of many starts, one date in each line of standard input")
    for command in (one, many):
        command.add_argument("--rule", help="id of a law rule that gives length, pauses and extension")
        command.add_argument("--on", help="day whose version of the rule is meant; without it, the day of the start")
        command.add_argument("--days", "--amount", type=int, dest="amount", help="length in --unit, instead of a rule")
        command.add_argument("--unit", choices=[unit.value for unit in UNITS], default=Unit.WORKING_DAYS.value)
        command.add_argument("--no-roll", action="store_true", help="the last day does not move off a holiday")
        command.add_argument("--next-hour", action="store_true", help="hours begin at the next full hour")
        command.add_argument(
            "--pause", action="append", default=[], help="a pause kind that is allowed; may be repeated"
        )
        command.add_argument("--extension", help="AMOUNTxTIMES or AMOUNTxTIMES:APPROVER, for example 20x1:head")
        command.add_argument("--calendar", action="append", default=[], help="one more cn-YYYY.toml; may be repeated")
        command.add_argument("--local", help="JSON Lines file of local days")
        command.add_argument("--rules", action="append", default=[], help="one more layer of rules, NAME=PATH")
        command.add_argument("--zone", default="Asia/Shanghai")
        command.add_argument("--open-days", type=int, default=0, help="last days of December that are not yet settled")
    return parser


def _due(options: argparse.Namespace, stdin: TextIO) -> dict[str, object]:
    events = [Event(EventKind.START, _moment(options.start, "--start"))] if options.start else []
    if options.events:
        lines = stdin.read().splitlines() if options.events == "-" else _lines(options.events)
        events += [_event(where, row) for where, row in _rows(lines, "events", EVENT_KEYS)]
    if not events:
        raise BadData("arguments", "--start or --events is needed")
    now = _moment(options.now, "--now") if options.now else events[-1].at
    closing = _time(options.closing) if options.closing else None
    begin = events[0].at
    term = _term(options, begin.date() if isinstance(begin, datetime) else begin)
    ledger = count(term, events, _calendar(options), now=now, closing=closing)
    return ledger_as_json(ledger, steps=not options.no_steps)


def _many(options: argparse.Namespace, stdin: TextIO) -> dict[str, object]:
    starts = [_date(line.strip(), f"line {n}") for n, line in enumerate(stdin, start=1) if line.strip()]
    if not starts:
        raise BadData("standard input", "at least one start date is needed")
    found = due_many(starts, _term(options, starts[0]), _calendar(options))
    return {
        "due": [
            {"start": start.isoformat(), "due_on": answer.on.isoformat(), "provisional": answer.provisional}
            for start, answer in zip(starts, found, strict=True)
        ]
    }


def ledger_as_json(ledger: Ledger, *, steps: bool = True) -> dict[str, object]:
    """A ledger in plain JSON values: dates as YYYY-MM-DD, times with their offset."""
    first_uncertain = ledger.first_uncertain
    told: dict[str, object] = {
        "due_on": ledger.due_on.isoformat(),
        "due_at": ledger.due_at.isoformat(),
        "state": ledger.state.value,
        "left": ledger.left,
        "left_unit": ledger.left_unit.value,
        "started_on": ledger.started_on.isoformat(),
        "closed_on": ledger.closed_on.isoformat() if ledger.closed_on else None,
        "provisional": ledger.provisional,
        "first_uncertain": first_uncertain.isoformat() if first_uncertain else None,
        "run": ledger.run,
        "extensions": ledger.extensions,
        "waiting_for": list(ledger.waiting_for),
        "term": {"amount": ledger.term.amount, "unit": ledger.term.unit.value, "rule": ledger.term.rule or None},
    }
    if steps:
        told["steps"] = [_step(step) for step in ledger.steps]
    return told


def _step(step: Step) -> dict[str, object]:
    return {
        "day": step.day.isoformat(),
        "code": step.code.value,
        "counted": step.counted,
        "total": step.total,
        "run": step.run,
        "certain": step.certain,
        "params": dict(step.params),
    }


def _term(options: argparse.Namespace, begin: date) -> Term:
    if bool(options.rule) == (options.amount is not None):
        raise BadData("arguments", "either --rule or --days is needed, not both")
    if options.rule:
        layers: dict[str, list[Path]] = {}
        for text in options.rules:
            name, equals, path = text.partition("=")
            if not equals:
                raise BadData("--rules", f"must be NAME=PATH, not {text!r}")
            layers.setdefault(name, []).append(Path(path))
        on = _date(options.on, "--on") if options.on else begin
        return Term.of(Rulebook.load(layers=layers).rule(options.rule, on=on))
    unit = Unit(options.unit)
    return Term(
        options.amount,
        unit,
        rolls=not options.no_roll,
        from_next_hour=options.next_hour,
        extension=_extension(options.extension, unit) if options.extension else None,
        pauses=tuple(options.pause),
    )


def _extension(text: str, unit: Unit) -> Extension:
    numbers, _, approver = text.partition(":")
    amount, _, times = numbers.partition("x")
    if not (amount.isdecimal() and times.isdecimal() and int(amount) and int(times)):
        raise BadData("--extension", f"must be like 20x1 or 20x1:head, not {text!r}")
    return Extension(int(amount), unit, int(times), approver)


def _calendar(options: argparse.Namespace) -> WorkCalendar:
    calendar = WorkCalendar(load_calendars(), zone=options.zone, open_days=options.open_days)
    calendar = calendar.plus(*[read_calendar(Path(path)) for path in options.calendar])
    if not options.local:
        return calendar
    return calendar.with_local(_local(where, row) for where, row in _rows(_lines(options.local), "local", LOCAL_KEYS))


def _lines(path: str) -> list[str]:
    try:
        return Path(path).read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise BadData(path, "the file cannot be read as UTF-8 text") from error


def _rows(lines: Iterable[str], name: str, keys: set[str]) -> list[tuple[str, dict[str, object]]]:
    """Each line that is not blank as (place, object); unknown keys are refused."""
    rows: list[tuple[str, dict[str, object]]] = []
    for number, line in enumerate(lines, start=1):
        if not line.strip():
            continue
        where = f"{name} line {number}"
        try:
            row = json.loads(line)
        except ValueError as error:
            raise BadData(where, "is not JSON") from error
        if not isinstance(row, dict):
            raise BadData(where, "must be a JSON object")
        if unknown := sorted(row.keys() - keys):
            raise BadData(where, f"unknown key {unknown[0]!r}")
        rows.append((where, row))
    return rows


def _text(row: dict[str, object], key: str, where: str) -> str:
    value = row.get(key, "")
    if not isinstance(value, str):
        raise BadData(f"{where} {key}", f"must be a text, not {value!r}")
    return value


def _event(where: str, row: dict[str, object]) -> Event:
    kind, amount = row.get("kind"), row.get("amount", 0)
    if kind not in list(EventKind):
        raise BadData(f"{where} kind", f"must be one of {', '.join(EventKind)}, not {kind!r}")
    if isinstance(amount, bool) or not isinstance(amount, int):
        raise BadData(f"{where} amount", f"must be a whole number, not {amount!r}")
    return Event(
        EventKind(str(kind)),
        _moment(_text(row, "at", where), f"{where} at"),
        reason=_text(row, "reason", where),
        ref=_text(row, "ref", where),
        amount=amount,
        approver=_text(row, "approver", where),
        to=_text(row, "to", where),
        latest=_moment(_text(row, "latest", where), f"{where} latest") if "latest" in row else None,
    )


def _local(where: str, row: dict[str, object]) -> LocalDay:
    works = row.get("works")
    if not isinstance(works, bool):
        raise BadData(f"{where} works", f"must be true or false, not {works!r}")
    day = _date(_text(row, "day", where), f"{where} day")
    return LocalDay(day, works, _text(row, "name_zh", where), _text(row, "name_en", where))


def _date(text: str, where: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise BadData(where, f"must be a date like 2026-02-10, not {text!r}") from error


def _moment(text: str, where: str) -> date | datetime:
    """A date, or a time with its offset: 2026-02-10T09:30+08:00."""
    try:
        return datetime.fromisoformat(text) if "T" in text or " " in text else date.fromisoformat(text)
    except ValueError as error:
        raise BadData(where, f"must be like 2026-02-10 or 2026-02-10T09:30+08:00, not {text!r}") from error


def _time(text: str) -> time:
    try:
        return datetime.strptime(text, "%H:%M").time()  # noqa: DTZ007 - a time of day alone; its zone is the station's
    except ValueError as error:
        raise BadData("--closing", f"must be like 17:30, not {text!r}") from error
