"""
A little house with one page and the live door, as a process of its own: `python -m shouwang.doors.tests.served PORT DATABASE_FILE`.

POST /say?text=… publishes; POST /refuse and /allow change what may be followed; /no-streams?on=1 lets the door answer streams with 503.
"""

from __future__ import annotations

import asyncio
import sys
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import parse_qs

import uvicorn

SCRIPT = Path(__file__).resolve().parents[2] / "site/static/shouwang/live.js"
PAGE = """<!doctype html><html lang="zh"><meta charset="utf-8"><title>群</title>
<ol id="talk" data-live="room:3" data-cursor="{cursor}"></ol>
<script type="module" src="/page.js"></script><script type="module" src="/live.js"></script></html>"""
PAGE_SCRIPT = """
document.getElementById("talk").addEventListener("live:message", ({ target, detail }) => {
  const line = document.createElement("li");
  line.textContent = `${detail.seq} ${detail.payload.text}`;
  target.append(line);
});
"""
POLICY = b"default-src 'none'; script-src 'self'; connect-src 'self'"
MOMENT = datetime(2026, 2, 12, 12, tzinfo=UTC)


def build(database_file):
    import django
    from django.conf import settings

    options = {"transaction_mode": "IMMEDIATE", "timeout": 20, "init_command": "PRAGMA journal_mode=WAL"}
    sqlite = {"ENGINE": "django.db.backends.sqlite3", "NAME": database_file, "OPTIONS": options}
    settings.configure(USE_TZ=True, INSTALLED_APPS=["shouwang.kernel.live"], DATABASES={"default": sqlite})
    django.setup()

    from shouwang.doors.stream import StreamDoor, mounted
    from shouwang.kernel.live import log
    from shouwang.kernel.live.hub import Hub

    allowed = {"room:3": 0}

    async def authorise(scope, streams):
        return allowed

    def say(text):
        log.publish("room:3", "message", {"text": text}, audience=0, at=MOMENT)

    async def inner(scope, receive, send):
        query = parse_qs(scope["query_string"].decode())
        status, kind, body = 200, b"text/html; charset=utf-8", ""
        match scope["path"]:
            case "/":
                body = PAGE.format(cursor=query.get("cursor", ["room:3=0"])[0])
            case "/live.js":
                kind, body = b"text/javascript", SCRIPT.read_text()
            case "/page.js":
                kind, body = b"text/javascript", PAGE_SCRIPT
            case "/say":
                await asyncio.to_thread(say, query["text"][0])
            case "/refuse":
                allowed.clear()
            case "/no-streams":
                door._max_open = 0 if query["on"] == ["1"] else 100
            case _:
                status = 404
        headers = [(b"content-type", kind), (b"content-security-policy", POLICY), (b"connection", b"close")]
        await send({"type": "http.response.start", "status": status, "headers": headers})
        await send({"type": "http.response.body", "body": body.encode()})

    door = StreamDoor(Hub(heartbeat_s=1), authorise, retry_ms=(100, 200))
    return mounted(door, inner)


if __name__ == "__main__":
    uvicorn.run(build(sys.argv[2]), host="127.0.0.1", port=int(sys.argv[1]), log_level="warning", access_log=False)
