"""
Learning a :class:`~shouwang.engines.triage.classify.Classifier` from labelled texts, and measuring it by k folds.

    learner = Learner()
    model = learner.learn([Example("自行车被偷了", ("theft-bicycle",)), …])
    cross_validate(examples, folds=5, seed=0, teller=learner.tell).macro_f1

Apart from classify.py, because scikit-learn takes a second to load and prediction does not need it.
"""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize
from scipy.sparse import csr_matrix, hstack
from sklearn.metrics import f1_score
from sklearn.model_selection import StratifiedKFold
from sklearn.svm import LinearSVC

from shouwang.engines.errors import BadData
from shouwang.engines.triage.catalogue import Catalogue
from shouwang.engines.triage.classify import Classifier, Concepts, Floats, Heard, chance, decide, views, weighted

# Strength of the fit. Chosen on our own reports and on halves of public sets; 1 to 5 make little difference.
_C = 3.0
_VIEWS = 3
_PER_LINE = 2  # texts made from a line of the catalogue
_HELD_BACK = 3  # folds for the curve
_LEAST_FOR_A_CURVE = 20


@dataclass(frozen=True)
class Example:
    """A text with its labels (at least one) and an optional title."""

    text: str
    labels: tuple[str, ...]
    title: str = ""


@dataclass(frozen=True)
class Measured:
    """
    What k folds gave.

    macro_f1   mean over the labels of F1 on the pooled predictions
    accuracy   share of texts whose labels are exactly right
    labels     how many labels counted, ``examples`` how many texts, ``dropped`` how many texts had no label that counted
    """

    macro_f1: float
    accuracy: float
    labels: int
    examples: int
    dropped: int


# Takes examples and texts to tell; gives (labels, one row of scores for each text).
Teller = Callable[[Sequence[Example], Sequence[Example]], tuple[tuple[str, ...], Floats]]


def fingerprint(text: str) -> str:
    """How ``learnt_from`` names a text."""
    return hashlib.sha256(text.encode()).hexdigest()[:12]


_Fit = tuple[tuple[dict[str, int], ...], tuple[Floats, ...], tuple[Floats, ...], Floats]


class Learner:
    """Learns with one set of concepts; counts each text once, however often it is learnt from."""

    def __init__(self, concepts: Concepts | None = None) -> None:
        self.concepts = concepts or Concepts.load()
        self._counted: dict[tuple[str, str], tuple[Counter[str], ...]] = {}

    def learn(self, examples: Sequence[Example], *, also: Sequence[Example] = (), least: int = 1) -> Classifier:
        """
        Learn from examples; the same examples in the same order give the same model.

        also     made-up examples: learnt from, but not asked how sure one may be
        least    tokens that occur in fewer texts are left out (2 makes the model a third as large)
        Errors   BadData: fewer than two labels, or an example without any
        """
        labels = _labels((*examples, *also))
        if len(labels) < 2 or not all(example.labels for example in examples):
            raise BadData("examples", "needs at least two labels, and one for each example")
        several = any(len(example.labels) > 1 for example in examples)
        index, idf, weights, bias = self._fit((*examples, *also), labels, least)
        slope, shift = self._curve(examples, also, labels, several)
        learnt_from = tuple(sorted({fingerprint(example.text) for example in examples}))
        return Classifier(labels, several, index, idf, weights, bias, slope, shift, learnt_from, self.concepts)

    def tell(self, seen: Sequence[Example], unseen: Sequence[Example]) -> tuple[tuple[str, ...], Floats]:
        """Scores of unseen examples by what was learnt from the seen ones; a Teller."""
        labels = _labels(seen)
        index, idf, weights, bias = self._fit(seen, labels)
        model = Classifier(labels, False, index, idf, weights, bias, 1.0, 0.0, (), self.concepts)
        return labels, np.stack([model.scores(model.hear(self._count(example))) for example in unseen])

    def _count(self, example: Example) -> tuple[Counter[str], ...]:
        key = example.text, example.title
        if key not in self._counted:
            self._counted[key] = tuple(views(*key, self.concepts))
        return self._counted[key]

    def _fit(self, examples: Sequence[Example], labels: Sequence[str], least: int = 1) -> _Fit:
        counted = [self._count(example) for example in examples]
        index, idf, parts = [], [], []
        for view in range(_VIEWS):
            documents = Counter(token for texts in counted for token in texts[view])
            known = sorted(token for token, times in documents.items() if times >= least)
            places = {token: row for row, token in enumerate(known)}
            rare = np.array([np.log((1 + len(examples)) / (1 + documents[t])) + 1 for t in known], np.float32)
            parts.append(_matrix([weighted(texts[view], places, rare) for texts in counted], len(known)))
            index.append(places)
            idf.append(rare)
        scale = np.float32(1 / np.sqrt(_VIEWS))
        table = (hstack(parts) * scale).tocsr()
        weights = np.zeros((table.shape[1], len(labels)), np.float32)
        bias = np.zeros(len(labels), np.float32)
        for column, label in enumerate(labels):
            wanted = np.array([label in example.labels for example in examples])
            if wanted.all():
                bias[column] = 1.0
                continue
            model = LinearSVC(C=_C, class_weight="balanced", random_state=0, max_iter=20_000).fit(table, wanted)
            weights[:, column] = model.coef_[0] * scale
            bias[column] = model.intercept_[0]
        ends = np.cumsum([len(places) for places in index])[:-1]
        return tuple(index), tuple(idf), tuple(np.split(weights, ends)), bias

    def _curve(
        self, examples: Sequence[Example], also: Sequence[Example], labels: Sequence[str], several: bool
    ) -> tuple[float, float]:
        """
        Slope and shift from score to probability, fitted (least cross-entropy) on scores of examples not learnt from.

        With too few examples of each label to hold some back the curve stays a plain one.
        """
        often = Counter(_strata(examples))
        kept = [e for e, stratum in zip(examples, _strata(examples), strict=True) if often[stratum] >= _HELD_BACK]
        if len(kept) < _LEAST_FOR_A_CURVE:
            return 1.0, 0.0
        scores = np.full((len(kept), len(labels)), -1, np.float32)
        for seen, unseen in _folds(_strata(kept), _HELD_BACK, 0):
            known, rows = self.tell([*(kept[n] for n in seen), *also], [kept[n] for n in unseen])
            scores[np.ix_(unseen, [labels.index(label) for label in known])] = rows
        truth = np.array([[label in example.labels for label in labels] for example in kept])

        def loss(curve: NDArray[np.float64]) -> float:
            chances = np.clip(chance(scores, float(curve[0]), float(curve[1]), several), 1e-9, 1 - 1e-9)
            if several:
                return float(-np.mean(np.where(truth, np.log(chances), np.log(1 - chances))))
            return float(-np.mean(np.log(chances[truth])))

        found = minimize(loss, np.array([1.0, 0.0]), method="Nelder-Mead", options={"maxiter": 200})
        slope, shift = (float(number) for number in found.x)
        return max(slope, 0.01), shift if several else 0.0


def _labels(examples: Iterable[Example]) -> tuple[str, ...]:
    return tuple(sorted({label for example in examples for label in example.labels}))


def _matrix(rows: Sequence[Heard], width: int) -> csr_matrix:
    ends = np.cumsum([0, *(len(row.places) for row in rows)])
    places, values = (np.concatenate(part) for part in ([r.places for r in rows], [r.values for r in rows]))
    return csr_matrix((values, places, ends), shape=(len(rows), width))


def _strata(examples: Sequence[Example]) -> list[str]:
    """Each example under the rarest of its labels."""
    often = Counter(label for example in examples for label in example.labels)
    return [min(example.labels, key=lambda label: (often[label], label)) for example in examples]


def _folds(strata: Sequence[str], folds: int, seed: int) -> Iterable[tuple[list[int], list[int]]]:
    splitter = StratifiedKFold(folds, shuffle=True, random_state=seed)
    return ((list(seen), list(unseen)) for seen, unseen in splitter.split(np.zeros(len(strata)), np.array(strata)))


def said_by(catalogue: Catalogue) -> list[Example]:
    """What the catalogue itself teaches: its examples for trainees and its lines put into words."""
    told = [Example(entry.example_zh, (code,)) for code, entry in catalogue.subtypes.items()]
    return [*told, *(Example(text, (code,)) for text, code in catalogue.composed(_PER_LINE))]


def read_examples(path: Path) -> list[Example]:
    """
    JSON lines with text, label (several as a;b) and perhaps title.

    Errors   BadData naming file, line and reason
    """
    examples = []
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise BadData(str(path), f"cannot be read: {error}") from error
    for number, line in enumerate(lines, 1):
        where = f"{path.name} line {number}"
        try:
            row = json.loads(line) if line.strip() else {}
        except ValueError as error:
            raise BadData(where, f"is not JSON: {error}") from error
        if not line.strip():
            continue
        if not isinstance(row, dict):
            raise BadData(where, "is a JSON object with a text and a label")
        text, label, title = (row.get(key, "") for key in ("text", "label", "title"))
        if (
            not all(isinstance(value, str) for value in (text, label, title))
            or not text.strip()
            or not label.strip(" ;")
        ):
            raise BadData(where, "needs a text and a label")
        labels = tuple(dict.fromkeys(part.strip() for part in label.split(";") if part.strip()))
        examples.append(Example(text, labels, title))
    return examples


def usable(examples: Sequence[Example], folds: int) -> list[Example]:
    """The examples with only those labels that occur in at least ``folds`` texts; texts left without any are dropped."""
    often = Counter(label for example in examples for label in set(example.labels))
    kept = [
        Example(
            example.text,
            tuple(label for label in dict.fromkeys(example.labels) if often[label] >= folds),
            example.title,
        )
        for example in examples
    ]
    return [example for example in kept if example.labels]


def cross_validate(examples: Sequence[Example], *, folds: int, seed: int, teller: Teller) -> Measured:
    """
    k folds, stratified by the rarest label of each text, each text told once by a model that has not seen it.

    A label counts when at least ``folds`` texts have it. A text with several labels is right only with all of them.
    Errors   BadData when fewer than two labels count
    """
    kept = usable(examples, folds)
    labels = _labels(kept)
    if len(labels) < 2:
        raise BadData("examples", f"fewer than two labels have {folds} texts or more")
    several = any(len(example.labels) > 1 for example in kept)
    truth = np.array([[label in example.labels for label in labels] for example in kept])
    told = np.zeros_like(truth)
    for seen, unseen in _folds(_strata(kept), folds, seed):
        known, scores = teller([kept[n] for n in seen], [kept[n] for n in unseen])
        for n, row in zip(unseen, scores, strict=True):
            told[n] = [label in decide(known, row, several) for label in labels]
    return Measured(
        macro_f1=float(f1_score(truth, told, average="macro", zero_division=0)),
        accuracy=float(np.mean((truth == told).all(axis=1))),
        labels=len(labels),
        examples=len(kept),
        dropped=len(examples) - len(kept),
    )
