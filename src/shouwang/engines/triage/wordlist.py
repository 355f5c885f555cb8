"""
A list of words, looked for in a text fast: at each place the longest word, from left to right, never overlapping.

    list(WordList(["电动车", "电动", "车"]).find("我的电动车"))          # [(2, 5)]

A list of some thousand words as one regular expression tries them one after the other at every character. Here the pairs of neighbouring
characters are asked for in one sweep that runs below Python, and only the few places where a word can begin are looked at.
"""

from __future__ import annotations

import re
from collections.abc import Container, Iterable, Iterator
from itertools import compress, count
from operator import add

# Words that begin with no more characters than this are looked for by the first one alone.
_FEW = 150


def pairs_of(text: str) -> list[str]:
    """Each character with the one behind it; one less than there are characters."""
    return list(map(add, text, text[1:]))


def where(parts: Iterable[str], known: Container[str]) -> Iterator[int]:
    """The places of those parts that are known."""
    return compress(count(), map(known.__contains__, parts))


def lowered(text: str) -> str:
    """In small letters; each character stays at its place."""
    low = text.lower()
    return low if len(low) == len(text) else "".join(char.lower()[:1] for char in text)


def _one_of(characters: Iterable[str]) -> re.Pattern[str]:
    within = "".join(map(re.escape, characters))
    return re.compile(f"[{within}]" if within else "(?!)")


class WordList:
    """The words, by their first two characters."""

    def __init__(self, words: Iterable[str]) -> None:
        self._words = frozenset(words)
        sizes: dict[str, set[int]] = {}
        for word in self._words:
            sizes.setdefault(word[:2], set()).add(len(word))
        firsts = sorted({head[0] for head in sizes})
        self._few = _one_of(firsts) if len(firsts) <= _FEW else None
        self._lone = _one_of(head for head in sizes if len(head) == 1)
        self._sizes = {head: tuple(sorted(found, reverse=True)) for head, found in sizes.items()}

    def begins(self, text: str) -> Iterable[int]:
        """The places of a text where a word may begin, in their order."""
        if self._few:
            return (match.start() for match in self._few.finditer(text))
        lone = [match.start() for match in self._lone.finditer(text)]
        found = where(pairs_of(text), self._sizes)
        return sorted({*found, *lone}) if lone else found

    def within(self, text: str) -> frozenset[str]:
        """All words that a text holds, those inside of others too."""
        parts = (
            text[at : at + size] for at in self.begins(text) for size in (*self._sizes.get(text[at : at + 2], ()), 1)
        )
        return self._words.intersection(parts)

    def find(self, text: str) -> Iterator[tuple[int, int]]:
        """The half-open ranges of the words in a text."""
        done = 0
        for at in self.begins(text):
            if at < done:
                continue
            for size in (*self._sizes.get(text[at : at + 2], ()), 1):
                if text[at : at + size] in self._words:
                    done = min(at + size, len(text))
                    yield at, done
                    break
