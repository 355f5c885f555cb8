"""A penalty in a real browser, from the proposal to the paper, through three pairs of eyes; and one on the spot from the phone."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect

from shouwang.apps.cases.models import Party
from shouwang.apps.cases.parties import Said, add_party
from shouwang.apps.cases.tests.scene import filed
from shouwang.apps.papers.models import Paper
from shouwang.apps.papers.tests.making import text_of
from shouwang.apps.penalties.models import Penalty
from shouwang.apps.units.models import Role
from tests.browser import PHONE, House, page_log
from tests.cast import Cast, officer
from tests.journeys.living import Open, at_desk, cast, in_good_shape

__all__ = ["cast"]
pytestmark = pytest.mark.journey


def suspect(case: object, cast: Cast, name: str) -> None:
    known = {"sex": "male", "born": "1990-05-01", "home": "青石镇老街 9 号", "id_kind": "居民身份证"}
    said = Said(name=name, id_number="33082419900501001X", particulars=known)
    add_party(case, by=cast.chen, role=Party.Role.SUSPECT, said=said, at=timezone.now())  # type: ignore[arg-type]


def looks(page: Page, address: str) -> None:
    """Open a penalty for a written reason, by the keyboard alone."""
    page.goto(address)
    page.get_by_label("为什么要看").focus()
    page.keyboard.type("审核处罚")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="文书")).to_be_visible()


def test_three_pairs_of_eyes_and_the_paper(house: House, cast: Cast, browser_page: Open) -> None:
    case = filed(cast, at=timezone.now() - timedelta(hours=1))
    suspect(case, cast, "雀甲")
    legal = officer("legal", "法晓", "法制员", cast.qingshi, Role.LEGAL_OFFICER)
    number = case.matter.number
    desk = at_desk(browser_page, house, cast.chen)
    desk.goto(house.at(f"/desk/cases/{number}/"), timeout=60_000)
    desk.get_by_label("为什么要看").fill("办案")
    desk.get_by_role("button", name="打开案件并记录").click()
    expect(desk.get_by_text("雀甲").first).to_be_visible()
    desk.goto(house.at(f"/desk/m/{number}/penalty/"))
    in_good_shape(desk)
    desk.get_by_label("对谁").select_option(label="违法嫌疑人 2")
    desk.get_by_label("什么行为").select_option(value="other")
    desk.get_by_label("依据").fill("《治安管理处罚法》第65条第3款")
    desk.get_by_label("罚款", exact=True).check()
    desk.get_by_label("罚款（元）").fill("800")
    desk.get_by_label("吊销许可证件", exact=True).check()
    desk.get_by_label("吊销哪一个许可证件").fill("特种行业许可证雀字 7 号")
    for label, words in (
        ("查明的事实", "三次不登记来修的车。"),
        ("证据", "登记簿、检查笔录。"),
        ("为什么这样罚", "劝过两次，没有改。"),
    ):
        desk.get_by_label(label, exact=True).fill(words)
    desk.get_by_label("重大公共利益，或者复杂、人多的案件").check()
    desk.get_by_role("button", name="先看法律怎么说").click()
    for finding in ("有权要求听证", "先过法制审核", "依据里写明是哪一条"):
        expect(desk.get_by_text(finding).first).to_be_visible()
    desk.get_by_role("button", name="拟好了，去告知本人").click()
    expect(desk.get_by_role("heading", name="罚款 800 元，吊销许可证件")).to_be_visible()
    in_good_shape(desk)
    address = desk.url
    desk.get_by_label("本人说不要听证").check()
    desk.get_by_role("button", name="告知本人，记下本人的意见").click()
    desk.get_by_text("报上去决定").first.click()
    desk.get_by_role("button", name="报上去决定").click()
    expect(desk.get_by_text("等法制审核").first).to_be_visible()

    review = at_desk(browser_page, house, legal)
    looks(review, address)
    review.get_by_label("理由").first.fill("事实清楚，条文对得上。")
    review.get_by_role("button", name="审核同意").click()
    expect(review.get_by_text("等决定").first).to_be_visible()

    county = at_desk(browser_page, house, cast.shao)
    looks(county, address)
    in_good_shape(county)
    county.get_by_role("button", name="决定处罚").click()
    expect(county.get_by_text("决定了，等送达和执行").first).to_be_visible()

    desk.goto(address)
    desk.get_by_text("当面交给", exact=True).click()
    desk.get_by_role("button", name="送达决定书").click()
    expect(desk.get_by_text("，当面交给，").first).to_be_visible()
    desk.get_by_role("button", name="写《行政处罚决定书》").click()
    for box in desk.locator("main form input:visible, main form textarea:visible").all():
        if box.get_attribute("type") in {"text", None} and not box.input_value():
            box.fill("雀补填")
    desk.get_by_role("button", name="先存着").click()
    paper = Paper.objects.get().pk
    said = text_of(desk.request.get(house.at(f"/desk/papers/{paper}/paper.pdf")).body())
    for words in (
        "行政处罚决定书",
        "雀甲",
        "罚款人民币800元",
        "捌佰元",
        "吊销许可证件：特种行业许可证雀字 7 号",
        "劝过两次",
    ):
        assert words.replace(" ", "") in said.replace(" ", "")


def test_a_fine_on_the_spot_from_the_phone(house: House, cast: Cast, browser_page: Open) -> None:
    case = filed(cast, at=timezone.now() - timedelta(hours=1))
    suspect(case, cast, "雀乙")
    phone = at_desk(browser_page, house, cast.chen, width=PHONE)
    phone.goto(house.at(f"/desk/m/{case.matter.number}/spot/"), timeout=60_000)
    in_good_shape(phone)
    page_log(phone).expect("400")  # not told yet: refused once
    phone.get_by_label("对谁").select_option(label="违法嫌疑人 2")
    phone.get_by_label("什么行为").select_option(value="disorder:usual")
    phone.get_by_label("罚款", exact=True).check()
    phone.get_by_label("罚款（元）").fill("200")
    phone.get_by_label("做了什么").fill("在候车厅大声吵闹，劝了不听。")
    phone.get_by_label("证据", exact=True).fill("执法记录仪录像。")
    phone.get_by_label("事实清楚，证据确凿").check()
    decide = phone.get_by_role("button", name="决定，打出决定书")
    decide.click()
    expect(phone.get_by_text("先告知事实、理由、依据和权利").first).to_be_visible()
    expect(phone.get_by_label("做了什么")).to_have_value("在候车厅大声吵闹，劝了不听。")
    phone.get_by_label("已经告知事实、理由、依据").check()
    decide.click()
    expect(phone.get_by_role("heading", name="罚款 200 元")).to_be_visible()
    in_good_shape(phone)
    penalty = Penalty.objects.get()
    assert (penalty.spot, penalty.fine, penalty.served.count()) == (True, 200, 1)
