"""A slap among neighbours is mediated, agreed, signed and performed: in a real browser, and its agreement as a PDF whose words are read."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from shouwang.apps.cases.models import Case
from shouwang.apps.cases.parts import blocks
from shouwang.apps.mediation.models import Mediation
from shouwang.apps.mediation.tests.making import both, slapped
from shouwang.apps.papers import usecases as papers
from shouwang.apps.papers.models import Paper
from shouwang.apps.papers.tests.making import text_of
from shouwang.kernel import ids
from tests.browser import PHONE, House
from tests.cast import Cast
from tests.journeys.living import Open, at_desk, cast, in_good_shape

__all__ = ["cast"]
pytestmark = pytest.mark.journey


def test_from_the_card_to_what_was_performed(house: House, cast: Cast, browser_page: Open) -> None:
    opened = slapped(cast)
    both(opened)  # their ID cards are known
    desk = at_desk(browser_page, house, cast.chen)
    desk.goto(house.at(f"/desk/m/{opened.matter.number}/mediate/"), timeout=60_000)
    in_good_shape(desk)
    desk.get_by_label("是哪一种行为").select_option(label="殴打他人")
    for question in ("情节较轻", "民间纠纷引起的", "愿意调解"):
        for group in desk.get_by_role("group", name=question).all():
            group.get_by_label("是", exact=True).check()
    desk.get_by_label("为什么适合调解").select_option(index=1)
    desk.get_by_label("主要事实").fill("因停车争吵，乙方打了甲方一巴掌。")
    desk.get_by_role("button", name="开始调解").click()
    expect(desk.get_by_text("没有不能调解的情形").first).to_be_visible()
    in_good_shape(desk)
    address = f"/desk/mediations/{Mediation.objects.get().pk}/"

    for name in ("甲方", "乙方"):
        card = desk.get_by_role("region", name=name)
        card.get_by_text("补充、更正").click()
        card.get_by_label("性别").select_option(label="男")
        card.get_by_label("出生日期").fill("1980-05-06")
        card.get_by_label("现住址").fill("青石镇老街 8 号")
        card.get_by_role("button", name="记下").click()
    desk.get_by_text("记下谈的情况").click()
    desk.get_by_label("甲方来了").check()
    desk.get_by_label("乙方来了").check()
    desk.locator("#hold").get_by_role("button", name="记下").click()
    expect(desk.get_by_text("双方都到了")).to_be_visible()
    due = timezone.localdate() + timedelta(days=5)
    desk.locator("#clause").get_by_label("付多少元").fill("800")
    desk.locator("#clause").get_by_label("谁来做").select_option(label="乙方")
    desk.locator("#clause").get_by_label("到哪一天").fill(due.isoformat())
    desk.get_by_role("button", name="加上").click()
    expect(desk.get_by_text("付给甲方 800 元").first).to_be_visible()
    desk.get_by_text("双方同意，谈成了").click()
    desk.get_by_role("button", name="谈成了").click()
    desk.get_by_role("button", name="写协议书").click()
    in_good_shape(desk)

    paper, now = Paper.objects.get(), timezone.now()
    papers.hand_in(paper, by=cast.chen, at=now)
    for code in ("one", "other"):
        papers.sign_person(
            paper, by=cast.chen, code=code, version=1, way="refused", words="按了手印", witness="姜辅警", at=now
        )
    papers.sign(paper, by=cast.chen, code="officer", version=1, at=now)
    said = text_of(desk.request.get(house.at(f"/desk/papers/{paper.pk}/paper.pdf")).body())
    day = f"{due.year}年{due.month}月{due.day}日"
    for words in ("治安调解协议书", "掌某", "巴某", f"乙方在{day}前付给甲方800元", "捌佰元", "一百八十五条"):
        assert words in said

    phone = browser_page("/find/", width=PHONE)
    phone.get_by_label("查询码").fill(ids.show_code(opened.code))
    phone.get_by_role("button", name="查一下").click()
    phone.get_by_role("link", name="做到了没有，在这里说").click()
    in_good_shape(phone)
    assert "巴某" not in phone.content()
    phone.get_by_text("做到了没有，告诉民警").click()
    phone.get_by_label("做到了", exact=True).check()
    phone.get_by_role("button", name="告诉民警").click()
    expect(phone.get_by_text("您说过：做到了")).to_be_visible()

    desk.goto(house.at(address))
    clause = desk.locator("[id^=word-]")
    clause.locator("summary").click()
    clause.get_by_label("做到了", exact=True).check()
    clause.get_by_label("一句话").fill("收到转账截图。")
    clause.get_by_role("button", name="记下").click()
    expect(desk.get_by_text("已经履行", exact=True).first).to_be_visible()
    assert not blocks(Case.objects.get(), timezone.now())
