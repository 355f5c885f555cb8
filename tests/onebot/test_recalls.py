"""What somebody takes back in QQ is taken back here: nobody reads it any more, and the record keeps it."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest
from django.test import Client

from shouwang.apps.files.models import StoredFile
from shouwang.apps.matters.models import Entry, Matter, Type
from shouwang.apps.matters.queries import conversation
from shouwang.apps.notices.models import Enclosure, Inbound, Transport
from shouwang.apps.notices.receiving import retry_parked
from shouwang.apps.notices.sender import in_database
from shouwang.apps.talk import bridge
from shouwang.apps.talk.models import Post, TakenBack
from shouwang.kernel.live.models import LiveEvent
from tests.cast import as_officer
from tests.onebot.conftest import GROUP, House, OpenHouse
from tests.onebot.fake_gateway import enclosed, text
from tests.onebot.serving import eventually
from tests.onebot.test_fetching import LIN, a_picture

both = pytest.mark.parametrize("transport", list(Transport), ids=lambda one: one.value)
SAID = "我家的电表被人动过"


async def recalls(count: int) -> None:
    await eventually(in_database(Inbound.objects.filter(what="recall", handled_at__isnull=False).count), count)


def public(path: str) -> str:
    return Client().get(path).content.decode()


@both
async def test_a_room_forgets_what_its_group_took_back(open_house: OpenHouse, transport: Transport) -> None:
    async with open_house(transport, rooms=True) as house:
        said = await house.fake.hear(GROUP, 20001, SAID)
        await eventually(in_database(Post.objects.count), 1)
        for path in ("/rooms/liuxi/", "/rooms/liuxi/1/", "/rooms/liuxi/search/?q=电表"):
            assert SAID in await in_database(public)(path), path
        for _ in range(2):
            await house.fake.recall(said)
        await recalls(1)
        for path in ("/rooms/liuxi/", "/rooms/liuxi/1/", "/rooms/liuxi/search/?q=电表"):
            assert SAID not in await in_database(public)(path), path
        assert "撤回" in await in_database(public)("/rooms/liuxi/")
        assert await in_database(TakenBack.objects.filter(by_writer=True).count)() == 1
        held = await in_database(list)(LiveEvent.objects.values_list("payload", flat=True))
        assert SAID not in str(held), "nor does the stream keep it for a page that comes back later"


async def test_whoever_runs_the_group_may_take_back_for_others(open_house: OpenHouse) -> None:
    async with open_house(rooms=True) as house:
        said = await house.fake.hear(GROUP, 20001, SAID)
        await house.fake.recall(said, by=20099)
        await eventually(in_database(TakenBack.objects.filter(by_writer=False).count), 1)


@both
async def test_a_private_message_is_kept_and_shown_to_nobody(open_house: OpenHouse, transport: Transport) -> None:
    async with open_house(transport, rooms=True) as house:
        assert house.station is not None
        first = await house.fake.hear(LIN, 20001, SAID)
        await house.fake.hear(LIN, 20001, "还有别的事")
        await eventually(in_database(Entry.objects.filter(type=Type.MESSAGE).count), 2)
        for _ in range(2):
            await house.fake.recall(first)
        await recalls(1)

        def seen() -> tuple[Matter, list[Entry], list[str]]:
            matter = Matter.objects.get()
            assert house.station is not None
            entries = conversation(matter, as_officer(house.station.cast.chen))
            kept = Entry.objects.filter(matter=matter, type=Type.MESSAGE).order_by("seq").values_list("body", flat=True)
            return matter, [one for one in entries if one.type == Type.MESSAGE], list(kept)

        matter, messages, kept = await in_database(seen)()
        assert [(one.body, one.taken_back) for one in messages] == [("", True), ("还有别的事", False)]
        assert kept == [SAID, "还有别的事"], "the timeline keeps both"
        assert matter.title == "咨询", "the title was made of the words that were taken back"


async def test_danger_goes_on_ringing_when_its_words_are_taken_back(open_house: OpenHouse) -> None:
    async with open_house(rooms=True) as house:
        said = await house.fake.hear(LIN, 20001, "他拿着刀砸门，救命")
        await house.fake.recall(said)
        await recalls(1)
        matter = await in_database(Matter.objects.get)()
        assert matter.rings
        assert "刀" not in matter.title


async def test_a_recall_that_comes_first_keeps_the_room_silent(open_house: OpenHouse) -> None:
    async with open_house(rooms=True) as house:
        group = house.fake.qq.say(GROUP, 20001, [text(SAID)])
        alone = house.fake.qq.say(LIN, 20001, [text(SAID), enclosed("image", "a.jpg")])
        for said in (group, alone):
            await house.fake.recall(said)
            await house.fake.emit(house.fake.message_event(said))
        await eventually(in_database(Inbound.objects.count), 4)
        await eventually(in_database(Entry.objects.filter(type=Type.TAKEN_BACK).count), 1)
        assert await in_database(Post.objects.count)() == 0
        assert await in_database(Enclosure.objects.count)() == 0
        assert SAID not in str(await in_database(list)(LiveEvent.objects.values_list("payload", flat=True)))
        assert SAID not in (await in_database(Matter.objects.get)()).title


async def test_a_parked_message_that_was_taken_back_meanwhile(
    open_house: OpenHouse, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with open_house(rooms=True) as house:

        def closed(*_told: Any, **_more: Any) -> None:
            raise RuntimeError("the room is closed")

        with monkeypatch.context() as patch:
            patch.setattr(bridge, "receive_group_message", closed)
            said = await house.fake.hear(GROUP, 20001, SAID)
            await eventually(in_database(Inbound.objects.parked().count), 1)
        await house.fake.recall(said)
        await recalls(1)
        house.clock.tick(60)
        assert await in_database(retry_parked)(at=house.clock.now) == (1, 0)
        assert await in_database(Post.objects.count)() == 0


async def test_a_recall_the_rooms_cannot_take_is_kept_and_done_later(
    open_house: OpenHouse, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with open_house(rooms=True) as house:
        said = await house.fake.hear(GROUP, 20001, SAID)
        await eventually(in_database(Post.objects.count), 1)

        def closed(*_told: Any, **_more: Any) -> None:
            raise RuntimeError("the room is closed")

        with monkeypatch.context() as patch:
            patch.setattr(bridge.moderation, "take_back", closed)
            await house.fake.recall(said)
            await eventually(in_database(Inbound.objects.parked().count), 1)
        house.clock.tick(60)
        assert await in_database(retry_parked)(at=house.clock.now) == (1, 0)
        assert await in_database(TakenBack.objects.count)() == 1


@pytest.mark.parametrize(
    "notice",
    [
        {"notice_type": "group_recall", "group_id": 555, "user_id": 20001, "operator_id": 20001, "message_id": 987},
        {"notice_type": "group_recall", "group_id": 777, "user_id": 20001, "operator_id": 20001, "message_id": -1021},
        {"notice_type": "friend_recall", "user_id": 10000, "message_id": -1021},
        {"notice_type": "friend_recall", "user_id": 20001, "message_id": "x" * 64},
    ],
    ids=["unknown-id", "another-group", "the-station-itself", "a-text"],
)
async def test_an_unknown_recall_changes_nothing(open_house: OpenHouse, notice: dict[str, Any]) -> None:
    async with open_house(rooms=True) as house:
        await house.fake.hear(GROUP, 20001, SAID)
        await eventually(in_database(Post.objects.count), 1)
        await house.fake.notice(**notice)
        await recalls(1)
        assert await in_database(TakenBack.objects.count)() == 0
        assert SAID in await in_database(public)("/rooms/liuxi/")


async def test_of_two_messages_with_one_id_the_one_before_the_recall_is_meant(open_house: OpenHouse) -> None:
    async with open_house(rooms=True) as house:
        old = await house.fake.hear(GROUP, 20001, "去年的话")
        await eventually(in_database(Post.objects.count), 1)
        house.clock.tick(3600)
        new = house.fake.qq.say(GROUP, 20001, [text(SAID)])
        same_id = house.fake.message_event(new) | {"message_id": old.message_id}
        await house.fake.emit(same_id)
        await eventually(in_database(Post.objects.count), 2)
        await house.fake.recall(old)
        await eventually(in_database(TakenBack.objects.filter(post__seq=2).count), 1)
        assert await in_database(TakenBack.objects.count)() == 1


async def test_what_is_still_to_come_is_not_fetched_any_more(open_house: OpenHouse) -> None:
    async with open_house(rooms=True) as house:
        house.fake.files |= {"a.jpg": a_picture("a"), "b.jpg": a_picture("b")}
        said = [await house.fake.hear(chat, 20001, [enclosed("image", "a.jpg")]) for chat in (GROUP, LIN)]
        await eventually(in_database(Enclosure.objects.waiting().count), 2)
        for one in said:
            await house.fake.recall(one)
        await recalls(2)
        assert await house.fetch(60) == 0
        states = await in_database(list)(Enclosure.objects.values_list("state", "wanted"))
        assert states == [("dropped", ""), ("dropped", "")]


async def test_taken_back_while_it_is_being_fetched_nothing_appears(open_house: OpenHouse) -> None:
    async with open_house(rooms=True) as house:
        house.fake.files["a.jpg"] = a_picture()
        said = await house.fake.hear(LIN, 20001, [enclosed("image", "a.jpg")])
        await eventually(in_database(Enclosure.objects.waiting().count), 1)
        hand_over = house.fake._hand_over

        def slowly(key: str) -> dict[str, Any]:
            house.fake._spawn(house.fake.recall(said))
            return hand_over(key)

        house.fake._hand_over = slowly  # type: ignore[method-assign]
        await house.fetch()
        await recalls(1)
        await asyncio.sleep(0.05)
        refs = {ref for entry in await in_database(list)(Entry.objects.all()) for ref in entry.data.get("files", ())}
        shown = await in_database(StoredFile.objects.filter(ref__in=refs).count)()
        messages = await in_database(_messages)(house)
        assert [one.taken_back for one in messages] == [True]
        assert [list(one.stored_files) for one in messages] == [[]], shown


def _messages(house: House) -> list[Entry]:
    assert house.station is not None
    entries = conversation(Matter.objects.get(), as_officer(house.station.cast.chen))
    return [one for one in entries if one.type == Type.MESSAGE]
