"""A child's name stands in a public list: taken off on a ground, agreed to by a second officer, and back when its day is over."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from shouwang.apps.catalogue.tests.making import published
from shouwang.apps.secrecy.models import Review, State
from tests.browser import PHONE, House, page_log
from tests.cast import Cast
from tests.journeys.living import Open, at_desk, cast, in_good_shape

__all__ = ["cast"]
pytestmark = pytest.mark.journey


def test_withheld_by_two_and_back_by_itself(house: House, cast: Cast, browser_page: Open) -> None:
    item = published(cast, body="三好少年名单和学校。", when=timezone.now() - timedelta(days=3)).item
    chief = at_desk(browser_page, house, cast.liang)
    chief.goto(house.at(f"/desk/open/{item.pk}/"), timeout=60_000)
    in_good_shape(chief)

    # Nothing goes without a ground.
    chief.locator("summary", has_text="撤下").click()
    chief.get_by_label("为什么撤下，大家会看到").fill("名单里能认出孩子")
    chief.get_by_text("也收回：要有不公开的理由").click()
    chief.get_by_role("button", name="撤下").click()
    expect(chief.get_by_text("没有审过的理由，不能不公开。")).to_be_visible()

    chief.get_by_role("link", name="不公开审查").last.click()
    in_good_shape(chief)
    page_log(chief).expect("400")
    chief.get_by_role("button", name="交给第二个人审；拿不准的送分局定").click()
    expect(chief.get_by_text("请选一条理由。没有理由的，应当公开。").first).to_be_visible()
    in_good_shape(chief)
    chief.get_by_text("涉案未成年人身份").first.click()
    chief.get_by_label("公开有什么损害").fill("认得出是哪个孩子，会被人指点。")
    chief.get_by_label("到哪一天").fill((timezone.localdate() + timedelta(days=30)).isoformat())
    chief.get_by_role("button", name="交给第二个人审；拿不准的送分局定").click()
    expect(chief.get_by_text("理由是您提的，要由另一个人来审。")).to_be_visible()
    in_good_shape(chief)

    # It may be taken off while the second officer is awaited; everybody reads that.
    chief.goto(house.at(f"/desk/open/{item.pk}/"))
    chief.locator("summary", has_text="撤下").click()
    chief.get_by_label("为什么撤下，大家会看到").fill("名单里能认出孩子")
    chief.get_by_text("也收回：要有不公开的理由").click()
    chief.get_by_role("button", name="撤下").click()
    expect(chief.get_by_text("有没有理由不公开还在审").first).to_be_visible()

    bureau = at_desk(browser_page, house, cast.shao)
    bureau.goto(house.at("/desk/"))
    bureau.get_by_role("region", name="不公开审查等您的").get_by_role("link", name=item.name).click()
    in_good_shape(bureau)
    bureau.get_by_role("button", name="理由成立，同意不公开").click()
    expect(bureau.get_by_text("审过了，暂不公开").first).to_be_visible()
    in_good_shape(bureau)
    assert Review.objects.get().state == State.WITHHELD

    anybody = browser_page(width=PHONE)
    anybody.goto(house.at(f"/open/{item.pk}/"))
    expect(anybody.get_by_text("不公开的理由：涉案未成年人身份")).to_be_visible()
    in_good_shape(anybody)
    anybody.goto(house.at("/open/withheld/"))
    expect(anybody.get_by_role("heading", name="不公开了多少")).to_be_visible()
    in_good_shape(anybody)

    # Its last day was yesterday: nobody pressed anything.
    Review.objects.update(ends_on=timezone.localdate() - timedelta(days=1))
    anybody.goto(house.at("/open/late/"))
    expect(anybody.get_by_text("该重新看：能公开的要公开。")).to_be_visible()
    in_good_shape(anybody)
    chief.goto(house.at("/desk/"))
    sheet = chief.get_by_role("region", name="不公开审查等您的")
    expect(sheet.get_by_text("到期了，要重新看")).to_be_visible()
    sheet.get_by_role("link", name=item.name).click()
    in_good_shape(chief)
    chief.get_by_label("为什么可以公开").fill("换成没有名字的了。")
    chief.get_by_role("button", name="没有理由不公开").click()
    expect(chief.get_by_text("记下了：没有理由不公开。")).to_be_visible()
    chief.goto(house.at("/desk/withheld/"))
    in_good_shape(chief)
