"""Units, people and posts: who may change them, what is recorded, and what must never happen."""

from __future__ import annotations

from datetime import date

import pytest

from shouwang.apps.accounts.models import User
from shouwang.apps.units import usecases
from shouwang.apps.units.errors import LastAdministrator, StillNeeded
from shouwang.apps.units.models import Officer, Post, Role, Unit
from shouwang.apps.units.policy import may_give_role, may_manage, may_manage_officer
from shouwang.kernel.errors import Conflict, Refused
from shouwang.kernel.models import AuditRow
from tests.cast import MONDAY, Cast, officer

pytestmark = pytest.mark.django_db
TODAY = MONDAY.date()


class TestScope:
    @pytest.mark.parametrize(
        ("who", "where", "allowed"),
        [
            ("admin", "hewan", True),
            ("shao", "hewan", True),
            ("liang", "qingshi", True),
            ("liang", "liuxi_post", True),
            ("liang", "hewan", False),
            ("liang", "bureau", False),
            ("chen", "qingshi", False),
            ("shi", "qingshi", False),
            ("jiang", "qingshi", False),
        ],
    )
    def test_who_manages_what(self, cast: Cast, who: str, where: str, allowed: bool) -> None:
        assert bool(may_manage(getattr(cast, who), getattr(cast, where))) is allowed

    def test_a_post_that_ended_manages_nothing(self, cast: Cast) -> None:
        Post.objects.filter(officer=cast.liang).update(until=date(2026, 11, 1))
        assert not may_manage(Officer.objects.get(pk=cast.liang.pk), cast.qingshi)

    @pytest.mark.parametrize(
        ("who", "role", "allowed"),
        [
            ("liang", Role.DUTY_OFFICER, True),
            ("liang", Role.CHIEF, False),
            ("liang", Role.SUPERVISOR, False),
            ("liang", Role.ADMINISTRATOR, False),
            ("admin", Role.CHIEF, True),
            ("shao", Role.SUPERVISOR, True),
        ],
    )
    def test_chiefs_and_supervisors_are_named_from_above(self, cast: Cast, who: str, role: str, allowed: bool) -> None:
        assert bool(may_give_role(getattr(cast, who), None, role, cast.qingshi)) is allowed

    def test_nobody_gives_themselves_a_role(self, cast: Cast) -> None:
        assert not may_give_role(cast.admin, cast.admin, Role.SUPERVISOR, cast.bureau)

    def test_a_chief_does_not_touch_the_supervisor(self, cast: Cast) -> None:
        assert not may_manage_officer(cast.liang, cast.shi)
        assert may_manage_officer(cast.shao, cast.shi)


class TestPosts:
    def test_an_administrator_reads_no_matters(self, cast: Cast) -> None:
        with pytest.raises(Refused, match="不能同时"):
            usecases.give_post(
                cast.admin, by=cast.shao, at=MONDAY, unit=cast.qingshi, role=Role.DUTY_OFFICER, since=TODAY
            )
        with pytest.raises(Refused, match="不能同时"):
            usecases.give_post(
                cast.chen, by=cast.shao, at=MONDAY, unit=cast.bureau, role=Role.ADMINISTRATOR, since=TODAY
            )

    def test_the_same_open_post_twice(self, cast: Cast) -> None:
        with pytest.raises(Conflict, match="已经有这个岗位"):
            usecases.give_post(
                cast.chen, by=cast.admin, at=MONDAY, unit=cast.qingshi, role=Role.DUTY_OFFICER, since=TODAY
            )

    def test_the_last_administrator_keeps_the_post(self, cast: Cast) -> None:
        post = cast.admin.posts.get()
        with pytest.raises(LastAdministrator):
            usecases.end_post(post, by=cast.shao, at=MONDAY, until=TODAY, reason="换人。")
        officer("admin2", "另一位", "管理员", cast.bureau, Role.ADMINISTRATOR)
        usecases.end_post(post, by=cast.shao, at=MONDAY, until=TODAY, reason="换人。")
        assert post.until == TODAY


class TestLeaving:
    def test_the_last_administrator_cannot_be_deactivated(self, cast: Cast) -> None:
        with pytest.raises(LastAdministrator):
            usecases.deactivate_officer(cast.admin, by=cast.shao, at=MONDAY, reason="离职。")
        assert User.objects.get(username="admin").is_active

    def test_an_administrator_who_cannot_sign_in_does_not_count(self, cast: Cast) -> None:
        other = officer("admin2", "另一位", "管理员", cast.bureau, Role.ADMINISTRATOR)
        User.objects.filter(pk=other.user_id).update(is_active=False)
        with pytest.raises(LastAdministrator):
            usecases.deactivate_officer(cast.admin, by=cast.shao, at=MONDAY, reason="离职。")

    def test_nobody_deactivates_themselves(self, cast: Cast) -> None:
        with pytest.raises(Refused, match="自己不能停用自己"):
            usecases.deactivate_officer(cast.liang, by=cast.liang, at=MONDAY, reason="离职。")

    def test_who_comes_back_needs_a_new_password(self, cast: Cast) -> None:
        cast.chen.user.set_password("old-lantern-12")
        cast.chen.user.save()
        usecases.deactivate_officer(cast.chen, by=cast.liang, at=MONDAY, reason="借调。")
        usecases.reactivate_officer(cast.chen, by=cast.liang, at=MONDAY, reason="回来了。")
        assert cast.chen.active
        assert not User.objects.get(username="chen").has_usable_password()

    def test_a_unit_with_people_stays_in_use(self, cast: Cast) -> None:
        with pytest.raises(StillNeeded):
            usecases.deactivate_unit(cast.hewan, by=cast.admin, at=MONDAY, reason="撤销。")
        usecases.deactivate_unit(cast.liuxi_post, by=cast.liang, at=MONDAY, reason="搬走了。")
        assert not Unit.objects.get(pk=cast.liuxi_post.pk).active


class TestWhatIsRecorded:
    def test_what_was_what_is_and_why(self, cast: Cast) -> None:
        usecases.change_unit(cast.qingshi, by=cast.admin, at=MONDAY, reason="换了号码。", phone="0570-0000112")
        row = AuditRow.objects.get(action="units.unit.changed")
        assert (row.actor, row.reason) == (cast.admin.ref, "换了号码。")
        assert row.details["changes"] == {"phone": ["0570-0000110", "0570-0000112"]}

    def test_nothing_changed_leaves_no_row(self, cast: Cast) -> None:
        usecases.change_unit(cast.qingshi, by=cast.admin, at=MONDAY, name=cast.qingshi.name)
        assert not AuditRow.objects.filter(action="units.unit.changed").exists()

    def test_private_phones_stay_out_of_the_trail(self, cast: Cast) -> None:
        usecases.change_officer(cast.chen, by=cast.liang, at=MONDAY, phone="13800000000")
        row = AuditRow.objects.get(action="units.officer.changed")
        assert row.details["changes"] == {"phone": ["…", "…"]}

    def test_moving_ends_the_posts_of_the_old_unit(self, cast: Cast) -> None:
        usecases.move_officer(cast.chen, by=cast.shao, at=MONDAY, unit=cast.hewan, reason="轮岗。")
        assert cast.chen.posts.get().until == date(2026, 11, 22)
        with pytest.raises(Refused):
            usecases.move_officer(cast.zhou, by=cast.liang, at=MONDAY, unit=cast.hewan, reason="轮岗。")
