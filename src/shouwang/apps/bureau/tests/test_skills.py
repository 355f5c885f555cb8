"""Everyone a many-sided hand: who stands in for whom, and what a station may want to learn. Never a score of a person."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from shouwang.apps.bureau.skills import ENOUGH, covers, needs
from shouwang.apps.duty.usecases import sign_on
from shouwang.apps.matters import usecases as matters
from shouwang.apps.units.models import Officer
from shouwang.apps.units.usecases import deactivate_officer, set_skills
from tests.cast import MONDAY, Cast, as_officer, consultation, sign_in

pytestmark = pytest.mark.django_db
UNTIL = MONDAY + timedelta(days=7)


@pytest.fixture
def skilled(cast: Cast) -> Cast:
    """At 青石 two fly drones and one signs; 河湾 has the only one who keeps accounts."""
    for one, names in ((cast.chen, ("无人机", "手语")), (cast.zhou, ("无人机",)), (cast.meng, ("查账",))):
        set_skills(one, names, by=None, at=MONDAY)
    return cast


def arrived(cast: Cast, kind: str, n: int, *, minutes: int = 10, handed_on: int = 0) -> None:
    for number in range(n):
        at = MONDAY + timedelta(hours=number)
        opened = consultation(cast, f"{kind} {number}", kind=kind, at=at)
        if number < handed_on:
            matters.offer_transfer(opened.matter, to=cast.hewan, by=cast.chen, reason="在那边", at=at)
            opened.matter.refresh_from_db()
            matters.return_transfer(opened.matter, by=cast.meng, reason="不在", at=at)
            opened.matter.refresh_from_db()
        matters.say(opened.matter, viewer=as_officer(cast.chen), at=at + timedelta(minutes=minutes), body="好")


class TestCover:
    def test_what_nobody_or_only_one_can_do_stands_first(self, skilled: Cast) -> None:
        found = covers(skilled.qingshi).skills
        assert [(one.skill.name, len(one.holders), one.alone) for one in found] == [
            ("查账", 0, False),
            ("手语", 1, True),
            ("无人机", 2, False),
        ]

    def test_nobody_here_names_the_station_where_somebody_is(self, skilled: Cast) -> None:
        assert [one.called for one in covers(skilled.qingshi).skills[0].elsewhere] == [skilled.hewan.called]
        assert covers(skilled.hewan).skills[-1].elsewhere == ()

    def test_who_is_on_duty_counts_now(self, skilled: Cast) -> None:
        sign_on(skilled.zhou, unit=skilled.qingshi, at=MONDAY)
        assert {one.skill.name: one.on_duty for one in covers(skilled.qingshi).skills} == {
            "查账": 0,
            "手语": 0,
            "无人机": 1,
        }

    def test_who_left_covers_nothing(self, skilled: Cast) -> None:
        deactivate_officer(skilled.zhou, by=skilled.admin, reason="调走", at=MONDAY)
        assert {one.skill.name: len(one.holders) for one in covers(skilled.qingshi).skills}["无人机"] == 1

    def test_who_has_none_written_down_is_named(self, skilled: Cast) -> None:
        without = {one.pk for one in covers(skilled.qingshi).without}
        assert skilled.liang.pk in without
        assert skilled.shi.pk not in without, "the supervisor comes from outside"
        assert not without & {skilled.chen.pk, skilled.zhou.pk, skilled.meng.pk}

    def test_the_number_of_queries_does_not_grow(self, skilled: Cast, django_assert_max_num_queries: Any) -> None:
        with django_assert_max_num_queries(7):
            covers(skilled.qingshi)
        for one in Officer.objects.all():
            set_skills(one, ("无人机", "手语", "查账", "方言"), by=None, at=MONDAY)
        with django_assert_max_num_queries(7):
            covers(skilled.qingshi)


class TestLearning:
    def test_what_is_handed_on_more_than_the_rest(self, cast: Cast) -> None:
        arrived(cast, "help", ENOUGH + 2, handed_on=8)
        arrived(cast, "consultation", ENOUGH + 2, handed_on=1)
        (need,) = needs(cast.qingshi, since=MONDAY, until=UNTIL)
        assert (str(need.what), need.n, need.handed_on, need.often, need.long) == ("求助", 12, 8, True, False)

    def test_what_waits_longer_than_the_rest(self, cast: Cast) -> None:
        arrived(cast, "service", ENOUGH, minutes=300)
        arrived(cast, "consultation", 2 * ENOUGH, minutes=10)
        (need,) = needs(cast.qingshi, since=MONDAY, until=UNTIL)
        assert (str(need.what), need.median, need.all, need.often, need.long) == ("办事", 300, 10, False, True)

    def test_a_few_say_nothing(self, cast: Cast) -> None:
        arrived(cast, "help", ENOUGH - 1, handed_on=ENOUGH - 1, minutes=600)
        arrived(cast, "consultation", ENOUGH)
        assert needs(cast.qingshi, since=MONDAY, until=UNTIL) == []

    def test_complaints_are_left_out(self, cast: Cast) -> None:
        for number in range(ENOUGH):
            consultation(cast, f"{number}", kind="complaint")
        assert needs(cast.qingshi, since=MONDAY, until=UNTIL) == []

    def test_what_nobody_answered_waits_until_now(self, cast: Cast) -> None:
        for number in range(ENOUGH):
            consultation(cast, f"{number}", kind="help")
        arrived(cast, "consultation", 2 * ENOUGH)
        (need,) = needs(cast.qingshi, since=MONDAY, until=UNTIL)
        assert need.median == 7 * 24 * 60


class TestThePage:
    def test_a_chief_sees_the_own_station_whatever_is_asked(self, skilled: Cast, client: Client) -> None:
        sign_in(client, skilled.liang)
        page = client.get("/manage/skills/", {"unit": skilled.hewan.pk}).text
        assert skilled.qingshi.called in page
        assert "没有替手" in page
        assert skilled.meng.name not in page

    def test_the_bureau_chooses(self, skilled: Cast, client: Client) -> None:
        sign_in(client, skilled.shao)
        assert skilled.meng.name in client.get("/manage/skills/", {"unit": skilled.hewan.pk}).text

    def test_learning_names_kinds_and_nobody(self, cast: Cast, client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
        arrived(cast, "service", ENOUGH, minutes=300)
        arrived(cast, "consultation", 2 * ENOUGH)
        monkeypatch.setattr(timezone, "now", lambda: UNTIL)
        sign_in(client, cast.liang)
        page = client.get("/manage/skills/").text
        learning = page[page.index('id="learning"') :]
        assert "300" in learning
        assert not [one.name for one in cast.everybody().values() if one.name in learning]

    @pytest.mark.parametrize("asked", ["x", "-1", "99999999999999999999", "²"])
    def test_a_station_that_is_none(self, skilled: Cast, client: Client, asked: str) -> None:
        sign_in(client, skilled.liang)
        assert client.get("/manage/skills/", {"unit": asked}).status_code == 200
