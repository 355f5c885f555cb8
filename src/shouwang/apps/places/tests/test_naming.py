"""Reading the village out of an address."""

from __future__ import annotations

import pytest

from shouwang.apps.places.models import Community
from shouwang.apps.places.naming import named_in

VILLAGES = [
    Community(pk=n, name=name, name_en=name_en)
    for n, (name, name_en) in enumerate(
        [
            ("柳溪村", "Liuxi"),
            ("大柳溪村", ""),
            ("青石村", "Qingshi Village"),
            ("青石社区", ""),
            ("桂花社区", "Osmanthus Quarter"),
            ("东村", ""),
        ]
    )
]


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("柳溪村桥头", ["柳溪村"]),
        ("大柳溪村小卖部", ["大柳溪村"]),  # the longest match, not 柳溪村 inside it
        ("青石社区门口", ["青石社区"]),  # its own name, though 青石村 may be called so
        ("青石三组", ["青石村", "青石社区"]),  # two may be meant: both are given
        ("桂花居委会对面", ["桂花社区"]),
        ("桂花12栋", ["桂花社区"]),
        ("桂花路 12 号", []),  # a road of that name may lie anywhere
        ("东边的村", []),
        ("从柳溪村到桂花社区的路上，就在柳溪村口", ["柳溪村", "桂花社区"]),
        ("near qingshi village hall", ["青石村"]),
        ("Liuxiang road", []),
        ("", []),
    ],
)
def test_what_an_address_names(text: str, names: list[str]) -> None:
    assert [one.community.name for one in named_in(text, VILLAGES)] == names


def test_what_it_was_read_from_is_told() -> None:
    assert named_in("在桂花居委会对面", VILLAGES)[0].words == "桂花居委会"


def test_two_villages_of_one_name_are_both_given() -> None:
    twins = [Community(pk=1, name="新村"), Community(pk=2, name="新村")]
    assert [one.community.pk for one in named_in("新村口", twins)] == [1, 2]


def test_without_villages_nothing_is_read() -> None:
    assert named_in("柳溪村", []) == ()
