"""Published items that are harmless alone and single somebody out together."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shouwang.engines.redaction import Item, beside, singled_out
from shouwang.engines.redaction.linkage import Bounds

DAY = date(2026, 5, 6)


def item(id_: str, facts: str, *, place: str = "河东社区", days: int | None = 0, group: str = "") -> Item:
    told = frozenset() if days is None else frozenset({DAY + timedelta(days=days)})
    return Item(id_, frozenset(place.split()), told, frozenset(facts.split()), group)


CROWD = [item(f"c{n}", "男 工人", days=-30 + n) for n in range(6)]


def test_two_items_with_a_rare_fact_in_common_are_joined():
    (found,) = singled_out([*CROWD, item("a", "拄拐 女", days=1), item("b", "拄拐 教师", days=2)])
    assert found.ids == ("a", "b")
    assert found.place == "河东社区"
    assert found.days == (DAY + timedelta(days=1), DAY + timedelta(days=2))
    assert found.shared == {"拄拐"}
    assert found.joined == {"拄拐", "女", "教师"}
    assert found.alike == 2


def test_what_many_share_joins_nobody():
    assert singled_out([*CROWD, item("a", "男 急躁"), item("b", "男 矮小", days=1)]) == ()


def test_the_only_two_of_a_place_and_a_day_speak_of_one_event():
    (found,) = singled_out([*CROWD, item("a", "男 养蜂"), item("b", "独臂")])
    assert (found.ids, found.shared, found.alike) == (("a", "b"), frozenset(), 2)
    assert found.joined == {"男", "养蜂", "独臂"}
    assert (
        singled_out([*CROWD, item("a", "男 养蜂"), item("b", "独臂"), item("c", "木匠")]) == ()
    )  # a day of many events


def test_another_place_or_a_far_day_joins_nothing():
    a = item("a", "拄拐 女")
    assert singled_out([a, item("b", "拄拐 教师", place="河西社区")]) == ()
    assert singled_out([a, item("b", "拄拐 教师", days=4)]) == ()
    assert len(singled_out([a, item("b", "拄拐 教师", days=4)], Bounds(within=timedelta(days=5)))) == 1


@pytest.mark.parametrize(
    ("place", "days", "joined", "why"),
    [
        ("", 1, True, "somewhere in the township, but on a near day"),
        ("", 9, False, "somewhere, and on another day"),
        ("", None, False, "somewhere, at any time: that is nobody's event"),
        ("河东社区", None, True, "of the same village, at any time"),
        ("河西社区", None, False, "of another village"),
        ("河西社区 河东社区", 0, True, "it tells two places, one of them this"),
    ],
)
def test_a_place_or_day_left_out_still_joins_where_the_other_is_told(place, days, joined, why):
    found = singled_out([item("a", "拄拐 女"), item("b", "拄拐 教师", place=place, days=days)])
    assert bool(found) is joined, why


def test_a_series_published_knowingly_is_not_joined():
    assert singled_out([item("a", "拄拐 女", group="g"), item("b", "拄拐 教师", group="g")]) == ()


def test_the_same_again_tells_nothing_more():
    assert singled_out([item("a", "拄拐 女"), item("b", "拄拐")]) == ()


def test_one_item_alone_may_tell_too_much():
    (found,) = singled_out([*CROWD, item("a", "养蜂 独臂 双胞胎")])
    assert found.ids == ("a",)


def test_the_new_one_is_told_of_its_own_joins_only():
    old = [item("a", "拄拐 女"), item("b", "拄拐 教师", days=1)]
    assert len(singled_out(old)) == 1
    assert beside(item("new", "木匠", days=40), old) == ()
    (found,) = beside(item("new", "教师 双胞胎", days=2), old)
    assert found.ids == ("new", "b")


items = st.builds(
    lambda i, p, d, f: Item(str(i), frozenset(p), frozenset(DAY + timedelta(days=n) for n in d), frozenset(f)),
    st.integers(), st.sets(st.sampled_from("ab"), max_size=2), st.sets(st.integers(0, 9), max_size=2),
    st.sets(st.sampled_from("uvwxyz"), max_size=4),
)  # fmt: skip


@given(st.lists(items, max_size=8, unique_by=lambda one: one.id))
def test_order_does_not_matter_and_far_places_are_never_mixed(many):
    found = singled_out(many)
    assert found == singled_out(reversed(many))
    places = {one.id: one.places for one in many}
    for one in found:
        named = [places[id_] for id_ in one.ids]
        assert all(one.place in told for told in named) if one.place else not all(named)
        assert one.alike >= len(one.ids)


@given(st.lists(items, min_size=1, max_size=8, unique_by=lambda one: one.id))
def test_beside_says_what_the_whole_says_of_the_new_one(many):
    new, others = many[0], many[1:]
    told = {(frozenset(one.ids), one.place, one.shared) for one in beside(new, others)}
    assert told == {(frozenset(one.ids), one.place, one.shared) for one in singled_out(many) if new.id in one.ids}
