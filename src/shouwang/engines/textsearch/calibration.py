"""
How sure may we be? From the evidence of a suggestion to the share of such suggestions that were right.

Source: Platt, "Probabilistic Outputs for Support Vector Machines", 1999 (a logistic curve fitted to outcomes), here
over a few numbers, with a little ridge so that few examples cannot make it overconfident. The gate is read from
predictions made for examples the curve had not seen (five-fold cross-validation; Stone 1974).
"""

from __future__ import annotations

import json
import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from importlib import resources
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from shouwang.engines.errors import BadData, CannotTell

FOLDS = 5
_RIDGE = 1.0
_Z95 = 1.959963984540054


class Told(Protocol):
    """Whatever speaks for a suggestion, as numbers in a fixed order."""

    @property
    def numbers(self) -> tuple[float, ...]: ...


@dataclass(frozen=True, slots=True)
class Evidence:
    """
    What speaks for a suggestion.

    score    its fused score, 0..1
    margin   how far it is before the next one, as a share of its score; below 0 for all but the first
    known    share of the question's words that occur in the set at all, 0..1
    """

    score: float
    margin: float
    known: float

    @property
    def numbers(self) -> tuple[float, ...]:
        """In the order above."""
        return self.score, self.margin, self.known


@dataclass(frozen=True, slots=True)
class Gate:
    """
    When an answer may go out by itself.

    threshold   lowest confidence that passes
    precision   share of the passed examples that were right, and `low`, `high`: its 95 % interval (Wilson 1927)
    answered    share of all examples that passed
    """

    threshold: float
    precision: float
    low: float
    high: float
    answered: float


@dataclass(frozen=True, slots=True)
class Calibration:
    """
    A fitted curve.

    weights    of the bias and of each number of the evidence
    outcomes   (confidence, was right) for each example, predicted without having seen it
    """

    weights: tuple[float, ...]
    outcomes: tuple[tuple[float, bool], ...]

    @classmethod
    def fit(cls, pairs: Iterable[tuple[Told, bool]]) -> Calibration:
        """
        Fit to examples: the evidence of a first suggestion, and whether it was the right one.

        Raises CannotTell with fewer than 20 examples, or when all were right or all wrong.
        """
        examples = list(pairs)
        right = np.array([answer for _, answer in examples], np.float64)
        if len(examples) < 20 or right.all() or not right.any():
            raise CannotTell("A calibration needs at least 20 examples, right ones and wrong ones.")
        table = np.array([_row(evidence) for evidence, _ in examples])
        # Neighbours are often one question asked in two ways; they stay in one fold.
        fold = np.arange(len(examples)) * FOLDS // len(examples)
        unseen = np.zeros(len(examples))
        for k in range(FOLDS):
            unseen[fold == k] = _curve(table[fold == k], _fit(table[fold != k], right[fold != k]))
        outcomes = tuple((float(c), bool(r)) for c, r in zip(unseen, right, strict=True))
        return cls(tuple(float(each) for each in _fit(table, right)), outcomes)

    @classmethod
    def measured(cls, *, vectors: bool = False) -> Calibration:
        """The one that ships: measured on public legal questions and answers, not on your own; see the docs."""
        text = resources.files(__package__).joinpath("data/calibration.json").read_text(encoding="utf-8")
        return cls.from_json(json.dumps(json.loads(text)["vectors" if vectors else "lexical"]))

    def confidence(self, evidence: Told) -> float:
        """Between 0 and 1."""
        return float(_curve(np.array([_row(evidence)]), np.array(self.weights))[0])

    def gate_for(self, precision: float, at_least: int = 20) -> Gate:
        """
        The lowest threshold at which the examples that pass were right this often.

        precision   wanted share, above 0 and up to 1
        at_least    examples that must pass, or the measured share means nothing
        Raises CannotTell when no threshold reaches it: then nothing may be answered automatically.
        """
        if not 0 < precision <= 1:
            raise BadData("precision", f"must lie above 0 and up to 1, not {precision}")
        ranked = sorted(self.outcomes, reverse=True)
        best: Gate | None = None
        right = 0
        for passed, (threshold, was_right) in enumerate(ranked, start=1):
            right += was_right
            tied = passed < len(ranked) and ranked[passed][0] == threshold
            if not tied and passed >= at_least and right / passed >= precision:
                low, high = _wilson(right, passed)
                best = Gate(threshold, right / passed, low, high, passed / len(ranked))
        if best is None:
            raise CannotTell(f"No confidence reached a precision of {precision:.2f} on {len(ranked)} examples.")
        return best

    def threshold_for(self, precision: float, at_least: int = 20) -> float:
        """The threshold of `gate_for`."""
        return self.gate_for(precision, at_least).threshold

    def to_json(self) -> str:
        """For keeping a station's own calibration."""
        return json.dumps({"weights": self.weights, "outcomes": self.outcomes})

    @classmethod
    def from_json(cls, text: str, numbers: int = 3) -> Calibration:
        """
        Read what `to_json` wrote; raises BadData for anything else.

        numbers   how many the evidence has (three for `Evidence`): a curve over others would answer, and mean nothing
        """
        try:
            kept = json.loads(text)
            weights = tuple(float(each) for each in kept["weights"])
            outcomes = tuple((float(confidence), bool(right)) for confidence, right in kept["outcomes"])
        except (ValueError, KeyError, TypeError) as wrong:
            raise BadData("calibration", f"is not what to_json wrote ({wrong})") from wrong
        if len(weights) != numbers + 1 or not all(map(math.isfinite, weights)):
            raise BadData("calibration", f"has {numbers + 1} finite weights, not {weights!r}")
        return cls(weights, outcomes)


def _row(evidence: Told) -> list[float]:
    return [1.0, *evidence.numbers]


def _curve(table: NDArray[np.float64], weights: NDArray[np.float64]) -> NDArray[np.float64]:
    odds: NDArray[np.float64] = np.exp(np.clip(table @ weights, -30, 30))
    chance: NDArray[np.float64] = odds / (1 + odds)
    return chance


def _fit(table: NDArray[np.float64], right: NDArray[np.float64]) -> NDArray[np.float64]:
    """Newton's method on standardised columns with a ridge on all but the bias; converges in a few steps."""
    centre, spread = table.mean(0), table.std(0)
    centre[0], spread[0] = 0.0, 1.0
    spread[spread < 1e-9] = 1.0
    scaled = (table - centre) / spread
    ridge = np.diag([1e-6, *[_RIDGE] * (table.shape[1] - 1)])
    weights = np.zeros(table.shape[1])
    for _ in range(30):
        expected = _curve(scaled, weights)
        slope = scaled.T @ (right - expected) - ridge @ weights
        bend = (scaled * (expected * (1 - expected))[:, None]).T @ scaled + ridge
        step = np.linalg.solve(bend, slope)
        weights = weights + step
        if float(np.abs(step).max()) < 1e-9:
            break
    plain: NDArray[np.float64] = weights / spread
    plain[0] = weights[0] - float((weights[1:] * centre[1:] / spread[1:]).sum())
    return plain


def _wilson(right: int, passed: int) -> tuple[float, float]:
    share, z = right / passed, _Z95
    middle = (share + z * z / (2 * passed)) / (1 + z * z / passed)
    half = z * math.sqrt(share * (1 - share) / passed + z * z / (4 * passed * passed)) / (1 + z * z / passed)
    return middle - half, middle + half


def reliability(outcomes: Sequence[tuple[float, bool]], bins: int = 5) -> float:
    """Mean distance between confidence and share right over equally large bins (expected calibration error), 0..1."""
    if not outcomes:
        raise BadData("outcomes", "are empty")
    ranked = np.array(sorted(outcomes), np.float64)
    parts = np.array_split(ranked, min(bins, len(ranked)))
    return float(sum(len(part) * abs(part[:, 0].mean() - part[:, 1].mean()) for part in parts) / len(ranked))
