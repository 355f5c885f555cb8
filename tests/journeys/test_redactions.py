"""A legal officer makes a scanned decision ready for the public; one telephone number is missed, and the gate stops it."""

from __future__ import annotations

import hashlib
from pathlib import Path

import pytest
from django.utils import timezone
from PIL import Image, ImageDraw, ImageFont
from playwright.sync_api import expect

from shouwang.apps.redactions import work
from shouwang.apps.redactions.jobs import find_and_make
from shouwang.apps.redactions.models import Redaction
from shouwang.apps.units.models import Role
from tests.browser import PHONE, House
from tests.cast import Cast, officer
from tests.journeys.living import Open, at_desk, cast, in_good_shape

__all__ = ["cast"]
pytestmark = [pytest.mark.journey, pytest.mark.once]

FONT = "/usr/share/fonts/opentype/noto/NotoSansCJK-Regular.ttc"
MOBILE = "13800004321"
#: While the worker works the page reloads by itself.
RELOADS_MS = 30_000


def scan(folder: Path) -> Path:
    """A page of a decision as a scanner gives it: pixels, no text."""
    page = Image.new("RGB", (1240, 900), "white")
    draw, font = ImageDraw.Draw(page), ImageFont.truetype(FONT, 40)
    for n, line in enumerate(
        ("行政处罚决定书", "违法行为人雀守义，殴打他人。", f"被侵害人的手机是{MOBILE}。", "决定罚款五百元。")
    ):
        draw.text((90, 90 + 150 * n), line, font=font, fill="black")
    file = folder / "scan.pdf"
    page.save(file, "PDF", resolution=150)
    return file


def test_the_gate_stops_a_number_that_was_missed(
    house: House, cast: Cast, browser_page: Open, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    legal = officer("legal", "法晓", "法制员", cast.qingshi, Role.LEGAL_OFFICER)
    monkeypatch.setattr(work, "installed_reader", lambda: None)  # the page was too faint to be read at first
    desk = at_desk(browser_page, house, legal)
    desk.goto(house.at("/desk/redactions/new/"), timeout=60_000)
    in_good_shape(desk)
    desk.get_by_label("叫什么").fill("第12号处罚决定")
    desk.get_by_label("用来做什么").select_option("decision")
    desk.locator("#id_file").set_input_files(scan(tmp_path))
    desk.get_by_role("button", name="交上，开始找").click()
    expect(desk.get_by_text("正在找姓名")).to_be_visible()
    find_and_make(timezone.now())
    expect(desk.get_by_text("程序没有找到")).to_be_visible(timeout=RELOADS_MS)
    in_good_shape(desk)
    desk.get_by_role("button", name="这一页看过").click()
    desk.get_by_role("button", name="没有要遮的了").click()
    find_and_make(timezone.now())
    expect(desk.get_by_text("副本里还认得出 1 个像电话、证件号的号码").first).to_be_visible(timeout=RELOADS_MS)

    # With a mouse over the page, or by numbers: the name by its edges, the telephone by drawing.
    for edges in ((90, 200, 460, 330),):
        for label, edge in zip(("左", "上", "右", "下"), edges, strict=True):
            desk.get_by_label(label, exact=True).fill(str(edge))
        desk.get_by_label("凭哪一条遮").last.select_option("eo-mask-name")
        desk.get_by_role("button", name="画框").click()
        expect(desk.get_by_text("框 1：左 90")).to_be_visible()
    sheet = desk.locator("[data-draws]")
    sheet.scroll_into_view_if_needed()
    expect(sheet.locator("img")).to_have_js_property("naturalWidth", 1241)
    sheet.scroll_into_view_if_needed()
    box = sheet.bounding_box()
    assert box is not None
    desk.mouse.move(box["x"] + box["width"] * 0.3, box["y"] + box["height"] * 0.4)
    desk.mouse.down()
    desk.mouse.move(box["x"] + box["width"] * 0.75, box["y"] + box["height"] * 0.5, steps=4)
    desk.mouse.up()
    assert int(desk.get_by_label("右", exact=True).input_value()) in range(730, 771)
    desk.get_by_role("button", name="画框").click()
    expect(desk.get_by_text("框 2：")).to_be_visible()
    in_good_shape(desk)
    desk.get_by_role("button", name="没有要遮的了").click()
    find_and_make(timezone.now())

    # Somebody else looks on the phone, and agrees to these very bytes.
    address = desk.url
    chief = at_desk(browser_page, house, cast.liang, PHONE)
    chief.goto(address)
    chief.get_by_label("为什么要看").fill("第二个人核对")
    chief.get_by_role("button", name="打开并记录").click()
    expect(chief.get_by_text("这些程序都没有在副本里找到")).to_be_visible()
    in_good_shape(chief)
    with chief.expect_download() as download:
        chief.get_by_role("link", name="下载副本").click()
    copy = tmp_path / "copy.pdf"
    download.value.save_as(copy)
    one = Redaction.objects.get()
    assert hashlib.sha256(copy.read_bytes()).hexdigest() == one.sha256
    assert MOBILE.encode() not in copy.read_bytes()
    chief.get_by_role("button", name="我看过了，同意公开").click()
    expect(chief.get_by_text("可以公开了")).to_be_visible()
    desk.goto(address)
    expect(desk.get_by_text("可以公开", exact=True).first).to_be_visible()
