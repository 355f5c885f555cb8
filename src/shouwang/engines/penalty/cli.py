"""
Penalties on plain files: one JSON document in, one out.

    FILE       {"on": day, "facts": {…}, "measure": {…}}, or {"on": day, "cases": [{"facts", "measure"}, …]}; - for standard input

The keys of facts and measure are those of `Facts` and `Measure`. docs/explanation/how-a-penalty-is-checked.md describes them.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import fields
from datetime import date
from pathlib import Path
from typing import Any, TextIO, TypeVar

from shouwang.engines.clocks import add_months
from shouwang.engines.command import Parser, answered
from shouwang.engines.errors import BadData
from shouwang.engines.law import Rulebook
from shouwang.engines.penalty.acts import Acts, load_acts
from shouwang.engines.penalty.judge import judge
from shouwang.engines.penalty.model import Facts, Judgement, Kind, Measure

T = TypeVar("T")
#: Within which an act had to be discovered: a human being's, and an organisation's under other laws.
LAPSE = ("psl-lapse", "ppl-lapse")


def run(argv: Sequence[str], stdin: TextIO, stdout: TextIO) -> int:
    """
    Answer one call.

    Returns  0 with the answer on stdout, 2 with {"error", "says"} when the data cannot be used
    """
    return answered(lambda: _answer(argv, stdin), stdout)


def _answer(argv: Sequence[str], stdin: TextIO) -> object:
    parser = Parser(prog="sw engine penalty", description="May this be imposed, by whom, and what comes before?")
    parser.add_argument("file", help="JSON file, - for standard input")
    name = parser.parse_args(argv).file
    try:
        data = json.loads(stdin.read() if name == "-" else Path(name).read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise BadData(name, str(error)) from error
    if not isinstance(data, dict):
        raise BadData(name, "must hold one object")
    return judged(data)


def judged(data: dict[str, Any]) -> object:
    """The answer to one document."""
    on, acts, book = _day("on", data.get("on")), load_acts(), Rulebook.load()
    cases = data.get("cases")
    if cases is None:
        return _one(data, acts, book, on)
    if not isinstance(cases, list) or not all(isinstance(one, dict) for one in cases):
        raise BadData("cases", "must be a list of objects")
    return [_one(one, acts, book, on) for one in cases]


def _one(data: dict[str, Any], acts: Acts, book: Rulebook, on: date) -> dict[str, Any]:
    facts = _made(Facts, "facts", data.get("facts"))
    if facts.lapses_on is None:
        months = int(book.rule(LAPSE[facts.organisation], on=on).limit or 0)
        facts = Facts(**{**_values(facts), "lapses_on": add_months(facts.act_on, months)})
    found = judge(facts, _made(Measure, "measure", data.get("measure")), acts, book, on=on)
    return {**_values(found), "allowed": found.allowed, "findings": _findings(found)}


def _findings(found: Judgement) -> list[dict[str, Any]]:
    return [
        {
            "code": one.code,
            "level": one.level,
            "rule": one.rule.id if one.rule else "",
            "article": one.article or (str(one.rule.sources[0]) if one.rule and one.rule.sources else ""),
            "zh": one.zh,
            "en": one.en,
            "unconfirmed": one.doubt,
        }
        for one in found.findings
    ]


def _values(made: object) -> dict[str, Any]:
    return {one.name: getattr(made, one.name) for one in fields(made)}  # type: ignore[arg-type]  # only dataclasses come here


def _made(kind: type[T], where: str, row: object) -> T:
    if not isinstance(row, dict):
        raise BadData(where, "must be an object")
    known = {one.name: str(one.type) for one in fields(kind)}  # type: ignore[arg-type]  # only dataclasses come here
    given: dict[str, Any] = {}
    for key, value in row.items():
        if key not in known:
            raise BadData(f"{where} {key}", "is not a key that is known here")
        given[key] = _value(f"{where} {key}", known[key], value)
    try:
        return kind(**given)
    except TypeError as error:
        raise BadData(where, str(error)) from error


def _value(where: str, kind: str, value: object) -> object:
    if kind.startswith("date"):
        return None if value is None and "None" in kind else _day(where, value)
    if kind == "Kind":
        if value not in list(Kind):
            raise BadData(where, f"must be one of {', '.join(Kind)}")
        return Kind(str(value))
    wanted = {"bool": bool, "int": int, "str": str}[kind]
    if not isinstance(value, wanted) or (wanted is int and isinstance(value, bool)):
        raise BadData(where, f"must be a {wanted.__name__}, not {value!r}")
    return value


def _day(where: str, value: object) -> date:
    try:
        return date.fromisoformat(str(value))
    except ValueError as error:
        raise BadData(where, "must be a day like 2026-11-23") from error
