"""
Whose ground is it? By the village an officer chose, else by the point on the map, else by a village's name in the address.

A place that nobody knows belongs to nobody yet, and whoever hears first stays answerable. A village's name gives no point.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from django.utils.translation import gettext as _
from shapely.geometry import MultiPoint, Point

from shouwang.apps.incidents.models import Known
from shouwang.apps.incidents.report import Report
from shouwang.apps.places.boundaries import contains, from_gcj02, read_boundary
from shouwang.apps.places.models import Community
from shouwang.apps.places.naming import Named, named_in
from shouwang.apps.units.models import Unit

#: As long as some villages are not drawn, only what lies farther off than this (about 20 km) surely belongs to none of ours.
FAR_DEGREES = 0.2


@dataclass(frozen=True, slots=True)
class Ground:
    """
    community   the village
    owner       the station whose ground it is, when that is another one than the receiver
    known       how the place is known
    words       the words of the address the village was read from
    doubts      what speaks against it, or keeps it from being known, as sentences
    """

    community: Community | None = None
    owner: Unit | None = None
    known: str = Known.NOT
    words: str = ""
    doubts: tuple[str, ...] = ()

    @property
    def outside(self) -> bool:
        """The point lies in none of our villages."""
        return self.known == Known.OUTSIDE

    @property
    def station(self) -> Unit | None:
        return self.community.unit.station if self.community else None


def ground_of(report: Report, receiver: Unit) -> Ground:
    """Where a report belongs, seen from the station that took it. One query for the villages."""
    villages = list(Community.objects.active().select_related("unit__parent"))
    named = () if report.no_name else named_in(f"{report.address}\n{report.landmark}", villages)
    point = _at(report.longitude, report.latitude, villages)
    chosen = next((one for one in villages if one.pk == report.community), None)
    if chosen is not None:
        found = Ground(chosen, known=Known.CHOSEN, doubts=_against_choice(point, chosen))
    elif point.community is not None:
        found = replace(point, doubts=_against_point(point.community, named))
    elif point.known == Known.OUTSIDE or point.doubts:
        undrawn = tuple(one for one in named if not one.community.boundary)
        found = _by_name(undrawn) if len(undrawn) == 1 else point
    else:
        found = _by_name(named)
    station = found.station
    if station is None or station.path.startswith(receiver.station.path):
        return found  # ours, or a station's under the bureau that took it: who handles it there is its inner business
    return replace(found, owner=station)


def _against_choice(point: Ground, chosen: Community) -> tuple[str, ...]:
    if point.community is not None and point.community.pk != chosen.pk:
        says = _("地图上的点在%(point)s，选的是%(chosen)s，按选的算。")
        return (says % {"point": point.community.called, "chosen": chosen.called},)
    if point.outside and chosen.boundary:
        return (_("地图上的点不在本地任何一个村社的边界里，按选的%(chosen)s算。") % {"chosen": chosen.called},)
    return ()


def _against_point(here: Community, named: tuple[Named, ...]) -> tuple[str, ...]:
    if not named or any(one.community.pk == here.pk for one in named):
        return ()
    says = _("地址里写着“%(words)s”，地图上的点却在%(village)s，按地图算。")
    return (says % {"words": named[0].words, "village": here.called},)


def _by_name(named: tuple[Named, ...]) -> Ground:
    """One village named is where it is; of several somebody has to choose."""
    if len(named) == 1:
        return Ground(named[0].community, known=Known.NAME, words=named[0].words)
    if not named:
        return Ground()
    both = _("、").join(
        _("%(village)s（%(unit)s）") % {"village": one.community.called, "unit": one.community.unit.station.called}
        for one in named
    )
    return Ground(doubts=(_("地址里说到的可能是%(villages)s，分不清是哪一个，请选村社。") % {"villages": both},))


def _at(longitude: float | None, latitude: float | None, villages: list[Community]) -> Ground:
    """The village that holds a WGS-84 point. Without a point, or without any boundary drawn, nothing is said."""
    if longitude is None or latitude is None:
        return Ground()
    drawn = [one for one in villages if one.boundary]
    for one in drawn:
        if contains(one.boundary, longitude, latitude):
            return Ground(one, known=Known.POINT)
    if not drawn:
        return Ground()
    left = len(villages) - len(drawn)
    if left and not _is_far(longitude, latitude, drawn):
        says = _("这个点不在已经画好的边界里，还有 %(n)d 个村社没有画边界，可能在其中。请选村社，或者先收下再查。")
        return Ground(doubts=(says % {"n": left},))
    return Ground(known=Known.OUTSIDE)


def _is_far(longitude: float, latitude: float, drawn: list[Community]) -> bool:
    corners = [read_boundary(one.boundary).envelope.exterior.coords for one in drawn]
    hull = MultiPoint([corner for ring in corners for corner in ring]).convex_hull
    return bool(hull.distance(Point(longitude, latitude)) > FAR_DEGREES)


def as_wgs84(longitude: float, latitude: float, *, gcj02: bool) -> tuple[float, float]:
    """A position as the house keeps it. Chinese map programs and many phones give GCJ-02."""
    if not gcj02:
        return longitude, latitude
    there = from_gcj02(longitude, latitude)
    return round(there[0], 6), round(there[1], 6)
