"""
The danger part of ``./sw engine triage``: JSON lines with a ``text`` in, the same lines with what was found out.

    triage danger [--list FILE]…   grade, category, spans, reasons, numbers, why; ``"grade": null`` when all is quiet
    triage personal                marks and the masked text
    triage learn                   lines with text and label; prints the learnt tone (the file ``data/tone.json``)
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, TextIO

from shouwang.engines.errors import BadData
from shouwang.engines.triage.danger import RULES, STANDARD, DangerList, Finding, Span, screen, screen_conversation
from shouwang.engines.triage.personal import mask, spot
from shouwang.engines.triage.teaching import teach


def run(argv: Sequence[str], stdin: TextIO, stdout: TextIO) -> int:
    """
    Run one command; 0 when every line was read, 2 with a sentence on stderr when a file or line cannot be used.

    A line of ``danger`` may hold ``texts``, a list of messages by one person, in place of ``text``. All other keys of a
    line come back unchanged.
    """
    parser = argparse.ArgumentParser(prog="triage")
    commands = parser.add_subparsers(dest="command", required=True)
    danger = commands.add_parser("danger")
    danger.add_argument("--list", action="append", type=Path, default=[], metavar="FILE", help="a station's own lines")
    commands.add_parser("personal")
    commands.add_parser("learn")
    options = parser.parse_args(argv)
    try:
        if options.command == "learn":
            _learn(stdin, stdout)
            return 0
        danger_list = DangerList.load(*STANDARD, *options.list) if options.command == "danger" else None
        for where, row in _rows(stdin):
            answer = _danger(row, where, danger_list) if danger_list else _personal(row, where)
            stdout.write(json.dumps({**row, **answer}, ensure_ascii=False) + "\n")
    except BadData as error:
        sys.stderr.write(f"{error}\n")
        return 2
    return 0


def _rows(stdin: TextIO) -> Iterator[tuple[str, dict[str, Any]]]:
    for number, line in enumerate(stdin, 1):
        if not line.strip():
            continue
        where = f"line {number}"
        try:
            row = json.loads(line)
        except ValueError as error:
            raise BadData(where, f"is not JSON: {error}") from error
        if not isinstance(row, dict):
            raise BadData(where, "is a JSON object with a text")
        yield where, row


def _text(row: dict[str, Any], where: str) -> str:
    text = row.get("text")
    if not isinstance(text, str):
        raise BadData(f"{where} text", "is a text and cannot be left out")
    return text


def _danger(row: dict[str, Any], where: str, danger_list: DangerList) -> dict[str, Any]:
    texts = row.get("texts")
    if texts is None:
        return _told(screen(_text(row, where), danger_list))
    if not isinstance(texts, list) or not all(isinstance(text, str) for text in texts):
        raise BadData(f"{where} texts", "is a list of texts")
    return _told(screen_conversation(texts, danger_list))


def _told(finding: Finding | None) -> dict[str, Any]:
    if finding is None:
        return {"grade": None}
    return {
        "grade": finding.grade.name.lower(),
        "category": finding.category,
        "spans": _spans(finding.spans),
        "reasons": list(finding.reasons),
        "numbers": list(finding.numbers),
        "why": [
            {
                "pattern": because.pattern,
                "reason": because.reason,
                "grade": because.grade.name.lower(),
                "line": because.line,
                "spans": _spans(because.spans),
                "lowered_by": list(because.lowered_by),
            }
            for because in finding.why
        ],
    }


def _spans(spans: Sequence[Span]) -> list[dict[str, int]]:
    return [{"start": span.start, "end": span.end, "message": span.message} for span in spans]


def _personal(row: dict[str, Any], where: str) -> dict[str, Any]:
    text = _text(row, where)
    marks = spot(text)
    told = [
        {"start": m.start, "end": m.end, "kind": m.kind, "confidence": m.confidence.name.lower(), "reason": m.reason}
        for m in marks
    ]
    return {"marks": told, "masked": mask(text, marks)}


def _learn(stdin: TextIO, stdout: TextIO) -> None:
    examples = []
    for where, row in _rows(stdin):
        if row.get("label") not in {"danger", "lookalike", "harmless"}:
            raise BadData(f"{where} label", "is danger, lookalike or harmless")
        examples.append((_text(row, where), row["label"] == "danger"))
    stdout.write(teach(examples, DangerList.load(*RULES)).dump())
