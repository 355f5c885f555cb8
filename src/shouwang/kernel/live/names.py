"""
How streams, kinds and cursors are spelled.

A stream is a lower-case word with up to three parts after colons: `room:3`, `desk:nanqiao:duty`.
A cursor says how far somebody has read: `room:3=17,matter:9=4`. It is what the browser hands back as `Last-Event-ID`.

    BadName(ValueError)      a stream or kind that does not follow the grammar
    BadCursor(ValueError)    a cursor that does not follow the grammar
"""

from __future__ import annotations

import re
from collections.abc import Mapping

STREAM_MAX = 120
KIND_MAX = 64
CURSOR_MAX = 8_000
SEQ_MAX = 2**63 - 1

_STREAM = re.compile(r"[a-z][a-z0-9_-]*(?::[A-Za-z0-9_.-]+){0,3}")
_KIND = re.compile(r"[a-z][a-z0-9_]*(?:[.-][a-z0-9_]+)*")
_DIGITS = re.compile(r"[0-9]{1,19}")


class BadName(ValueError):
    """A stream or kind that does not follow the grammar."""


class BadCursor(ValueError):
    """A cursor that does not follow the grammar."""


def stream_name(text: str) -> str:
    """The same text, if it names a stream; otherwise BadName."""
    if len(text) > STREAM_MAX or not _STREAM.fullmatch(text):
        raise BadName(f"Not a stream name: {text[:STREAM_MAX]!r}; write a word and up to three parts, like room:3.")
    return text


def kind_name(text: str) -> str:
    """The same text, if it names a kind of event (`message`, `matter.closed`); otherwise BadName."""
    if len(text) > KIND_MAX or not _KIND.fullmatch(text):
        raise BadName(f"Not a kind of event: {text[:KIND_MAX]!r}; write lower-case words, like matter.closed.")
    return text


def parse_cursor(text: str) -> dict[str, int]:
    """
    Stream -> last seq read, from `room:3=17,matter:9=4`; an empty text is an empty cursor.

    Raises BadCursor for anything else, a stream named twice included.
    """
    found: dict[str, int] = {}
    if not text:
        return found
    if len(text) > CURSOR_MAX:
        raise BadCursor(f"A cursor has at most {CURSOR_MAX} characters.")
    for part in text.split(","):
        name, equals, digits = part.partition("=")
        if not equals or name in found or not _DIGITS.fullmatch(digits) or int(digits) > SEQ_MAX:
            raise BadCursor(f"Not a cursor part: {part[:STREAM_MAX]!r}; write stream=number, each stream once.")
        try:
            found[stream_name(name)] = int(digits)
        except BadName as error:
            raise BadCursor(str(error)) from error
    return found


def format_cursor(positions: Mapping[str, int]) -> str:
    """The text `parse_cursor` reads, in the order of the mapping."""
    return ",".join(f"{name}={seq}" for name, seq in positions.items())
