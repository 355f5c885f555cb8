"""Published items that are harmless alone and single somebody out together."""

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from shouwang.engines.redaction import Item, singled_out

DAY = datetime(2026, 5, 6, 9, tzinfo=UTC)


def item(id_: str, facts: str, *, place: str = "河东社区", days: float = 0, group: str = "") -> Item:
    return Item(id_, place, DAY + timedelta(days=days), frozenset(facts.split()), group)


CROWD = [item(f"c{n}", "男 工人", days=-30 + n) for n in range(6)]


def test_two_items_with_a_rare_fact_in_common_are_joined():
    (found,) = singled_out([*CROWD, item("a", "拄拐 女", days=1), item("b", "拄拐 教师", days=2)])
    assert found.ids == ("a", "b")
    assert found.shared == {"拄拐"}
    assert found.joined == {"拄拐", "女", "教师"}
    assert found.alike == 1


def test_what_many_share_joins_nobody():
    assert singled_out([*CROWD, item("a", "男 急躁"), item("b", "男 矮小")]) == ()


def test_another_place_or_a_far_day_joins_nothing():
    a = item("a", "拄拐 女")
    assert singled_out([a, item("b", "拄拐 教师", place="河西社区")]) == ()
    assert singled_out([a, item("b", "拄拐 教师", days=4)]) == ()
    assert len(singled_out([a, item("b", "拄拐 教师", days=4)], within=timedelta(days=5))) == 1


def test_a_series_published_knowingly_is_not_joined():
    assert singled_out([item("a", "拄拐 女", group="g"), item("b", "拄拐 教师", group="g")]) == ()


def test_the_same_again_tells_nothing_more():
    assert singled_out([item("a", "拄拐 女"), item("b", "拄拐")]) == ()


def test_one_item_alone_may_tell_too_much():
    (found,) = singled_out([*CROWD, item("a", "养蜂 独臂 双胞胎")])
    assert found.ids == ("a",)


items = st.builds(
    lambda i, p, d, f: Item(str(i), p, DAY + timedelta(days=d), frozenset(f)),
    st.integers(), st.sampled_from("ab"), st.integers(0, 9), st.sets(st.sampled_from("uvwxyz"), max_size=4),
)  # fmt: skip


@given(st.lists(items, max_size=8, unique_by=lambda one: one.id))
def test_order_does_not_matter_and_places_are_never_mixed(many):
    found = singled_out(many)
    assert found == singled_out(reversed(many))
    place = {one.id: one.place for one in many}
    assert all({place[id_] for id_ in one.ids} == {one.place} for one in found)
