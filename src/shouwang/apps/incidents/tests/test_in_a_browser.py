"""The bicycle-theft victim of essay 5 and the clerk at the keyboard, in a real browser."""

from __future__ import annotations

import re
import time

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect

from shouwang.apps.incidents import filing
from shouwang.apps.incidents.models import Incident, Judged
from shouwang.apps.incidents.report import Report
from shouwang.apps.incidents.tests.test_place import square
from shouwang.apps.incidents.tests.test_taking import take
from shouwang.apps.matters.models import Matter
from shouwang.apps.places.models import Community
from tests.browser import DESK, PHONE, House
from tests.cast import Cast
from tests.journeys.living import Open, at_desk, cast, in_good_shape

__all__ = ["cast"]

pytestmark = pytest.mark.journey


@pytest.mark.parametrize("look", [{"js": False}, {"night": True, "large": True}], ids=["no scripts", "night, large"])
def test_the_bicycle_theft_victim_is_taken_by_the_right_desk(
    house: House,
    cast: Cast,
    browser_page: Open,
    look: dict[str, bool],
) -> None:
    """P1: nobody is sent to another door. The web asks one question a screen, then the code and the receipt are there."""
    phone = browser_page("/report/", width=PHONE, **look)
    phone.get_by_role("link", name=re.compile("东西被偷、被骗、被打")).click()
    check = (lambda: None) if look.get("js") is False else (lambda: in_good_shape(phone))
    check()
    phone.get_by_role("link", name="东西被偷、被抢").click()
    check()
    phone.get_by_role("button", name="下一步").click()
    phone.get_by_label("发生了什么").fill("自行车放在菜市场门口被偷，车篮里有手机和小包。")
    phone.get_by_role("button", name="下一步").click()
    phone.get_by_label("在哪里", exact=False).first.fill("青石镇菜市场门口")
    check()
    phone.get_by_role("button", name="下一步").click()
    phone.get_by_label("什么时候", exact=False).first.fill("今天早上八点多")
    phone.get_by_role("button", name="下一步").click()
    phone.get_by_label("少了什么、坏了什么", exact=False).fill("自行车 800元\n手机 2300元\n小包")
    for _screen in ("things", "who", "reach", "safe"):
        check()
        phone.get_by_role("button", name="下一步").click()
    check()
    phone.get_by_role("button", name="下一步").click()
    expect(phone.get_by_role("heading", name="看一遍，再报上去")).to_be_visible()
    expect(phone.get_by_text("手机 2300元")).to_be_visible()
    check()
    phone.get_by_role("button", name="报上去").click()
    expect(phone.locator(".code").first).to_be_visible()
    check()
    matter = Matter.objects.get()
    assert (matter.unit, matter.kind) == (cast.qingshi, "report")
    phone.get_by_role("link", name="打印或保存回执").click()
    expect(phone.get_by_role("heading", name="接报案回执")).to_be_visible()
    check()

    desk = at_desk(browser_page, house, cast.chen)
    desk.goto(house.at(f"/desk/m/{matter.number}/"))
    in_good_shape(desk)
    desk.keyboard.press("x")
    desk.get_by_label("治安案件：马上立案").check()
    desk.get_by_label("为什么这样判断").fill("价值不到本省盗窃罪的数额，违反治安管理。")
    in_good_shape(desk)
    desk.get_by_role("button", name="判断性质").click()
    phone.goto(house.at(f"/m/{matter.number}/"))
    expect(phone.get_by_text("已经立案，由", exact=False)).to_be_visible()
    assert Incident.objects.get().stage == filing.FILED
    assert Incident.objects.get().told_at is not None


def test_keyboard_only_in_under_thirty_seconds(house: House, cast: Cast, browser_page: Open) -> None:
    """From the desk's first page to the printed receipt: one key, Tab and Enter, no mouse."""
    desk = at_desk(browser_page, house, cast.chen)
    desk.goto(house.at("/desk/"))
    began = time.monotonic()
    desk.keyboard.press("i")
    desk.wait_for_url("**/desk/incidents/new/")
    expect(desk.locator("#id_what")).to_be_focused()
    desk.keyboard.type("自行车在菜市场门口被偷，车篮里有手机和小包。", delay=40)
    for text in ("菜市场门口", "早上八点多"):
        desk.keyboard.press("Tab")
        desk.keyboard.type(text, delay=40)
    desk.keyboard.press("Tab")  # no danger now
    for text in ("黄女士", "13800007719"):
        desk.keyboard.press("Tab")
        desk.keyboard.type(text, delay=40)
    desk.keyboard.press("Enter")
    expect(desk.get_by_role("heading", name="接报案回执")).to_be_visible()
    seconds = time.monotonic() - began
    assert Matter.objects.get().channel == "phone"
    assert seconds < 30, f"{seconds:.1f} s"


@pytest.mark.parametrize(
    "look", [{"width": PHONE}, {"width": PHONE, "large": True}, {"width": DESK, "night": True}], ids=str
)
def test_the_desks_pages_are_sound_in_every_look(
    house: House,
    cast: Cast,
    browser_page: Open,
    look: dict[str, object],
) -> None:
    desk = at_desk(browser_page, house, cast.chen, **look)
    desk.goto(house.at("/desk/incidents/new/"))
    in_good_shape(desk)
    desk.get_by_text("涉及的人").click()
    desk.get_by_text("地点和时间再细一点").click()
    in_good_shape(desk)
    desk.get_by_label("发生了什么").fill("长" * 60 + "，有人在夜市打架")
    desk.get_by_role("button", name="收下，出回执").click()
    expect(desk.get_by_role("heading", name="接报案回执")).to_be_visible()
    in_good_shape(desk)
    number = Matter.objects.get().number
    for path in (
        "/desk/incidents/",
        f"/desk/m/{number}/?show=side",
        f"/desk/m/{number}/facts/",
        f"/desk/m/{number}/people/",
    ):
        desk.goto(house.at(path))
        in_good_shape(desk)


def test_a_receipt_is_one_sheet_of_a5(house: House, cast: Cast, browser_page: Open) -> None:
    desk = at_desk(browser_page, house, cast.chen)
    desk.goto(house.at("/desk/incidents/new/"))
    desk.get_by_label("发生了什么").fill("自行车被偷")
    desk.get_by_role("button", name="收下，出回执").click()
    expect(desk.get_by_role("heading", name="接报案回执")).to_be_visible()
    boxes = re.findall(rb"/MediaBox ?\[ ?0 0 ([\d.]+) ([\d.]+) ?\]", desk.pdf(prefer_css_page_size=True))
    assert [tuple(round(float(points) / 72 * 25.4) for points in box) for box in boxes] == [(148, 210)]


def test_a_phone_has_the_first_places_at_hand_and_the_others_behind_one_press(
    house: House, cast: Cast, browser_page: Open
) -> None:
    """Without a script as well; on a wide screen they all stand there."""
    phone = at_desk(browser_page, house, cast.liang, width=PHONE)
    phone.goto(house.at("/desk/cases/"))
    places = phone.get_by_role("navigation", name="工作台")
    expect(places.get_by_role("link", name="处罚")).to_be_hidden()
    assert places.evaluate("nav => nav.scrollWidth <= nav.clientWidth"), "nothing to push sideways"
    places.get_by_role("link", name="更多").click()
    in_good_shape(phone)
    places.get_by_role("link", name="收起").click()
    expect(places.get_by_role("link", name="处罚")).to_be_hidden()
    places.get_by_role("link", name="更多").click()
    places.get_by_role("link", name="处罚").click()
    phone.wait_for_url("**/desk/penalties/")
    wide = at_desk(browser_page, house, cast.liang, width=DESK)
    wide.goto(house.at("/desk/cases/"))
    expect(wide.get_by_role("navigation", name="工作台").get_by_role("link", name="处罚")).to_be_visible()
    expect(wide.get_by_role("link", name="更多")).to_be_hidden()


def drawn(cast: Cast) -> None:
    """柳溪村 of 青石, and 河湾村 of 河湾 right beside it."""
    Community.objects.filter(pk=cast.liuxi.pk).update(boundary=square(118.0, 28.0))
    Community.objects.create(name="河湾村", slug="hewan", unit=cast.hewan, boundary=square(118.05, 28.0))


def value(desk: Page, name: str) -> float:
    return float(desk.locator(f"[name={name}]").input_value())


def test_a_pin_by_pointer_and_by_arrow_keys_says_whose_ground_it_is(
    house: House, cast: Cast, browser_page: Open
) -> None:
    """The duty officer on the telephone: the place is pointed at, and the neighbour's ground is told before anything is saved."""
    drawn(cast)
    desk = at_desk(browser_page, house, cast.chen)
    desk.goto(house.at("/desk/incidents/new/"))
    says = desk.locator("[data-ground]")
    map_ = desk.get_by_role("application")
    box = map_.bounding_box()
    assert box is not None
    map_.click(position={"x": box["width"] * 0.45, "y": box["height"] / 2})
    expect(says).to_contain_text("地图上的点在柳溪村，归青石镇派出所管")
    expect(desk.locator(".area.here")).to_have_count(1)
    began = value(desk, "longitude")
    for _step in range(5):
        desk.keyboard.press("ArrowRight")
    assert value(desk, "longitude") > began
    for _step in range(60):
        if value(desk, "longitude") > 118.051:
            break
        desk.keyboard.press("ArrowRight")
    expect(says).to_contain_text("归河湾派出所管")
    before = value(desk, "latitude")
    desk.keyboard.press("Shift+ArrowUp")
    fine = value(desk, "latitude") - before
    desk.keyboard.press("ArrowUp")
    assert 0 < fine < value(desk, "latitude") - before - fine
    in_good_shape(desk)
    desk.get_by_label("发生了什么").fill("自行车被偷")
    desk.get_by_role("button", name="收下，出回执").click()
    expect(desk.get_by_role("heading", name="接报案回执")).to_be_visible()
    one = Incident.objects.get()
    assert (one.owner, one.known) == (cast.hewan, "point")
    assert one.longitude == pytest.approx(118.051, abs=0.01)
    assert one.uncertainty_m is not None


def test_typing_a_village_is_enough_and_the_pin_goes_away_again(house: House, cast: Cast, browser_page: Open) -> None:
    drawn(cast)
    desk = at_desk(browser_page, house, cast.chen)
    desk.goto(house.at("/desk/incidents/new/"))
    says = desk.locator("[data-ground]")
    desk.get_by_label("在哪里").fill("河湾村小卖部")
    expect(says).to_contain_text("从“河湾村”读出是河湾村")
    assert desk.locator("[name=longitude]").input_value() == ""
    desk.get_by_role("application").focus()
    desk.keyboard.press("ArrowLeft")
    expect(says).to_contain_text("地图上的点")
    desk.keyboard.press("Delete")
    expect(says).to_contain_text("从“河湾村”读出是河湾村")
    desk.get_by_label("村社").select_option(label="柳溪村")
    expect(says).to_contain_text("选的是柳溪村，归青石镇派出所管")


@pytest.mark.parametrize(
    "look", [{"width": PHONE}, {"width": PHONE, "js": False}, {"width": DESK, "night": True}], ids=str
)
def test_map_card_and_web_question_are_sound_in_every_look(
    house: House, cast: Cast, browser_page: Open, look: dict[str, object]
) -> None:
    drawn(cast)
    check = (lambda _page: None) if look.get("js") is False else in_good_shape
    desk = at_desk(browser_page, house, cast.chen, **look)
    for what in ("夜市烧烤摊的音响放得太吵了", "夜市烧烤摊音响太吵了"):
        desk.goto(house.at("/desk/incidents/new/"))
        desk.get_by_label("发生了什么").fill(what)
        desk.get_by_label("在哪里").fill("河湾村夜市")
        desk.get_by_role("button", name="看归哪里").click()
        expect(desk.locator("[data-ground]")).to_contain_text("归河湾派出所管")
        check(desk)
        desk.get_by_role("button", name="收下，出回执").click()
        expect(desk.get_by_role("heading", name="接报案回执")).to_be_visible()
    expect(desk.get_by_text("有 1 件报案可能说的是同一件事")).to_be_visible()
    check(desk)
    number = Matter.objects.latest("pk").number
    desk.goto(house.at(f"/desk/m/{number}/?show=side"))
    expect(desk.get_by_role("heading", name="可能是同一件事，您来定")).to_be_visible()
    check(desk)
    for path in (f"/desk/m/{number}/facts/", f"/desk/m/{number}/whose/"):
        desk.goto(house.at(path))
        check(desk)
    desk.goto(house.at(f"/desk/m/{number}/?show=side"))
    desk.get_by_role("button", name="是同一件，连起来").click()
    expect(desk.get_by_text("连起来了")).to_be_visible()
    phone = browser_page("/report/case/other/safety/", width=PHONE)
    phone.get_by_role("button", name="下一步").click()
    phone.get_by_label("发生了什么").fill("自行车被偷")
    phone.get_by_role("button", name="下一步").click()
    phone.get_by_text("知道经纬度？写在这里").click()
    in_good_shape(phone)


@pytest.mark.parametrize("width", [PHONE, DESK])
def test_what_the_house_suggests_is_replaced_by_one_key(
    house: House, cast: Cast, browser_page: Open, width: int
) -> None:
    """A kind that is not the one suggested, sums that contradict, and words from which nobody can tell: sound in every width."""
    desk = at_desk(browser_page, house, cast.chen, width=width)
    for words, says in (
        ("手机被偷了，一万二，又说是一万五，11月31号晚上。", "说法不一致，没有定"),
        ("啊啊啊啊", "看不出来，请您判断"),
        ("我的自行车在夜市被偷了，八百块。", "盗窃自行车"),
    ):
        number = take(cast, Report(what=words), at=timezone.now()).matter.number
        desk.goto(house.at(f"/desk/m/{number}/?show=side"))
        expect(desk.get_by_text(says).first).to_be_visible()
        in_good_shape(desk)
    desk.keyboard.press("z")
    desk.wait_for_url("**/which/")
    in_good_shape(desk)
    desk.get_by_label("像哪一种事").select_option("theft-ebike")
    desk.get_by_role("button", name="定是哪一种事").click()
    desk.goto(house.at(f"/desk/m/{number}/?show=side"))
    expect(desk.locator("#advice").locator("xpath=..").get_by_text("盗窃电动车", exact=False).first).to_be_visible()
    assert dict(Judged.objects.values_list("about", "taken")) == {"kind": False, "category": True}
