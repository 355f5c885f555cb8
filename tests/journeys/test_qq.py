"""The same mother, over QQ: a real gateway's words on one side, the officer's browser on the other."""

from __future__ import annotations

import asyncio
import re
import threading
from collections.abc import Callable, Coroutine, Iterator
from contextlib import AsyncExitStack
from dataclasses import dataclass
from typing import Any

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect

from shouwang.apps.matters.models import Matter
from shouwang.apps.notices.models import Gateway, Outbound
from shouwang.apps.talk.models import HeardGroup, Room
from shouwang.doors.onebot.door import OneBotDoor
from shouwang.doors.onebot.mount import mounted
from tests.browser import DESK, PHONE, House, axe, no_sideways_scroll
from tests.cast import MONDAY, Cast, assemble
from tests.journeys.living import at_desk
from tests.onebot.fake_gateway import QQ, FakeGateway, Said, enclosed, text
from tests.onebot.serving import serving
from tests.onebot.test_fetching import a_picture
from tests.onebot.test_mount import inner

BOT, MOTHER = 700000001, 900000019
TOKEN = "journey-token"

pytestmark = pytest.mark.journey


@dataclass
class Messenger:
    """QQ and the gateway, living in a thread of their own."""

    qq: QQ
    gateway: FakeGateway
    loop: asyncio.AbstractEventLoop

    def hear(self, *said: Any, chat: tuple[str, int] = ("private", MOTHER)) -> Said:
        """The mother writes to the station's number, or in a group."""
        segments = [text(one) if isinstance(one, str) else one for one in said]
        return self._do(self.gateway.hear(chat, MOTHER, segments))

    def recall(self, said: Said) -> None:
        """She takes it back."""
        self._do(self.gateway.recall(said))

    def _do(self, work: Coroutine[Any, Any, Any]) -> Any:
        return asyncio.run_coroutine_threadsafe(work, self.loop).result(10)

    def answers(self) -> list[str]:
        """What she has received."""
        return [said.text for said in self.qq.by(BOT)]


@pytest.fixture
def cast(house: House) -> Cast:
    """The small cast, with a gateway of its own."""
    people = assemble()
    Gateway.objects.create(
        name="青石 QQ", self_id=str(BOT), token=TOKEN, unit=people.qingshi, per_minute=600, burst=20, created_at=MONDAY
    )
    return people


@pytest.fixture
def messenger(cast: Cast) -> Iterator[Messenger]:
    """The door served on a port of its own, and the gateway connected to it."""
    ready, stop = threading.Event(), asyncio.Event()
    found: dict[str, Any] = {}

    async def live() -> None:
        async with AsyncExitStack() as stack:
            door = mounted(OneBotDoor(timezone.now), inner)
            address = await stack.enter_async_context(serving(door, lifespan="on"))
            gateway = FakeGateway(BOT, QQ(timezone.now), token=TOKEN)
            await gateway.connect(f"ws://{address}/onebot/v11/ws")
            stack.push_async_callback(gateway.close)
            found.update(gateway=gateway, loop=asyncio.get_running_loop())
            ready.set()
            await stop.wait()

    thread = threading.Thread(target=asyncio.run, args=(live(),), daemon=True)
    thread.start()
    assert ready.wait(20)
    yield Messenger(found["gateway"].qq, found["gateway"], found["loop"])
    found["loop"].call_soon_threadsafe(stop.set)
    thread.join(20)


def until(page: Page, true: Callable[[], bool]) -> None:
    """Wait, with the browser's clock, until something outside of it has happened."""
    for _ in range(200):
        if true():
            return
        page.wait_for_timeout(50)
    raise AssertionError(
        f"It did not happen in time: {list(Outbound.objects.values_list('kind', 'state', 'last_error'))}"
    )


def test_the_same_question_over_qq_gets_the_same_answer(
    house: House, cast: Cast, messenger: Messenger, browser_page: Callable[..., Page]
) -> None:
    desk = at_desk(browser_page, house, cast.chen)
    desk.goto(house.at("/desk/"))
    messenger.hear("我在深圳打工，孩子两个月了，没法回去，能上户口吗？")
    desk.get_by_role("link", name=re.compile("孩子两个月了")).click()
    expect(desk.locator("#card")).not_to_contain_text(str(MOTHER))
    desk.locator("form.reply textarea[name=body]").fill("您好，让外婆来就行。")
    desk.locator("form.reply").get_by_role("button", name="发送").click()
    until(desk, lambda: any("让外婆来就行" in words for words in messenger.answers()))

    receipt = next(words for words in messenger.answers() if "查询码" in words)
    code = re.search(r"[0-9A-Z]{4}-[0-9A-Z]{4}-[0-9A-Z]{4}", receipt)
    assert code is not None
    phone = browser_page("/find/", width=PHONE)
    phone.get_by_label("查询码").fill(code[0])
    phone.get_by_role("button", name="查一下").click()
    expect(phone.get_by_text("您好，让外婆来就行。")).to_be_visible()

    messenger.hear("外婆不识字，可以吗？")
    expect(desk.get_by_text("外婆不识字，可以吗？").first).to_be_visible()
    assert Matter.objects.count() == 1
    assert sum("让外婆来就行" in words for words in messenger.answers()) == 1


def test_pictures_and_recalls_reach_pages_that_are_open(
    house: House, cast: Cast, messenger: Messenger, browser_page: Callable[..., Page]
) -> None:
    desk = at_desk(browser_page, house, cast.chen)
    desk.goto(house.at("/desk/"))
    messenger.gateway.files["a.jpg"] = a_picture()
    messenger.hear("路灯坏了，您看")
    desk.get_by_role("link", name=re.compile("路灯坏了")).click()
    talk = desk.locator("ol.talk")
    expect(talk).to_contain_text("路灯坏了")

    messenger.hear("在这里", enclosed("image", "a.jpg"), enclosed("image", "lost.jpg", file_size="99999999"))
    message = talk.locator("li", has_text="在这里")
    expect(message).to_contain_text("图片没有收到。它太大了。")
    expect(message.get_by_role("img")).to_have_count(1, timeout=15_000)
    expect(message).not_to_contain_text("正在从 QQ 取过来")
    expect(message.get_by_role("img")).to_have_js_property("naturalWidth", 40)
    assert message.count() == 1, "it stands with its words, not after them"

    wrong = messenger.hear("这句不该说")
    expect(talk).to_contain_text("这句不该说")
    messenger.recall(wrong)
    expect(talk).not_to_contain_text("这句不该说")
    expect(talk).to_contain_text("对方撤回了一条消息。")
    assert axe(desk) == []
    desk.get_by_role("link", name=re.compile("看原话")).click()
    desk.get_by_label("为什么要看").fill("怕有危险")
    assert axe(desk) == []
    desk.get_by_role("button", name="查看并记录").click()
    expect(desk.get_by_text("这句不该说")).to_be_visible()
    no_sideways_scroll(desk)


def test_a_group_becomes_a_room_and_its_recalls_leave_open_pages(
    house: House, cast: Cast, messenger: Messenger, browser_page: Callable[..., Page]
) -> None:
    group = ("group", 555)
    messenger.gateway.files["a.jpg"] = a_picture()
    room = Room.objects.create(unit=cast.liuxi_post, community=cast.liuxi, name="柳溪村警务群", slug="liuxi")
    messenger.hear("这句谁都不留", chat=group)
    leader = at_desk(browser_page, house, cast.liang, width=DESK)
    until(leader, HeardGroup.objects.exists)
    leader.goto(house.at("/desk/channels/"))
    expect(leader.locator("main")).not_to_contain_text("这句谁都不留")
    assert axe(leader) == []
    leader.get_by_label("群 555 是哪个房间").select_option(room.name)
    leader.get_by_role("button", name="对上 555").click()
    expect(leader.get_by_text("群和房间对上了")).to_be_visible()

    passing = browser_page("/rooms/liuxi/", width=PHONE)
    inside = browser_page("/rooms/liuxi/join/", width=PHONE)
    inside.locator("form button[name=suggested]").first.click()
    said = messenger.hear("井盖没了，看图", enclosed("image", "a.jpg"), chat=group)
    for page in (passing, inside):
        expect(page.locator("ol.talk")).to_contain_text("井盖没了")
    expect(inside.locator("ol.talk").get_by_role("img")).to_have_count(1, timeout=15_000)
    expect(passing.locator("ol.talk")).to_contain_text("有 1 个图片或文件，进群以后能看")
    assert passing.locator("ol.talk img").count() == 0
    for page in (passing, inside):
        no_sideways_scroll(page)
        assert axe(page) == []

    messenger.recall(said)
    for page in (passing, inside):
        expect(page.locator("ol.talk")).not_to_contain_text("井盖没了")
        expect(page.locator("ol.talk")).to_contain_text("撤回了")
        expect(page.locator("ol.talk img")).to_have_count(0)
