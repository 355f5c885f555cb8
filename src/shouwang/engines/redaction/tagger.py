"""
Which characters of a Chinese text belong to the name of a person, an address or an organisation.

    tagger = Tagger.load()
    tagger.tag(text)                # labels for each character, see LABELS; told twice, see Tagger.caution

A linear-chain conditional random field over hashed features of characters, of their kinds and of dictionary words, all in
numpy. Clauses are decoded side by side, so a long text costs little more than its longest clause. ``teaching.py`` writes the
sentences it is learnt from, ``learning.py`` learns it.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from zipfile import BadZipFile

import numpy as np
import rjieba
from numpy.typing import NDArray

from shouwang.engines.errors import BadData

DATA = Path(__file__).parent / "data"
MODEL = DATA / "model.npz"
LABELS = ("O", "B-name", "I-name", "B-address", "I-address", "B-organisation", "I-organisation")
BUCKETS = 1 << 18
_FORMAT = 3
_WIDTH = 8  # columns of a row of weights: one more than labels, so that a row is one line of the cache

Labels = NDArray[np.int8]
Floats = NDArray[np.float32]
Rows = NDArray[np.int64]


@cache
def word_lists() -> Mapping[str, Mapping[str, str]]:
    """``data/teaching.toml``: surnames, given names, places, sentences."""
    return tomllib.loads((DATA / "teaching.toml").read_text(encoding="utf-8"))


_SUFFIX = "省市区县旗镇乡村路街道巷弄号栋幢楼室组屯庄里园苑院校店馆厂场站桥口门城厅局所"
_OTHER, _DIGIT, _LATIN, _MARK, _HAN = range(5)


@cache
def _kinds() -> NDArray[np.uint64]:
    """Of each character of the basic plane: what kind it is."""
    names = word_lists()["names"]
    table = np.zeros(65536, np.uint64)
    for code in range(65536):
        char = chr(code)
        if char.isdigit():
            table[code] = _DIGIT
        elif char.isascii() and char.isalpha():
            table[code] = _LATIN
        elif 0x4E00 <= code <= 0x9FFF:
            family = 2 if char in names["common"] else 1 if char in names["rare"] else 0
            table[code] = _HAN + 4 * family + 2 * (char in names["given"]) + (char in _SUFFIX)
        elif not char.isalnum():
            table[code] = _MARK
    return table


def _mixed(number: int, *parts: NDArray[np.uint64]) -> Rows:
    """The bucket of a combination."""
    mixed = np.full(parts[0].shape, number * 0x9E3779B97F4A7C15 & 0xFFFFFFFFFFFFFFFF, np.uint64)
    for part in parts:
        mixed = (mixed ^ part) * np.uint64(0xD6E8FEB86659FD93)
        mixed ^= mixed >> np.uint64(29)
    return (mixed & np.uint64(BUCKETS - 1)).astype(np.int64)


_REACH = 3
EDGE = "\0" * _REACH


def features(text: str) -> list[Rows]:
    """For each kind of feature the bucket of every character."""
    size = len(text)
    codes = np.frombuffer(text.encode("utf-32-le", "surrogatepass"), np.uint32)
    kinds = _kinds()[np.minimum(codes, 65535)]
    chars = np.where(kinds == _DIGIT, np.uint64(48), codes.astype(np.uint64))
    word, place = _words(text, chars)

    def around(values: NDArray[np.uint64]) -> list[NDArray[np.uint64]]:
        padded = np.concatenate([np.full(_REACH, 1, np.uint64), values, np.full(_REACH, 1, np.uint64)])
        return [padded[shift : shift + size] for shift in range(2 * _REACH + 1)]

    a3, a2, a1, c, b1, b2, b3 = around(chars)
    _, k2, k1, k, j1, j2, _ = around(kinds)
    _, _, s1, s, t1, _, _ = around(place)
    before, after = _neighbours(word, place)
    shape = k1 + k * np.uint64(32) + j1 * np.uint64(1024)
    cut = s1 + s * np.uint64(8) + t1 * np.uint64(64)
    wide = shape + (k2 + j2 * np.uint64(32)) * np.uint64(32768)
    combinations = (
        (c,), (a1,), (b1,), (a2,), (b2,), (a1, c), (c, b1), (a2, a1), (b1, b2), (a1, c, b1), (a2, a1, c), (c, b1, b2),
        (a3, a2, a1), (b1, b2, b3), (wide,), (shape, cut), (shape, a1), (shape, b1), (word, s), (before, s), (after, s),
        (before, shape), (after, shape, cut), (k, s, before, after),
    )  # fmt: skip
    return [_mixed(number, *parts) for number, parts in enumerate(combinations, 1)]


def _words(text: str, chars: NDArray[np.uint64]) -> tuple[NDArray[np.uint64], NDArray[np.uint64]]:
    """Of each character: a hash of its dictionary word, and where in it the character stands (alone, first, within, last)."""
    lengths = np.array([len(word) for word in rjieba.cut(text.replace("\0", "。"), False)], np.int64)
    size = len(text)
    if lengths.sum() != size:  # pragma: no cover - the dictionary keeps every character
        lengths = np.ones(size, np.int64)
    ends = np.cumsum(lengths)
    starts = ends - lengths
    place = np.full(size, 3, np.uint64)
    place[starts] = 2
    place[ends - 1] = 4
    place[starts[lengths == 1]] = 1
    index = np.arange(size) - np.repeat(starts, lengths)
    salted = (chars + np.uint64(7919) * index.astype(np.uint64)) * np.uint64(0xD6E8FEB86659FD93)
    salted ^= salted >> np.uint64(31)
    return np.repeat(np.add.reduceat(salted, starts), lengths), place


def _neighbours(word: NDArray[np.uint64], place: NDArray[np.uint64]) -> tuple[NDArray[np.uint64], NDArray[np.uint64]]:
    """Of each character the hash of the word before and of the word behind its own."""
    first = np.flatnonzero(place <= 2)
    lengths = np.diff(np.append(first, len(word)))
    words = word[first]
    edge = np.ones(1, np.uint64)
    before, after = np.concatenate([edge, words[:-1]]), np.concatenate([words[1:], edge])
    return np.repeat(before, lengths), np.repeat(after, lengths)


_BREAKS = tuple(map(ord, "\0，。；！？,;!?\n\r"))
LONGEST = 96


def clauses(text: str) -> tuple[Rows, Rows]:
    """First characters and lengths of what is decoded as one piece; longest first."""
    codes = np.frombuffer(text.encode("utf-32-le", "surrogatepass"), np.uint32)
    ends = np.flatnonzero(np.isin(codes, _BREAKS)) + 1
    edges = np.unique(np.concatenate([[0], ends, [len(text)]]))
    starts, lengths = edges[:-1], np.diff(edges)
    if len(lengths) and lengths.max() > LONGEST:
        cuts = [np.arange(s, s + n, LONGEST) for s, n in zip(starts.tolist(), lengths.tolist(), strict=True)]
        starts = np.concatenate(cuts)
        lengths = np.diff(np.append(starts, len(text)))
    order = np.argsort(-lengths, kind="stable")
    return starts[order].astype(np.int64), lengths[order].astype(np.int64)


def emissions(text: str, weights: Floats) -> Floats:
    """One score for each character and label."""
    scores = np.zeros((len(text), weights.shape[1]), np.float32)
    for rows in features(text):
        scores += weights.take(rows, axis=0)
    return scores[:, : len(LABELS)]


def best_path(scores: Floats, steps: Floats, starts: Rows, lengths: Rows) -> Labels:
    """The most likely labels of each piece (Viterbi), all pieces at once; they come longest first."""
    back = np.zeros(scores.shape, np.int8)
    running = scores[starts] + steps[-1]
    for at in range(1, int(lengths[0])):
        going = int(np.searchsorted(-lengths, -at, "left"))
        ways = running[:going, :, None] + steps[None, :-1]
        back[starts[:going] + at] = ways.argmax(1)
        running[:going] = ways.max(1) + scores[starts[:going] + at]
    label = running.argmax(1)
    path = np.zeros(len(scores), np.int8)
    path[starts + lengths - 1] = label
    for at in range(int(lengths[0]) - 1, 0, -1):
        going = int(np.searchsorted(-lengths, -at, "left"))
        here = starts[:going] + at
        label[:going] = back[here, path[here]]
        path[here - 1] = label[:going]
    return path


@dataclass(frozen=True)
class Tagger:
    """
    A learnt model.

    weights   BUCKETS rows of one weight for each label
    steps     from label (row) to label (column); the last row is for the first character of a clause
    caution   added to the scores of names, of addresses and of organisations: more is hidden, and more in vain. One row for
              each time the text is told: once with an ear for names, once for places, and what either hears counts
    """

    weights: Floats
    steps: Floats
    caution: tuple[tuple[float, float, float], ...]

    def tag(self, text: str) -> list[Labels]:
        """For each row of caution an index into LABELS for each character."""
        if not text:
            return []
        # Where a text begins looks the same whether or not another stands before it.
        scores = emissions(f"{EDGE}{text}{EDGE}", self.weights)[len(EDGE) : -len(EDGE)]
        starts, lengths = clauses(text)
        # Both tellings go side by side; longest first holds for clauses that stand twice.
        times, size = len(self.caution), len(text)
        heard = np.concatenate([scores + np.repeat(np.array((0, *row), np.float32), 2)[1:] for row in self.caution])
        copies = (starts[:, None] + np.arange(times) * size).ravel()
        return list(best_path(heard, self.steps, copies, np.repeat(lengths, times)).reshape(times, size))

    def save(self, path: Path = MODEL) -> None:
        """Write an ``.npz`` file; a weight is kept in a byte, and rows that say little are left out."""
        scale = float(np.abs(self.weights).max()) / 127
        small = np.round(self.weights[:, : len(LABELS)] / scale).astype(np.int8)
        kept = np.flatnonzero(np.abs(small).max(1) > 1)
        np.savez_compressed(
            path,
            allow_pickle=False,
            format=np.array(_FORMAT),
            rows=np.diff(kept, prepend=0).astype(np.uint16),
            weights=small[kept],
            scale=np.array(scale, np.float32),
            steps=self.steps.astype(np.float32),
            caution=np.array(self.caution, np.float32),
        )

    @classmethod
    def load(cls, path: Path = MODEL) -> Tagger:
        """Read a file written by :meth:`save`; BadData with file and reason when it is something else."""
        try:
            with np.load(path, allow_pickle=False) as file:
                held = {key: file[key] for key in file.files}
        except OSError as error:
            raise BadData(str(path), f"cannot be read: {error}") from error
        except (ValueError, BadZipFile, EOFError) as error:
            raise BadData(str(path), "is not a model file") from error
        try:
            if int(held["format"]) != _FORMAT:
                raise ValueError(f"format {held['format']}")
            weights = np.zeros((BUCKETS, _WIDTH), np.float32)
            rows = np.cumsum(held["rows"].astype(np.int64))
            weights[rows, : len(LABELS)] = held["weights"].astype(np.float32) * held["scale"]
            caution = tuple((float(name), float(place), float(body)) for name, place, body in held["caution"])
            return cls(weights, held["steps"], caution)
        except (KeyError, ValueError, IndexError, TypeError) as error:
            raise BadData(str(path), f"is not a model file of this version: {error}") from error


@cache
def standard_tagger() -> Tagger:
    """The tagger that comes with the house."""
    return Tagger.load()
