"""Where it happened and whose ground it is: told by the desk's own form, shown before anything is saved, and kept."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from shouwang.apps.incidents.models import Incident, Known
from shouwang.apps.incidents.tests.test_pages import CALL, answer
from shouwang.apps.matters.models import Entry, Matter
from shouwang.apps.matters.sentences import entry_sentence
from shouwang.apps.places.boundaries import to_gcj02
from shouwang.apps.places.models import Community
from shouwang.apps.units.models import Unit
from tests.cast import Cast, as_officer, sign_in

pytestmark = pytest.mark.django_db

NEW = "/desk/incidents/new/"


def square(west: float, south: float, side: float = 0.05) -> dict[str, Any]:
    east, north = west + side, south + side
    ring = [[west, south], [east, south], [east, north], [west, north], [west, south]]
    return {"type": "Polygon", "coordinates": [ring]}


@pytest.fixture
def ground(cast: Cast) -> Cast:
    """柳溪村 of 青石 in the west, 河湾村 of 河湾 right beside it in the east."""
    Community.objects.filter(pk=cast.liuxi.pk).update(boundary=square(118.0, 28.0))
    Community.objects.create(name="河湾村", slug="hewan", unit=cast.hewan, boundary=square(118.05, 28.0))
    Unit.objects.filter(pk=cast.hewan.pk).update(phone="0570-0000220")
    return cast


def village(name: str) -> str:
    return str(Community.objects.get(name=name).pk)


def told(client: Client, **given: str) -> str:
    """What the form says of a place by the button that works without a script; nothing is written by it."""
    page = client.post(NEW, {"channel": "phone", "what": "", "look": "1", **given})
    assert not Matter.objects.exists()
    return page.content.decode()


def taken(client: Client, **given: str) -> Incident:
    page = client.post(NEW, {**CALL, "address": "", "client_id": "", **given})
    assert "接报案回执" in page.content.decode(), page.content.decode()
    return Incident.objects.select_related("matter__community", "owner").latest("pk")


IN_LIUXI = {"longitude": "118.02", "latitude": "28.02"}
IN_HEWAN = {"longitude": "118.07", "latitude": "28.02"}
BEYOND = {"longitude": "119.5", "latitude": "28.02"}


class TestByTelephone:
    """The caller names a place; nobody has a position."""

    def test_the_village_in_the_address_gives_the_station_and_no_point(self, ground: Cast, client: Client) -> None:
        sign_in(client, ground.chen)
        page = told(client, address="河湾村小卖部门口")
        assert "从“河湾村”读出是河湾村，归河湾派出所管" in page
        assert "0570-0000220" in page
        one = taken(client, address="河湾村小卖部门口")
        assert (one.matter.community, one.owner, one.known) == (
            Community.objects.get(name="河湾村"),
            ground.hewan,
            Known.NAME,
        )
        assert (one.longitude, one.latitude, one.position_source, one.uncertainty_m) == (None, None, "", None)

    def test_a_landmark_names_it_as_well(self, ground: Cast, client: Client) -> None:
        sign_in(client, ground.chen)
        one = taken(client, address="小卖部", landmark="柳溪村委会")
        assert (one.matter.community, one.owner) == (ground.liuxi, None)

    def test_the_longest_name_counts(self, ground: Cast, client: Client) -> None:
        Community.objects.create(name="大河湾村", slug="dahewan", unit=ground.qingshi)
        sign_in(client, ground.chen)
        one = taken(client, address="大河湾村三组")
        assert one.matter.community is not None
        assert (one.matter.community.name, one.owner) == ("大河湾村", None)

    def test_what_was_read_can_be_overridden(self, ground: Cast, client: Client) -> None:
        sign_in(client, ground.chen)
        one = taken(client, address="河湾村人，在路上被偷", community=village("柳溪村"))
        assert (one.matter.community, one.owner, one.known) == (ground.liuxi, None, Known.CHOSEN)
        none = taken(client, address="河湾村人，在路上被偷", community="none")
        assert (none.matter.community, none.owner, none.known) == (None, None, "")

    def test_two_names_are_not_guessed_at(self, ground: Cast, client: Client) -> None:
        sign_in(client, ground.chen)
        assert "分不清是哪一个，请选村社" in told(client, address="柳溪村到河湾村的路上")
        one = taken(client, address="柳溪村到河湾村的路上")
        assert (one.matter.community, one.owner) == (None, None)

    def test_nothing_known_is_taken_all_the_same(self, ground: Cast, client: Client) -> None:
        sign_in(client, ground.chen)
        assert "不知道也照样收下" in told(client)
        assert taken(client).owner is None


class TestOnTheMap:
    def test_the_point_gives_the_station_by_its_boundary(self, ground: Cast, client: Client) -> None:
        sign_in(client, ground.chen)
        assert "地图上的点在柳溪村，归青石镇派出所管" in told(client, **IN_LIUXI)
        page = told(client, **IN_HEWAN)
        assert "地图上的点在河湾村，归河湾派出所管" in page
        assert 'class="pin" transform="translate(' in page
        one = taken(client, **IN_HEWAN)
        assert (one.owner, one.known, one.position_source) == (ground.hewan, Known.POINT, "officer")
        card = client.get(f"/desk/m/{one.matter.number}/").content.decode()
        assert "归河湾派出所管" in card
        assert "转给河湾派出所" in card

    def test_a_position_of_a_chinese_map_is_converted_before_it_is_looked_up(
        self, ground: Cast, client: Client
    ) -> None:
        """On the border GCJ-02 decides: unconverted, this point would lie in the neighbour's village."""
        east, north = to_gcj02(118.0480, 28.02)
        assert east > 118.05
        given = {"longitude": f"{east:.6f}", "latitude": f"{north:.6f}"}
        sign_in(client, ground.chen)
        assert taken(client, **given).owner == ground.hewan
        one = taken(client, **given, gcj02="on")
        assert one.owner is None
        assert one.longitude == pytest.approx(118.048, abs=1e-5)

    def test_point_and_address_that_differ_are_told(self, ground: Cast, client: Client) -> None:
        sign_in(client, ground.chen)
        page = told(client, address="河湾村", **IN_LIUXI)
        assert "地址里写着“河湾村”，地图上的点却在柳溪村" in page
        assert "按选的算" in told(client, community=village("河湾村"), **IN_LIUXI)

    def test_outside_of_every_boundary_is_a_sentence_and_never_an_error(self, ground: Cast, client: Client) -> None:
        sign_in(client, ground.chen)
        page = told(client, **BEYOND)
        assert "可能归邻县" in page
        assert "110" in page
        one = taken(client, **BEYOND)
        assert (one.owner, one.known) == (None, Known.OUTSIDE)
        assert one.is_elsewhere(ground.qingshi.pk)
        assert "可能归邻县" not in told_again(client, one)

    def test_as_long_as_a_village_is_not_drawn_a_near_point_may_lie_in_it(self, ground: Cast, client: Client) -> None:
        Community.objects.create(name="新河村", slug="xinhe", unit=ground.qingshi)
        sign_in(client, ground.chen)
        assert "还有 1 个村社没有画边界" in told(client, longitude="118.12", latitude="28.02")
        one = taken(client, longitude="118.12", latitude="28.02")
        assert not one.is_elsewhere(ground.qingshi.pk)
        named = taken(client, address="新河村口", longitude="118.12", latitude="28.02")
        assert named.matter.community == Community.objects.get(name="新河村")

    @pytest.mark.parametrize(
        ("given", "says"),
        [
            ({"longitude": "118"}, "要一起写"),
            ({"longitude": "abc", "latitude": "28"}, "这样的度数"),
            ({"longitude": "nan", "latitude": "28"}, "这样的度数"),
            ({"longitude": "500", "latitude": "28"}, "最大 180"),
            ({"community": "999999"}, "没有这个村社"),
        ],
    )
    def test_what_cannot_be_read_is_asked_again_with_what_was_typed(
        self, ground: Cast, client: Client, given: dict[str, str], says: str
    ) -> None:
        sign_in(client, ground.chen)
        page = client.post(NEW, {**CALL, "address": "桥头", "look": "1", **given})
        assert page.status_code == 400
        assert says in page.content.decode()
        assert 'value="桥头"' in page.content.decode()
        assert "自行车" in page.content.decode()
        asked = client.post("/desk/incidents/ground/", {"address": "桥头", **given})
        assert asked.status_code == 200
        assert says in asked.json()["html"]

    def test_the_script_is_told_the_same_and_where_the_pin_stands(self, ground: Cast, client: Client) -> None:
        east, north = to_gcj02(118.02, 28.02)
        sign_in(client, ground.chen)
        asked = client.post("/desk/incidents/ground/", {"longitude": east, "latitude": north, "gcj02": "on"}).json()
        assert asked["village"] == "柳溪村"
        assert asked["at"] == pytest.approx([118.02, 28.02], abs=1e-5)
        assert "归青石镇派出所管" in asked["html"]

    def test_without_any_village_drawn_the_form_says_so(self, cast: Cast, client: Client) -> None:
        sign_in(client, cast.chen)
        assert "还没有画村社的边界" in client.get(NEW).content.decode()
        assert taken(client, **IN_LIUXI).owner is None


def told_again(client: Client, one: Incident) -> str:
    return client.get(f"/desk/m/{one.matter.number}/").content.decode()


def test_a_station_under_the_bureau_that_took_it_is_not_elsewhere(ground: Cast, client: Client) -> None:
    sign_in(client, ground.shao)
    one = taken(client, address="河湾村口")
    assert (one.matter.unit, one.owner, one.matter.due_rule) == (ground.bureau, None, "fr-unclear")


class TestPutRight:
    def test_a_place_found_later_says_whose_it_is(self, ground: Cast, client: Client) -> None:
        sign_in(client, ground.chen)
        one = taken(client, address="桥头")
        facts = f"/desk/m/{one.matter.number}/facts/"
        looked = client.post(facts, {"address": "桥头", **IN_HEWAN, "look": "1"}).content.decode()
        assert "归河湾派出所管" in looked
        assert Incident.objects.get().owner is None
        client.post(facts, {"address": "桥头", **IN_HEWAN})
        one = Incident.objects.get()
        assert (one.owner, one.known) == (ground.hewan, Known.POINT)
        client.post(facts, {"address": "桥头", **IN_LIUXI})
        one = Incident.objects.get()
        assert (one.owner, one.elsewhere_at) == (None, None)
        assert one.matter.community == ground.liuxi

    def test_a_talk_that_becomes_a_report_has_a_place_too(self, ground: Cast, client: Client) -> None:
        from tests.cast import consultation

        opened = consultation(ground, body="我的车昨晚不见了，怎么办？", at=timezone.now())
        sign_in(client, ground.chen)
        client.post(f"/desk/m/{opened.matter.number}/facts/", {"address": "河湾村口"})
        one = Incident.objects.select_related("matter__community").get()
        assert one.owner == ground.hewan
        assert one.matter.community is not None
        assert one.matter.due_rule == "fr-other-unit"


class TestOnTheWeb:
    def test_a_marked_position_of_a_chinese_map_is_converted(self, ground: Cast, client: Client) -> None:
        east, north = to_gcj02(118.02, 28.02)
        where = {"address": "桥头", "longitude": f"{east:.6f}", "latitude": f"{north:.6f}"}
        answer(client, "stolen", what={"what": "车被偷了"}, where={**where, "gcj02": "on"})
        client.post("/report/case/check/")
        one = Incident.objects.get()
        assert one.longitude == pytest.approx(118.02, abs=1e-5)
        assert (one.position_source, one.matter.community) == ("reporter", ground.liuxi)

    def test_the_phones_own_position_is_wgs84_and_stays(self, ground: Cast, client: Client) -> None:
        where = {**IN_LIUXI, "uncertainty_m": "20"}
        answer(client, "stolen", what={"what": "车被偷了"}, where=where)
        client.post("/report/case/check/")
        one = Incident.objects.get()
        assert (one.longitude, one.position_source) == (118.02, "phone")

    def test_half_a_position_is_asked_again_with_what_was_typed(self, ground: Cast, client: Client) -> None:
        page = client.post("/report/case/stolen/where/", {"address": "桥头", "longitude": "118.02"})
        assert page.status_code == 400
        assert "要一起写" in page.content.decode()
        assert "桥头" in page.content.decode()

    def test_a_village_in_the_address_says_whose_it_is_and_the_reporter_is_told(
        self, ground: Cast, client: Client
    ) -> None:
        answer(client, "stolen", what={"what": "车被偷了"}, where={"address": "河湾村口"})
        sent = client.post("/report/case/check/", follow=True)
        assert Incident.objects.get().owner == ground.hewan
        assert "从地点看，归河湾派出所管" in sent.content.decode()


class TestRights:
    def test_a_stranger_and_a_supervisor_are_told_nothing(self, ground: Cast, client: Client) -> None:
        assert client.post("/desk/incidents/ground/", {"address": "河湾村"}).status_code == 403
        sign_in(client, ground.shi)
        assert client.post("/desk/incidents/ground/", {"address": "河湾村"}).status_code in {403, 404}

    def test_another_stations_report_changes_nothing_in_the_answer(self, ground: Cast, client: Client) -> None:
        """A number one may not see is as good as none: the answer is that of one's own desk."""
        sign_in(client, ground.chen)
        one = taken(client)
        sign_in(client, ground.meng)
        asked = client.post("/desk/incidents/ground/", {"address": "河湾村", "matter": one.matter.number}).json()
        assert "不是本所的辖区" not in asked["html"]

    def test_nothing_of_the_address_stands_in_the_timeline(self, ground: Cast, client: Client) -> None:
        sign_in(client, ground.chen)
        one = taken(client, address="河湾村七号李家")
        entries = Entry.objects.visible_to(as_officer(ground.chen)).filter(matter=one.matter)
        text = "".join(f"{each.data}{entry_sentence(each)}" for each in entries)
        assert "七号李家" not in text
        assert "归河湾派出所管" in text
