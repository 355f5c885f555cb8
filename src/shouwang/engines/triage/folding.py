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

import re
import unicodedata
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property, lru_cache
from itertools import chain, repeat

from shouwang.engines.triage.wordlist import WordList, pairs_of

BREAK = "，"
_BREAKS = frozenset("，。！？；：、,!?;:\n\r")
_KEPT_MARKS = frozenset("《》")  # a title in these is a film, a song or a law
_LATIN = frozenset("abcdefghijklmnopqrstuvwxyz")
# Between letters a single space, apostrophe, hyphen or dot may stand.
_LATIN_RUN = re.compile(r"[a-z](?:[ '\-.]?[a-z])*")
# No noise is found outside of these; inside, all noise is written as a space before the gaps are read.
_SIGNS = re.compile(r"[\W_]+")
_GAP = re.compile(f"[ {BREAK}]+")
# A mark between two lone characters: a way to hide a word.
_HIDING = re.compile(
    f"{BREAK}(?<![^{BREAK}].{BREAK})(?=[\u3400-\u9fff\U00020000-\U0003ffff](?:{BREAK}|\\Z))", re.DOTALL
)
# From this length a pinyin word is unlikely to arise by chance where two other words meet.
_FREE_STANDING = 6
# More characters than any language writes with; whoever sends all of Unicode fills no memory.
_REMEMBERED = 20_000


Span = tuple[int, int]
# A text on its way, and for each of its characters the range of the original that it stands for.
_Draft = tuple[str, list[Span]]
# A range of a draft and what to put in its place; every new character stands for all of the range.
_Edit = tuple[int, int, str]


@dataclass(frozen=True)
class Folded:
    """
    text     the folded spelling; ``len(text) == len(spans)``
    spans    for each folded character the half-open range of the original text that it stands for; they never go back
    clauses  for each folded character the number of its clause, counted from 0; a BREAK belongs to the clause it ends
    """

    text: str
    spans: tuple[Span, ...]
    clauses: tuple[int, ...]

    def original(self, start: int, end: int) -> Span:
        """Range of the original text behind the folded range ``start:end`` (not empty)."""
        return self.spans[start][0], self.spans[end - 1][1]

    @cached_property
    def pairs(self) -> list[str]:
        """Each folded character with the one behind it."""
        return pairs_of(self.text)


class CharacterTable(dict[int, str]):
    """Table for str.translate that works each character out when it first comes by."""

    def __init__(self, of: Callable[[str], str]) -> None:
        super().__init__()
        self._of = of

    def __missing__(self, code: int) -> str:
        meant = self._of(chr(code))
        if len(self) < _REMEMBERED:
            self[code] = meant
        return meant


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
    def _respelt(self) -> WordList:
        return WordList(self.respell)

    @cached_property
    def _common(self) -> WordList:
        return WordList(self.dialect)

    @cached_property
    def _plain_of(self) -> CharacterTable:
        def plain(char: str) -> str:
            if char in _BREAKS:
                return BREAK
            return "".join(self.traditional.get(each, each) for each in _plainly(char))

        return CharacterTable(plain)

    def fold(self, text: str) -> Folded:
        """Fold ``text``; time and memory grow linearly with its length."""
        draft = _without_noise(self._replace_latin(self._plain(text)))
        folded, spans = _replaced(_replaced(draft, self._respelt, self.respell), self._common, self.dialect)
        # A clause ends with its mark; after the last one no mark follows.
        sizes = (len(clause) + 1 for clause in folded.split(BREAK))
        clauses = list(chain.from_iterable(repeat(number, size) for number, size in enumerate(sizes)))
        return Folded(folded, tuple(spans), tuple(clauses[:-1]))

    def word(self, text: str) -> str:
        """A word of a pattern in the folded spelling; respelling is left out, it would hide deliberate misspellings."""
        return _replaced(_without_noise(self._plain(text)), self._common, self.dialect)[0]

    def _plain(self, text: str) -> _Draft:
        plain_of = self._plain_of
        spans: Iterable[Span] = zip(range(len(text)), range(1, len(text) + 1), strict=True)
        if set(map(len, map(plain_of.__getitem__, map(ord, set(text))))) - {1}:
            sizes = (len(plain_of[ord(char)]) for char in text)
            spans = chain.from_iterable(map(repeat, spans, sizes))
        return text.translate(plain_of), list(spans)

    def _replace_latin(self, draft: _Draft) -> _Draft:
        return _edited(draft, self._latin_edits(draft[0]))

    def _latin_edits(self, text: str) -> Iterator[_Edit]:
        for run in _LATIN_RUN.finditer(text):
            start, end = run.span()
            touches = (start > 0 and _is_han(text[start - 1])) or (end < len(text) and _is_han(text[end]))
            if touches and run[0] in self.syllables:
                yield start, end, self.syllables[run[0]]
            else:
                yield from self._pinyin_edits(run[0], start)

    def _pinyin_edits(self, run: str, start: int) -> Iterator[_Edit]:
        letters = [n for n, char in enumerate(run) if char in _LATIN]
        joined = "".join(run[n] for n in letters)
        heads = {0} | {k for k in range(1, len(letters)) if letters[k] > letters[k - 1] + 1} | {len(letters)}
        k = 0
        while k < len(letters):
            for size in range(min(self._longest_pinyin, len(letters) - k), 1, -1):
                word = self.pinyin.get(joined[k : k + size])
                if word and (size >= _FREE_STANDING or (k in heads and k + size in heads)):
                    yield start + letters[k], start + letters[k + size - 1] + 1, word
                    k += size
                    break
            else:
                k += 1

    @cached_property
    def _longest_pinyin(self) -> int:
        return max(map(len, self.pinyin), default=0)


def _edited(draft: _Draft, edits: Iterable[_Edit]) -> _Draft:
    """The draft with its edits made; they come in the order of the text and do not overlap."""
    text, spans = draft
    pieces: list[str] = []
    kept: list[Span] = []
    done = 0
    for start, end, new in edits:
        pieces += (text[done:start], new)
        kept += spans[done:start]
        kept += [(spans[start][0], spans[end - 1][1])] * len(new)
        done = end
    return ("".join((*pieces, text[done:])), kept + spans[done:]) if done else draft


def _replaced(draft: _Draft, words: WordList, meant: Mapping[str, str]) -> _Draft:
    """Each word replaced by the one that is meant."""
    return _edited(draft, ((start, end, meant[draft[0][start:end]]) for start, end in words.find(draft[0])))


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


_SHAPE = CharacterTable(lambda char: " " if _is_noise(char) else char)


def _without_noise(draft: _Draft) -> _Draft:
    """Drop noise, keep one space between Latin words or numbers, one BREAK between clauses and none at the ends."""
    draft = _edited(draft, _noise_edits(draft[0]))
    hidden = _HIDING.finditer(draft[0]) if BREAK in draft[0] else ()
    return _edited(draft, ((mark.start(), mark.end(), "") for mark in hidden))


def _gaps(text: str) -> Iterator[Span]:
    for signs in _SIGNS.finditer(text):
        if signs[0] == BREAK and signs.start() > 0 and signs.end() < len(text):
            continue  # one mark between two clauses is as it should be
        for gap in _GAP.finditer(signs[0].translate(_SHAPE)):
            yield signs.start() + gap.start(), signs.start() + gap.end()


def _noise_edits(text: str) -> Iterator[_Edit]:
    for start, end in _gaps(text):
        mark = text.rfind(BREAK, start, end)
        if start == 0 or end == len(text):
            yield start, end, ""
        elif mark >= 0:
            yield from ((start, mark, ""), (mark + 1, end, "")) if end - start > 1 else ()
        elif text[start - 1].isascii() and text[end].isascii():
            yield start, start + 1, " "
            yield start + 1, end, ""
        else:
            yield start, end, ""
