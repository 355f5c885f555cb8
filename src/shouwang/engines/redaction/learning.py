"""
Learning a :class:`~shouwang.engines.redaction.tagger.Tagger` from marked texts.

    tagger = learn(write(Random(1), 40_000), rounds=5, say=print)

Conditional random field with forward-backward, clauses side by side, steps by Adam. Apart from tagger.py, because telling
needs none of it.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix

from shouwang.engines.redaction.tagger import (
    BUCKETS,
    LABELS,
    Floats,
    Labels,
    Rows,
    Tagger,
    clauses,
    features,
)
from shouwang.engines.redaction.teaching import Taught

_TEXTS_AT_ONCE = 1200
_LEFT_OUT = 0.3
_RATE, _FADE = 0.02, 1e-6
# A label may not go on with what another began.
_FORBIDDEN = np.float32(-1e4)


@dataclass(frozen=True)
class _Batch:
    text: str
    gold: Labels
    starts: Rows
    lengths: Rows


def learn(
    taught: Sequence[Taught],
    *,
    rounds: int,
    seed: int = 0,
    caution: tuple[tuple[float, float, float], ...],
    say: Callable[[str], None] = lambda _: None,
) -> Tagger:
    """The same texts, rounds and seed teach the same tagger; ``caution`` is only kept for decoding."""
    rng = np.random.default_rng(seed)
    size = len(LABELS)
    weights = np.zeros((BUCKETS, size), np.float32)
    steps = np.zeros((size + 1, size), np.float32)
    first, second = np.zeros_like(weights), np.zeros_like(weights)
    sums = np.ones_like(steps)
    forbidden = _forbidden()
    steps[forbidden] = _FORBIDDEN
    mean, mean_steps, count = np.zeros_like(weights), np.zeros_like(steps), 0
    beat = 0
    for turn in range(rounds):
        order = rng.permutation(len(taught))
        loss, characters = 0.0, 0
        for begin in range(0, len(order), _TEXTS_AT_ONCE):
            batch = _batch([taught[i] for i in order[begin : begin + _TEXTS_AT_ONCE]])
            rows = np.stack(features(batch.text), axis=1)
            # Some features are left out by chance, so that none is relied on alone: the files of the world say it otherwise.
            kept = (rng.random(rows.shape, np.float32) > _LEFT_OUT).astype(np.float32) / np.float32(1 - _LEFT_OUT)
            table = csr_matrix(
                (kept.ravel(), rows.ravel(), np.arange(0, rows.size + 1, rows.shape[1])), shape=(len(rows), BUCKETS)
            )
            scores = np.asarray(table @ weights, np.float32)
            lost, slope, slope_steps = _slopes(scores, steps, batch)
            loss, characters = loss + lost, characters + len(batch.text)
            gradient = np.asarray(table.T @ slope, np.float32) / _TEXTS_AT_ONCE + _FADE * weights
            beat += 1
            first += 0.1 * (gradient - first)
            second += 0.01 * (gradient * gradient - second)
            rate = _RATE * (1 - turn / rounds * 0.8)
            weights -= rate * (first / (1 - 0.9**beat)) / (np.sqrt(second / (1 - 0.99**beat)) + 1e-6)
            sums += slope_steps**2
            steps -= 0.3 * slope_steps / np.sqrt(sums)
            steps[forbidden] = _FORBIDDEN
            if turn == rounds - 1:
                mean += weights
                mean_steps += steps
                count += 1
        say(f"round {turn + 1}: {loss / characters:.4f} per character")
    wide = np.zeros((BUCKETS, size + 1), np.float32)
    wide[:, :size] = mean / count
    return Tagger(wide, (mean_steps / count).astype(np.float32), caution)


def _forbidden() -> NDArray[np.bool_]:
    """Steps from one label into the inside of another. A clause (last row) may go on with what the one before began."""
    table = np.zeros((len(LABELS) + 1, len(LABELS)), bool)
    for to, label in enumerate(LABELS):
        if label.startswith("I-"):
            for since in range(len(LABELS)):
                table[since, to] = LABELS[since][2:] != label[2:]
    return table


def _batch(texts: Sequence[Taught]) -> _Batch:
    text = "\n".join(one.text for one in texts)
    gold = np.zeros(len(text), np.int8)
    at = 0
    for one in texts:
        for start, end, kind in one.spans:
            gold[at + start] = LABELS.index(f"B-{kind}")
            gold[at + start + 1 : at + end] = LABELS.index(f"I-{kind}")
        at += len(one.text) + 1
    return _Batch(text, gold, *clauses(text))


def _slopes(scores: Floats, steps: Floats, batch: _Batch) -> tuple[float, Floats, Floats]:
    """Loss, and its slope by score and by step (forward-backward over all clauses at once)."""
    starts, lengths, gold = batch.starts, batch.lengths, batch.gold.astype(np.int64)
    forward, backward = np.zeros_like(scores), np.zeros_like(scores)
    longest = int(lengths[0])
    going = [int(np.searchsorted(-lengths, -at, "left")) for at in range(longest + 1)]
    inner = steps[:-1]
    forward[starts] = scores[starts] + steps[-1]
    for at in range(1, longest):
        here = starts[: going[at]] + at
        forward[here] = _log_sum(forward[here - 1][:, :, None] + inner[None], 1) + scores[here]
    for at in range(longest - 1, 0, -1):
        here = starts[: going[at]] + at
        backward[here - 1] = _log_sum((scores[here] + backward[here])[:, None, :] + inner[None], 2)
    total = _log_sum(forward[starts + lengths - 1], 1)
    whole = np.zeros(len(scores), np.float32)
    order = np.argsort(starts)
    whole[:] = np.repeat(total[order], lengths[order])
    slope = np.exp(np.clip(forward + backward - whole[:, None], -50, 0))
    within = np.ones(len(scores), bool)
    within[starts] = False
    here = np.flatnonzero(within)
    pairs = np.exp(
        np.clip(
            forward[here - 1][:, :, None]
            + inner[None]
            + (scores[here] + backward[here])[:, None, :]
            - whole[here][:, None, None],
            -50,
            0,
        )
    )
    slope_steps = np.zeros_like(steps)
    slope_steps[:-1] = pairs.sum(0)
    slope_steps[-1] = slope[starts].sum(0)
    np.subtract.at(slope_steps, (gold[here - 1], gold[here]), 1)
    np.subtract.at(slope_steps[-1], gold[starts], 1)
    told = (
        scores[np.arange(len(gold)), gold].sum()
        + steps[gold[here - 1], gold[here]].sum()
        + steps[-1, gold[starts]].sum()
    )
    slope[np.arange(len(gold)), gold] -= 1
    return float(total.sum() - told), slope.astype(np.float32), slope_steps


def _log_sum(values: Floats, axis: int) -> Floats:
    top = values.max(axis, keepdims=True)
    return np.asarray(np.log(np.exp(values - top).sum(axis)) + top.squeeze(axis), np.float32)
