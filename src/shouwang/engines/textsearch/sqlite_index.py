"""
An exact BM25 index inside any SQLite file: no top-k tricks, every match is scored, and still a few milliseconds.

SQLite's own FTS5 computes BM25 row by row. Here a row of `posting` holds one term for one block of 8,192 documents as
packed numbers, so that numpy scores whole blocks at once; see docs/explanation/how-search-works.md for the comparison.

    textsearch_document   what was put in, one row each; the packed numbers refer to `no`
    textsearch_posting    (term, block) -> for each document: place in the block (uint16), weighted count (uint8)
    textsearch_block      block -> weighted length of each of its documents (uint16, 0 = no document there)

Exact up to 255 weighted occurrences of a term and 65,535 of all terms in one text; more count as that many.
A filter is a term too: group and facets are stored as postings that carry no weight.

An index may be told to keep no texts; `fitting` is its question. It shows none, a removed text is only marked as gone until the
next rebuild, and whoever asks fetches the words from where they are kept, by the reader's own right.
"""

from __future__ import annotations

import json
import sqlite3
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from shouwang.engines.textsearch.bm25 import Bm25, Floats
from shouwang.engines.textsearch.documents import Closing, Document, FieldWeights, Hit, Match, writable
from shouwang.engines.textsearch.query import COMPLETIONS, MOST_TERMS, Query, read_query
from shouwang.engines.textsearch.snippets import show
from shouwang.engines.textsearch.text import tokens

BLOCK = 8192
_VARIABLES = 400  # SQLite allows 999 in old builds
_MOST_COUNT, _MOST_LENGTH = 255, 65_535
_FILTER = "\x1f"  # no token can hold it: control characters become spaces

_SCHEMA = """
CREATE TABLE IF NOT EXISTS textsearch_document (
    no INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, title TEXT NOT NULL, body TEXT NOT NULL,
    keywords TEXT NOT NULL, grp TEXT NOT NULL, facets TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS textsearch_posting (
    term TEXT NOT NULL, block INTEGER NOT NULL, data BLOB NOT NULL, PRIMARY KEY (term, block)) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS textsearch_block (block INTEGER PRIMARY KEY, lengths BLOB NOT NULL);
"""

Places = NDArray[np.int64]
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class _Postings:
    """Documents that hold a term (ascending numbers) and its weighted count in each."""

    places: Places
    counts: Floats


def _pack(places: NDArray[np.uint16], counts: NDArray[np.uint8]) -> bytes:
    return places.tobytes() + counts.tobytes()


def _unpack(data: bytes) -> tuple[NDArray[np.uint16], NDArray[np.uint8]]:
    many = len(data) // 3
    return np.frombuffer(data, np.uint16, many), np.frombuffer(data, np.uint8, many, 2 * many)


class SqliteIndex(Closing):
    """
    Index in an SQLite file, or in a connection the caller already has (then inside the caller's transaction).

    weights      how much title, body and keywords count
    bm25         the two numbers of the formula
    keeps_texts  whether titles and bodies are stored beside the numbers

    One writer at a time, as SQLite has it; readers in other connections see complete states only.
    """

    def __init__(
        self,
        connection_or_path: sqlite3.Connection | str | Path,
        *,
        weights: FieldWeights | None = None,
        bm25: Bm25 | None = None,
        keeps_texts: bool = True,
    ) -> None:
        self._keeps_texts = keeps_texts
        self._own = not isinstance(connection_or_path, sqlite3.Connection)
        self._db = (
            connection_or_path
            if isinstance(connection_or_path, sqlite3.Connection)
            else sqlite3.connect(connection_or_path, isolation_level=None, timeout=30)
        )
        self._weights = weights or FieldWeights()
        self._bm25 = bm25 or Bm25()
        for statement in _SCHEMA.split(";"):
            if statement.strip():
                self._db.execute(statement)

    # —— writing ——

    def add(self, *documents: Document) -> None:
        """Put documents in; one with a known id takes the old one's place. All or none."""
        latest = {writable(document.id): document for document in documents}
        with self._atomic(write=True):
            self._take_out(latest)
            self._put_in(latest.values())

    def remove(self, *ids: str) -> None:
        """Take documents out; an unknown id is no error."""
        with self._atomic(write=True):
            self._take_out(map(writable, ids))

    def rebuild(self, documents: Iterable[Document]) -> None:
        """
        Empty the index and fill it anew in one transaction; of documents with one id the last counts.

        Readers see the old content until the end, other writers of the file wait: about .3 ms a text. Keep a large
        index in a file of its own.
        """
        with self._atomic(write=True):
            for table in ("document", "posting", "block"):
                self._db.execute(f"DELETE FROM textsearch_{table}")  # noqa: S608 - the three names stand above
            portion: dict[str, Document] = {}
            for document in documents:
                portion[writable(document.id)] = document
                if len(portion) >= BLOCK:
                    self._take_out(portion)
                    self._put_in(portion.values())
                    portion.clear()
            self._take_out(portion)
            self._put_in(portion.values())

    def count(self) -> int:
        """How many documents are in."""
        return int(self._db.execute("SELECT count(*) FROM textsearch_document").fetchone()[0])

    def close(self) -> None:
        """Close the file, if this index opened it."""
        if self._own:
            self._db.close()

    @contextmanager
    def _atomic(self, *, write: bool) -> Iterator[None]:
        """All or nothing, inside the caller's transaction if there is one."""
        if write and not self._db.in_transaction:
            # We read before we write: a lock asked for only then could be refused without waiting.
            self._db.execute("BEGIN IMMEDIATE")
            back: tuple[str, ...] = ("ROLLBACK",)
            done = "COMMIT"
        else:
            self._db.execute("SAVEPOINT textsearch")
            back, done = ("ROLLBACK TO textsearch", "RELEASE textsearch"), "RELEASE textsearch"
        try:
            yield
        except BaseException:
            for statement in back:
                self._db.execute(statement)
            raise
        self._db.execute(done)

    def _counts(self, document: Document) -> Counter[str]:
        """Weighted count of every token, and one for every filter the document answers to."""
        counts: Counter[str] = Counter()
        for text, weight in self._weights.parts(document):
            for token in tokens(text):
                counts[token] += weight
        return counts

    def _put_in(self, documents: Iterable[Document]) -> None:
        last = self._db.execute("SELECT coalesce(max(no), -1) FROM textsearch_document").fetchone()[0]
        added: dict[tuple[str, int], list[tuple[int, int]]] = {}
        lengths: dict[int, dict[int, int]] = {}
        for no, document in enumerate(documents, start=last + 1):
            block, place = divmod(no, BLOCK)
            self._db.execute(
                "INSERT INTO textsearch_document VALUES (?, ?, ?, ?, ?, ?, ?)",
                (no, *map(writable, _row(document if self._keeps_texts else document.without_text()))),
            )
            counts = self._counts(document)
            # Length 0 means "nobody here", so an empty document counts as one token long.
            lengths.setdefault(block, {})[place] = min(max(counts.total(), 1), _MOST_LENGTH)
            for term, count in counts.items():
                added.setdefault((term, block), []).append((place, min(count, _MOST_COUNT)))
            for term in _filter_terms(document.group or None, document.facets):
                added.setdefault((term, block), []).append((place, 1))
        self._write_lengths(lengths)
        self._append(added)

    def _append(self, added: Mapping[tuple[str, int], list[tuple[int, int]]]) -> None:
        rows = []
        for (term, block), entries in added.items():
            # New numbers are higher than all old ones, so appending keeps the order.
            places = np.array([place for place, _ in entries], np.uint16)
            counts = np.array([count for _, count in entries], np.uint8)
            old = self._db.execute(
                "SELECT data FROM textsearch_posting WHERE term = ? AND block = ?", (term, block)
            ).fetchone()
            if old:
                old_places, old_counts = _unpack(old[0])
                places, counts = np.concatenate((old_places, places)), np.concatenate((old_counts, counts))
            rows.append((term, block, _pack(places, counts)))
        # Sorted: neighbours in the tree are written together.
        self._db.executemany("INSERT OR REPLACE INTO textsearch_posting VALUES (?, ?, ?)", sorted(rows))

    def _take_out(self, ids: Iterable[str]) -> None:
        for wanted in ids:
            row = self._db.execute(
                "SELECT no, id, title, body, keywords, grp, facets FROM textsearch_document WHERE id = ?", (wanted,)
            ).fetchone()
            if row is None:
                continue
            block, place = divmod(row[0], BLOCK)
            if self._keeps_texts:
                document = _document(row[1:])
                for term in {*self._counts(document), *_filter_terms(document.group or None, document.facets)}:
                    self._erase(term, block, place)
            self._write_lengths({block: {place: 0}})
            self._db.execute("DELETE FROM textsearch_document WHERE no = ?", (row[0],))

    def _erase(self, term: str, block: int, place: int) -> None:
        key = (term, block)
        row = self._db.execute("SELECT data FROM textsearch_posting WHERE term = ? AND block = ?", key).fetchone()
        if row is None:  # written with other weights: then the count was nought
            return
        places, counts = _unpack(row[0])
        keep = places != place
        if keep.any():
            self._db.execute(
                "UPDATE textsearch_posting SET data = ? WHERE term = ? AND block = ?",
                (_pack(places[keep], counts[keep]), *key),
            )
        else:
            self._db.execute("DELETE FROM textsearch_posting WHERE term = ? AND block = ?", key)

    def _write_lengths(self, changes: Mapping[int, Mapping[int, int]]) -> None:
        for block, entries in changes.items():
            row = self._db.execute("SELECT lengths FROM textsearch_block WHERE block = ?", (block,)).fetchone()
            lengths = np.frombuffer(row[0], np.uint16).copy() if row else np.zeros(BLOCK, np.uint16)
            for place, length in entries.items():
                lengths[place] = length
            self._db.execute("INSERT OR REPLACE INTO textsearch_block VALUES (?, ?)", (block, lengths.tobytes()))

    # —— reading ——

    def search(
        self,
        query: str,
        limit: int = 10,
        *,
        group: str | None = None,
        facets: Mapping[str, str] | None = None,
        explain: bool = False,
    ) -> tuple[Hit, ...]:
        """The best documents by BM25 over pairs of characters, best first, older first when equal."""
        asked = read_query(query)
        if limit < 1 or not asked.terms:
            return ()
        with self._atomic(write=False):  # one state of the file for all statements
            lengths = self._lengths()
            if not lengths.any():
                return ()
            scores, parts = self._score(asked, lengths, explain=explain)
            filters = _filter_terms(group, facets or {})
            if filters:
                found = self._postings(filters)
                for term in filters:
                    allowed = np.zeros(len(lengths), bool)
                    if term in found:
                        allowed[found[term].places] = True
                    scores[~allowed] = 0
            scores[lengths == 0] = 0
            best = _top(scores, limit)
            return tuple(self._hit(int(no), float(scores[no]), asked, parts) for no in best)

    def fitting(
        self, query: str, limit: int, *, any_of: Iterable[tuple[str, str]], least: float = 0.5
    ) -> tuple[tuple[str, float], ...]:
        """
        Ids of the texts that hold most of what was asked, and how much of it, 0..1; fullest first, then newest first.

        any_of   facets (name, value); only texts with one of them are looked at
        least    smaller shares are left out
        Unlike `search` every part of the question counts the same, whatever else stands in the index: short messages differ in little
        else, and nothing that somebody may not read weighs in what they find.
        """
        asked = read_query(query)
        circles = [term for name, value in any_of for term in _filter_terms(None, {name: value})]
        if limit < 1 or not asked.terms or not circles:
            return ()
        with self._atomic(write=False):
            lengths = self._lengths()
            allowed = np.zeros(len(lengths), bool)
            for each in self._postings(circles).values():
                allowed[each.places] = True
            allowed &= lengths > 0
            found, _ = self._asked(asked)
            asked_for = self._rarest(asked.terms)
            shares = np.zeros(len(lengths), np.float32)
            for term in asked_for:
                if term in found:
                    shares[found[term].places] += 1
            shares /= max(1, len(asked_for))
            # In quarters: finer differences between messages mean nothing, and then the newest one is wanted.
            steps = np.floor(shares * 4 + 1e-3)
            places = np.flatnonzero(allowed & (shares + 1e-3 >= max(least, 1e-3)))
            best = places[np.lexsort((-places, -steps[places]))][:limit]
            names: dict[int, str] = {}
            for portion in _portions([int(no) for no in best]):
                question = (
                    "SELECT no, id FROM textsearch_document "  # noqa: S608 - only question marks added
                    f"WHERE no IN ({','.join('?' * len(portion))})"
                )
                names.update(self._db.execute(question, portion).fetchall())
        return tuple((names[int(no)], min(1.0, float(steps[no]) / 4)) for no in best)

    def ids(self) -> frozenset[str]:
        """The ids of all documents that are in."""
        return frozenset(row[0] for row in self._db.execute("SELECT id FROM textsearch_document"))

    def facets_of(self, ids: Sequence[str]) -> dict[str, dict[str, str]]:
        """The facets of those of the documents that are in."""
        found: dict[str, dict[str, str]] = {}
        for portion in _portions([writable(name) for name in ids]):
            question = (
                "SELECT id, facets FROM textsearch_document "  # noqa: S608 - only question marks added
                f"WHERE id IN ({','.join('?' * len(portion))})"
            )
            found.update((name, json.loads(facets)) for name, facets in self._db.execute(question, portion))
        return found

    def _lengths(self) -> NDArray[np.uint16]:
        rows = self._db.execute("SELECT block, lengths FROM textsearch_block ORDER BY block").fetchall()
        if not rows:
            return np.zeros(0, np.uint16)
        lengths = np.zeros((rows[-1][0] + 1) * BLOCK, np.uint16)
        for block, data in rows:
            lengths[block * BLOCK : (block + 1) * BLOCK] = np.frombuffer(data, np.uint16)
        return lengths

    def _score(
        self, asked: Query, lengths: NDArray[np.uint16], *, explain: bool
    ) -> tuple[Floats, list[tuple[str, str, Places, Floats]]]:
        scores = np.zeros(len(lengths), np.float32)
        parts: list[tuple[str, str, Places, Floats]] = []
        documents = int(np.count_nonzero(lengths))
        mean = float(lengths.sum(dtype=np.int64)) / documents
        found, kinds = self._asked(asked)
        for term, postings in found.items():
            idf = self._bm25.idf(documents, len(postings.places))
            weights = idf * self._bm25.saturation(postings.counts, lengths[postings.places].astype(np.float32), mean)
            scores[postings.places] += weights  # a document stands once in a list, so plain indexing adds right
            if explain:
                parts.append((term, kinds[term], postings.places, weights))
        return scores, parts

    def _asked(self, asked: Query) -> tuple[dict[str, _Postings], dict[str, str]]:
        """Where the terms of a question stand, and which of them were taken for the beginning of a word."""
        found = self._postings(self._rarest(asked.terms))
        kinds = dict.fromkeys(found, "text")
        if asked.prefix:
            completed = self._completed(asked.prefix)
            if completed is not None:
                found[asked.prefix], kinds[asked.prefix] = completed, "prefix"
        return found, kinds

    def _rarest(self, terms: tuple[str, ...]) -> list[str]:
        """The terms themselves, or the rarest of them when a text was pasted."""
        if len(terms) <= MOST_TERMS:
            return list(terms)
        sizes: dict[str, int] = {}
        for portion in _portions(list(terms)):
            question = (
                "SELECT term, sum(length(data)) FROM textsearch_posting "  # noqa: S608 - only question marks added
                f"WHERE term IN ({','.join('?' * len(portion))}) GROUP BY term"
            )
            sizes.update(self._db.execute(question, portion).fetchall())
        return sorted(sizes, key=lambda term: (sizes[term], term))[:MOST_TERMS]

    def _postings(self, terms: Iterable[str]) -> dict[str, _Postings]:
        pieces: dict[str, list[tuple[int, bytes]]] = {}
        for portion in _portions(list(terms)):
            question = (
                "SELECT term, block, data FROM textsearch_posting "  # noqa: S608 - only question marks added
                f"WHERE term IN ({','.join('?' * len(portion))}) ORDER BY term, block"
            )
            for term, block, data in self._db.execute(question, portion):
                pieces.setdefault(term, []).append((block, data))
        found = {}
        for term, blocks in pieces.items():
            unpacked = [(block, *_unpack(data)) for block, data in blocks]
            found[term] = _Postings(
                np.concatenate([places.astype(np.int64) + block * BLOCK for block, places, _ in unpacked]),
                np.concatenate([counts for _, _, counts in unpacked]).astype(np.float32),
            )
        return found

    def _completed(self, prefix: str) -> _Postings | None:
        """All documents with a word that begins so, taken as one term."""
        rows = self._db.execute(
            "SELECT term FROM textsearch_posting WHERE term >= ? AND term < ? "
            "GROUP BY term ORDER BY sum(length(data)) DESC LIMIT ?",
            (prefix, prefix + "\U0010ffff", COMPLETIONS),
        ).fetchall()
        lists = list(self._postings(term for (term,) in rows).values())
        if not lists:
            return None
        places, where = np.unique(np.concatenate([each.places for each in lists]), return_inverse=True)
        counts = np.bincount(where, weights=np.concatenate([each.counts for each in lists]))
        return _Postings(places, counts.astype(np.float32))

    def _hit(self, no: int, score: float, asked: Query, parts: list[tuple[str, str, Places, Floats]]) -> Hit:
        row = self._db.execute(
            "SELECT id, title, body, keywords, grp, facets FROM textsearch_document WHERE no = ?", (no,)
        ).fetchone()
        document = _document(row)
        why = []
        for term, kind, places, weights in parts:
            at = int(np.searchsorted(places, no))
            if at < len(places) and places[at] == no:
                why.append(Match(term, kind, float(weights[at]) / score))
        why.sort(key=lambda match: (-match.share, match.term))
        return show(document, score, asked.terms, tuple(why))


def _row(document: Document) -> tuple[str, ...]:
    facets = json.dumps(dict(document.facets), ensure_ascii=False, sort_keys=True)
    return document.id, document.title, document.body, document.keywords, document.group, facets


def _document(row: tuple[str, str, str, str, str, str]) -> Document:
    name, title, body, keywords, group, facets = row
    return Document(name, title, body, keywords, group, json.loads(facets))


def _filter_terms(group: str | None, facets: Mapping[str, str]) -> list[str]:
    """The terms under which a filter is stored; `None` asks for no group."""
    terms = [] if group is None else [f"{_FILTER}group{_FILTER}{writable(group)}"]
    return terms + [
        f"{_FILTER}facet{_FILTER}{writable(name)}{_FILTER}{writable(value)}" for name, value in facets.items()
    ]


def _portions(terms: Sequence[T]) -> Iterator[Sequence[T]]:
    for start in range(0, len(terms), _VARIABLES):
        yield terms[start : start + _VARIABLES]


def _top(scores: Floats, limit: int) -> NDArray[np.int64]:
    """Numbers of the best positive scores, best first, lower number first when equal."""
    if limit < len(scores):
        floor = np.partition(scores, len(scores) - limit)[len(scores) - limit]
        candidates = np.flatnonzero(scores >= max(floor, np.float32(1e-9)))
    else:
        candidates = np.flatnonzero(scores > 0)
    return candidates[np.lexsort((candidates, -scores[candidates]))][:limit]
