"""
Words in what is public, attachments and published answers included.

The index lies in a folder of its own beside the database, keeps no texts, and follows the steps of items, which are only ever added
(`kernel/following.py`). The database says of each hit whether it is still public, and what it says now.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, replace
from operator import itemgetter
from pathlib import Path

from django.conf import settings
from django.utils.translation import override

from shouwang.apps.catalogue.models import AttachedText, Group, Item, Question, State, Step
from shouwang.apps.catalogue.required import publications
from shouwang.apps.files.reading import words_of
from shouwang.apps.files.usecases import document_bytes
from shouwang.apps.guides.rendering import as_text
from shouwang.engines.textsearch.documents import Document
from shouwang.engines.textsearch.query import read_query
from shouwang.engines.textsearch.snippets import Stretch, show, stretches
from shouwang.engines.textsearch.tantivy_index import TantivyIndex
from shouwang.kernel.following import Damaged, FolderShelf, Following

MOST_SHOWN = 20
LONGEST_QUESTION = 200
#: A search waits this long for the newest items; a long backlog is left to the job, and the page says so.
PATIENCE_S = 0.5


@dataclass(frozen=True, slots=True)
class Found:
    """`answer`: of the published answers about the item the one that says most of the words; None when none says half."""

    item: Item
    title: tuple[Stretch, ...]
    excerpt: tuple[Stretch, ...]
    answer: Question | None


@dataclass(frozen=True, slots=True)
class Answer:
    """`complete`: whether everything that is public has been looked through."""

    found: tuple[Found, ...]
    complete: bool


def find(query: str, *, unit: int | None = None, group: str = "", limit: int = MOST_SHOWN) -> Answer:
    """What fits these words, best first."""
    words = query.strip()[:LONGEST_QUESTION]
    complete = catch_up(patience_s=PATIENCE_S)
    if not words:
        return Answer((), complete)
    facets = {"unit": str(unit)} if unit else None
    try:
        with _shelf().opened() as there:
            keys = [int(hit.id) for hit in there.index.search(words, limit, group=group or None, facets=facets)]
    except Damaged:
        _shelf().drop()
        return Answer((), complete=False)
    items = Item.objects.published().select_related("unit", "current").in_bulk(keys)
    beside, terms = Beside.of(items.values()), read_query(words).terms
    return Answer(tuple(_shown(items[pk], beside, terms) for pk in keys if pk in items), complete)


def _shown(item: Item, beside: Beside, terms: Collection[str]) -> Found:
    hit = show(_document(item, replace(beside, answers={})), 0.0, tuple(terms))
    said = [
        (sum(term in f"{one.question}{one.answer}" for term in terms), one) for one in beside.answers.get(item.pk, ())
    ]
    most, answer = max(said, key=itemgetter(0), default=(0, None))
    title, excerpt = stretches(hit.title, hit.title_spans), stretches(hit.snippet, hit.snippet_spans)
    return Found(item, title, excerpt, answer if most * 2 >= len(terms) else None)


# ── the index and what it has seen ───────────────────────────────────────────────────────────────────────────────────


def _shelf() -> FolderShelf:
    return FolderShelf(Path(settings.SHOUWANG.data_dir) / "search" / "catalogue")


def catch_up(*, patience_s: float | None = None) -> bool:
    """Take in what came since; see `Following.catch_up`."""
    return FOLLOWING.catch_up(_shelf(), patience_s=patience_s)


def _put(index: TantivyIndex, steps: Collection[int]) -> None:
    """The items of these steps as they are now; what is not public any more goes out, words and all."""
    keys = set(Step.objects.filter(pk__in=steps).values_list("item", flat=True))
    touched = list(Item.objects.filter(pk__in=keys).select_related("unit", "current").order_by("pk"))
    there = [item for item in touched if item.state == State.PUBLISHED]
    beside = Beside.of(there)
    if gone := [str(item.pk) for item in touched if item.state != State.PUBLISHED]:
        index.remove(*gone)
    if there:
        index.add(*(_document(item, beside) for item in there))


@dataclass(frozen=True, slots=True)
class Beside:
    """
    What stands beside the texts of items.

    attached  the words of attachments, by the hash of the file
    answers   published answers, by the item that was asked about; the newest first
    """

    attached: dict[str, str]
    answers: dict[int, list[Question]]

    @classmethod
    def of(cls, items: Collection[Item]) -> Beside:
        hashes = {one["sha256"] for item in items if item.current for one in item.current.files}
        attached = AttachedText.objects.filter(sha256__in=hashes).values_list("sha256", "text") if hashes else ()
        answers: dict[int, list[Question]] = {}
        for one in Question.objects.answered().filter(item__in=[item.pk for item in items]) if items else ():
            answers.setdefault(one.item_id, []).append(one)
        return cls(dict(attached), answers)


def _document(item: Item, beside: Beside) -> Document:
    version = item.current
    assert version is not None  # a public item has one: the database sees to it
    asked = publications().get(item.kind)
    with override("zh-hans"):  # whoever happens to search first does not choose the words of the index
        shelf = str(Group(item.group).label)
    keywords = " ".join((item.name, item.unit.name, shelf, asked.name_zh if asked else ""))
    attached = [part for one in version.files for part in (one["name"], beside.attached.get(one["sha256"], ""))]
    answers = [part for one in beside.answers.get(item.pk, ()) for part in (one.question, one.answer)]
    body = "\n".join((version.summary, as_text(version.body), *answers, *attached))
    facets = {"unit": str(item.unit_id)}
    return Document(str(item.pk), version.title, body, keywords, group=item.group, facets=facets)


def _read_attachments(steps: Collection[int]) -> None:
    """The words of attachments that nobody read yet, kept once for each content."""
    keys = set(Step.objects.filter(pk__in=steps).values_list("item", flat=True))
    rows = Item.objects.published().filter(pk__in=keys).order_by().values_list("current__files", flat=True)
    files = {one["sha256"]: one for row in rows for one in row}
    known = set(AttachedText.objects.filter(sha256__in=files).values_list("sha256", flat=True))
    for sha256 in files.keys() - known:
        data = document_bytes(files[sha256]["ref"])
        if data is not None:
            text = words_of(data, files[sha256]["media_type"]).replace("\x00", "")
            AttachedText.objects.get_or_create(sha256=sha256, defaults={"text": text})


#: The number of the version is new in the print: an index from before answers were in it begins anew.
FOLLOWING: Following[TantivyIndex] = Following(
    rows=Step.objects.all,
    prints=("item", "what", "at", "version__sha256", "version__number"),
    put=_put,
    read_first=_read_attachments,
)
