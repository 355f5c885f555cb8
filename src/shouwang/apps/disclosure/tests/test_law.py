"""What the law data says: bands of fees, endings with their articles, and a row of the annual report for every ending."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shouwang.apps.disclosure import limits
from shouwang.apps.disclosure.models import Came
from shouwang.apps.disclosure.usecases.answering import CLOSES, MUST_TELL
from shouwang.apps.matters.ledgers import places_of
from tests.cast import MONDAY

SEVEN = ("already-public", "disclose", "refuse", "not-exist", "not-our-organ", "repeat", "special-regime")


def test_the_seven_answers_of_article_36_come_first_and_each_ending_has_its_article() -> None:
    found = limits.endings(MONDAY)
    assert tuple(found)[:7] == SEVEN
    assert {code: places_of(one.rule) for code, one in found.items()} == {
        **dict.fromkeys(SEVEN, "《政府信息公开条例》第36条"),
        "partly": "《政府信息公开条例》第37条",
        "needs-making": "《政府信息公开条例》第38条",
        "petition": "《政府信息公开条例》第39条",
        "publication": "《政府信息公开条例》第39条",
        "excessive": "《政府信息公开条例》第35条",
        "not-corrected": "《政府信息公开条例》第30条",
        "still-unclear": "《政府信息公开条例》第30条",
    }
    assert {*CLOSES, *MUST_TELL, *limits.NEEDS_GROUND} <= set(found)


def test_every_way_to_end_is_a_row_of_the_annual_report() -> None:
    rows = [key for key, _name in limits.table_rows(MONDAY)]
    endings = [code for code in limits.endings(MONDAY) if code != "refuse"]
    assert sorted(rows) == sorted([*endings, *(f"refuse-{code}" for code in limits.grounds(MONDAY))])


@pytest.mark.parametrize(("code", "article"), [("state-secret", "14"), ("third-party", "15"), ("process", "16")])
def test_a_ground_names_its_article(code: str, article: str) -> None:
    assert places_of(limits.grounds(MONDAY)[code].rule) == f"《政府信息公开条例》第{article}条"


def test_every_channel_says_from_which_day_it_counts() -> None:
    assert all(limits.receipt_says(came, MONDAY) for came in Came.values)


@pytest.mark.parametrize(
    ("by", "n", "yuan", "why"),
    [
        ("case", 10, 0, "art. 4: one to ten are free"),
        ("case", 11, 100, "eleven to thirty cost 100 each"),
        ("case", 30, 100, "the last of that band"),
        ("case", 31, 200, "from 31 each band of ten is 100 dearer"),
        ("case", 40, 200, "the last of the first ten"),
        ("case", 41, 300, "and again"),
        ("page", 30, 0, "art. 5: thirty pages are free"),
        ("page", 31, 10, "one page above"),
        ("page", 100, 700, "seventy pages at ten"),
        ("page", 101, 720, "and one at twenty"),
        ("page", 201, 2740, "70 × 10 + 100 × 20 + 40"),
    ],
)
def test_a_fee(by: str, n: int, yuan: int, why: str) -> None:
    assert limits.fee(by, n, MONDAY) == yuan, why


@given(by=st.sampled_from(["case", "page"]), n=st.integers(1, 400))
def test_more_is_never_cheaper(by: str, n: int) -> None:
    assert 0 <= limits.fee(by, n, MONDAY) <= limits.fee(by, n + 1, MONDAY)
