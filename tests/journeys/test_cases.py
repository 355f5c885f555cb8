"""A statement written with the keyboard alone, saved by itself, beside a limit that ticks. In a real browser."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from shouwang.apps.cases.models import Statement
from shouwang.apps.cases.tests.scene import filed, suspect
from shouwang.apps.recordings import usecases as custody
from tests.browser import DESK, House
from tests.cast import Cast
from tests.journeys.living import Open, at_desk, cast, in_good_shape

__all__ = ["cast"]

pytestmark = pytest.mark.journey


def test_a_statement_is_written_with_the_keyboard_and_saves_itself(
    house: House, cast: Cast, browser_page: Open
) -> None:
    now = timezone.now().replace(microsecond=0)
    case = filed(cast, now - timedelta(hours=9))
    suspect(case)
    came = now - timedelta(hours=7, minutes=10)
    place = custody.add_place(cast.qingshi, by=cast.liang, name="询问室一", at=came)
    custody.bring_in(case.matter, by=cast.chen, came="summoned", place=place, entered_at=came, at=came, name="吴一雀")
    desk = at_desk(browser_page, house, cast.chen, DESK)
    desk.goto(house.at(f"/desk/cases/{case.matter.number}/"))
    expect(desk.get_by_text("吴一雀")).to_have_count(0)
    desk.get_by_label("为什么要看").fill("办理这个案件")
    desk.get_by_role("button", name="打开案件并记录").click()
    expect(desk.get_by_role("cell", name="吴一雀")).to_be_visible()
    in_good_shape(desk)
    desk.get_by_role("link", name="做笔录", exact=True).click()
    desk.get_by_label("是哪一次进所").select_option(index=1)
    in_good_shape(desk)
    desk.get_by_role("button", name="开始").click()
    expect(desk.locator("[data-until]")).to_contain_text("还剩")
    expect(desk.locator("[data-until]")).to_contain_text("分钟")
    in_good_shape(desk)
    rows = desk.locator("#turns li").count()
    desk.locator("#turns textarea").last.focus()
    for words in ("清楚了", "东西现在在哪里？", "在我家里"):
        desk.keyboard.type(words)
        desk.keyboard.press("Enter")
    expect(desk.locator("#turns li")).to_have_count(rows + 2)
    expect(desk.locator("#statement[data-all=saved]")).to_be_visible()
    assert json.loads(Statement.objects.get().rows)[-2:] == [["", "清楚了"], ["东西现在在哪里？", "在我家里"]]
