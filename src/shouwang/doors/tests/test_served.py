"""The live door behind a real server: a clean stop, and a real browser that loses its line and misses nothing."""

import os
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path
from urllib.parse import quote
from urllib.request import Request, urlopen

import pytest
from playwright.sync_api import expect

from tests.browser import chromium

PATIENCE_S = 30


class Served:
    """The little house of `served.py`; may die and come back on the same port and file."""

    def __init__(self, database_file):
        self.database_file = database_file
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = probe.getsockname()[1]
        self.process = None
        self.start()

    def start(self):
        command = [sys.executable, "-m", "shouwang.doors.tests.served", str(self.port), str(self.database_file)]
        path = os.pathsep.join(entry for entry in sys.path if entry)
        plain = {key: value for key, value in os.environ.items() if key != "DJANGO_SETTINGS_MODULE"}
        self.process = subprocess.Popen(command, env={**plain, "PYTHONPATH": path}, stderr=subprocess.PIPE)
        deadline = time.monotonic() + PATIENCE_S
        while time.monotonic() < deadline:
            try:
                return self.connect().close()
            except OSError:
                time.sleep(0.05)
        raise TimeoutError("the server does not answer")

    def connect(self):
        return socket.create_connection(("127.0.0.1", self.port), timeout=PATIENCE_S)

    def kill(self):
        self.process.kill()
        self.process.communicate()

    def post(self, path):
        with urlopen(Request(self.at(path), method="POST"), timeout=PATIENCE_S) as answer:
            assert answer.status == 200

    def say(self, text):
        self.post(f"/say?text={quote(text)}")

    def at(self, path):
        return f"http://127.0.0.1:{self.port}{path}"


@pytest.fixture
def served(sqlite_file):
    house = Served(Path(sqlite_file["NAME"]))
    yield house
    house.kill()


@pytest.fixture
def page():
    with chromium() as browser:
        page = browser.new_page()
        page.set_default_timeout(PATIENCE_S * 1_000)
        faults = []
        page.on("pageerror", lambda fault: faults.append(str(fault)))
        yield page
        assert faults == []


def shows(page, *lines):
    expect(page.locator("#talk li")).to_have_text(list(lines), timeout=PATIENCE_S * 1_000)


def is_in_state(page, state):
    expect(page.locator("html")).to_have_attribute("data-live-state", state, timeout=PATIENCE_S * 1_000)


def test_a_server_asked_to_stop_ends_its_streams_and_stops(served):
    with served.connect() as line:
        line.sendall(b"GET /live?s=room:3 HTTP/1.1\r\nHost: x\r\n\r\n")
        received = b""
        while b"id: room:3=0\n" not in received:
            received += line.recv(4096)
        served.process.send_signal(signal.SIGTERM)
        while chunk := line.recv(4096):
            received += chunk
        assert received.endswith(b"0\r\n\r\n"), "the stream ends as a stream should, not by a broken line"
    _, complaints = served.process.communicate(timeout=PATIENCE_S)
    assert served.process.returncode == -signal.SIGTERM
    assert complaints == b""


@pytest.mark.journey
def test_a_browser_gets_everything_once_and_in_order_though_the_server_dies(served, page):
    page.goto(served.at("/"))
    is_in_state(page, "live")
    served.say("一")
    served.say("二")
    shows(page, "1 一", "2 二")
    served.kill()
    is_in_state(page, "reconnecting")
    served.start()
    served.say("三")
    shows(page, "1 一", "2 二", "3 三")


@pytest.mark.journey
def test_a_line_lost_before_the_first_event_loses_none(served, page):
    """The browser has no event yet and the page no cursor; but the stream said on opening where it stands."""
    served.say("旧")
    page.goto(served.at("/?cursor=now"))
    is_in_state(page, "live")
    served.kill()
    is_in_state(page, "reconnecting")
    served.start()
    served.say("新")
    shows(page, "2 新")


@pytest.mark.journey
def test_a_browser_that_gets_no_stream_polls(served, page):
    served.post("/no-streams?on=1")
    page.goto(served.at("/"))
    is_in_state(page, "polling")
    served.say("一")
    served.say("二")
    shows(page, "1 一", "2 二")


@pytest.mark.journey
def test_a_page_older_than_the_log_loads_itself_anew_unless_its_script_knows_better(served, page):
    served.say("一")
    page.add_init_script(
        "document.addEventListener('live:reset', (e) => { e.preventDefault(); document.documentElement.dataset.told = 'reset'; })"
    )
    page.goto(served.at("/?cursor=room:3=7"))
    expect(page.locator("html")).to_have_attribute("data-told", "reset", timeout=PATIENCE_S * 1_000)
    is_in_state(page, "stale")


@pytest.mark.journey
def test_whoever_is_refused_is_told_and_does_not_knock_again(served, page):
    page.goto(served.at("/"))
    is_in_state(page, "live")
    asked = []
    served.post("/refuse")
    is_in_state(page, "refused")
    page.on("request", lambda request: asked.append(request.url))
    page.wait_for_timeout(1_000)
    assert asked == []
