"""A villager applies for the patrol statistics and receives a part: with grounds, remedies, and a file without other people's names."""

from __future__ import annotations

import hashlib
from datetime import timedelta
from pathlib import Path

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from shouwang.apps.disclosure import usecases
from shouwang.apps.disclosure.models import Application
from shouwang.apps.disclosure.tests.making import grounded
from shouwang.apps.disclosure.usecases import Draft
from shouwang.apps.redactions.tests.making import released, word
from shouwang.engines.redaction import words_of
from tests.browser import PHONE, House
from tests.cast import Cast
from tests.journeys.living import Open, at_desk, cast, in_good_shape

__all__ = ["cast"]
pytestmark = pytest.mark.journey

ROLL = "2025年夜里巡逻184次。\n3月9日夜里，巡逻队员雀守义（手机13800004321）送走失老人回家。"
PARTLY = Draft(
    "partly", ground="third-party", told_how="夜里一共巡逻 184 次，见附件。", reasons="队员的姓名和电话是个人隐私。"
)


def test_patrol_statistics_partly(house: House, cast: Cast, browser_page: Open, tmp_path: Path) -> None:
    phone = browser_page(width=PHONE)
    phone.goto(house.at("/disclosure/"), timeout=60_000)
    phone.get_by_label("想知道什么").fill("夜里巡逻的次数")
    phone.get_by_role("button", name="先找一找").click()
    expect(phone.get_by_text("没有找到").first).to_be_visible()
    in_good_shape(phone)
    phone.get_by_role("link", name="没有我要的，提出申请").click()
    phone.get_by_label("要什么信息").fill("2025年夜里巡逻的次数和记录。")
    phone.get_by_label("姓名，或者单位名称").fill("林示例")
    phone.get_by_label("身份证件号").fill("990000199001010017")
    phone.get_by_label("联系电话").fill("13000000790")
    phone.get_by_role("button", name="写好了，看一遍").click()
    expect(phone.get_by_text("夜里巡逻的次数和记录")).to_be_visible()
    in_good_shape(phone)
    phone.get_by_role("button", name="确认，交上去").click()
    expect(phone.get_by_text("QS-").first).to_be_visible()

    # At the desk: received, complete, answered in part; the roll goes with it without the patrolman's name and number.
    one = Application.objects.select_related("matter__unit").get()
    now = timezone.now()
    one = usecases.complete(usecases.confirm(one, by=cast.chen, at=now), by=cast.chen, at=now)
    asked = usecases.consult(
        one, by=cast.chen, whom="third-party", called="雀守义", asks="巡逻记录里您的姓名和电话。",
        received_on=timezone.localdate(), at=now,
    )  # fmt: skip
    usecases.end_consultation(asked, by=cast.chen, says="refuses", words="不愿意公开姓名和电话。", at=now)
    one = Application.objects.select_related("matter__unit").get()
    grounded(cast, one, "third-party", now)
    file = released(cast, word(ROLL), matter=one.matter, name="2025年夜间巡逻记录", purpose="answer")
    usecases.approve(usecases.draft(one, PARTLY, by=cast.chen, at=now), by=cast.liang, at=now + timedelta(seconds=1))
    desk = at_desk(browser_page, house, cast.chen)
    desk.goto(house.at(f"/desk/disclosure/{one.matter.number}/"))
    expect(desk.get_by_role("link", name="2025年夜间巡逻记录")).to_be_visible()
    in_good_shape(desk)

    phone.goto(house.at(f"/m/{one.matter.number}/answer/"))
    for said in ("184 次", "个人隐私", "第15条", "行政复议"):
        expect(phone.get_by_text(said).first).to_be_visible()
    in_good_shape(phone)
    with phone.expect_download() as download:
        phone.get_by_role("link", name="2025年夜间巡逻记录").click()
    copy = tmp_path / "roll.docx"
    download.value.save_as(copy)
    assert hashlib.sha256(copy.read_bytes()).hexdigest() == file.sha256
    text = words_of(copy.read_bytes())
    assert "184次" in text
    assert "雀守义" not in text
    assert "13800004321" not in text
