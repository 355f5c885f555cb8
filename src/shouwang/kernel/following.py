"""
An index that follows rows which are only ever added.

The index lies in a file or folder of its own beside the database and can always be made anew. Whoever searches first takes in what came
since, and so does a job; so nothing has to be told to it, and what was rolled back never was there. Several processes share it; a house on
several machines has one on each.
"""

from __future__ import annotations

import fcntl
import hashlib
import json
import os
import shutil
import sqlite3
import time
from collections.abc import Callable, Collection, Iterator
from contextlib import AbstractContextManager, closing, contextmanager, suppress
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any, Generic, Protocol, TypeVar

from django.db.models import QuerySet

from shouwang.engines.textsearch.documents import Index
from shouwang.engines.textsearch.sqlite_index import SqliteIndex
from shouwang.engines.textsearch.tantivy_index import Damaged as DamagedFolder
from shouwang.engines.textsearch.tantivy_index import TantivyIndex

#: On PostgreSQL a row with a smaller key may become visible after one with a greater: so many are looked at again.
LOOKED_AT_AGAIN = 500
#: Somebody else holds the index at most this long before we give up, in seconds.
LONGEST_HELD_S = 20.0

I_co = TypeVar("I_co", bound=Index, covariant=True)
I = TypeVar("I", bound=Index)  # noqa: E741


class Busy(Exception):
    """Another process takes in a long backlog."""


class Damaged(Exception):
    """What lies there is no index."""


@dataclass(frozen=True, slots=True)
class Seen:
    """The last row taken in, what tells it from another row with the same key, and the keys of some before it."""

    last: int
    print: str
    lately: list[int]


class Opened(Protocol[I_co]):
    """An index with what it has seen."""

    @property
    def index(self) -> I_co: ...

    def seen(self) -> Seen | None:
        """What was taken in; None for a new index."""
        ...

    def writing(self) -> AbstractContextManager[None]:
        """Hold the index alone. Raises Busy."""
        ...

    def keep(self, seen: Seen) -> None:
        """Remember what was taken in; within `writing`."""
        ...


class Shelf(Protocol[I_co]):
    """Where an index lies."""

    def opened(self) -> AbstractContextManager[Opened[I_co]]:
        """Raises Busy and Damaged, also from within."""
        ...

    def drop(self) -> None:
        """Remove it; the next one who opens it finds an empty one."""
        ...


@dataclass(frozen=True)
class Following(Generic[I]):
    """
    Which rows an index follows, and how one of them is put in.

    rows        all rows; keys only ever grow but for what `LOOKED_AT_AGAIN` says
    prints      values of a row that tell it from another one with the same key in a restored house
    put         put in what the rows with these keys tell, as it is now; may be asked twice for the same keys
    read_first  what takes long and needs no hold on the index, such as reading a file
    portion     rows at a time
    """

    rows: Callable[[], QuerySet[Any]]
    prints: tuple[str, ...]
    put: Callable[[I, Collection[int]], None]
    read_first: Callable[[Collection[int]], None] = lambda _keys: None
    portion: int = 1000

    def catch_up(self, shelf: Shelf[I], *, patience_s: float | None = None) -> bool:
        """
        Take in what came since. True when nothing is left; False when the patience ended first.

        An index of other rows than these (a backup was restored, the file is damaged) begins anew. Raises Busy without patience.
        """
        until = None if patience_s is None else time.monotonic() + patience_s
        try:
            with shelf.opened() as there:
                while self._take_in(there):
                    if until is not None and time.monotonic() > until:
                        return False
            return True
        except Busy:
            if patience_s is None:
                raise
            return False
        except Damaged:
            shelf.drop()
            return False

    def _take_in(self, there: Opened[I]) -> bool:
        """One portion of what came since; False when there was nothing more."""
        if not (fresh := self.fresh(self._known(there))):  # asked without holding the index: mostly nothing came
            return False
        self.read_first(fresh)
        with there.writing():
            known = self._known(there)
            if known is None:
                there.index.rebuild(())
            if fresh := self.fresh(known):
                self.put(there.index, fresh)
                lately = sorted({*(known.lately if known else ()), *fresh})[-LOOKED_AT_AGAIN:]
                there.keep(Seen(lately[-1], self._print(lately[-1]), lately))
        return len(fresh) == self.portion

    def _known(self, there: Opened[I]) -> Seen | None:
        """What was seen, unless it was seen in another house."""
        seen = there.seen()
        return seen if seen and seen.print == self._print(seen.last) else None

    def fresh(self, seen: Seen | None) -> list[int]:
        """Keys of rows that were not taken in, in order; one portion at most."""
        lately = seen.lately if seen else []
        first = min(lately) if len(lately) >= LOOKED_AT_AGAIN else 0
        since = self.rows().filter(pk__gt=first).order_by("pk").values_list("pk", flat=True)
        known = set(lately)
        return [pk for pk in since[: self.portion + len(known)] if pk not in known][: self.portion]

    def _print(self, pk: int) -> str:
        return hashlib.sha256(repr(self.rows().filter(pk=pk).values_list(*self.prints).first()).encode()).hexdigest()


# ── in an SQLite file ────────────────────────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True, slots=True)
class _OpenFile:
    index: SqliteIndex
    db: sqlite3.Connection

    def seen(self) -> Seen | None:
        row = self.db.execute("SELECT last, print, lately FROM seen").fetchone()
        return row and Seen(int(row[0]), row[1], json.loads(row[2]))

    @contextmanager
    def writing(self) -> Iterator[None]:
        self.db.execute("BEGIN IMMEDIATE")
        try:
            yield
        except BaseException:
            with suppress(sqlite3.Error):
                self.db.execute("ROLLBACK")
            raise
        self.db.execute("COMMIT")

    def keep(self, seen: Seen) -> None:
        self.db.execute("DELETE FROM seen")
        self.db.execute("INSERT INTO seen VALUES (?, ?, ?)", (seen.last, seen.print, json.dumps(seen.lately)))


@dataclass(frozen=True, slots=True)
class FileShelf:
    """An index in an SQLite file, without texts: up to some 300,000 texts."""

    path: Path

    @contextmanager
    def opened(self) -> Iterator[_OpenFile]:
        """Readable by the house alone."""
        self.path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        try:
            with closing(sqlite3.connect(self.path, isolation_level=None, timeout=LONGEST_HELD_S)) as db:
                self.path.chmod(0o600)
                db.execute("PRAGMA journal_mode=WAL")
                db.execute("PRAGMA synchronous=NORMAL")
                db.execute(
                    "CREATE TABLE IF NOT EXISTS seen (last INTEGER NOT NULL, print TEXT NOT NULL, lately TEXT NOT NULL)"
                )
                yield _OpenFile(SqliteIndex(db, keeps_texts=False), db)
        except sqlite3.OperationalError as why:
            raise Busy from why
        except sqlite3.DatabaseError as why:
            raise Damaged from why

    def drop(self) -> None:
        """With the files that SQLite keeps beside it."""
        for each in self.path.parent.glob(f"{self.path.name}*"):
            each.unlink(missing_ok=True)


# ── in a folder of tantivy ───────────────────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True, slots=True)
class _OpenFolder:
    index: TantivyIndex
    folder: Path

    def seen(self) -> Seen | None:
        try:
            return Seen(**json.loads((self.folder / "seen.json").read_text()))
        except FileNotFoundError:
            return None
        except (TypeError, ValueError) as why:
            raise Damaged from why

    @contextmanager
    def writing(self) -> Iterator[None]:
        until = time.monotonic() + LONGEST_HELD_S
        with (self.folder / "held").open("a") as held:  # let go when the process ends, however it ends
            while True:
                with suppress(BlockingIOError):
                    fcntl.flock(held, fcntl.LOCK_EX | fcntl.LOCK_NB)
                    break
                if time.monotonic() > until:
                    raise Busy
                time.sleep(0.02)
            yield

    def keep(self, seen: Seen) -> None:
        """After the index itself: killed between the two, the same rows are put in once more, which changes nothing."""
        place, new = self.folder / "seen.json", self.folder / "seen.new"
        with new.open("w") as file:
            json.dump({"last": seen.last, "print": seen.print, "lately": seen.lately}, file)
            file.flush()
            os.fsync(file.fileno())
        new.replace(place)


@lru_cache(maxsize=4)
def _index_in(path: Path) -> TantivyIndex:
    """Kept open for the life of the process: with a million texts the first search takes a hundred milliseconds, the next ones six."""
    return TantivyIndex(path, keeps_texts=False)


@dataclass(frozen=True, slots=True)
class FolderShelf:
    """An index in a folder, without texts: for a million texts, beside SQLite or PostgreSQL."""

    folder: Path

    @contextmanager
    def opened(self) -> Iterator[_OpenFolder]:
        """Readable by the house alone."""
        self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        try:
            yield _OpenFolder(_index_in(self.folder / "index"), self.folder)
        except DamagedFolder as why:
            _index_in.cache_clear()
            raise Damaged from why

    def drop(self) -> None:
        """The folder and all that is in it."""
        _index_in.cache_clear()
        shutil.rmtree(self.folder, ignore_errors=True)
