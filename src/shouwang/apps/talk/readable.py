"""Which rooms a visitor may know of and read, as filters. Nothing here knows the models, so that their query sets can use it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db.models import Q

from shouwang.apps.matters.readable import ANSWERING, paths_of

if TYPE_CHECKING:
    from shouwang.apps.talk.visitor import Visitor
    from shouwang.apps.units.models import Officer


def rooms_served_by(officer: Officer | None) -> Q:
    """Rooms of the desks at which an officer answers."""
    found = Q(pk__in=[])
    if officer is not None and officer.active:
        for path in paths_of(officer, frozenset(ANSWERING)):
            found |= Q(unit__path__startswith=path)
    return found


def rooms_readable_by(visitor: Visitor) -> Q:
    """Rooms anybody may read, the visitor's own, and those of the officer's station, which also sees closed-down ones."""
    mine = Q(pk__in=list(visitor.memberships))
    return (Q(active=True) & (Q(open_to_read=True) | mine)) | rooms_served_by(visitor.viewer.officer)
