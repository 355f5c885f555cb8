"""Whose ground is it? By the map; a place that nobody pointed at belongs to nobody yet, and whoever hears first stays answerable."""

from __future__ import annotations

from dataclasses import dataclass

from shouwang.apps.places.boundaries import from_gcj02
from shouwang.apps.places.models import Community
from shouwang.apps.units.models import Unit


@dataclass(frozen=True, slots=True)
class Ground:
    """
    community   the village that holds the point
    owner       the station whose ground it is, when that is another one than the receiver
    outside     the point lies in none of our boundaries
    """

    community: Community | None = None
    owner: Unit | None = None
    outside: bool = False


def ground_at(longitude: float | None, latitude: float | None, receiver: Unit) -> Ground:
    """
    Where a WGS-84 point lies, seen from the station that took the report.

    Without a point, or without any boundary drawn, nothing is said.
    """
    if longitude is None or latitude is None:
        return Ground()
    community = Community.objects.select_related("unit__parent").at(longitude, latitude)
    if community is None:
        return Ground(outside=Community.objects.active().exclude(boundary=None).exists())
    station = community.unit.station
    return Ground(community, None if station.pk == receiver.station.pk else station)


def as_wgs84(longitude: float, latitude: float, *, gcj02: bool) -> tuple[float, float]:
    """A position as the house keeps it. Chinese map programs and many phones give GCJ-02."""
    if not gcj02:
        return longitude, latitude
    there = from_gcj02(longitude, latitude)
    return round(there[0], 6), round(there[1], 6)
