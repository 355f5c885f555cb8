"""The writer of the transparency log killed at any instant, two writers, a full disk: no gap, no fork, everything rereads."""

from __future__ import annotations

import json
import os
import random
import resource
import subprocess
import time
from typing import Any

import pytest

from tests.faults.house import ROOT, FaultHouse

pytestmark = pytest.mark.fault


def begun(house: FaultHouse, **more: Any) -> subprocess.Popen[str]:
    """A process that writes into the log until it is killed."""
    command = house.python("-m", "tests.faults.log_writer", "write")
    return subprocess.Popen(command, env=house.environment, stdout=subprocess.PIPE, text=True, cwd=ROOT, **more)


def judged(house: FaultHouse) -> dict[str, Any]:
    command = house.python("-m", "tests.faults.log_writer", "judge")
    ran = subprocess.run(command, env=house.environment, check=True, capture_output=True, text=True, cwd=ROOT)
    found: dict[str, Any] = json.loads(ran.stdout)
    return found


def said(writer: subprocess.Popen[str], at_least: int) -> int:
    """The last size that was printed once it has reached this."""
    assert writer.stdout is not None
    for line in writer.stdout:
        if line.strip().isdecimal() and int(line) >= at_least:
            return int(line)
    raise AssertionError("the writer ended by itself")


def test_killed_at_any_instant_with_two_writers(house: FaultHouse) -> None:
    chance, reached = random.Random(20261129), 0
    for _round in range(6):
        one, two = begun(house), begun(house)
        reached = said(one, reached + 1)
        time.sleep(chance.random() * 0.3)  # any instant: the moment of the kill is the point of the test
        one.kill()
        reached = said(two, reached)
        two.kill()
        one.wait()
        two.wait()
    held = judged(house)
    assert held["faults"] == []
    assert held["size"] >= reached


@pytest.mark.skipif("SHOUWANG_DATABASE_URL" in os.environ, reason="the limit is on files of this process")
def test_a_full_disk(house: FaultHouse) -> None:
    """No file may grow beyond a few hundred kilobytes more than now: the writer is refused, and goes on when there is room again."""
    now = max(path.stat().st_size for path in house.folder.glob("shouwang.sqlite3*"))
    limit = now + 300_000
    writer = begun(house, preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit)))
    assert writer.stdout is not None
    before = 0
    for line in writer.stdout:
        if "refused" in line:
            break
        before = int(line)
    else:
        raise AssertionError("the disk was never full")
    writer.kill()
    writer.wait()
    assert judged(house)["faults"] == []
    again = begun(house)
    after = said(again, before + 37)
    again.kill()
    again.wait()
    held = judged(house)
    assert held["faults"] == []
    assert held["size"] >= after > before
