"""What a text that goes out tells of place, day and people."""

from datetime import date, datetime
from zoneinfo import ZoneInfo

import pytest

from shouwang.engines.redaction import Told, told_in
from shouwang.engines.redaction.telling import KINDS, _words

ZONE = ZoneInfo("Asia/Shanghai")
NOW = datetime(2026, 11, 20, 9, tzinfo=ZONE)


def told(text: str, *places: str, public: tuple[str, ...] = ()) -> Told:
    return told_in(text, places=places, public=public, now=NOW, zone=ZONE)


def test_place_day_and_what_few_share():
    found = told("2026年11月3日，柳溪村养蜂的钱某（67岁）开农用三轮车，被打成骨折，蜂箱损失三千二百六十元。", "柳溪村")
    assert found.places == {"柳溪村"}
    assert found.days == {date(2026, 11, 3)}
    assert found.facts == {"trade:养蜂", "age:67", "vehicle:农用三轮车", "body:骨折", "belonging:蜂箱", "sum:3260"}


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("钱某因琐事与侯某发生争吵，用拳头将侯某左手打成擦伤。", "what half of the decisions say"),
        ("决定对钱某罚款五百元。", "a fine"),
        ("卖得一百八十元，赌资两千三百元。", "round sums"),
        ("十几岁的男孩。", "no age"),
        ("青石镇派出所、云溪分局、县人民法院。", "offices"),
        ("昨天夜里。", "counted from the wrong day"),
        ("〔地址〕的〔单位〕。", "what was hidden"),
        ("", "nothing"),
    ],
)
def test_what_tells_nothing(text, why):
    assert told(text) == Told(frozenset(), frozenset(), frozenset()), why


def test_a_day_without_a_year_is_the_last_one_that_passed():
    assert told("12月30日和11月3号").days == {date(2025, 12, 30), date(2025, 11, 3)}
    assert told("2026年10月1日至3日").days == {date(2026, 10, n) for n in (1, 2, 3)}


def test_the_longest_word_counts():
    assert told("开农用三轮车。").facts == {"vehicle:农用三轮车"}


def test_each_list_is_a_kind_and_no_word_stands_twice():
    kinds, _pattern = _words()
    assert set(kinds.values()) == set(KINDS[:5])
    assert all(len(word) >= 2 for word in kinds)


def test_a_long_text_is_read_to_its_bound_only():
    assert "trade:养蜂" not in told("钱某。" * 70_000 + "养蜂").facts
