"""The page of channels: health, messages of uncertain fate, and groups that are rooms."""

from __future__ import annotations

import pytest
from django.core.cache import cache
from django.test import Client

from shouwang.apps.notices.gateways import switch_gateway
from shouwang.apps.notices.models import Gateway, Outbound
from shouwang.apps.talk.models import GroupLink, HeardGroup, Post, Room
from shouwang.apps.talk.usecases import open_room
from tests.cast import MONDAY, Cast, sign_in


@pytest.fixture
def gateway(cast: Cast) -> Gateway:
    cache.clear()
    return Gateway.objects.create(name="青石 QQ", self_id="700000001", token="t", unit=cast.qingshi, created_at=MONDAY)


@pytest.fixture
def room(cast: Cast) -> Room:
    return open_room(cast.qingshi, name="柳溪村警务群", slug="liuxi", by=cast.liang, at=MONDAY)


def test_a_gateway_that_never_spoke_is_shown_on_every_desk_page(cast: Cast, client: Client, gateway: Gateway) -> None:
    sign_in(client, cast.chen)
    assert "1 个渠道不通" in client.get("/desk/").content.decode()
    assert "还没有连上过" in client.get("/desk/channels/").content.decode()


def test_leaders_say_which_group_is_which_room(cast: Cast, client: Client, gateway: Gateway, room: Room) -> None:
    form = {"gateway": gateway.pk, "group": "800000007", "room": room.pk}
    sign_in(client, cast.chen)
    client.post("/desk/channels/", form)
    assert not GroupLink.objects.exists()
    sign_in(client, cast.liang)
    client.post("/desk/channels/", form)
    assert GroupLink.objects.get().room == room
    again = client.post("/desk/channels/", form)
    assert again.status_code == 400
    client.post(f"/desk/channels/{GroupLink.objects.get().pk}/unlink/")
    assert not GroupLink.objects.exists()


def test_a_duty_officer_sees_which_groups_are_rooms_of_the_station(
    cast: Cast, client: Client, gateway: Gateway, room: Room
) -> None:
    GroupLink.objects.create(gateway=gateway, group="800000007", room=room)
    for officer, buttons in ((cast.chen, 0), (cast.liang, 1)):
        sign_in(client, officer)
        page = client.get("/desk/channels/").content.decode()
        assert "800000007" in page
        assert page.count("/unlink/") == buttons
    sign_in(client, cast.meng)
    assert "800000007" not in client.get("/desk/channels/").content.decode()


def test_another_stations_room_cannot_be_taken(cast: Cast, client: Client, gateway: Gateway, room: Room) -> None:
    sign_in(client, cast.fan)
    page = client.post("/desk/channels/", {"gateway": gateway.pk, "group": "800000007", "room": room.pk})
    assert page.status_code == 400


@pytest.fixture
def heard(gateway: Gateway) -> HeardGroup:
    return HeardGroup.objects.create(gateway=gateway, group="811111111", first_at=MONDAY, last_at=MONDAY, times=7)


def test_a_group_without_a_room_is_listed_and_becomes_one_with_one_press(
    cast: Cast, client: Client, gateway: Gateway, room: Room, heard: HeardGroup
) -> None:
    sign_in(client, cast.liang)
    page = client.get("/desk/channels/").content.decode()
    assert "811111111" in page
    assert "一共 7 条" in page
    client.post("/desk/channels/", {"gateway": gateway.pk, "group": heard.group, "room": room.pk})
    assert GroupLink.objects.get().room == room
    assert not HeardGroup.objects.exists()
    assert "还没有房间的 QQ 群" not in client.get("/desk/channels/").content.decode()


def test_without_a_room_chosen_the_page_says_so_and_keeps_the_group(
    cast: Cast, client: Client, gateway: Gateway, room: Room, heard: HeardGroup
) -> None:
    sign_in(client, cast.liang)
    page = client.post("/desk/channels/", {"gateway": gateway.pk, "group": heard.group, "room": ""})
    assert page.status_code == 400
    assert 'value="811111111"' in page.content.decode()
    assert HeardGroup.objects.exists()


@pytest.mark.parametrize("who", ["chen", "fan"], ids=["no leader", "another station"])
def test_only_leaders_of_the_station_see_groups_without_a_room(
    cast: Cast, client: Client, room: Room, heard: HeardGroup, who: str
) -> None:
    sign_in(client, getattr(cast, who))
    assert "811111111" not in client.get("/desk/channels/").content.decode()


def test_what_waits_on_disk_is_said(
    cast: Cast, client: Client, gateway: Gateway, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("shouwang.apps.notices.health.held", lambda _pk: 3)
    sign_in(client, cast.chen)
    assert "有 3 条先存在磁盘上" in client.get("/desk/channels/").content.decode()


class TestSwitchedOff:
    """A gateway that somebody switched off is no trouble, and nothing piles up for it."""

    @pytest.fixture
    def off(self, gateway: Gateway, room: Room) -> Gateway:
        GroupLink.objects.create(gateway=gateway, group="800000007", room=room)
        return switch_gateway(gateway, on=False, by="house", at=MONDAY)

    def test_it_is_said_and_raises_no_alarm(self, cast: Cast, client: Client, off: Gateway) -> None:
        sign_in(client, cast.chen)
        page = client.get("/desk/").content.decode()
        assert "个渠道不通" not in page
        assert "渠道正常" not in page
        assert ">已停用<" in client.get("/desk/channels/").content.decode()

    def test_officers_words_stay_in_the_room_and_they_are_told(
        self, cast: Cast, client: Client, off: Gateway, room: Room
    ) -> None:
        sign_in(client, cast.liang)
        client.post("/rooms/liuxi/post/", {"client_id": "0123456789abcdefghijkl", "body": "路灯今天修好。"})
        assert Post.objects.get().body == "路灯今天修好。"
        assert not Outbound.objects.exists()
        says = "到不了 QQ 群"
        assert says in client.get("/rooms/liuxi/").content.decode()
        assert says not in Client().get("/rooms/liuxi/").content.decode()
