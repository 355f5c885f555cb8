"""Each page of the house in a real browser: WCAG 2.2 AA by axe, keys_twice, and nothing that has to be pushed sideways."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from concurrent.futures import Future
from queue import SimpleQueue
from typing import Any

import pytest
from django.http import HttpResponse
from django.test import Client
from playwright.sync_api import Page
from playwright.sync_api import Route as Asked

from shouwang.site.context import LARGE_TYPE
from tests.browser import DESK, PHONE, axe, chromium, keys_twice, sideways
from tests.contracts.crawl import body_of, is_page
from tests.contracts.routes import TABLE, Route
from tests.contracts.scene import Looker, Scene, undone
from tests.contracts.test_routes import address_of

pytestmark = [pytest.mark.django_db, pytest.mark.journey, pytest.mark.once]

HOUSE = "http://house.test"
#: A header that carries the wish for large type to the client that asks the house.
LARGE = "x-large-type"
#: Whoever comes first here and may open a page opens it.
READERS = (
    "stranger",
    "holder",
    "neighbour",
    "brought-in",
    "other-side",
    "chen",
    "liang",
    "meng",
    "shao",
    "shi",
    "admin",
    "without-factor",
)


class Window:
    """
    One page of a browser in a thread of its own. Its requests are answered in the caller's thread: only there is the scene, which is
    never committed.
    """

    def __init__(self) -> None:
        self._visits: SimpleQueue[tuple[str, Future[list[str]]] | None] = SimpleQueue()
        self._asked: SimpleQueue[tuple[str, str, Future[HttpResponse]] | None] = SimpleQueue()
        self._static: dict[str, dict[str, Any]] = {}
        self._visiting = False
        self._thread = threading.Thread(target=self._live, name="window")
        self._thread.start()

    def _live(self) -> None:
        with chromium() as browser:
            page = browser.new_page(locale="zh-CN", reduced_motion="reduce")
            page.route("**/*", self._ask)
            while (job := self._visits.get()) is not None:
                address, outcome = job
                self._visiting = True
                try:
                    outcome.set_result(_look_at(page, address))
                except Exception as fault:  # told to whoever waits for the outcome
                    outcome.set_exception(fault)
                self._visiting = False
                self._asked.put(None)

    def _ask(self, asked: Asked) -> None:
        request = asked.request
        # After a visit nobody answers any more: a page that asks on its way out would wait, and the window with it, for ever.
        if not self._visiting or request.method != "GET" or not request.url.startswith(HOUSE):
            asked.abort()
            return
        if request.url in self._static:
            asked.fulfill(**self._static[request.url])
            return
        answered: Future[HttpResponse] = Future()
        self._asked.put((request.url.removeprefix(HOUSE), request.headers[LARGE], answered))
        answer = answered.result()
        headers = {key: value for key, value in answer.items() if key.lower() != "content-length"}
        whole = {"status": answer.status_code, "headers": headers, "body": body_of(answer)}
        if request.url.startswith(f"{HOUSE}/static/"):
            self._static[request.url] = whole
        asked.fulfill(**whole)

    def show(self, address: str, client: Client) -> list[str]:
        """What is wrong with the page at this address, with the client as the browser's only line to the house."""
        outcome: Future[list[str]] = Future()
        self._visits.put((address, outcome))
        while (asked := self._asked.get()) is not None:
            path, large, answered = asked
            client.cookies[LARGE_TYPE] = large
            answered.set_result(client.get(path))
        return outcome.result()

    def close(self) -> None:
        self._visits.put(None)
        self._thread.join()


@pytest.fixture(scope="module")
def window() -> Iterator[Window]:
    one = Window()
    yield one
    one.close()


def _look_at(page: Page, address: str) -> list[str]:
    """On a phone with axe, keys_twice, at a desk, and on a phone in large type."""
    faults = []
    for width, large in ((PHONE, False), (DESK, False), (PHONE, True)):
        page.set_viewport_size({"width": width, "height": 800})
        if width == PHONE:
            page.set_extra_http_headers({LARGE: "1" if large else "0"})
            page.goto(HOUSE + address)
        found = [sideways(page), *((*axe(page), *keys_twice(page)) if (width, large) == (PHONE, False) else ())]
        faults += [f"{width} px{' in large type' if large else ''}: {fault}" for fault in found if fault]
    return faults


def _reader(route: Route, scene: Scene, address: str) -> Looker | None:
    """Who opens it; None when nobody gets a page there (a file, a redirect, a part of a page)."""
    for name in READERS:
        who = scene.lookers[name]
        if route.read is not None and route.read(who, "open"):
            with undone(who):
                answer = who.client.get(address)
            if answer.status_code == 200 and is_page(answer) and b"<html" in answer.content[:2000]:
                return who
    return None


@pytest.mark.parametrize("route", [one for one in TABLE if one.read is not None], ids=str)
def test_a_page_can_be_read_by_everybody(route: Route, scene: Scene, window: Window) -> None:
    address = address_of(route, scene, "open")
    who = _reader(route, scene, address)
    if who is None:
        return
    with undone(who):
        faults = window.show(address, who.client)
    assert faults == [], f"{address} as {who}"
