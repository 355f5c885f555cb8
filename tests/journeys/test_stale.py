"""An entry of the catalogue goes stale by itself and names who answers for it; mended and published, it is gone."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from shouwang.apps.catalogue.models import Step
from shouwang.apps.catalogue.tests.making import an_item, published
from tests.browser import House
from tests.cast import Cast
from tests.journeys.living import Open, at_desk, cast, in_good_shape

__all__ = ["cast"]

pytestmark = pytest.mark.journey


def test_an_entry_goes_stale_and_names_its_owner(house: House, cast: Cast, browser_page: Open) -> None:
    long_ago = timezone.now() - timedelta(days=60)
    item = published(cast, an_item(cast, kind="situation", every="month", renew=True), when=long_ago).item

    resident = browser_page("/open/late/")
    in_good_shape(resident)
    expect(resident.get_by_text("由户籍内勤负责（安内勤）")).to_be_visible()

    owner = at_desk(browser_page, house, cast.an)
    owner.goto(house.at("/desk/"))
    owner.get_by_role("region", name="公开目录等您的").get_by_role("link", name=item.name).click()
    in_good_shape(owner)
    owner.get_by_label("怎样核对的", exact=False).fill("看过了")
    owner.get_by_role("button", name="核对过，没有变化").click()
    expect(owner.get_by_text("该有新的一期了").first).to_be_visible()  # looking is no update
    owner.get_by_label("正文").fill("十一月警情少了三起。")
    owner.get_by_label("改了什么").fill("十一月的")
    owner.get_by_role("button", name="交给领导公开").click()
    expect(owner.get_by_text("交上来，等公开")).to_be_visible()

    leader = at_desk(browser_page, house, cast.liang)
    leader.goto(house.at("/desk/"))
    leader.get_by_role("region", name="公开目录等您的").get_by_role("link").first.click()
    expect(leader.locator("ins").first).to_contain_text("十一月警情少了三起。")
    leader.get_by_role("heading", level=1).click()
    leader.keyboard.press("p")
    expect(leader.get_by_text("大家现在就能看到", exact=False)).to_be_visible()

    resident.reload()
    expect(resident.get_by_text("没有晚了的", exact=False)).to_be_visible()
    resident.goto(house.at(f"/open/{item.pk}/"))
    in_good_shape(resident)
    expect(resident.get_by_text("十一月警情少了三起。")).to_be_visible()
    assert list(Step.objects.order_by("pk").values_list("what", flat=True)) == ["published", "reviewed", "changed"]
