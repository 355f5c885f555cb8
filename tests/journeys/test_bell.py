"""Danger rings on whatever page an officer has open, and whoever is in the middle of a sentence loses no word by answering."""

from __future__ import annotations

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from shouwang.apps.dispatch.tests.making import a_call, a_crew, sent
from shouwang.apps.matters import usecases
from shouwang.apps.matters.models import Matter
from shouwang.apps.talk.tests.neighbours import room_of
from tests.browser import PHONE, House
from tests.cast import Cast, consultation
from tests.journeys.living import Open, at_desk, cast, in_good_shape

__all__ = ["cast"]

pytestmark = pytest.mark.journey
DANGER = "他拿着刀在门口砸门，救命"


@pytest.mark.parametrize("path", ["/desk/cases/", "/desk/papers/", "/rooms/liuxi/", "/open/"])
def test_it_rings_without_a_reload_wherever_one_is(house: House, cast: Cast, browser_page: Open, path: str) -> None:
    room_of(cast)
    page = at_desk(browser_page, house, cast.chen)
    page.goto(house.at(path))
    expect(page.locator("html")).to_have_attribute("data-live-state", "live", timeout=15_000)
    opened = consultation(cast, body=DANGER, at=timezone.now())
    alarm = page.get_by_role("alertdialog")
    expect(alarm).to_be_visible(timeout=15_000)
    expect(alarm).to_contain_text(DANGER)
    expect(alarm.get_by_role("button", name="我来处理")).to_be_focused()
    assert page.title().startswith("(!)")
    in_good_shape(page)
    usecases.accept_danger(opened.matter, by=cast.zhou, at=timezone.now())
    expect(alarm).to_be_hidden(timeout=15_000)


def test_a_crew_on_its_way_can_press_what_it_does_while_it_rings(house: House, cast: Cast, browser_page: Open) -> None:
    now = timezone.now()
    call = a_call(cast, "夜市两桌人吵架掀了桌子", at=now, category="quarrel")
    crew = a_crew("1号车", cast.zhou, cast.liang, at=now)
    page = at_desk(browser_page, house, cast.zhou, PHONE)
    page.goto(house.at("/desk/mine/"))
    expect(page.locator("html")).to_have_attribute("data-live-state", "live", timeout=15_000)
    consultation(cast, body=DANGER, at=timezone.now())
    expect(page.get_by_role("alertdialog")).to_be_visible(timeout=15_000)  # nobody waits for this crew yet
    sent(call.matter, crew, by=cast.chen, at=timezone.now())
    banner = page.locator("#alarm [role=alert]")
    expect(banner).to_contain_text(DANGER, timeout=15_000)
    expect(page.get_by_role("alertdialog")).to_be_hidden()
    expect(banner.get_by_role("button", name="我来处理")).to_be_visible()
    assert page.title().startswith("(!)")
    in_good_shape(page)
    for word, state in (("收到", "已应答"), ("出发了", "在路上"), ("到现场了", "到现场")):
        page.get_by_role("button", name=word).click()
        expect(page.locator("#mine .chip").first).to_have_text(state)
        expect(banner).to_be_visible()
    page.goto(house.at("/desk/board/"))
    expect(page.get_by_role("alertdialog")).to_be_visible()


def test_answering_in_the_middle_of_a_sentence_keeps_it(house: House, cast: Cast, browser_page: Open) -> None:
    room_of(cast)
    page = at_desk(browser_page, house, cast.chen)
    page.goto(house.at("/rooms/liuxi/"))
    page.get_by_label("写给群里").fill("今晚停水到")
    consultation(cast, body=DANGER, at=timezone.now())
    expect(page.get_by_role("alertdialog")).to_be_visible(timeout=15_000)
    page.keyboard.type(" g i")  # still in the sentence: neither answered, nor gone to another page
    assert page.get_by_label("写给群里").input_value() == "今晚停水到 g i"
    assert Matter.objects.get().rings
    button = page.get_by_role("alertdialog").get_by_role("button", name="我来处理")
    expect(button).to_be_visible(timeout=15_000)
    with page.context.expect_page() as beside:
        button.click()
    expect(beside.value).to_have_url(house.at(f"/desk/m/{Matter.objects.get().number}/"))
    expect(page.get_by_role("alertdialog")).to_be_hidden(timeout=15_000)
    assert page.get_by_label("写给群里").input_value() == "今晚停水到 g i"
