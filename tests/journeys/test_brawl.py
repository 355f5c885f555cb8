"""A brawl with three callers: linked, a crew suggested and sent, acknowledged on a phone, feedback kept without a network."""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from shouwang.apps.dispatch import progress
from shouwang.apps.dispatch.models import Sending
from shouwang.apps.dispatch.tests.making import a_call, a_crew
from shouwang.apps.dispatch.usecases import send
from shouwang.apps.incidents.models import Incident
from shouwang.apps.matters.models import Entry
from tests.browser import PHONE, House, page_log
from tests.cast import Cast
from tests.journeys.living import Open, at_desk, cast, in_good_shape

__all__ = ["cast"]

pytestmark = pytest.mark.journey


def test_a_brawl_with_three_callers(house: House, cast: Cast, browser_page: Open) -> None:
    now = timezone.now()
    spot = {"longitude": 120.05, "latitude": 30.05, "category": "quarrel"}
    said = ("夜市两桌人吵架掀了桌子", "夜市这边吵架掀桌子了", "夜市有人吵架，桌子都掀了")
    calls = [a_call(cast, words, at=now - timedelta(minutes=6 - n), **spot) for n, words in enumerate(said)]
    a_crew("1号车", cast.zhou, cast.liang, at=now)

    desk = at_desk(browser_page, house, cast.chen)
    desk.goto(house.at("/desk/board/"))
    in_good_shape(desk)
    for _link in range(2):
        expect(desk.get_by_role("button", name="是同一件").first).to_be_visible()
        desk.keyboard.press("l")
        expect(desk.get_by_text("连起来了", exact=False).first).to_be_visible()
    leading = calls[0].matter
    assert Incident.objects.filter(same_as=leading.pk).count() == 2
    expect(desk.get_by_text("另有 2 人报告")).to_be_visible()
    expect(desk.get_by_text("建议1号车")).to_be_visible()
    desk.keyboard.press("1")
    expect(desk.get_by_text("已派1号车", exact=False)).to_be_visible()
    sending = Sending.objects.get()

    phone = at_desk(browser_page, house, cast.zhou, PHONE)
    phone.goto(house.at("/desk/mine/"))
    in_good_shape(phone)
    phone.get_by_role("button", name="收到").click()
    expect(phone.get_by_text("已应答")).to_be_visible()
    expect(desk.get_by_text("已应答").first).to_be_visible(timeout=15_000)  # without a reload

    page_log(phone).expect("ERR_INTERNET_DISCONNECTED", "Failed to fetch")
    phone.get_by_text("现场反馈", exact=False).click()
    phone.get_by_label("当场劝解好了").check()
    phone.get_by_label("说一说", exact=False).fill("劝开了，两边都认错。")
    phone.context.set_offline(True)
    before = timezone.now()
    phone.get_by_role("button", name="报上去").click()
    expect(phone.get_by_text("1 条存在这部手机里", exact=False)).to_be_visible()
    after = timezone.now()
    assert not Entry.objects.filter(data__what="dispatch.feedback").exists()
    phone.wait_for_timeout(1500)
    phone.context.set_offline(False)
    expect(phone.get_by_text("空闲，等派警")).to_be_visible(timeout=30_000)
    entry = Entry.objects.get(data__what="dispatch.feedback")
    assert before - timedelta(seconds=1) <= entry.at <= after
    assert datetime.fromisoformat(str(entry.data["arrived_at"])) > after
    sending.refresh_from_db()
    assert sending.state == progress.CLEARED
    in_good_shape(phone)


def test_what_the_house_does_not_take_says_why_and_the_words_go_without_the_picture(
    house: House, cast: Cast, browser_page: Open, tmp_path: Path
) -> None:
    now = timezone.now()
    call = a_call(
        cast,
        "夜市两桌人吵架掀了桌子",
        at=now - timedelta(minutes=6),
        longitude=120.05,
        latitude=30.05,
        category="quarrel",
    )
    crew = a_crew("1号车", cast.zhou, cast.liang, at=now)
    send(call.matter, [crew.pk], by=cast.chen, words="去看看", seen=0, at=now)
    phone = at_desk(browser_page, house, cast.zhou, PHONE)
    phone.goto(house.at("/desk/mine/"))
    page_log(phone).expect("400")
    phone.get_by_text("现场反馈", exact=False).click()
    phone.get_by_label("当场劝解好了").check()
    phone.get_by_label("说一说", exact=False).fill("劝开了，两边都认错。")
    huge = tmp_path / "现场.jpg"
    huge.write_bytes(b"\xff\xd8\xff" + bytes(40 * 1024 * 1024))
    phone.locator("#feedback input[type=file]").set_input_files(huge)
    phone.get_by_role("button", name="报上去").click()
    refused = phone.get_by_role("alert").filter(has_text="这一条没有收下")
    expect(refused).to_contain_text("劝开了，两边都认错。")
    expect(refused).to_contain_text("MB")
    in_good_shape(phone)
    phone.get_by_role("button", name="不带照片，只发文字").click()
    expect(phone.get_by_text("空闲，等派警")).to_be_visible(timeout=30_000)
    assert Entry.objects.filter(data__what="dispatch.feedback").count() == 1
