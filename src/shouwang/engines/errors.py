"""
Errors of the engines.

    EngineError
    ├── BadData      a file, row or value handed in cannot be used; names the place and the reason
    └── CannotTell   the question is well put, but the engine may not answer it from what it has
"""

from __future__ import annotations


class EngineError(Exception):
    """Base of every error an engine raises on purpose."""

    code = "engine.error"


class BadData(EngineError):
    """
    Data handed in cannot be used.

    where   file and key, row or argument name
    why     one sentence: what is wrong with it
    """

    code = "engine.bad-data"

    def __init__(self, where: str, why: str) -> None:
        super().__init__(f"{where}: {why}")
        self.where = where
        self.why = why


class CannotTell(EngineError):
    """The engine has no lawful or safe answer; the message says what is missing."""

    code = "engine.cannot-tell"
