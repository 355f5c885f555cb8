"""
Which matters and entries a viewer may see, as filters. Every list on every door begins with one of these.

Nothing here knows the models, so that their query sets can use it.
"""

from __future__ import annotations

from django.db.models import Q

from shouwang.apps.matters.viewer import Viewer, Visibility
from shouwang.apps.units.models import DESK_ROLES, OPENNESS_ROLES, Officer, Role
from shouwang.apps.units.policy import under

COMPLAINT = "complaint"
#: Complaints never reach the ordinary users of the unit complained about (信访工作条例 art. 30).
COMPLAINT_ROLES = frozenset({Role.CHIEF, Role.LEGAL_OFFICER, Role.BUREAU})
#: Entries marked restricted are for these roles and for the officer in charge.
RESTRICTED_ROLES = frozenset({Role.CHIEF, Role.LEGAL_OFFICER, Role.BUREAU})
ANSWERING = DESK_ROLES | {Role.BUREAU}


def paths_of(officer: Officer, roles: frozenset[str]) -> list[str]:
    """Paths of the units in which the officer holds one of the roles today. A workstation's staff serve its whole station."""
    return [post.unit.station.path for post in officer.held_posts if post.role in roles]


def made_public_by(officer: Officer, unit: str = "unit") -> Q:
    """
    What an officer makes ready for the public: that of the own station; the bureau's of everything below it.

    unit   the column that says whose it is
    """
    if not officer.active:
        return Q(pk__in=[])
    return under(tuple(paths_of(officer, OPENNESS_ROLES)), f"{unit}__path")


def units_of(officer: Officer, roles: frozenset[str]) -> list[int]:
    """Keys of the units under `paths_of`: with them the database walks an index that begins with the unit, and has no more to find out."""
    paths = tuple(paths_of(officer, roles))
    return [key for key, path in officer.reach if path.startswith(paths)]


def _at_desk(prefix: str, units: list[int]) -> Q:
    return Q(**{f"{prefix}unit__in": units}) | Q(**{f"{prefix}offered_to_unit__in": units})


def station_side(officer: Officer, prefix: str = "") -> Q:
    """
    Matters the officer reads as the station: own unit's, or offered to it; complaints only for the few, and sealed records only for
    the few and their handler.
    """
    if not officer.active:
        return Q(pk__in=[])
    desk, few = units_of(officer, frozenset(ANSWERING)), units_of(officer, COMPLAINT_ROLES)
    seen = _at_desk(prefix, desk) & ~Q(**{f"{prefix}kept_from": officer})
    if desk == few:  # the few are part of those who answer, so nothing is left to tell apart
        return seen
    for_all = ~Q(**{f"{prefix}kind": COMPLAINT}) & Q(**{f"{prefix}sealed_at": None})
    own_sealed = ~Q(**{f"{prefix}kind": COMPLAINT}) & Q(**{f"{prefix}handler": officer})
    return seen & (for_all | own_sealed | _at_desk(prefix, few))


def matters_readable_by(viewer: Viewer) -> Q:
    """The filter of every list of matters."""
    mine = Q(pk__in=list(viewer.held))
    return mine | station_side(viewer.officer) if viewer.officer else mine


def entries_readable_by(viewer: Viewer) -> Q:
    """The filter of every list of entries."""
    seen = Q(matter__in=list(viewer.held), visibility__lte=Visibility.PARTIES)
    if viewer.officer is None:
        return seen
    officer = viewer.officer
    of_station = Q(pk__in=[]) | (station_side(officer, "matter__"))
    restricted = Q(matter__unit__in=units_of(officer, RESTRICTED_ROLES)) | Q(matter__handler=officer)
    return seen | (of_station & (Q(visibility__lte=Visibility.STATION) | restricted))
