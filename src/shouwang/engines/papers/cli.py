"""
Papers on the command line: see the templates, check one that was changed, fill one, bind a case file. Prints JSON.

    list                                             every template
    fields                                           every field of the record, with the papers it is used in
    check our-penalty.md                             a template file (or a template's code): is it sound, what does it ask for
    fill penalty-decision record.json --out x.pdf    or x.docx; --copy victim, --review; the record `sample` is the shipped one
    batch report-receipt records.jsonl --out all.pdf     one PDF; --out-dir here/ makes one file for each
    casefile case.json --out file.pdf                {"record": …, "casefile": [{"template", "paper", "title", "with"}, …]}
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime, time
from functools import cached_property
from pathlib import Path
from typing import TextIO
from zoneinfo import ZoneInfo

from shouwang.engines.command import Parser
from shouwang.engines.errors import BadData, CannotTell, EngineError
from shouwang.engines.law import Confidence
from shouwang.engines.papers import citing
from shouwang.engines.papers.casefile import Filed, bind
from shouwang.engines.papers.docx_writer import docx_of
from shouwang.engines.papers.filling import NotFilled, fill
from shouwang.engines.papers.model import Paper
from shouwang.engines.papers.press import Press
from shouwang.engines.papers.record import Dictionary
from shouwang.engines.papers.template import Shelf, Template, read_template

SAMPLE = Path(__file__).parent / "data" / "sample.json"


def run(argv: Sequence[str], stdin: TextIO, stdout: TextIO) -> int:
    """
    Answer one call.

    Returns  0 with the answer on stdout, 2 with {"error", "says"} (and "problems") when something cannot be used
    """
    try:
        answer = _Call(_parser().parse_args(argv), stdin).answer()
    except NotFilled as refused:
        problems = [asdict(problem) for problem in refused.problems]
        _print({"error": refused.code, "says": str(refused), "problems": problems}, stdout)
        return 2
    except EngineError as error:
        _print({"error": error.code, "says": str(error)}, stdout)
        return 2
    _print(answer, stdout)
    return 0


def _print(answer: object, stdout: TextIO) -> None:
    json.dump(answer, stdout, ensure_ascii=False, indent=1, default=str)
    stdout.write("\n")


def _parser() -> argparse.ArgumentParser:
    parser = Parser(prog="sw engine papers", description="A record in, a PDF or DOCX out.")
    commands = parser.add_subparsers(dest="command", required=True)
    every = commands.add_parser("list", help="every template")
    fields = commands.add_parser("fields", help="every field of the record, with the papers it is used in")
    check = commands.add_parser("check", help="is a template sound, and what does it ask for")
    check.add_argument("template", help="a file, or the code of a template")
    one = commands.add_parser("fill", help="one paper")
    batch = commands.add_parser("batch", help="one paper for each record")
    case = commands.add_parser("casefile", help="cover, index, papers and closing note in one PDF")
    for command in (one, batch):
        command.add_argument("template", help="a file, or the code of a template")
        command.add_argument("--copy", default="", help="code of one of the template's copies")
        command.add_argument("--review", action="store_true", help="marked as not issued, with the rules it rests on")
    one.add_argument("record", help="a JSON file, - for standard input, or sample")
    batch.add_argument("records", help="a JSON Lines file, or - for standard input")
    batch.add_argument("--out-dir", type=Path, help="a folder for one file each")
    batch.add_argument("--format", choices=("pdf", "docx"), default="pdf", help="of the files in the folder")
    case.add_argument("record", help="a JSON file, - for standard input, or sample")
    for command in (one, batch, case):
        command.add_argument("--out", type=Path, required=command is not batch, help="where to write")
        command.add_argument("--at", help="the stated moment with its zone; without it the paper's own day at midnight")
        command.add_argument("--zone", default="Asia/Shanghai", help="the clock on the station's wall")
        command.add_argument(
            "--fonts", type=Path, action="append", default=[], help="a folder with the station's fonts"
        )
    for command in (every, fields, check, one, batch, case):
        command.add_argument("--templates", type=Path, action="append", default=[], help="a station's templates")
        command.add_argument(
            "--words", type=Path, action="append", default=[], help="a station's own groups of the record"
        )
    return parser


@dataclass
class _Call:
    options: argparse.Namespace
    stdin: TextIO

    def answer(self) -> object:
        command = self.options.command
        if command == "list":
            return [_told(template) for template in self.shelf.templates.values()]
        if command == "fields":
            return self.fields()
        if command == "check":
            return self.check()
        return {"fill": self.fill, "batch": self.batch, "casefile": self.casefile}[command]()

    @cached_property
    def shelf(self) -> Shelf:
        layers = {"station": self.options.templates} if self.options.templates else None
        return Shelf.load(layers, dictionary=Dictionary.load(*self.options.words))

    @cached_property
    def press(self) -> Press:
        return Press(*self.options.fonts)

    @cached_property
    def zone(self) -> ZoneInfo:
        try:
            return ZoneInfo(self.options.zone)
        except (KeyError, ValueError, OSError):
            raise BadData("--zone", f"is no time zone: {self.options.zone!r}") from None

    @cached_property
    def template(self) -> Template:
        named = self.options.template
        if named in self.shelf.templates or not Path(named).suffix:
            return self.shelf[named]
        return read_template(Path(named), "file", self.shelf.dictionary, self.shelf.book, self.shelf.templates)

    def fields(self) -> object:
        used = self.shelf.uses()
        return {
            f"{group.code}.{field.code}": {
                "word": f"{group.zh}.{field.zh}",
                "en": f"{group.en}: {field.en}",
                "kind": field.kind,
                "papers": used[f"{group.code}.{field.code}"],
            }
            for group in self.shelf.dictionary.groups.values()
            for field in group.fields.values()
        }

    def check(self) -> object:
        rules = []
        for rule_id in self.template.rules:
            newest = citing.versions(self.shelf.book, rule_id)[0]
            places = [citing.cite(self.shelf.book, source) for source in newest.sources]
            sure = newest.confidence is Confidence.CONFIRMED
            rules.append({"id": rule_id, "at": places, "confidence": newest.confidence, "to_check": not sure})
        return {**_told(self.template), "fields": self.template.fields(), "rules": rules}

    # ── papers ────────────────────────────────────────────────────────────────────────────────────────────────────────

    def paper(self, record: Mapping[str, object], template: Template | None = None) -> Paper:
        return fill(
            self.shelf,
            template or self.template,
            record,
            zone=self.zone,
            copy=getattr(self.options, "copy", ""),
            review=getattr(self.options, "review", False),
        )

    def at(self, paper: Paper) -> datetime:
        if self.options.at is None:
            return datetime.combine(paper.day, time(), self.zone).astimezone(UTC)
        try:
            at = datetime.fromisoformat(self.options.at)
        except ValueError:
            raise BadData("--at", "must be a time with its zone like 2026-11-28T15:04:00+08:00") from None
        if at.utcoffset() is None:
            raise BadData("--at", "needs its zone: 2026-11-28T15:04:00+08:00")
        return at.astimezone(UTC)

    def fill(self) -> object:
        raw = self.json(self.options.record)
        record = raw
        if self.options.record == "sample":
            record = merged(
                _table(raw.get("record"), "record"),
                _table(_table(raw.get("with"), "with").get(self.template.code, {}), "with"),
            )
        return self.write(self.paper(record), self.options.out)

    def write(self, paper: Paper, out: Path) -> object:
        made: dict[str, object] = {
            "template": paper.template,
            "version": paper.version,
            "digest": paper.digest,
            "number": paper.number,
        }
        if out.suffix == ".docx":
            _save(out, docx_of(paper, at=self.at(paper)))
        elif out.suffix == ".pdf":
            printed = self.press.pdf([paper], at=self.at(paper))
            _save(out, printed.pdf)
            made |= {"pages": printed.pages, "lacking": sorted(printed.lacking)}
        else:
            raise BadData("--out", f"must end with .pdf or .docx, not {out.name!r}")
        return {**made, "out": str(out)}

    def batch(self) -> object:
        folder, out = self.options.out_dir, self.options.out
        if (folder is None) == (out is None):
            raise BadData("arguments", "batch needs either --out for one PDF or --out-dir for one file each")
        papers = [self.paper(record) for record in self.lines()]
        if not papers:
            raise BadData(self.options.records, "holds no record")
        if folder is not None:
            folder.mkdir(parents=True, exist_ok=True)
            names = [folder / f"{paper.template}-{n:04}.{self.options.format}" for n, paper in enumerate(papers, 1)]
            return [self.write(paper, name) for paper, name in zip(papers, names, strict=True)]
        printed = self.press.pdf(papers, at=self.at(papers[0]))
        _save(out, printed.pdf)
        return {"papers": len(papers), "pages": printed.pages, "lacking": sorted(printed.lacking), "out": str(out)}

    def casefile(self) -> object:
        raw = self.json(self.options.record)
        record, entries = _table(raw.get("record"), "record"), raw.get("casefile")
        if not isinstance(entries, list) or not entries:
            raise BadData("casefile", "must be a list of papers, not empty")
        papers = []
        for number, entry in enumerate(entries, start=1):
            where = f"casefile[{number}]"
            entry = _table(entry, where)
            said = merged(
                merged(record, _table(entry.get("with", {}), where)), {"paper": _table(entry.get("paper", {}), where)}
            )
            papers.append(Filed(self.paper(said, self.shelf[str(entry.get("template"))]), str(entry.get("title", ""))))
        made = bind(self.press, self.shelf, record, papers, zone=self.zone, at=self.at(papers[-1].paper))
        _save(self.options.out, made.pdf)
        index = [asdict(entry) for entry in made.entries]
        return {
            "pages": made.entries[-1].last,
            "index": index,
            "lacking": sorted(made.lacking),
            "out": str(self.options.out),
        }

    # ── reading ───────────────────────────────────────────────────────────────────────────────────────────────────────

    def text(self, source: str) -> str:
        if source == "-":
            return self.stdin.read()
        path = SAMPLE if source == "sample" else Path(source)
        try:
            return path.read_text(encoding="utf-8")
        except (OSError, UnicodeDecodeError) as error:
            raise BadData(source, f"the file cannot be read ({error})") from error

    def json(self, source: str) -> Mapping[str, object]:
        return _parsed(self.text(source), source)

    def lines(self) -> Iterator[Mapping[str, object]]:
        source = self.options.records
        for number, line in enumerate(self.text(source).splitlines(), start=1):
            if line.strip():
                yield _parsed(line, f"{source} line {number}")


def _parsed(text: str, where: str) -> Mapping[str, object]:
    try:
        return _table(json.loads(text), where)
    except ValueError as error:
        raise BadData(where, f"is not JSON: {error}") from error


def _table(value: object, where: str) -> Mapping[str, object]:
    if not isinstance(value, dict):
        raise BadData(where, "must be a JSON object")
    return value


def _save(out: Path, made: bytes) -> None:
    try:
        out.write_bytes(made)
    except OSError as error:
        raise CannotTell(f"{out} cannot be written ({error.strerror}).") from error


def merged(record: Mapping[str, object], more: Mapping[str, object]) -> dict[str, object]:
    """A record with further or other values; groups are merged, lists replaced."""
    found = dict(record)
    for key, value in more.items():
        below = found.get(key)
        found[key] = merged(below, value) if isinstance(below, dict) and isinstance(value, dict) else value
    return found


def _told(template: Template) -> dict[str, object]:
    return {
        "code": template.code,
        "zh": template.zh,
        "en": template.en,
        "version": template.version,
        "layer": template.layer,
        "behind": template.is_behind,
        "style": template.style,
        "size": template.size,
        "number": template.number,
        "keep": template.keep,
        "approvals": template.approvals,
        "signs": [asdict(sign) for sign in template.signs.values()],
        "copies": [
            {"code": copy.code, "zh": copy.zh, "hides": sorted(copy.hides)} for copy in template.copies.values()
        ],
        "digest": template.digest,
    }
