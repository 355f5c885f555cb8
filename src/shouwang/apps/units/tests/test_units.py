"""Units stand in a tree; who serves where follows the tree, also after it was changed."""

from __future__ import annotations

from datetime import date

from shouwang.apps.matters.models import Matter
from shouwang.apps.units.models import Post, Role, Unit
from tests.cast import Cast, as_officer, consultation


def test_a_unit_that_moves_takes_everything_below_it_along(cast: Cast) -> None:
    consultation(cast)
    other = Unit.objects.create(kind=Unit.Kind.BUREAU, name="山前分局")
    cast.qingshi.parent = other
    cast.qingshi.save()
    post = Unit.objects.get(pk=cast.liuxi_post.pk)
    assert post.path == f"/{other.pk}/{cast.qingshi.pk}/{post.pk}/"
    assert set(Unit.objects.within(other)) == {other, cast.qingshi, post}
    assert not Matter.objects.visible_to(as_officer(cast.shao)).exists()
    assert Matter.objects.visible_to(as_officer(cast.chen)).exists()


def test_a_path_does_not_reach_into_a_unit_whose_key_begins_alike(cast: Cast) -> None:
    """`/1/` is not the beginning of `/11/`."""
    for n in range(12):
        Unit.objects.create(kind=Unit.Kind.BUREAU, name=f"第{n}分局")
    assert set(Unit.objects.within(cast.bureau)) == {cast.bureau, cast.qingshi, cast.hewan, cast.liuxi_post}


def test_staff_of_a_workstation_serve_their_whole_station_and_no_other(cast: Cast) -> None:
    cast.meng.posts.all().delete()
    Post.objects.create(officer=cast.meng, unit=cast.liuxi_post, role=Role.COMMUNITY_OFFICER, since=date(2026, 1, 1))
    meng = as_officer(cast.meng).officer
    assert meng is not None
    assert meng.roles_for(cast.qingshi) == {Role.COMMUNITY_OFFICER}
    assert meng.roles_for(cast.hewan) == set()


def test_a_post_holds_from_its_first_to_its_last_day(cast: Cast) -> None:
    post = Post(since=date(2026, 3, 1), until=date(2026, 3, 31))
    assert [post.holds(date(2026, *day)) for day in ((2, 28), (3, 1), (3, 31), (4, 1))] == [False, True, True, False]
