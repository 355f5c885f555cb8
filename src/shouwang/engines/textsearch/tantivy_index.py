"""
The same index in a folder of its own, by tantivy: for sites on PostgreSQL, and beyond some 300,000 texts.

Tokens, field weights and formula are those of the SQLite index, so both put the same documents on top; tantivy keeps
text lengths in one byte, so scores differ a little. The folder is a copy that can always be rebuilt from the database.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import tantivy

from shouwang.engines.textsearch.documents import Closing, Document, FieldWeights, Hit, Match, writable
from shouwang.engines.textsearch.query import COMPLETIONS, MOST_TERMS, read_query
from shouwang.engines.textsearch.snippets import show
from shouwang.engines.textsearch.text import tokens

_HEAP_BYTES = 30_000_000
_MUST, _SHOULD = tantivy.Occur.Must, tantivy.Occur.Should


class Damaged(Exception):
    """The folder holds something that is no whole index; it has to be made anew."""


@contextmanager
def _whole() -> Iterator[None]:
    """tantivy says ValueError or OSError to whatever it cannot read."""
    try:
        yield
    except (ValueError, OSError) as why:
        if "LockBusy" in str(why):
            raise
        raise Damaged(str(why)) from why


def _schema() -> Any:
    builder = tantivy.SchemaBuilder()
    builder.add_text_field("id", stored=False, tokenizer_name="raw", index_option="basic")
    builder.add_text_field("filter", stored=False, tokenizer_name="raw", index_option="basic")
    builder.add_text_field("text", stored=False, tokenizer_name="pieces", index_option="freq")
    builder.add_text_field("stored", stored=True, tokenizer_name="raw", index_option="basic")
    return builder.build()


class TantivyIndex(Closing):
    """
    Index in a folder; `None` keeps it in memory.

    path         made when missing; an index found there is used
    weights      how much title, body and keywords count
    keeps_texts  whether title, body and keywords are stored beside the numbers; else a hit has none, and a million texts take a quarter of
                 the place

    One process may write at a time (tantivy locks the folder and raises ValueError for the second). Raises Damaged for a folder that is no
    whole index.
    """

    def __init__(
        self, path: str | Path | None, *, weights: FieldWeights | None = None, keeps_texts: bool = True
    ) -> None:
        self._weights = weights or FieldWeights()
        self._keeps_texts = keeps_texts
        self._schema = _schema()
        if path is not None:
            Path(path).mkdir(parents=True, exist_ok=True)
        with _whole():
            self._index = tantivy.Index(self._schema, path=None if path is None else str(path), reuse=True)
        pieces = tantivy.TextAnalyzerBuilder(tantivy.Tokenizer.whitespace()).build()
        self._index.register_tokenizer("pieces", pieces)

    def add(self, *documents: Document) -> None:
        """Put documents in; one with a known id takes the old one's place. All or none."""
        self._write(documents, afresh=False)

    def remove(self, *ids: str) -> None:
        """Take documents out; an unknown id is no error."""
        self._write((), gone=ids, afresh=False)

    def rebuild(self, documents: Iterable[Document]) -> None:
        """Empty the index and fill it anew in one commit; of documents with one id the last counts."""
        self._write(documents, afresh=True)

    @_whole()
    def count(self) -> int:
        """How many documents are in."""
        self._index.reload()
        return int(self._index.searcher().num_docs)

    def _write(self, documents: Iterable[Document], gone: Iterable[str] = (), *, afresh: bool) -> None:
        with _whole():
            writer = self._index.writer(_HEAP_BYTES, 1)
        try:
            if afresh:
                writer.delete_all_documents()
            for name in gone:
                writer.delete_documents_by_term("id", writable(name))
            for document in documents:
                writer.delete_documents_by_term("id", writable(document.id))
                writer.add_document(self._entry(document))
            with _whole():
                writer.commit()
        except BaseException:
            writer.rollback()
            raise
        finally:
            writer.wait_merging_threads()
        with _whole():
            self._index.reload()

    def _entry(self, document: Document) -> Any:
        weighted = [token for text, weight in self._weights.parts(document) for token in tokens(text) * weight]
        kept = document if self._keeps_texts else document.without_text()
        entry = tantivy.Document(id=writable(document.id), text=" ".join(weighted), stored=_to_json(kept))
        for term in _filter_terms(document.group or None, document.facets):
            entry.add_text("filter", term)
        return entry

    @_whole()
    def search(
        self,
        query: str,
        limit: int = 10,
        *,
        group: str | None = None,
        facets: Mapping[str, str] | None = None,
        explain: bool = False,
    ) -> tuple[Hit, ...]:
        """The best documents by BM25 over pairs of characters, best first."""
        asked = read_query(query)
        if limit < 1 or not asked.terms:
            return ()
        self._index.reload()
        searcher = self._index.searcher()
        if not searcher.num_docs:
            return ()
        terms = asked.terms
        if len(terms) > MOST_TERMS:
            sizes = {term: searcher.doc_freq("text", term) for term in terms}
            known = [term for term in terms if sizes[term]]
            terms = tuple(sorted(known, key=lambda term: (sizes[term], term))[:MOST_TERMS])
        wanted = {(term, "text"): self._term("text", term) for term in terms}
        if asked.prefix:
            begun = sorted(searcher.terms_with_prefix("text", asked.prefix), key=lambda found: -found[1])
            completed = [term for term, _ in begun[:COMPLETIONS]]
            if completed:
                wanted.pop((asked.prefix, "text"), None)
                wanted[asked.prefix, "prefix"] = tantivy.Query.disjunction_max_query(
                    [self._term("text", term) for term in completed]
                )
        clauses = [(_MUST, tantivy.Query.boolean_query([(_SHOULD, each) for each in wanted.values()]))]
        clauses += [
            (_MUST, tantivy.Query.const_score_query(self._term("filter", term), 0.0))
            for term in _filter_terms(group, facets or {})
        ]
        found = searcher.search(tantivy.Query.boolean_query(clauses), min(limit, searcher.num_docs), count=False).hits
        hits = []
        for score, address in found:
            document = _from_json(searcher.doc(address).get_first("stored"))
            why = _why(searcher, address, wanted) if explain else ()
            if self._keeps_texts:
                hits.append(show(document, float(score), asked.terms, why))
            else:
                hits.append(Hit(document.id, float(score), group=document.group, facets=document.facets, why=why))
        return tuple(hits)

    def _term(self, field: str, value: str) -> Any:
        return tantivy.Query.term_query(self._schema, field, value, "freq" if field == "text" else "basic")


def _why(searcher: Any, address: Any, wanted: Mapping[tuple[str, str], Any]) -> tuple[Match, ...]:
    worth: dict[tuple[str, str], float] = {}
    for key, query in wanted.items():
        with suppress(ValueError):  # tantivy's way to say that this term is not in this document
            worth[key] = float(json.loads(query.explain(searcher, address).to_json())["value"])
    total = sum(worth.values()) or 1.0
    why = [Match(term, kind, value / total) for (term, kind), value in worth.items() if value > 0]
    return tuple(sorted(why, key=lambda match: (-match.share, match.term)))


def _filter_terms(group: str | None, facets: Mapping[str, str]) -> list[str]:
    terms = [] if group is None else [json.dumps([writable(group)])]
    return terms + [json.dumps([writable(name), writable(value)]) for name, value in facets.items()]


def _to_json(document: Document) -> str:
    fields = [document.id, document.title, document.body, document.keywords, document.group, dict(document.facets)]
    return writable(json.dumps(fields, ensure_ascii=False))


def _from_json(text: str) -> Document:
    name, title, body, keywords, group, facets = json.loads(text)
    return Document(name, title, body, keywords, group, facets)
