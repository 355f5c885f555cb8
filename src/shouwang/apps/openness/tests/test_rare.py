"""Fewer than three are never a group of their own."""

from __future__ import annotations

from collections import Counter

from hypothesis import example, given
from hypothesis import strategies as st

from shouwang.apps.openness.rare import FEW, OTHER, count_or_nothing, merge_rare

cells = st.lists(
    st.tuples(st.sampled_from(["QS 10月", "HW 10月"]), st.sampled_from(["a", "b", "c", OTHER])), max_size=30
)


def test_two_of_a_kind_go_with_the_others() -> None:
    shown = merge_rare([("QS", kind) for kind in ["ask", "ask", "ask", "help", "help", "report"]])
    assert shown == ["ask", "ask", "ask", OTHER, OTHER, OTHER]


def test_one_alone_takes_the_smallest_group_with_it() -> None:
    shown = merge_rare([("QS", kind) for kind in ["a"] * 5 + ["b"] * 3 + ["c"]])
    assert Counter(shown) == {"a": 5, OTHER: 4}, "the sum of the others would tell that there was one"


def test_groups_do_not_help_each_other() -> None:
    assert merge_rare([("QS", "a"), ("QS", "a"), ("HW", "a")]) == [OTHER] * 3


@given(cells)
@example([("QS 10月", OTHER), *[("QS 10月", "a")] * 3])
def test_every_shown_kind_holds_three_or_the_whole_group_is_small(rows: list[tuple[str, str]]) -> None:
    shown = merge_rare(rows)
    assert len(shown) == len(rows)
    sizes = Counter(group for group, _kind in rows)
    for (group, kind), n in Counter(zip((group for group, _ in rows), shown, strict=True)).items():
        assert n >= FEW or (kind == OTHER and n == sizes[group])
    assert all(after in {OTHER, before} for (_group, before), after in zip(rows, shown, strict=True))


def test_nought_and_two_look_alike() -> None:
    assert [count_or_nothing(n) for n in (0, 2, 3)] == [None, None, 3]
