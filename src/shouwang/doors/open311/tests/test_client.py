"""An independent client of GeoReport v2 follows what it brought, over a real line."""

from __future__ import annotations

import httpx
import pytest
from georeport import GeoReport

from shouwang.doors.open311.services import SERVICES
from tests.browser import House, house
from tests.cast import assemble

__all__ = ["house"]
pytestmark = [pytest.mark.journey]


@pytest.mark.parametrize("form", ["json", "xml"])
def test_georeport_finds_its_way(house: House, form: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NO_PROXY", "*")
    cast = assemble()
    root = house.at("/open311/v2")
    client = GeoReport(root, jurisdiction=cast.qingshi.prefix, output_format=form)
    services = client.get_service_list()
    assert [one["service_code"] for one in services] == [one.code for one in SERVICES]
    asked = client.get_service_definition("stolen")
    attributes = asked["attributes"]["attribute"] if form == "xml" else asked["attributes"]
    answers = {
        f"attribute[{one['code']}]": "yes" if one["datatype"] == "singlevaluelist" else "不记得了" for one in attributes
    }
    with httpx.Client(trust_env=False) as web:
        told = web.post(
            f"{root}/requests.json", data={"service_code": "stolen", "description": "自行车被偷了", **answers}
        )
        (one,) = told.raise_for_status().json()
        held = web.get(
            f"{root}/requests/{one['service_request_id']}.json", headers={"X-Tracking-Code": one["tracking_code"]}
        )
        assert held.json()[0]["status"] == "open"
    with pytest.raises(Exception, match="404"):
        client.get_service_request(one["service_request_id"])
