"""
Fold what people really type into one plain spelling, and remember where each character came from.

Voice input, dialect spelling, pinyin, traditional characters, broken words ("救.命") and full-width forms all end up in
the same spelling, so that a pattern has to be written once. Nothing is guessed: each step is a table or a rule below.

1. NFKC and case folding, character by character; invisible characters and accents go.
2. Traditional characters become simplified ones (table).
3. Pinyin words become characters ("jiu ming" -> 救命); so does one syllable that touches a character ("拿dao" -> 拿刀).
4. Spaces and symbols between characters go; clause marks (，。！？ and new lines) all become ``BREAK``, except between
   two lone characters ("救，命"), where they are a way to hide a word.
5. Misspelt words become the meant ones ("就命" -> 救命; table), words of dialects the common ones ("屋头" -> 家里; table).
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property, lru_cache

BREAK = "，"
_BREAKS = frozenset("，。！？；：、,!?;:\n\r")
_KEPT_MARKS = frozenset("《》")  # a title in these is a film, a song or a law
_LATIN = frozenset("abcdefghijklmnopqrstuvwxyz")
# From this length a pinyin word is unlikely to arise by chance where two other words meet.
_FREE_STANDING = 6


@dataclass(frozen=True)
class Folded:
    """
    text     the folded spelling; ``len(text) == len(spans)``
    spans    for each folded character the half-open range of the original text that it stands for
    clauses  for each folded character the number of its clause, counted from 0; a BREAK belongs to the clause it ends
    """

    text: str
    spans: tuple[tuple[int, int], ...]
    clauses: tuple[int, ...]

    def original(self, start: int, end: int) -> tuple[int, int]:
        """Range of the original text behind the folded range ``start:end`` (not empty)."""
        return self.spans[start][0], max(last for _, last in self.spans[start:end])


_Cell = tuple[str, int, int]


@dataclass(frozen=True)
class Folding:
    """
    The spelling tables.

    traditional  one character -> one character
    pinyin       letters without spaces or tones -> characters
    syllables    letters -> one character, used only where the letters touch a character
    respell      misspelt word (already folded) -> meant word
    dialect      word of a dialect (already folded) -> common word; the words of patterns are folded by it too
    """

    traditional: Mapping[str, str] = field(default_factory=dict)
    pinyin: Mapping[str, str] = field(default_factory=dict)
    syllables: Mapping[str, str] = field(default_factory=dict)
    respell: Mapping[str, str] = field(default_factory=dict)
    dialect: Mapping[str, str] = field(default_factory=dict)

    @cached_property
    def _respell(self) -> _Table:
        return _Table(self.respell)

    @cached_property
    def _dialect(self) -> _Table:
        return _Table(self.dialect)

    def fold(self, text: str) -> Folded:
        """Fold ``text``; time and memory grow linearly with its length."""
        cells = self._replace_latin(list(self._plain(text)))
        cells = self._dialect.replace(self._respell.replace(_without_noise(cells)))
        clause, clauses = 0, []
        for char, _, _ in cells:
            clauses.append(clause)
            clause += char == BREAK
        return Folded("".join(c for c, _, _ in cells), tuple((s, e) for _, s, e in cells), tuple(clauses))

    def word(self, text: str) -> str:
        """A word of a pattern in the folded spelling; respelling is left out, it would hide deliberate misspellings."""
        return "".join(c for c, _, _ in self._dialect.replace(_without_noise(list(self._plain(text)))))

    def _plain(self, text: str) -> Iterator[_Cell]:
        for at, char in enumerate(text):
            if char in _BREAKS:
                yield BREAK, at, at + 1
                continue
            for plain in _plainly(char):
                yield self.traditional.get(plain, plain), at, at + 1

    def _replace_latin(self, cells: list[_Cell]) -> list[_Cell]:
        out: list[_Cell] = []
        at = 0
        while at < len(cells):
            if cells[at][0] not in _LATIN:
                out.append(cells[at])
                at += 1
                continue
            end = _latin_run_end(cells, at)
            run = cells[at:end]
            touches = (at > 0 and _is_han(cells[at - 1][0])) or (end < len(cells) and _is_han(cells[end][0]))
            letters = "".join(c for c, _, _ in run)
            if touches and letters in self.syllables:
                out.append((self.syllables[letters], run[0][1], run[-1][2]))
            else:
                out.extend(self._replace_pinyin(run))
            at = end
        return out

    def _replace_pinyin(self, run: list[_Cell]) -> list[_Cell]:
        letters = [n for n, (c, _, _) in enumerate(run) if c in _LATIN]
        joined = "".join(run[n][0] for n in letters)
        heads = {0} | {k for k in range(1, len(letters)) if letters[k] > letters[k - 1] + 1} | {len(letters)}
        longest = max(map(len, self.pinyin), default=0)
        out: list[_Cell] = []
        k = done = 0
        while k < len(letters):
            for size in range(min(longest, len(letters) - k), 1, -1):
                word = self.pinyin.get(joined[k : k + size])
                if word and (size >= _FREE_STANDING or (k in heads and k + size in heads)):
                    out.extend(run[done : letters[k]])
                    done = letters[k + size - 1] + 1
                    out.extend((char, run[letters[k]][1], run[done - 1][2]) for char in word)
                    k += size
                    break
            else:
                k += 1
        return out + run[done:]


def _latin_run_end(cells: list[_Cell], at: int) -> int:
    """End of a run of letters in which single spaces or apostrophes may stand between letters."""
    end = at + 1
    while end < len(cells):
        if cells[end][0] in _LATIN:
            end += 1
        elif cells[end][0] in " '-." and end + 1 < len(cells) and cells[end + 1][0] in _LATIN:
            end += 2
        else:
            break
    return end


def _is_han(char: str) -> bool:
    return "\u3400" <= char <= "\u9fff" or "\U00020000" <= char <= "\U0003ffff"


@lru_cache(maxsize=8192)
def _plainly(char: str) -> tuple[str, ...]:
    """A character without case, width, accents; nothing of an invisible one."""
    return tuple(
        plain
        for plain in unicodedata.normalize("NFKD" if char.isascii() else "NFKC", char).casefold()
        if unicodedata.category(plain) not in {"Mn", "Me", "Cf", "Sk", "Cc"} or plain.isspace()
    )


@lru_cache(maxsize=8192)
def _is_noise(char: str) -> bool:
    if char in _KEPT_MARKS or char == BREAK:
        return False
    return char.isspace() or unicodedata.category(char)[0] in "PZ" or unicodedata.category(char) in {"Sm", "Sc"}


def _without_noise(cells: list[_Cell]) -> list[_Cell]:
    """Drop noise, keep one space between Latin words or numbers, one BREAK between clauses and none at the ends."""
    out: list[_Cell] = []
    gap: _Cell | None = None
    for cell in cells:
        if cell[0] == BREAK or _is_noise(cell[0]):
            if gap is None or cell[0] == BREAK:
                gap = cell
            continue
        if gap is not None and out:
            if gap[0] == BREAK:
                out.append(gap)
            elif out[-1][0].isascii() and cell[0].isascii():
                out.append((" ", gap[1], gap[2]))
        gap = None
        out.append(cell)
    return _join_lone_characters(out)


def _join_lone_characters(cells: list[_Cell]) -> list[_Cell]:
    marks = [-1, *(n for n, cell in enumerate(cells) if cell[0] == BREAK), len(cells)]
    hidden = {
        marks[k]
        for k in range(1, len(marks) - 1)
        if marks[k] - marks[k - 1] == 2 and marks[k + 1] - marks[k] == 2 and _is_han(cells[marks[k] + 1][0])
    }
    return [cell for n, cell in enumerate(cells) if n not in hidden]


class _Table:
    """Words and what to put in their place, with the lengths to try at each first character."""

    def __init__(self, words: Mapping[str, str]) -> None:
        self._words = words
        sizes: dict[str, set[int]] = {}
        for word in words:
            sizes.setdefault(word[0], set()).add(len(word))
        self._sizes = {first: sorted(each, reverse=True) for first, each in sizes.items()}

    def replace(self, cells: list[_Cell]) -> list[_Cell]:
        """Replace each word of the table, the longest first; every new character stands for the whole replaced range."""
        text = "".join(c for c, _, _ in cells)
        out: list[_Cell] = []
        at = 0
        while at < len(cells):
            for size in self._sizes.get(text[at], ()):
                meant = self._words.get(text[at : at + size])
                if meant is not None and at + size <= len(cells):
                    out.extend((char, cells[at][1], cells[at + size - 1][2]) for char in meant)
                    at += size
                    break
            else:
                out.append(cells[at])
                at += 1
        return out
