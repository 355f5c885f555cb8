"""What an import of communities would do, and doing it."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _
from shapely.geometry import MultiPolygon, Polygon
from shapely.strtree import STRtree

from shouwang.apps.places.boundaries import read_boundary
from shouwang.apps.places.importing import CommunityRow, overlap_with
from shouwang.apps.places.models import Community
from shouwang.apps.places.usecases import add_community, change_community
from shouwang.apps.units import policy
from shouwang.apps.units.importing import Change, Plan, Planned, planned
from shouwang.apps.units.models import Officer, Unit
from shouwang.kernel import audit

FIELDS = ("kind", "slug", "households", "population", "boundary")


class Neighbours:
    """Communities that stay as they are, found by where they lie."""

    def __init__(self, named: list[tuple[str, Polygon | MultiPolygon]]) -> None:
        self._named = named
        self._tree = STRtree([area for _name, area in named])

    def sharing(self, area: Polygon | MultiPolygon) -> list[str]:
        """Names of those that share more than a sliver with this area."""
        near = (self._named[int(place)] for place in self._tree.query(area))
        return sorted(name for name, other in near if overlap_with(area, other))


def plan_communities(rows: Iterable[CommunityRow], by: Officer) -> Plan:
    """Communities are known by unit and name. Empty columns leave what is there."""
    rows = list(rows)
    units = {unit.name: unit for unit in Unit.objects.active().select_related("parent")}
    here = {(one.unit.name, one.name): one for one in Community.objects.select_related("unit")}
    in_file = {(row.unit, row.name) for row in rows if row.boundary}
    staying = [one for place, one in here.items() if one.active and one.boundary and place not in in_file]
    neighbours = Neighbours([(one.name, read_boundary(one.boundary)) for one in staying])
    return Plan(tuple(_plan(row, units, here, neighbours, by) for row in rows))


def _plan(
    row: CommunityRow,
    units: dict[str, Unit],
    here: dict[tuple[str, str], Community],
    neighbours: Neighbours,
    by: Officer,
) -> Planned:
    problems = list(row.problems)
    unit, community = units.get(row.unit), here.get((row.unit, row.name))
    if row.unit and unit is None:
        problems.append(_("没有叫“%(name)s”的单位。请先加上它，或者改成已有的名称。") % {"name": row.unit})
    elif unit is not None:
        may = policy.may_manage(by, unit)
        if not may:
            problems.append(may.reason)
        elif unit.kind == Unit.Kind.BUREAU:
            problems.append(_("社区要归一个派出所或警务室，不能直接归分局。"))
    if row.slug:
        taken = next((one for one in here.values() if one.slug == row.slug and one != community), None)
        if taken is not None:
            problems.append(_("网址名“%(text)s”已经是%(name)s的了。") % {"text": row.slug, "name": taken.name})
    if row.boundary is not None and not problems:
        area = read_boundary(row.boundary)
        problems += [
            _("“%(name)s”和“%(other)s”的边界重叠了。") % {"name": row.name, "other": name}
            for name in neighbours.sharing(area)
        ]
    changes = _changes(row, community) if community is not None else []
    return planned(row.line, row.name, key=community.pk if community else None, changes=changes, problems=problems)


def _given(row: CommunityRow) -> dict[str, Any]:
    return {field: value for field in FIELDS if (value := getattr(row, field)) not in ("", None)}


def _changes(row: CommunityRow, community: Community) -> list[Change]:
    found = []
    for field, value in _given(row).items():
        was = getattr(community, field)
        if was == value:
            continue
        label = str(getattr(Community._meta.get_field(field), "verbose_name", field))
        if field == "boundary":
            found.append(Change(label, _("（原来的）") if was else "", _("（新的）")))
        elif field == "kind":
            kinds = Community.Kind
            found.append(Change(label, str(kinds(was).label), str(kinds(value).label)))
        else:
            found.append(Change(label, "" if was is None else str(was), str(value)))
    return found


@transaction.atomic
def import_communities(rows: Iterable[CommunityRow], *, by: Officer, at: datetime) -> Plan:
    """Write every good row. Returns what was done."""
    rows = list(rows)
    plan = plan_communities(rows, by)
    todo = {one.line: one.key for one in plan.rows if one.action in {"new", "changed"}}
    # Neighbours may trade ground in one import: first take the old borders away, then draw the new ones.
    redrawn = [key for row in rows if row.boundary and (key := todo.get(row.line)) is not None]
    old = dict(Community.objects.filter(pk__in=redrawn).values_list("pk", "boundary"))
    Community.objects.filter(pk__in=redrawn).update(boundary=None)
    for row in rows:
        if row.line not in todo:
            continue
        key = todo[row.line]
        if key is None:
            unit = Unit.objects.get(name=row.unit)
            add_community(by=by, at=at, overlaps_checked=True, name=row.name, unit=unit, **_given(row))
            continue
        community = Community.objects.select_related("unit__parent").get(pk=key)
        given = _given(row)
        if given.get("boundary") == old.get(key) and key in old:
            Community.objects.filter(pk=key).update(boundary=given.pop("boundary"))
            community.refresh_from_db()
        change_community(community, by=by, at=at, overlaps_checked=True, **given)
    audit.record("places.list.imported", by=by.ref, on="places.community", at=at, new=plan.new, changed=plan.changed)
    return plan
