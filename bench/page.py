"""
What does a resident's first visit cost on slow mobile data?

    python -m bench.page [--quick]

Starts a real house (uvicorn, static files as a station serves them, SQLite) and opens the resident's pages in Chromium,
each in a profile that has seen nothing yet, over a line of 400 kbit/s down, 150 kbit/s up and 150 ms round trip. Counted
are all bytes of all answers as they came over the wire, heads included, as the browser's own network log tells them; then
the time until something could be read (first contentful paint) and until every control worked (all scripts run). The lowest
of several visits, since other work on the machine only ever adds.

Limits: 100 KiB a page, and 3 s until every control works. The last line is one JSON object.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import shutil
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, sync_playwright

BYTES_LIMIT, SECONDS_LIMIT = 100 * 1024, 3.0
LINE = {"offline": False, "latency": 150, "downloadThroughput": 400_000 / 8, "uploadThroughput": 150_000 / 8}
CHROMIUM = ["/usr/bin/chromium-headless-shell", "/usr/bin/chromium", "/usr/bin/google-chrome"]
MAKE = """
import django; django.setup()
from django.core.management import call_command
call_command("migrate", verbosity=0); call_command("collectstatic", interactive=False, verbosity=0)
from django.utils import timezone
from shouwang.apps.duty.usecases import sign_on
from shouwang.apps.matters import usecases
from tests.cast import as_officer, assemble, consultation
cast, now = assemble(), timezone.now()
sign_on(cast.chen, cast.qingshi, at=now)
opened = consultation(cast, at=now)
for n in range(10):
    usecases.say(opened.matter, viewer=as_officer(cast.chen), at=now, body="带上出生证明、父母双方的身份证和户口本，周末窗口也开。")
print(opened.code, opened.matter.number)
"""


def main(argv: list[str]) -> int:
    """Serve, visit, count, print."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n\n")[0])
    parser.add_argument("--quick", action="store_true", help="one visit to each page")
    visits = 1 if parser.parse_args(argv).quick else 5
    figures: dict[str, Any] = {"visits": visits}
    ratios: dict[str, float] = {}
    with house() as (url, code, number), sync_playwright() as play:
        chromium = play.chromium.launch(
            executable_path=next(path for path in CHROMIUM if Path(path).exists()), args=["--no-sandbox"]
        )
        for name, path in {"home": "/", "ask": "/ask/", "matter": f"/m/{number}/"}.items():
            seen = [visit(chromium, url, path, code) for _ in range(visits)]
            best = {**min(seen, key=lambda one: one["works_s"]), "bytes": max(one["bytes"] for one in seen)}
            figures[name] = best
            ratios[f"{name} bytes"] = round(best["bytes"] / BYTES_LIMIT, 3)
            ratios[f"{name} time"] = round(best["works_s"] / SECONDS_LIMIT, 3)
            parts = ", ".join(f"{kind} {size / 1024:.1f}" for kind, size in best["kinds"].items())
            print(
                f"{name:7} {best['bytes'] / 1024:6.1f} KiB ({parts})  read {best['read_s']:.2f} s, works {best['works_s']:.2f} s"
            )
        chromium.close()
    where = {"cores": os.cpu_count(), "python": platform.python_version(), "system": platform.platform(terse=True)}
    peers = {"limit": {"bytes": BYTES_LIMIT, "seconds": SECONDS_LIMIT, "line": LINE}}
    print(json.dumps({"bench": "page", "figures": figures, "peers": peers, "ratios": ratios, "machine": where}))
    return 0


def visit(chromium: Browser, url: str, path: str, code: str) -> dict[str, Any]:
    """One first visit: bytes by kind of resource, and when the page could be read and used."""
    context = chromium.new_context(viewport={"width": 360, "height": 740}, locale="zh-CN", service_workers="block")
    try:
        if path.startswith("/m/"):  # this browser came by its code once; the page itself is still new to it
            context.request.get(f"{url}/c/{code}/", max_redirects=0)
        page = context.new_page()
        log = context.new_cdp_session(page)
        log.send("Network.enable")
        log.send("Network.setCacheDisabled", {"cacheDisabled": True})
        log.send("Network.emulateNetworkConditions", LINE)
        kinds: dict[str, str] = {}
        sizes: Counter[str] = Counter()
        log.on("Network.responseReceived", lambda event: kinds.update({event["requestId"]: event["type"]}))
        log.on(
            "Network.loadingFinished",
            lambda event: sizes.update({kinds.get(event["requestId"], "Other"): int(event["encodedDataLength"])}),
        )
        answer = page.goto(url + path, wait_until="load", timeout=60_000)
        if answer is None or answer.status != 200:
            raise AssertionError(f"{path} does not answer.")
        page.wait_for_timeout(1500)  # what scripts still ask for on their own
        told = page.evaluate(
            """() => [performance.getEntriesByName('first-contentful-paint')[0]?.startTime ?? 0,
                      performance.getEntriesByType('navigation')[0].domContentLoadedEventEnd]"""
        )
        return {
            "bytes": sum(sizes.values()),
            "kinds": dict(sizes.most_common()),
            "read_s": round(told[0] / 1000, 2),
            "works_s": round(max(told) / 1000, 2),
        }
    finally:
        context.close()


@contextmanager
def house() -> Iterator[tuple[str, str, str]]:
    """A running house with one matter: its address, the matter's code and number."""
    folder = Path(tempfile.mkdtemp(prefix="sw-page-"))
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    url = f"http://127.0.0.1:{port}"
    env = {**os.environ, "SHOUWANG_DATA_DIR": str(folder), "DJANGO_SETTINGS_MODULE": "shouwang.site.settings"}
    env.pop("SHOUWANG_DATABASE_URL", None)
    try:
        made = subprocess.run([sys.executable, "-c", MAKE], env=env, check=True, capture_output=True, text=True)
        code, number = made.stdout.split()[-2:]
        command = [sys.executable, "-m", "shouwang", "web", "--port", str(port), "--host", "127.0.0.1"]
        server = subprocess.Popen(command, env=env, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        try:
            wait_for(url)
            yield url, code, number
        finally:
            server.terminate()
            server.wait(20)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def wait_for(url: str) -> None:
    """Until the house answers; a first visit by nobody also warms its templates."""
    for _ in range(300):
        try:
            for path in ("/", "/ask/", "/find/"):
                urllib.request.urlopen(url + path, timeout=20).read()
        except OSError:
            time.sleep(0.2)
        else:
            return
    raise SystemExit("The house did not start.")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
