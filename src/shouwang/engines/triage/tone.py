"""
Does a message sound like danger, whatever the list says?

A line catches only the words somebody thought of, and rings at them in a joke too. “我跟我妈挤在洗手间，门快被他踢烂了”
holds none of them, yet its small parts (挤在, 被他, 踢) are those of other cries for help; “月考成绩出来了，今晚腥风血雨” holds
some, yet sounds like talk. ``Tone`` is a sum of weights of single characters and of pairs, learnt from labelled
sentences (logistic regression); it can say which parts spoke for danger. Where no line rings it may ring; where one does,
``Weighing`` says how far the line is believed.
"""

from __future__ import annotations

import hashlib
import json
import math
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, fields
from itertools import repeat
from pathlib import Path

import numpy as np

from shouwang.engines.errors import BadData
from shouwang.engines.triage.folding import BREAK, Folded, Folding
from shouwang.engines.triage.lines import Meter

# Learnt from short messages, so a long text is read in stretches of about their length.
STRETCH = 45
# Characters and pairs in a short message; the score of a longer stretch is scaled down to it.
_USUAL_PARTS = 24
_SHOWN = 5
# A smaller weight changes nothing and makes the file longer.
_SMALLEST = 0.015
# The marks of a tone that ships; how they were chosen: docs/explanation/danger-words.md.
THRESHOLD = 0.3
LOUD = 1.8
BELIEVED = 0.0
HEARD = -0.5


@dataclass(frozen=True)
class Sound:
    """score: of the loudest stretch, scaled by length. parts: folded ranges that spoke most, in text order."""

    score: float
    parts: tuple[tuple[int, int], ...]


@dataclass(frozen=True)
class Weighing:
    """
    How far a line of the list is believed: a sum of what speaks for it, and two marks on that scale.

    score      weight of the tone's score
    soft       added when only soft lines rang
    share      weight of the share of the message that the lines account for: “想死” is nothing else
    aside      added when words of a circumstance (long ago, a film, a question of law) stand in the message
    bias       added always
    believed   at or above it a full alarm stays one; below it becomes a soft one
    heard      below it the line is taken for talk and does not ring
    """

    bias: float
    score: float
    soft: float
    share: float
    aside: float
    believed: float
    heard: float

    def of(self, evidence: Evidence) -> float:
        """The sum."""
        score, soft, share, aside = evidence
        return self.bias + self.score * score + self.soft * soft + self.share * share + self.aside * aside


# Tone's score, did only soft lines ring, share of the message, is there a circumstance.
Evidence = tuple[float, bool, float, bool]


@dataclass(frozen=True)
class Tone:
    """
    weights      part (one or two folded characters) -> weight; positive speaks for danger
    bias         added once per stretch
    threshold    a stretch with a score above it sounds like danger
    loud         from this score on it is a full alarm
    weighing     how far lines are believed beside it; None leaves them alone
    learnt_from  first 12 hexadecimal digits of sha256 of each sentence it was learnt from, sorted
    """

    weights: Mapping[str, float]
    bias: float
    threshold: float
    loud: float
    weighing: Weighing | None
    learnt_from: tuple[str, ...]

    @classmethod
    def load(cls, path: Path) -> Tone:
        """Read a file written by :meth:`dump`; BadData with file and reason when it is something else."""
        try:
            raw = json.loads(path.read_text(encoding="utf-8"))
        except OSError as error:
            raise BadData(str(path), f"cannot be read: {error.strerror}") from error
        except ValueError as error:
            raise BadData(str(path), f"is not JSON: {error}") from error
        if not isinstance(raw, dict) or set(raw) != {field.name for field in fields(cls)}:
            raise BadData(str(path), f"has exactly the keys {', '.join(field.name for field in fields(cls))}")
        weights, weighing = raw["weights"], raw["weighing"]
        numbers = (raw["bias"], raw["threshold"], raw["loud"])
        if not isinstance(weights, dict) or not all(map(_is_number, (*weights.values(), *numbers))):
            raise BadData(str(path), "weights, bias, threshold and loud are finite numbers")
        if any(not 1 <= len(part) <= 2 for part in weights):
            raise BadData(str(path), "a weight belongs to one or two characters")
        if weighing is not None:
            names = {field.name for field in fields(Weighing)}
            if not isinstance(weighing, dict) or set(weighing) != names or not all(map(_is_number, weighing.values())):
                raise BadData(str(path), f"weighing has exactly the numbers {', '.join(sorted(names))}")
            weighing = Weighing(**{name: float(value) for name, value in weighing.items()})
        bias, threshold, loud = map(float, numbers)
        return cls(weights, bias, threshold, loud, weighing, tuple(map(str, raw["learnt_from"])))

    def dump(self) -> str:
        """The JSON text that :meth:`load` reads; the same tone always gives the same text."""
        raw = {
            "bias": self.bias,
            "threshold": self.threshold,
            "loud": self.loud,
            "weighing": asdict(self.weighing) if self.weighing else None,
            "weights": {part: self.weights[part] for part in sorted(self.weights)},
            "learnt_from": list(self.learnt_from),
        }
        return json.dumps(raw, ensure_ascii=False, separators=(",", ":")) + "\n"

    def hear(self, folded: Folded, meter: Meter) -> Sound | None:
        """The loudest stretch of the text, however quiet; None when there is none. Compare it with ``threshold``."""
        stretches = list(_stretches(folded.text))
        # The loudest of many stretches is loud by chance alone, and so is a stretch of many parts.
        chance = math.log(max(1, len(stretches)))
        best = -math.inf
        loudest: tuple[int, int] | None = None
        for start, end in stretches:
            meter.steps += 2 * (end - start)
            parts = _parts(folded.text[start:end], folded.pairs[start : end - 1])
            total = self.bias + sum(map(self.weights.get, parts, repeat(0.0)))
            score = total / math.sqrt(max(len(parts), _USUAL_PARTS) / _USUAL_PARTS) - chance
            if score > best:
                best, loudest = score, (start, end)
        return None if loudest is None else Sound(best, self._reasons(folded.text, *loudest))

    def _reasons(self, text: str, start: int, end: int) -> tuple[tuple[int, int], ...]:
        inside = (at for at in range(start, end - 1) if BREAK not in text[at : at + 2])
        pairs = [(self.weights.get(text[at : at + 2], 0.0), at) for at in inside]
        spoke = sorted(((w, at) for w, at in pairs if w > 0), key=lambda pair: (-pair[0], pair[1]))[:_SHOWN]
        return tuple((at, at + 2) for at in sorted(at for _, at in spoke)) or ((start, end),)


def fingerprint(text: str) -> str:
    """How ``learnt_from`` names a sentence."""
    return hashlib.sha256(text.encode()).hexdigest()[:12]


def learn(
    examples: Sequence[tuple[str, bool]],
    folding: Folding,
    *,
    rounds: int = 200,
    pull: float = 1.0,
) -> Tone:
    """
    Learn a tone; the same examples in the same order give the same tone.

    examples   (text, is it danger?); BadData when one of the two kinds is missing
    rounds     steps of descent
    pull       strength that draws weights to zero (L2)
    Source     gradient descent with momentum (Nesterov 1983), each weight with the largest step that its own parts allow
    """
    if len({danger for _, danger in examples}) < 2:
        raise BadData("examples", "needs sentences of danger and others")
    seen = [tuple(_parts(folded.text, folded.pairs)) for folded in (folding.fold(text) for text, _ in examples)]
    places = {part: at for at, part in enumerate(dict.fromkeys(part for parts in seen for part in parts))}
    of_part = np.array([places[part] for parts in seen for part in parts], np.int64)
    lengths = np.array([len(parts) for parts in seen], np.int64)
    of_example = np.repeat(np.arange(len(seen)), lengths)
    danger = np.array([each for _, each in examples], np.float64)
    # A bound on the curvature along each weight (row sums of the Hessian), the bias last.
    bounds = np.append(
        pull + 0.25 * np.bincount(of_part, 1.0 + lengths[of_example], len(places)), 0.25 * (lengths + 1).sum()
    )
    now = before = np.zeros(len(places) + 1)
    for number in range(rounds):
        ahead = now + number / (number + 3) * (now - before)
        scores = ahead[-1] + np.bincount(of_example, ahead[of_part], len(seen))
        errors = 1 / (1 + np.exp(-np.clip(scores, -60, 60))) - danger
        slopes = np.append(np.bincount(of_part, errors[of_example], len(places)) + pull * ahead[:-1], errors.sum())
        before, now = now, ahead - slopes / bounds
    kept = {part: round(float(now[at]), 2) for part, at in places.items() if abs(now[at]) >= _SMALLEST}
    learnt_from = tuple(sorted(fingerprint(text) for text, _ in examples))
    return Tone(kept, round(float(now[-1]), 3), threshold=THRESHOLD, loud=LOUD, weighing=None, learnt_from=learnt_from)


def weigh(evidence: Sequence[tuple[Evidence, bool]], pull: float = 1.0) -> Weighing:
    """
    Learn how far lines are to be believed (logistic regression by Newton's method).

    evidence   of sentences in which a line rang, with a score heard by a tone that was learnt without them; is it danger?
    pull       strength that draws weights to zero (L2)
    """
    table = np.array([[1.0, *each] for each, _ in evidence], np.float64)
    danger = np.array([each for _, each in evidence], np.float64)
    ridge = np.diag([1e-6, *[pull] * (table.shape[1] - 1)])
    weights = np.zeros(table.shape[1])
    for _ in range(25):
        expected = 1 / (1 + np.exp(-np.clip(table @ weights, -60, 60)))
        bend = (table * (expected * (1 - expected))[:, None]).T @ table + ridge
        weights = weights + np.linalg.solve(bend, table.T @ (danger - expected) - ridge @ weights)
    bias, score, soft, share, aside = (round(float(weight), 3) for weight in weights)
    return Weighing(bias, score, soft, share, aside, believed=BELIEVED, heard=HEARD)


def _parts(text: str, pairs: Iterable[str]) -> Collection[str]:
    """Single characters, pairs, and how clauses begin and end (a pair with the mark), each once."""
    parts = dict.fromkeys((*text, BREAK + text[:1], *pairs, text[-1:] + BREAK))
    for mark in (BREAK, BREAK * 2):
        parts.pop(mark, None)
    return parts


def _stretches(text: str) -> Iterator[tuple[int, int]]:
    """Whole clauses gathered up to STRETCH characters, overlapping by one clause; a longer clause is cut."""
    clauses: list[tuple[int, int]] = []
    at = 0
    for clause in text.split(BREAK):
        clauses.extend((at + cut, at + min(cut + STRETCH, len(clause))) for cut in range(0, len(clause), STRETCH))
        at += len(clause) + 1
    first = 0
    for last, (_, end) in enumerate(clauses):
        if last + 1 < len(clauses) and clauses[last + 1][1] - clauses[first][0] <= STRETCH:
            continue
        yield clauses[first][0], end
        first = last if last > first else last + 1


def _is_number(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value)
