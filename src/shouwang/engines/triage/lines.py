"""
The pattern language of the danger list, small enough to add a line without programming.

    拿|持|举 ~4 刀|斧头          one of the first, at most 4 characters of the same clause, one of the second
    喝酒|喝多 ~~20 不敢回家       the same, but the gap may run over clause marks
    被 砍|捅                     a space alone: directly one after the other
    @hold ~4 @blade              @name stands for a list of words in [words]
    ^ 抢劫 $                     ^ begin and $ end of the message

There is no repetition and no nesting, so matching cannot blow up: words are found in one pass (at most one look-up per
distinct word length at each character), and parts are chained through sorted hits.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from itertools import chain

from shouwang.engines.errors import BadData
from shouwang.engines.triage.folding import BREAK, Folded, Folding
from shouwang.engines.triage.wordlist import where

MAX_PARTS = 8
MAX_GAP = 30
MAX_WORD = 16
_GAP = re.compile(r"(~~?)(\d{1,2})")

Hit = tuple[int, int]
Words = frozenset[str]


@dataclass(frozen=True)
class Line:
    """
    source      as written in the file
    parts       the words of each part, folded
    gaps        between the parts: (most characters, may it cross a clause mark)
    from_start  / to_end: bound to the begin or end of the message
    """

    source: str
    parts: tuple[Words, ...]
    gaps: tuple[tuple[int, bool], ...]
    from_start: bool
    to_end: bool


@dataclass(frozen=True)
class Match:
    """Where a line was found: the folded ranges of its parts, in order."""

    parts: tuple[Hit, ...]

    @property
    def start(self) -> int:
        return self.parts[0][0]


@dataclass
class Meter:
    """Counts the elementary steps of a screening, so that a test can hold them to the length of the text."""

    steps: int = 0


def parse_line(
    source: str, where: str, groups: Mapping[str, tuple[str, ...]], folding: Folding, *, lone: bool = False
) -> Line:
    """
    Read one line; BadData with ``where`` and the reason when it breaks a rule of the language.

    lone   a single character may stand on its own (for hints, which are silent alone)
    """
    tokens = source.split()
    from_start = tokens[:1] == ["^"]
    to_end = tokens[-1:] == ["$"]
    tokens = tokens[int(from_start) : len(tokens) - int(to_end)]
    parts: list[Words] = []
    gaps: list[tuple[int, bool]] = []
    gap: tuple[int, bool] | None = None
    for token in tokens:
        if token.startswith("~"):
            if gap is not None or not parts:
                raise BadData(where, f"“{source}”: a gap stands between two words")
            gap = _parse_gap(token, source, where)
            continue
        if parts:
            gaps.append(gap or (0, False))
        gap = None
        parts.append(_parse_part(token, source, where, groups, folding))
    if gap is not None or not parts:
        raise BadData(where, f"“{source}”: a line begins and ends with a word")
    if len(parts) > MAX_PARTS:
        raise BadData(where, f"“{source}”: at most {MAX_PARTS} parts")
    if (
        not lone
        and len(parts) == 1
        and not (from_start and to_end)
        and any(len(w) == 1 and w.isalnum() for w in parts[0])
    ):
        raise BadData(where, f"“{source}”: a single character on its own would ring all day; add what stands beside it")
    return Line(source, tuple(parts), tuple(gaps), from_start, to_end)


def _parse_gap(token: str, source: str, where: str) -> tuple[int, bool]:
    found = _GAP.fullmatch(token)
    if not found or not 1 <= int(found[2]) <= MAX_GAP:
        raise BadData(where, f"“{source}”: a gap is ~N or ~~N with N from 1 to {MAX_GAP}, not “{token}”")
    return int(found[2]), found[1] == "~~"


def _parse_part(token: str, source: str, where: str, groups: Mapping[str, tuple[str, ...]], folding: Folding) -> Words:
    words: set[str] = set()
    for choice in token.split("|"):
        if choice.startswith("@"):
            if choice[1:] not in groups:
                raise BadData(where, f"“{source}”: there is no word list “{choice[1:]}” in [words]")
            raw: Iterable[str] = groups[choice[1:]]
        else:
            raw = (choice,)
        for word in raw:
            folded = folding.word(word)
            if not folded or BREAK in folded:
                raise BadData(where, f"“{source}”: “{word}” is empty or holds a punctuation mark")
            if "@" in word or set(word) & set("~^$*+()[]{}\\"):
                raise BadData(where, f"“{source}”: “{word}” holds a sign that this language does not know")
            if len(folded) > MAX_WORD:
                raise BadData(where, f"“{source}”: “{word}” is longer than {MAX_WORD} characters")
            words.add(folded)
    return frozenset(words)


@dataclass(frozen=True)
class Scanner:
    """Finds the lines of many patterns in one text. ``lines`` is handed in once; matches come back by its index."""

    lines: tuple[Line, ...]
    _words: dict[str, list[int]] = field(init=False, default_factory=dict, repr=False)
    _sizes: dict[str, tuple[int, ...]] = field(init=False, default_factory=dict, repr=False)
    _lists: tuple[Words, ...] = field(init=False, default=(), repr=False)
    _lone: frozenset[str] = field(init=False, default=frozenset(), repr=False)
    _by_first: dict[int, list[int]] = field(init=False, default_factory=dict, repr=False)
    _of_line: tuple[tuple[int, ...], ...] = field(init=False, default=(), repr=False)

    def __post_init__(self) -> None:
        sizes: dict[str, set[int]] = {}  # of words that are longer than one character, by their first two
        groups: dict[Words, int] = {}
        for index, line in enumerate(self.lines):
            for part in line.parts:
                if part in groups:
                    continue
                group = groups[part] = len(groups)
                for word in part:
                    self._words.setdefault(word, []).append(group)
                    if len(word) > 1:
                        sizes.setdefault(word[:2], set()).add(len(word))
            self._by_first.setdefault(groups[line.parts[0]], []).append(index)
        self._sizes.update({pair: tuple(sorted(found)) for pair, found in sizes.items()})
        object.__setattr__(self, "_lone", frozenset(word for word in self._words if len(word) == 1))
        object.__setattr__(self, "_lists", tuple(groups))
        object.__setattr__(self, "_of_line", tuple(tuple(groups[part] for part in line.parts) for line in self.lines))

    def scan(self, folded: Folded, meter: Meter) -> dict[int, list[Match]]:
        """Matches of each line that occurs, in the order of the text."""
        places = self._where(folded, meter)
        said = frozenset(places)
        # The lists of words in the order in which the text first says one of theirs.
        lists = dict.fromkeys(chain.from_iterable(map(self._words.__getitem__, places)))
        all_said = frozenset(lists)
        hits: dict[int, list[Hit]] = {}
        found: dict[int, list[Match]] = {}
        for group in lists:
            for index in self._by_first.get(group, ()):
                groups = self._of_line[index]
                if not all_said.issuperset(groups):
                    continue
                for each in groups:
                    if each not in hits:
                        hits[each] = sorted(chain.from_iterable(places[word] for word in said & self._lists[each]))
                        meter.steps += len(hits[each])
                if matches := self._chain(self.lines[index], groups, hits, folded, meter):
                    found[index] = matches
        return found

    def _where(self, folded: Folded, meter: Meter) -> dict[str, list[Hit]]:
        """Where each word stands, the words in the order in which the text first says them."""
        text = folded.text
        said: dict[str, list[Hit]] = {}
        words, sizes = self._words, self._sizes
        meter.steps += len(text)
        for at in where(text, self._lone):
            said.setdefault(text[at], []).append((at, at + 1))
        for at in where(folded.pairs, sizes):
            for size in sizes[text[at : at + 2]]:
                meter.steps += 1
                word = text[at : at + size]
                if word in words and len(word) == size:
                    said.setdefault(word, []).append((at, at + size))
        return dict(sorted(said.items(), key=_first_place))

    def _chain(
        self, line: Line, groups: tuple[int, ...], hits: dict[int, list[Hit]], folded: Folded, meter: Meter
    ) -> list[Match]:
        chains: list[tuple[Hit, ...]] = [(hit,) for hit in hits[groups[0]] if not line.from_start or hit[0] == 0]
        meter.steps += len(hits[groups[0]])
        for (most, crossing), group in zip(line.gaps, groups[1:], strict=True):
            # The nearest earlier end has the smallest gap and crosses the fewest marks: if it fails, all fail.
            chains.sort(key=lambda chain: chain[-1][1])
            ends = [chain[-1][1] for chain in chains]
            longer: list[tuple[Hit, ...]] = []
            for start, end in hits[group]:
                meter.steps += 1
                nearest = bisect_right(ends, start) - 1
                if nearest < 0 or start - ends[nearest] > most:
                    continue
                if crossing or folded.clauses[ends[nearest] - 1] == folded.clauses[start]:
                    longer.append((*chains[nearest], (start, end)))
            chains = longer
        return [Match(chain) for chain in chains if not line.to_end or chain[-1][1] == len(folded.text)]


def _first_place(said: tuple[str, list[Hit]]) -> Hit:
    return said[1][0]
