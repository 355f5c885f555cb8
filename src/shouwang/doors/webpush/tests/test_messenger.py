"""Reminders leave: a fake push service checks who sends, a fake browser reads what it was sent."""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import httpx
import pytest
from asgiref.sync import async_to_sync
from django.utils import timezone

from shouwang.apps.catalogue import phones
from shouwang.apps.catalogue.models import Phone
from shouwang.apps.catalogue.phones import Given, tell_all
from shouwang.apps.catalogue.shelves import Shelf
from shouwang.apps.catalogue.tests.making import published
from shouwang.apps.notices.models import Outbound
from shouwang.apps.notices.sender import drain
from shouwang.doors.webpush import jobs
from shouwang.doors.webpush.jobs import RULES
from shouwang.doors.webpush.messenger import PADDED_TO, House, PushMessenger
from shouwang.engines.webpush.tests.browser import Browser, claims_of
from tests.cast import Cast

pytestmark = pytest.mark.django_db(transaction=True)
HOST = "push.example.net"


@pytest.fixture(autouse=True)
def _on(settings) -> None:
    settings.SHOUWANG = dataclasses.replace(settings.SHOUWANG, push_services=(HOST,), public_url="https://qs.example")


class Service:
    """A push service: answers as it is told, after it has checked the sender and opened what was sent."""

    def __init__(self, browser: Browser, *answers: int | Exception) -> None:
        self.browser, self.answers = browser, list(answers)
        self.got: list[dict[str, Any]] = []
        self.lengths: list[int] = []
        self.asked: list[httpx.Request] = []

    def __call__(self, request: httpx.Request) -> httpx.Response:
        self.asked.append(request)
        claims = claims_of(request.headers["Authorization"])
        assert claims["aud"] == f"https://{HOST}"
        assert claims["sub"] == "https://qs.example"
        assert request.headers["Content-Encoding"] == "aes128gcm"
        assert int(request.headers["TTL"]) > 0
        self.lengths.append(len(request.content))
        self.got.append(json.loads(self.browser.read(request.content)))
        answer = self.answers.pop(0) if self.answers else 201
        if isinstance(answer, Exception):
            raise answer
        return httpx.Response(answer, headers={"Location": "https://127.0.0.1/"}, content=b"x" * 100)


def subscribed(at: datetime) -> Browser:
    browser = Browser()
    phones.tell_this_phone(
        Given(f"https://{HOST}/send/abc?d=1", browser.p256dh, browser.auth), Shelf(None, "", "", ""),
        language="zh-hans", at=at,
    )  # fmt: skip
    return browser


async def public(_host: str) -> list[str]:
    return ["93.184.216.34"]


def passed(service: Callable[[httpx.Request], httpx.Response], at: datetime, resolve: Any = public) -> None:
    """One pass over what waits, `at` that moment."""
    gateway, house = phones.gateway(at).pk, House(phones.house_key(at), "https://qs.example")

    async def work() -> None:
        async with httpx.AsyncClient(transport=httpx.MockTransport(service), trust_env=False) as client:
            messenger = PushMessenger(house, client, lambda: at, resolve=resolve)
            await drain(gateway, messenger, lambda: at, worker="test", rules=RULES)

    async_to_sync(work)()


@pytest.fixture
def now() -> datetime:
    return timezone.now()


def queued(cast: Cast, now: datetime) -> Browser:
    browser = subscribed(now)
    published(cast, when=now)
    assert tell_all(now + timedelta(minutes=1)) == 1
    return browser


def test_the_browser_reads_what_became_public_and_the_service_cannot(cast: Cast, now: datetime) -> None:
    browser = queued(cast, now)
    service = Service(browser)
    passed(service, now + timedelta(minutes=2))
    (got,) = service.got
    assert got["title"] == "青石镇派出所"
    assert got["body"] == "公开或更新了：办证要多少钱"
    assert got["url"].startswith("/open/")
    assert service.lengths == [86 + PADDED_TO + 1 + 16]
    (asked,) = service.asked
    assert (asked.url.host, asked.headers["Host"]) == ("93.184.216.34", HOST)
    assert asked.extensions["sni_hostname"] == HOST
    assert asked.url.raw_path == b"/send/abc?d=1"
    assert "办证".encode() not in asked.content
    assert Outbound.objects.get().state == "sent"


@pytest.mark.parametrize("gone", [404, 410])
def test_a_phone_that_is_gone_is_taken_off(cast: Cast, now: datetime, gone: int) -> None:
    service = Service(queued(cast, now), gone)
    passed(service, now + timedelta(minutes=2))
    assert not Phone.objects.exists()
    passed(service, now + timedelta(minutes=9))
    assert Outbound.objects.get().state == "failed"
    assert len(service.got) == 1
    assert not Outbound.objects.want_an_eye().exists()


@pytest.mark.parametrize("trouble", [503, 429, httpx.ConnectError("no"), httpx.ReadTimeout("slow")])
def test_trouble_is_tried_again_later(cast: Cast, now: datetime, trouble: int | Exception) -> None:
    service = Service(queued(cast, now), trouble)
    for minutes in (2, 2.5, 4, 6):
        passed(service, now + timedelta(minutes=minutes))
    assert len(service.got) == 2
    assert Outbound.objects.get().state == "sent"
    assert Phone.objects.exists()


@pytest.mark.parametrize("no", [400, 403, 413, 301])
def test_a_lasting_no_is_not_tried_again_and_no_redirect_is_followed(cast: Cast, now: datetime, no: int) -> None:
    service = Service(queued(cast, now), no)
    for minutes in (2, 9):
        passed(service, now + timedelta(minutes=minutes))
    assert len(service.asked) == 1
    assert Outbound.objects.get().state == "failed"


@pytest.mark.parametrize(
    "inside", ["127.0.0.1", "10.0.0.8", "192.168.1.1", "169.254.169.254", "::1", "fd00::1", "100.64.0.1"]
)
def test_a_name_that_leads_inside_is_never_asked(cast: Cast, now: datetime, inside: str) -> None:
    async def leads_inside(_host: str) -> list[str]:
        return ["93.184.216.34", inside]

    service = Service(queued(cast, now))
    passed(service, now + timedelta(minutes=2), leads_inside)
    assert service.asked == []
    assert Outbound.objects.get().last_error == "OSError"


def test_a_service_taken_from_the_list_is_not_asked_any_more(cast: Cast, now: datetime, settings) -> None:
    service = Service(queued(cast, now))
    settings.SHOUWANG = dataclasses.replace(settings.SHOUWANG, push_services=("another.example",))
    passed(service, now + timedelta(minutes=2))
    assert service.asked == []


def test_a_phone_that_was_taken_off_gets_nothing_that_waited(cast: Cast, now: datetime) -> None:
    service = Service(queued(cast, now))
    phones.forget_phone(f"https://{HOST}/send/abc?d=1")
    passed(service, now + timedelta(minutes=2))
    assert service.asked == []


def test_nothing_is_told_after_two_days(cast: Cast, now: datetime) -> None:
    service = Service(queued(cast, now))
    passed(service, now + timedelta(days=3))
    assert service.asked == []
    assert Outbound.objects.get().state == "expired"


def test_the_job_does_nothing_where_the_feature_is_off(cast: Cast, now: datetime, settings, monkeypatch) -> None:
    queued(cast, now)
    sent: list[int] = []

    async def counts(gateway_id: int, _house: House) -> None:
        sent.append(gateway_id)

    monkeypatch.setattr(jobs, "_send", counts)
    jobs.send_what_waits(now + timedelta(minutes=2))
    settings.SHOUWANG = dataclasses.replace(settings.SHOUWANG, push_services=())
    jobs.send_what_waits(now + timedelta(minutes=3))
    assert len(sent) == 1
