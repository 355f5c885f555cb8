"""Boundaries as GeoJSON, and Chinese phones' GCJ-02 positions as WGS-84."""

from __future__ import annotations

import math
from typing import Any

from django.utils.translation import gettext as _
from shapely.errors import ShapelyError
from shapely.geometry import MultiPolygon, Point, Polygon, shape


class BadBoundary(ValueError):
    """A boundary cannot be used; the message says why."""


def read_boundary(value: Any) -> Polygon | MultiPolygon:
    """A GeoJSON Polygon or MultiPolygon in WGS-84 as a shape. Raises BadBoundary."""
    try:
        area = shape(value)
    except (ShapelyError, KeyError, TypeError, ValueError, AttributeError, IndexError) as why:
        raise BadBoundary(_("边界要是 GeoJSON 的 Polygon 或 MultiPolygon。")) from why
    if not isinstance(area, Polygon | MultiPolygon) or area.is_empty:
        raise BadBoundary(_("边界要是 GeoJSON 的 Polygon 或 MultiPolygon。"))
    west, south, east, north = area.bounds
    if not (-180 <= west <= east <= 180 and -90 <= south <= north <= 90):
        raise BadBoundary(_("边界坐标要是经度在前、纬度在后的度数。"))
    if not area.is_valid:
        raise BadBoundary(_("边界的线自己交叉了，请重新画一遍。"))
    return area


def contains(boundary: Any, longitude: float, latitude: float) -> bool:
    """Whether a WGS-84 point lies in the boundary or on its edge."""
    return bool(read_boundary(boundary).covers(Point(longitude, latitude)))


_A = 6378245.0  # semi-major axis of the Krasovsky 1940 ellipsoid, metres
_E2 = 0.00669342162296594323  # its squared eccentricity


def to_gcj02(longitude: float, latitude: float) -> tuple[float, float]:
    """WGS-84 degrees as GCJ-02 degrees, the offset that Chinese maps and phones use; unchanged outside China."""
    if not (72.004 <= longitude <= 137.8347 and 0.8293 <= latitude <= 55.8271):
        return longitude, latitude
    x, y = longitude - 105.0, latitude - 35.0
    ripple = (20 * math.sin(6 * x * math.pi) + 20 * math.sin(2 * x * math.pi)) * 2 / 3
    north = -100 + 2 * x + 3 * y + 0.2 * y * y + 0.1 * x * y + 0.2 * math.sqrt(abs(x)) + ripple
    north += (20 * math.sin(y * math.pi) + 40 * math.sin(y / 3 * math.pi)) * 2 / 3
    north += (160 * math.sin(y / 12 * math.pi) + 320 * math.sin(y * math.pi / 30)) * 2 / 3
    east = 300 + x + 2 * y + 0.1 * x * x + 0.1 * x * y + 0.1 * math.sqrt(abs(x)) + ripple
    east += (20 * math.sin(x * math.pi) + 40 * math.sin(x / 3 * math.pi)) * 2 / 3
    east += (150 * math.sin(x / 12 * math.pi) + 300 * math.sin(x / 30 * math.pi)) * 2 / 3
    phi = math.radians(latitude)
    magic = 1 - _E2 * math.sin(phi) ** 2
    d_lat = math.degrees(north * magic * math.sqrt(magic) / (_A * (1 - _E2)))
    d_lon = math.degrees(east * math.sqrt(magic) / (_A * math.cos(phi)))
    return longitude + d_lon, latitude + d_lat


def from_gcj02(longitude: float, latitude: float) -> tuple[float, float]:
    """GCJ-02 degrees as WGS-84 degrees, by fixed-point iteration; exact to about a centimetre."""
    lon, lat = longitude, latitude
    for _round in range(6):
        there_lon, there_lat = to_gcj02(lon, lat)
        lon, lat = lon + longitude - there_lon, lat + latitude - there_lat
    return lon, lat
