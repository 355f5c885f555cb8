"""The open pages in a real browser: on a phone and at a desk, by night, in large type, in English and on paper."""

from __future__ import annotations

import os
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from django.conf import settings
from django.test import Client
from playwright.sync_api import Page, expect

from shouwang.apps.openness import usecases
from shouwang.apps.openness.models import Digest
from tests.browser import DESK, PHONE, House, axe, browser, browser_page, house, no_sideways_scroll
from tests.cast import MONDAY, assemble, sign_in

from .conftest import Clock
from .test_digests import ask
from .test_public_figures import NIGHT, a_busy_autumn

__all__ = ["browser", "browser_page", "house"]
pytestmark = [pytest.mark.journey, pytest.mark.once]
OPEN = [
    "/numbers/?station=QS&period=90",
    "/numbers/?station=all",
    "/numbers/dump/",
    "/digest/",
    "/digest/liuxi-2026w48/",
]
READERS = [(PHONE, {}), (PHONE, {"night": True, "large": True}), (DESK, {}), (PHONE, {"js": False, "language": "en"})]
#: Where to put pictures, for somebody who wants to look; nowhere by default.
PICTURES = os.environ.get("PICTURES_OF_OPENNESS")


def picture(page: Page, name: str) -> None:
    if PICTURES:
        page.screenshot(path=str(Path(PICTURES) / f"{name}.png"), full_page=True)


def test_everybody_can_read_the_open_pages(house: House, browser_page: Callable[..., Page], clock: Clock) -> None:
    cast = assemble()
    clock.at(NIGHT)
    a_busy_autumn(cast)
    ask(cast, "suggestion", when=MONDAY + timedelta(hours=1))
    ask(cast, "problem", when=MONDAY + timedelta(hours=2))
    later = MONDAY + timedelta(days=9)
    clock.at(later)
    usecases.draft_last_week(at=later)
    digest = Digest.objects.get(slug="liuxi-2026w48")
    usecases.publish_digest(digest, by=cast.liang, at=later)
    for width, reader in READERS:
        page = browser_page(width=width, **reader)
        for n, path in enumerate(OPEN):
            page.goto(house.at(path))
            no_sideways_scroll(page)
            if reader.get("js", True):  # axe is a script itself
                assert axe(page) == [], path
            picture(page, f"{width}-{'-'.join(map(str, reader))}-{n}")

    paper = browser_page(OPEN[0], width=DESK)
    paper.emulate_media(media="print")
    expect(paper.get_by_role("button", name="打印")).to_be_hidden()
    expect(paper.locator(".choose").first).to_be_hidden()
    picture(paper, "paper")

    desk = browser_page(width=DESK)
    client = Client()
    sign_in(client, cast.liang)
    session = client.cookies[settings.SESSION_COOKIE_NAME].value
    desk.context.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": session, "url": house.url}])
    usecases.withdraw_digest(digest, by=cast.liang, reason="改一个字", at=later)
    for path in ("/desk/digests/", "/desk/digests/liuxi-2026w48/"):
        desk.goto(house.at(path))
        no_sideways_scroll(desk)
        assert axe(desk) == [], path
        picture(desk, f"desk{path.count('/')}")
    desk.locator("textarea").first.fill("桥头的路灯坏了，找 13800138000。")
    desk.get_by_role("button", name="存好并公开").click()
    expect(desk.get_by_text("可能让人知道是谁：13800138000")).to_be_visible()
    picture(desk, "desk-telling")
    desk.locator("textarea").first.fill("桥头的路灯坏了。")
    desk.get_by_role("button", name="存好并公开").click()
    expect(desk.get_by_text("公开了。")).to_be_visible()
    home = browser_page("/", width=PHONE)
    expect(home.get_by_role("link", name="桥头的路灯坏了。")).to_be_visible()
    no_sideways_scroll(home)
    picture(home, "home")
