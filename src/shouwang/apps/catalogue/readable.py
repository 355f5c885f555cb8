"""Which items an officer keeps, as a filter. It knows no models, so that their query sets can use it."""

from __future__ import annotations

from django.db.models import Q

from shouwang.apps.matters.readable import paths_of
from shouwang.apps.units.models import Officer, Role
from shouwang.apps.units.policy import under

#: Who writes for the catalogue: whoever serves at the desk as police or clerk, and the leaders.
KEEPERS = frozenset(
    {
        Role.DUTY_OFFICER,
        Role.COMMUNITY_OFFICER,
        Role.HOUSEHOLD_CLERK,
        Role.LEGAL_OFFICER,
        Role.CHIEF,
        Role.BUREAU,
    }
)


def items_kept_by(officer: Officer) -> Q:
    """Those of the own station; the bureau keeps everything below it."""
    if not officer.active:
        return Q(pk__in=[])
    return under(tuple(paths_of(officer, KEEPERS)), "unit__path")
