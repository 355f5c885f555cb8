"""The map of the desk's form and what is said below it: where a place lies, whose ground it is, and what is to be done then."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext as _

from shouwang.apps.incidents.models import Known
from shouwang.apps.incidents.report import Report
from shouwang.apps.incidents.usecases import PASSING_RULE
from shouwang.apps.incidents.whose import Ground
from shouwang.apps.incidents.words import rule_at
from shouwang.apps.matters import clock
from shouwang.apps.places.boundaries import read_boundary
from shouwang.apps.places.drawing import HEIGHT, WIDTH, Area, Projection, ground_of
from shouwang.apps.places.models import Community
from shouwang.apps.units.models import Unit

#: The part that is shown first is a little larger than the station's own villages: its neighbours look in at the edge.
AROUND = 1.3
#: So many units of the part that is shown make a line of text, and a pin.
LINES, PINS = 30, 60


@dataclass(frozen=True, slots=True)
class Picture:
    """
    The villages of the bureau as they are drawn, with the station's own in view.

    view   x, y, width and height of the part that is shown
    pin    where the place stands in the drawing; None while nobody pointed
    """

    areas: tuple[Area, ...]
    projection: Projection
    view: tuple[float, float, float, float]
    pin: tuple[float, float] | None

    @property
    def box(self) -> str:
        """The view as an SVG wants it."""
        return " ".join(f"{one:.1f}" for one in self.view)

    @property
    def type(self) -> float:
        """The size of its type, in units of the drawing."""
        return round(self.view[2] / LINES, 1)

    @property
    def dot(self) -> float:
        """The pin's radius."""
        return round(self.view[2] / PINS, 1)

    @property
    def frame(self) -> str:
        """What a script needs to turn a place of the drawing into degrees."""
        one = self.projection
        return json.dumps([one.west, one.top, one.east, one.north, one.left, one.above])


def picture_for(station: Unit, longitude: float | None = None, latitude: float | None = None) -> Picture | None:
    """The map of a station's desk, with a pin at a WGS-84 point; None when nobody has drawn a village yet."""
    bureau = station.station.parent or station.station
    villages = [one for one in Community.objects.active().within(bureau).select_related("unit__parent") if one.boundary]
    ground = ground_of(villages)
    if ground is None:
        return None
    view = _view([one for one in villages if one.unit.station.pk == station.station.pk], ground.projection)
    pin = None
    if longitude is not None and latitude is not None:
        pin = ground.projection.place(longitude, latitude)
        if not (view[0] <= pin[0] <= view[0] + view[2] and view[1] <= pin[1] <= view[1] + view[3]):
            view = (0, 0, WIDTH, HEIGHT)
    return Picture(ground.areas, ground.projection, view, pin)


def _view(own: Sequence[Community], projection: Projection) -> tuple[float, float, float, float]:
    if not own:
        return 0, 0, WIDTH, HEIGHT
    bounds = [read_boundary(one.boundary).bounds for one in own]
    west, south, east, north = (
        pick(side) for pick, side in zip((min, min, max, max), zip(*bounds, strict=True), strict=True)
    )
    left, top = projection.exactly(west, north)
    right, bottom = projection.exactly(east, south)
    width = min(max((right - left), (bottom - top) * WIDTH / HEIGHT) * AROUND, WIDTH)
    height = width * HEIGHT / WIDTH
    return (left + right - width) / 2, (top + bottom - height) / 2, width, height


@dataclass(frozen=True, slots=True)
class Said:
    """What stands below the map. `kind`: `own`, `other` or `open`."""

    kind: str
    says: str
    more: tuple[str, ...] = ()


def said_of(ground: Ground, report: Report, now: datetime) -> Said:
    """Whose ground it is, why, and what is to be done; never a refusal."""
    rule = rule_at(PASSING_RULE, now)
    term = clock.length(int(rule.limit or 0), rule.unit)
    if report.elsewhere:
        says = _("不在本所辖区：%(place)s。照样收下、登记，%(term)s内移送。") % {
            "place": report.elsewhere,
            "term": term,
        }
        return Said("other", says, (*ground.doubts, _urgent(None)))
    if ground.outside:
        says = _("这个点不在本地任何一个村社的边界里，可能归邻县。照样收下、登记，%(term)s内移送。") % {"term": term}
        return Said("other", says, (*ground.doubts, _urgent(None)))
    if ground.community is None:
        says = _("还不知道在哪个村社：在地图上指一下、选村社，或者在地址里写村名。不知道也照样收下。")
        return Said("open", ground.doubts[0] if ground.doubts else says, ground.doubts[1:])
    village, station = ground.community, ground.community.unit.station
    names = {"village": village.called, "unit": station.called, "words": ground.words, "term": term}
    how = {
        Known.CHOSEN: _("选的是%(village)s，归%(unit)s管。"),
        Known.POINT: _("地图上的点在%(village)s，归%(unit)s管。"),
        Known.NAME: _("从“%(words)s”读出是%(village)s，归%(unit)s管。不对就在下面选村社。"),
    }[Known(ground.known)] % names
    if ground.owner is None:
        return Said("own", how, ground.doubts)
    todo = _("不是本所的辖区：照样收下、登记，%(term)s内移送，并告诉报案人。") % names
    return Said("other", how, (*ground.doubts, todo, _urgent(station)))


def _urgent(station: Unit | None) -> str:
    if station is not None and station.phone:
        return _("现在还有危险，先处置，同时打%(unit)s的电话 %(phone)s。") % {
            "unit": station.called,
            "phone": station.phone,
        }
    return _("现在还有危险，先处置，同时打 110 请那边派人。")
