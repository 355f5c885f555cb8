"""
What a question says about itself: signs that it wants a person, and whether it sounds like one that a guide can answer; no Django.

Signs are words (`data/signs.toml`). The sound is learnt (`data/strange.json`, by `python -m bench.answers --write`): the
same sum of weights over characters and pairs that hears danger, here of questions for other offices, of own cases,
quarrels and feelings against the questions of the guides.
"""

from __future__ import annotations

import tomllib
from functools import cache
from importlib import resources
from pathlib import Path

from shouwang.engines.errors import BadData
from shouwang.engines.textsearch.text import normalise
from shouwang.engines.triage.folding import Folding
from shouwang.engines.triage.lines import Meter
from shouwang.engines.triage.tone import Tone

STRANGE = Path(__file__).parent / "data" / "strange.json"
PLAIN = Folding()


def sign(question: str) -> str | None:
    """Why this question waits for a person, or None: the name of the first list of signs that has a word in it."""
    typed = normalise(question)
    return next((reason for reason, words in _signs().items() if any(word in typed for word in words)), None)


def strangeness(question: str, tone: Tone | None = None) -> float:
    """How much it sounds like a question that no guide answers; above 0: rather that, below: rather a guide's."""
    sound = (tone or _shipped()).hear(PLAIN.fold(question), Meter())
    return sound.score if sound else 0.0


@cache
def _shipped() -> Tone:
    return Tone.load(STRANGE)


@cache
def _signs() -> dict[str, tuple[str, ...]]:
    where = "signs.toml"
    kept = tomllib.loads(resources.files(__package__).joinpath("data", where).read_text(encoding="utf-8"))
    signs: dict[str, tuple[str, ...]] = {}
    for reason, words in kept["signs"].items():
        if not words or any(len(normalise(word)) < 2 for word in words):
            raise BadData(f"{where} {reason}", "is a list of words of two characters or more")
        signs[reason] = tuple(map(normalise, words))
    return signs
