"""
A real house as separate processes on a data folder of its own, to be killed, starved and cut off.

    with a_house(folder, database_url) as house:
        house.start("web"); house.start("worker")
        house.kill("web")                       SIGKILL, as a power cut does it
        house.ask_inside("judge", "one")        runs `tests.faults.inside judge` in the house's own settings, reads its JSON

    with a_house(folder, database_url, own_clock=True) as house:
        house.set_clock(days=-2)                two days before the true time, in all processes of the house and at once
"""

from __future__ import annotations

import json
import os
import secrets
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

import psycopg

ROOT = Path(__file__).resolve().parents[2]
PATIENCE_S = 300.0


@dataclass
class FaultHouse:
    """
    folder        its data folder
    database_url  as SHOUWANG_DATABASE_URL takes it; empty for SQLite
    own_clock     whether its processes have a wall clock of their own, see `wall_clock/sitecustomize.py`
    patience_s    far beyond anything that is well, on any machine: only a house that hangs takes so long
    env           more variables for all its processes
    """

    folder: Path
    database_url: str = ""
    own_clock: bool = False
    patience_s: float = PATIENCE_S
    env: Mapping[str, str] = field(default_factory=dict)
    port: int = 0
    processes: dict[str, subprocess.Popen[bytes]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.port = self.port or free_port()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def environment(self) -> dict[str, str]:
        kept = {name: value for name, value in os.environ.items() if not name.startswith(("SHOUWANG_", "PYTEST_"))}
        own = {"SHOUWANG_DATA_DIR": str(self.folder), "PYTHONPATH": f"{ROOT / 'src'}:{ROOT}"}
        if self.database_url:
            own["SHOUWANG_DATABASE_URL"] = self.database_url
        if self.own_clock:
            own["WALL_CLOCK"] = str(self.folder / "clock")
            own["PYTHONPATH"] = f"{ROOT / 'tests/faults/wall_clock'}:{own['PYTHONPATH']}"
        return {**kept, **own, **self.env, "DJANGO_SETTINGS_MODULE": "shouwang.site.settings"}

    @property
    def dsn(self) -> str:
        """The address of its PostgreSQL as libpq takes it."""
        parts = urlsplit(self.database_url)
        return f"host={unquote(parts.netloc.rpartition('@')[2])} user={parts.username} dbname={parts.path[1:]}"

    def python(self, *arguments: str) -> list[str]:
        return [sys.executable, *arguments]

    @property
    def web_command(self) -> list[str]:
        return self.python("-m", "shouwang", "web", "--port", str(self.port), "--host", "127.0.0.1")

    def set_clock(self, **apart: float) -> None:
        """How far from the true time its clock is from now on, as `timedelta` takes it; without a word they agree."""
        fresh = self.folder / "clock.new"
        fresh.write_text(str(timedelta(**apart).total_seconds()))
        fresh.replace(self.folder / "clock")  # never half written: somebody reads it all the time

    def start(self, name: str) -> None:
        """Start web or worker; does not wait."""
        self.spawn(name, self.web_command if name == "web" else self.python("-m", "shouwang", name))

    def spawn(self, name: str, command: list[str]) -> None:
        with (self.folder / f"{name}.log").open("ab") as log:
            self.processes[name] = subprocess.Popen(command, cwd=ROOT, env=self.environment, stdout=log, stderr=log)

    def log(self, name: str) -> str:
        return (self.folder / f"{name}.log").read_text(errors="replace")

    def kill(self, name: str) -> None:
        """SIGKILL: no goodbye, nothing is tidied up."""
        process = self.processes.pop(name)
        process.kill()
        process.wait()

    def stop(self) -> None:
        """Ask everything to end, and make sure."""
        for process in self.processes.values():
            process.send_signal(signal.SIGTERM)
        for name in list(self.processes):
            try:
                self.processes[name].wait(20)
            except subprocess.TimeoutExpired:
                self.processes[name].kill()
                self.processes[name].wait()
            del self.processes[name]

    def healthy(self) -> bool:
        try:
            with urllib.request.urlopen(f"{self.url}/health", timeout=5) as answer:
                return bool(answer.status == 200)
        except (urllib.error.URLError, OSError):
            return False

    def until_healthy(self) -> None:
        wait_until(self.healthy, "The house does not answer.", lambda: self.log("web")[-3000:], self.patience_s)

    def manage(self, *arguments: str) -> str:
        """A command of the house; returns what it prints."""
        return self._run(self.python("-m", "shouwang", *arguments))

    def ask_inside(self, *arguments: str) -> Any:
        """`tests.faults.inside` in a process with the house's settings; returns its JSON."""
        return json.loads(self._run(self.python("-m", "tests.faults.inside", *arguments)))

    def _run(self, command: list[str]) -> str:
        ran = subprocess.run(
            command, cwd=ROOT, env=self.environment, capture_output=True, text=True, timeout=self.patience_s
        )
        assert ran.returncode == 0, ran.stdout[-2000:] + ran.stderr[-2000:]
        return ran.stdout


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def wait_until(true: Any, sentence: str, more: Any = lambda: "", patience_s: float = PATIENCE_S) -> None:
    """Until `true()` holds; fails with the sentence when it never does."""
    end = time.monotonic() + patience_s
    while time.monotonic() < end:
        if true():
            return
        time.sleep(0.1)
    raise AssertionError(f"{sentence}\n{more()}")


@contextmanager
def a_database(cluster_url: str, like: str = "") -> Iterator[str]:
    """
    A fresh database in a running cluster, and its address; with an empty address SQLite, whose file is the folder's.

    like   address of a database of the same cluster, of which this one is a copy
    """
    if not cluster_url:
        yield ""
        return
    parts, name = urlsplit(cluster_url), f"fault_{secrets.token_hex(4)}"
    where = {"host": unquote(parts.hostname or ""), "user": unquote(parts.username or ""), "dbname": "postgres"}
    # urlsplit lowers the letters of a host; a socket's folder may have capitals.
    where["host"] = unquote(parts.netloc.rpartition("@")[2])
    with psycopg.connect(**where, autocommit=True) as admin:
        admin.execute(f'CREATE DATABASE "{name}" TEMPLATE "{urlsplit(like).path[1:] or "template1"}"')
    try:
        yield parts._replace(path=f"/{name}").geturl()
    finally:
        with psycopg.connect(**where, autocommit=True) as admin:
            admin.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')


@contextmanager
def a_house(
    folder: Path,
    cluster_url: str = "",
    *,
    like: FaultHouse | None = None,
    own_clock: bool = False,
    patience_s: float = PATIENCE_S,
    **env: str,
) -> Iterator[FaultHouse]:
    """
    A prepared house that is empty; whatever still runs at the end is stopped.

    like   a prepared house at rest in the same cluster: copied, which is quicker than preparing
    """
    folder.mkdir(parents=True, exist_ok=True)
    with a_database(cluster_url, like.database_url if like else "") as database_url:
        house = FaultHouse(folder, database_url, own_clock, patience_s, env)
        if own_clock:
            house.set_clock()
        if like is None:
            house.manage("prepare", "--empty")
        else:
            for file in like.folder.iterdir():
                if file.is_file():
                    shutil.copy2(file, folder)
            (folder / "static").symlink_to(like.folder / "static")
        try:
            yield house
        finally:
            house.stop()
            shutil.rmtree(folder, ignore_errors=True)
