"""Which stations' grounds touch? Told by the boundaries of their villages."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable
from functools import lru_cache

from shapely.strtree import STRtree

from shouwang.apps.places.boundaries import read_boundary
from shouwang.apps.places.models import Community
from shouwang.apps.units.models import Unit

#: Two lines drawn by hand along one border lie this far apart and less (about 50 m).
APART_DEGREES = 0.0005


def neighbours_of(station: Unit) -> frozenset[int]:
    """Keys of the stations whose villages share a boundary with this one's; none as long as nothing is drawn."""
    drawn = Community.objects.active().exclude(boundary=None).select_related("unit__parent").order_by("pk")
    grounds = tuple((one.unit.station.pk, json.dumps(one.boundary)) for one in drawn)
    return _touching(grounds).get(station.station.pk, frozenset())


@lru_cache(maxsize=4)
def _touching(grounds: tuple[tuple[int, str], ...]) -> dict[int, frozenset[int]]:
    """Boundaries seldom change, and there are hundreds."""
    areas = [(station, read_boundary(json.loads(boundary))) for station, boundary in grounds]
    tree = STRtree([area for _station, area in areas])
    found: defaultdict[int, set[int]] = defaultdict(set)
    for station, area in areas:
        near: Iterable[int] = tree.query(area, predicate="dwithin", distance=APART_DEGREES)
        found[station] |= {areas[int(place)][0] for place in near} - {station}
    return {station: frozenset(others) for station, others in found.items()}
