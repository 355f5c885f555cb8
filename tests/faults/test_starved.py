"""A full disk, a locked database, a database that restarts: a clear sentence, nothing acknowledged lost, and well again by itself."""

from __future__ import annotations

import asyncio
import os
import random
import re
import shutil
import sqlite3
import subprocess
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

import httpx
import psycopg
import pytest

from tests.faults.house import PATIENCE_S, FaultHouse, a_house, wait_until
from tests.faults.words import BOT, TOKEN
from tests.onebot.fake_gateway import QQ, FakeGateway
from tests.postgres import as_postgres, binaries, folder_of, throw_away_cluster

pytestmark = pytest.mark.fault
only_on_postgresql = pytest.mark.skipif("SHOUWANG_DATABASE_URL" not in os.environ, reason="SQLite has no server")
WORDS = "昨晚十一点多，桥头的烧烤摊又开始放音响。"


class Resident:
    """A browser without a script."""

    def __init__(self, house: FaultHouse) -> None:
        self.house = house
        self.browser = httpx.Client(base_url=house.url, timeout=PATIENCE_S, trust_env=False, verify=False)

    def ask(self, client_id: str, body: str = WORDS) -> httpx.Response:
        page = self.browser.get("/ask/")
        found = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', page.text)
        assert found, page.text
        return self.browser.post("/ask/", data={"csrfmiddlewaretoken": found[1], "client_id": client_id, "body": body})


def say_no_clearly(answer: httpx.Response, sentence: str) -> None:
    """503 with the sentence, the words that were typed, when to come back, and no trace of the program."""
    assert answer.status_code == 503, answer.text[:2000]
    assert sentence in answer.text
    assert WORDS in answer.text
    assert int(answer.headers["Retry-After"]) > 0
    assert "Traceback" not in answer.text


def random_words(count: int, *, seed: int) -> str:
    """Words that no database makes much smaller."""
    chance = random.Random(seed)
    return "".join(chr(chance.randrange(0x4E00, 0x9FA0)) for _ in range(count))


def well_filled(house: FaultHouse) -> dict[str, object]:
    """A house with people in it and its web server running."""
    told: dict[str, object] = house.ask_inside("people", "http://127.0.0.1:9")
    house.start("web")
    house.until_healthy()
    return told


def matters_of(house: FaultHouse, *asked: str) -> list[str]:
    """Every matter of a faultless house: by its id when it is one of these, else by its number."""
    held = house.ask_inside("judge", *asked)
    assert held["faults"] == []
    return sorted(held["talks"])


def health(house: FaultHouse) -> str:
    with urllib.request.urlopen(f"{house.url}/health", timeout=PATIENCE_S) as answer:
        return str(answer.read().decode())


@pytest.mark.once
def test_a_full_disk_is_said_and_nothing_acknowledged_is_lost(house: FaultHouse) -> None:
    """Every process of the house may write files up to a size that the database soon reaches."""
    well_filled(house)
    resident = Resident(house)
    assert resident.ask("before").status_code == 302
    house.kill("web")

    file = house.folder / "shouwang.sqlite3"
    sizes = [path.stat().st_size for path in (file, file.with_name(file.name + "-wal")) if path.exists()]
    limit = max(sizes) + 150_000
    house.spawn("web", ["/bin/sh", "-c", f"ulimit -f {limit // 512}; exec {' '.join(house.web_command)}"])
    house.until_healthy()
    kept = ["before"]
    for number in range(100):
        answer = resident.ask(f"n{number}", WORDS + "吵" * 3000)
        if answer.status_code != 302:
            break
        kept.append(f"n{number}")
    say_no_clearly(answer, "现在存不下新的内容")
    assert "house.no-room" in health(house)
    house.kill("web")

    house.start("web")  # the disk was cleared
    house.until_healthy()
    assert resident.ask(f"n{number}").status_code == 302
    kept.append(f"n{number}")
    assert matters_of(house, *kept) == sorted(kept)


def test_a_database_locked_by_somebody_else_is_waited_for_and_then_said(house: FaultHouse) -> None:
    house.env = {"SHOUWANG_DATABASE_WAIT_S": "2"}
    well_filled(house)
    resident = Resident(house)
    with_lock = _sqlite_lock if not house.database_url else _postgres_lock
    release = with_lock(house)
    say_no_clearly(resident.ask("late"), "现在太忙")
    release()
    assert resident.ask("late").status_code == 302
    assert resident.ask("late").status_code == 302, "the same once more adds nothing"
    assert matters_of(house, "late") == ["late"]


def _sqlite_lock(house: FaultHouse):
    other = sqlite3.connect(house.folder / "shouwang.sqlite3", isolation_level=None)
    other.execute("BEGIN IMMEDIATE")

    def release() -> None:
        other.execute("ROLLBACK")
        other.close()

    return release


def _postgres_lock(house: FaultHouse, table: str = "matters_matter"):
    other = psycopg.connect(house.dsn)
    other.execute(f"LOCK TABLE {table} IN ACCESS EXCLUSIVE MODE")
    return other.close


async def test_what_qq_told_a_locked_house_survives_the_kill_of_its_process(house: FaultHouse) -> None:
    """The gateway told it once and has forgotten it: the house has it on disk, and writes it when it can, once and in order."""
    inside = partial(asyncio.to_thread, house.ask_inside)
    await inside("people", "ws")
    house.start("web")
    await asyncio.to_thread(house.until_healthy)
    gateway = FakeGateway(BOT, QQ(lambda: datetime.now(UTC)), token=TOKEN)
    where = f"ws://127.0.0.1:{house.port}/onebot/v11/ws"
    await gateway.connect(where)
    await gateway.hear(("private", 20001), 20001, "第 0 句")
    await asyncio.to_thread(wait_until, lambda: len(said_in(house)) == 1, "The first words did not arrive.")

    release = _sqlite_lock(house) if not house.database_url else _postgres_lock(house, "notices_inbound")
    for n in range(1, 8):
        await gateway.hear(("private", 20001), 20001, f"第 {n} 句", times=2)

    def waiting() -> int:
        return len(list((house.folder / "held").glob("*/*.held")))

    await asyncio.to_thread(wait_until, lambda: waiting() == 14, "The house did not put it on disk.")
    house.kill("web")
    await gateway.close()
    release()
    assert waiting() == 14

    house.start("web")
    await asyncio.to_thread(house.until_healthy)
    await asyncio.to_thread(wait_until, lambda: waiting() == 0, "What lay on disk was not written.")
    assert said_in(house) == [f"第 {n} 句" for n in range(8)]
    assert '"held": 0' in health(house)


def said_in(house: FaultHouse) -> list[str]:
    held = house.ask_inside("judge")
    assert held["faults"] == []
    return [words for talk in held["talks"].values() for words in talk if words.startswith("第")]


@pytest.fixture(scope="module")
def on_its_own_postgresql(tmp_path_factory: pytest.TempPathFactory) -> Iterator[FaultHouse]:
    """A running house with a PostgreSQL that is its alone, on a small disk, so that both may suffer."""
    folder = tmp_path_factory.mktemp("own")
    with throw_away_cluster(durable=True, disk_mb=160) as cluster, a_house(folder / "house", cluster) as house:
        well_filled(house)
        house.start("worker")
        yield house


@contextmanager
def no_room_left(house: FaultHouse) -> Iterator[None]:
    """The disk of its PostgreSQL is full to the last byte. Where this user may not mount one, PostgreSQL is made to say so."""
    data = folder_of(house.database_url) / "data"
    if data.is_mount():
        with (data / "filler").open("wb", buffering=0) as filler:
            while left := shutil.disk_usage(data).free:
                filler.write(bytes(min(left, 1 << 20)))
        yield
        (data / "filler").unlink()
        return
    full = "LANGUAGE plpgsql AS $$ BEGIN RAISE 'No space left' USING ERRCODE = 'disk_full'; END $$"
    with psycopg.connect(house.dsn, autocommit=True) as admin:
        admin.execute(f"CREATE FUNCTION full_disk() RETURNS trigger {full}")
        admin.execute("CREATE TRIGGER full_disk BEFORE INSERT ON matters_entry EXECUTE FUNCTION full_disk()")
        yield
        admin.execute("DROP FUNCTION full_disk CASCADE")


@only_on_postgresql
def test_a_full_disk_under_postgresql_is_said_and_nothing_acknowledged_is_lost(
    on_its_own_postgresql: FaultHouse,
) -> None:
    house = on_its_own_postgresql
    resident = Resident(house)
    before = matters_of(house)
    kept = ["roomy"]
    assert resident.ask("roomy").status_code == 302
    with no_room_left(house):
        for number in range(200):
            answer = resident.ask(f"full{number}", WORDS + random_words(3000, seed=number))
            if answer.status_code != 302:
                break
            kept.append(f"full{number}")
        say_no_clearly(answer, "现在存不下新的内容")
        assert random_words(3000, seed=number) in answer.text, "all that was typed"
        assert "house.no-room" in health(house)
        assert resident.browser.get("/").status_code == 200, "what is there can be read"
    assert resident.ask(f"full{number}").status_code == 302, "nobody had to start anything again"
    assert house.processes["worker"].poll() is None
    kept.append(f"full{number}")
    assert matters_of(house, *kept) == sorted([*before, *kept])


@only_on_postgresql
def test_a_house_is_well_again_after_its_postgresql_restarted(on_its_own_postgresql: FaultHouse) -> None:
    house = on_its_own_postgresql
    resident = Resident(house)
    before = matters_of(house)
    assert resident.ask("one").status_code == 302
    folder = folder_of(house.database_url)
    pg_ctl = [*as_postgres(), str(binaries() / "pg_ctl"), "-D", str(folder / "data"), "-w"]
    quiet = {"check": True, "stdout": subprocess.DEVNULL, "cwd": folder}

    subprocess.run([*pg_ctl, "-m", "immediate", "stop"], **quiet)
    down = resident.browser.get("/ask/")
    assert down.status_code == 503
    assert "暂时没有回应" in down.text
    wait_until(lambda: "left no mark" in house.log("worker"), "The worker did not notice.")
    subprocess.run([*pg_ctl, "-l", str(folder / "log"), "start"], **quiet)

    wait_until(lambda: resident.browser.get("/ask/").status_code == 200, "The house did not recover.")
    assert resident.ask("after").status_code == 302
    assert house.processes["worker"].poll() is None
    assert matters_of(house, "one", "after") == sorted([*before, "after", "one"])


@pytest.mark.once
def test_two_first_starts_at_once_make_one_key(tmp_path: Path) -> None:
    """A house whose key was made twice could not read what the other process sealed."""
    house = FaultHouse(tmp_path)
    for name in ("one", "two", "three"):
        house.spawn(name, house.python("-c", "import django; django.setup()"))
    assert [house.processes[name].wait(PATIENCE_S) for name in house.processes] == [0, 0, 0]
    assert len((tmp_path / "house.key").read_text().strip()) == 64
    assert sorted(path.name for path in tmp_path.glob("house.key*")) == ["house.key"]
    shutil.rmtree(tmp_path, ignore_errors=True)
