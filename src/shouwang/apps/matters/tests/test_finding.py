"""Search at the desk: everybody finds exactly what they may read, at once, and the index can always be made anew."""

from __future__ import annotations

import threading
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from django.core.management import call_command
from django.db import connection

from shouwang.apps.matters import finding, usecases
from shouwang.apps.matters.finding import catch_up, find_matters, mend_index, rebuild_index
from shouwang.apps.matters.models import Entry, Matter
from shouwang.apps.units.models import Officer, Role, Unit
from tests.cast import MONDAY, Cast, as_officer, consultation, officer, with_code


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An index of this test's own."""
    monkeypatch.setattr(finding, "_folder", lambda: tmp_path / "search")
    return tmp_path / "search"


def found(cast_member, query: str) -> list[Matter]:  # type: ignore[no-untyped-def]
    return find_matters(as_officer(cast_member), query).matters


@pytest.fixture
def story(cast: Cast) -> Cast:
    """Everything that shields a matter or its words, all about the same well."""
    consultation(cast, body="古井边的路灯不亮")
    noted = consultation(cast, body="古井要不要加盖").matter
    usecases.assign(noted, to=cast.zhou, by=cast.chen, at=MONDAY)
    usecases.note(noted, by=cast.zhou, body="古井的线人是老张", at=MONDAY, restricted=True)
    usecases.note(noted, by=cast.chen, body="古井已经看过", at=MONDAY)
    consultation(cast, body="古井旁窗口的人态度不好", kind="complaint")
    concerned = consultation(cast, body="古井巡逻的民警没来").matter
    concerned.kept_from.add(cast.chen)
    changed = consultation(cast, body="古井改成投诉的").matter
    catch_up()  # taken in while everybody could read it
    usecases.change_kind(changed, kind="complaint", by=cast.liang, at=MONDAY)
    offered = usecases.open_matter(cast.hewan, kind="help", channel="web", at=MONDAY, body="古井下游有水声")
    usecases.offer_transfer(offered.matter, to=cast.qingshi, by=cast.meng, reason="在青石。", at=MONDAY)
    moved = usecases.open_matter(cast.hewan, kind="help", channel="web", at=MONDAY, body="古井上游有水声").matter
    usecases.offer_transfer(moved, to=cast.qingshi, by=cast.meng, reason="在青石。", at=MONDAY)
    usecases.accept_transfer(moved, by=cast.chen, at=MONDAY)
    taken = consultation(cast, body="古井里捡到手机")
    usecases.take_back(Entry.objects.get(body="古井里捡到手机"), at=MONDAY)
    usecases.say(taken.matter, viewer=with_code(taken), body="没事了", at=MONDAY)
    for role in Role.values:
        officer(f"as-{role}", "某人", "某警官", cast.qingshi, role)
        officer(f"off-{role}", "某人", "某警官", cast.hewan, role)
    return cast


def may_find(one, query: str) -> set[int]:  # type: ignore[no-untyped-def]
    """By the rule alone, reading everything."""
    viewer = as_officer(one)
    said = Entry.objects.visible_to(viewer).standing().filter(body__contains=query)
    titled = Matter.objects.visible_to(viewer).filter(title__contains=query)
    return {*said.values_list("matter", flat=True), *titled.values_list("pk", flat=True)}


def test_every_role_finds_exactly_what_it_may_read(story: Cast) -> None:
    some = 0
    for one in Officer.objects.select_related("unit"):
        for query in ("古井", "老张", "看过", "捡到手机", "水声"):
            seen = find_matters(as_officer(one), query)
            assert seen.complete
            assert {matter.pk for matter in seen.matters} == may_find(one, query), (one.user.username, query)
            some += len(seen.matters)
            for matter in seen.matters:
                shown = "".join(piece.text for piece in (*matter.shown_title, *matter.excerpt))
                readable = Entry.objects.visible_to(as_officer(one)).standing().filter(matter=matter)
                words = ("", *readable.values_list("body", flat=True))
                assert shown in {matter.title + each for each in words}
    assert some > 100


def test_an_index_alone_lets_nobody_read_what_the_rule_forbids(story: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    # Even with every circle open: the wall is the rule of the database.
    letters = [f"{letter}{pk}" for letter in "ucr" for pk in Unit.objects.values_list("pk", flat=True)]
    letters += [f"h{pk}" for pk in Officer.objects.values_list("pk", flat=True)]
    monkeypatch.setattr(finding, "_circles_of", lambda _officer: letters)
    for name, one in story.everybody().items():
        assert {matter.pk for matter in found(one, "古井")} == may_find(one, "古井"), name


def test_what_others_may_read_weighs_nothing_in_what_i_find(cast: Cast) -> None:
    for n in range(3):
        consultation(cast, body=f"古井第{n}次")
    before = [(one.pk, one.excerpt) for one in found(cast.chen, "古井")]
    for n in range(30):
        usecases.open_matter(cast.hewan, kind="help", channel="web", at=MONDAY, body=f"古井的水第{n}次")
    assert [(one.pk, one.excerpt) for one in found(cast.chen, "古井")] == before


def test_the_fittest_first_then_the_newest(cast: Cast) -> None:
    part = consultation(cast, body="电动车停在楼道里", at=MONDAY)
    apart = consultation(cast, body="电动的，车在楼道里被人动了", at=MONDAY)
    old = consultation(cast, body="电动车被偷", at=MONDAY - timedelta(days=900))
    new = consultation(cast, body="我的电动车被偷了", at=MONDAY)
    assert found(cast.chen, "电动车被偷") == [new.matter, old.matter]
    assert found(cast.chen, "电动车") == [new.matter, part.matter, old.matter]
    assert found(cast.chen, "楼道") == [apart.matter, part.matter]


def test_what_a_form_or_a_paste_may_hold_breaks_nothing(cast: Cast) -> None:
    consultation(cast, body="<b>路灯</b>不亮")
    for typed in ("", " ", "%", "_", '"', "\x00", "😀", "路", "a" * 200, "古井 OR 1=1"):
        find_matters(as_officer(cast.chen), typed)
    (one,) = found(cast.chen, "路灯")
    assert [piece.text for piece in one.shown_title if piece.marked] == ["路灯"]


def test_a_long_backlog_is_taken_in_in_portions_and_the_page_says_so(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(finding, "FOLLOWING", replace(finding.FOLLOWING, portion=3))
    for n in range(4):
        consultation(cast, body=f"古井第{n}次")
    assert not catch_up(patience_s=-1)
    assert catch_up()
    assert len(found(cast.chen, "古井")) == 4


def test_a_restored_house_with_other_entries_begins_anew(cast: Cast) -> None:
    consultation(cast, body="古井旧的")
    assert found(cast.chen, "古井")
    with finding._shelf().opened() as there:
        there.db.execute("UPDATE seen SET print = 'another'")
        there.db.execute("UPDATE textsearch_document SET id = 'x' || no")
    assert [one.title for one in found(cast.chen, "古井")] == ["古井旧的"]
    with finding._shelf().opened() as there:
        assert not any(name[0] == "x" for name in there.index.ids())


def test_rebuilt_by_command_beside_the_old_one(cast: Cast, folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    consultation(cast, body="古井")
    before = found(cast.chen, "古井")
    for _ in range(2):
        call_command("rebuild_search")
    assert "2 texts can be found." in capsys.readouterr().out
    assert found(cast.chen, "古井") == before
    assert [path.name for path in folder.iterdir() if path.suffix == ".sqlite3"] == ["desk-00003.sqlite3"]


def test_mending_puts_in_what_is_missing_and_nothing_twice(cast: Cast) -> None:
    opened = consultation(cast, body="古井")
    assert found(cast.chen, "古井")
    with finding._shelf().opened() as there:
        there.index.remove(*there.index.ids())
    assert found(cast.chen, "古井") == []
    assert mend_index() == 1
    assert mend_index() == 0
    assert found(cast.chen, "古井") == [opened.matter]


def test_the_file_keeps_no_texts_and_is_the_stations_own(cast: Cast, folder: Path) -> None:
    consultation(cast, body="古井边的鹦鹉螺旋桨")
    catch_up()
    (file,) = folder.glob("*.sqlite3")
    assert "古井边的鹦鹉螺旋桨".encode() not in file.read_bytes()
    assert file.stat().st_mode & 0o077 == 0


@pytest.mark.django_db(transaction=True)
def test_several_at_once_take_everything_in_once(cast: Cast) -> None:
    for n in range(20):
        consultation(cast, body=f"古井第{n}次")
    wrong: list[BaseException] = []

    def take_in() -> None:
        try:
            catch_up()
        except BaseException as why:
            wrong.append(why)
        finally:
            connection.close()

    threads = [threading.Thread(target=take_in) for _ in range(4)]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    assert wrong == []
    with finding._shelf().opened() as there:
        assert there.index.count() == 40
    assert rebuild_index() == 40
