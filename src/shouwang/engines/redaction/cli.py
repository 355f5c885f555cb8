"""
Redaction on plain files.

    spans                  JSON lines with a ``text`` in, the same lines with ``spans`` out
    redact                 the same, with the ``redacted`` text; one person is one token through all lines
    file IN OUT            a DOCX, XLSX, PDF or picture in, a copy without what was found out, and the verdict of the checkers
    singled                one JSON document of published items in, those that single somebody out when joined out

    --known FILE           words to hide wherever they stand, one a line, and behind a tab their kind (name when none is told)
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Iterator, Sequence
from dataclasses import asdict
from datetime import datetime
from itertools import islice
from pathlib import Path
from typing import Any, TextIO

from shouwang.engines.command import Parser, answered
from shouwang.engines.errors import BadData, CannotTell
from shouwang.engines.redaction.files import redact_file
from shouwang.engines.redaction.find import find_many
from shouwang.engines.redaction.linkage import Item, singled_out
from shouwang.engines.redaction.model import KINDS
from shouwang.engines.redaction.replace import Cast, redact


def run(argv: Sequence[str], stdin: TextIO, stdout: TextIO) -> int:
    """
    Answer one call.

    Returns  0 with the answer on stdout, 2 with {"error", "says"} when the data cannot be used or nothing may be released
    """
    try:
        options = _parser().parse_args(argv)
        lines = options.run(options, stdin) if options.command in {"spans", "redact"} else None
        stdout.writelines(json.dumps(line, ensure_ascii=False) + "\n" for line in lines or ())
    except BadData as error:
        message = error
        return answered(lambda: _raise(message), stdout)
    return 0 if lines is not None else answered(lambda: options.run(options, stdin), stdout)


def _raise(error: BadData) -> object:
    raise error


def _parser() -> Parser:
    parser = Parser(prog="sw engine redaction", description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    commands = parser.add_subparsers(dest="command", required=True)
    for name, answer in (("spans", _lines), ("redact", _lines), ("file", _file), ("singled", _singled)):
        command = commands.add_parser(name)
        command.set_defaults(run=answer)
        if name == "singled":
            continue
        command.add_argument("--known", type=Path, metavar="FILE")
        if name == "file":
            command.add_argument("source", type=Path)
            command.add_argument("target", type=Path)
    return parser


def _known(path: Path | None) -> dict[str, str]:
    known: dict[str, str] = {}
    for number, line in enumerate(_text(path).splitlines() if path else (), 1):
        word, _, kind = line.strip().partition("\t")
        if word:
            if kind and kind not in KINDS:
                raise BadData(f"{path} line {number}", f"“{kind}” is none of {', '.join(KINDS)}")
            known[word] = kind or "name"
    return known


def _text(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise BadData(str(path), str(error)) from error


def _lines(options: argparse.Namespace, stdin: TextIO) -> Iterator[dict[str, Any]]:
    known, cast = _known(options.known), Cast()
    rows = _rows(stdin)
    while batch := list(islice(rows, _AT_ONCE)):
        for row, spans in zip(batch, find_many([row["text"] for row in batch], known=known), strict=True):
            if options.command == "spans":
                yield {**row, "spans": [{**asdict(span), "text": row["text"][span.start : span.end]} for span in spans]}
            else:
                done = redact(row.pop("text"), spans, cast)
                yield {**row, "redacted": done.text, "counts": done.counts}


_AT_ONCE = 500


def _rows(stdin: TextIO) -> Iterator[dict[str, Any]]:
    for number, line in enumerate(stdin, 1):
        if not line.strip():
            continue
        try:
            row = json.loads(line)
        except ValueError as error:
            raise BadData(f"line {number}", f"is not JSON: {error}") from error
        if not isinstance(row, dict) or not isinstance(row.get("text"), str):
            raise BadData(f"line {number}", "must be an object with a text")
        yield row


def _file(options: argparse.Namespace, _: TextIO) -> object:
    try:
        before = options.source.read_bytes()
    except OSError as error:
        raise BadData(str(options.source), str(error)) from error
    done = redact_file(before, known=_known(options.known))
    if not done.verdict.may_release:
        raise CannotTell("Not released: " + "; ".join(done.verdict.reasons))
    options.target.write_bytes(done.data)
    return {"found": done.counts, "dropped": done.dropped, "checkers": done.verdict.checkers}


def _singled(_: argparse.Namespace, stdin: TextIO) -> object:
    try:
        rows = json.load(stdin)
        items = [
            Item(
                str(row["id"]), frozenset(filter(None, [str(row["place"])])), frozenset({datetime.fromisoformat(row["at"]).date()}),
                frozenset(map(str, row["facts"])), str(row.get("group", "")),
            )
            for row in rows
        ]  # fmt: skip
    except (ValueError, KeyError, TypeError) as error:
        raise BadData(
            "standard input", f"must be a list of id, place, at (a time) and facts (a list): {error!r}"
        ) from error
    return [asdict(one) for one in singled_out(items)]
