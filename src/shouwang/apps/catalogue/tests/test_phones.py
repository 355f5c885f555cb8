"""Reminders on a phone: off unless the station says so, nobody's name, one message a round, gone with one press."""

from __future__ import annotations

import dataclasses
from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client

from shouwang.apps.catalogue import phones, usecases
from shouwang.apps.catalogue.models import Phone, PushKey
from shouwang.apps.catalogue.phones import Given, tell_all
from shouwang.apps.catalogue.shelves import Shelf
from shouwang.apps.catalogue.tests.making import START, an_item, published, written
from shouwang.apps.notices.health import channel_health
from shouwang.apps.notices.messages import words
from shouwang.apps.notices.models import Outbound
from shouwang.engines import webpush
from shouwang.engines.webpush.tests.browser import Browser
from shouwang.kernel.errors import RuleBroken
from tests.cast import Cast

pytestmark = pytest.mark.django_db
ALL = Shelf(None, "", "", "")
LATER = START + timedelta(minutes=5)


@pytest.fixture
def on(settings) -> None:
    settings.SHOUWANG = dataclasses.replace(
        settings.SHOUWANG, push_services=("push.example.net", ".notify.example.com")
    )


def given(n: int = 1, host: str = "push.example.net") -> Given:
    browser = Browser()
    return Given(f"https://{host}/send/{n}", browser.p256dh, browser.auth)


def told(n: int = 1, shelf: Shelf = ALL, **more: str) -> Phone:
    return phones.tell_this_phone(given(n), shelf, language=more.get("language", "zh-hans"), at=START)


def said() -> list[str]:
    return [words(row.outgoing.parts) for row in Outbound.objects.order_by("pk")]


class TestWhatIsLetIn:
    def test_off_unless_the_station_names_services(self, cast: Cast, client: Client) -> None:
        published(cast)
        with pytest.raises(RuleBroken, match="没有开通手机提醒"):
            told()
        assert tell_all(LATER) == 0
        assert client.get("/open/phone/").status_code == 200
        assert "提醒这台手机" not in client.get("/open/").content.decode()
        assert not PushKey.objects.exists()

    @pytest.mark.parametrize(
        "endpoint",
        [
            "http://push.example.net/1",
            "https://push.example.net:8443/1",
            "https://push.example.net.evil.example/1",
            "https://evil.example/push.example.net",
            "https://a@push.example.net/1",
            "https://push.example.net@evil.example/1",
            "https://notify.example.com/1",
            "https://127.0.0.1/1",
            "https://[::1]/1",
            "https://push.example.net:x/1",
            "https://push.example.net/ 1",
            "https://push.example.net/\n1",
            "file:///etc/passwd",
            "",
        ],
    )
    def test_no_other_address_is_taken(self, on: None, endpoint: str) -> None:
        assert not phones.is_permitted(endpoint)
        with pytest.raises(RuleBroken, match="不在这里开通的名单里"):
            phones.tell_this_phone(dataclasses.replace(given(), endpoint=endpoint), ALL, language="en", at=START)

    def test_named_services_and_what_lies_below_them(self, on: None) -> None:
        assert phones.is_permitted("https://push.example.net/a?b=1")
        assert phones.is_permitted("https://db5.notify.example.com/w/?token=x")

    @pytest.mark.parametrize("change", [{"p256dh": "x"}, {"p256dh": "A" * 87}, {"auth": ""}, {"auth": "汉字"}])
    def test_keys_that_are_none_are_refused_with_a_sentence(self, on: None, change: dict[str, str]) -> None:
        with pytest.raises(RuleBroken, match="密钥不对"):
            phones.tell_this_phone(dataclasses.replace(given(), **change), ALL, language="en", at=START)

    def test_the_same_browser_is_one_row_and_what_it_gave_is_sealed(self, cast: Cast, on: None) -> None:
        one = given()
        phones.tell_this_phone(one, ALL, language="en", at=START)
        phones.tell_this_phone(one, Shelf(None, "fees", "", ""), language="en", at=START)
        assert Phone.objects.get().group == "fees"
        with connection.cursor() as cursor:
            cursor.execute("SELECT endpoint, endpoint_index, p256dh, auth FROM catalogue_phone")
            raw = repr(cursor.fetchall())
        for part in (one.endpoint, "push.example.net", one.p256dh, one.auth):
            assert part not in raw

    def test_the_key_is_made_once_and_is_sealed(self, cast: Cast, on: None) -> None:
        key = phones.house_key(START)
        assert webpush.seed_of(phones.house_key(LATER)) == webpush.seed_of(key)
        with connection.cursor() as cursor:
            cursor.execute("SELECT seed FROM catalogue_pushkey")
            assert webpush.seed_of(key) not in repr(cursor.fetchall())


class TestTelling:
    def test_a_public_item_is_told_once(self, cast: Cast, on: None) -> None:
        told()
        item = published(cast).item
        assert tell_all(LATER) == 1
        assert tell_all(LATER + timedelta(minutes=1)) == 0
        assert said() == [f"青石镇派出所\n公开或更新了：办证要多少钱\n/open/{item.pk}/"]

    def test_what_was_there_before_is_not_told(self, cast: Cast, on: None) -> None:
        published(cast)
        told()
        assert tell_all(LATER) == 0

    def test_several_are_one_message_in_the_reader_s_language(self, cast: Cast, on: None) -> None:
        told(language="en")
        published(cast)
        published(cast, an_item(cast, kind="limits", group="limits"))
        assert tell_all(LATER) == 1
        (words_,) = said()
        assert words_.splitlines()[1].startswith("2 items")

    def test_only_the_shelf_that_was_asked_for(self, cast: Cast, on: None) -> None:
        told(1, Shelf(None, "limits", "", ""))
        told(2, Shelf(cast.hewan, "", "", ""))
        told(3, Shelf(cast.qingshi, "fees", "fees", ""))
        published(cast)
        assert tell_all(LATER) == 1

    def test_withdrawn_is_told_too_and_what_is_old_is_not(self, cast: Cast, on: None) -> None:
        item = published(cast).item
        told()
        usecases.withdraw(item, by=cast.liang, reason="写错了", at=LATER, texts_stay=True)
        assert tell_all(LATER + timedelta(days=3)) == 0
        Phone.objects.update(told=0)
        assert tell_all(LATER + timedelta(minutes=1)) == 1
        assert "已撤下：" in said()[0]

    def test_a_draft_is_told_to_nobody(self, cast: Cast, on: None) -> None:
        told()
        written(cast, an_item(cast), "还没有公开。")
        assert tell_all(LATER) == 0

    def test_the_station_s_own_numbers_stay_by_themselves(self, cast: Cast, on: None) -> None:
        phones.gateway(START)
        assert channel_health(LATER) == []


class TestThePages:
    def test_press_and_press_again(self, on: None, cast: Cast, client: Client) -> None:
        published(cast)
        page = client.get("/open/phone/?group=fees").content.decode()
        assert webpush.text_of(webpush.public_bytes(phones.house_key(START))) in page
        assert "它看不到提醒说了什么，但是知道有一台手机订了这里的提醒" in page
        one = dataclasses.asdict(given())
        assert client.post("/open/phone/?group=fees", one).status_code == 201
        assert Phone.objects.get().group == "fees"
        assert client.post("/open/phone/stop/", {"endpoint": one["endpoint"]}).status_code == 200
        assert client.post("/open/phone/stop/", {"endpoint": one["endpoint"]}).status_code == 200
        assert not Phone.objects.exists()

    def test_a_refusal_is_a_sentence(self, on: None, client: Client) -> None:
        answer = client.post("/open/phone/", {"endpoint": "https://evil.example/1"})
        assert answer.status_code == 400
        assert "名单" in answer.json()["says"]
        assert client.post("/open/phone/", {}).status_code == 400
        assert not Phone.objects.exists()

    def test_one_address_cannot_fill_the_list(self, on: None, client: Client) -> None:
        for n in range(20):
            assert client.post("/open/phone/", dataclasses.asdict(given(n))).status_code == 201
        assert client.post("/open/phone/", dataclasses.asdict(given(99))).status_code == 429

    def test_the_worker_reaches_the_portal_and_nothing_else(self, client: Client) -> None:
        answer = client.get("/open/worker.js")
        assert answer["Content-Type"].startswith("text/javascript")
        assert "Service-Worker-Allowed" not in answer
        assert "'fetch'" not in answer.content.decode()
