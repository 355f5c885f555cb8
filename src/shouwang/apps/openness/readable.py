"""Which digests an officer may edit, as a filter. It knows no models, so that their query sets can use it."""

from __future__ import annotations

from django.db.models import Q

from shouwang.apps.units.models import Officer, Role

#: Who writes for the public: the community's officers and the leaders.
EDITORS = frozenset({Role.COMMUNITY_OFFICER, Role.CHIEF, Role.BUREAU})


def digests_of_officer(officer: Officer) -> Q:
    """Those of the units in which the officer is one of `EDITORS` today, and of the communities that are the officer's own."""
    found = Q(pk__in=[])
    if not officer.active:
        return found
    for post in officer.held_posts:
        if post.role in EDITORS:
            found |= Q(unit__path__startswith=post.unit.station.path)
    return found | Q(community__officer=officer)
