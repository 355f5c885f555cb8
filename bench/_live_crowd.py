"""A crowd of browsers on the loopback: raw sockets that follow an event stream and note what arrives and when."""

from __future__ import annotations

import asyncio
import os
import platform
import re
import resource
import socket
import subprocess
import sys
import time
from array import array
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import cast

HOST = "127.0.0.1"
ROOT = Path(__file__).resolve().parent.parent
EVENT = re.compile(rb'"n":(\d+),"t":(\d+)')
RETRY = re.compile(rb"^retry: (\d+)", re.MULTILINE)
CURSOR = re.compile(rb"^id: (.*)$", re.MULTILINE)

# What a phone's browser sends along, cookie included: the server keeps it for as long as the stream is open.
REQUEST = (
    "GET /live?s=room:1 HTTP/1.1\r\nHost: 127.0.0.1:8000\r\nAccept: text/event-stream\r\nAccept-Encoding: gzip, deflate, br\r\n"
    "Accept-Language: zh-CN,zh;q=0.9\r\nCache-Control: no-cache\r\nConnection: keep-alive\r\n"
    "Cookie: sw_session=0123456789abcdefghijklmnopqrstuv; csrftoken=0123456789abcdefghijklmnopqrstuv\r\n"
    "Referer: http://127.0.0.1:8000/rooms/1/\r\nSec-Fetch-Dest: empty\r\nSec-Fetch-Mode: cors\r\nSec-Fetch-Site: same-origin\r\n"
    "User-Agent: Mozilla/5.0 (Linux; Android 9; example) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/109.0 Mobile Safari/537.36\r\n"
)


class Browser(asyncio.Protocol):
    """One connection after another, with EventSource's manners: the retry hint, and the last id on coming back."""

    def __init__(self, crowd: Crowd) -> None:
        self.crowd = crowd
        self.open = False
        self.cursor = b""
        self.retry_s = 1.0
        self.numbers = array("l")
        self._rest = b""
        self._transport: asyncio.Transport | None = None

    async def connect(self) -> None:
        """Until it works, at the pace the server asked for."""
        loop = asyncio.get_running_loop()
        while not self.crowd.over:
            try:
                await loop.create_connection(lambda: self, HOST, self.crowd.port)
            except OSError:
                await asyncio.sleep(self.retry_s)
            else:
                return

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast("asyncio.Transport", transport)  # uvloop's own class is no subclass of it
        last = f"Last-Event-ID: {self.cursor.decode()}\r\n" if self.cursor else ""
        self._transport.write(f"{REQUEST}{last}\r\n".encode())

    def data_received(self, data: bytes) -> None:
        now = time.monotonic_ns()
        data = self._rest + data
        end = data.rfind(b"\n") + 1
        self._rest = data[end:]
        if not self.open:
            if b"retry: " not in data[:end]:
                self._rest = data
                return
            assert data.startswith(b"HTTP/1.1 200"), data[:200]
            self.retry_s = int(RETRY.findall(data)[-1]) / 1_000
            self.open = True
            self.crowd.opened += 1
        for number, stamp in EVENT.findall(data, 0, end):
            self.numbers.append(int(number))
            self.crowd.delays_ns.append(now - int(stamp))
            self.crowd.received += 1
        if self.crowd.keep_cursors and (ids := CURSOR.findall(data, 0, end)):
            self.cursor = ids[-1]
        self.crowd.last_ns = now
        if self.crowd.waiting is not None and self.crowd.enough():
            self.crowd.waiting.set()

    def connection_lost(self, exc: Exception | None) -> None:
        self._rest = b""
        if self.open:
            self.open = False
            self.crowd.opened -= 1
        if not self.crowd.over:
            asyncio.get_running_loop().call_later(self.retry_s, self.crowd.again, self)

    def hang_up(self) -> None:
        """Close the line for good."""
        if self._transport is not None:
            self._transport.abort()


class Crowd:
    """All browsers of a bench, and what they have seen together."""

    def __init__(self, size: int, port: int, *, keep_cursors: bool = False) -> None:
        self.port = port
        self.keep_cursors = keep_cursors
        self.browsers = [Browser(self) for _ in range(size)]
        self.opened = 0
        self.received = 0
        self.delays_ns = array("q")
        self.last_ns = 0
        self.over = False
        self.enough: Callable[[], bool] = lambda: False
        self.waiting: asyncio.Event | None = None
        self._tasks: set[asyncio.Task[None]] = set()

    async def come(self) -> None:
        """Everybody connects, fifty at a time, and has had the first bytes."""
        for start in range(0, len(self.browsers), 50):
            await asyncio.gather(*(browser.connect() for browser in self.browsers[start : start + 50]))
        await self.until(lambda: self.opened == len(self.browsers))

    async def until(self, enough: Callable[[], bool], patience_s: float = 60) -> None:
        """Until the crowd has seen enough; a TimeoutError if it does not."""
        self.enough, self.waiting = enough, asyncio.Event()
        try:
            if not enough():
                async with asyncio.timeout(patience_s):
                    await self.waiting.wait()
        finally:
            self.waiting = None

    def again(self, browser: Browser) -> None:
        """A browser whose line broke comes back."""
        task = asyncio.ensure_future(browser.connect())
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    def leave(self) -> None:
        """Everybody hangs up."""
        self.over = True
        for browser in self.browsers:
            browser.hang_up()


async def say(port: int, first: int, count: int) -> None:
    """Have the server publish events first … first+count-1, and wait until it has."""
    reader, writer = await asyncio.open_connection(HOST, port)
    writer.write(f"POST /say?from={first}&count={count} HTTP/1.1\r\nHost: x\r\nContent-Length: 0\r\n\r\n".encode())
    answer = await reader.read()
    writer.close()
    assert answer.startswith(b"HTTP/1.1 204"), answer[:200]


def free_port() -> int:
    """A port nobody uses just now."""
    with socket.socket() as probe:
        probe.bind((HOST, 0))
        return int(probe.getsockname()[1])


def start_server(kind: str, port: int, folder: Path) -> subprocess.Popen[bytes]:
    """Start one, and wait until it answers."""
    command = [sys.executable, "-m", "bench._live_server", kind, str(port), str(folder)]
    path = os.pathsep.join([str(ROOT / "src"), str(ROOT)])
    process = subprocess.Popen(command, cwd=ROOT, env={**os.environ, "PYTHONPATH": path})
    for _ in range(600):
        if process.poll() is not None:
            raise SystemExit(f"The {kind} server ended with {process.returncode}.")
        try:
            socket.create_connection((HOST, port), timeout=1).close()
        except OSError:
            time.sleep(0.02)
        else:
            return process
    process.kill()
    raise SystemExit(f"The {kind} server does not answer.")


@contextmanager
def server(kind: str, folder: Path) -> Iterator[tuple[subprocess.Popen[bytes], int]]:
    """A server for as long as the block lasts: (process, port)."""
    port = free_port()
    process = start_server(kind, port, folder)
    try:
        yield process, port
    finally:
        process.kill()
        process.wait()


def rss_kib(process: subprocess.Popen[bytes]) -> int:
    """Resident memory of a process."""
    status = Path(f"/proc/{process.pid}/status").read_text()
    return int(re.search(r"VmRSS:\s+(\d+)", status).group(1))  # type: ignore[union-attr]


def raise_file_limit(wanted: int) -> None:
    """Each browser is an open file, here and in the server, which inherits the limit."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if soft < wanted:
        resource.setrlimit(resource.RLIMIT_NOFILE, (min(wanted, hard), hard))


def quantile(values: array[int], share: float) -> float:
    """The value below which this share of them lies."""
    ordered = sorted(values)
    return float(ordered[min(len(ordered) - 1, int(share * len(ordered)))])


def machine() -> dict[str, object]:
    """Where the figures were taken."""
    return {"cores": os.cpu_count(), "python": platform.python_version(), "system": platform.platform(terse=True)}
