"""
Custody on plain files: one JSON document in, one out.

    FILE       stays, recordings and comparisons of clocks as JSON, - for standard input

The format is described in docs/explanation/how-a-stay-is-covered.md.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, TextIO, TypeVar

from shouwang.engines.command import Parser, answered
from shouwang.engines.custody.check import contradictions, examine, outside
from shouwang.engines.custody.model import Gap, Reading, Recording, Stay, Whereabouts
from shouwang.engines.custody.offsets import corrected, offset_at
from shouwang.engines.errors import BadData

T = TypeVar("T")


def run(argv: Sequence[str], stdin: TextIO, stdout: TextIO) -> int:
    """
    Answer one call.

    Returns  0 with the answer on stdout, 2 with {"error", "says"} when the data cannot be used
    """
    return answered(lambda: _answer(argv, stdin), stdout)


def _answer(argv: Sequence[str], stdin: TextIO) -> object:
    parser = Parser(prog="sw engine custody", description="What of each stay is recorded, and what contradicts?")
    parser.add_argument("file", help="JSON file, - for standard input")
    name = parser.parse_args(argv).file
    try:
        data = json.loads(stdin.read() if name == "-" else Path(name).read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise BadData(name, str(error)) from error
    if not isinstance(data, dict):
        raise BadData(name, "must hold one object")
    return judged(data)


def judged(data: dict[str, Any]) -> dict[str, Any]:
    """The answer to one document."""
    tolerance = data.get("tolerance_s", 0)
    if not isinstance(tolerance, int | float) or isinstance(tolerance, bool):
        raise BadData("tolerance_s", "must be a number of seconds")
    readings = _each(data, "clocks", lambda row: Reading(_text(row, "device"), _at(row, "real"), _at(row, "shown")))
    stays = _each(data, "stays", _stay)
    told = _each(data, "recordings", _recording)
    offsets = {one.id: offset_at(readings, one.device, one.since) for one in told}
    recordings = [corrected(one, offsets[one.id]) for one in told]
    clashes = contradictions(stays, recordings)  # first: it refuses a name that stands twice
    found = [examine(stay, recordings, tolerance=timedelta(seconds=tolerance)) for stay in stays]
    return {
        "stays": [
            {
                "stay": one.stay,
                "whole": one.whole,
                "covered_s": one.covered.total_seconds(),
                "length_s": one.length.total_seconds(),
                "gaps": [_gap(gap) for gap in one.gaps],
                "passed": [_gap(gap) for gap in one.passed],
                "pieces": [asdict(piece) for piece in one.pieces],
            }
            for one in found
        ],
        "contradictions": [asdict(one) for one in clashes],
        "outside": list(outside(stays, recordings)),
        "clocks": [
            {
                "recording": id_,
                "ahead_s": offset.ahead.total_seconds(),
                "drift_s": None if offset.drift is None else offset.drift.total_seconds(),
                "compared": offset.reading.real,
            }
            for id_, offset in offsets.items()
            if offset.reading is not None
        ],
    }


def _gap(gap: Gap) -> dict[str, Any]:
    where = [{"place": part.place, "since": part.since, "until": part.until} for part in gap.parts]
    return {"since": gap.since, "until": gap.until, "length_s": gap.length.total_seconds(), "where": where}


def _each(data: Mapping[str, Any], key: str, make: Callable[[dict[str, Any]], T]) -> list[T]:
    rows = data.get(key, [])
    if not isinstance(rows, list):
        raise BadData(key, "must be a list")
    made = []
    for n, row in enumerate(rows, 1):
        if not isinstance(row, dict):
            raise BadData(f"{key} {n}", "must be an object")
        try:
            made.append(make(row))
        except BadData as error:
            raise BadData(f"{key} {n}, {error.where}", error.why) from error
    return made


def _stay(row: dict[str, Any]) -> Stay:
    places = _each(row, "places", lambda one: Whereabouts(_text(one, "place"), _at(one, "since"), _at(one, "until")))
    person = row.get("person", "")
    return Stay(_text(row, "id"), str(person), _at(row, "since"), _at(row, "until"), tuple(places))


def _recording(row: dict[str, Any]) -> Recording:
    return Recording(_text(row, "id"), _text(row, "device"), _text(row, "place"), _at(row, "since"), _at(row, "until"))


def _text(row: dict[str, Any], key: str) -> str:
    value = row.get(key)
    if not isinstance(value, str) or not value:
        raise BadData(key, "must be a text")
    return value


def _at(row: dict[str, Any], key: str) -> datetime:
    try:
        at = datetime.fromisoformat(row.get(key, ""))
    except (TypeError, ValueError) as error:
        raise BadData(key, "must be a time like 2026-11-23T09:00:00+08:00") from error
    if at.tzinfo is None:
        raise BadData(key, "must carry its offset, like 2026-11-23T09:00:00+08:00")
    return at
