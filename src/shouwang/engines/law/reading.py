"""
Typed reading of TOML tables.

Every refusal is a `BadData` that names the file, the key and the reason, so that the person who edits a rule file by
hand can mend it without reading code. A key that nobody asks for is refused too: no misspelt `extention` may vanish.
"""

from __future__ import annotations

import math
import re
import tomllib
from collections.abc import Iterator, Mapping
from datetime import date, datetime
from enum import StrEnum
from pathlib import Path
from typing import Any, TypeVar

from shouwang.engines.errors import BadData

E = TypeVar("E", bound=StrEnum)

CODE = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*\Z")


def toml_file(path: Path) -> Table:
    """The top table of one file; a missing, unreadable or malformed file is `BadData`."""
    try:
        raw = tomllib.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise BadData(str(path), f"the file cannot be read ({error.strerror})") from error
    except UnicodeDecodeError as error:
        raise BadData(str(path), "the file is not UTF-8 text") from error
    except tomllib.TOMLDecodeError as error:
        raise BadData(str(path), f"not valid TOML: {error}") from error
    return Table(raw, path.name)


class Table:
    """One TOML table; each getter consumes its key, `done()` refuses what is left."""

    def __init__(self, raw: Mapping[str, object], where: str) -> None:
        self._raw = dict(raw)
        self._unread = set(raw)
        self.where = where

    def bad(self, key: str, why: str, what: str = "key", **values: Any) -> BadData:
        """What is wrong with a key. Without a code of its own, a reader is told which key it is."""
        return BadData(f"{self.where} {key}".strip(), why, what, key=key, **values)

    def has(self, key: str) -> bool:
        return key in self._raw

    def names(self) -> tuple[str, ...]:
        """The keys of a table whose keys are themselves data, in the order of the file."""
        return tuple(self._raw)

    def _take(self, key: str) -> object:
        if key not in self._raw:
            raise self.bad(key, "is missing")
        self._unread.discard(key)
        return self._raw[key]

    def text(self, key: str, default: str | None = None) -> str:
        if default is not None and not self.has(key):
            return default
        value = self._take(key)
        if not isinstance(value, str) or not value.strip():
            raise self.bad(key, f"must be a text that is not empty, not {value!r}")
        return value.strip()

    def code(self, key: str, default: str | None = None) -> str:
        value = self.text(key, default)
        if value != default and not CODE.match(value):
            raise self.bad(key, f"must be small Latin letters, digits and single hyphens, not {value!r}")
        return value

    def number(self, key: str) -> int | float | None:
        """A number of at least 0, or None when the key is absent."""
        if not self.has(key):
            return None
        value = self._take(key)
        if isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value < 1e12:
            raise self.bad(key, f"must be a number from 0, not {value!r}")
        return value

    def numbers(self, key: str) -> tuple[float, ...]:
        """A list of numbers of either sign."""
        value = self._take(key)
        if not isinstance(value, list) or not all(
            isinstance(item, int | float) and not isinstance(item, bool) and math.isfinite(item) for item in value
        ):
            raise self.bad(key, f"must be a list of numbers, not {value!r}")
        return tuple(float(item) for item in value)

    def whole(self, key: str, default: int | None = None) -> int:
        if default is not None and not self.has(key):
            return default
        value = self._take(key)
        if isinstance(value, bool) or not isinstance(value, int) or value < 1:
            raise self.bad(key, f"must be a whole number from 1, not {value!r}")
        return value

    def flag(self, key: str, *, default: bool) -> bool:
        if not self.has(key):
            return default
        value = self._take(key)
        if not isinstance(value, bool):
            raise self.bad(key, f"must be true or false, not {value!r}")
        return value

    def day(self, key: str) -> date:
        value = self._take(key)
        if isinstance(value, datetime) or not isinstance(value, date):
            raise self.bad(key, f"must be a date like 2026-01-01, not {value!r}")
        return value

    def day_or_none(self, key: str) -> date | None:
        return self.day(key) if self.has(key) else None

    def choice(self, key: str, kind: type[E], default: E | None = None) -> E:
        if default is not None and not self.has(key):
            return default
        value = self._take(key)
        if value not in [member.value for member in kind]:
            raise self.bad(key, f"must be one of {', '.join(kind)}, not {value!r}")
        return kind(value)

    def texts(self, key: str) -> tuple[str, ...]:
        """A list of texts; an absent key is an empty list."""
        if not self.has(key):
            return ()
        value = self._take(key)
        if not isinstance(value, list) or not all(isinstance(item, str) and item.strip() for item in value):
            raise self.bad(key, f"must be a list of texts, not {value!r}")
        return tuple(item.strip() for item in value)

    def words(self) -> dict[str, str]:
        """Every key with its text: a table that is a list of codes and their words."""
        return {key: self.text(key) for key in self._raw}

    def corridor(self, key: str) -> tuple[int, int]:
        """A whole number n as (n, n), or a list of two rising whole numbers."""
        value = self._take(key)
        pair = [n for n in (value if isinstance(value, list) else [value, value]) if isinstance(n, int) and n >= 1]
        if len(pair) != 2 or pair[0] > pair[1] or (isinstance(value, list) and len(value) != 2):
            raise self.bad(key, f"must be a whole number from 1, or two of them from low to high, not {value!r}")
        return pair[0], pair[1]

    def table_or_none(self, key: str) -> Table | None:
        if not self.has(key):
            return None
        value = self._take(key)
        if not isinstance(value, dict):
            raise self.bad(key, "must be a table")
        return Table(value, f"{self.where} {key}:")

    def tables(self, key: str) -> Iterator[Table]:
        """Each table of an array, named by its id or date where it has one; an absent key is an empty array."""
        if not self.has(key):
            return
        value = self._take(key)
        if not isinstance(value, list) or not all(isinstance(item, dict) for item in value):
            raise self.bad(key, "must be an array of tables")
        for number, item in enumerate(value, start=1):
            name = item.get("id") or item.get("code") or item.get("date") or ""
            yield Table(item, f"{self.where} {key}[{number}] {name}".rstrip() + ":")

    def done(self) -> None:
        if self._unread:
            key = min(self._unread)
            raise self.bad(key, "is not a key that is known here")
