"""A decline notice, from the report to the reporter's own phone: in a real browser, nothing typed twice."""

from __future__ import annotations

import re
import time
from datetime import timedelta

import pytest
from django.conf import settings
from django.contrib.sessions.backends.db import SessionStore
from django.utils import timezone
from playwright.sync_api import Page, expect

from shouwang.apps.incidents import usecases as incidents
from shouwang.apps.incidents.tests.test_taking import BICYCLE, take
from shouwang.apps.papers.models import Paper
from shouwang.apps.papers.tests.making import ABOVE, legal, text_of
from shouwang.apps.units.models import Officer
from shouwang.kernel import ids
from tests.browser import PHONE, House
from tests.cast import Cast
from tests.journeys.living import Open, at_desk, cast, in_good_shape

__all__ = ["cast"]
pytestmark = pytest.mark.journey
WHY = "经查，被盗财物价值一千二百元，达不到盗窃罪的数额标准。"


def _proved(page: Page, one: Officer) -> None:
    """As after typing the second factor once more; how that is asked is told in the tests of the pages."""
    key = next(c["value"] for c in page.context.cookies() if c["name"] == settings.SESSION_COOKIE_NAME)
    session = SessionStore(key)
    session["account_authentication_methods"] = [{"method": "mfa", "at": time.time(), "reauthenticated": True}]
    session["account_authentication_methods_user"] = str(one.user_id)
    session.save()


def test_a_decline_notice_reaches_the_reporter(house: House, cast: Cast, browser_page: Open) -> None:
    lawyer, then = legal(cast), timezone.now() - timedelta(hours=5)
    opened = take(cast, BICYCLE, at=then)
    incidents.decide_nature(opened.matter, by=cast.chen, nature="criminal", words="像盗窃。", at=then)
    incidents.decline(opened.matter, by=cast.shao, words=WHY, at=then + timedelta(hours=1))

    # The officer chooses the kind; all that is asked is what no room of the house knows.
    chen = at_desk(browser_page, house, cast.chen)
    chen.goto(house.at(f"/desk/m/{opened.matter.number}/papers/"), timeout=60_000)  # a fresh house reads its templates
    in_good_shape(chen)
    chen.get_by_role("button", name="写一份 不予立案通知书").click()
    in_good_shape(chen)
    asked = chen.locator("form > .field input")
    expect(asked).to_have_count(len(ABOVE))
    chen.get_by_label("上级 · 上一级机关").fill(ABOVE["bureau.superior"])
    chen.get_by_label("上级 · 检察院").fill(ABOVE["bureau.procuratorate"])
    chen.get_by_role("button", name="填好了").click()
    in_good_shape(chen)
    chen.get_by_role("button", name="交去审批").click()
    expect(chen.get_by_text("派出所所长审批").first).to_be_visible()
    address = f"/desk/papers/{Paper.objects.get().pk}/"

    def agree(one: Officer) -> Page:
        page = at_desk(browser_page, house, one)
        page.goto(house.at("/desk/papers/"))
        page.get_by_role("link", name="不予立案通知书").click()
        page.get_by_role("button", name="打开文书并记录").click()
        expect(page.get_by_role("link", name=re.compile("看 PDF"))).to_be_visible()
        page.get_by_role("button", name="同意").click()
        expect(page.get_by_role("button", name="同意")).to_have_count(0)
        return page

    chief = agree(cast.liang)
    law = at_desk(browser_page, house, lawyer)
    law.goto(house.at(address))
    in_good_shape(law)
    law.get_by_text("退回去改").click()
    law.get_by_label("哪里要改").fill("请写明价格认定的依据。")
    law.get_by_role("button", name="退回", exact=True).click()
    expect(law.get_by_text("正在写").first).to_be_visible()

    # Put right in one place; everything else is still there.
    chen.goto(house.at(address + "fill/"))
    why = chen.get_by_label("案件 · 不立案理由")
    expect(why).to_have_value(WHY)
    why.fill(WHY + "价格认定书已附卷。")
    chen.get_by_role("button", name="填好了").click()
    chen.get_by_role("button", name="交去审批").click()
    expect(chen.get_by_text("派出所所长审批").first).to_be_visible()
    for page in (chief, law, at_desk(browser_page, house, cast.shao)):
        page.goto(house.at(address))
        page.get_by_role("button", name="同意").click()
        expect(page.get_by_role("button", name="同意")).to_have_count(0)

    _proved(chen, cast.chen)
    chen.goto(house.at(address))
    in_good_shape(chen)
    chen.get_by_role("link", name="我来签").click()
    in_good_shape(chen)
    chen.get_by_role("button", name="签名", exact=True).click()
    chen.get_by_role("button", name="发出").click()
    expect(chen.get_by_text("已发出").first).to_be_visible()

    phone = browser_page("/find/", width=PHONE)
    phone.get_by_label("查询码").fill(ids.show_code(opened.code))
    phone.get_by_role("button", name="查一下").click()
    in_good_shape(phone)
    link = phone.get_by_role("link", name="不予立案通知书")
    pdf = phone.request.get(house.at(str(link.get_attribute("href"))))
    said = text_of(pdf.body())
    for words in ("黄女士", "价格认定书已附卷", "云溪公（青石镇）不立字", ABOVE["bureau.procuratorate"], "申请复议"):
        assert words in said
