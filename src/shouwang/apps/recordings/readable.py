"""
Which stays and recordings an officer may see, as filters. Nothing here knows the models, so that their query sets can use it.

A tracking code of the matter opens none of it: a victim's code shall not show that a suspect was brought in.
"""

from __future__ import annotations

from django.db.models import Q

from shouwang.apps.matters.readable import ANSWERING, COMPLAINT, COMPLAINT_ROLES, paths_of, station_side
from shouwang.apps.units.models import Officer, Role
from shouwang.apps.units.policy import under

#: Who registers recordings and reads the register.
REGISTERS = ANSWERING - {Role.TRAINEE, Role.HOUSEHOLD_CLERK}


def hidden_from(officer: Officer) -> Q:
    """Stays under matters that are kept from this officer: concerned by them, or a complaint that only few may read."""
    few = under(tuple(paths_of(officer, COMPLAINT_ROLES)), "unit__path")
    return Q(matter__kept_from=officer) | (Q(matter__kind=COMPLAINT) & ~few)


def stays_readable_by(officer: Officer) -> Q:
    """Those of the own station, whoever has the matter now, and those of matters that one reads as the station."""
    if not officer.active:
        return Q(pk__in=[])
    here = under(tuple(paths_of(officer, frozenset(ANSWERING))), "unit__path") & ~hidden_from(officer)
    return here | station_side(officer, "matter__")


def recordings_readable_by(officer: Officer) -> Q:
    """The register of the own station."""
    if not officer.active:
        return Q(pk__in=[])
    return under(tuple(paths_of(officer, frozenset(REGISTERS))), "unit__path")
