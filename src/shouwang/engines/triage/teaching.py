"""
Teach the tone: from labelled sentences to the file ``data/tone.json``.

How far the lines of the list are believed must be learnt from scores of sentences that the tone has not seen, or it
would trust itself too much: the sentences are parted into folds, and each fold is heard by a tone learnt from the others
(stacking; Wolpert 1992). The tone that is handed out is learnt from all of them.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
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
    tone = learn(examples, rules.folding)
    weighed: list[tuple[Evidence, bool]] = []
    for stranger, held in strangers(examples, rules):
        for text, danger in held:
            lines = evidence_of_lines(text, rules)
            sound = stranger.hear(rules.folding.fold(text), Meter()) if lines else None
            if sound and lines:
                weighed.append(((sound.score, *lines), danger))
    both = len({danger for _, danger in weighed}) == 2
    return replace(tone, weighing=weigh(weighed)) if both else tone


def strangers(examples: Examples, rules: DangerList) -> Iterator[tuple[Tone, Examples]]:
    """For each fold a tone learnt from all others, and the fold; a sentence's fold follows from its words alone."""
    parted: list[list[tuple[str, bool]]] = [[] for _ in range(FOLDS)]
    for text, danger in examples:
        parted[int(fingerprint(text), 16) % FOLDS].append((text, danger))
    for held in range(FOLDS):
        others = [each for number, part in enumerate(parted) if number != held for each in part]
        if parted[held] and len({danger for _, danger in others}) == 2:
            yield learn(others, rules.folding), parted[held]
