"""
Mediation on plain files: JSON lines in, each with its answer out.

    mediation < facts.jsonl     a line: {"on": "2026-11-23", "way": "police", "act": "assault", "light": true, "private": true,
                                "ground": "near", "bars": [], "held": 0, "second_by": null, "sides": [{"willing": true}, {"willing": null}]}

The fields are those of `Facts` and `Side`; whatever is left out is not known.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import asdict, fields
from datetime import date
from typing import Any, TextIO

from shouwang.engines.command import Parser, answered
from shouwang.engines.errors import BadData
from shouwang.engines.law import Rulebook
from shouwang.engines.mediation.conditions import Facts, Side, Way, judge

_FACTS = frozenset(field.name for field in fields(Facts)) - {"way", "sides", "bars", "second_by"}
_SIDE = frozenset(field.name for field in fields(Side))


def run(argv: Sequence[str], stdin: TextIO, stdout: TextIO) -> int:
    """
    Answer every line.

    Returns  0 with a list on stdout, 2 with {"error", "says"} when a line cannot be used
    """
    return answered(lambda: _answer(argv, stdin), stdout)


def _answer(argv: Sequence[str], stdin: TextIO) -> object:
    Parser(prog="sw engine mediation", description="May this be mediated, and why (not)?").parse_args(argv)
    return list(_judged(stdin))


def _judged(lines: TextIO) -> Iterator[dict[str, Any]]:
    book = Rulebook.load()
    for n, line in enumerate(lines, 1):
        if not line.strip():
            continue
        where = f"line {n}"
        try:
            row = json.loads(line)
        except ValueError as error:
            raise BadData(where, str(error)) from error
        if not isinstance(row, dict) or not isinstance(row.get("sides"), list):
            raise BadData(where, "must be an object with a list of sides")
        found = judge(_facts(row, where), on=_day(row.get("on"), where), book=book)
        reasons = [asdict(reason) for reason in found.reasons]
        yield {"possible": found.possible, "ready": found.ready, "reasons": reasons}


def _facts(row: dict[str, Any], where: str) -> Facts:
    if row.get("way") not in set(Way):
        raise BadData(where, f"way must be one of {', '.join(Way)}")
    held, second = row.get("held", 0), row.get("second_by")
    if not isinstance(held, int) or isinstance(held, bool) or held < 0:
        raise BadData(where, "held must be a count")
    return Facts(
        Way(row["way"]),
        tuple(_side(one, where) for one in row["sides"]),
        bars=frozenset(str(one) for one in row.get("bars", ())),
        second_by=_day(second, where) if second else None,
        **{key: row[key] for key in _FACTS & row.keys()},
    )


def _side(row: object, where: str) -> Side:
    if not isinstance(row, dict) or not row.keys() <= _SIDE:
        raise BadData(where, f"a side knows {', '.join(sorted(_SIDE))}")
    if not all(value is None or isinstance(value, bool) for value in row.values()):
        raise BadData(where, "what is known of a side is true, false or null")
    return Side(**row)


def _day(value: object, where: str) -> date:
    try:
        return date.fromisoformat(str(value))
    except ValueError as error:
        raise BadData(where, f"{value!r} is no day") from error
