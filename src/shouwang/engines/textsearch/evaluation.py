"""
How good is a ranking? Judged questions in, measures with honest intervals out.

    R@k       share of a question's right documents among the first k, averaged over questions
    MRR@10    1 / place of the first right document, 0 beyond the tenth (Voorhees 1999)
    interval  95 % percentile bootstrap over questions (Efron 1979), with a given seed
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np

from shouwang.engines.errors import BadData
from shouwang.engines.textsearch.calibration import Calibration
from shouwang.engines.textsearch.documents import Document, Index
from shouwang.engines.textsearch.memory_index import MemoryIndex

DEPTH = 10
_ROUNDS = 2000


@dataclass(frozen=True, slots=True)
class Judged:
    """A question and the ids of the documents that answer it, at least one."""

    query: str
    relevant: frozenset[str]

    def __post_init__(self) -> None:
        if not self.relevant:
            raise BadData("relevant", f"no right document is named for the question {self.query[:30]!r}")


@dataclass(frozen=True, slots=True)
class Measure:
    """A mean over questions and its 95 % interval."""

    value: float
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class Report:
    """Three measures over all questions; `places`: where each one's first right document stood, 0 if nowhere."""

    questions: int
    mrr_at_10: Measure
    recall_at_1: Measure
    recall_at_10: Measure
    places: tuple[int, ...]


def evaluate(index: Index, corpus: Iterable[Document], queries: Sequence[Judged], *, seed: int = 1) -> Report:
    """Fill the index with the corpus, ask every question, and measure. Raises BadData without questions."""
    index.rebuild(corpus)
    return ask(index, queries, seed=seed)


def ask(index: Index, queries: Sequence[Judged], *, seed: int = 1) -> Report:
    """As `evaluate`, with what the index already holds."""
    if not queries:
        raise BadData("queries", "are empty")
    places, first, ten = [], [], []
    for judged in queries:
        found = [hit.id for hit in index.search(judged.query, DEPTH)]
        places.append(next((n for n, name in enumerate(found, start=1) if name in judged.relevant), 0))
        first.append(len(judged.relevant.intersection(found[:1])) / len(judged.relevant))
        ten.append(len(judged.relevant.intersection(found)) / len(judged.relevant))
    return Report(
        len(queries),
        bootstrap([1 / place if place else 0.0 for place in places], seed=seed),
        bootstrap(first, seed=seed),
        bootstrap(ten, seed=seed),
        tuple(places),
    )


def calibrate(index: MemoryIndex, queries: Sequence[Judged]) -> Calibration:
    """
    Learn how far the index's first suggestion may be trusted, from judged questions about what it holds.

    Each question is asked twice: as it is, and as if its right documents were missing, because most questions of a real
    room are not in any set of answers. So half of the examples have no right answer, and a gate is strict accordingly.
    """
    examples = []
    for judged in queries:
        for without in (frozenset[str](), judged.relevant):
            found = index.first(judged.query, without)
            if found is not None:
                name, evidence = found
                examples.append((evidence, name in judged.relevant))
    return Calibration.fit(examples)


def bootstrap(values: Sequence[float], *, seed: int = 1) -> Measure:
    """Mean of the values, and where 95 % of the means of resampled values lie."""
    sample = np.asarray(values, np.float64)
    drawn = np.random.default_rng(seed).integers(0, len(sample), (_ROUNDS, len(sample)))
    low, high = np.percentile(sample[drawn].mean(1), [2.5, 97.5])
    return Measure(float(sample.mean()), float(low), float(high))
