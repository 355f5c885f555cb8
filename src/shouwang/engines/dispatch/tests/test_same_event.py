"""Reports of one event are found by place, time and words, with the reason, and never across far places."""

from __future__ import annotations

from datetime import datetime, timedelta
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from shouwang.engines.dispatch import Limits, Report, duplicates, duplicates_of
from shouwang.engines.dispatch.tests.town import NOW, at
from shouwang.engines.dispatch.travel import metres
from shouwang.engines.errors import BadData

relaxed = settings(max_examples=100)
FIGHT = "人民路菜市场门口有人打架，打得头破血流"


def told(name: str, text: str, *, minute: float = 0, east: float | None = 0, north: float = 0) -> Report:
    """`east` None: nobody knows where."""
    return Report(name, text, NOW + timedelta(minutes=minute), None if east is None else at(east, north))


# ── a window longer than the time that speaks for one event ──────────────────────────────────────────────────────────


def test_beyond_the_minutes_place_and_words_alone_have_to_be_enough() -> None:
    long = Limits(window=24 * 60)
    late, vague = told("b", FIGHT, minute=400, east=20), told("c", "这边打架了", minute=400, east=250)
    assert [pair.other for pair in duplicates_of(told("a", FIGHT), [late, vague], long)] == ["b"]
    (pair,) = duplicates([told("a", FIGHT), late], long)
    assert pair.time == 0
    assert pair.minutes == 400
    assert not duplicates([told("a", FIGHT), told("b", FIGHT, minute=25 * 60)], long)
    assert not duplicates([told("a", FIGHT), late])


def test_a_window_is_no_shorter_than_the_minutes() -> None:
    with pytest.raises(BadData):
        Limits(minutes=60, window=30)


# ── by hand ──────────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("one", "other", "yes", "why"),
    [
        (
            told("a", FIGHT),
            told("b", "菜市场这边几个人在斗殴，快来", minute=4, east=60),
            True,
            "another word for a fight",
        ),
        (
            told("a", FIGHT),
            told("b", "人民路菜市场门口电动车被偷了", minute=4, east=20),
            False,
            "same door, other event",
        ),
        (told("a", FIGHT), told("b", FIGHT, minute=4, east=2000), False, "word for word, but 2 km away"),
        (told("a", FIGHT), told("b", FIGHT, east=310), False, "word for word at the same moment, a little too far"),
        (told("a", FIGHT), told("b", FIGHT, east=290), True, "just near enough"),
        (told("a", FIGHT), told("b", FIGHT, minute=90), False, "an hour and a half later it is another fight"),
        (told("a", FIGHT), told("b", "人民路菜市场打架", minute=5, east=None), True, "no place, but says the same"),
        (told("a", FIGHT), told("b", "打架了", minute=5, east=None), True, "no place, and soon after"),
        (told("a", FIGHT), told("b", "打架了", minute=50, east=None), False, "no place, little said, long after"),
        (told("a", "我家煤气漏了"), told("b", "救命", minute=1), False, "near, but nothing in common is said"),
        (
            told("a", "滨河路桥头两车追尾，车牌示A12345"),
            told("b", "示Ａ１２３４５在滨河路被撞", minute=8, east=150),
            True,
            "the same plate, in full width",
        ),
        (
            told("a", "幸福小区3栋楼下广场舞音响太吵"),
            told("b", "幸福小区3号楼放音乐扰民，睡不着", minute=20, east=50),
            True,
            "two neighbours, one noise",
        ),
        (
            told("a", "幸福小区302漏水"),
            told("b", "幸福小区有人吵架", minute=20, east=120),
            False,
            "one estate, two things",
        ),
    ],
)
def test_two_reports_of_one_event(one, other, yes, why):
    assert bool(duplicates([one, other])) is yes, why
    assert bool(duplicates_of(other, [one])) is yes, why


def test_the_reason_is_told():
    (pair,) = duplicates([told("b", "菜市场这边几个人在斗殴", minute=4, east=60), told("a", FIGHT)])
    assert (pair.one, pair.other) == ("a", "b"), "who came first stands first"
    assert pair.metres == pytest.approx(60, abs=0.1)
    assert pair.minutes == pytest.approx(4)
    assert pair.phrases == ("菜市场",)
    assert pair.events == (("fight", "打架", "斗殴"),)
    assert pair.place == pytest.approx(1 - 60 / 300, abs=0.001)
    assert pair.time == pytest.approx(1 - 4 / 60)
    assert pair.likeness == pytest.approx(0.35 * pair.place + 0.15 * pair.time + 0.5 * pair.words)


def test_the_word_is_told_that_was_heard_first_in_the_list():
    (pair,) = duplicates([told("a", "有人打架斗殴"), told("b", "斗殴，好几个人")])
    assert pair.events == (("fight", "打架", "斗殴"),)


def test_a_word_that_everybody_uses_here_is_no_reason():
    both = [told("a", "青云镇青云派出所吗，我家停电"), told("b", "青云镇青云派出所，水管爆裂", minute=10, east=None)]
    assert duplicates(both)
    assert not duplicates(both, Limits(common=frozenset({"青云镇", "青云派出所"})))


def test_the_likeliest_stands_first_and_a_report_is_not_its_own_duplicate():
    fight = told("now", FIGHT, minute=10)
    found = duplicates_of(fight, [told("far", FIGHT, east=250), told("near", FIGHT, minute=9, east=10), fight])
    assert [pair.one for pair in found] == ["near", "far"]


def test_an_hour_without_a_zone_and_an_id_twice_are_refused():
    with pytest.raises(BadData, match="time zone"):
        Report("a", FIGHT, datetime(2026, 3, 2, 20, 0))  # noqa: DTZ001
    with pytest.raises(BadData, match="twice"):
        duplicates([told("a", FIGHT), told("a", FIGHT)])


@pytest.mark.parametrize("wrong", [{"metres": 0}, {"minutes": -1}, {"likeness": 0}, {"words": 2}, {"unplaced": 1.5}])
def test_limits_that_cannot_be_are_refused(wrong):
    with pytest.raises(BadData):
        Limits(**wrong)


# ── whatever is reported ─────────────────────────────────────────────────────────────────────────────────────────────

PIECES = [
    "打架",
    "斗殴",
    "被偷了",
    "人民路",
    "菜市场",
    "12号",
    "示A12345",
    "着火",
    "有人",
    "的",
    "，",
    " ",
    "fire",
    "😀",
    "\x00",
]
texts = st.lists(st.sampled_from(PIECES) | st.text(max_size=3), max_size=8).map("".join)
ground = st.none() | st.builds(at, st.integers(-400, 400), st.integers(-400, 400))
limits = st.builds(
    Limits,
    metres=st.sampled_from([50, 300]),
    minutes=st.sampled_from([10, 60]),
    likeness=st.sampled_from([0.05, 0.5]),
    unplaced=st.sampled_from([0.05, 0.6]),
    words=st.sampled_from([0.01, 0.15]),
)


@st.composite
def heaps(draw):
    return [
        Report(f"r{n}", draw(texts), NOW + timedelta(minutes=draw(st.integers(0, 90))), draw(ground))
        for n in range(draw(st.integers(0, 6)))
    ]


@relaxed
@given(heaps(), limits, st.randoms(use_true_random=False))
def test_never_across_far_places_or_times_and_always_with_words(heap, limit, chance: Random):
    by_id = {report.id: report for report in heap}
    found = duplicates(heap, limit)
    for pair in found:
        one, other = by_id[pair.one], by_id[pair.other]
        assert one.when <= other.when
        assert (other.when - one.when) <= timedelta(minutes=limit.minutes)
        if one.at is not None and other.at is not None:
            assert metres([one.at], [other.at])[0, 0] <= limit.metres
            assert pair.likeness >= limit.likeness
        else:
            assert (pair.metres, pair.place) == (None, None)
            assert pair.likeness >= limit.unplaced
        assert limit.words <= pair.words <= 1
        assert 0 <= pair.likeness <= 1
        assert pair.phrases or pair.events, "never without a reason that can be shown"
    chance.shuffle(heap)
    assert duplicates(heap, limit) == found, "the order in which they are given changes nothing"


@relaxed
@given(heaps(), limits)
def test_it_is_the_same_from_either_side(heap, limit):
    """What is found for one report among the others is what is found among all."""
    among_all = set(duplicates(heap, limit))
    from_each = [set(duplicates_of(report, heap, limit)) for report in heap]
    assert set().union(*from_each) == among_all
    for pair in among_all:
        assert sum(pair in found for found in from_each) == 2


@relaxed
@given(texts, st.integers(0, 59), st.integers(0, 299))
def test_nearer_and_sooner_is_never_less_likely(text, minute, east):
    least = Limits(likeness=0.01, words=0.01)
    near = duplicates([told("a", text), told("b", text)], least)
    far = duplicates([told("a", text), told("b", text, minute=minute, east=east)], least)
    if far:
        assert near[0].likeness >= far[0].likeness
