"""Communities from maps and lists: what is understood, what is refused with whose name, and what an import does."""

from __future__ import annotations

import json
from typing import Any

import pytest

from shouwang.apps.places.boundaries import to_gcj02
from shouwang.apps.places.importing import read_communities
from shouwang.apps.places.models import Community
from shouwang.apps.places.planning import import_communities, plan_communities
from shouwang.apps.places.usecases import change_community
from shouwang.apps.units.errors import NotUnderstood
from shouwang.kernel.errors import Conflict
from tests.cast import MONDAY, Cast

UNIT = "青石镇派出所"


def square(west: float, south: float = 28.9, side: float = 0.02) -> dict[str, Any]:
    east, north = west + side, south + side
    ring = [[west, south], [east, south], [east, north], [west, north], [west, south]]
    return {"type": "Polygon", "coordinates": [ring]}


def feature(called: str, geometry: Any, **more: Any) -> dict[str, Any]:
    properties = {"name": called, "unit": UNIT, "kind": "村", **more}
    return {"type": "Feature", "properties": properties, "geometry": geometry}


def collection(*features: Any, **more: Any) -> bytes:
    return json.dumps({"type": "FeatureCollection", "features": list(features), **more}).encode()


class TestReading:
    def test_a_map(self) -> None:
        [row] = read_communities(collection(feature("桥头村", square(118.6), 户数="320", population=1050)))
        assert (row.name, row.kind, row.households, row.population, row.problems) == (
            "桥头村",
            "village",
            320,
            1050,
            (),
        )
        assert row.boundary == square(118.6)

    def test_a_plain_list_has_no_boundaries(self) -> None:
        village, other = read_communities("名称,单位,户数\n桥头村,青石镇派出所,320\n新风社区,青石镇派出所,\n".encode())
        assert (village.kind, village.boundary, village.problems) == ("village", None, ())
        assert other.kind == "neighbourhood"

    def test_heights_are_left_out(self) -> None:
        high = square(118.6)
        high["coordinates"] = [[[*point, 42.0] for point in high["coordinates"][0]]]
        assert read_communities(collection(feature("桥头村", high)))[0].boundary == square(118.6)

    def test_gcj02_is_converted_to_within_a_metre(self) -> None:
        shifted = square(118.6)
        shifted["coordinates"] = [[list(to_gcj02(*point)) for point in shifted["coordinates"][0]]]
        [row] = read_communities(collection(feature("桥头村", shifted)), gcj02=True)
        assert row.boundary is not None
        for found, meant in zip(row.boundary["coordinates"][0], square(118.6)["coordinates"][0], strict=True):
            assert found == pytest.approx(meant, abs=1e-5)

    @pytest.mark.parametrize(
        ("geometry", "says"),
        [
            ({"type": "Point", "coordinates": [118.6, 28.9]}, "Polygon 或 MultiPolygon"),
            ({"type": "Polygon", "coordinates": [[[0, 0], [2, 2], [2, 0], [0, 2], [0, 0]]]}, "自己交叉"),
            ({"type": "Polygon", "coordinates": [[[28.9, 118.6], [28.9, 119], [29, 119], [28.9, 118.6]]]}, "经度在前"),
            ({"type": "Polygon", "coordinates": [[["a", "b"]]]}, "Polygon 或 MultiPolygon"),
            ({"type": "Polygon", "coordinates": [[[118.6, None]]]}, "Polygon 或 MultiPolygon"),
            (None, "Polygon 或 MultiPolygon"),
            ({}, "Polygon 或 MultiPolygon"),
        ],
    )
    def test_a_bad_boundary_is_told_with_the_name(self, geometry: Any, says: str) -> None:
        [row] = read_communities(collection(feature("桥头村", geometry)))
        assert "桥头村" in row.problems[0]
        assert says in row.problems[0]

    def test_overlaps_are_told_on_both_sides_and_touching_is_none(self) -> None:
        a, b, c = read_communities(
            collection(
                feature("甲村", square(118.60)), feature("乙村", square(118.61)), feature("丙村", square(118.63))
            )
        )
        assert a.problems == ("“甲村”和“乙村”的边界重叠了。",)
        assert b.problems == ("“乙村”和“甲村”的边界重叠了。",)
        assert c.problems == ()

    @pytest.mark.parametrize(
        ("data", "says"),
        [
            (b"{", "不是完整的 GeoJSON"),
            (b'{"type": "Feature"}', "FeatureCollection"),
            (b"[]", "FeatureCollection"),
            (collection(), "一个社区也没有"),
            (b"[" * 100_000, "不是完整的 GeoJSON"),
            (collection(feature("村", square(1)), crs={"properties": {"name": "EPSG:3857"}}), "坐标系"),
            (collection(*[{}] * 5001), "5000"),
        ],
    )
    def test_what_is_no_map_says_what_to_do(self, data: bytes, says: str) -> None:
        with pytest.raises(NotUnderstood, match=says):
            read_communities(data)

    @pytest.mark.parametrize("name", ["urn:ogc:def:crs:OGC:1.3:CRS84", "EPSG:4326", "urn:ogc:def:crs:EPSG::4490"])
    def test_the_systems_we_take(self, name: str) -> None:
        assert read_communities(collection(feature("村", square(118.6)), crs={"properties": {"name": name}}))

    @pytest.mark.parametrize(
        ("more", "says"),
        [
            ({"name": ""}, "还差社区的名称"),
            ({"unit": ""}, "还差单位"),
            ({"kind": "工业园"}, "类别要写“村”或“社区”"),
            ({"slug": "柳溪"}, "网址名只能用"),
            ({"households": "many"}, "户数要是整数"),
            ({"population": -5}, "人口要是整数"),
        ],
    )
    def test_each_slip_has_its_sentence(self, more: dict[str, Any], says: str) -> None:
        [row] = read_communities(collection(feature("桥头村", square(118.6), **more)))
        assert says in "".join(row.problems)


@pytest.mark.django_db
class TestImporting:
    def test_new_ones_get_the_next_free_slug(self, cast: Cast) -> None:
        rows = read_communities(collection(feature("甲村", square(118.60)), feature("乙村", square(118.63))))
        import_communities(rows, by=cast.admin, at=MONDAY)
        assert set(Community.objects.exclude(slug="liuxi").values_list("slug", flat=True)) == {"c-1", "c-2"}

    def test_known_by_unit_and_name(self, cast: Cast) -> None:
        data = collection(feature("甲村", square(118.60)))
        import_communities(read_communities(data), by=cast.admin, at=MONDAY)
        assert plan_communities(read_communities(data), cast.admin).same == 1
        moved = read_communities(collection(feature("甲村", square(118.61), households=9)))
        [row] = plan_communities(moved, cast.admin).rows
        assert {change.label for change in row.changes} == {"边界", "户数"}
        import_communities(moved, by=cast.admin, at=MONDAY)
        assert Community.objects.get(name="甲村").boundary == square(118.61)

    def test_neighbours_may_trade_ground_in_one_import(self, cast: Cast) -> None:
        first = collection(feature("甲村", square(118.60)), feature("乙村", square(118.62)))
        import_communities(read_communities(first), by=cast.admin, at=MONDAY)
        swapped = read_communities(collection(feature("甲村", square(118.62)), feature("乙村", square(118.60))))
        assert plan_communities(swapped, cast.admin).changed == 2
        import_communities(swapped, by=cast.admin, at=MONDAY)
        assert Community.objects.get(name="甲村").boundary == square(118.62)

    def test_a_neighbour_that_is_there_already_is_not_run_over(self, cast: Cast) -> None:
        change_community(cast.liuxi, by=cast.admin, at=MONDAY, boundary=square(118.60))
        [row] = plan_communities(read_communities(collection(feature("甲村", square(118.61)))), cast.admin).rows
        assert row.problems == ("“甲村”和“柳溪村”的边界重叠了。",)
        one = Community.objects.create(name="乙村", slug="yi", unit=cast.qingshi)
        with pytest.raises(Conflict, match="柳溪村"):
            change_community(one, by=cast.admin, at=MONDAY, boundary=square(118.61))

    @pytest.mark.parametrize(
        ("who", "unit", "says"),
        [
            ("admin", "没有的所", "没有叫“没有的所”的单位"),
            ("admin", "云溪分局", "不能直接归分局"),
            ("liang", "河湾派出所", "河湾派出所不归您管理"),
        ],
    )
    def test_whose_it_is(self, cast: Cast, who: str, unit: str, says: str) -> None:
        rows = read_communities(collection(feature("甲村", square(118.6), unit=unit)))
        assert says in "".join(plan_communities(rows, getattr(cast, who)).rows[0].problems)
