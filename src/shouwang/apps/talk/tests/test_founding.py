"""Founding a room in the browser, and changing what is said of it."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from shouwang.apps.talk.models import Room
from shouwang.apps.talk.tests.neighbours import neighbour, room_of
from shouwang.kernel.models import AuditRow
from tests.cast import Cast, sign_in


def _chief(cast: Cast, client: Client) -> Client:
    sign_in(client, cast.liang)
    return client


def _filled(cast: Cast, **changes: Any) -> dict[str, Any]:
    given = {
        "unit": cast.liuxi_post.pk,
        "community": cast.liuxi.pk,
        "name": "柳溪村警务群",
        "rules": "说话和气。",
        "open_to_read": "on",
        "slug": "",
    }
    return {**given, **changes}


def test_a_chief_founds_a_room_and_a_neighbour_comes_in_by_its_poster(cast: Cast, client: Client) -> None:
    chief = _chief(cast, client)
    assert "有危险马上打 110" in chief.get("/rooms/found/").content.decode()
    came = chief.post("/rooms/found/", _filled(cast), follow=True).content.decode()
    room = Room.objects.get()
    assert room.slug == cast.liuxi.slug
    assert room.join_code in came
    sheet = chief.get(f"/rooms/{room.slug}/poster/").content.decode()
    assert room.join_code in sheet
    assert "<svg" in sheet
    resident = Client()
    assert "说话和气" in resident.get(f"/rooms/join/{room.join_code}/").content.decode()
    assert resident.post(f"/rooms/join/{room.join_code}/", {"nickname": "白鹭"}).status_code == 302
    assert AuditRow.objects.filter(action="talk.room_opened", actor=cast.liang.ref).count() == 1


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"unit": ""}, "请选归哪个单位管"),
        ({"name": ""}, "请给群起个名字"),
        ({"rules": ""}, "请写几句群规"),
        ({"slug": "柳溪"}, "网址名只用字母"),
        ({"slug": "found"}, "已有别的用处"),
        ({"slug": "Taken"}, "已有别的用处"),
    ],
)
def test_what_is_missing_or_wrong_is_said_and_what_was_typed_stays(
    cast: Cast, client: Client, changes: dict[str, Any], says: str
) -> None:
    room_of(cast, slug="taken")
    answer = _chief(cast, client).post("/rooms/found/", _filled(cast, **{"name": "柳溪新群", **changes}))
    assert answer.status_code == 400
    assert says in answer.content.decode()
    assert changes.get("name", "柳溪新群") in answer.content.decode()
    assert Room.objects.count() == 1


def test_a_second_room_of_a_village_gets_an_address_of_its_own(cast: Cast, client: Client) -> None:
    chief = _chief(cast, client)
    chief.post("/rooms/found/", _filled(cast))
    chief.post("/rooms/found/", _filled(cast, name="柳溪村护村队"))
    first, second = Room.objects.order_by("pk")
    assert (first.slug, second.slug) == (cast.liuxi.slug, f"{cast.liuxi.slug}-{second.join_code.lower()}")


def test_another_stations_room_is_not_there_for_a_chief(cast: Cast, client: Client) -> None:
    far = room_of(cast, unit=cast.hewan, community=None, name="河湾警务群", slug="hewan")
    chief = _chief(cast, client)
    assert far.name not in chief.get("/rooms/found/").content.decode()
    for page in ("settings", "poster"):
        assert chief.get(f"/rooms/hewan/{page}/").status_code == 404
    assert chief.post("/rooms/hewan/settings/code/").status_code == 404
    assert chief.post("/rooms/found/", _filled(cast, unit=cast.hewan.pk)).status_code == 400


def test_whoever_neither_leads_nor_keeps_a_community_founds_none(cast: Cast, client: Client) -> None:
    sign_in(client, cast.chen)
    assert client.get("/rooms/found/").status_code == 403
    assert client.post("/rooms/found/", _filled(cast)).status_code == 403
    assert Client().get("/rooms/found/").status_code == 403
    assert not Room.objects.exists()


def test_rules_code_and_use_change_and_nobody_leaves_by_it(cast: Cast, client: Client) -> None:
    room = room_of(cast)
    egret = neighbour(room, "白鹭")
    chief, code = _chief(cast, client), room.join_code
    assert chief.post("/rooms/liuxi/settings/", {"name": "柳溪", "rules": ""}).status_code == 400
    chief.post("/rooms/liuxi/settings/", {"name": "柳溪", "rules": "不发广告。"})
    chief.post("/rooms/liuxi/settings/code/")
    room.refresh_from_db()
    assert (room.name, room.rules, room.open_to_read, room.join_code == code) == ("柳溪", "不发广告。", False, False)
    assert egret.says("早。")
    chief.post("/rooms/liuxi/settings/use/", {"active": "no"})
    assert egret.open_in(Client()).get("/rooms/liuxi/").status_code == 404
    assert "再用" in chief.get("/rooms/liuxi/settings/").content.decode()
    chief.post("/rooms/liuxi/settings/use/", {"active": "yes"})
    assert egret.says("又见面了。")


def test_the_page_of_channels_leads_to_the_first_room(cast: Cast, client: Client) -> None:
    assert "/rooms/found/" in _chief(cast, client).get("/desk/channels/").content.decode()
