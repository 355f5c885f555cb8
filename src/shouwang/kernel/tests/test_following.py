"""An index follows rows that are only added: nothing is missed, nothing lasts that is gone, and it can always be made anew."""

from __future__ import annotations

import multiprocessing
import os
import signal
from collections.abc import Callable, Collection
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from django.utils import timezone

from shouwang.engines.textsearch.documents import Document
from shouwang.kernel.following import Busy, FileShelf, FolderShelf, Following, _index_in
from shouwang.kernel.models import Tally

SHELVES: dict[str, Callable[[Path], Any]] = {
    "file": lambda place: FileShelf(place / "rows.sqlite3"),
    "folder": lambda place: FolderShelf(place / "rows"),
}


@pytest.fixture(params=sorted(SHELVES))
def shelf(request: pytest.FixtureRequest, tmp_path: Path) -> Any:
    return SHELVES[request.param](tmp_path / "search")


def put(index: Any, keys: Collection[int]) -> None:
    index.add(*(Document(str(one.pk), one.key) for one in Tally.objects.filter(pk__in=keys)))


FOLLOWING: Following[Any] = Following(rows=Tally.objects.all, prints=("key", "window_start"), put=put, portion=4)


def happened(*keys: str) -> list[int]:
    return [Tally.objects.create(key=key, window_start=timezone.now()).pk for key in keys]


def inside(shelf: Any) -> int:
    with shelf.opened() as there:
        return int(there.index.count())


@pytest.mark.django_db
class TestFollowing:
    def test_everything_that_came_is_taken_in_once(self, shelf: Any) -> None:
        happened(*(f"巡逻{n}" for n in range(10)))
        assert FOLLOWING.catch_up(shelf)
        assert inside(shelf) == 10
        happened("走访")
        assert FOLLOWING.catch_up(shelf)
        assert FOLLOWING.catch_up(shelf)
        assert inside(shelf) == 11

    def test_without_patience_left_the_rest_waits(self, shelf: Any) -> None:
        happened(*(f"巡逻{n}" for n in range(10)))
        assert not FOLLOWING.catch_up(shelf, patience_s=-1)
        assert inside(shelf) == 4
        assert FOLLOWING.catch_up(shelf, patience_s=60)
        assert inside(shelf) == 10

    def test_a_row_that_became_visible_late_is_taken_in(self, shelf: Any) -> None:
        late, _early = happened("晚到", "早到")
        assert replace(FOLLOWING, rows=lambda: Tally.objects.exclude(pk=late)).catch_up(shelf)
        assert inside(shelf) == 1
        assert FOLLOWING.catch_up(shelf)
        assert inside(shelf) == 2

    def test_a_restored_house_with_other_rows_begins_anew(self, shelf: Any) -> None:
        happened("从前一", "从前二", "从前三")
        assert FOLLOWING.catch_up(shelf)
        Tally.objects.filter(key="从前三").update(key="另一个所")
        Tally.objects.filter(key="从前一").delete()
        assert FOLLOWING.catch_up(shelf)
        assert inside(shelf) == 2

    def test_what_lies_there_and_is_no_index_goes(self, shelf: Any) -> None:
        happened("巡逻")
        assert FOLLOWING.catch_up(shelf)
        file = getattr(shelf, "path", None) or shelf.folder / "index" / "meta.json"
        file.unlink()
        file.write_bytes(b"nothing of the kind, and long enough to be looked at" * 40)
        _index_in.cache_clear()  # the house was started anew
        assert not FOLLOWING.catch_up(shelf)
        assert FOLLOWING.catch_up(shelf)
        assert inside(shelf) == 1

    def test_rolled_back_inside_leaves_nothing_half(self, shelf: Any) -> None:
        def breaks(_index: Any, _keys: Collection[int]) -> None:
            raise RuntimeError

        happened("巡逻")
        with pytest.raises(RuntimeError):
            replace(FOLLOWING, put=breaks).catch_up(shelf)
        assert FOLLOWING.catch_up(shelf)
        assert inside(shelf) == 1

    def test_nobody_else_may_read_where_it_lies(self, shelf: Any) -> None:
        happened("巡逻")
        assert FOLLOWING.catch_up(shelf)
        place = getattr(shelf, "path", None) or shelf.folder
        assert place.stat().st_mode & 0o077 == 0


def hold(shelf: Any, held: Any) -> None:
    with shelf.opened() as there, there.writing():
        held.set()
        signal.pause()


@pytest.mark.parametrize("name", sorted(SHELVES))
def test_one_at_a_time_and_a_killed_holder_holds_nothing(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("shouwang.kernel.following.LONGEST_HELD_S", 0.05)
    shelf = SHELVES[name](tmp_path)
    fork = multiprocessing.get_context("fork")
    held = fork.Event()
    other = fork.Process(target=hold, args=(shelf, held))
    other.start()
    assert held.wait(30)
    with pytest.raises(Busy), shelf.opened() as there, there.writing():
        pass
    os.kill(other.pid or 0, signal.SIGKILL)
    other.join()
    with shelf.opened() as there, there.writing():
        there.index.add(Document("1", "巡逻"))
