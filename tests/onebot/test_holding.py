"""What a gateway told while the database was away, busy or full is written afterwards: all of it, once, in order."""

from __future__ import annotations

import asyncio
import errno
import json
import os
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.db import InterfaceError, OperationalError
from django.test import Client

from shouwang.apps.notices import holding
from shouwang.apps.notices.health import channel_health
from shouwang.apps.notices.holding import Hold
from shouwang.apps.notices.models import Inbound, Transport
from shouwang.apps.notices.sender import in_database
from shouwang.doors.onebot import inbox
from shouwang.doors.onebot.door import OneBotDoor
from tests.onebot.conftest import GROUP, House, OpenHouse
from tests.onebot.fake_gateway import text
from tests.onebot.serving import eventually, until

both = pytest.mark.parametrize("transport", list(Transport), ids=lambda one: one.value)


@pytest.fixture(autouse=True)
def nothing_held(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """An empty folder, and short pauses."""
    monkeypatch.setattr(inbox, "PAUSES", (0.02, 0.05))
    shutil.rmtree(holding.folder(), ignore_errors=True)
    yield
    shutil.rmtree(holding.folder(), ignore_errors=True)


class Away:
    """The database as the door meets it: away until `back()`."""

    def __init__(self, house: House, error: Exception | None = None) -> None:
        self.house = house
        self.error = error or OperationalError("the database system is shutting down")
        self.tries = 0
        self.really = house.door._take_now

    def __enter__(self) -> Away:
        self.house.door._take_now = self.fail  # type: ignore[method-assign]
        return self

    def __exit__(self, *_why: object) -> None:
        self.back()

    def fail(self, *_event: object) -> None:
        self.tries += 1
        raise self.error

    def back(self) -> None:
        self.house.door._take_now = self.really  # type: ignore[method-assign]


def files(kind: str = "held") -> list[Path]:
    return sorted(holding.folder().glob(f"*/*.{kind}"))


def texts(house: House) -> list[str]:
    return [incoming.text for incoming in house.arrived]


@both
@pytest.mark.parametrize("error", [None, InterfaceError("connection already closed")], ids=["away", "closed"])
async def test_nothing_is_lost_or_doubled_and_the_order_stays(
    open_house: OpenHouse, transport: Transport, error: Exception | None
) -> None:
    async with open_house(transport) as house:
        await house.fake.hear(GROUP, 20001, "在它之前")
        await eventually(in_database(Inbound.objects.count), 1)
        with Away(house, error) as away:
            for n in range(12):
                await house.fake.hear(GROUP, 20001, f"第 {n} 句", times=2)
            await until(lambda: away.tries > 2 and len(files()) >= 24)
            assert holding.all_held(older_than_s=0) == 24
            assert not any("第" in path.read_text("latin-1") or b"20001" in path.read_bytes() for path in files())
            assert set(house.fake.statuses) <= {204}, "what is safe on disk is acknowledged"
        await house.fake.hear(GROUP, 20001, "在它之后")
        await until(lambda: len(house.arrived) == 14 and not files())
        assert texts(house) == ["在它之前", *(f"第 {n} 句" for n in range(12)), "在它之后"]
        assert files() == files("bad") == []
        assert holding.all_held(older_than_s=0) == 0


@both
async def test_a_process_that_is_killed_meanwhile_loses_nothing(open_house: OpenHouse, transport: Transport) -> None:
    async with open_house(transport) as house:
        with Away(house) as away:
            for n in range(5):
                await house.fake.hear(GROUP, 20001, f"第 {n} 句")
            await until(lambda: away.tries > 0 and len(files()) == 5)
            await house.door.close()  # as far as the database knows, the process is gone
        again = OneBotDoor(house.clock, handler=house.take)
        async with again.carrying(worker="web"):
            await until(lambda: len(house.arrived) == 5)
            await until(lambda: files() == [])
        assert texts(house) == [f"第 {n} 句" for n in range(5)]


async def test_killed_between_the_database_and_the_disk_nothing_is_doubled(open_house: OpenHouse) -> None:
    async with open_house() as house:
        said = await house.fake.hear(GROUP, 20001, "只说一次")
        await until(lambda: len(house.arrived) == 1 and not files())
        Hold(house.row.pk).put(json.dumps(house.fake.message_event(said)), sure=True)
        again = OneBotDoor(house.clock, handler=house.take)
        async with again.carrying(worker="web"):
            await until(lambda: files() == [])
        assert texts(house) == ["只说一次"]


async def test_answers_to_calls_come_through_while_events_wait(open_house: OpenHouse) -> None:
    async with open_house() as house:
        with Away(house):
            await house.fake.hear(GROUP, 20001, "等着")
            health = await house.door.messenger(house.row).health(timeout_s=5)
            assert health.reachable
        await until(lambda: len(house.arrived) == 1)


async def test_a_full_disk_is_bridged_in_memory(open_house: OpenHouse, monkeypatch: pytest.MonkeyPatch) -> None:
    async with open_house() as house:

        def full(*_event: object, **_more: object) -> str:
            raise OSError(errno.ENOSPC, "No space left on device")

        with Away(house) as away:
            await house.fake.hear(GROUP, 20001, "还写得下")
            await until(lambda: away.tries > 0 and len(files()) == 1)
            with monkeypatch.context() as patch:
                patch.setattr(Hold, "put", full)
                await house.fake.hear(GROUP, 20001, "写不下了")
                await until(lambda: holding.all_held(older_than_s=0) == 2)
            await house.fake.hear(GROUP, 20001, "又写得下，也不插队")
            await until(lambda: holding.all_held(older_than_s=0) == 3)
            assert len(files()) == 1
        await until(lambda: len(house.arrived) == 3)
        assert texts(house) == ["还写得下", "写不下了", "又写得下，也不插队"]
        await until(lambda: holding.all_held(older_than_s=0) == 0)


async def test_by_http_what_nobody_can_keep_is_asked_for_again(
    open_house: OpenHouse, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with open_house(Transport.HTTP) as house:

        def full(*_event: object, **_more: object) -> str:
            raise OSError(errno.ENOSPC, "No space left on device")

        body = json.dumps(house.fake.message_event(house.fake.qq.say(GROUP, 20001, [text("请再说一次")])))
        with Away(house), monkeypatch.context() as patch:
            patch.setattr(Hold, "put", full)
            assert await house.fake.post(body) == 503
        assert await house.fake.post(body) == 204
        assert texts(house) == ["请再说一次"]


async def test_by_http_a_database_that_does_not_even_know_the_gateway(
    open_house: OpenHouse, monkeypatch: pytest.MonkeyPatch
) -> None:
    from shouwang.doors.onebot import door

    def away(*_asked: object) -> None:
        raise OperationalError("away")

    async with open_house(Transport.HTTP) as house:
        body = json.dumps(house.fake.message_event(house.fake.qq.say(GROUP, 20001, [text("x")])))
        with monkeypatch.context() as patch:
            patch.setattr(door, "_find", away)
            assert await house.fake.post(body) == 503
        assert await house.fake.post(body) == 204


async def test_one_that_cannot_be_taken_is_set_aside_and_the_others_go_on(open_house: OpenHouse) -> None:
    async with open_house() as house:
        really = house.door._take_now

        def poisoned(gateway_id: int, event: Any) -> None:
            if "毒" in getattr(event, "text", ""):
                raise ValueError("a fault of our own")
            really(gateway_id, event)

        house.door._take_now = poisoned  # type: ignore[method-assign]
        for words in ("前", "毒", "后"):
            await house.fake.hear(GROUP, 20001, words)
        await until(lambda: len(house.arrived) == 2)
        assert texts(house) == ["前", "后"]
        await until(lambda: len(files("bad")) == 1 and not files())
        assert holding.set_aside() == 1


async def test_half_a_file_is_set_aside(open_house: OpenHouse) -> None:
    async with open_house() as house:
        hold = Hold(house.row.pk)
        name = hold.put("{}", sure=True)
        path = holding.folder() / str(house.row.pk) / name
        path.write_bytes(path.read_bytes()[:9])
        await house.fake.hear(GROUP, 20001, "后面的")
        await until(lambda: len(house.arrived) == 1)
        await until(lambda: len(files("bad")) == 1)


async def test_beyond_all_measure_the_gateway_keeps_what_it_has(
    open_house: OpenHouse, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(inbox, "MOST_ON_DISK", 5)
    async with open_house() as house:
        with Away(house):
            for n in range(9):
                await house.fake.hear(GROUP, 20001, str(n))
            await until(lambda: len(files()) == 5)
            await asyncio.sleep(0.1)
            assert len(files()) == 5
        await until(lambda: len(house.arrived) == 9)
        assert texts(house) == [str(n) for n in range(9)]


async def test_health_says_that_something_waits(open_house: OpenHouse, client: Client) -> None:
    async with open_house() as house:

        def looked() -> tuple[int, str, dict[str, Any]]:
            (one,) = channel_health(house.clock())
            return one.held, one.state, client.get("/health").json()

        with Away(house):
            await house.fake.hear(GROUP, 20001, "等着")
            await until(lambda: len(files()) == 1)
            held, state, health = await in_database(looked)()
            assert (held, health["held"]) == (0, 0), "what came just now is on its way"
            for path in files():
                os.utime(path, (1, 1))
            held, state, health = await in_database(looked)()
        assert (held, state, health["held"], health["set_aside"]) == (1, "slow", 1, 0)
        assert "20001" not in json.dumps(health)
