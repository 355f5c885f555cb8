"""A text in half-width small letters and plain digits, with the way back to its own characters."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from functools import lru_cache

# Invisible: they part what belongs together, and are left out.
_UNSEEN_KINDS = frozenset({"Cf", "Mn", "Me"})


@lru_cache(maxsize=65536)
def _plain(char: str) -> str:
    """One character in its plain form, empty when nobody can see it; itself when its plain form is longer than one."""
    if unicodedata.category(char) in _UNSEEN_KINDS:
        return ""
    digit = unicodedata.digit(char, None)
    if digit is not None and not char.isascii():
        return str(digit)
    plain = unicodedata.normalize("NFKC", char).lower()
    return plain if len(plain) == 1 else char


@dataclass(frozen=True)
class Plain:
    """
    text    the plain text
    origin  for each plain character where it stood; None when all stand where they stood
    """

    text: str
    origin: tuple[int, ...] | None

    @classmethod
    def of(cls, text: str) -> Plain:
        """Read a text."""
        table = {ord(char): plain for char in set(text) if (plain := _plain(char)) != char}
        plain = text.translate(table) if table else text
        if len(plain) == len(text):
            return cls(plain, None)
        return cls(plain, tuple(at for at, char in enumerate(text) if table.get(ord(char), char)))

    def back(self, start: int, end: int) -> tuple[int, int]:
        """The range of the text that a range of the plain one was read from."""
        if self.origin is None:
            return start, end
        return self.origin[start], self.origin[end - 1] + 1
