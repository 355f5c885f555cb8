"""
BM25, the one formula every lexical score here comes from.

Source: Robertson & Zaragoza, "The Probabilistic Relevance Framework: BM25 and Beyond", 2009; fields are joined before
saturation as in their BM25F (section 3.6) with one length normalisation; idf in the form that is never negative
(ln(1 + (N - n + .5) / (n + .5))).
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from shouwang.engines.errors import BadData

Floats = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Bm25:
    """k1: how soon repeats stop counting (> 0). b: how much long texts are held back (0..1)."""

    k1: float = 1.2
    b: float = 0.75

    def __post_init__(self) -> None:
        if not self.k1 > 0 or not 0 <= self.b <= 1:
            raise BadData("bm25", f"needs k1 > 0 and 0 <= b <= 1, not {self.k1} and {self.b}")

    def idf(self, documents: int, containing: int) -> float:
        """How much a term tells that stands in `containing` of `documents` texts."""
        return math.log(1 + (documents - containing + 0.5) / (containing + 0.5))

    def saturation(self, counts: Floats, lengths: Floats, mean_length: float) -> Floats:
        """The part of a term's weight between 0 and k1 + 1, for each text that contains it."""
        held_back = self.k1 * (1 - self.b + self.b * lengths / max(mean_length, 1e-9))
        return (counts * (self.k1 + 1) / (counts + held_back)).astype(np.float32)
