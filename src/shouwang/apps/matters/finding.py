"""
Words in what was said, for the desk: all years, only what the officer may read, newest first among equals.

The index (`engines/textsearch`) lies in a file of its own beside the database and keeps no texts, only where which pairs of
characters stand. Each text belongs to circles of readers; a search looks at the officer's circles only. That is for
speed and so that nothing shines through; the wall is the database's own rule, asked of every hit before it is shown.

How it follows what came since: `kernel/following.py`.
"""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from django.conf import settings
from django.utils.crypto import get_random_string

from shouwang.apps.matters.models import Entry, Kind, Matter, Type
from shouwang.apps.matters.readable import ANSWERING, COMPLAINT_ROLES, RESTRICTED_ROLES, units_of
from shouwang.apps.matters.viewer import Viewer, Visibility
from shouwang.apps.units.models import Officer
from shouwang.engines.textsearch.documents import Document
from shouwang.engines.textsearch.query import read_query
from shouwang.engines.textsearch.snippets import marks, snippet, stretches
from shouwang.engines.textsearch.sqlite_index import SqliteIndex
from shouwang.engines.textsearch.text import normalise
from shouwang.kernel.following import FileShelf, Following

MOST_SHOWN = 50
#: A text that holds less of what was asked is not shown; where one holds all of it, less than `MOST_OF_IT` is not either.
A_PART, MOST_OF_IT = 0.34, 0.75
#: Hits asked of the index at first, and at most when the rule of the database leaves too few of them.
FIRST_HITS, MOST_HITS = 200, 3200
#: A search waits this long for the newest entries; a long backlog is left to the job, and the page says so.
PATIENCE_S = 0.5
#: After these nobody else may read a matter than before, and it is called the same.
CHANGE_NO_READER = frozenset(
    {Type.MESSAGE, Type.AUTO_ANSWER, Type.NOTE, Type.CLOCK, Type.HEARTBEAT, Type.RATED, Type.ENCLOSED}
)
_READS = "reads"


@dataclass(frozen=True, slots=True)
class Found:
    """
    matters    best first; each has `shown_title` and `excerpt`, as stretches
    complete   whether all that was ever said has been looked through
    """

    matters: list[Matter]
    complete: bool


def find_matters(viewer: Viewer, query: str) -> Found:
    """What fits these words, of what the officer may read: who holds all of them first, then the newest."""
    if viewer.officer is None:
        return Found([], complete=True)
    complete = catch_up(patience_s=PATIENCE_S)
    circles = [(circle, _READS) for circle in _circles_of(viewer.officer)]
    limit = FIRST_HITS
    while True:
        with _shelf().opened() as there:
            hits = there.index.fitting(query, limit, any_of=circles, least=A_PART)
        found = _readable(viewer, query, hits)
        if len(found) >= MOST_SHOWN or len(hits) < limit or limit >= MOST_HITS:
            return Found(_as_cards(viewer, query, _best_of(found)), complete)
        limit *= 4


@dataclass(slots=True)
class _Best:
    """The most fitting words of one matter."""

    fitness: float
    at: datetime
    words: str


def _readable(viewer: Viewer, query: str, hits: Iterable[tuple[str, float]]) -> dict[int, _Best]:
    """The best of each matter among the hits that the viewer may read; by matter."""
    shares = dict(hits)
    said = {int(name[1:]): share for name, share in shares.items() if name[0] == "e"}
    titled = {int(name[1:]): share for name, share in shares.items() if name[0] == "m"}
    whole = normalise(query).strip()
    found: dict[int, _Best] = {}

    def keep(matter: int, share: float, at: datetime, words: str, excerpt: str) -> None:
        one = _Best(share + (whole in normalise(words)), at, excerpt)
        if matter not in found or (one.fitness, one.at) > (found[matter].fitness, found[matter].at):
            found[matter] = one

    entries = Entry.objects.visible_to(viewer).standing().filter(pk__in=said)
    for pk, matter, at, body in entries.order_by().values_list("pk", "matter", "at", "body"):
        keep(matter, said[pk], at, body, body)
    matters = Matter.objects.visible_to(viewer).filter(pk__in=titled)
    for pk, received_at, last_at, title in matters.order_by().values_list(
        "pk", "received_at", "last_entry_at", "title"
    ):
        keep(pk, titled[pk], last_at or received_at, title, "")
    return found


def _best_of(found: dict[int, _Best]) -> dict[int, _Best]:
    """As many as are shown, in their order."""
    if any(one.fitness >= 1 for one in found.values()):  # then half of it is not what was meant
        found = {matter: one for matter, one in found.items() if one.fitness >= MOST_OF_IT}
    order = sorted(found, key=lambda matter: (-found[matter].fitness, -found[matter].at.timestamp(), -matter))
    return {matter: found[matter] for matter in order[:MOST_SHOWN]}


def _as_cards(viewer: Viewer, query: str, best: dict[int, _Best]) -> list[Matter]:
    terms = read_query(query).terms
    cards = {one.pk: one for one in Matter.objects.visible_to(viewer).filter(pk__in=best).for_cards()}
    shown = [cards[pk] for pk in best if pk in cards]
    for one in shown:
        one.shown_title = stretches(one.title, marks(one.title, terms))
        one.excerpt = stretches(*snippet(best[one.pk].words, terms)) if best[one.pk].words != one.title else ()
    return shown


def _circles_of(officer: Officer) -> list[str]:
    """What this officer reads today; the counterpart of `_circles`, and of `readable.py`."""
    if not officer.active:
        return []
    circles = [f"h{officer.pk}"]
    for letter, roles in (("u", frozenset(ANSWERING)), ("c", COMPLAINT_ROLES), ("r", RESTRICTED_ROLES)):
        circles += [f"{letter}{key}" for key in units_of(officer, roles)]
    return circles


def _circles(matter: Matter, visibility: int) -> dict[str, str]:
    """Who reads a text: u(nit's desk), c(omplaints' few), r(estricted), h(andler)."""
    if visibility >= Visibility.RESTRICTED:
        circles = [f"r{matter.unit_id}", f"h{matter.handler_id}"]
    else:
        letter = "c" if matter.kind == Kind.COMPLAINT else "u"
        circles = [f"{letter}{unit}" for unit in (matter.unit_id, matter.offered_to_unit_id) if unit]
    return dict.fromkeys(circles, _READS)


# ── the index and what it has seen ───────────────────────────────────────────────────────────────────────────────────


def _folder() -> Path:
    return Path(settings.SHOUWANG.data_dir) / "search"


def _shelf() -> FileShelf:
    """The file in use: the one with the highest number."""
    return FileShelf(max(_folder().glob("desk-*.sqlite3"), default=_folder() / "desk-00001.sqlite3"))


def catch_up(*, patience_s: float | None = None) -> bool:
    """Take in what came since; see `Following.catch_up`."""
    return FOLLOWING.catch_up(_shelf(), patience_s=patience_s)


def rebuild_index() -> int:
    """Make the index anew beside the old one, which serves until then; returns how many texts are in."""
    current = _shelf()
    building = FileShelf(_folder() / f"building-{get_random_string(8)}.sqlite3")
    try:
        FOLLOWING.catch_up(building)
        with building.opened() as there:
            count = there.index.count()
        building.path.rename(_folder() / f"desk-{int(current.path.stem.removeprefix('desk-')) + 1:05}.sqlite3")
    finally:
        building.drop()
    current.drop()
    return count


def mend_index() -> int:
    """Put in what should be there and is not, whatever the reason; returns how many texts were missing."""
    catch_up()
    with _shelf().opened() as opened:
        there = {int(name[1:]) for name in opened.index.ids() if name[0] == "e"}
        said = Entry.objects.standing().exclude(body="").values_list("pk", flat=True).order_by("pk")
        missing = [pk for pk in said.iterator() if pk not in there]
        for start in range(0, len(missing), FOLLOWING.portion):
            with opened.writing():
                _put(opened.index, missing[start : start + FOLLOWING.portion])
    return len(missing)


def _put(index: SqliteIndex, keys: Collection[int]) -> None:
    """
    Put in the words of these entries; of a matter that may have got other readers or another name, all of it.

    Words never change, so what is there with the same readers stays as it is.
    """
    new = list(Entry.objects.filter(pk__in=keys))
    touched = {entry.matter_id for entry in new if entry.type not in CHANGE_NO_READER}
    matters = Matter.objects.in_bulk({entry.matter_id for entry in new})
    said = [entry for entry in new if entry.body and entry.matter_id not in touched]
    wholly = Entry.objects.filter(matter__in=touched)
    said += wholly.exclude(body="")
    taken = {
        (matter, data["of"])
        for matter, data in wholly.filter(type=Type.TAKEN_BACK).values_list("matter", "data")
    }  # fmt: skip
    gone = {f"e{entry.pk}" for entry in said if (entry.matter_id, entry.seq) in taken}
    documents = [
        Document(f"e{entry.pk}", body=entry.body, facets=_circles(matters[entry.matter_id], entry.visibility))
        for entry in said
        if f"e{entry.pk}" not in gone
    ]
    for pk in touched:
        title = matters[pk].title
        # The name may change: its print beside the circles tells whether it did.
        facets = _circles(matters[pk], Visibility.PARTIES) | {"title": hashlib.sha256(title.encode()).hexdigest()[:12]}
        documents.append(Document(f"m{pk}", title=title, facets=facets))
    there = index.facets_of([one.id for one in documents])
    index.remove(*gone)
    index.add(*(one for one in documents if there.get(one.id) != one.facets))


#: Every change of a matter is an entry, so entries are all there is to follow.
FOLLOWING: Following[SqliteIndex] = Following(
    rows=Entry.objects.all, prints=("matter", "seq", "at", "type", "body"), put=_put
)
