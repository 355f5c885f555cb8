"""
Communities from GeoJSON (RFC 7946) or from a plain list, as frozen rows, each with what is wrong with it. No database.

Coordinates are WGS-84 degrees; CGCS2000 (EPSG:4490) differs from it by centimetres and is taken as it is. Maps made with Chinese phones
are in GCJ-02, some hundreds of metres off; whoever uploads one says so, and it is converted.
"""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _
from shapely.geometry import MultiPolygon, Polygon
from shapely.strtree import STRtree

from shouwang.apps.places.boundaries import BadBoundary, from_gcj02, read_boundary
from shouwang.apps.units.errors import NotUnderstood
from shouwang.apps.units.tables import MOST_ROWS, clean, heading, read_table

MOST_MAP_BYTES = 8 * 1024 * 1024
#: Borders drawn twice by hand never agree exactly: this share of the smaller area is no overlap.
SLIVER = 0.005
COLUMNS: Mapping[str, tuple[str, ...]] = {
    "name": ("名称", "社区", "村", "村社", "community"),
    "kind": ("类别", "type"),
    "unit": ("单位", "所属单位", "派出所", "警务室"),
    "slug": ("网址名",),
    "households": ("户数",),
    "population": ("人口", "人口数"),
}
KIND_WORDS = {"village": "village", "村": "village", "行政村": "village"} | dict.fromkeys(
    ("neighbourhood", "neighborhood", "社区", "居委会"), "neighbourhood"
)
SLUG = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
_WGS84 = ("CRS84", "4326", "4490")


@dataclass(frozen=True, slots=True)
class CommunityRow:
    """
    One community of a list.

    line       feature number, or line in the file; both begin with 1
    boundary   GeoJSON geometry in WGS-84, or None when the list has none
    """

    line: int
    name: str
    kind: str
    unit: str
    slug: str
    households: int | None
    population: int | None
    boundary: dict[str, Any] | None
    problems: tuple[str, ...]


def read_communities(data: bytes, *, gcj02: bool = False) -> list[CommunityRow]:
    """The rows of a map or list. `gcj02` converts its coordinates. Raises NotUnderstood when the file as a whole cannot be read."""
    if data.lstrip(b"\xef\xbb\xbf \t\r\n")[:1] in (b"{", b"["):
        given = _features(data)
    else:
        given = [(row.line, dict(row.values), None) for row in read_table(data, COLUMNS, needed=("name", "unit"))]
    names = Counter((values["unit"], values["name"]) for _line, values, _geometry in given)
    slugs = Counter(values["slug"] for _line, values, _geometry in given if values["slug"])
    rows: list[CommunityRow] = []
    shapes: list[tuple[int, Polygon | MultiPolygon]] = []
    for line, values, geometry in given:
        problems = _problems(values, names, slugs)
        boundary = None
        if geometry is not None:
            try:
                boundary = to_wgs84(geometry) if gcj02 else flat(geometry)
                shapes.append((len(rows), read_boundary(boundary)))
            except BadBoundary as why:
                problems.append(_("“%(name)s”的边界不能用：%(why)s") % {"name": values["name"], "why": why})
        rows.append(_row(line, values, boundary, problems))
    return _with_overlaps(rows, shapes)


def _row(line: int, values: dict[str, str], boundary: dict[str, Any] | None, problems: list[str]) -> CommunityRow:
    return CommunityRow(
        line=line,
        name=values["name"],
        kind=KIND_WORDS.get(heading(values["kind"]), "") if values["kind"] else _guess(values["name"]),
        unit=values["unit"],
        slug=values["slug"],
        households=_whole(values["households"]),
        population=_whole(values["population"]),
        boundary=boundary,
        problems=tuple(problems),
    )


def _guess(name: str) -> str:
    return "village" if name.endswith("村") else "neighbourhood"


def _features(data: bytes) -> list[tuple[int, dict[str, str], Any]]:
    if len(data) > MOST_MAP_BYTES:
        raise NotUnderstood(_("这个文件超过 8 MB。请把边界简化一些，或者分成几个文件。"))
    try:
        found = json.loads(data.decode("utf-8-sig"))
    except (UnicodeDecodeError, ValueError, RecursionError) as why:
        raise NotUnderstood(_("这个文件不是完整的 GeoJSON（UTF-8）。请重新导出。")) from why
    if not isinstance(found, dict) or found.get("type") != "FeatureCollection":
        raise NotUnderstood(_("要的是 GeoJSON 的 FeatureCollection，一个社区一个 Feature。"))
    crs = str((found.get("crs") or {}).get("properties", {}) if isinstance(found.get("crs"), dict) else "")
    if crs and crs != "{}" and not any(known in crs for known in _WGS84):
        raise NotUnderstood(_("坐标系要是 WGS-84（EPSG:4326）或 CGCS2000（EPSG:4490）。请在制图软件里转换后再导出。"))
    features = found.get("features")
    if not isinstance(features, list) or not features:
        raise NotUnderstood(_("这个文件里一个社区也没有。"))
    if len(features) > MOST_ROWS:
        raise NotUnderstood(_("一次最多导入 5000 行。请分成几个文件。"))
    return [(number, *_feature(feature)) for number, feature in enumerate(features, 1)]


def _feature(feature: Any) -> tuple[dict[str, str], Any]:
    if not isinstance(feature, dict):
        feature = {}
    properties = feature.get("properties")
    properties = properties if isinstance(properties, dict) else {}
    aliases = {heading(alias): name for name, names in COLUMNS.items() for alias in (name, *names)}
    values = dict.fromkeys(COLUMNS, "")
    for key, value in properties.items():
        name = aliases.get(heading(str(key)))
        if name is not None and value is not None and not isinstance(value, dict | list | bool):
            values[name] = clean(str(value))
    return values, feature.get("geometry") or {}


def _problems(values: dict[str, str], names: Counter[tuple[str, str]], slugs: Counter[str]) -> list[str]:
    problems = []
    if not values["name"]:
        problems.append(_("还差社区的名称。"))
    elif names[values["unit"], values["name"]] > 1:
        problems.append(_("“%(name)s”在文件里有两次，请留一个。") % {"name": values["name"]})
    if len(values["name"]) > 40:
        problems.append(_("“%(text)s…”太长了，最多 %(most)d 个字。") % {"text": values["name"][:12], "most": 40})
    if not values["unit"]:
        problems.append(_("还差单位：这个社区归哪个派出所或警务室。"))
    if values["kind"] and heading(values["kind"]) not in KIND_WORDS:
        problems.append(_("类别要写“村”或“社区”，现在写的是“%(text)s”。") % {"text": values["kind"]})
    if values["slug"] and (not SLUG.fullmatch(values["slug"]) or len(values["slug"]) > 40):
        problems.append(_("网址名只能用小写字母、数字和短横，现在写的是“%(text)s”。") % {"text": values["slug"]})
    elif slugs[values["slug"]] > 1:
        problems.append(_("网址名“%(text)s”在文件里有两次，每个要不一样。") % {"text": values["slug"]})
    problems += [
        _("%(column)s要是整数，现在写的是“%(text)s”。") % {"column": COLUMNS[name][0], "text": values[name]}
        for name in ("households", "population")
        if values[name] and _whole(values[name]) is None
    ]
    return problems


def _whole(text: str) -> int | None:
    number = text.replace(",", "").replace("，", "").removesuffix(".0")
    return int(number) if number.isascii() and number.isdecimal() and len(number) <= 9 else None


def flat(geometry: Any) -> dict[str, Any]:
    """The geometry without heights. Raises BadBoundary."""
    return _each(geometry, lambda longitude, latitude: (longitude, latitude))


def to_wgs84(geometry: Any) -> dict[str, Any]:
    """The geometry with GCJ-02 degrees turned into WGS-84 degrees. Raises BadBoundary."""
    return _each(geometry, lambda *point: tuple(round(part, 7) for part in from_gcj02(*point)))


def _each(geometry: Any, convert: Any) -> dict[str, Any]:
    def turn(part: Any, depth: int) -> Any:
        if depth > 4 or not isinstance(part, list | tuple) or not part:
            raise ValueError
        if isinstance(part[0], int | float):
            return list(convert(float(part[0]), float(part[1])))
        return [turn(one, depth + 1) for one in part]

    try:
        return {"type": str(geometry["type"]), "coordinates": turn(geometry["coordinates"], 0)}
    except (KeyError, TypeError, ValueError, IndexError, OverflowError) as why:
        raise BadBoundary(_("边界要是 GeoJSON 的 Polygon 或 MultiPolygon。")) from why


def overlap_with(one: Polygon | MultiPolygon, other: Polygon | MultiPolygon) -> bool:
    """Whether two areas share more than a sliver along their border."""
    if not one.intersects(other):
        return False
    return bool(one.intersection(other).area > SLIVER * min(one.area, other.area))


def _with_overlaps(rows: list[CommunityRow], shapes: list[tuple[int, Polygon | MultiPolygon]]) -> list[CommunityRow]:
    """Each row with the names of the others in the file whose area it shares."""
    if len(shapes) < 2:
        return rows
    tree = STRtree([area for _place, area in shapes])
    for number, (place, area) in enumerate(shapes):
        for hit in sorted(int(found) for found in tree.query(area)):
            if hit == number or not overlap_with(area, shapes[hit][1]):
                continue
            other = rows[shapes[hit][0]].name
            says = _("“%(name)s”和“%(other)s”的边界重叠了。") % {"name": rows[place].name, "other": other}
            rows[place] = _also(rows[place], says)
    return rows


def _also(row: CommunityRow, says: str) -> CommunityRow:
    return CommunityRow(
        row.line,
        row.name,
        row.kind,
        row.unit,
        row.slug,
        row.households,
        row.population,
        row.boundary,
        (*row.problems, says),
    )
