"""Add and change communities."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from shouwang.apps.places.boundaries import read_boundary
from shouwang.apps.places.importing import overlap_with
from shouwang.apps.places.models import Community
from shouwang.apps.units import policy
from shouwang.apps.units.models import Officer
from shouwang.apps.units.usecases import changes, plain
from shouwang.kernel import audit
from shouwang.kernel.errors import Conflict
from shouwang.kernel.policy import require


def free_slug() -> str:
    """The next `c-<n>` nobody has."""
    taken = Community.objects.filter(slug__regex=r"^c-[0-9]+$").values_list("slug", flat=True)
    return f"c-{max((int(slug[2:]) for slug in taken), default=0) + 1}"


@transaction.atomic
def add_community(
    *, by: Officer, at: datetime, reason: str = "", overlaps_checked: bool = False, **fields: Any
) -> Community:
    """
    A new community of a unit this officer manages; without a slug it gets the next free one.

    overlaps_checked   a list that was compared as a whole need not be compared again row by row
    """
    community = Community(**fields)
    require(policy.may_manage(by, community.unit))
    community.slug = community.slug or free_slug()
    _name_is_free(community)
    if not overlaps_checked:
        _does_not_overlap(community)
    community.save()
    shown = {name: [None, _shown(name, value)] for name, value in fields.items() if value not in ("", None)}
    audit.record("places.community.added", by=by.ref, on=community, at=at, reason=reason, changes=shown)
    return community


@transaction.atomic
def change_community(
    community: Community,
    *,
    by: Officer,
    at: datetime,
    reason: str = "",
    overlaps_checked: bool = False,
    **fields: Any,
) -> Community:
    """New values for some columns. A new unit has to be managed by the same officer."""
    require(policy.may_manage(by, community.unit))
    if "unit" in fields:
        require(policy.may_manage(by, fields["unit"]))
    found = changes(community, fields)
    if not found:
        return community
    for name, value in fields.items():
        setattr(community, name, value)
    if {"boundary", "active"} & found.keys() and not overlaps_checked:
        _does_not_overlap(community)
    if "boundary" in found:
        found["boundary"] = ["…", "…"]
    _name_is_free(community)
    community.save()
    audit.record("places.community.changed", by=by.ref, on=community, at=at, reason=reason, changes=found)
    return community


def _shown(name: str, value: Any) -> Any:
    return "…" if name == "boundary" else plain(value)


def _name_is_free(community: Community) -> None:
    same = Community.objects.filter(unit=community.unit, name=community.name).exclude(pk=community.pk)
    if same.exists():
        raise Conflict(_("%(unit)s已经有“%(name)s”了。") % {"unit": community.unit.called, "name": community.name})


def _does_not_overlap(community: Community) -> None:
    """Raises Conflict with the name of the neighbour."""
    if not community.boundary or not community.active:
        return
    area = read_boundary(community.boundary)
    others = Community.objects.active().exclude(pk=community.pk).exclude(boundary=None)
    for other in others:
        if overlap_with(area, read_boundary(other.boundary)):
            raise Conflict(_("边界和“%(name)s”重叠了，请改好再存。") % {"name": other.name})
