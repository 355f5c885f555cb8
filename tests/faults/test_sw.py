"""The door for people, `./sw`: run for real, in a copy of the house with an environment that is already installed."""

from __future__ import annotations

import hashlib
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.faults.house import FaultHouse, free_port, wait_until

ROOT = Path(__file__).resolve().parents[2]
# What was compiled comes along, or each copy would compile the house anew at its first start.
LEFT_OUT = shutil.ignore_patterns(".git", ".venv*", "var", ".*_cache", "node_modules", "test-results")


class Copy:
    """A copy of the house. `run` is what somebody types behind `./sw`."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.data = folder / "var"

    def run(self, *arguments: str, code: int = 0, **env: str) -> str:
        kept = {name: value for name, value in os.environ.items() if not name.startswith(("SHOUWANG_", "PYTEST_"))}
        for name in ("DJANGO_SETTINGS_MODULE", "PYTHONPATH", "PORT"):
            kept.pop(name, None)
        ran = subprocess.run(
            [sys.executable, str(self.folder / "sw"), *arguments],
            env={**kept, "SHOUWANG_DATA_DIR": str(self.data), **env},
            cwd="/",
            capture_output=True,
            text=True,
            timeout=300,
        )
        said = ran.stdout + ran.stderr
        assert ran.returncode == code, said[-3000:]
        assert "Traceback" not in said
        return said

    def pid(self, name: str) -> int:
        return int((self.data / "run" / f"{name}.pid").read_text())


def copy_of_the_house(folder: Path, prepared: Path | None = None) -> Copy:
    """
    Everything but the history; `.venv` leads to the packages this test runs on, and counts as installed.

    prepared   data of a house at rest, to go on with
    """
    shutil.copytree(ROOT, folder, ignore=LEFT_OUT)
    venv, real = folder / ".venv", Path(sys.prefix)
    venv.mkdir()
    for name in ("bin", "lib", "pyvenv.cfg"):
        (venv / name).symlink_to(real / name)
    lock = (folder / "requirements" / "runtime.lock").read_bytes()
    (venv / "runtime.installed").write_text(hashlib.sha256(lock).hexdigest())
    if prepared is not None:
        shutil.copytree(prepared, folder / "var")
    return Copy(folder)


@pytest.fixture(scope="module")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Copy:
    """For commands that start nothing."""
    return copy_of_the_house(tmp_path_factory.mktemp("sw") / "house")


@pytest.fixture
def own(tmp_path: Path) -> Iterator[Copy]:
    """For commands that start something in a new house; it is stopped at the end."""
    copy = copy_of_the_house(tmp_path / "house")
    try:
        yield copy
    finally:
        copy.run("down")


@pytest.fixture
def lived_in(tmp_path: Path, prepared: FaultHouse) -> Iterator[Copy]:
    """The same where the tables were made before, which takes half a minute."""
    copy = copy_of_the_house(tmp_path / "house", prepared.folder)
    try:
        yield copy
    finally:
        copy.run("down")


def test_help_names_every_command(shared: Copy) -> None:
    told = shared.run("help")
    commands = re.search(r"^COMMANDS = \{(.*?)^\}", (ROOT / "sw").read_text(), re.MULTILINE | re.DOTALL)
    assert commands
    for name in re.findall(r'"(\w+)"', commands[1]):
        assert f"./sw {name}" in told or name == "help"
    assert shared.run() == told


def test_an_unknown_command_shows_the_help(shared: Copy) -> None:
    said = shared.run("upp", code=2)
    assert "There is no command “upp”." in said
    assert "./sw up" in said


def test_nothing_runs_in_a_new_house(shared: Copy) -> None:
    assert shared.run("status", code=1).count("not running") == 2
    assert "Nothing was running." in shared.run("down")


@pytest.mark.parametrize(
    "left_behind", ["", "nonsense", "999999999", str(os.getpid())], ids=["empty", "nonsense", "gone", "ours"]
)
def test_a_pid_file_left_behind_is_not_believed(shared: Copy, left_behind: str) -> None:
    (shared.data / "run").mkdir(parents=True, exist_ok=True)
    (shared.data / "run" / "web.pid").write_text(left_behind)
    assert shared.run("status", code=1).count("not running") == 2
    assert "Nothing was running." in shared.run("down")


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["--prot", "8001"], "“--prot” is not something `up` knows."),
        (["--port", "http"], "--port needs a number, not “http”."),
        (["--port"], "--port needs a number, not “”."),
        (["--processes=0"], "--processes needs a number, not “0”."),
        (["--processes", "2"], "More than one process needs PostgreSQL"),
    ],
)
def test_up_says_what_is_wrong_with_its_options(shared: Copy, arguments: list[str], sentence: str) -> None:
    assert sentence in shared.run("up", *arguments, code=2)


def test_a_port_that_is_taken_is_said(shared: Copy) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])
        assert f"Port {port} is taken by another program." in shared.run("up", "--port", port, code=1)


@pytest.mark.fault
@pytest.mark.once
def test_up_again_status_a_killed_server_and_down(own: Copy) -> None:
    port = str(free_port())
    assert f"http://127.0.0.1:{port}/" in own.run("up", "--empty", "--port", port, "--host", "127.0.0.1")
    web, worker = own.pid("web"), own.pid("worker")
    assert not (own.data / "run" / "welcome.json").exists(), "a first run is soon over"

    assert f"http://127.0.0.1:{port}/" in own.run("up"), "the second time it only tells"
    assert (own.pid("web"), own.pid("worker")) == (web, worker)
    wait_until(lambda: "not running" not in own.run("status"), "Not everything runs.")
    assert "already running, on port" in own.run("up", "--port", "1")

    os.kill(web, signal.SIGKILL)
    wait_until(lambda: "web" in own.run("status", code=1) and not Path(f"/proc/{web}").exists(), "It cannot be killed.")
    own.run("up", "--port", port, "--host", "127.0.0.1")
    assert own.pid("web") != web
    assert own.pid("worker") == worker
    with urllib.request.urlopen(f"http://127.0.0.1:{port}/health", timeout=60) as answer:
        assert answer.status == 200
    with urllib.request.urlopen(f"http://127.0.0.1:{port}/", timeout=60) as answer:
        assert "/setup/" in answer.url, "an empty house stays empty"

    assert "Stopped: web, worker" in own.run("down")
    assert "Nothing was running." in own.run("down")


@pytest.mark.fault
@pytest.mark.once
def test_the_second_time_it_tells_without_starting_python_with_django(lived_in: Copy) -> None:
    own = lived_in
    own.run("manage", "shell", "-c", "from tests.cast import assemble; assemble()", PYTHONPATH=str(own.folder))
    port = str(free_port())
    first = own.run("up", "--port", port, "--host", "127.0.0.1")
    kept = own.data / "run" / "welcome.json"
    assert f"http://127.0.0.1:{port}/in/" in first
    with urllib.request.urlopen(f"http://127.0.0.1:{port}/log/") as page:
        assert f"http://127.0.0.1:{port}/log/" in page.read().decode(), "receipts name the port that was chosen"

    house = own.folder / "src/shouwang/__main__.py"
    works = house.read_text()
    house.write_text("raise SystemExit('It was started.')\n")
    assert own.run("up").strip() in first, "the same words, and no command of the house ran for them"
    assert f"already running, on port {port}" in own.run("up", "--port", "1")
    own.run("up", code=0)
    house.write_text(works)

    os.kill(own.pid("worker"), signal.SIGKILL)
    wait_until(lambda: "worker   not running" in own.run("status", code=1), "It cannot be killed.")
    kept.write_text('{"web": 1, "words": "of another server"}')
    assert "of another server" not in own.run("up")
    assert str(own.pid("web")) in kept.read_text(), "told anew after something was started, and kept again"
    own.run("down")
    assert not kept.exists()


@pytest.mark.fault
@pytest.mark.once
def test_a_server_that_cannot_start_shows_the_end_of_its_log(lived_in: Copy) -> None:
    own = lived_in
    (own.folder / "src/shouwang/site/asgi.py").write_text("raise SystemExit('The lamp is broken.')\n")
    said = own.run("up", "--empty", "--port", str(free_port()), code=1)
    assert "The lamp is broken." in said
    assert "The web server does not answer; above is the end of its log" in said
