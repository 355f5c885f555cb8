"""
What a question says about itself: signs that it wants a person, and whether it sounds like one that a guide can answer; no Django.

Signs are words (`data/signs.toml`). The sound is learnt (`data/strange.json`, by `python -m bench.answers --write`): the
same sum of weights over characters and pairs that hears danger, here of questions for other offices, of own cases,
quarrels and feelings against the questions of the guides.
"""

from __future__ import annotations

import re
import tomllib
from functools import cache
from importlib import resources
from pathlib import Path

from shouwang.apps.guides.ranking import EMPTY
from shouwang.engines.errors import BadData
from shouwang.engines.textsearch.text import normalise
from shouwang.engines.triage.folding import Folding
from shouwang.engines.triage.lines import Meter
from shouwang.engines.triage.tone import Tone

#: “身份证” and “身份证办理” say what somebody has in mind, not what they want to know; with an asking word less is enough.
FEWEST_CHARACTERS, FEWEST_WHEN_ASKED = 4, 2
_PARTS = re.compile(r"[，,。；;、！!？?\s]+")
_ASKING = re.compile(
    r"怎|如何|咋|啥|什么|哪|几|多少|多久|多长|谁|吗|么|呢|能不|可不|要不|是不|有没|是否|需不|用不|行不|(.)不\1|[不没否吧]$"
)
_WISHING = re.compile("能|可以|需要|要|想|得|请问|流程|步骤|条件|手续|材料|费用|地址|时间|期限|报名|挂失")

STRANGE = Path(__file__).parent / "data" / "strange.json"
PLAIN = Folding()


def sign(question: str) -> str | None:
    """Why this question waits for a person, or None: the name of the first list of signs that has a word in it."""
    typed = normalise(question)
    return next((reason for reason, words in _signs().items() if any(word in typed for word in words)), None)


def unasked(question: str) -> str | None:
    """
    Why this is nothing to answer at once, or None: it says too little to be sure of ("too-little"), asks nothing
    ("no-question"), or asks two things at once ("several").
    """
    typed = normalise(question)
    asking = sum(bool(_ASKING.search(part)) for part in _PARTS.split(typed))
    if len(_about(typed)) < (FEWEST_WHEN_ASKED if asking else FEWEST_CHARACTERS):
        return "too-little"
    if not asking and not _WISHING.search(typed):
        return "no-question"
    return "several" if asking > 1 else None


def _about(typed: str) -> set[str]:
    """The characters that say what it is about."""
    return {char for char in EMPTY.sub("", typed) if char.isalnum()}


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
