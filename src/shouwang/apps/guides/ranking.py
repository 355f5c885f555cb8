"""
What of a guide can be found, when two questions are the same, and how far a suggestion may be trusted; no Django.

`bench/answers.py` measures and refits exactly this.
"""

from __future__ import annotations

import json
import math
import re
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, fields
from functools import cache
from importlib import resources
from typing import Protocol

from shouwang.engines.textsearch.calibration import Calibration
from shouwang.engines.textsearch.documents import Document
from shouwang.engines.textsearch.text import normalise, tokens

#: A question that shares this much of its character pairs with a listed one, both without fillers, is that question.
SAME_QUESTION = 0.65
#: The gate opens only when this share of what passed it was right on unread questions.
NEEDED = 0.95
#: What is left of a shorter question is a word, not a question.
FEWEST_PAIRS = 3
#: Polite and asking words that change nothing about what is asked. “不” is none of them.
_FILLERS = re.compile(
    "请问|你好|您好|怎么办理?|怎么弄|怎么|怎样|如何|咋办|咋|什么|需要|可以|能不能|要不要|哪里|哪儿|在哪|办理"
    "|[能要吗呢啊吧了我的是想该去办啥]"
)


#: Beside those, what is left of a question when only what it is about is wanted.
EMPTY = re.compile(f"{_FILLERS.pattern}|咋个|哪个|多少|[不么嘛有没俺给把这那]")


class Findable(Protocol):
    """The part of a guide that search reads: a file's text or a row, both fit."""

    @property
    def slug(self) -> str: ...
    @property
    def title(self) -> str: ...
    @property
    def summary(self) -> str: ...
    @property
    def answer(self) -> str: ...
    @property
    def body(self) -> str: ...
    @property
    def category(self) -> str: ...
    @property
    def questions(self) -> Sequence[str]: ...


def document_of(guide: Findable) -> Document:
    """What of a guide can be found."""
    body = "\n".join((guide.summary, guide.answer, guide.body))
    return Document(guide.slug, guide.title, body, " ".join(guide.questions), facets={"category": guide.category})


def asked_in(guide: Findable) -> tuple[frozenset[str], ...]:
    """The pairs of each question that stands in the guide's list; its title counts as one."""
    return tuple(pairs(question) for question in (guide.title, *guide.questions))


def pairs(text: str) -> frozenset[str]:
    """The character pairs of a question without its fillers."""
    return frozenset(tokens(_FILLERS.sub("", normalise(text))))


def likeness(one: frozenset[str], other: frozenset[str]) -> float:
    """Shared pairs over all pairs (Jaccard 1901), 0..1."""
    return len(one & other) / max(1, len(one | other))


def is_listed(question: frozenset[str], asked: tuple[frozenset[str], ...]) -> bool:
    """Whether the very question stands in a guide's list: somebody has read it and put it there."""
    return len(question) >= FEWEST_PAIRS and any(likeness(question, known) >= SAME_QUESTION for known in asked)


class Listed:
    """Every question that stands in a guide's list, to find those nearest to what is asked."""

    def __init__(self, guides: Iterable[Findable]) -> None:
        self._guide: list[str] = []
        self._places: defaultdict[str, list[int]] = defaultdict(list)
        self._said: dict[str, frozenset[str]] = {}
        for guide in guides:
            document = document_of(guide)
            self._said[guide.slug] = frozenset(normalise(f"{document.title}\n{document.keywords}\n{document.body}"))
            for question in (guide.title, *guide.questions):
                for term in _about(question):
                    self._places[term].append(len(self._guide))
                self._guide.append(guide.slug)
        squares = [0.0] * len(self._guide)
        for term, places in self._places.items():
            for place in places:
                squares[place] += self._weight(term) ** 2
        self._length = [math.sqrt(square) for square in squares]

    def _weight(self, term: str) -> float:
        """Rare characters and pairs weigh more (inverse document frequency; Spärck Jones 1972)."""
        return math.log(1 + len(self._guide) / (1 + len(self._places.get(term, ()))))

    def nearest(self, question: str) -> dict[str, float]:
        """For each guide the likeness of its nearest listed question (cosine of weights), 0..1; guides without any are left out."""
        terms = _about(question)
        shared: defaultdict[int, float] = defaultdict(float)
        for term in terms:
            for place in self._places.get(term, ()):
                shared[place] += self._weight(term) ** 2
        own = math.sqrt(sum(self._weight(term) ** 2 for term in terms))
        best: dict[str, float] = {}
        for place, weight in shared.items():
            guide = self._guide[place]
            best[guide] = max(best.get(guide, 0.0), weight / (own * self._length[place]))
        return best

    def covered(self, question: str, slug: str) -> float:
        """Share of the characters that the question is about which stand anywhere in the guide, 0..1."""
        about = [char for char in EMPTY.sub("", normalise(question)) if char.isalnum()]
        return sum(char in self._said[slug] for char in about) / len(about) if about else 0.0


def _about(question: str) -> frozenset[str]:
    """Characters and pairs of a question, without whatever only asks."""
    left = EMPTY.sub(" ", normalise(question))
    pairs_ = (left[at : at + 2] for at in range(len(left) - 1))
    return frozenset((*(char for char in left if char.isalnum()), *(pair for pair in pairs_ if pair.isalnum())))


@dataclass(frozen=True, slots=True)
class Fit:
    """
    What speaks for a guide as the answer to a question.

    margin    how far it is before the next guide, as a share of its score
    nearest   likeness of its nearest listed question, 0..1
    agrees    no other guide lists a nearer one
    covered   share of the question's characters that stand in the guide, 0..1
    strange   how much the question sounds like one that no guide answers
    """

    margin: float
    nearest: float
    agrees: bool
    covered: float
    strange: float

    @property
    def numbers(self) -> tuple[float, ...]:
        """In the order above."""
        return self.margin, self.nearest, float(self.agrees), self.covered, self.strange

    @classmethod
    def of(cls, question: str, slug: str, margin: float, listed: Listed, strange: float) -> Fit:
        """Of the guide that was found first."""
        near = listed.nearest(question)
        own = near.pop(slug, 0.0)
        return cls(margin, own, own > max(near.values(), default=0.0), listed.covered(question, slug), strange)


@dataclass(frozen=True, slots=True)
class Measured:
    """
    How the gate did on questions it was not chosen on.

    on           the day, as YYYY-MM-DD
    questions    how many were asked; `answerable` of them have a guide
    passed       how many were answered by the house; `right` of them with the fitting guide
    """

    on: str
    questions: int
    answerable: int
    passed: int
    right: int

    @property
    def precision(self) -> float:
        """Share of the automatic answers that fitted."""
        return self.right / self.passed if self.passed else 0.0

    @property
    def coverage(self) -> float:
        """Share of the questions with a guide that were answered rightly."""
        return self.right / self.answerable if self.answerable else 0.0


@dataclass(frozen=True, slots=True)
class Trust:
    """
    How far suggestions may be trusted.

    calibration   of suggestions that a person reads
    automatic     of answers that go out by themselves, over the numbers of Fit
    gate          confidence from which they may; None: shut, because what was measured was not good enough, or nothing was
    measured      how the gate that was chosen did on questions that nobody who chose it had read
    """

    calibration: Calibration
    automatic: Calibration
    gate: float | None
    measured: Measured | None = None


@cache
def trust() -> Trust:
    """The one that ships with the guides, written by `python -m bench.answers --write`."""
    kept = json.loads(resources.files(__package__).joinpath("data/calibration.json").read_text(encoding="utf-8"))
    suggestions, automatic = (json.dumps({"weights": kept[name], "outcomes": []}) for name in ("weights", "automatic"))
    measured = Measured(**kept["measured"]) if kept.get("measured") else None
    proven = measured is not None and measured.precision >= NEEDED
    return Trust(
        Calibration.from_json(suggestions),
        Calibration.from_json(automatic, numbers=len(fields(Fit))),
        float(kept["gate"]) if proven and kept["gate"] is not None else None,
        measured,
    )
