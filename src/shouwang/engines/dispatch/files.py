"""A board, reports and points from plain files; whatever cannot be used is refused with its place and reason."""

from __future__ import annotations

import csv
import gzip
import io
import json
import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from shouwang.engines.dispatch.coverage import Cover, Demand
from shouwang.engines.dispatch.model import Incident, Kind, Means, Need, Point, Prices, State, Unit
from shouwang.engines.dispatch.same_event import Report
from shouwang.engines.errors import BadData
from shouwang.engines.law.reading import Table

_LONGITUDE, _LATITUDE = ("longitude", "lon", "lng"), ("latitude", "lat")
_NO_PLACE = frozenset({"", "na", "nan", "null", "none"})


@dataclass(frozen=True, slots=True)
class BoardFile:
    """What `assign` and `relocate` are asked with."""

    now: datetime
    station: str
    units: tuple[Unit, ...]
    incidents: tuple[Incident, ...]
    cover: Cover
    prices: Prices
    posts: dict[str, Point]
    fixed: dict[str, tuple[str, ...]]


def read_board(text: str, name: str = "board") -> BoardFile:
    """
    One JSON object; `docs/explanation/how-units-are-sent.md` shows one.

    Errors  BadData: not JSON, a key that is missing, unknown or cannot be used
    """
    top = Table(_object(text, name), name)
    cover = top.table_or_none("cover") or Table({}, f"{name} cover:")
    fixed = top.table_or_none("fixed") or Table({}, f"{name} fixed:")
    board = BoardFile(
        now=_moment(top, "now"),
        station=top.text("station", ""),
        units=tuple(_unit(row) for row in top.tables("units")),
        incidents=tuple(_incident(row) for row in top.tables("incidents")),
        cover=_cover(cover),
        prices=_prices(top.table_or_none("prices") or Table({}, f"{name} prices:")),
        posts=_posts(top),
        fixed={incident: fixed.texts(incident) for incident in fixed.names()},
    )
    top.done()
    return board


def read_reports(lines: Iterable[str]) -> list[Report]:
    """JSON Lines of `id`, `text`, `when` with its offset, and `at` as [longitude, latitude] where it is known."""
    reports = []
    for number, line in enumerate(lines, start=1):
        if line.strip():
            row = Table(_object(line, f"line {number}"), f"line {number}")
            at = _place(row, "at") if row.has("at") else None
            reports.append(Report(row.text("id"), row.text("text"), _moment(row, "when"), at))
            row.done()
    return reports


def read_points(path: Path) -> tuple[list[Point], int]:
    """
    Places of a CSV file, also gzipped, with columns longitude (lon, lng) and latitude (lat), and how many rows had none.

    Errors  BadData: no such columns, no row with a place, a number that is no place
    """
    try:
        raw = path.read_bytes()
        text = (gzip.decompress(raw) if raw[:2] == b"\x1f\x8b" else raw).decode("utf-8-sig")
    except (OSError, EOFError, UnicodeDecodeError) as error:
        raise BadData(str(path), "the file cannot be read as UTF-8 text") from error
    rows = csv.DictReader(io.StringIO(text))
    names = {name.strip().lower(): name for name in rows.fieldnames or ()}
    lon, lat = (next((names[one] for one in wanted if one in names), None) for wanted in (_LONGITUDE, _LATITUDE))
    if lon is None or lat is None:
        raise BadData(path.name, "needs columns longitude and latitude")
    points, without = [], 0
    for number, row in enumerate(rows, start=2):
        pair = [(row[column] or "").strip() for column in (lon, lat)]
        if any(value.lower() in _NO_PLACE for value in pair):
            without += 1
            continue
        points.append(_degrees(pair, f"{path.name} row {number}"))
    if not points:
        raise BadData(path.name, "holds no row with a place")
    return points, without


def _object(text: str, where: str) -> dict[str, Any]:
    try:
        found = json.loads(text)
    except ValueError as error:
        raise BadData(where, "is not JSON") from error
    if not isinstance(found, dict):
        raise BadData(where, "must be a JSON object")
    return found


def _degrees(pair: Sequence[str | float], where: str) -> Point:
    try:
        lon, lat = (float(value) for value in pair)
    except ValueError:
        lon = lat = math.nan
    if not (-180 <= lon <= 180 and -90 <= lat <= 90):
        raise BadData(where, f"must be longitude and latitude in degrees, not {', '.join(str(each) for each in pair)}")
    return Point(lon, lat)


def _place(row: Table, key: str) -> Point:
    return _degrees(row.numbers(key), f"{row.where} {key}")


def _moment(row: Table, key: str) -> datetime:
    text = row.text(key)
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        raise row.bad(key, f"must be a time like 2026-03-02T20:00:00+08:00, not {text!r}") from None
    if found.tzinfo is None:
        raise row.bad(key, f"needs its offset, like +08:00; {text!r} has none")
    return found


def _numbers(row: Table, *keys: str) -> dict[str, Any]:
    """Those of the keys that are there: the rest keeps the engine's own default."""
    return {key: row.number(key) for key in keys if row.has(key)}


def _counts(row: Table, *keys: str) -> dict[str, int]:
    found = {}
    for key, value in _numbers(row, *keys).items():
        if value != int(value):
            raise row.bad(key, f"must be a whole number, not {value!r}")
        found[key] = int(value)
    return found


def _unit(row: Table) -> Unit:
    more: dict[str, Any] = _counts(row, "people", "load") | _numbers(row, "kmh")
    if row.has("shift_ends_at"):
        more["shift_ends_at"] = _moment(row, "shift_ends_at")
    kind = row.choice("kind", Kind, Kind.OFFICERS)
    sworn = _counts(row, "sworn").get("sworn", 2 if kind is Kind.OFFICERS else 0)
    unit = Unit(
        row.text("id"),
        _place(row, "at"),
        kind=kind,
        means=row.choice("means", Means, Means.CAR),
        sworn=sworn,
        skills=frozenset(row.texts("skills")),
        state=row.choice("state", State, State.FREE),
        station=row.text("station", ""),
        **more,
    )
    row.done()
    return unit


def _incident(row: Table) -> Incident:
    more: dict[str, Any] = _numbers(row, "scene_minutes") | _counts(row, "grade")
    if row.has("since"):
        more["since"] = _moment(row, "since")
    more["over"] = row.flag("over", default=False)
    if (need := row.table_or_none("need")) is not None:
        skills = frozenset(need.texts("skills"))
        more["need"] = Need(**_counts(need, "sworn", "people"), skills=skills, car=need.flag("car", default=False))
        need.done()
    incident = Incident(row.text("id"), _place(row, "at"), **more)
    row.done()
    return incident


def _cover(row: Table) -> Cover:
    more = _numbers(row, "minutes", "busy") | _counts(row, "layers", "sworn")
    demand = []
    for place in row.tables("demand"):
        calls = place.number("calls")
        demand.append(Demand(_place(place, "at"), 1.0 if calls is None else calls, place.text("name", "")))
        place.done()
    row.done()
    return Cover(tuple(demand), **more)


def _prices(row: Table) -> Prices:
    more: dict[str, Any] = _numbers(row, "late", "waiting", "load", "aid", "overtime", "late_call")
    if row.has("grades"):
        more["grades"] = row.numbers("grades")
    row.done()
    return Prices(**more)


def _posts(top: Table) -> dict[str, Point]:
    posts: dict[str, Point] = {}
    for row in top.tables("posts"):
        name = row.text("id")
        if name in posts:
            raise row.bad("id", "stands there twice")
        posts[name] = _place(row, "at")
        row.done()
    return posts
