"""
Residents write, an officer answers, messages leave for QQ, and all the while processes are killed, or the clock is set.

`storm` does not judge by itself what it saw acknowledged: `Report.faults` compares it with what the house holds afterwards.
"""

from __future__ import annotations

import asyncio
import random
import re
import sys
import time
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

import httpx

from tests.faults.house import FaultHouse
from tests.faults.words import BOT, TOKEN, words_of
from tests.onebot.fake_gateway import QQ, FakeGateway, text
from tests.onebot.serving import serving

GROUP = ("group", 555)
_TOKEN = re.compile(r'name="csrfmiddlewaretoken" value="([^"]+)"')


@dataclass
class Conversation:
    """What one resident, and the officer towards that resident, saw acknowledged; in the order of the acknowledgements."""

    asked: str
    number: str = ""
    said: list[str] = field(default_factory=list)
    answered: list[str] = field(default_factory=list)


@dataclass
class Report:
    """
    kills          by victim
    acknowledged   messages whose sender was told that they are kept
    tries          answers to their sending
    restart_s      seconds from a kill of the web server until it answered again
    clock_set      how often the house's clock was set
    """

    kills: Counter[str] = field(default_factory=Counter)
    tries: int = 0
    conversations: list[Conversation] = field(default_factory=list)
    queued: list[int] = field(default_factory=list)
    restart_s: list[float] = field(default_factory=list)
    clock_set: int = 0
    seen_at_qq: Counter[str] = field(default_factory=Counter)
    odd: list[str] = field(default_factory=list)

    @property
    def asked(self) -> list[str]:
        """The ids that conversations began with, for the judge."""
        return [one.asked for one in self.conversations]

    @property
    def acknowledged(self) -> int:
        return sum(bool(one.number) + len(one.said) + len(one.answered) for one in self.conversations)

    def faults(self, held: dict[str, Any]) -> list[str]:
        """Every difference between what was acknowledged and what is there."""
        found = [*held["faults"], *([] if self.clock_set else held["ahead"]), *self.odd]
        for one in self.conversations:
            bodies = held["talks"].get(one.asked, [])
            if one.number and bodies.count(f"问 {one.asked}") != 1:
                found.append(f"{one.asked}: the question is there {bodies.count(f'问 {one.asked}')} times")
            for acknowledged in (one.said, one.answered):
                wanted = set(acknowledged)
                if [body for body in bodies if body in wanted] != acknowledged:
                    found.append(f"{one.asked}: acknowledged {acknowledged}, kept {bodies}")
            found += [f"{one.asked}: twice {body}" for body, count in Counter(bodies).items() if count > 1]
        for number in self.queued:
            state, seen = held["outbox"].get(f"fault-{number}"), self.seen_at_qq[words_of(number)]
            if self.clock_set and state == "expired" and not seen:
                continue  # six hours went by at a stroke: the words were stale, stayed in the house, and are said to have stayed
            if seen > 1 or (seen == 0 and state != "uncertain") or state not in {"confirmed", "sent", "uncertain"}:
                found.append(f"QQ message {number} was seen {seen} times and is {state}")
        return found


class Storm:
    """
    One storm over one house: so many kills, fewer when `at_most_s` is over before.

    clocks   hours from the true time to which the house's clock is set: each in its turn when nobody is killed, otherwise by chance
    """

    def __init__(
        self,
        house: FaultHouse,
        *,
        kills: int,
        residents: int,
        seed: int,
        at_most_s: float = float("inf"),
        log_restart: bool = False,
        clocks: Sequence[float] = (),
    ) -> None:
        self.house = house
        self.kills = kills
        self.residents = residents
        self.chance = random.Random(seed)
        self.report = Report()
        self.qq = QQ(lambda: datetime.now(UTC))
        self.over = asyncio.Event()
        self.log_restart = log_restart
        self.clocks = clocks
        self.at_most_s = at_most_s

    async def run(self) -> Report:
        qq = self.qq
        fake = FakeGateway(BOT, qq, token=TOKEN)
        qq.say(GROUP, 20001, [text("在吗")])
        qq.say(GROUP, BOT, [text("在的")])
        async with serving(fake) as address:
            told = await asyncio.to_thread(self.house.ask_inside, "people", f"http://{address}")
            self.house.start("web")
            self.house.start("worker")
            await asyncio.to_thread(self.house.until_healthy)
            async with asyncio.TaskGroup() as group:
                for number in range(self.residents):
                    group.create_task(self._resident(number, told["officer"]))
                group.create_task(self._queue())
                group.create_task(self._kill() if self.kills else self._set_clocks())
            await asyncio.to_thread(self.house.stop)
            self._set_clock(0)  # the gateway knows a message by its time, which is the true one
            settled = await asyncio.to_thread(self.house.ask_inside, "settle")
            if settled["left"]:
                self.report.odd.append(f"{settled['left']} messages to QQ never came to an end")
        self.report.seen_at_qq = Counter(said.text for said in qq.by(BOT))
        return self.report

    # Those who write

    async def _resident(self, number: int, officer_session: str) -> None:
        """Ask, then write and be answered until the storm is over. Each thing is sent until it is acknowledged."""
        turn = 0
        while not self.over.is_set():
            turn += 1
            asked = f"r{number}-{turn}"
            one = Conversation(asked)
            self.report.conversations.append(one)
            async with self._browser() as resident, self._browser() as officer:
                officer.cookies.set("sw_session", officer_session)
                landed = await self._send(resident, "/ask/", "/ask/", body=f"问 {asked}", client_id=asked)
                one.number = landed.split("/")[2]
                here, desk = f"/m/{one.number}/", f"/desk/m/{one.number}/"
                for line in range(1, 7):
                    if self.over.is_set():
                        return
                    key = f"{asked}-{line}"
                    await self._send(resident, here, f"{here}say/", body=f"说 {key}", client_id=f"s{key}")
                    one.said.append(f"说 {key}")
                    await self._send(officer, desk, f"{desk}reply/", body=f"答 {key}", client_id=f"a{key}")
                    one.answered.append(f"答 {key}")

    def _browser(self) -> httpx.AsyncClient:
        return httpx.AsyncClient(base_url=self.house.url, timeout=30, trust_env=False, verify=False)

    async def _send(self, browser: httpx.AsyncClient, page: str, to: str, **fields: str) -> str:
        """Post until the house says that it is kept: where it leads to. Now and then once more, as impatient people do."""
        token = ""
        while True:
            try:
                if not token:
                    token = await self._token(browser, page)
                if token:
                    answer = await browser.post(to, data={"csrfmiddlewaretoken": token, **fields})
                    self.report.tries += 1
                    if answer.status_code == 302:
                        if self.chance.random() < 0.1:
                            await browser.post(to, data={"csrfmiddlewaretoken": token, **fields})
                        return answer.headers["location"]
                    if answer.status_code not in {502, 503}:
                        self.report.odd.append(f"POST {to}: {answer.status_code}")
            except httpx.HTTPError:
                pass  # killed under our hands: try again, as the page's script and people do
            await asyncio.sleep(0.2)

    async def _token(self, browser: httpx.AsyncClient, page: str) -> str:
        answer = await browser.get(page)
        if answer.status_code == 200 and (found := _TOKEN.search(answer.text)):
            return found[1]
        if answer.status_code != 503:
            self.report.odd.append(f"GET {page}: {answer.status_code}")
        return ""

    async def _queue(self) -> None:
        """A process of the house queues messages for QQ; it is a victim like the others."""
        while not self.over.is_set():
            first = max(self.report.queued, default=0) + 1
            process = await asyncio.create_subprocess_exec(
                *(sys.executable, "-m", "tests.faults.inside", "queue", str(first), str(first + 20)),
                env=self.house.environment,
                stdout=asyncio.subprocess.PIPE,
            )
            assert process.stdout is not None
            dies_after = self.chance.randint(2, 20)
            async for line in process.stdout:
                self.report.queued.append(int(line))
                if len(self.report.queued) % dies_after == 0 or self.over.is_set():
                    self.report.kills["queue"] += 1
                    process.kill()
                    break
            else:
                await asyncio.sleep(0.5)
            self.report.queued += [int(line) for line in (await process.communicate())[0].split()]

    # The one who kills

    async def _kill(self) -> None:
        """
        The web server two times in three, the worker otherwise: while it starts, or after a few more acknowledgements.
        Ends when enough were killed and the house came back once more.
        """
        ends = time.monotonic() + self.at_most_s
        try:
            while self.report.kills["web"] + self.report.kills["worker"] < self.kills and time.monotonic() < ends:
                victim = "web" if self.chance.random() < 0.67 else "worker"
                if self.chance.random() < 0.25:
                    await asyncio.sleep(self.chance.uniform(0, 1.5))  # while it starts
                else:
                    await self._progress(self.chance.choice([1, 2, 5, 10]))
                    await asyncio.sleep(self.chance.uniform(0, 0.1))
                self.house.kill(victim)
                self.report.kills[victim] += 1
                if self.clocks and self.chance.random() < 0.3:
                    self._set_clock(self.chance.choice(self.clocks))
                if self.log_restart:
                    print(dict(self.report.kills), self.report.acknowledged, file=sys.stderr, flush=True)
                self.house.start(victim)
                if victim == "web" and self.log_restart:
                    await self._time_restart()
            await self._progress(self.residents)
        finally:
            self.over.set()

    async def _set_clocks(self) -> None:
        """At every setting of the clock things go on as before: words are kept, and messages leave."""
        try:
            for clock in self.clocks:
                self._set_clock(clock)
                sent = len(self.qq.by(BOT))
                await self._progress(self.residents)
                await self._until(lambda sent=sent: len(self.qq.by(BOT)) > sent)
        finally:
            self.over.set()

    def _set_clock(self, hours: float) -> None:
        if self.clocks:
            self.house.set_clock(hours=hours)
            self.report.clock_set += 1

    async def _progress(self, count: int) -> None:
        wanted = self.report.acknowledged + count
        await self._until(lambda: self.report.acknowledged >= wanted)

    async def _until(self, true: Callable[[], bool]) -> None:
        async with asyncio.timeout(self.house.patience_s):
            while not true():  # noqa: ASYNC110  what is waited for are other people's answers
                await asyncio.sleep(0.01)

    async def _time_restart(self) -> None:
        if self.chance.random() < 0.8:
            return  # waiting every time would leave no kill during a start
        began = time.monotonic()
        await asyncio.to_thread(self.house.until_healthy)
        self.report.restart_s.append(time.monotonic() - began)
