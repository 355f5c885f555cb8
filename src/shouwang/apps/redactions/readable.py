"""Where an officer may work on documents that go to the public, as a filter. It knows no models, so that their query sets can use it."""

from __future__ import annotations

from django.db.models import Q

from shouwang.apps.matters.readable import paths_of
from shouwang.apps.units.models import Officer, Role
from shouwang.apps.units.policy import under

#: Police and clerks of a desk, legal officers and leaders.
WORKERS = frozenset(
    {
        Role.DUTY_OFFICER,
        Role.COMMUNITY_OFFICER,
        Role.HOUSEHOLD_CLERK,
        Role.LEGAL_OFFICER,
        Role.CHIEF,
        Role.BUREAU,
    }
)
#: Who may be the second pair of eyes.
REVIEWERS = frozenset({Role.LEGAL_OFFICER, Role.CHIEF, Role.BUREAU})


def redactions_of(officer: Officer) -> Q:
    """Those of the own station; the bureau sees everything below it."""
    if not officer.active:
        return Q(pk__in=[])
    return under(tuple(paths_of(officer, WORKERS)), "unit__path")
