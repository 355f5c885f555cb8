"""Which promises an officer keeps, as a filter. It knows no models, so that their query sets can use it."""

from __future__ import annotations

from django.db.models import Q

from shouwang.apps.catalogue.readable import KEEPERS
from shouwang.apps.matters.readable import paths_of
from shouwang.apps.units.models import Officer
from shouwang.apps.units.policy import under


def promises_kept_by(officer: Officer) -> Q:
    """Of the own station; the bureau keeps everything below it."""
    if not officer.active:
        return Q(pk__in=[])
    return under(tuple(paths_of(officer, KEEPERS)), "station__path")
