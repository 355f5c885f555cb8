"""
A real browser against a real house, for journeys and looks.

`house`                     a running uvicorn on a free port over this test's database; `house.at("/path")` is an address
`browser_page`              opens pages: `browser_page(width=PHONE, js=True, night=False, large=False)`
`axe(page)`                 the accessibility faults of what is on the screen, as sentences
`no_sideways_scroll(page)`  refuses a page that has to be pushed sideways; `sideways(page)` says it in words
`sign_in(page, house, name, password)`  past the password; the second factor is the caller's

At the end of its test a page fails it when its console showed an error, when a script broke, or when it asked anybody but the house
for something. A page that is meant to fail says so first: `page_log(page).expect("404")`.
"""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
import uvicorn
from axe_playwright_python.sync_playwright import Axe
from django.db import connections
from playwright.sync_api import Browser, ConsoleMessage, Page, Request, sync_playwright

from shouwang.site.context import LARGE_TYPE, NIGHT

#: The build without windows: a page opens several times faster than in one that draws a window for itself.
CHROMIUM = "/usr/bin/chromium-headless-shell"
ARGUMENTS = ["--no-sandbox", "--disable-quic", "--no-first-run", "--disable-background-networking"]
PHONE, TABLET, DESK = 360, 768, 1440
START_SECONDS = 20


@dataclass
class House:
    """A running house."""

    url: str

    def at(self, path: str) -> str:
        return self.url + path


@pytest.fixture
def house(transactional_db: None, tmp_path: Path) -> Iterator[House]:
    """
    uvicorn in a thread of this process, so that settings and patched clocks reach it.

    With SQLite the test's data move into a file for the time being: a database in memory locks whole tables between threads and
    would fail where a real house waits.
    """
    back = _move_into_a_file(tmp_path / "house.sqlite3")
    from shouwang.site.asgi import application

    listening = socket.create_server(("127.0.0.1", 0))
    server = uvicorn.Server(
        uvicorn.Config(application, lifespan="off", log_level="warning", ws="none", timeout_graceful_shutdown=1)
    )
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]}, name="house", daemon=True)
    thread.start()
    try:
        _wait_until(lambda: server.started, "The house did not start.")
        yield House(f"http://127.0.0.1:{listening.getsockname()[1]}")
    finally:
        server.should_exit = True
        thread.join(START_SECONDS)
        listening.close()
        back()


def _move_into_a_file(file: Path) -> Callable[[], None]:
    """Point `default` at a copy of the in-memory database; the returned call points it back."""
    memory = connections["default"]
    if memory.vendor != "sqlite" or not memory.is_in_memory_db():
        return lambda: None
    name = memory.settings_dict["NAME"]
    memory.ensure_connection()
    copy = memory.copy()
    copy.settings_dict["NAME"] = str(file)
    with copy.cursor():
        memory.connection.backup(copy.connection)
    connections["default"] = copy
    connections.settings["default"]["NAME"] = str(file)

    def back() -> None:
        copy.close()
        connections["default"] = memory
        connections.settings["default"]["NAME"] = name

    return back


def _wait_until(true: Callable[[], bool], sentence: str) -> None:
    for _ in range(START_SECONDS * 50):
        if true():
            return
        time.sleep(0.02)
    raise AssertionError(sentence)


@dataclass
class PageLog:
    """What a page did that nobody should see."""

    home: str
    faults: list[str] = field(default_factory=list)
    expected: tuple[str, ...] = ()

    def expect(self, *parts: str) -> None:
        """Faults that contain one of these words are meant to happen."""
        self.expected += parts

    def on_console(self, message: ConsoleMessage) -> None:
        if message.type == "error":
            self.faults.append(f"console: {message.text}")

    def on_error(self, error: object) -> None:
        self.faults.append(f"script: {error}")

    def on_request(self, request: Request) -> None:
        parts = urlsplit(request.url)
        if parts.scheme in {"http", "https"} and f"{parts.scheme}://{parts.netloc}" != self.home:
            self.faults.append(f"outside: {request.url}")

    def unexpected(self) -> list[str]:
        return [fault for fault in self.faults if not any(part in fault for part in self.expected)]


_logs: dict[Page, PageLog] = {}


def page_log(page: Page) -> PageLog:
    """The log of a page that `browser_page` opened."""
    return _logs[page]


@contextmanager
def chromium() -> Iterator[Browser]:
    """One Chromium, driven from this thread alone."""
    with sync_playwright() as play:
        started = play.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        yield started
        started.close()


@pytest.fixture
def browser(monkeypatch: pytest.MonkeyPatch) -> Iterator[Browser]:
    """One Chromium for one test."""
    # Playwright's blocking door leaves an event loop marked as running in this thread, which Django takes for async code.
    monkeypatch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "true")
    with chromium() as started:
        yield started


@pytest.fixture
def browser_page(browser: Browser, house: House) -> Iterator[Callable[..., Page]]:
    """Opens pages of the house, each in a browser profile of its own; looks at what they did when the test ends."""
    opened: list[Page] = []

    def open_page(
        path: str = "",
        *,
        width: int = PHONE,
        js: bool = True,
        night: bool = False,
        large: bool = False,
        language: str = "zh-CN",
        **more: Any,
    ) -> Page:
        context = browser.new_context(
            viewport={"width": width, "height": 740 if width < TABLET else 900},
            java_script_enabled=js,
            locale=language,
            timezone_id="Asia/Shanghai",
            reduced_motion="reduce",
            **more,
        )
        wishes = {NIGHT: "on" if night else "off", LARGE_TYPE: "1" if large else "0"}
        context.add_cookies([{"name": name, "value": value, "url": house.url} for name, value in wishes.items()])
        page = context.new_page()
        page.set_default_timeout(10_000)
        log = _logs[page] = PageLog(house.url)
        page.on("console", log.on_console)
        page.on("pageerror", log.on_error)
        page.on("request", log.on_request)
        opened.append(page)
        if path:
            page.goto(house.at(path))
        return page

    yield open_page
    faults = [fault for page in opened for fault in _logs.pop(page).unexpected()]
    assert not faults, "\n".join(faults)


def axe(page: Page) -> list[str]:
    """Accessibility faults (WCAG 2.2 A and AA, and axe's best practices) of the page as it stands; empty when clean."""
    found = Axe().run(page).response["violations"]
    return [f"{fault['id']}: {fault['help']} — {node['html'][:160]}" for fault in found for node in fault["nodes"]]


def sideways(page: Page) -> str:
    """The widest offenders on a page that has to be pushed sideways; empty when nothing is wider than the window."""
    wide: str = page.evaluate(
        """() => {
          const width = document.documentElement.clientWidth;
          if (document.documentElement.scrollWidth <= width) return '';
          const out = [...document.body.querySelectorAll('*')].filter(e => e.getBoundingClientRect().right > width + 0.5);
          return out.map(e => e.tagName + '.' + (e.className.baseVal ?? e.className)).slice(-3).join(', ')
            || 'something unseen';
        }"""
    )
    return wide and f"wider than the window: {wide}"


def keys_twice(page: Page) -> list[str]:
    """Keys that would do two things on this page; those of the desk itself count where its script is loaded."""
    twice: list[str] = page.evaluate(
        """() => {
          const own = document.querySelector('script[src*="shouwang/desk"]') ? ['j', 'k', 'r', 'g', '?'] : [];
          const keys = [...own, ...[...document.querySelectorAll('[data-key]')].map(e => e.dataset.key).filter(Boolean)];
          return keys.filter((key, at) => keys.indexOf(key) !== at);
        }"""
    )
    return [f"the key {key} does two things" for key in twice]


def no_sideways_scroll(page: Page) -> None:
    """Nothing is wider than the window. Names the widest offender."""
    assert not (wide := sideways(page)), wide


def sign_in(page: Page, house: House, username: str, password: str) -> None:
    """Through the sign-in page with a name and a password, by hand as an officer does."""
    page.goto(house.at("/accounts/login/"))
    page.fill("[name=login]", username)
    page.fill("[name=password]", password)
    page.press("[name=password]", "Enter")


__all__ = [
    "DESK",
    "PHONE",
    "TABLET",
    "House",
    "PageLog",
    "axe",
    "browser",
    "browser_page",
    "chromium",
    "house",
    "no_sideways_scroll",
    "page_log",
    "sideways",
    "sign_in",
]
