"""What an import would do, and that doing it twice does nothing more."""

from __future__ import annotations

import pytest

from shouwang.apps.accounts.models import Invitation, User
from shouwang.apps.units.importing import read_staff, read_units
from shouwang.apps.units.models import Officer, Unit
from shouwang.apps.units.planning import import_staff, import_units, plan_staff, plan_units
from tests.cast import MONDAY, Cast

pytestmark = pytest.mark.django_db
STAFF = "用户名,姓名,对外称呼,警号,单位,岗位,技能,手机\n{}\n"


def staff(*lines: str):  # type: ignore[no-untyped-def]
    return read_staff(STAFF.format("\n".join(lines)).encode())


def units(*lines: str):  # type: ignore[no-untyped-def]
    return read_units(("单位名称,类别,上级,编号字头,电话\n" + "\n".join(lines)).encode())


class TestStaff:
    NEW = "linxu,林旭,林警官,004400,青石镇派出所,值班民警;社区民警,手语,13800000000"

    def test_planning_writes_nothing(self, cast: Cast) -> None:
        before = (Officer.objects.count(), User.objects.count())
        assert plan_staff(staff(self.NEW), cast.admin).new == 1
        assert (Officer.objects.count(), User.objects.count()) == before

    def test_somebody_new_gets_posts_skills_and_an_invitation_but_no_password(self, cast: Cast) -> None:
        import_staff(staff(self.NEW), by=cast.admin, at=MONDAY)
        one = Officer.objects.get(police_number="004400")
        assert {post.role for post in one.posts.all()} == {"duty-officer", "community-officer"}
        assert [skill.name for skill in one.skills.all()] == ["手语"]
        assert one.phone == "13800000000"
        assert not one.user.has_usable_password()
        assert Invitation.objects.filter(user=one.user, used_at=None, withdrawn_at=None).count() == 1

    def test_the_same_list_again_changes_nothing(self, cast: Cast) -> None:
        import_staff(staff(self.NEW), by=cast.admin, at=MONDAY)
        again = plan_staff(staff(self.NEW), cast.admin)
        assert (again.same, again.good) == (1, 0)
        import_staff(staff(self.NEW), by=cast.admin, at=MONDAY)
        assert Officer.objects.filter(name="林旭").count() == 1
        assert Invitation.objects.count() == 1

    def test_a_change_is_shown_before_it_is_made(self, cast: Cast) -> None:
        import_staff(staff(self.NEW), by=cast.admin, at=MONDAY)
        changed = staff(self.NEW.replace("林警官", "小林警官").replace("138", "139").replace("手语", "手语；方言"))
        [row] = plan_staff(changed, cast.admin).rows
        assert row.action == "changed"
        told = {(change.label, change.was, change.becomes) for change in row.changes}
        assert ("对外称呼", "林警官", "小林警官") in told
        assert "13900000000" not in str(told), "phones are only told to have changed"
        import_staff(changed, by=cast.admin, at=MONDAY)
        one = Officer.objects.get(police_number="004400")
        assert (one.public_name, one.phone, one.skills.count()) == ("小林警官", "13900000000", 2)

    @pytest.mark.parametrize(
        ("line", "says"),
        [
            ("new,新人,新警官,,没有的派出所,值班民警,,", "没有叫“没有的派出所”的单位"),
            ("chen,陈建国,陈警官,,河湾派出所,值班民警,,", "调动请在人员页面上办"),
            ("other,林旭,林警官,000001,青石镇派出所,值班民警,,", "用户名不能靠导入改"),
            ("new,新人,新警官,,云溪分局,系统管理员；值班民警,,", "不能同时担任"),
            ("admin,管理员,管理员,,云溪分局,分局民警,,", "不能同时担任"),
        ],
    )
    def test_what_cannot_be_is_told_row_by_row(self, cast: Cast, line: str, says: str) -> None:
        Officer.objects.filter(pk=cast.zhou.pk).update(police_number="000001")
        [row] = plan_staff(staff(line), cast.admin).rows
        assert row.action == "wrong"
        assert says in "".join(row.problems)

    def test_good_rows_beside_a_wrong_one(self, cast: Cast) -> None:
        done = import_staff(staff(self.NEW, "x,,,,,,,"), by=cast.admin, at=MONDAY)
        assert (done.new, done.wrong) == (1, 1)
        assert not User.objects.filter(username="x").exists()

    @pytest.mark.parametrize(
        ("line", "says"),
        [
            ("new,新人,新警官,,河湾派出所,值班民警,,", "河湾派出所不归您管理"),
            ("new,新人,新所长,,青石镇派出所,所长,,", "所长要由分局或系统管理员来定"),
            ("new,新人,新监督,,青石镇派出所,警务监督员,,", "警务监督员要由分局或系统管理员来定"),
        ],
    )
    def test_a_chief_imports_only_people_of_the_own_station(self, cast: Cast, line: str, says: str) -> None:
        [row] = plan_staff(staff(line), cast.liang).rows
        assert says in "".join(row.problems)


class TestUnits:
    def test_stations_come_before_their_workstations_whatever_the_order(self, cast: Cast) -> None:
        rows = units("桥头警务室,警务室,白云派出所,,", "白云派出所,派出所,云溪分局,BY,0570-0000119")
        assert plan_units(rows, cast.admin).new == 2
        import_units(rows, by=cast.admin, at=MONDAY)
        post = Unit.objects.get(name="桥头警务室")
        assert post.parent is not None
        assert post.path == f"{post.parent.path}{post.pk}/"

    def test_what_hangs_below_a_wrong_row_is_not_written(self, cast: Cast) -> None:
        rows = units("白云派出所,派出所,云溪分局,QS,", "桥头警务室,警务室,白云派出所,,")
        plan = plan_units(rows, cast.admin)
        assert [row.action for row in plan.rows] == ["wrong", "wrong"]
        assert "已经是青石镇派出所的了" in plan.rows[0].problems[0]

    def test_updated_by_name_and_never_doubled(self, cast: Cast) -> None:
        rows = units("青石镇派出所,派出所,云溪分局,QS,0570-0009999")
        [row] = plan_units(rows, cast.admin).rows
        assert [(change.label, change.becomes) for change in row.changes] == [("值班电话", "0570-0009999")]
        import_units(rows, by=cast.admin, at=MONDAY)
        import_units(rows, by=cast.admin, at=MONDAY)
        assert Unit.objects.get(name="青石镇派出所").phone == "0570-0009999"

    @pytest.mark.parametrize(
        ("line", "says"),
        [
            ("新分局,分局,,,", "分局在开张时已经写好了"),
            ("白云派出所,派出所,青石镇派出所,BY,", "派出所的上级是分局"),
            ("白云派出所,派出所,没有的分局,BY,", "没有叫“没有的分局”的上级单位"),
            ("青石镇派出所,警务室,河湾派出所,,", "类别和上级不能靠导入改"),
        ],
    )
    def test_what_cannot_be_is_told(self, cast: Cast, line: str, says: str) -> None:
        [row] = plan_units(units(line), cast.admin).rows
        assert says in "".join(row.problems)

    def test_a_chief_adds_no_station(self, cast: Cast) -> None:
        [row] = plan_units(units("白云派出所,派出所,云溪分局,BY,"), cast.liang).rows
        assert row.action == "wrong"
        assert plan_units(units("桥头警务室,警务室,青石镇派出所,,"), cast.liang).new == 1
