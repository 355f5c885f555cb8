"""A station opens its house: from an empty machine to the first page for residents, by hand in a browser, without scripts."""

from __future__ import annotations

import time
from collections.abc import Callable

import pytest
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value
from django.core.cache import cache
from playwright.sync_api import Page, expect

from shouwang.apps.bureau import setupkey
from shouwang.apps.bureau.models import Setup
from shouwang.apps.units.models import Officer, Role, Unit
from tests.browser import DESK, PHONE, House, axe, no_sideways_scroll, page_log

pytestmark = pytest.mark.journey


def go_on(page: Page, **answers: str) -> None:
    """Fill what is asked on this screen and press its one button."""
    for name, value in answers.items():
        field = page.locator(f"main [name={name}]").first
        if field.evaluate("e => e.tagName") == "SELECT":
            field.select_option(value)
        else:
            field.fill(value)
    page.locator("main form button.btn").last.click()


@pytest.mark.parametrize("width", [PHONE, DESK])
def test_from_nothing_to_the_first_page(house: House, browser_page: Callable[..., Page], width: int) -> None:
    cache.clear()
    setupkey.forget_key()
    key = setupkey.ensure_key()
    page = browser_page("/", width=width)
    expect(page).to_have_url(house.at("/setup/"))
    assert axe(page) == []
    go_on(page, key=key)
    go_on(page, bureau="云溪分局")
    go_on(page, name="青石镇派出所", prefix="QS")
    assert axe(page) == []
    no_sideways_scroll(page)
    go_on(page, province="33", code="330824")
    go_on(page, phone="0570-0000110", address="青石街 1 号", hours="每天 8:00 到 18:00")
    page.goto(house.at("/setup/administrator/"))
    go_on(page, username="admin", name="管理员", password="lamp-in-a-window-7", again="lamp-in-a-window-7")
    secret = Setup.objects.get().secret
    go_on(page, code=format_hotp_value(hotp_value(secret, int(time.time()) // 30)))
    expect(page.locator(".code")).to_have_count(10)
    assert axe(page) == []
    page.check("[name=written]")
    go_on(page)
    page.goto(house.at("/setup/done/"))
    no_sideways_scroll(page)

    assert Unit.objects.stations().get().prefix == "QS"
    assert Officer.objects.get().roles >= {Role.ADMINISTRATOR}
    resident = browser_page("/", width=PHONE)
    page_log(resident).expect("404")  # the wizard is gone for good
    expect(resident.get_by_role("link", name="问一问")).to_be_visible()
    assert resident.goto(house.at("/setup/bureau/")).status == 404
