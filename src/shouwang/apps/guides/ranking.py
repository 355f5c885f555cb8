"""
What of a guide can be found, when two questions are the same, and how far a suggestion may be trusted; no Django.

`bench/answers.py` measures and refits exactly this.
"""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Protocol

from shouwang.engines.textsearch.calibration import Calibration
from shouwang.engines.textsearch.documents import Document
from shouwang.engines.textsearch.text import normalise, tokens

#: A question that shares this much of its character pairs with a listed one, both without fillers, is that question.
SAME_QUESTION = 0.65
#: What is left of a shorter question is a word, not a question.
FEWEST_PAIRS = 3
#: Polite and asking words that change nothing about what is asked. “不” is none of them.
_FILLERS = re.compile(
    "请问|你好|您好|怎么办理?|怎么弄|怎么|怎样|如何|咋办|咋|什么|需要|可以|能不能|要不要|哪里|哪儿|在哪|办理"
    "|[能要吗呢啊吧了我的是想该去办啥]"
)


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


@dataclass(frozen=True, slots=True)
class Trust:
    """
    How far suggestions may be trusted.

    gate   confidence from which an answer may go out by itself; None: measured, and no confidence was good enough
    """

    calibration: Calibration
    gate: float | None


@cache
def trust() -> Trust:
    """The one that ships with the guides, written by `python -m bench.answers --write`."""
    kept = json.loads(resources.files(__package__).joinpath("data/calibration.json").read_text(encoding="utf-8"))
    return Trust(Calibration.from_json(json.dumps({"weights": kept["weights"], "outcomes": []})), kept["gate"])
