"""An officer on a phone without a network: the page is loaded again, what was typed is there, and it sends itself, once, with its time."""

from __future__ import annotations

import time
from datetime import timedelta

import pytest
from django.contrib.sessions.models import Session
from django.utils import timezone
from playwright.sync_api import Page, expect

from shouwang.apps.dispatch import progress
from shouwang.apps.dispatch.models import Sending
from shouwang.apps.dispatch.tests.making import a_call, a_crew
from shouwang.apps.dispatch.usecases import send
from shouwang.apps.matters.models import Entry
from tests.browser import PHONE, House, page_log
from tests.cast import Cast
from tests.journeys.living import Open, at_desk, cast, in_good_shape

__all__ = ["cast"]

pytestmark = pytest.mark.journey

WORDS = "劝开了，两边都认错。"
KEPT_PAGES = "caches.keys().then((all) => all.length)"
TYPED = """new Promise((resolve) => { indexedDB.open("shouwang-field").onsuccess = ({ target }) => {
  const asked = target.result.transaction("typed").objectStore("typed").count();
  asked.onsuccess = () => { target.result.close(); resolve(asked.result); }; } })"""


def _sent(cast: Cast) -> Sending:
    now = timezone.now() - timedelta(minutes=6)
    place = {"longitude": 120.05, "latitude": 30.05, "address": "南街 5 号"}
    call = a_call(cast, "夜市两桌人吵架掀了桌子", at=now, category="quarrel", **place)
    crew = a_crew("1号车", cast.zhou, cast.liang, at=now)
    send(call.matter, [crew.pk], by=cast.chen, words="去看看", seen=0, at=now)
    return Sending.objects.get()


def _opened(open_page: Open, house: House, cast: Cast) -> Page:
    """The phone, once it has all it needs to open the page without a network."""
    phone = at_desk(open_page, house, cast.zhou, PHONE)
    phone.goto(house.at("/desk/mine/"))
    _until(phone, "caches.match('/desk/mine/kept/').then(Boolean)", True)
    phone.evaluate("navigator.serviceWorker.ready.then(() => true)")
    return phone


def _until(phone: Page, script: str, is_so: object) -> None:
    for _ in range(200):
        if phone.evaluate(script) == is_so:
            return
        time.sleep(0.1)
    pytest.fail(f"{script} does not become {is_so}")


def test_a_reload_without_a_network_loses_nothing_and_nothing_is_sent_twice(
    house: House, cast: Cast, browser_page: Open
) -> None:
    sending = _sent(cast)
    phone = _opened(browser_page, house, cast)
    page_log(phone).expect("ERR_INTERNET_DISCONNECTED", "Failed to fetch")
    phone.get_by_text("现场反馈", exact=False).click()
    phone.get_by_label("当场劝解好了").check()
    phone.get_by_label("说一说", exact=False).fill(WORDS)
    _until(phone, TYPED, 1)

    phone.context.set_offline(True)
    phone.reload()
    expect(phone.get_by_role("heading", name=sending.matter.number)).to_be_visible()
    expect(phone.get_by_label("当场劝解好了")).to_be_checked()
    expect(phone.get_by_label("说一说", exact=False)).to_have_value(WORDS)
    for personal in ("夜市", "南街", "去看看", cast.zhou.name, cast.liang.name, "1号车"):
        expect(phone.locator("body")).not_to_contain_text(personal)
    in_good_shape(phone)
    before = timezone.now()
    phone.get_by_role("button", name="到现场了").click()
    expect(phone.get_by_text("1 条存在这部手机里", exact=False)).to_be_visible()
    phone.get_by_role("button", name="报上去").click()
    expect(phone.get_by_text("2 条存在这部手机里", exact=False)).to_be_visible()
    after = timezone.now()

    phone.reload()
    expect(phone.get_by_text("2 条存在这部手机里", exact=False)).to_be_visible()
    expect(phone.get_by_role("button", name="到现场了")).to_be_hidden()
    expect(phone.get_by_text("到现场了：已记下，等网络")).to_be_visible()
    for before_it in ("收到", "出发了"):
        expect(phone.get_by_role("button", name=before_it)).to_be_hidden()
    expect(phone.get_by_role("button", name="处置完了")).to_be_enabled()
    expect(phone.get_by_label("说一说", exact=False)).to_have_value("")
    assert not Entry.objects.filter(data__what="dispatch.feedback").exists()
    phone.wait_for_timeout(1500)
    phone.context.set_offline(False)
    expect(phone.get_by_text("空闲，等派警")).to_be_visible(timeout=30_000)
    for what in ("dispatch.on-scene", "dispatch.feedback"):
        entry = Entry.objects.get(data__what=what)
        assert before - timedelta(seconds=1) <= entry.at <= after
    assert WORDS in Entry.objects.get(data__what="dispatch.feedback").body
    sending.refresh_from_db()
    assert sending.state == progress.CLEARED
    in_good_shape(phone)


def test_what_was_pressed_says_so_where_its_button_was(house: House, cast: Cast, browser_page: Open) -> None:
    _sent(cast)
    phone = _opened(browser_page, house, cast)
    page_log(phone).expect("ERR_INTERNET_DISCONNECTED", "Failed to fetch")
    phone.context.set_offline(True)
    phone.get_by_role("button", name="出发了").click()
    kept = phone.locator("[data-kept]").get_by_text("出发了：已记下，等网络")
    expect(kept).to_be_visible()
    expect(phone.locator("[data-state]")).to_have_text("出发了：已记下，等网络")
    expect(phone.get_by_role("button", name="出发了")).to_be_hidden()
    expect(phone.get_by_role("button", name="到现场了")).to_be_enabled()
    in_good_shape(phone)
    phone.context.set_offline(False)
    expect(phone.locator("[data-state]")).to_have_text("在路上", timeout=30_000)
    expect(kept).to_be_hidden()


def test_a_phone_forgets_when_its_officer_signs_out_and_when_the_session_has_ended(
    house: House, cast: Cast, browser_page: Open
) -> None:
    _sent(cast)
    phone = _opened(browser_page, house, cast)
    phone.get_by_text("现场反馈", exact=False).click()
    phone.get_by_label("说一说", exact=False).fill(WORDS)
    _until(phone, TYPED, 1)
    phone.locator("details.menu summary").click()
    phone.get_by_role("button", name="退出登录").click()
    expect(phone.get_by_role("link", name="所里的人从这里进")).to_be_visible()
    assert (phone.evaluate(KEPT_PAGES), phone.evaluate(TYPED)) == (0, 0)

    other = _opened(browser_page, house, cast)
    Session.objects.all().delete()
    other.reload()
    expect(other.get_by_role("heading", name="登录")).to_be_visible()
    assert other.evaluate(KEPT_PAGES) == 0


def test_a_phone_without_workers_works_as_before(house: House, cast: Cast, browser_page: Open) -> None:
    _sent(cast)
    phone = at_desk(browser_page, house, cast.zhou, PHONE)
    phone.add_init_script("delete Navigator.prototype.serviceWorker")
    phone.goto(house.at("/desk/mine/"))
    phone.get_by_role("button", name="收到").click()
    expect(phone.get_by_text("已应答")).to_be_visible()
    assert phone.evaluate(KEPT_PAGES) == 0
