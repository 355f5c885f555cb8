"""
Words in what is public, attachments included.

The index (`engines/textsearch`) lies in a file of its own beside the database and can always be made anew. Each step of an item is a
row that is only added, so steps are all there is to follow: whoever searches first takes in what came since, and so does a job. Several
processes share the file; a house on several machines has one file on each.
"""

from __future__ import annotations

import hashlib
import json
import sqlite3
import time
from collections.abc import Collection, Iterator
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from django.conf import settings
from django.utils.translation import override

from shouwang.apps.catalogue.models import AttachedText, Group, Item, State, Step
from shouwang.apps.catalogue.reading import words_of
from shouwang.apps.catalogue.required import publications
from shouwang.apps.files.usecases import document_bytes
from shouwang.apps.guides.rendering import as_text
from shouwang.engines.textsearch.documents import Document, Hit, Span
from shouwang.engines.textsearch.sqlite_index import SqliteIndex

MOST_SHOWN = 30
LONGEST_QUESTION = 200
#: A search waits this long for the newest items; a long backlog is left to the job, and the page says so.
PATIENCE_S = 0.5
PORTION = 500
#: On PostgreSQL a step with a smaller key may become visible after one with a greater: so many are looked at again.
LOOKED_AT_AGAIN = 500
_SEEN = "CREATE TABLE IF NOT EXISTS seen (last INTEGER NOT NULL, print TEXT NOT NULL, lately TEXT NOT NULL)"


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch of shown text; `marked` when it was asked for."""

    text: str
    marked: bool


@dataclass(frozen=True, slots=True)
class Found:
    item: Item
    title: tuple[Piece, ...]
    excerpt: tuple[Piece, ...]


@dataclass(frozen=True, slots=True)
class Answer:
    """`complete`: whether everything that is public has been looked through."""

    found: tuple[Found, ...]
    complete: bool


def find(query: str, *, unit: int | None = None, group: str = "", limit: int = MOST_SHOWN) -> Answer:
    """What fits these words, best first; the database says of each hit whether it is still public."""
    words = query.strip()[:LONGEST_QUESTION]
    complete = catch_up(patience_s=PATIENCE_S)
    if not words:
        return Answer((), complete)
    facets = {"unit": str(unit)} if unit else None
    with _opened() as (index, _):
        hits = index.search(words, limit, group=group or None, facets=facets)
    items = Item.objects.published().select_related("unit", "current").in_bulk([int(hit.id) for hit in hits])
    found = [(items[int(hit.id)], hit) for hit in hits if int(hit.id) in items]
    return Answer(tuple(_shown(item, hit) for item, hit in found), complete)


def _shown(item: Item, hit: Hit) -> Found:
    return Found(item, _pieces(hit.title, hit.title_spans), _pieces(hit.snippet, hit.snippet_spans))


def _pieces(text: str, places: Collection[Span]) -> tuple[Piece, ...]:
    found, at = [], 0
    for start, end in places:
        found += [Piece(text[at:start], marked=False), Piece(text[start:end], marked=True)]
        at = end
    return tuple(piece for piece in (*found, Piece(text[at:], marked=False)) if piece.text)


# ── the index and what it has seen ───────────────────────────────────────────────────────────────────────────────────


def _file() -> Path:
    return Path(settings.SHOUWANG.data_dir) / "search" / "catalogue.sqlite3"


@contextmanager
def _opened() -> Iterator[tuple[SqliteIndex, sqlite3.Connection]]:
    path = _file()
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    with closing(sqlite3.connect(path, isolation_level=None, timeout=20)) as db:
        path.chmod(0o600)
        db.execute("PRAGMA journal_mode=WAL")
        db.execute("PRAGMA synchronous=NORMAL")
        db.execute(_SEEN)
        yield SqliteIndex(db), db


def catch_up(*, patience_s: float | None = None) -> bool:
    """
    Take in what came since. True when nothing is left; False when the patience ended first.

    An index of other steps than these (a backup was restored, the file is damaged) begins anew.
    """
    until = None if patience_s is None else time.monotonic() + patience_s
    try:
        with _opened() as (index, db):
            while _take_in(index, db):
                if until is not None and time.monotonic() > until:
                    return False
        return True
    except sqlite3.OperationalError:
        if patience_s is None:
            raise
        return False  # another process takes in a long backlog
    except sqlite3.DatabaseError:
        for each in _file().parent.glob(f"{_file().name}*"):
            each.unlink(missing_ok=True)
        return False


def _take_in(index: SqliteIndex, db: sqlite3.Connection) -> bool:
    """One portion of what came since; False when there was nothing more."""
    last, lately = _seen(db)
    if not (fresh := _fresh(last, lately)):  # asked without holding the file: mostly nothing came
        return False
    _read_attachments(fresh)  # before the file is held: a large PDF takes seconds
    db.execute("BEGIN IMMEDIATE")
    try:
        last, lately = _seen(db)
        if last is None:
            index.rebuild(())
        fresh = _fresh(last, lately)
        _put(index, fresh)
        lately = sorted({*lately, *fresh})[-LOOKED_AT_AGAIN:]
        db.execute("DELETE FROM seen")
        if lately:
            db.execute("INSERT INTO seen VALUES (?, ?, ?)", (lately[-1], _print(lately[-1]), json.dumps(lately)))
        db.execute("COMMIT")
    except BaseException:
        with suppress(sqlite3.Error):
            db.execute("ROLLBACK")
        raise
    return len(fresh) == PORTION


def _seen(db: sqlite3.Connection) -> tuple[int | None, list[int]]:
    """The last step taken in and the keys of some before it; (None, []) for an index of other steps or of none."""
    row = db.execute("SELECT last, print, lately FROM seen").fetchone()
    if row is None or row[1] != _print(row[0]):
        return None, []
    return int(row[0]), json.loads(row[2])


def _fresh(last: int | None, lately: Collection[int]) -> list[int]:
    """Keys of steps that were not taken in, in order; one portion at most."""
    first = min(lately) if last is not None and len(lately) >= LOOKED_AT_AGAIN else 0
    since = Step.objects.filter(pk__gt=first).order_by("pk").values_list("pk", flat=True)
    known = set(lately)
    return [pk for pk in since[: PORTION + len(known)] if pk not in known][:PORTION]


def _print(pk: int) -> str:
    """What tells a step from another one with the same key in a restored house."""
    row = Step.objects.filter(pk=pk).values_list("item", "what", "at", "version__sha256").first()
    return hashlib.sha256(repr(row).encode()).hexdigest()


def _put(index: SqliteIndex, steps: Collection[int]) -> None:
    """The items of these steps as they are now; what is not public any more goes out, words and all."""
    touched = Item.objects.filter(steps__in=steps).select_related("unit", "current").distinct()
    there = [item for item in touched if item.state == State.PUBLISHED]
    hashes = {one["sha256"] for item in there if item.current for one in item.current.files}
    texts = dict(AttachedText.objects.filter(sha256__in=hashes).values_list("sha256", "text"))
    index.remove(*(str(item.pk) for item in touched if item.state != State.PUBLISHED))
    index.add(*(_document(item, texts) for item in there))


def _document(item: Item, texts: dict[str, str]) -> Document:
    version = item.current
    assert version is not None  # a public item has one: the database sees to it
    asked = publications().get(item.kind)
    with override("zh-hans"):  # whoever happens to search first does not choose the words of the index
        shelf = str(Group(item.group).label)
    keywords = " ".join((item.name, item.unit.name, shelf, asked.name_zh if asked else ""))
    attached = [part for one in version.files for part in (one["name"], texts.get(one["sha256"], ""))]
    body = "\n".join((version.summary, as_text(version.body), *attached))
    facets = {"unit": str(item.unit_id)}
    return Document(str(item.pk), version.title, body, keywords, group=item.group, facets=facets)


def _read_attachments(steps: Collection[int]) -> None:
    """The words of attachments that nobody read yet, kept once for each content."""
    rows = Item.objects.published().filter(steps__in=steps).distinct().values_list("current__files", flat=True)
    files = {one["sha256"]: one for row in rows for one in row}
    known = set(AttachedText.objects.filter(sha256__in=files).values_list("sha256", flat=True))
    for sha256 in files.keys() - known:
        data = document_bytes(files[sha256]["ref"])
        if data is not None:
            text = words_of(data, files[sha256]["media_type"]).replace("\x00", "")
            AttachedText.objects.get_or_create(sha256=sha256, defaults={"text": text})
