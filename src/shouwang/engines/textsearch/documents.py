"""
What goes into an index and what comes out of it: the same for every index.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from types import TracebackType
from typing import Protocol, Self

from shouwang.engines.errors import BadData

Span = tuple[int, int]
LONGEST_NAME = 200


@dataclass(frozen=True, slots=True)
class Document:
    """
    One thing that can be found.

    id         the caller's own name for it; a second document with the same id replaces the first
    title      its name or the question it answers
    body       its text
    keywords   further words people look for it by, separated by spaces
    group      coarse filter (guides, answers, published); empty: none
    facets     further exact filters, e.g. {"language": "zh", "unit": "12"}

    Raises BadData when id, group or a facet's name or value is longer than 200 characters, or the id is empty.
    """

    id: str
    title: str = ""
    body: str = ""
    keywords: str = ""
    group: str = ""
    facets: Mapping[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        if not self.id:
            raise BadData("document.id", "must not be empty")
        for name in (self.id, self.group, *self.facets, *self.facets.values()):
            if len(name) > LONGEST_NAME:
                raise BadData("document", f"id, group and facets have at most {LONGEST_NAME} characters: {name[:20]}…")

    def without_text(self) -> Document:
        """As an index keeps it that keeps no texts."""
        return Document(self.id, group=self.group, facets=self.facets)


@dataclass(frozen=True, slots=True)
class Match:
    """
    One reason for a hit.

    term    the words of the question that were found (or a concept's name)
    kind    "text" exact characters, "prefix" the beginning of a word, "concept" another word for the same thing
    share   this reason's part of the score, 0..1
    """

    term: str
    kind: str
    share: float


@dataclass(frozen=True, slots=True)
class Hit:
    """
    One found document, best first in a result.

    score           comparable within one answer only
    title_spans     [start, end) places in `title` to mark
    snippet         a part of the body around the densest match, whole text if short
    snippet_spans   [start, end) places in `snippet` to mark
    why             filled when the search was asked to explain, strongest first
    """

    id: str
    score: float
    title: str = ""
    title_spans: tuple[Span, ...] = ()
    snippet: str = ""
    snippet_spans: tuple[Span, ...] = ()
    group: str = ""
    facets: Mapping[str, str] = field(default_factory=dict)
    why: tuple[Match, ...] = ()


@dataclass(frozen=True, slots=True)
class FieldWeights:
    """How many times a word counts by where it stands; whole numbers from 0 to 20."""

    title: int = 2
    body: int = 1
    keywords: int = 2

    def __post_init__(self) -> None:
        for name in ("title", "body", "keywords"):
            weight = getattr(self, name)
            if not isinstance(weight, int) or not 0 <= weight <= 20:
                raise BadData(f"weights.{name}", f"must be a whole number from 0 to 20, not {weight!r}")

    def parts(self, document: Document) -> tuple[tuple[str, int], ...]:
        """(text, weight) of each field that counts."""
        pairs = (
            (document.title, self.title),
            (document.body, self.body),
            (document.keywords, self.keywords),
        )
        return tuple((text, weight) for text, weight in pairs if text and weight)


class Index(Protocol):
    """Anything documents can be put into and searched in. No method raises on what a person typed."""

    def add(self, *documents: Document) -> None:
        """Put documents in; one with a known id takes the old one's place."""
        ...

    def remove(self, *ids: str) -> None:
        """Take documents out; an unknown id is no error."""
        ...

    def rebuild(self, documents: Iterable[Document]) -> None:
        """Empty the index and fill it anew; a reader sees the old content until it is done."""
        ...

    def count(self) -> int:
        """How many documents are in."""
        ...

    def search(
        self,
        query: str,
        limit: int = 10,
        *,
        group: str | None = None,
        facets: Mapping[str, str] | None = None,
        explain: bool = False,
    ) -> tuple[Hit, ...]:
        """The best documents, best first; () when nothing matches. A half typed question is welcome."""
        ...

    def close(self) -> None:
        """Let go of files."""
        ...


def writable(text: str) -> str:
    """Text as a file can keep it: half of a split emoji cannot be written as UTF-8 and becomes a question mark."""
    return text.encode("utf-8", "replace").decode("utf-8")


class Closing:
    """`with SqliteIndex(path) as index:` for every index."""

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.close()

    def close(self) -> None:
        """Nothing to let go of by default."""
