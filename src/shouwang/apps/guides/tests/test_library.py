"""Loading the library: at every start, without harm; what the station wrote stays."""

from __future__ import annotations

import re
import shutil
from datetime import timedelta
from pathlib import Path

import pytest
from django.core.management import call_command

from shouwang.apps.guides.models import CannedAnswer, Guide, GuideVersion, Shelf, State
from shouwang.apps.guides.reading import read_library
from shouwang.apps.guides.usecases import LIBRARY, Loaded, load_library, write_guide
from shouwang.kernel.models import AuditRow
from tests.cast import MONDAY, Cast

pytestmark = pytest.mark.django_db
TUESDAY = MONDAY + timedelta(days=1)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A library of two guides that belong together, and the canned answers."""
    for slug in ("drones", "falling-objects"):
        text = (LIBRARY / f"{slug}.md").read_text(encoding="utf-8")
        alone = re.sub(r"^related = \[.*?\]$", "related = []", text, flags=re.MULTILINE | re.DOTALL)
        (tmp_path / f"{slug}.md").write_text(alone, encoding="utf-8")
    shutil.copy(LIBRARY / "canned.toml", tmp_path)
    return tmp_path


def reword(folder: Path, slug: str, old: str, new: str) -> None:
    path = folder / f"{slug}.md"
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new), encoding="utf-8")


def test_the_shipped_library_is_published_whole_with_its_first_version() -> None:
    texts = read_library(LIBRARY)
    loaded = load_library(at=MONDAY)
    assert loaded.added == len(texts) + CannedAnswer.objects.count()
    assert Guide.objects.published().count() == GuideVersion.objects.filter(number=1, by="house").count() == len(texts)


def test_every_column_of_a_guide_is_what_its_file_says() -> None:
    load_library(at=MONDAY)
    rows = {guide.slug: guide for guide in Guide.objects.all()}
    for text in read_library(LIBRARY):
        row = rows[text.slug]
        assert (row.title, row.body, tuple(row.questions)) == (text.title, text.body, text.questions)
        assert row.source_lines == text.sources
        assert (row.valid_until, row.auto_ok, row.danger) == (text.valid_until, text.auto_ok, text.danger)


def test_a_second_load_writes_nothing(folder: Path, django_assert_num_queries) -> None:  # type: ignore[no-untyped-def]
    load_library(at=MONDAY, folder=folder)
    token = Shelf.objects.get().token
    with django_assert_num_queries(4):  # a savepoint around two reads
        assert load_library(at=TUESDAY, folder=folder) == Loaded(0, 0, 0)
    assert Shelf.objects.get().token == token
    assert AuditRow.objects.filter(action="guides.library_loaded").count() == 1


def test_a_new_wording_of_the_library_becomes_the_next_version(folder: Path) -> None:
    load_library(at=MONDAY, folder=folder)
    reword(folder, "drones", 'title = "飞无人机"', 'title = "飞无人机要登记"')
    assert load_library(at=TUESDAY, folder=folder) == Loaded(0, 1, 0)
    guide = Guide.objects.get(slug="drones")
    assert (guide.title, guide.version) == ("飞无人机要登记", 2)
    assert [row.wording["title"] for row in guide.versions.all()] == ["飞无人机要登记", "飞无人机"]


def test_what_the_station_wrote_over_stays_as_the_station_wrote_it(folder: Path, cast: Cast) -> None:
    load_library(at=MONDAY, folder=folder)
    guide = Guide.objects.get(slug="drones")
    wording = {name: getattr(guide, name) for name in guide.wording()}
    write_guide(guide, wording={**wording, "fee": "本镇不收钱。"}, seen=1, by=cast.liang, why="本镇的做法", at=MONDAY)
    reword(folder, "drones", 'title = "飞无人机"', 'title = "飞无人机要登记"')
    assert load_library(at=TUESDAY, folder=folder) == Loaded(0, 0, 1)
    assert Guide.objects.get(slug="drones").fee == "本镇不收钱。"


def test_a_withdrawn_guide_is_not_brought_back(folder: Path) -> None:
    load_library(at=MONDAY, folder=folder)
    Guide.objects.filter(slug="drones").update(state=State.WITHDRAWN)
    load_library(at=TUESDAY, folder=folder)
    assert Guide.objects.get(slug="drones").state == State.WITHDRAWN


def test_the_command_says_what_it_did(capsys: pytest.CaptureFixture[str]) -> None:
    call_command("load_guides")
    assert "added" in capsys.readouterr().out
