"""Two neighbours and an officer in a running room, with a real browser."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from shouwang.apps.talk import moderation
from shouwang.apps.talk.models import Post
from shouwang.apps.talk.tests.neighbours import Neighbour, neighbour, room_of
from tests.browser import DESK, PHONE, House, axe, no_sideways_scroll, page_log
from tests.cast import MONDAY, Cast

pytestmark = [pytest.mark.journey, pytest.mark.django_db(transaction=True)]
Open = Callable[..., Page]
LAST = "ol.talk > li:last-child"
SEND = "#say button.btn:not([type=button])"


def enter(page: Page, house: House, one: Neighbour, client: Any) -> Page:
    """The browser in which somebody joined."""
    key = one.open_in(client).session.session_key
    page.context.add_cookies([{"name": "sw_session", "value": str(key), "url": house.url}])
    page.goto(house.at("/rooms/liuxi/"))
    return page


def test_enter_joins_under_the_name_that_was_typed_and_ones_own_words_say_you(
    house: House, browser_page: Open, cast: Cast
) -> None:
    room_of(cast)
    page = browser_page("/rooms/liuxi/join/")
    page.fill("input[name=nickname]", "卖豆腐的")
    page.press("input[name=nickname]", "Enter")
    page.wait_for_url("**/rooms/liuxi/**")
    page.fill("#say textarea", "早。")
    page.click(SEND)
    expect(page.locator(f"{LAST} .who")).to_contain_text("您（卖豆腐的）")
    assert Post.objects.get().member.nickname == "卖豆腐的"  # type: ignore[union-attr]  # a neighbour's


def test_what_one_says_the_others_see_and_what_is_hidden_they_see_no_more(
    house: House, browser_page: Open, cast: Cast, client: Any
) -> None:
    egret = neighbour(room_of(cast), "白鹭")
    egret.says("早。")
    mine, reader = enter(browser_page(), house, egret, client), browser_page("/rooms/liuxi/")
    expect(reader.locator("html")).to_have_attribute("data-live-state", "live")
    mine.fill("#say textarea", "今天 <b>停水</b>吗？")
    expect(reader.locator("#typing")).to_have_text("白鹭 正在写")
    mine.click(SEND)
    for page in (mine, reader):
        expect(page.locator(LAST)).to_contain_text("今天 <b>停水</b>吗？")
    expect(mine.locator("#say textarea")).to_have_value("")
    assert mine.locator("ol.talk > li").count() == 2
    moderation.hide(Post.objects.get(seq=2), by=cast.chen, reason="测试。", at=MONDAY)
    expect(reader.locator(LAST)).to_contain_text("这条由民警隐藏了")
    expect(reader.locator(LAST)).not_to_contain_text("停水")
    expect(reader.locator("html")).to_have_attribute("data-live-state", "live")
    egret.says("还在吗？")
    expect(reader.locator(LAST)).to_contain_text("还在吗？")


def test_unread_posts_are_counted_while_the_page_is_open(
    house: House, browser_page: Open, cast: Cast, client: Any
) -> None:
    room = room_of(cast)
    egret, magpie = neighbour(room, "白鹭"), neighbour(room, "喜鹊")
    for nth in range(30):
        magpie.says(f"第 {nth} 句", at=MONDAY + timedelta(minutes=nth))
    page = enter(browser_page(), house, egret, client)
    overview = page.context.new_page()
    overview.goto(house.at("/rooms/"))
    for one in (page, overview):
        expect(one.locator("html")).to_have_attribute("data-live-state", "live")
    page.evaluate("window.scrollTo(0, 0)")
    for nth in range(2):
        magpie.says(f"新的 {nth}", at=MONDAY + timedelta(hours=1, minutes=nth))
    expect(page.locator("#new")).to_have_text("以下 2 条未读")
    expect(page.locator("#news")).to_have_text("以下 2 条未读")
    expect(page).to_have_title(re.compile(r"^\(2\) "))
    assert page.locator("#new + li").get_attribute("id") == "p31"
    assert axe(page) == []
    no_sideways_scroll(page)
    expect(overview.locator("[data-unread]")).to_have_text("2 条未读")
    page.click("#news")
    page.evaluate("document.getElementById('last').scrollIntoView()")
    expect(page.locator("#news")).to_be_hidden()
    expect(page).to_have_title(re.compile(r"^[^(]"))
    page.wait_for_timeout(900)
    overview.reload()
    expect(overview.locator("[data-unread]")).to_be_hidden()


def test_what_is_written_survives_a_lost_network(house: House, browser_page: Open, cast: Cast, client: Any) -> None:
    page = enter(browser_page(), house, neighbour(room_of(cast), "白鹭"), client)
    page_log(page).expect("ERR_INTERNET_DISCONNECTED")
    page.context.set_offline(True)
    page.fill("#say textarea", "今天停水吗？")
    page.click(SEND)
    expect(page.locator("#unsent")).to_be_visible()
    expect(page.locator("#say textarea")).to_have_value("今天停水吗？")
    page.context.set_offline(False)
    page.click(SEND)
    expect(page.locator(LAST)).to_contain_text("今天停水吗？")
    assert Post.objects.count() == 1


def test_words_that_tell_who_one_is_lead_to_the_question_with_the_words_kept(
    house: House, browser_page: Open, cast: Cast, client: Any
) -> None:
    page = enter(browser_page(), house, neighbour(room_of(cast), "白鹭"), client)
    page.fill("#say textarea", "有事打 13800000000")
    page.click(SEND)
    expect(page.locator("h1")).to_have_text("这段话里有能认出人的内容")
    assert axe(page) == []
    no_sideways_scroll(page)
    page.click("button[value=masked]")
    expect(page.locator(LAST)).to_contain_text("有事打 〔电话〕")


@pytest.mark.parametrize("width", [PHONE, DESK])
@pytest.mark.parametrize("look", [{}, {"night": True, "large": True}, {"js": False}], ids=str)
def test_a_room_is_sound_in_every_look(
    house: House, browser_page: Open, cast: Cast, client: Any, width: int, look: dict[str, bool]
) -> None:
    egret = neighbour(room_of(cast, name="溪桥新村一期二期三期物业与居民警务联络群"), "山脚下门前的老柿子树下")
    egret.says("https://example.org/" + "a" * 200)
    moderation.hide(egret.says("骗子"), by=cast.chen, reason="没有根据的指责。", at=MONDAY)
    page = enter(browser_page(width=width, **look), house, egret, client)
    if look.get("js", True):
        assert axe(page) == []
        no_sideways_scroll(page)
    else:
        page.fill("#say textarea", "今天停水吗？")
        page.click(SEND)
        expect(page.locator(LAST)).to_contain_text("今天停水吗？")
