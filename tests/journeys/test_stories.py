"""What residents and officers live through, in a real browser: a phone on one side, the desk on the other."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect

from shouwang.apps.matters.models import Matter, State
from tests.browser import PHONE, House, page_log
from tests.cast import Cast
from tests.journeys.living import Open, at_desk, cast, in_good_shape

__all__ = ["Open", "at_desk", "cast", "in_good_shape"]

pytestmark = pytest.mark.journey


def ask(page: Page, house: House, words: str, path: str = "/ask/") -> str:
    """Ask by the form; returns the tracking code that is shown."""
    page.goto(house.at(path))
    page.get_by_label("您想问什么").fill(words)
    page.get_by_role("button", name="发送").click()
    page.wait_for_url("**/m/**")
    return page.locator(".code").first.inner_text()


def test_a_mother_far_from_home_gets_an_answer_while_she_looks(house: House, cast: Cast, browser_page: Open) -> None:
    phone = browser_page("/", width=PHONE)
    in_good_shape(phone)
    phone.get_by_role("link", name="问一问").click()
    in_good_shape(phone)
    code = ask(phone, house, "我在深圳打工，孩子两个月了，没法回去，能上户口吗？")
    assert re.fullmatch(r"[0-9A-Z]{4}-[0-9A-Z]{4}-[0-9A-Z]{4}", code)
    in_good_shape(phone)

    desk = at_desk(browser_page, house, cast.chen)
    desk.goto(house.at("/desk/"))
    in_good_shape(desk)
    desk.get_by_role("link", name=re.compile("孩子两个月了")).click()
    in_good_shape(desk)
    desk.locator("textarea[name=body]").first.fill("您好，让外婆来就行。")
    desk.get_by_role("button", name="发送").click()

    # Without a reload: the phone is told by the live line and fetches what is new.
    expect(phone.get_by_text("您好，让外婆来就行。")).to_be_visible()
    phone.get_by_role("button", name="我记下了").click()
    expect(phone.locator(".code")).to_have_count(0)

    other_phone = browser_page("/find/", width=PHONE)
    other_phone.get_by_label("查询码").fill(code.lower().replace("-", " "))
    other_phone.get_by_role("button", name="查一下").click()
    expect(other_phone.get_by_text("您好，让外婆来就行。")).to_be_visible()


def test_everything_essential_works_without_javascript(house: House, cast: Cast, browser_page: Open) -> None:
    phone = browser_page(width=PHONE, js=False)
    ask(phone, house, "捡到一个钱包，交到哪里？")
    phone.get_by_label("写几句").fill("在菜市场门口捡的。")
    phone.get_by_role("button", name="发送").click()
    expect(phone.get_by_text("在菜市场门口捡的。")).to_be_visible()
    phone.get_by_text("为什么是这天？").click()
    expect(phone.get_by_text("首次答复：按小时连着算", exact=False)).to_be_visible()


def test_danger_offers_110_at_once_and_rings_until_one_accepts(house: House, cast: Cast, browser_page: Open) -> None:
    chen, zhou = (at_desk(browser_page, house, one) for one in (cast.chen, cast.zhou))
    for desk in (chen, zhou):
        desk.goto(house.at("/desk/"))
    phone = browser_page(width=PHONE)
    ask(phone, house, "他喝了酒拿着刀在砸门，救命", "/ask/help/")
    expect(phone.get_by_role("link", name="打 110", exact=True)).to_have_attribute("href", "tel:110")
    in_good_shape(phone)
    for desk in (chen, zhou):
        expect(desk.get_by_role("alertdialog")).to_be_visible()
    in_good_shape(chen)
    chen.get_by_role("button", name="我来处理").first.click()
    expect(chen.get_by_role("alertdialog")).to_have_count(0)
    expect(zhou.get_by_role("alertdialog")).to_have_count(0)
    phone.reload()
    expect(phone.get_by_text("值班民警已经看到")).to_be_visible()


def test_a_transfer_keeps_code_and_date(house: House, cast: Cast, browser_page: Open) -> None:
    phone = browser_page(width=PHONE)
    ask(phone, house, "我的自行车在河湾桥头被偷了", "/ask/report/")
    matter = Matter.objects.get()
    desk = at_desk(browser_page, house, cast.chen)
    page_log(desk).expect("404")  # once handed over, the matter is no longer this desk's to read
    desk.goto(house.at(f"/desk/m/{matter.number}/transfer/"))
    in_good_shape(desk)
    desk.get_by_label("转给哪个单位").select_option(label="河湾派出所")
    desk.get_by_label("为什么转").fill("案发地在河湾。")
    desk.get_by_role("button", name="转办", exact=True).click()
    expect(phone.get_by_text("等对方接手", exact=False)).to_be_visible()

    hewan = at_desk(browser_page, house, cast.meng, width=PHONE)
    hewan.goto(house.at("/desk/"))
    in_good_shape(hewan)
    hewan.get_by_role("link", name=re.compile("自行车")).click()
    hewan.get_by_role("link", name="卡片").click()
    in_good_shape(hewan)
    hewan.get_by_role("button", name="接手").click()
    expect(phone.get_by_text("河湾派出所的孟警官接手了", exact=False)).to_be_visible()
    after = Matter.objects.get()
    assert (after.number, after.received_at, after.due_at) == (matter.number, matter.received_at, matter.due_at)


def test_not_satisfied_goes_to_a_leader(house: House, cast: Cast, browser_page: Open) -> None:
    phone = browser_page(width=PHONE)
    ask(phone, house, "楼下烧烤摊天天吵到两点", "/ask/problem/")
    matter = Matter.objects.get()
    desk = at_desk(browser_page, house, cast.chen)
    desk.goto(house.at(f"/desk/m/{matter.number}/"))
    desk.get_by_role("button", name="接到我名下").click()
    desk.get_by_role("link", name="办结 c").click()
    in_good_shape(desk)
    desk.get_by_label("结果", exact=True).select_option("half-solved")
    desk.get_by_label("一句话告诉居民结果").fill("摊主答应十二点收摊。")
    desk.get_by_role("button", name="办结", exact=True).click()

    phone.reload()
    phone.get_by_role("link", name="不满意").click()
    in_good_shape(phone)
    phone.get_by_label("哪里不满意").fill("十二点还是太晚。")
    phone.get_by_role("button", name="请领导重新看").click()
    expect(phone.get_by_text("梁所长重新看", exact=False).first).to_be_visible()
    matter.refresh_from_db()
    assert (matter.state, matter.handler) == (State.DISPUTED, cast.liang)


def test_shift_hand_over(house: House, cast: Cast, browser_page: Open) -> None:
    chen, zhou = (at_desk(browser_page, house, one) for one in (cast.chen, cast.zhou))
    for desk in (chen, zhou):
        desk.goto(house.at("/desk/duty/"))
        in_good_shape(desk)
        desk.get_by_role("button", name="上岗").click()
        expect(desk.get_by_role("button", name="交班，下岗")).to_be_visible()
    phone = browser_page("/", width=PHONE)
    expect(phone.get_by_text("陈警官")).to_be_visible()
    ask(phone, house, "身份证丢了怎么补？")
    chen.reload()
    chen.get_by_label("交给谁").select_option(label="周敏")
    chen.get_by_label("交班说明").fill("身份证那件等她回信。")
    chen.get_by_role("button", name="交班，下岗").click()
    expect(phone.get_by_text("接下来由周警官负责", exact=False)).to_be_visible()
    assert Matter.objects.get().handler == cast.zhou
