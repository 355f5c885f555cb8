"""
The law on the command line: look a rule up, or check a station's own files.

    check our-rules/
    rule gi-reply --on 2026-05-06
    rules --on 2026-05-06 --confidence unconfirmed
    threshold theft --region 440305 --on 2026-05-06
"""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from dataclasses import asdict
from datetime import date
from pathlib import Path
from typing import TextIO

from shouwang.engines.command import Parser, answered
from shouwang.engines.errors import BadData
from shouwang.engines.law.calendars import load_calendars
from shouwang.engines.law.model import Confidence
from shouwang.engines.law.rulebook import Rulebook


def run(argv: Sequence[str], stdin: TextIO, stdout: TextIO) -> int:  # noqa: ARG001 - every engine's run has these three
    """
    Answer one call.

    Returns  0 with the answer on stdout, 2 with {"error", "says"} when a file or the question cannot be used
    """
    return answered(lambda: _answer(_parser().parse_args(argv)), stdout)


def _parser() -> argparse.ArgumentParser:
    parser = Parser(prog="sw engine law", description="What does the rule say, and where does it stand?")
    commands = parser.add_subparsers(dest="command", required=True)
    check = commands.add_parser("check", help="read files as a layer on top of the law")
    check.add_argument("paths", nargs="*", help="files or directories of one layer")
    one = commands.add_parser("rule", help="one rule")
    one.add_argument("id")
    every = commands.add_parser("rules", help="all rules in force")
    every.add_argument("--confidence", choices=[value.value for value in Confidence])
    threshold = commands.add_parser("threshold", help="figures for an offence at a place")
    threshold.add_argument("offence")
    threshold.add_argument("--region", default="", help="digits of the GB/T 2260 code")
    threshold.add_argument("--variant", default="")
    for command in (one, every, threshold):
        command.add_argument("--on", required=True, help="the day, YYYY-MM-DD")
    return parser


def _answer(options: argparse.Namespace) -> object:
    if options.command == "check":
        layers = {"checked": [Path(path) for path in options.paths]} if options.paths else None
        book = Rulebook.load(layers=layers)
        return {
            "layers": list(book.layers),
            "rules": len(book.versions),
            "thresholds": len(book.thresholds),
            "grounds": len(book.grounds),
            "masks": len(book.masks),
            "calendar_years": [year.year for year in load_calendars()],
        }
    book, on = Rulebook.load(), _day(options.on)
    if options.command == "rule":
        return asdict(book.rule(options.id, on=on))
    if options.command == "threshold":
        return asdict(book.threshold(options.offence, region=options.region, on=on, variant=options.variant))
    wanted = options.confidence
    return [asdict(rule) for rule in book.rules(on=on) if wanted is None or rule.confidence == wanted]


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise BadData("--on", f"must be a date like 2026-05-06, not {text!r}") from error
