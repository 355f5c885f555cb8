"""Lists of units and staff as people really save them: what is understood, and what each slip is answered with."""

from __future__ import annotations

from contextlib import suppress

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from shouwang.apps.units.errors import NotUnderstood
from shouwang.apps.units.importing import is_circular, read_staff, read_units, roles_of
from shouwang.apps.units.models import Role
from shouwang.apps.units.tables import MOST_BYTES, MOST_ROWS, clean, read_table, several

STAFF = "用户名,姓名,对外称呼,警号,单位,岗位,技能,手机\nchenjg,陈建国,陈警官,003301,青石镇派出所,值班民警,手语,13800000000\n"
UNITS = "单位名称,类别,上级,编号字头\n青石镇派出所,派出所,云溪分局,qs\n柳溪警务室,警务室,青石镇派出所,\n"
COLUMNS = {"name": ("姓名",), "unit": ("单位",)}


class TestFilesAsPeopleSaveThem:
    @pytest.mark.parametrize(
        ("data", "why"),
        [
            (STAFF.encode(), "plain UTF-8"),
            (STAFF.encode("utf-8-sig"), "Excel's CSV UTF-8"),
            (STAFF.encode("gb18030"), "Excel's plain CSV on a Chinese Windows"),
            (STAFF.encode("utf-16"), "Excel's Unicode text"),
            (STAFF.replace(",", ";").encode(), "semicolons"),
            (STAFF.replace(",", "\t").encode(), "tabs"),
            (STAFF.replace(",", "，").encode(), "full-width commas"),
            (("sep=;\n" + STAFF.replace(",", ";")).encode(), "Excel's line that names the separator"),
            (STAFF.replace("\n", "\r\n").encode(), "Windows line ends"),
            (STAFF.replace("\n", "\r").encode(), "old Macintosh line ends"),
            (STAFF.replace("003301", '"=""003301"""').encode(), "a number kept as text by a formula"),
            (STAFF.replace("003301", "'003301").encode(), "a number kept as text by a quote"),
            (STAFF.replace("\n", ",,,\n").encode(), "empty columns at the end"),
            (("\n\n" + STAFF + "\n,,,,\n").encode(), "empty lines"),
            (STAFF.replace("陈建国", "\u3000陈建国\u200b ").encode(), "spaces and marks nobody sees"),
            (STAFF.replace("用户名,姓名", "User name（必填）,Name *").encode(), "English headings with remarks"),
        ],
    )
    def test_the_same_person_is_read(self, data: bytes, why: str) -> None:
        [row] = read_staff(data)
        assert (row.username, row.name, row.police_number, row.roles) == (
            "chenjg",
            "陈建国",
            "003301",
            ("duty-officer",),
        ), why
        assert row.problems == ()

    @pytest.mark.parametrize(
        ("data", "says"),
        [
            (b"", "空的"),
            (b" \r\n ", "空的"),
            (b"PK\x03\x04rest of a workbook", "Excel 工作簿"),
            (b"\xd0\xcf\x11\xe0rest of a workbook", "Excel 工作簿"),
            (b"\x00\x01\x02\xff\xfe" * 20, "编码"),
            (b"a" * (MOST_BYTES + 1), "2 MB"),
            ("姓名,单位\n陈建国,青石".encode(), "还缺：用户名、岗位"),
            (STAFF.partition("\n")[0].encode(), "只有表头"),
            ("用户名,姓名,单位,岗位,姓名\na,b,c,d,e".encode(), "有两次"),
        ],
    )
    def test_what_is_no_list_says_what_to_save_instead(self, data: bytes, says: str) -> None:
        with pytest.raises(NotUnderstood, match=says):
            read_staff(data)

    def test_at_most_five_thousand_rows(self) -> None:
        rows = "姓名,单位\n" + "陈建国,青石\n" * MOST_ROWS
        assert len(read_table(rows.encode(), COLUMNS, needed=("name",))) == MOST_ROWS
        with pytest.raises(NotUnderstood, match="5000"):
            read_table((rows + "多一行,青石\n").encode(), COLUMNS, needed=("name",))

    def test_a_row_knows_its_line_even_after_a_value_with_line_breaks(self) -> None:
        rows = read_table('姓名,单位\n"陈\n建国",青石\n周敏,青石\n'.encode(), COLUMNS, needed=("name",))
        assert [(row.line, row.values["name"]) for row in rows] == [(2, "陈 建国"), (4, "周敏")]

    @given(st.binary(max_size=400))
    @settings(max_examples=200)
    def test_no_bytes_break_the_reader(self, data: bytes) -> None:
        with suppress(NotUnderstood):
            assert read_staff(data)

    @pytest.mark.parametrize(
        ("cell", "meant"),
        [
            ("\u3000陈 建国\xa0", "陈 建国"),
            ('="0042"', "0042"),
            ("'0042", "0042"),
            ("a\u200bb", "ab"),
            ("e\u0301", "é"),
        ],
    )
    def test_a_value_as_it_was_meant(self, cell: str, meant: str) -> None:
        assert clean(cell) == meant


class TestStaff:
    @pytest.mark.parametrize(
        ("change", "says"),
        [
            (("chenjg", "陈 建国"), "用户名只能用"),
            (("陈建国", ""), "还差姓名"),
            (("陈警官", ""), "还差对外称呼"),
            (("青石镇派出所", ""), "还差单位"),
            (("值班民警", "局长助理"), "不认识的岗位：局长助理"),
            (("值班民警", ""), "还差岗位"),
            (("13800000000", "1.38E+10"), "手机被 Excel 改成了“1.38E+10”"),
            (("13800000000", "ask him"), "手机号看不懂"),
            (("003301", "3.3E+12"), "警号被 Excel 改成了"),
            (("陈建国", "陈" * 41), "最多 40 个字"),
        ],
    )
    def test_each_slip_has_its_sentence(self, change: tuple[str, str], says: str) -> None:
        [row] = read_staff(STAFF.replace(*change).encode())
        assert says in "".join(row.problems)

    def test_the_same_user_name_or_number_twice(self) -> None:
        again = STAFF + STAFF.split("\n")[1].upper() + "\n"
        rows = read_staff(again.encode())
        assert all("用了两次" in row.problems[0] and "用了两次" in row.problems[1] for row in rows)

    @pytest.mark.parametrize(
        ("text", "roles"),
        [
            ("所长", ("chief",)),
            ("chief", ("chief",)),
            ("Duty officer; 社区民警", ("duty-officer", "community-officer")),
            ("户籍内勤、法制员", ("household-clerk", "legal-officer")),
            ("值班民警；民警", ("duty-officer",)),
        ],
    )
    def test_roles_by_word_or_code(self, text: str, roles: tuple[str, ...]) -> None:
        assert roles_of(text) == (roles, ())

    def test_every_role_has_a_word(self) -> None:
        assert {roles_of(role.value)[0] for role in Role} == {(role.value,) for role in Role}

    def test_several_values_in_a_cell(self) -> None:
        assert several("手语；无人机; 手语 / 方言") == ("手语", "无人机", "方言")


class TestUnits:
    def test_a_tree(self) -> None:
        station, post = read_units(UNITS.encode())
        assert (station.kind, station.prefix, station.problems) == ("station", "QS", ())
        assert (post.kind, post.parent, post.problems) == ("workstation", "青石镇派出所", ())

    @pytest.mark.parametrize(
        ("change", "says"),
        [
            (("派出所,云溪", "车队,云溪"), "类别要写“派出所”或“警务室”"),
            (("云溪分局", ""), "还差上级单位"),
            ((",qs", ","), "还差编号字头"),
            ((",qs", ",青石"), "2 到 4 个拉丁字母"),
            (("柳溪警务室", "青石镇派出所"), "都叫“青石镇派出所”"),
            (("云溪分局", "柳溪警务室"), "绕成了一个圈"),
        ],
    )
    def test_each_slip_has_its_sentence(self, change: tuple[str, str], says: str) -> None:
        rows = read_units(UNITS.replace(*change).encode())
        assert says in "".join(problem for row in rows for problem in row.problems)

    @pytest.mark.parametrize("region", ["3", "333", "99", "浙江", "3308245"])
    def test_a_region_is_two_four_or_six_digits_of_a_province(self, region: str) -> None:
        data = f"单位名称,类别,上级,编号字头,地区代码\n青石镇派出所,派出所,云溪分局,QS,{region}\n"
        assert "地区代码" in read_units(data.encode())[0].problems[0]

    @pytest.mark.parametrize(
        ("above", "circular"),
        [
            ({"a": "b", "b": "a"}, True),
            ({"a": "a"}, True),
            ({"a": "b", "b": "c"}, False),
            ({"a": "b", "b": "b"}, False),
        ],
    )
    def test_a_circle_is_one_that_comes_back_to_the_same_unit(self, above: dict[str, str], circular: bool) -> None:
        assert is_circular("a", above) is circular
