"""Somebody is brought to the station: what was recorded, what was not, and the copy they ask for. In a real browser."""

from __future__ import annotations

import hashlib
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect

from shouwang.apps.recordings import usecases
from shouwang.apps.recordings.models import Recording, Stay
from tests.browser import DESK, PHONE, House
from tests.cast import Cast, assemble, consultation
from tests.journeys.living import Open, at_desk, in_good_shape

pytestmark = pytest.mark.journey


@pytest.fixture
def cast(house: House) -> Cast:
    """The small cast, living in the running house, with a hall and an interview room that have cameras."""
    cast, when = assemble(), timezone.now()
    for name in ("大厅", "询问室一"):
        place = usecases.add_place(cast.qingshi, by=cast.liang, name=name, at=when)
        usecases.add_device(cast.qingshi, by=cast.liang, name=f"{name}摄像头", place=place, at=when)
    return cast


def typed(at: datetime) -> str:
    """As the browser's own field wants it."""
    return timezone.localtime(at).strftime("%Y-%m-%dT%H:%M")


def register(desk: Page, house: House, file: Path, device: str, since: datetime, until: datetime) -> None:
    """Choose the file: its SHA-256, size and name come by themselves; the file goes nowhere."""
    desk.goto(house.at("/desk/recordings/add/"))
    desk.get_by_label("选文件，自己算 SHA-256").set_input_files(str(file))
    expect(desk.get_by_text("算好了")).to_be_visible()
    assert desk.locator("#one [name=sha256]").input_value() == hashlib.sha256(file.read_bytes()).hexdigest()
    assert desk.locator("#one [name=size]").input_value() == str(file.stat().st_size)
    desk.locator("#one [name=device]").select_option(label=device)
    desk.locator("#one [name=since]").fill(typed(since))
    desk.locator("#one [name=until]").fill(typed(until))
    desk.get_by_role("button", name="登记", exact=True).click()
    expect(desk.get_by_text("登记好了 1 个文件。")).to_be_visible()


def test_from_coming_to_leaving_and_the_copy(house: House, cast: Cast, browser_page: Open, tmp_path: Path) -> None:
    came = timezone.now().replace(second=0, microsecond=0) - timedelta(minutes=70)
    opened = consultation(cast, kind="help", at=came)
    hall, room = tmp_path / "hall.mp4", tmp_path / "room.mp4"
    hall.write_bytes(b"hall" * 3_000_000)  # more than one piece of four megabytes, and not a whole number of blocks
    room.write_bytes(b"room" * 1_100_000 + b"x")

    desk = at_desk(browser_page, house, cast.chen, DESK)
    desk.goto(house.at(f"/desk/m/{opened.matter.number}/"))
    desk.get_by_role("link", name="有人进所").or_(desk.get_by_role("button", name="有人进所")).first.click()
    in_good_shape(desk)
    desk.get_by_label("治安传唤").check()
    desk.get_by_label("姓名").fill("吴某")
    desk.get_by_label("几点进所").fill(typed(came))
    desk.get_by_label("先在哪里").select_option(label="大厅")
    desk.get_by_role("button", name="登记进所").click()
    expect(desk.get_by_role("heading", name="有权要录像的告知书")).to_be_visible()
    in_good_shape(desk)
    stay = Stay.objects.get()

    desk.goto(house.at(f"/desk/stays/{stay.pk}/"))
    expect(desk.get_by_text("治安传唤")).to_be_visible()
    desk.get_by_text("换了地方").click()
    desk.get_by_label("到了哪里").select_option(label="询问室一")
    desk.get_by_label("从几点起").fill(typed(came + timedelta(minutes=20)))
    desk.get_by_role("button", name="记下", exact=True).click()
    desk.get_by_text("离所", exact=True).click()
    desk.get_by_label("几点离所").fill(typed(came + timedelta(minutes=60)))
    desk.get_by_label("给了纸的告知书").check()
    desk.get_by_role("button", name="登记离所，打出告知书").click()
    code = desk.locator("dd.code").first.inner_text()

    register(desk, house, hall, "大厅摄像头", came - timedelta(minutes=1), came + timedelta(minutes=20))
    register(desk, house, room, "询问室一摄像头", came + timedelta(minutes=32), came + timedelta(minutes=61))
    in_good_shape(desk)
    assert Recording.objects.count() == 2

    chief = at_desk(browser_page, house, cast.liang, PHONE)
    chief.goto(house.at("/desk/recordings/?show=gaps"))
    expect(chief.get_by_text("1 个缺口没有说明")).to_be_visible()
    expect(chief.get_by_text("12 分钟")).to_be_visible()
    in_good_shape(chief)

    desk.goto(house.at(f"/desk/stays/{stay.pk}/"))
    in_good_shape(desk)
    desk.get_by_label("为什么没有录像，人在做什么").fill("换硬盘，人在询问室一喝水休息。")
    desk.get_by_role("button", name="签名说明").click()
    expect(desk.get_by_text("换硬盘，人在询问室一喝水休息。")).to_be_visible()
    chief.reload()
    expect(chief.get_by_text("近 30 天没有缺口等着说明。")).to_be_visible()

    phone = browser_page("/my-stay/", width=PHONE, js=False)
    phone.get_by_label("告知书上的码").fill(code.lower())
    phone.get_by_role("button", name="打开").click()
    expect(phone.get_by_text("换硬盘，人在询问室一喝水休息。")).to_be_visible()
    phone.get_by_role("link", name="我要录像").click()
    phone.get_by_label("拷贝一份").check()
    phone.get_by_role("button", name="提出申请").click()
    expect(phone.get_by_text("凭码提出")).to_be_visible()

    chief.goto(house.at("/desk/recordings/?show=asked"))
    chief.get_by_role("link", name="拷贝一份").click()
    in_good_shape(chief)
    chief.get_by_label("给", exact=True).check()
    chief.get_by_label("给的话，怎么交").fill("本人带身份证来取，存进自带的 U 盘")
    chief.get_by_label("答复，本人会看到").fill("可以，明天上午来。")
    chief.get_by_role("button", name="答复本人").click()
    phone.reload()
    expect(phone.get_by_text("可以，明天上午来。")).to_be_visible()

    copied = tmp_path / "copied.mp4"
    copied.write_bytes(room.read_bytes())
    verified(desk, house, copied)
    expect(desk.get_by_text("是登记的那个文件，一个字节都没有变。")).to_be_visible()
    expect(desk.get_by_text("进所的人")).to_be_visible()
    in_good_shape(desk)
    changed = bytearray(room.read_bytes())
    changed[2_000_000] ^= 1
    copied.write_bytes(changed)
    verified(desk, house, copied)
    expect(desk.get_by_text("登记簿里没有这个文件。")).to_be_visible()

    phone.reload()
    phone.get_by_text("谁看过").click()
    expect(phone.get_by_text("值班民警：")).to_be_visible()


def verified(desk: Page, house: House, file: Path) -> None:
    """Check a file in the browser."""
    desk.goto(house.at("/desk/recordings/check/"))
    desk.get_by_label("选文件，自己算 SHA-256").set_input_files(str(file))
    expect(desk.get_by_text("算好了")).to_be_visible()
    desk.get_by_label("为什么核对").fill("交给本人前核对")
    desk.get_by_role("button", name="核对并记录").click()
