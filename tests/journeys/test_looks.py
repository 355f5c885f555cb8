"""Every part of a page on a phone, a tablet and a desk, by day, by night and in large type."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from django.core.cache import cache
from playwright.sync_api import Page, expect

from shouwang.apps.units.models import Officer
from tests.browser import DESK, PHONE, TABLET, House, axe, no_sideways_scroll, page_log, sign_in
from tests.cast import Cast

pytestmark = [pytest.mark.journey, pytest.mark.once, pytest.mark.urls("tests.journeys.urls_with_style")]

OpenPage = Callable[..., Page]
PASSWORD = "柳树下的旧木船"
SCREENS = [
    "/style/",
    "/style/?desk=1",
    "/style/?desk=1&show=pane",
    "/style/?desk=1&show=side",
    "/style/?alarm=1",
    "/style/?paper=a4",
    "/style/?paper=r80",
    "/accounts/login/",
]
READERS = [
    (PHONE, {}),
    (PHONE, {"night": True}),
    (PHONE, {"large": True}),
    (TABLET, {"large": True}),
    (DESK, {}),
    (DESK, {"night": True}),
]


@pytest.mark.parametrize(
    ("width", "reader"), READERS, ids=lambda value: "-".join(value) if isinstance(value, dict) else None
)
def test_everything_can_be_read_and_nothing_runs_off_the_side(
    browser_page: OpenPage, house: House, width: int, reader: dict[str, bool]
) -> None:
    page = browser_page(width=width, **reader)
    for screen in SCREENS:
        page.goto(house.at(screen))
        no_sideways_scroll(page)
        assert not axe(page), screen


@pytest.mark.parametrize("js", [True, False], ids=["with scripts", "without scripts"])
def test_large_type_and_night_are_one_press_away(browser_page: OpenPage, js: bool) -> None:
    page = browser_page("/accounts/login/", js=js)
    root = page.locator("html")
    page.get_by_role("button", name="大字").click()
    expect(root).to_contain_class("large day")
    page.get_by_role("button", name="夜间").click()
    expect(root).to_contain_class("large night")
    page.reload()
    expect(root).to_contain_class("large night")
    page.get_by_role("button", name="小字").click()
    page.get_by_role("button", name="日间").click()
    expect(root).to_contain_class("day")
    expect(root).not_to_contain_class("large")


def test_switching_to_large_type_keeps_what_was_typed(browser_page: OpenPage) -> None:
    page = browser_page("/style/")
    page.fill("#id_what", "昨晚十一点多")
    page.get_by_role("button", name="大字").click()
    expect(page.locator("html")).to_contain_class("large day")
    expect(page.locator("#id_what")).to_have_value("昨晚十一点多")
    expect(page.get_by_role("button", name="小字")).to_be_focused()


def test_the_keyboard_comes_first_to_the_skip_link_and_sees_where_it_is(browser_page: OpenPage) -> None:
    page = browser_page("/style/", width=DESK)
    page.keyboard.press("Tab")
    skip = page.get_by_role("link", name="直接看正文")
    expect(skip).to_be_focused()
    expect(skip).to_be_in_viewport()
    page.keyboard.press("Enter")
    expect(page.locator("main")).to_be_focused()


def test_what_a_finger_hits_is_large_enough(browser_page: OpenPage) -> None:
    page = browser_page("/style/")
    small = page.evaluate(
        """() => [...document.querySelectorAll('.btn, .tools button, .nav a, .door, .call, .choice, summary, .tabs a, .stars label')]
          .map(e => [e.textContent.trim(), e.getBoundingClientRect()])
          .filter(([, box]) => box.width && (box.height < 48 || box.width < 48)).map(([words]) => words)"""
    )
    assert small == []


def test_a_star_is_given_without_scripts(browser_page: OpenPage) -> None:
    page = browser_page("/style/", js=False)
    page.locator("label[for=id_stars_1]").click()
    expect(page.locator("#id_stars_1")).to_be_checked()
    fills = [page.locator(f"label[for=id_stars_{n}] .icon").evaluate("e => getComputedStyle(e).fill") for n in range(5)]
    assert fills[0] == fills[1] != fills[2] == fills[3] == fills[4]


@pytest.mark.parametrize("show", ["list", "pane", "side"])
def test_a_phone_shows_one_pane_of_the_desk_at_a_time(browser_page: OpenPage, show: str) -> None:
    page = browser_page(f"/style/?desk=1&show={show}")
    assert page.evaluate(
        "[...document.querySelectorAll('.panes > section, .panes > aside')].filter(e => e.offsetHeight).map(e => e.className)"
    ) == [show]


def test_the_desk_shows_all_three_panes(browser_page: OpenPage) -> None:
    page = browser_page("/style/?desk=1", width=DESK)
    assert (
        page.evaluate(
            "[...document.querySelectorAll('.panes > section, .panes > aside')].filter(e => e.offsetHeight).length"
        )
        == 3
    )


def test_paper_carries_no_buttons(browser_page: OpenPage) -> None:
    page = browser_page("/style/?paper=a5")
    page.emulate_media(media="print")
    expect(page.get_by_role("button", name="打印")).to_be_hidden()
    expect(page.get_by_text("QS-2026-01873-4")).to_be_visible()


def give_password(officer: Officer) -> None:
    officer.user.set_password(PASSWORD)
    officer.user.save()


def test_an_officer_signs_in_and_is_led_to_the_second_lock(browser_page: OpenPage, house: House, cast: Cast) -> None:
    cache.clear()
    give_password(cast.chen)
    page = browser_page()
    sign_in(page, house, "chen", PASSWORD)
    page.goto(house.at("/accounts/2fa/"))
    expect(page.get_by_role("heading", name="登录保护")).to_be_visible()
    no_sideways_scroll(page)
    assert not axe(page)
    page.get_by_role("link", name="打开").click()
    page.fill("[name=password]", PASSWORD)
    page.get_by_role("button", name="确认").click()
    expect(page.get_by_role("heading", name="打开手机验证器")).to_be_visible()
    expect(page.locator("img.qr")).to_be_visible()
    no_sideways_scroll(page)
    assert not axe(page)


def test_a_passkey_is_added_under_the_strict_policy(browser_page: OpenPage, house: House, cast: Cast) -> None:
    """A made-up key in the browser stands in for the finger on the sensor."""
    cache.clear()
    give_password(cast.chen)
    page = browser_page()
    keys = page.context.new_cdp_session(page)
    keys.send("WebAuthn.enable")
    keys.send(
        "WebAuthn.addVirtualAuthenticator",
        {
            "options": {
                "protocol": "ctap2",
                "transport": "internal",
                "hasResidentKey": True,
                "hasUserVerification": True,
                "isUserVerified": True,
            }
        },
    )
    there = house.url.replace("127.0.0.1", "localhost")
    page_log(page).home = there
    local = House(there)
    sign_in(page, local, "chen", PASSWORD)
    page.goto(local.at("/accounts/2fa/webauthn/add/"))
    page.fill("[name=password]", PASSWORD)
    page.get_by_role("button", name="确认").click()
    page.fill("[name=name]", "值班室电脑")
    page.check("[name=passwordless]")
    page.get_by_role("button", name="添加").click()
    page.wait_for_url(lambda url: "/add/" not in url)  # the key is kept before the page goes on
    page.goto(local.at("/accounts/2fa/webauthn/"))
    expect(page.get_by_text("值班室电脑").first).to_be_visible()
    assert not axe(page)

    page.context.clear_cookies()
    page.goto(local.at("/accounts/login/"))
    page.get_by_role("button", name="用通行密钥登录").click()
    page.wait_for_url("**/desk/")


@pytest.mark.parametrize(("paper", "width_mm", "height_mm"), [("a4", 210, 297), ("a5", 148, 210), ("r80", 80, 297)])
def test_paper_has_the_size_it_says_and_one_sheet_is_enough(
    browser_page: OpenPage, paper: str, width_mm: int, height_mm: int
) -> None:
    page = browser_page(f"/style/?paper={paper}")
    boxes = re.findall(rb"/MediaBox ?\[ ?0 0 ([\d.]+) ([\d.]+) ?\]", page.pdf(prefer_css_page_size=True))
    sizes = [tuple(round(float(points) / 72 * 25.4) for points in box) for box in boxes]
    assert sizes == [(width_mm, height_mm)]
