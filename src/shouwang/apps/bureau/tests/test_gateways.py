"""The administrator connects the station's QQ number in the browser, without a command line."""

from __future__ import annotations

import pytest
from django.test import Client

from shouwang.apps.notices.models import Gateway, Transport
from shouwang.apps.talk.models import GroupLink
from shouwang.apps.talk.usecases import open_room
from shouwang.kernel.models import AuditRow
from tests.cast import MONDAY, Cast, sign_in

pytestmark = pytest.mark.django_db
LIST = "/manage/gateways/"


@pytest.fixture
def admin(cast: Cast, client: Client) -> Client:
    sign_in(client, cast.admin)
    return client


@pytest.fixture
def gateway(cast: Cast) -> Gateway:
    return Gateway.objects.create(
        name="青石 QQ", self_id="700000001", token="only-once", unit=cast.qingshi, created_at=MONDAY
    )


def given(cast: Cast, **more: object) -> dict[str, object]:
    return {
        "name": "所里的 QQ",
        "self_id": "700000009",
        "unit": cast.qingshi.pk,
        "transport": "reverse-ws",
        "http_url": "",
        "per_minute": "10",
        **more,
    }


def test_a_number_is_set_up_and_the_page_says_what_to_write_into_the_gateway(cast: Cast, admin: Client) -> None:
    page = admin.post(LIST + "add/", given(cast), follow=True).content.decode()
    made = Gateway.objects.get()
    assert (made.self_id, made.unit, made.transport) == ("700000009", cast.qingshi, Transport.REVERSE_WS)
    assert "ws://" in page
    assert "/onebot/v11/ws" in page
    assert made.token not in page, "only when it is asked for"
    shown = admin.post(f"{LIST}{made.pk}/token/").content.decode()
    assert made.token in shown
    assert AuditRow.objects.filter(action="notices.gateway.token_shown", actor=cast.admin.ref).count() == 1
    assert "看网关的口令" in admin.get("/manage/trail/").content.decode()


@pytest.mark.parametrize(
    ("wrong", "says"),
    [
        ({"self_id": "一二三四五"}, "QQ 号只有数字"),
        ({"self_id": "700000001"}, "已经接过了"),
        ({"transport": "http"}, "要写接口地址"),
        ({"transport": "http", "http_url": "在隔壁"}, "网址"),
        ({"per_minute": "0"}, "0.1"),
        ({"per_minute": "nan"}, "请写一个数"),
        ({"name": ""}, "还差这一项"),
    ],
)
def test_what_is_wrong_is_said_and_what_was_typed_stays(
    cast: Cast, admin: Client, gateway: Gateway, wrong: dict[str, str], says: str
) -> None:
    page = admin.post(LIST + "add/", given(cast, name="所里的新号") | wrong)
    assert page.status_code == 400
    assert says in page.content.decode()
    assert "700000009" in page.content.decode() or "self_id" in wrong
    assert Gateway.objects.count() == 1


def test_a_token_is_renewed_and_a_gateway_switched_off_with_a_reason(admin: Client, gateway: Gateway) -> None:
    page = f"{LIST}{gateway.pk}/"
    assert admin.post(page + "renew/", {"reason": ""}).status_code == 400
    admin.post(page + "renew/", {"reason": "抄错了地方"})
    gateway.refresh_from_db()
    assert gateway.token != "only-once"
    admin.post(page + "off/", {"reason": "换号"})
    assert admin.get(page + "off/").status_code == 404, "it is off already"
    told = admin.get(page).content.decode()
    assert "已停用" in told
    assert "抄错了地方" in told
    admin.post(page + "on/", {"reason": ""})
    gateway.refresh_from_db()
    assert gateway.enabled


def test_name_pace_and_pictures_are_changed(cast: Cast, admin: Client, gateway: Gateway) -> None:
    page = f"{LIST}{gateway.pk}/"
    change = {"name": "新名字", "unit": cast.qingshi.pk, "http_url": "", "per_minute": "5", "reason": "发得太快"}
    admin.post(page + "edit/", change)
    wrong = admin.post(page + "pictures/", {"hosts": "localhost"})
    assert wrong.status_code == 400
    assert "localhost" in wrong.content.decode()
    admin.post(page + "pictures/", {"hosts": "pictures.example.com\nb.example.com"})
    gateway.refresh_from_db()
    assert (gateway.name, gateway.per_minute) == ("新名字", 5)
    assert gateway.picture_hosts == "pictures.example.com b.example.com"


def test_groups_and_rooms_are_matched_here_too(cast: Cast, admin: Client, gateway: Gateway) -> None:
    room = open_room(cast.qingshi, name="柳溪村警务群", slug="liuxi", by=cast.liang, at=MONDAY)
    admin.post(LIST, {"gateway": gateway.pk, "group": "800000007", "room": room.pk})
    link = GroupLink.objects.get()
    assert link.room == room
    assert "800000007" in admin.get(LIST).content.decode()
    admin.post(f"/manage/groups/{link.pk}/unlink/")
    assert not GroupLink.objects.exists()


def test_a_chief_keeps_no_tokens(cast: Cast, client: Client, gateway: Gateway) -> None:
    sign_in(client, cast.liang)
    assert client.get(LIST).status_code == 403
    assert client.post(f"{LIST}{gateway.pk}/token/").status_code == 403
    assert LIST not in client.get("/manage/").content.decode()
