"""
Lists of units and staff as frozen rows, each with what is wrong with it. Plain Python: nothing here asks the database.

A row never raises: its problems are sentences that say what to do, so that a person can mend the list in one go.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Literal

from django.utils.translation import gettext as _

from shouwang.apps.units.models import Role, Unit
from shouwang.apps.units.regions import is_region
from shouwang.apps.units.tables import heading, read_table, several, was_rounded

UNIT_COLUMNS: Mapping[str, tuple[str, ...]] = {
    "name": ("单位名称", "名称", "单位", "unit"),
    "kind": ("类别", "单位类别", "type"),
    "parent": ("上级", "上级单位", "parent unit"),
    "prefix": ("编号字头", "字头", "number prefix"),
    "region": ("地区代码", "地区", "行政区划代码", "region code"),
    "phone": ("值班电话", "电话", "联系电话"),
    "address": ("地址",),
    "hours": ("窗口时间", "办公时间", "office hours"),
    "name_en": ("英文名称", "english name"),
}
STAFF_COLUMNS: Mapping[str, tuple[str, ...]] = {
    "username": ("用户名", "登录名", "账号", "user name"),
    "name": ("姓名", "名字"),
    "public_name": ("对外称呼", "称呼", "known as"),
    "police_number": ("警号", "badge number", "number"),
    "unit": ("单位", "单位名称", "所在单位", "unit name"),
    "roles": ("岗位", "角色", "职务", "role"),
    "skills": ("技能", "特长", "skill"),
    "phone": ("手机", "手机号", "电话", "联系电话", "mobile"),
}
#: What people write for a role, whatever the language of the page.
ROLE_WORDS: Mapping[str, Role] = {
    **{heading(role.value): role for role in Role},
    "值班民警": Role.DUTY_OFFICER,
    "民警": Role.DUTY_OFFICER,
    "社区民警": Role.COMMUNITY_OFFICER,
    "辅警": Role.AUXILIARY,
    "所长": Role.CHIEF,
    "户籍内勤": Role.HOUSEHOLD_CLERK,
    "内勤": Role.HOUSEHOLD_CLERK,
    "法制员": Role.LEGAL_OFFICER,
    "实习民警": Role.TRAINEE,
    "警务监督员": Role.SUPERVISOR,
    "监督员": Role.SUPERVISOR,
    "分局民警": Role.BUREAU,
    "系统管理员": Role.ADMINISTRATOR,
    "管理员": Role.ADMINISTRATOR,
}
KIND_WORDS: Mapping[str, Unit.Kind] = {
    **{kind.value: kind for kind in Unit.Kind},
    "分局": Unit.Kind.BUREAU,
    "县局": Unit.Kind.BUREAU,
    "派出所": Unit.Kind.STATION,
    "警务室": Unit.Kind.WORKSTATION,
    "社区警务室": Unit.Kind.WORKSTATION,
}
PREFIX = re.compile(r"\A[A-Z]{2,4}\Z")
USERNAME = re.compile(r"\A[\w.@+-]{1,60}\Z")
PHONE = re.compile(r"\A[+()\d][\d ()+\-—转]{2,28}\Z")


@dataclass(frozen=True, slots=True)
class UnitRow:
    """One unit of a list. `kind` is empty when it was not understood."""

    line: int
    name: str
    kind: str
    parent: str
    prefix: str
    region: str
    phone: str
    address: str
    hours: str
    name_en: str
    problems: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class StaffRow:
    """One person of a list. Roles are codes of `Role`, in the order written."""

    line: int
    username: str
    name: str
    public_name: str
    police_number: str
    unit: str
    roles: tuple[str, ...]
    skills: tuple[str, ...]
    phone: str
    problems: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Change:
    """One value that would become another."""

    label: str
    was: str
    becomes: str


@dataclass(frozen=True, slots=True)
class Planned:
    """
    What an import would do with one row.

    label     the name by which the person knows the row
    action    `wrong` rows are never written
    changes   of a row that is there already
    key       what the row is written to: the primary key of an existing row, or None
    """

    line: int
    label: str
    action: Literal["new", "changed", "same", "wrong"]
    changes: tuple[Change, ...] = ()
    problems: tuple[str, ...] = ()
    key: int | None = None


@dataclass(frozen=True, slots=True)
class Plan:
    """What an import would do, row by row, in the order of the file."""

    rows: tuple[Planned, ...]

    def count(self, action: str) -> int:
        return sum(row.action == action for row in self.rows)

    @property
    def new(self) -> int:
        return self.count("new")

    @property
    def changed(self) -> int:
        return self.count("changed")

    @property
    def same(self) -> int:
        return self.count("same")

    @property
    def wrong(self) -> int:
        return self.count("wrong")

    @property
    def good(self) -> int:
        """Rows that would be written."""
        return self.new + self.changed


def planned(
    line: int, label: str, *, key: int | None, changes: Iterable[Change] = (), problems: Iterable[str] = ()
) -> Planned:
    """A row's plan from what is known of it: wrong before changed before new before same."""
    bad, differs = tuple(problems), tuple(changes)
    action: Literal["new", "changed", "same", "wrong"]
    if bad:
        action = "wrong"
    elif key is None:
        action = "new"
    else:
        action = "changed" if differs else "same"
    return Planned(line, label or _("（没有名称）"), action, differs, bad, key)


def read_units(data: bytes) -> list[UnitRow]:
    """The rows of a list of units. Raises NotUnderstood when the file as a whole cannot be read."""
    rows = read_table(data, UNIT_COLUMNS, needed=("name", "kind", "parent"))
    names = Counter(row.values["name"] for row in rows)
    prefixes = Counter(row.values["prefix"].upper() for row in rows if row.values["prefix"])
    above = {row.values["name"]: row.values["parent"] for row in rows}
    return [_unit_row(row.line, row.values, names, prefixes, above) for row in rows]


def _unit_row(
    line: int, given: Mapping[str, str], names: Counter[str], prefixes: Counter[str], above: Mapping[str, str]
) -> UnitRow:
    kind, prefix = KIND_WORDS.get(heading(given["kind"]), ""), given["prefix"].upper()
    problems = []
    if not given["name"]:
        problems.append(_("还差单位名称。"))
    elif names[given["name"]] > 1:
        problems.append(
            _("表里有 %(n)d 行都叫“%(name)s”，请留一行。") % {"n": names[given["name"]], "name": given["name"]}
        )
    if not kind:
        problems.append(_("类别要写“派出所”或“警务室”，现在写的是“%(text)s”。") % {"text": given["kind"]})
    if kind != Unit.Kind.BUREAU and not given["parent"]:
        problems.append(_("还差上级单位。派出所的上级是分局，警务室的上级是派出所。"))
    if is_circular(given["name"], above):
        problems.append(_("上级绕成了一个圈，请检查“%(name)s”和它的上级。") % {"name": given["name"]})
    if kind == Unit.Kind.STATION and not prefix:
        problems.append(_("还差编号字头：2 到 4 个拉丁字母，比如 QS。"))
    if prefix and not PREFIX.fullmatch(prefix):
        problems.append(
            _("编号字头要是 2 到 4 个拉丁字母，比如 QS，现在写的是“%(text)s”。") % {"text": given["prefix"]}
        )
    elif prefix and prefixes[prefix] > 1:
        problems.append(_("编号字头 %(text)s 在表里用了两次，每个派出所要不一样。") % {"text": prefix})
    if given["region"] and not is_region(given["region"]):
        problems.append(
            _("地区代码要是 2、4 或 6 位数字，比如 33 或 330824，现在写的是“%(text)s”。") % {"text": given["region"]}
        )
    problems += _too_long(given, Unit, ("name", "phone", "address", "hours", "name_en"))
    values = {name: given[name] for name in UNIT_COLUMNS} | {"kind": str(kind), "prefix": prefix}
    return UnitRow(line=line, problems=tuple(problems), **values)


def is_circular(name: str, above: Mapping[str, str]) -> bool:
    """Whether going up from this name comes back to it."""
    seen, here = set(), name
    while here and here in above and here not in seen:
        seen.add(here)
        here = above[here]
    return bool(here) and here == name and name in seen


def read_staff(data: bytes) -> list[StaffRow]:
    """The rows of a list of staff. Raises NotUnderstood when the file as a whole cannot be read."""
    rows = read_table(data, STAFF_COLUMNS, needed=("username", "name", "unit", "roles"))
    users = Counter(row.values["username"].casefold() for row in rows if row.values["username"])
    numbers = Counter(row.values["police_number"] for row in rows if row.values["police_number"])
    return [_staff_row(row.line, row.values, users, numbers) for row in rows]


def _staff_row(line: int, given: Mapping[str, str], users: Counter[str], numbers: Counter[str]) -> StaffRow:
    username, number = given["username"], given["police_number"]
    problems = []
    if not username and not number:
        problems.append(_("还差用户名，这是登录用的，比如 chenjg。"))
    if username and not USERNAME.fullmatch(username):
        problems.append(
            _("用户名只能用字母、数字和 . @ + - _，最多 60 个，现在写的是“%(text)s”。") % {"text": username}
        )
    if users[username.casefold()] > 1:
        problems.append(_("用户名“%(text)s”在表里用了两次，每个人要不一样。") % {"text": username})
    if numbers[number] > 1:
        problems.append(_("警号 %(text)s 在表里用了两次，每个人要不一样。") % {"text": number})
    if not given["name"]:
        problems.append(_("还差姓名。"))
    if not given["public_name"]:
        problems.append(_("还差对外称呼，就是居民看到的名字，比如“陈警官”。"))
    if not given["unit"]:
        problems.append(_("还差单位。"))
    roles, unknown = roles_of(given["roles"])
    if unknown:
        problems.append(
            _("不认识的岗位：%(text)s。可以写：%(known)s。")
            % {"text": "、".join(unknown), "known": "、".join(str(role.label) for role in Role)}
        )
    elif not roles:
        problems.append(_("还差岗位，比如“值班民警”；有几个的用分号隔开。"))
    problems += [
        _("%(column)s被 Excel 改成了“%(text)s”，后几位丢了。请把这一列设成“文本”，重新填一遍。")
        % {"column": label, "text": text}
        for label, text in ((_("警号"), number), (_("手机"), given["phone"]))
        if was_rounded(text)
    ]
    if given["phone"] and not was_rounded(given["phone"]) and not PHONE.fullmatch(given["phone"]):
        problems.append(_("手机号看不懂：“%(text)s”。") % {"text": given["phone"]})
    problems += _lengths({"name": 40, "public_name": 40, "police_number": 12}, given)
    return StaffRow(
        line=line,
        username=username,
        name=given["name"],
        public_name=given["public_name"],
        police_number=number,
        unit=given["unit"],
        roles=roles,
        skills=several(given["skills"]),
        phone=given["phone"],
        problems=tuple(problems),
    )


def roles_of(text: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The roles a cell names, as codes, and the words that name none."""
    parts = several(text)
    known = tuple(dict.fromkeys(ROLE_WORDS[heading(p)].value for p in parts if heading(p) in ROLE_WORDS))
    return known, tuple(part for part in parts if heading(part) not in ROLE_WORDS)


def _too_long(given: Mapping[str, str], model: type[Unit], names: tuple[str, ...]) -> list[str]:
    limits = {name: getattr(model._meta.get_field(name), "max_length", 0) for name in names}
    return _lengths(limits, given)


def _lengths(limits: Mapping[str, int], given: Mapping[str, str]) -> list[str]:
    return [
        _("“%(text)s…”太长了，最多 %(most)d 个字。") % {"text": given[name][:12], "most": most}
        for name, most in limits.items()
        if len(given[name]) > most
    ]
