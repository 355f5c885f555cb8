"""
A text classifier that needs few examples: which kind is this, how sure, and which words spoke for it.

    model = Classifier.load(MODEL)
    prediction = model.predict("我的自行车在菜市场门口被偷了")
    prediction.ranked[0].label, prediction.ranked[0].probability
    model.because(prediction, "theft-bicycle")          # the ranges of the text that spoke most

One linear score per kind over three views of the text, each of the same weight: single characters and pairs, dictionary
words, and concepts (``data/concepts.toml``), by which 离婚 and 彩礼 teach the same thing. Only numpy is needed to predict;
``learning.py`` learns. A model is data, never code: an ``.npz`` file that holds no pickles.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from itertools import chain, compress, repeat
from operator import add
from pathlib import Path
from zipfile import BadZipFile

import numpy as np
from numpy.typing import NDArray

from shouwang.engines.errors import BadData
from shouwang.engines.law.reading import toml_file
from shouwang.engines.triage.folding import CharacterTable
from shouwang.engines.triage.wordlist import WordList

CONCEPTS = Path(__file__).parent / "data" / "concepts.toml"
MODEL = Path(__file__).parent / "data" / "model.npz"

# A word of the title counts as often as this many of the text.
TITLE_WEIGHT = 2
_VIEWS = ("c", "w", "k")
_APART = re.compile(r"[^\w]+")
_SHOWN = 5
# Of each view only the tokens that spoke most are looked for in the text.
_LOOKED_AT = 30
# A model file says which reading of texts it was made with.
_FORMAT = 1

Floats = NDArray[np.float32]


@dataclass(frozen=True)
class Concepts:
    """Words that mean much the same. Make it with :meth:`load`."""

    of_word: Mapping[str, tuple[str, ...]]
    words_of: Mapping[str, tuple[str, ...]]
    words: WordList

    @classmethod
    def load(cls, path: Path = CONCEPTS) -> Concepts:
        """Read the file; BadData names file, key and reason."""
        top = toml_file(path)
        table = top.table_or_none("concepts")
        if table is None:
            raise top.bad("concepts", "is missing")
        of_word: dict[str, list[str]] = {}
        words_of = {concept: tuple(map(smooth, table.text(concept).split())) for concept in table.names()}
        for concept, words in words_of.items():
            for word in words:
                of_word.setdefault(word, []).append(concept)
        top.done()
        return cls({word: tuple(concepts) for word, concepts in of_word.items()}, words_of, WordList(of_word))


def _smooth_character(char: str) -> str:
    if "\ud800" <= char <= "\udfff":
        return " "  # half of a pair that came without the other; no dictionary can read it
    plain = unicodedata.normalize("NFKC", char).lower()[:1] or " "
    return "0" if plain.isdecimal() else plain


_SMOOTHING = CharacterTable(_smooth_character)


def smooth(text: str) -> str:
    """Half width, small letters, every figure 0; each character stays at its place."""
    return text.translate(_SMOOTHING)


@dataclass(frozen=True)
class Ranked:
    """A label with its calibrated probability and raw score."""

    label: str
    probability: float
    score: float


@dataclass(frozen=True)
class Heard:
    """What one view knows of a text: its tokens, where each stands in the model, and how much it weighs."""

    tokens: tuple[str, ...]
    places: NDArray[np.int32]
    values: Floats


@dataclass(frozen=True)
class Prediction:
    """
    ranked   every label, the most likely first
    text     what was asked
    heard    what each view knew of it
    words    the words of concepts that it holds
    places   where a token of a view stands in it, as far as somebody asked
    """

    ranked: tuple[Ranked, ...]
    text: str
    heard: tuple[Heard, ...] = field(repr=False)
    words: frozenset[str] = field(repr=False)
    places: dict[tuple[int, str], list[tuple[int, int]]] = field(default_factory=dict, repr=False, compare=False)

    def probability(self, label: str) -> float:
        """Of one label; 0 when the model does not know it."""
        return self._of_label.get(label, 0.0)

    @cached_property
    def _of_label(self) -> Mapping[str, float]:
        return {entry.label: entry.probability for entry in self.ranked}

    @cached_property
    def plain(self) -> str:
        """The text as the model reads it."""
        return smooth(self.text)


def views(text: str, title: str, concepts: Concepts) -> Iterator[Counter[str]]:
    """What is counted of a text, one counter for each view, the title's words TITLE_WEIGHT times."""
    parts = ((smooth(text), 1), *(((smooth(title), TITLE_WEIGHT),) if title else ()))
    for view in (_characters, _words, lambda plain: _concepts(plain, concepts)):
        counted: Counter[str] = Counter()
        for plain, times in parts:
            if times == 1:
                counted.update(view(plain))
            else:
                for token, often in Counter(view(plain)).items():
                    counted[token] += often * times
        yield counted


def _characters(plain: str) -> Iterator[str]:
    return chain.from_iterable(chain(run, map(add, run, run[1:])) for run in _APART.split(plain))


def _words(plain: str) -> Iterator[str]:
    import rjieba  # noqa: PLC0415  # reads its dictionary when it is imported

    said = rjieba.cut_for_search(plain)
    apart = {word for word in set(said) if _APART.fullmatch(word)}
    return (word for word in said if word not in apart)


def _concepts(plain: str, concepts: Concepts) -> Iterator[str]:
    return chain.from_iterable(concepts.of_word[plain[start:end]] for start, end in concepts.words.find(plain))


def weighted(counted: Counter[str], index: Mapping[str, int], idf: Floats) -> Heard:
    """The tokens that the index knows, their values scaled to length 1."""
    rows = np.fromiter(map(index.get, counted, repeat(-1)), np.int32, len(counted))
    known = rows >= 0
    tokens, places = tuple(compress(counted, known.tolist())), rows[known]
    counts = np.fromiter(counted.values(), np.float32, len(counted))[known]
    values = (1 + np.log(counts)) * idf[places]
    return Heard(tokens, places, values / (np.linalg.norm(values) or 1))


@dataclass(frozen=True)
class Classifier:
    """
    A learnt model. Make it with :meth:`load` or ``learning.learn``.

    labels       what it can say
    several      a text may have several labels at once
    index        per view: token -> row
    idf          per view: rarity of each token
    weights      per view: rows of one weight for each label
    bias         one for each label
    slope, shift from score to probability, fitted on examples the model had not seen
    learnt_from  first 12 hexadecimal digits of sha256 of each text it was learnt from, sorted
    """

    labels: tuple[str, ...]
    several: bool
    index: tuple[Mapping[str, int], ...]
    idf: tuple[Floats, ...]
    weights: tuple[Floats, ...]
    bias: Floats
    slope: float
    shift: float
    learnt_from: tuple[str, ...]
    concepts: Concepts = field(repr=False)

    def hear(self, counts: Iterable[Counter[str]]) -> tuple[Heard, ...]:
        """What the model knows of what :func:`views` counted."""
        return tuple(weighted(*each) for each in zip(counts, self.index, self.idf, strict=True))

    def scores(self, heard: Iterable[Heard]) -> Floats:
        """One raw score for each label."""
        parts = (view.values @ weights[view.places] for view, weights in zip(heard, self.weights, strict=True))
        return np.asarray(sum(parts, self.bias))

    def predict(self, text: str, title: str = "") -> Prediction:
        """How likely each label is; the probabilities sum to 1 unless several labels may hold at once."""
        heard = self.hear(views(text, title, self.concepts))
        scores = self.scores(heard)
        chances = chance(scores[None, :], self.slope, self.shift, self.several)[0]
        order = sorted(range(len(self.labels)), key=lambda k: (-chances[k], self.labels[k]))
        ranked = tuple(Ranked(self.labels[k], float(chances[k]), float(scores[k])) for k in order)
        return Prediction(ranked, text, heard, self.concepts.words.within(smooth(text)))

    def because(self, prediction: Prediction, label: str) -> tuple[tuple[int, int], ...]:
        """The ranges of the text, in its order, that spoke most for a label and less for its nearest rival."""
        rival = next((entry.label for entry in prediction.ranked if entry.label != label), label)
        own, other = self.labels.index(label), self.labels.index(rival)
        spoke: dict[tuple[int, int], float] = {}
        for view, heard in enumerate(prediction.heard):
            weights = self.weights[view]
            gains = heard.values * (weights[heard.places, own] - weights[heard.places, other])
            most = np.argsort(-gains, kind="stable")[:_LOOKED_AT]
            for n, gain in zip(most.tolist(), gains[most].tolist(), strict=True):
                if gain <= 0:
                    break
                key = view, heard.tokens[n]
                if key not in prediction.places:
                    prediction.places[key] = list(self._places(*key, prediction))
                for span in prediction.places[key]:
                    spoke[span] = spoke.get(span, 0.0) + gain
        chosen: list[tuple[int, int]] = []
        for span in sorted(spoke, key=lambda s: (-spoke[s], s)):
            if span[1] - span[0] > 1 and not any(a < span[1] and span[0] < b for a, b in chosen):
                chosen.append(span)
            if len(chosen) == _SHOWN:
                break
        return tuple(sorted(chosen))

    def _places(self, view: int, token: str, prediction: Prediction) -> Iterator[tuple[int, int]]:
        """Where a token stands in the text, at most three times."""
        words = [token]
        if _VIEWS[view] == "k":
            words = [word for word in self.concepts.words_of.get(token, ()) if word in prediction.words]
        plain = prediction.plain
        for word in words:
            at = plain.find(word)
            for _ in range(3):
                if at < 0:
                    break
                yield at, at + len(word)
                at = plain.find(word, at + 1)

    def save(self, path: Path) -> None:
        """Write an ``.npz`` file; weights are kept in a byte each, which costs less than they vary by chance."""
        arrays: dict[str, NDArray[np.generic]] = {}
        for view, name in enumerate(_VIEWS):
            scale = np.abs(self.weights[view]).max(axis=0, initial=1e-9) / 127
            tokens = sorted(self.index[view], key=self.index[view].__getitem__)
            arrays[f"{name}_tokens"] = np.array("\n".join(tokens))
            arrays[f"{name}_idf"] = self.idf[view].astype(np.float16)
            arrays[f"{name}_scale"] = scale.astype(np.float32)
            arrays[f"{name}_weights"] = np.round(self.weights[view] / scale).astype(np.int8)
        np.savez_compressed(
            path,
            allow_pickle=False,
            format=np.array(_FORMAT),
            labels=np.array("\n".join(self.labels)),
            several=np.array(self.several),
            bias=self.bias.astype(np.float32),
            curve=np.array([self.slope, self.shift]),
            learnt_from=np.array("\n".join(self.learnt_from)),
            **arrays,
        )

    @classmethod
    def load(cls, path: Path = MODEL, concepts: Concepts | None = None) -> Classifier:
        """
        Read a file written by :meth:`save`; BadData with file and reason when it is something else.

        concepts   those it was learnt with; those of the house when none are given
        """
        try:
            with np.load(path, allow_pickle=False) as file:
                held = {key: file[key] for key in file.files}
        except OSError as error:
            raise BadData(str(path), f"cannot be read: {error}") from error
        except (ValueError, BadZipFile, EOFError) as error:
            raise BadData(str(path), "is not a model file") from error
        try:
            return cls._of(held, concepts or Concepts.load())
        except (KeyError, ValueError, IndexError) as error:
            raise BadData(str(path), f"is not a model file of this version: {error}") from error

    @classmethod
    def _of(cls, held: Mapping[str, NDArray[np.generic]], concepts: Concepts) -> Classifier:
        if int(str(held["format"])) != _FORMAT:
            raise ValueError(f"format {held['format']}")
        labels = _lines(held["labels"])
        index, idf, weights = [], [], []
        for name in _VIEWS:
            tokens = _lines(held[f"{name}_tokens"])
            index.append({token: row for row, token in enumerate(tokens)})
            idf.append(held[f"{name}_idf"].astype(np.float32))
            weights.append(held[f"{name}_weights"].astype(np.float32) * held[f"{name}_scale"].astype(np.float32))
            if weights[-1].shape != (len(tokens), len(labels)) or idf[-1].shape != (len(tokens),):
                raise ValueError(f"view {name} does not fit together")
        slope, shift = (float(number) for number in held["curve"].astype(np.float64))
        return cls(
            labels=labels,
            several=bool(held["several"]),
            index=tuple(index),
            idf=tuple(idf),
            weights=tuple(weights),
            bias=held["bias"].astype(np.float32),
            slope=slope,
            shift=shift,
            learnt_from=_lines(held["learnt_from"]),
            concepts=concepts,
        )


def _lines(text: NDArray[np.generic]) -> tuple[str, ...]:
    whole = str(text)
    return tuple(whole.split("\n")) if whole else ()


def chance(scores: Floats, slope: float, shift: float, several: bool) -> NDArray[np.float64]:
    """Probabilities from scores, row by row: a curve for each label, or shares that sum to 1."""
    raised = slope * scores.astype(np.float64) + shift
    if several:
        return np.asarray(1 / (1 + np.exp(-np.clip(raised, -60, 60))))
    powers = np.exp(raised - raised.max(axis=1, keepdims=True))
    return np.asarray(powers / powers.sum(axis=1, keepdims=True))


def decide(labels: Sequence[str], scores: Floats, several: bool) -> tuple[str, ...]:
    """The labels a text is given: the best one, or all with a score above 0 when several may hold."""
    best = int(np.argmax(scores))
    above = [k for k in range(len(labels)) if scores[k] > 0] if several else []
    return tuple(labels[k] for k in above or [best])
