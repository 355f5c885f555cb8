"""What an import of units or staff would do, and doing it. Planning writes nothing; writing plans anew, inside its transaction."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from shouwang.apps.units import policy
from shouwang.apps.units.importing import Change, Plan, Planned, StaffRow, UnitRow, planned
from shouwang.apps.units.models import Officer, Role, Unit
from shouwang.apps.units.usecases import (
    add_officer,
    add_unit,
    change_officer,
    change_unit,
    give_post,
    invite_officer,
    set_skills,
)
from shouwang.kernel import audit

UNIT_FIELDS = ("prefix", "region", "phone", "address", "hours", "name_en")
_ABOVE = {Unit.Kind.STATION: Unit.Kind.BUREAU, Unit.Kind.WORKSTATION: Unit.Kind.STATION}


def label_of(model: type[Unit] | type[Officer], field: str) -> str:
    """A column's name in the reader's language."""
    return str(getattr(model._meta.get_field(field), "verbose_name", field))


# ── units ────────────────────────────────────────────────────────────────────────────────────────────────────────────


def plan_units(rows: Iterable[UnitRow], by: Officer) -> Plan:
    """Units are known by name. A new one hangs below a unit that is there, or is good in the same list."""
    rows = list(rows)
    here = {unit.name: unit for unit in Unit.objects.select_related("parent")}
    kinds = {unit.name: unit.kind for unit in here.values()} | {row.name: row.kind for row in rows if row.kind}
    found = {row.name: _plan_unit(row, here, kinds, by) for row in rows}
    result = []
    for row in rows:
        one = found[row.name] if found[row.name].line == row.line else _plan_unit(row, here, kinds, by)
        parent = found.get(row.parent)
        if one.action == "new" and row.parent not in here and parent is not None and parent.action == "wrong":
            says = _("上级“%(name)s”那一行还有问题，先改好它。") % {"name": row.parent}
            one = planned(row.line, row.name, key=None, problems=[says])
        result.append(one)
    return Plan(tuple(result))


def _plan_unit(row: UnitRow, here: dict[str, Unit], kinds: dict[str, str], by: Officer) -> Planned:
    problems, unit = list(row.problems), here.get(row.name)
    parent = here.get(row.parent)
    if not row.problems:
        problems += _unit_problems(row, unit, here, kinds, by)
    changes = []
    if unit is not None and not problems:
        for field in UNIT_FIELDS:
            was, becomes = getattr(unit, field), getattr(row, field)
            if becomes and was != becomes:
                changes.append(Change(label_of(Unit, field), was, becomes))
    taken = row.prefix and Unit.objects.filter(prefix=row.prefix).exclude(name=row.name).first()
    if taken:
        problems.append(
            _("编号字头 %(text)s 已经是%(unit)s的了，请换一个。") % {"text": row.prefix, "unit": taken.name}
        )
    new_station = unit is None and parent is not None and parent.kind == Unit.Kind.BUREAU
    if new_station and parent is not None and not problems and not policy.is_higher(by, parent):
        problems.append(_("派出所由分局或系统管理员增减。"))
    return planned(row.line, row.name, key=unit.pk if unit else None, changes=changes, problems=problems)


def _unit_problems(
    row: UnitRow, unit: Unit | None, here: dict[str, Unit], kinds: dict[str, str], by: Officer
) -> list[str]:
    if unit is not None:
        verdict = policy.may_manage(by, unit)
        if not verdict:
            return [verdict.reason]
        if unit.kind != row.kind or (unit.parent.name if unit.parent else "") != row.parent:
            return [_("“%(name)s”已经有了，类别或上级不一样。类别和上级不能靠导入改。") % {"name": row.name}]
        return []
    if row.kind == Unit.Kind.BUREAU:
        return [_("分局在开张时已经写好了，这里只能加派出所和警务室。")]
    if row.parent not in kinds:
        return [_("没有叫“%(name)s”的上级单位。请先加上它，或者改成已有的名称。") % {"name": row.parent}]
    if kinds[row.parent] != _ABOVE[Unit.Kind(row.kind)]:
        return [_("派出所的上级是分局，警务室的上级是派出所。")]
    parent = here.get(row.parent)
    verdict = policy.may_manage(by, parent) if parent else policy.may_manage(by)
    return [] if verdict else [verdict.reason]


@transaction.atomic
def import_units(rows: Iterable[UnitRow], *, by: Officer, at: datetime) -> Plan:
    """Write every good row, stations before workstations. Returns what was done."""
    rows = list(rows)
    plan = plan_units(rows, by)
    do = {p.line for p in plan.rows if p.action in {"new", "changed"}}
    for row in sorted((r for r in rows if r.line in do), key=lambda r: r.kind != Unit.Kind.STATION):
        given = {field: value for field in UNIT_FIELDS if (value := getattr(row, field))}
        unit = Unit.objects.filter(name=row.name).first()
        if unit is not None:
            change_unit(unit, by=by, at=at, **given)
        else:
            parent = Unit.objects.get(name=row.parent)
            add_unit(by=by, at=at, name=row.name, kind=row.kind, parent=parent, **given)
    audit.record("units.list.imported", by=by.ref, on="units.unit", at=at, new=plan.new, changed=plan.changed)
    return plan


# ── staff ────────────────────────────────────────────────────────────────────────────────────────────────────────────


def plan_staff(rows: Iterable[StaffRow], by: Officer) -> Plan:
    """People are known by police number, otherwise by user name. Roles are added, never taken away, by a list."""
    units = {unit.name: unit for unit in Unit.objects.active().select_related("parent")}
    people = list(Officer.objects.select_related("user", "unit__parent").prefetch_related("skills", "posts"))
    by_number = {one.police_number: one for one in people if one.police_number}
    by_user = {one.user.username.casefold(): one for one in people}
    return Plan(tuple(_plan_person(row, units, by_number, by_user, by) for row in rows))


def _plan_person(
    row: StaffRow, units: dict[str, Unit], by_number: dict[str, Officer], by_user: dict[str, Officer], by: Officer
) -> Planned:
    label = row.name or row.username
    numbered, named = by_number.get(row.police_number), by_user.get(row.username.casefold())
    officer = numbered or named
    problems = list(row.problems)
    if not problems:
        problems += _person_problems(row, units, numbered, named, by)
    if problems:
        return planned(row.line, label, key=officer.pk if officer else None, problems=problems)
    changes = _person_changes(row, units[row.unit], officer) if officer else []
    return planned(row.line, label, key=officer.pk if officer else None, changes=changes)


def _person_problems(
    row: StaffRow, units: dict[str, Unit], numbered: Officer | None, named: Officer | None, by: Officer
) -> list[str]:
    unit, officer = units.get(row.unit), numbered or named
    if unit is None:
        return [_("没有叫“%(name)s”的单位。请先加上它，或者改成已有的名称。") % {"name": row.unit}]
    if numbered is not None and row.username and numbered != named:
        return [
            _("警号 %(number)s 是用户名“%(user)s”的人，用户名不能靠导入改。")
            % {"number": row.police_number, "user": numbered.user.username}
        ]
    if officer is None and not row.username:
        return [_("还差用户名，这是登录用的，比如 chenjg。")]
    if named is not None and named.police_number and row.police_number and numbered is None:
        return [_("用户名“%(user)s”已经是另一个警号的人了，请换一个。") % {"user": row.username}]
    if officer is not None and officer.unit_id != unit.pk:
        return [
            _("%(name)s现在在%(unit)s。调动请在人员页面上办，导入不改单位。")
            % {"name": officer.name, "unit": officer.unit.name}
        ]
    if officer is not None and not officer.active:
        return [_("%(name)s已经停用。请先在人员页面上恢复。") % {"name": officer.name}]
    may = policy.may_manage_officer(by, officer) if officer else policy.may_manage(by, unit)
    if not may:
        return [may.reason]
    had = {post.role for post in officer.posts.all() if post.holds()} if officer else set()
    missing = set(row.roles) - had
    if not policy.separated(had | missing):
        return [policy.separation_says()]
    verdicts = [policy.may_give_role(by, officer, role, unit) for role in sorted(missing)]
    return [verdict.reason for verdict in verdicts if not verdict]


def _person_changes(row: StaffRow, unit: Unit, officer: Officer) -> list[Change]:
    found = [
        Change(label_of(Officer, field), getattr(officer, field) or "", becomes)
        for field in ("name", "public_name", "police_number")
        if (becomes := getattr(row, field)) and becomes != (getattr(officer, field) or "")
    ]
    if row.phone and row.phone != officer.phone:
        found.append(Change(_("手机"), _("（原来的）"), _("（新的）")))
    new_skills = sorted(set(row.skills) - {skill.name for skill in officer.skills.all()})
    if new_skills:
        found.append(Change(_("技能"), "", _("加上 %(names)s") % {"names": "、".join(new_skills)}))
    new_roles = [role for role in row.roles if role not in _open_roles(officer, unit)]
    if new_roles:
        names = "、".join(str(Role(role).label) for role in new_roles)
        found.append(Change(_("岗位"), "", _("加上 %(names)s") % {"names": names}))
    return found


def _open_roles(officer: Officer, unit: Unit) -> set[str]:
    return {post.role for post in officer.posts.all() if post.unit_id == unit.pk and post.until is None}


@transaction.atomic
def import_staff(rows: Iterable[StaffRow], *, by: Officer, at: datetime) -> Plan:
    """Write every good row; whoever is new gets an invitation. Returns what was done."""
    rows = list(rows)
    plan = plan_staff(rows, by)
    units = {unit.name: unit for unit in Unit.objects.active()}
    todo = {one.line: one for one in plan.rows if one.action in {"new", "changed"}}
    for row in rows:
        if row.line not in todo:
            continue
        unit, key = units[row.unit], todo[row.line].key
        if key is None:
            _add_person(row, unit, by=by, at=at)
        else:
            _change_person(row, unit, Officer.objects.get(pk=key), by=by, at=at)
    audit.record("units.list.imported", by=by.ref, on="units.officer", at=at, new=plan.new, changed=plan.changed)
    return plan


def _add_person(row: StaffRow, unit: Unit, *, by: Officer, at: datetime) -> None:
    officer = add_officer(
        by=by,
        at=at,
        username=row.username,
        unit=unit,
        name=row.name,
        public_name=row.public_name,
        police_number=row.police_number or None,
        phone=row.phone,
        skills=row.skills,
        roles=row.roles,
    )
    invite_officer(officer, by=by, at=at)


def _change_person(row: StaffRow, unit: Unit, officer: Officer, *, by: Officer, at: datetime) -> None:
    given = {f: value for f in ("name", "public_name", "police_number", "phone") if (value := getattr(row, f))}
    change_officer(officer, by=by, at=at, **given)
    had = set(officer.skills.values_list("name", flat=True))
    set_skills(officer, tuple(had | set(row.skills)), by=by, at=at)
    for role in row.roles:
        if role not in _open_roles(officer, unit):
            give_post(officer, by=by, at=at, unit=unit, role=role, since=timezone.localdate(at))
