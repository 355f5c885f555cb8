"""
Errors of the engines.

    EngineError
    ├── BadData      a file, row or value handed in cannot be used; names the place and the reason
    └── CannotTell   the question is well put, but the engine may not answer it from what it has
"""

from __future__ import annotations

from typing import Any


class EngineError(Exception):
    """Base of every error an engine raises on purpose."""

    code = "engine.error"


class BadData(EngineError):
    """
    Data handed in cannot be used.

    where   file and key, row or argument name
    why     one sentence: what is wrong with it
    what    a short code of it, by which a reader is told in their own language; empty where only `why` tells
    line    of the text, from 1; None where it is not about a line
    values  what the sentence of that code names
    """

    code = "engine.bad-data"

    def __init__(self, where: str, why: str, what: str = "", line: int | None = None, **values: Any) -> None:
        super().__init__(f"{where}: {why}")
        self.where = where
        self.why = why
        self.what = what
        self.line = line
        self.values = values


class CannotTell(EngineError):
    """The engine has no lawful or safe answer; the message says what is missing."""

    code = "engine.cannot-tell"
