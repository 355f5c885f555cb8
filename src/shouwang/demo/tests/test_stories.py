"""The scenes can be played, and a scene that could not is refused when it is written."""

from __future__ import annotations

from pathlib import Path

import pytest

from shouwang.apps.guides import reading
from shouwang.demo.load import LIBRARY
from shouwang.demo.stories import BLANKS, read_book
from shouwang.engines.errors import BadData

SCENE = """
[[scene]]
id = "{id}"
kind = "help"
lines = {lines}
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / BLANKS).write_text('city = ["深圳"]\n')
    return tmp_path


def write(folder: Path, lines: list[str], **changes: str) -> None:
    text = SCENE.format(id=changes.pop("id", "one"), lines=str(lines).replace("'", '"'))
    for old, new in changes.items():
        text = text.replace(old, new)
    (folder / "a.toml").write_text(text)


def test_there_are_many_different_scenes_and_each_has_a_conversation():
    guides = {guide.slug for guide in reading.read_library(LIBRARY) if guide.auto_ok}
    book = read_book(guides=guides)
    assert len(book.scenes) >= 60
    assert {scene.kind for scene in book.scenes} >= {"consultation", "report", "help", "complaint", "disclosure"}
    talking = [sum(line.who in {"居", "警", "亲"} for line in scene.lines) for scene in book.scenes]
    assert min(talking) >= 2


def test_every_month_and_hour_has_something_to_tell():
    book = read_book()
    for month in range(1, 13):
        for hour in range(24):
            for where in ("town", "village"):
                fitting = [
                    s for s in book.scenes if month in s.months and hour in s.hours and s.where in {"any", where}
                ]
                assert len(fitting) >= 10, (month, hour, where)


def test_a_scene_is_read(folder: Path):
    write(folder, ["居: 人在{city} ｜ 我在{city}", "警 +2h: 好", "完 answered +3w: 说清了", "评 5"])
    scene = read_book(folder).scenes[0]
    assert scene.lines[0].says == ("人在{city}", "我在{city}")
    assert scene.lines[1].after is not None
    assert scene.lines[1].after.total_seconds() == 7200
    assert scene.lines[2].working_days == 3
    assert scene.lines[3].word == "5"


@pytest.mark.parametrize(
    ("lines", "why"),
    [
        (["警: 好"], "the resident speaks first"),
        (["居: 好", "官: 好"], "cannot read"),
        (["居: 人在{moon}"], "unknown blanks: moon"),
        (["居: 好", "完 maybe: 好"], "cannot take 'maybe'"),
        (["居: 好", "交 king"], "cannot take 'king'"),
        (["居: 好", "警"], "needs words"),
        (["居: 好", "接: 好"], "takes no words"),
        (["居: 好", "接"], "cannot happen here"),
        (["居: 好", "不服: 不行"], "cannot happen here"),
        (["居: 好", "完 solved: 好", "居: 谢谢"], "cannot happen here"),
        (["居: 好", "评 5"], "cannot happen here"),
        (["居: 好", "转 QS ?50: 请看"], "cannot be left to chance"),
        (["居: 好", "自动 no-such-guide"], "there is no guide"),
    ],
)
def test_a_scene_that_the_house_would_refuse_is_refused(folder: Path, lines: list[str], why: str):
    write(folder, lines)
    with pytest.raises(BadData, match=why):
        read_book(folder, guides={"id-card-lost"})


def test_a_scene_is_told_once(folder: Path):
    write(folder, ["居: 好"])
    (folder / "b.toml").write_text((folder / "a.toml").read_text())
    with pytest.raises(BadData, match="told twice"):
        read_book(folder)


@pytest.mark.parametrize(("old", "new"), [('"help"', '"party"'), ("kind", "sort"), ("[[scene]]", "[[play]]")])
def test_a_bad_table_is_refused(folder: Path, old: str, new: str):
    write(folder, ["居: 好"], **{old: new})
    with pytest.raises(BadData):
        read_book(folder)
