"""
Teach the tone: from labelled sentences to the file ``data/tone.json``.

How far the lines of the list are believed must be learnt from scores of sentences that the tone has not seen, or it
would trust itself too much: the sentences are parted into folds, and each fold is heard by a tone learnt from the others
(stacking; Wolpert 1992). The tone that is handed out is learnt from all of them.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from shouwang.engines.triage.danger import DangerList, evidence_of_lines
from shouwang.engines.triage.lines import Meter
from shouwang.engines.triage.tone import Evidence, Tone, fingerprint, learn, weigh

FOLDS = 8

Examples = Sequence[tuple[str, bool]]


def teach(examples: Examples, rules: DangerList) -> Tone:
    """
    The tone of these sentences, with its weighing of the lines of ``rules``; the same sentences give the same tone.

    examples   (text, is it danger?); BadData when one of the two kinds is missing
    """
    rung = [(text, danger, evidence_of_lines(text, rules)) for text, danger in examples]
    weighed: list[tuple[Evidence, bool]] = []
    for kept, held in folds(examples):
        if len({danger for _, danger in kept}) < 2:
            continue
        tone = learn(kept, rules.folding)
        texts = {text for text, _ in held}
        for text, danger, lines in rung:
            sound = tone.hear(rules.folding.fold(text), Meter()) if lines and text in texts else None
            if sound and lines:
                weighed.append(((sound.score, *lines), danger))
    tone = learn(examples, rules.folding)
    return replace(tone, weighing=weigh(weighed)) if len({danger for _, danger in weighed}) == 2 else tone


def folds(examples: Examples, number: int = FOLDS) -> list[tuple[Examples, Examples]]:
    """(all others, one fold) for each fold; a sentence's fold follows from its words alone."""
    parted: list[list[tuple[str, bool]]] = [[] for _ in range(number)]
    for text, danger in examples:
        parted[int(fingerprint(text), 16) % number].append((text, danger))
    return [
        ([each for other, part in enumerate(parted) if other != held for each in part], parted[held])
        for held in range(number)
        if parted[held]
    ]
