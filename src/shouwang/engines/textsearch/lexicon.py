"""
What people say, and what papers say: a small table of concepts, written for this project (`data/lexicon.txt`).

A line is `topic/concept: word word …`. A text carries a concept when one of its words occurs in it, so 老板不发工资
meets 拖欠劳动报酬 although they share no character. Stations may hand in a longer table of their own.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property, lru_cache
from importlib import resources

from shouwang.engines.errors import BadData
from shouwang.engines.textsearch.text import normalise


@dataclass(frozen=True)
class Lexicon:
    """concepts_of: normalised word -> names of its concepts."""

    concepts_of: dict[str, tuple[str, ...]]

    @cached_property
    def _sizes(self) -> dict[str, tuple[int, ...]]:
        """First character -> lengths of the words that begin with it, so that most places are passed over at once."""
        sizes: dict[str, set[int]] = {}
        for word in self.concepts_of:
            sizes.setdefault(word[0], set()).add(len(word))
        return {first: tuple(sorted(each)) for first, each in sizes.items()}

    def found_in(self, text: str) -> list[tuple[str, str]]:
        """(concept, word) of every listed word in the text, in order, overlapping words included."""
        plain = normalise(text)
        found: list[tuple[str, str]] = []
        for start, first in enumerate(plain):
            for size in self._sizes.get(first, ()):
                word = plain[start : start + size]
                if len(word) == size:  # the text's end would be counted once for each size
                    found.extend((concept, word) for concept in self.concepts_of.get(word, ()))
        return found

    def concepts(self, text: str) -> list[str]:
        """The concept of every listed word in the text, repeats kept."""
        return [concept for concept, _ in self.found_in(text)]


def read_lexicon(lines: Iterable[str], name: str = "lexicon") -> Lexicon:
    """
    Read `topic/concept: word word …` lines; `#` begins a comment line.

    Raises BadData naming file and line when a line has no topic, no words, or repeats a concept.
    """
    table: dict[str, list[str]] = {}
    seen: set[str] = set()
    for number, raw in enumerate(lines, start=1):
        line = raw.strip()
        if not line or line.startswith("#"):
            continue
        where = f"{name}:{number}"
        concept, colon, rest = line.partition(":")
        listed = [word for word in map(normalise, rest.split()) if word.strip()]
        if not colon or "/" not in concept:
            raise BadData(where, "a line reads 'topic/concept: word word …'")
        if not listed:
            raise BadData(where, f"the concept {concept} has no words")
        if concept in seen:
            raise BadData(where, f"the concept {concept} is already there; add the words to its first line")
        seen.add(concept)
        for word in dict.fromkeys(listed):
            table.setdefault(word, []).append(concept)
    return Lexicon({word: tuple(concepts) for word, concepts in table.items()})


@lru_cache(maxsize=1)
def default_lexicon() -> Lexicon:
    """The table that ships with the engine."""
    text = resources.files(__package__).joinpath("data/lexicon.txt").read_text(encoding="utf-8")
    return read_lexicon(text.splitlines(), "data/lexicon.txt")
