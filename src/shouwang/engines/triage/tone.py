"""
Does a message sound like danger although no line of the list names it?

A line catches only the words somebody thought of. “我跟我妈挤在洗手间，门快被他踢烂了” holds none of them, yet
its small parts (挤在, 被他, 踢) are those of other cries for help. ``Tone`` is a sum of weights of single characters
and of pairs, learnt from labelled sentences (logistic regression); it can say which parts spoke for danger. It is only
ever a soft alarm.
"""

from __future__ import annotations

import hashlib
import json
import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from shouwang.engines.errors import BadData
from shouwang.engines.triage.folding import BREAK, Folded, Folding
from shouwang.engines.triage.lines import Meter

# Learnt from short messages, so a long text is read in stretches of about their length.
STRETCH = 45
# Characters and pairs in a short message; the score of a longer stretch is scaled down to it.
_USUAL_PARTS = 24
_SHOWN = 5


@dataclass(frozen=True)
class Sound:
    """score: of the loudest stretch, scaled by length. parts: folded ranges that spoke most, in text order."""

    score: float
    parts: tuple[tuple[int, int], ...]


@dataclass(frozen=True)
class Tone:
    """
    weights      part (one or two folded characters) -> weight; positive speaks for danger
    bias         added once per stretch
    threshold    a stretch with a score above it sounds like danger
    learnt_from  first 12 hexadecimal digits of sha256 of each sentence it was learnt from, sorted
    """

    weights: Mapping[str, float]
    bias: float
    threshold: float
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
        if not isinstance(raw, dict) or set(raw) != {"weights", "bias", "threshold", "learnt_from"}:
            raise BadData(str(path), "has exactly the keys weights, bias, threshold, learnt_from")
        weights, bias, threshold = raw["weights"], raw["bias"], raw["threshold"]
        if not isinstance(weights, dict) or not all(map(_is_number, (*weights.values(), bias, threshold))):
            raise BadData(str(path), "weights, bias and threshold are finite numbers")
        if any(not 1 <= len(part) <= 2 for part in weights):
            raise BadData(str(path), "a weight belongs to one or two characters")
        return cls(weights, float(bias), float(threshold), tuple(map(str, raw["learnt_from"])))

    def dump(self) -> str:
        """The JSON text that :meth:`load` reads; the same tone always gives the same text."""
        weights = {part: self.weights[part] for part in sorted(self.weights)}
        raw = {
            "bias": self.bias,
            "threshold": self.threshold,
            "weights": weights,
            "learnt_from": list(self.learnt_from),
        }
        return json.dumps(raw, ensure_ascii=False, separators=(",", ":")) + "\n"

    def hear(self, folded: Folded, meter: Meter) -> Sound | None:
        """The loudest stretch of the text; None when none is above the threshold."""
        stretches = list(_stretches(folded.text))
        # The loudest of many stretches is loud by chance alone, and so is a stretch of many parts.
        chance = math.log(max(1, len(stretches)))
        best = self.threshold
        loudest: tuple[int, int] | None = None
        for start, end in stretches:
            meter.steps += 2 * (end - start)
            parts = list(_parts(folded.text[start:end]))
            total = self.bias + sum(self.weights.get(part, 0.0) for part in parts)
            score = total / math.sqrt(max(len(parts), _USUAL_PARTS) / _USUAL_PARTS) - chance
            if score > best:
                best, loudest = score, (start, end)
        return None if loudest is None else Sound(best, self._reasons(folded.text, *loudest))

    def _reasons(self, text: str, start: int, end: int) -> tuple[tuple[int, int], ...]:
        pairs = [(self.weights.get(text[at : at + 2], 0.0), at) for at in range(start, end - 1)]
        spoke = sorted(((w, at) for w, at in pairs if w > 0), key=lambda pair: (-pair[0], pair[1]))[:_SHOWN]
        return tuple((at, at + 2) for at in sorted(at for _, at in spoke)) or ((start, end),)


def fingerprint(text: str) -> str:
    """How ``learnt_from`` names a sentence."""
    return hashlib.sha256(text.encode()).hexdigest()[:12]


def learn(
    examples: Sequence[tuple[str, bool]],
    folding: Folding,
    *,
    threshold: float = 0.4,
    rounds: int = 300,
    pull: float = 1.0,
    step: float = 2.0,
) -> Tone:
    """
    Learn a tone by plain gradient descent; the same examples in the same order give the same tone.

    examples   (text, is it danger?); BadData when one of the two kinds is missing
    rounds     passes over all examples
    pull       strength that draws weights to zero (L2)
    step       learning rate on the mean gradient
    """
    if len({danger for _, danger in examples}) < 2:
        raise BadData("examples", "needs sentences of danger and others")
    seen = [(tuple(_parts(folding.fold(text).text)), float(danger)) for text, danger in examples]
    weights = {part: 0.0 for parts, _ in seen for part in parts}
    bias, count = 0.0, len(seen)
    for _ in range(rounds):
        slopes = dict.fromkeys(weights, 0.0)
        bias_slope = 0.0
        for parts, danger in seen:
            error = _chance(bias + sum(weights[part] for part in parts)) - danger
            bias_slope += error
            for part in parts:
                slopes[part] += error
        for part, slope in slopes.items():
            weights[part] -= step * (slope + pull * weights[part]) / count
        bias -= step * bias_slope / count
    kept = {part: round(weight, 3) for part, weight in weights.items() if abs(weight) >= 0.001}
    return Tone(kept, round(bias, 3), threshold, tuple(sorted(fingerprint(text) for text, _ in examples)))


def _chance(score: float) -> float:
    return 1 / (1 + math.exp(-max(-60.0, min(60.0, score))))


def _parts(text: str) -> Iterable[str]:
    """Single characters and pairs of one clause, each once."""
    found = (text[at : at + n] for n in (1, 2) for at in range(len(text) - n + 1))
    return dict.fromkeys(part for part in found if BREAK not in part)


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
