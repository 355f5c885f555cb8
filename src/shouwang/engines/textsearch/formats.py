"""
Files a ranking can be measured with: JSON Lines, UTF-8, one object a line.

faq         corpus and questions may be the same file: {"question": …, "answer": …}. Every different answer is one
            document (the question is not indexed); equal answers are one document.
retrieval   corpus {"id": …, "title": …, "text": …}; questions {"query": …, "relevant": [ids]}.
            The layout of STARD (github.com/oneal2000/STARD) after joining its two files.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from shouwang.engines.errors import BadData
from shouwang.engines.textsearch.documents import Document
from shouwang.engines.textsearch.evaluation import Judged

FORMATS = ("faq", "retrieval")


def read_corpus(path: Path, format_name: str) -> list[Document]:
    """The documents of a file; raises BadData naming file and line."""
    if format_name == "faq":
        answers = dict.fromkeys(row["answer"] for row in _rows(path, "answer"))
        return [Document(f"{n}", body=answer) for n, answer in enumerate(answers)]
    return [Document(str(row["id"]), row["title"], row["text"]) for row in _rows(path, "id", "title", "text")]


def read_questions(path: Path, format_name: str, corpus: list[Document]) -> list[Judged]:
    """The judged questions of a file; raises BadData naming file and line, or the id that is not in the corpus."""
    known: dict[str, str] = {document.body if format_name == "faq" else document.id: document.id for document in corpus}
    judged = []
    if format_name == "faq":
        wanted = [(row["question"], [row["answer"]]) for row in _rows(path, "question", "answer")]
    else:
        wanted = [(row["query"], [str(name) for name in row["relevant"]]) for row in _rows(path, "query", "relevant")]
    for question, right in wanted:
        missing = [name for name in right if name not in known]
        if missing:
            raise BadData(str(path), f"the corpus does not hold {missing[0][:40]!r}")
        judged.append(Judged(question, frozenset(known[name] for name in right)))
    return judged


def _rows(path: Path, *keys: str) -> Iterator[dict[str, Any]]:
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as wrong:
        raise BadData(str(path), f"cannot be read ({wrong})") from wrong
    for number, line in enumerate(lines, start=1):
        if not line.strip():
            continue
        try:
            row = json.loads(line)
        except ValueError as wrong:
            raise BadData(f"{path}:{number}", f"is not JSON ({wrong})") from wrong
        missing = [key for key in keys if not isinstance(row, dict) or key not in row]
        if missing:
            raise BadData(f"{path}:{number}", f"has no {missing[0]!r}")
        yield row
