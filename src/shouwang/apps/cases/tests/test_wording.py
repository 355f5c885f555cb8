"""Every word of the data for statements can be said, and every rule it leans on is there."""

from __future__ import annotations

from datetime import date
from itertools import product

import pytest

from shouwang.apps.cases import wording
from shouwang.apps.cases.ending import KEEP_RULE
from shouwang.apps.cases.models import Nature
from shouwang.apps.cases.parties import is_minor
from shouwang.apps.incidents.models import Category
from tests.cast import MONDAY

NAMES = {"station": "青石镇派出所", "officers": "陈建国、周敏", "cause": "盗窃案", "adult": "您的母亲"}


@pytest.mark.parametrize(
    ("of", "nature", "minor"), product(("suspect", "victim", "witness"), Nature.values, (False, True))
)
def test_everybody_hears_who_asks_and_what_rights_they_have(of: str, nature: str, minor: bool) -> None:
    said = wording.opening(of, nature, minor=minor, **NAMES)
    assert len(said) == (3 if minor else 2)
    assert "陈建国" in said[0]
    assert "回避" in said[1]
    assert not minor or "您的母亲" in said[2]
    assert all(one.source for one in wording.leans_on(of, nature, minor=minor, at=MONDAY))


def test_what_nobody_has_read_is_doubtful_and_what_was_read_is_not() -> None:
    doubts = {one.name: one.doubt for one in wording.leans_on("suspect", "administrative", minor=True, at=MONDAY)}
    assert doubts["被询问人的权利义务"] == "条文待核实"
    assert (doubts["两名民警"], doubts["询问未成年人"]) == ("", "")
    assert wording.cited(KEEP_RULE, MONDAY).doubt == "条文待核实"


def test_questions_are_for_kinds_of_reports_that_there_are() -> None:
    kinds = {row["category"] for row in wording._data()["questions"]} - {""}
    assert kinds <= set(Category.values)
    assert wording.questions("suspect", "stolen")[0] == "这件东西是从哪里来的？"
    assert wording.questions("victim", "other"), "any report has the usual ones"


@pytest.mark.parametrize(
    ("born", "minor"), [("2008-11-24", True), ("2008-11-23", False), ("2008-11-22", False), ("2008-02-29", False)]
)
def test_eighteen_is_of_age_on_the_birthday(born: str, minor: bool) -> None:
    assert is_minor(born, date(2026, 11, 23)) is minor
