"""What people of the demo town report: believable, different, and the same again for the same seed."""

from __future__ import annotations

from collections import Counter, defaultdict
from datetime import datetime, timedelta
from itertools import pairwise
from pathlib import Path
from random import Random
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st
from shapely.geometry import Point, Polygon

from shouwang.demo import calls, land
from shouwang.demo.calls import Call, Ground, drawn, numeral, read_kinds, said_when, spoken
from shouwang.demo.town import town_data
from shouwang.engines.errors import BadData
from shouwang.engines.triage.numerals import numbers

ZONE = ZoneInfo("Asia/Shanghai")
NOW = datetime(2026, 11, 23, 21, 40, tzinfo=ZONE)
SINCE = NOW - timedelta(days=122)


def grounds() -> list[Ground]:
    rows = town_data()["community"]
    shapes = land.boundaries({one["slug"]: tuple(one["at"]) for one in rows}, Random(1))
    return [
        Ground("QS", r["slug"], r["name"], r["kind"] == "village", r["population"], r, shapes[r["slug"]]) for r in rows
    ]


def some(count: int, seed: str = "7") -> list[Call]:
    return drawn(read_kinds(), grounds(), since=SINCE, until=NOW, count=count, seed=seed, zone=ZONE)


@pytest.fixture(scope="module")
def town_calls() -> list[Call]:
    return some(3050)


def test_there_are_three_thousand_in_four_months(town_calls: list[Call]):
    assert 3000 <= len(town_calls) <= 3150
    assert [one.number for one in town_calls] == list(range(len(town_calls)))
    assert all(a.at <= b.at for a, b in pairwise(town_calls))
    assert SINCE <= town_calls[0].at < SINCE + timedelta(days=3)
    assert NOW - timedelta(hours=1) < town_calls[-1].at <= NOW
    by_day = Counter(one.at.date() for one in town_calls)
    assert len(by_day) >= 122
    assert max(by_day.values()) < 3 * len(town_calls) / len(by_day)


def test_hardly_any_two_say_the_same(town_calls: list[Call]):
    texts = [one.what for one in town_calls]
    assert calls.spread_of(texts) > 0.98
    assert max(Counter(texts).values()) <= 5
    for kind, said in _by_kind(town_calls).items():
        assert len(set(said)) > 0.85 * len(said), kind


def _by_kind(found: list[Call]) -> dict[str, list[str]]:
    by_kind: dict[str, list[str]] = defaultdict(list)
    for one in found:
        by_kind[one.kind].append(one.what)
    return by_kind


def test_no_blank_is_left_open(town_calls: list[Call]):
    for one in town_calls:
        for text in (one.what, one.nature, one.done, one.thing, one.address, one.to, one.suspect):
            assert "{" not in text, one
            assert "> " not in text, one
        assert one.what
        assert one.done


def test_no_two_at_one_minute_and_place_unless_they_tell_of_one_event(town_calls: list[Call]):
    seen: dict[tuple[object, ...], int] = {}
    for one in town_calls:
        key = (one.at.replace(second=0), one.slug, one.spot)
        assert seen.setdefault(key, one.event) == one.event


def test_places_lie_in_their_community(town_calls: list[Call]):
    areas = {ground.slug: Polygon(ground.boundary["coordinates"][0]).buffer(1e-6) for ground in grounds()}
    for one in town_calls:
        assert areas[one.slug].contains(Point(one.longitude, one.latitude)), one


def test_the_same_words_mean_the_same_place(town_calls: list[Call]):
    at: dict[tuple[str, str], list[Point]] = defaultdict(list)
    for one in town_calls:
        at[one.slug, one.spot].append(Point(one.longitude, one.latitude))
    for (_slug, spot), points in at.items():
        assert max(points[0].distance(point) for point in points) * 111_000 < 900, spot


def test_one_event_is_told_by_several(town_calls: list[Call]):
    by_event: dict[int, list[Call]] = defaultdict(list)
    for one in town_calls:
        by_event[one.event].append(one)
    several = [told for told in by_event.values() if len(told) > 1]
    assert len(several) > 60
    for event, told in by_event.items():
        assert told[0].number == event, "the first leads"
        assert told[-1].at - told[0].at <= timedelta(minutes=calls.OTHERS_WITHIN_MINUTES)
        assert len({one.kind for one in told}) == 1
        assert not any(one.goes for one in told[1:])


def test_nights_are_loud_and_mornings_bring_thefts(town_calls: list[Call]):
    hours: dict[str, Counter[int]] = defaultdict(Counter)
    for one in town_calls:
        hours[one.kind][one.at.astimezone(ZONE).hour] += 1
    noise, thefts = hours["noise"], hours["ebike"]
    assert sum(noise[hour] for hour in (20, 21, 22, 23, 0)) > 0.5 * noise.total()
    assert sum(thefts[hour] for hour in range(6, 11)) > 0.4 * thefts.total()
    counter = [one.at.astimezone(ZONE).hour for one in town_calls if one.channel == "counter"]
    assert counter
    assert all(8 <= hour < 18 for hour in counter)


def test_shares_are_those_of_a_small_town(town_calls: list[Call]):
    categories = Counter(one.category for one in town_calls)
    total = len(town_calls)
    assert 0.1 < categories["stolen"] / total < 0.3
    assert 0.1 < categories["cheated"] / total < 0.25
    assert 0.12 < categories["quarrel"] / total < 0.3
    assert {one.channel for one in town_calls} == {"phone", "counter", "web", "qq", "patrol"}
    anonymous = sum(not one.called for one in town_calls) / total
    assert 0.05 < anonymous < 0.3
    assert all(one.safe for one in town_calls if one.category == "home")
    assert {one.ending for one in town_calls} == calls.ENDINGS


def test_nobody_in_it_can_be_real(town_calls: list[Call]):
    assert all(one.phone == "" or (one.phone.startswith("1300000") and len(one.phone) == 11) for one in town_calls)


def test_the_same_seed_gives_the_same_calls_and_another_gives_others():
    assert some(60) == some(60)
    assert [one.what for one in some(60)] != [one.what for one in some(60, "8")]


@pytest.mark.parametrize(
    ("value", "words"),
    [
        (2, "二"), (10, "十"), (15, "十五"), (20, "二十"), (105, "一百零五"), (200, "两百"), (212, "两百一十二"), (1000, "一千"),
        (1050, "一千零五十"), (2800, "两千八百"), (12_000, "一万两千"), (20_000, "两万"), (100_500, "十万零五百"),
    ],
)  # fmt: skip
def test_numbers_are_spoken(value: int, words: str):
    assert numeral(value) == words


@given(st.integers(1, 999_999))
def test_the_reader_of_numerals_reads_back_what_is_spoken(value: int):
    (read,) = numbers(numeral(value))
    assert (read.low, read.high) == (value, value)


@given(st.integers(1, 9999).map(lambda n: n * 100), st.integers(0, 99))
def test_money_is_read_back(value: int, seed: int):
    text = spoken(value, Random(seed))
    assert numbers(text)[0].point == value, text


def test_times_are_said_as_people_say_them():
    at = datetime(2026, 11, 23, 9, 0, tzinfo=ZONE)
    assert said_when(at - timedelta(minutes=5), at, Random(1)) in {"刚刚", "刚才", "就刚才", "十来分钟前", "几分钟前"}
    assert said_when(at - timedelta(hours=11), at, Random(1)).startswith("昨")
    assert said_when(at - timedelta(days=2), at, Random(1)).startswith("前天")


def test_a_bad_file_is_refused_with_the_kind_and_the_reason(tmp_path: Path):
    good = calls.DATA.read_text(encoding="utf-8")
    for before, after, why in (
        ("{brand}电动车", "{nothing}电动车", "nobody fills: nothing"),
        ('hours = "morning"', 'hours = "teatime"', "hours"),
        ("ends = { ", "ends = { vanish = 3, ", "vanish"),
    ):
        (tmp_path / "calls.toml").write_text(good.replace(before, after, 1), encoding="utf-8")
        with pytest.raises(BadData, match=why):
            read_kinds(tmp_path / "calls.toml")
