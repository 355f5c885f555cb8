"""A resident presses “tell me on this phone”; the phone shows what became public; one more press and it is forgotten."""

from __future__ import annotations

import base64
import dataclasses
import json
import os

import pytest
from playwright.sync_api import expect

from shouwang.apps.catalogue.models import Phone
from shouwang.apps.catalogue.tests.making import published
from shouwang.engines.webpush.tests.browser import Browser
from tests.browser import DESK, PHONE, House
from tests.cast import Cast
from tests.journeys.living import Open, cast, in_good_shape

__all__ = ["cast"]
pytestmark = pytest.mark.journey

#: No push service is reached from a test: the browser is told to have an address at one that the station named.
HAS_A_SERVICE = """
(() => {
  let made = null;
  const bytes = (text) => Uint8Array.from(atob(text), (c) => c.charCodeAt(0)).buffer;
  const key = {p256dh: '%s', auth: '%s'};
  PushManager.prototype.getSubscription = async () => made;
  PushManager.prototype.subscribe = async (asked) => {
    if (!asked.userVisibleOnly || asked.applicationServerKey.length !== 65) throw new Error('asked wrongly');
    made = {endpoint: 'https://push.example.net/send/1', getKey: (name) => bytes(key[name]), unsubscribe: async () => { made = null; }};
    return made;
  };
  Notification.requestPermission = async () => 'granted';
})();
"""


def test_reminders(house: House, cast: Cast, browser_page: Open, settings) -> None:
    settings.SHOUWANG = dataclasses.replace(settings.SHOUWANG, push_services=("push.example.net",))
    published(cast)
    browser = Browser()
    p256dh = browser.p256dh.replace("-", "+").replace("_", "/")
    phone = browser_page(width=PHONE)
    phone.context.grant_permissions(["notifications"], origin=house.url)
    phone.add_init_script(
        HAS_A_SERVICE % (p256dh + "=" * (-len(p256dh) % 4), base64.b64encode(os.urandom(16)).decode())
    )
    phone.goto(house.at("/open/?group=fees"), timeout=60_000)
    phone.get_by_role("link", name="提醒这台手机").click()
    expect(phone.get_by_text("知道有一台手机订了这里的提醒")).to_be_visible()
    in_good_shape(phone)
    if folder := os.environ.get("SHOTS"):
        phone.screenshot(path=f"{folder}/phone.png", full_page=True)
    phone.get_by_role("button", name="提醒这台手机").click()
    expect(phone.get_by_text("好了，有变化会提醒这台手机。")).to_be_visible()
    one = Phone.objects.get()
    assert (one.endpoint, one.p256dh, one.group) == ("https://push.example.net/send/1", browser.p256dh, "fees")

    # The worker of the portal shows what it is sent, and reaches the portal only.
    scopes = phone.evaluate("navigator.serviceWorker.getRegistrations().then((all) => all.map((one) => one.scope))")
    assert scopes == [house.at("/open/")]
    (worker,) = phone.context.service_workers
    # This build of the browser has nowhere to show a notification.
    worker.evaluate(
        "self.told = []; self.registration.showNotification = async (...said) => { self.told.push(said); }; 0"
    )
    session = phone.context.new_cdp_session(phone)
    found: list[str] = []
    session.on(
        "ServiceWorker.workerRegistrationUpdated",
        lambda told: found.extend(one["registrationId"] for one in told["registrations"]),
    )
    session.send("ServiceWorker.enable")
    phone.wait_for_timeout(300)
    said = {"title": "青石镇派出所", "body": "公开或更新了：办证要多少钱", "url": "/open/1/"}
    session.send(
        "ServiceWorker.deliverPushMessage",
        {"origin": house.url, "registrationId": found[-1], "data": json.dumps(said)},
    )
    for _ in range(50):
        if told := worker.evaluate("self.told"):
            break
        phone.wait_for_timeout(100)
    assert told == [[said["title"], {"body": said["body"], "tag": "catalogue", "data": said["url"]}]]

    phone.get_by_role("button", name="不要再提醒").click()
    expect(phone.get_by_text("不再提醒了")).to_be_visible()
    assert not Phone.objects.exists()


def test_where_it_is_off_or_without_a_script_the_feeds_are_named(
    house: House, cast: Cast, browser_page: Open, settings
) -> None:
    published(cast)
    desk = browser_page(width=DESK)
    desk.goto(house.at("/open/phone/"), timeout=60_000)
    expect(desk.get_by_text("这里没有开通手机提醒")).to_be_visible()
    expect(desk.get_by_role("link", name="Atom")).to_be_visible()
    in_good_shape(desk)
    settings.SHOUWANG = dataclasses.replace(settings.SHOUWANG, push_services=("push.example.net",))
    plain = browser_page(width=PHONE, js=False)
    plain.goto(house.at("/open/phone/"))
    expect(plain.get_by_text("没有脚本，请用下面的 Atom")).to_be_visible()
    expect(plain.get_by_role("button", name="提醒这台手机")).to_be_hidden()
