"""A picture sent over QQ stands in the conversation: inspected like every upload, once, or a sentence stands in its place."""

from __future__ import annotations

import asyncio
import io
import os
from typing import Any

import pytest
from PIL import Image

from shouwang.apps.files import cabinet
from shouwang.apps.files.cabinet import Form
from shouwang.apps.files.models import StoredFile
from shouwang.apps.matters.models import Entry, Matter, Type
from shouwang.apps.matters.queries import conversation
from shouwang.apps.matters.viewer import Viewer
from shouwang.apps.notices import enclosures
from shouwang.apps.notices.models import Enclosure, Gateway, Outbound, Transport
from shouwang.apps.notices.sender import in_database
from shouwang.apps.talk import fetched
from shouwang.apps.talk.models import Enclosed, Post
from shouwang.apps.talk.seen import as_seen
from tests.cast import as_officer
from tests.onebot.conftest import BOT, GROUP, House, OpenHouse
from tests.onebot.fake_gateway import FileFault, Hands, enclosed, text
from tests.onebot.serving import eventually, serving

LIN = ("private", 20001)
both = pytest.mark.parametrize("transport", list(Transport), ids=lambda one: one.value)


def a_picture(says: str = "queexif4711", side: int = 40) -> bytes:
    out, exif = io.BytesIO(), Image.Exif()
    exif[0x010E] = says  # ImageDescription
    Image.new("RGB", (side, 30), "#12355b").save(out, "JPEG", exif=exif)
    return out.getvalue()


async def hear(house: House, chat: tuple[str, int], *segments: dict[str, Any], times: int = 1, **more: Any) -> None:
    """Somebody sends it, and it is kept."""
    before = (
        await in_database(Entry.objects.filter(type=Type.MESSAGE).count)() + await in_database(Post.objects.count)()
    )
    await house.fake.hear(chat, 20001, list(segments), times=times, **more)

    async def kept() -> int:
        return (
            await in_database(Entry.objects.filter(type=Type.MESSAGE).count)() + await in_database(Post.objects.count)()
        )

    await eventually(kept, before + 1)


class Killed(BaseException):
    """As an end of the process: nothing in the code catches it."""


def last_said(house: House) -> Entry:
    """The newest message as the desk sees it."""
    assert house.station is not None
    matter = Matter.objects.latest("pk")
    said = conversation(matter, as_officer(house.station.cast.chen))
    return next(entry for entry in reversed(said) if entry.type == Type.MESSAGE)


def in_room(level: int) -> Any:
    return as_seen([Post.objects.latest("pk")], level=level, member_id=None)[0]


@both
@pytest.mark.parametrize("hands", [Hands.BASE64, Hands.PREFIXED], ids=lambda one: one.name.lower())
async def test_a_picture_stands_with_its_words_and_says_nothing_of_phone_and_place(
    open_house: OpenHouse, transport: Transport, hands: Hands
) -> None:
    async with open_house(transport, rooms=True) as house:
        house.fake.files["a.jpg"], house.fake.hands = a_picture(), hands
        await hear(house, LIN, text("路灯坏了"), enclosed("image", "a.jpg"), times=3)
        waiting = await in_database(last_said)(house)
        assert (waiting.body, list(waiting.stored_files)) == ("路灯坏了［图片］", [])
        assert waiting.missing == ["图片正在从 QQ 取过来，请稍等。"]
        assert await house.fetch() == 1
        assert await house.fetch(60) == 0
        there = await in_database(last_said)(house)
        (stored,) = there.stored_files
        assert (there.missing, stored.uploaded_by, stored.kind) == ([], "house", "picture")
        shown = await in_database(cabinet.take)(stored.ref, Form.DISPLAY, stored.display_path)
        original = await in_database(cabinet.take)(stored.ref, Form.ORIGINAL, stored.original_path)
        assert b"queexif4711" not in shown.data
        assert original.data == house.fake.files["a.jpg"]
        assert b"queexif4711" not in (cabinet.folder() / stored.original_path).read_bytes(), "the original is sealed"
        row = await in_database(Enclosure.objects.get)()
        assert (row.state, row.wanted) == ("kept", "")
        assert await in_database(lambda: conversation(Matter.objects.get(), Viewer()))() == [], (
            "without a code, nothing"
        )


@both
async def test_in_a_group_members_see_the_picture_and_passers_by_that_there_is_one(
    open_house: OpenHouse, transport: Transport
) -> None:
    async with open_house(transport, rooms=True) as house:
        house.fake.files |= {"a.jpg": a_picture("a"), "b.jpg": a_picture("b", side=50)}
        house.fake.file_faults.append(FileFault.GONE)
        await hear(house, GROUP, enclosed("image", "a.jpg"), text("和"), enclosed("image", "b.jpg"))
        seen = await in_database(in_room)(1)
        assert (seen.text, seen.files, seen.came) == ("［图片 1］和［图片 2］", [], {"awaited": 2, "lost": 0})
        await house.fetch()
        await house.fetch(60)
        seen = await in_database(in_room)(1)
        assert [one.width_px for one in seen.files] == [40, 50], "in the order of the message, whichever came first"
        assert seen.came == {"awaited": 0, "lost": 0}
        passing = await in_database(in_room)(0)
        assert (passing.files, passing.came) == ([], {"inside": 2})


@pytest.mark.parametrize(
    ("content", "fault", "says"),
    [
        (b"%PDF-1.4 is no picture", None, "没有收到"),
        (b"<html><script>alert(1)</script></html>", None, "却是程序或网页"),
        (b"MZ\x90\x00\x03\x00\x00\x00\x04\x00\x00\x00\xff\xff", None, "却是程序或网页"),
        ("只是一段话，不是图片。".encode(), None, "不是一回事"),
        (a_picture()[:-20], None, "不完整"),
        (a_picture(), FileFault.GONE, "过期或删掉"),
        (a_picture(), FileFault.SILENT, "没有回应"),
        (a_picture(), FileFault.HANG_UP, "没有回应"),
        (a_picture(), FileFault.NOT_BASE64, "没有把它交给我们"),
    ],
    ids=["pdf", "page", "program", "text", "half", "gone", "silent", "hang-up", "garbage"],
)
async def test_what_does_not_come_leaves_a_sentence_and_the_sender_is_told_the_way(
    open_house: OpenHouse, content: bytes, fault: FileFault | None, says: str
) -> None:
    async with open_house(rooms=True) as house:
        house.fake.files["a.jpg"] = content
        house.fake.file_faults.extend([fault] * 20 if fault else [])
        await hear(house, LIN, enclosed("image", "a.jpg"), enclosed("image", "a.jpg"))
        await house.fetch_to_the_end()
        there = await in_database(last_said)(house)
        assert list(there.stored_files) == []
        assert len(there.missing) == 2
        assert all(says in one for one in there.missing), there.missing
        told = [
            row.outgoing.text for row in await in_database(list)(Outbound.objects.filter(dedupe_key__startswith="enc"))
        ]
        assert len(told) == 1, "once for the message, not once for each picture"
        assert says in told[0]
        assert "/find/" in told[0]
        asked = [action for action, _params in house.fake.calls if action == "get_image"]
        assert len(asked) <= 2 * (len(enclosures.WAITS) + 1)


async def test_too_large_is_not_even_asked_for_or_read_to_the_end(open_house: OpenHouse) -> None:
    async with open_house(rooms=True) as house:
        house.fake.files["b.jpg"] = os.urandom(13 * 1024 * 1024)
        await hear(house, LIN, enclosed("image", "a.jpg", file_size=str(50 * 1024 * 1024)), enclosed("image", "b.jpg"))
        await house.fetch_to_the_end()
        there = await in_database(last_said)(house)
        assert all("太大" in one or "没有回应" in one for one in there.missing), there.missing
        assert {"file": "a.jpg"} not in [params for _action, params in house.fake.calls]


async def test_an_answer_larger_than_any_event_is_read(open_house: OpenHouse) -> None:
    async with open_house(rooms=True) as house:
        noise = Image.frombytes("RGB", (1000, 700), os.urandom(1000 * 700 * 3))
        out = io.BytesIO()
        noise.save(out, "PNG")
        house.fake.files["a.png"] = out.getvalue()
        assert len(out.getvalue()) > 2 * 1024 * 1024
        await hear(house, LIN, enclosed("image", "a.png"))
        await house.fetch(timeout_s=30)
        assert len((await in_database(last_said)(house)).stored_files) == 1


@both
@pytest.mark.parametrize("hands", [Hands.URL, Hands.PATH], ids=["url", "path"])
async def test_nothing_outside_is_ever_asked_and_no_path_is_opened(
    open_house: OpenHouse, transport: Transport, hands: Hands
) -> None:
    asked: list[str] = []

    async def trap(scope: Any, receive: Any, send: Any) -> None:
        asked.append(scope["path"])
        await send({"type": "http.response.start", "status": 200, "headers": []})
        await send({"type": "http.response.body", "body": a_picture()})

    async with open_house(transport, rooms=True) as house, serving(trap) as address:
        house.fake.files["a.jpg"], house.fake.hands = a_picture(), hands
        await hear(house, LIN, enclosed("image", "a.jpg", url=f"http://{address}/secret"))
        await house.fetch()
        there = await in_database(last_said)(house)
        assert there.missing == ["图片没有收到。QQ 没有把它交给我们。请在网页上发。"]
        assert asked == []
        assert [action for action, _params in house.fake.calls].count("get_image") == 1, "it is not asked for again"


@pytest.mark.parametrize(
    "key",
    [
        "http://127.0.0.1:5700/send_private_msg?user_id=1",
        "file:///etc/passwd",
        "/etc/passwd",
        "../../etc/passwd",
        "C:\\Windows\\win.ini",
        "\\\\host\\share",
        "base64://aGFsbG8=",
        "",
        "x" * 600,
    ],
)
async def test_what_somebody_could_have_made_up_is_not_handed_to_the_gateway(open_house: OpenHouse, key: str) -> None:
    async with open_house(rooms=True) as house:
        await hear(house, LIN, {"type": "image", "data": {"file": key}})
        await house.fetch()
        there = await in_database(last_said)(house)
        assert there.missing == ["图片没有收到。QQ 没有把它交给我们。请在网页上发。"]
        assert [call for call in house.fake.calls if call[0] == "get_image"] == []


async def test_voice_and_files_come_the_same_way_and_a_video_is_said_not_to(open_house: OpenHouse) -> None:
    async with open_house(rooms=True) as house:
        amr = b"#!AMR\n" + (b"\x3c" + bytes(31)) * 50
        house.fake.files |= {"v.amr": amr, "id-7": "证明：情况属实。".encode(), "w.mp4": b"never asked for"}
        await hear(
            house,
            LIN,
            enclosed("record", "v.amr"),
            enclosed("file", "证明.txt", file_id="id-7", file_size=24),
            enclosed("video", "w.mp4"),
        )
        await house.fetch()
        there = await in_database(last_said)(house)
        assert there.body == "［语音］［文件］［视频］"
        assert [(one.kind, one.name[:2]) for one in there.stored_files] == [("voice", "v."), ("document", "证明")]
        assert there.missing == [
            "视频没有收到。这里还收不了视频。请把关键的画面截图发来，原视频请留好，需要时我们会联系您。"
        ]
        asked = {action: params for action, params in house.fake.calls if action.startswith("get_")}
        assert asked["get_record"] == {"file": "v.amr", "out_format": "mp3"}
        assert asked["get_file"] == {"file_id": "id-7"}
        assert "get_image" not in asked


async def test_a_gateway_that_does_not_know_the_call_is_not_asked_again(open_house: OpenHouse) -> None:
    async with open_house(Transport.HTTP, rooms=True) as house:
        perform = house.fake.perform

        async def older(action: str, params: dict[str, Any]) -> dict[str, Any]:
            return await perform("nobody_knows_this" if action == "get_image" else action, params)

        house.fake.perform = older  # type: ignore[method-assign]
        for _ in range(2):
            await hear(house, LIN, enclosed("image", "a.jpg"))
            await house.fetch()
            assert "没有把它交给我们" in (await in_database(last_said)(house)).missing[0]
        assert [action for action, _params in house.fake.calls].count("nobody_knows_this") == 1


async def test_killed_after_it_was_kept_it_is_fetched_again_and_stands_there_once(
    open_house: OpenHouse, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with open_house(rooms=True) as house:
        house.fake.files["a.jpg"] = a_picture()
        await hear(house, LIN, enclosed("image", "a.jpg"))

        def killed(*_told: Any) -> None:
            raise Killed

        with monkeypatch.context() as patch:
            patch.setattr(enclosures, "note", killed)
            with pytest.raises(Killed):
                await house.fetch()
        assert await in_database(StoredFile.objects.count)() == 1
        assert await house.fetch(60) == 0, "the lease of the dead one is not over"
        assert await house.fetch(180) == 1
        assert len((await in_database(last_said)(house)).stored_files) == 1
        assert await in_database(StoredFile.objects.count)() == 1
        assert await in_database(Entry.objects.filter(type=Type.ENCLOSED).count)() == 1


async def test_two_processes_fetch_it_once(open_house: OpenHouse) -> None:
    async with open_house(Transport.HTTP, rooms=True) as house:
        house.fake.files |= {f"{n}.jpg": a_picture(str(n)) for n in range(5)}
        await hear(house, GROUP, *(enclosed("image", f"{n}.jpg") for n in range(5)))
        await asyncio.gather(house.fetch(), house.fetch(), house.fetch())
        await house.fetch_to_the_end()
        assert await in_database(Enclosed.objects.count)() == 5
        assert [action for action, _params in house.fake.calls].count("get_image") == 5


async def test_a_house_without_room_tries_again_later(open_house: OpenHouse, monkeypatch: pytest.MonkeyPatch) -> None:
    async with open_house(rooms=True) as house:
        house.fake.files["a.jpg"] = a_picture()
        await hear(house, LIN, enclosed("image", "a.jpg"))
        with monkeypatch.context() as patch:
            patch.setattr(cabinet, "KEEP_FREE_BYTES", 10**18)
            await house.fetch()
        assert (await in_database(last_said)(house)).missing == ["图片正在从 QQ 取过来，请稍等。"]
        await house.fetch(60)
        assert len((await in_database(last_said)(house)).stored_files) == 1


async def test_a_gateway_that_stays_away_ends_in_a_sentence(open_house: OpenHouse) -> None:
    async with open_house(rooms=True) as house:
        await hear(house, LIN, enclosed("image", "a.jpg"))
        await house.fake.disconnect()
        await asyncio.sleep(0.05)
        assert await house.fetch(60) == 0
        house.clock.tick(6 * 3600)
        assert await in_database(enclosures.give_up)(house.clock()) == 1
        assert await in_database(enclosures.give_up)(house.clock()) == 0
        assert "没有回应" in (await in_database(last_said)(house)).missing[0]


async def test_nobody_fills_the_disk_from_a_group(open_house: OpenHouse, monkeypatch: pytest.MonkeyPatch) -> None:
    async with open_house(rooms=True) as house:
        monkeypatch.setattr(fetched, "MOST_IN_AN_HOUR", 12)
        for _ in range(2):
            await hear(house, GROUP, *(enclosed("image", f"{n}.jpg") for n in range(11)))
        rows = await in_database(list)(Enclosure.objects.order_by("pk").values_list("trouble__code", flat=True))
        assert rows[:11] == [None] * 9 + ["too-many"] * 2
        assert rows[11:] == [None] * 3 + ["too-often"] * 6 + ["too-many"] * 2


async def test_the_loops_fetch_by_themselves(open_house: OpenHouse) -> None:
    async with open_house(rooms=True) as house:
        house.fake.files["a.jpg"] = a_picture()
        async with house.door.carrying(Transport.REVERSE_WS, worker="web", every_s=0.02, look_again_s=0.05):
            await hear(house, GROUP, enclosed("image", "a.jpg"))
            await eventually(in_database(Enclosed.objects.count), 1)


async def test_an_officers_pictures_leave_as_pictures(open_house: OpenHouse) -> None:
    """As the clean copy, through the outbox; the words say where else to see them."""
    from django.utils import timezone

    from shouwang.apps.files.usecases import erase, house_limits, receive_upload
    from shouwang.apps.matters import usecases

    async with open_house(rooms=True) as house:
        assert house.station is not None
        chen = house.station.cast.chen
        await hear(house, LIN, text("路灯坏在哪里"))

        def answer(says: str) -> None:
            kept = [
                receive_upload(
                    a_picture(f"queexif-{says}-{n}", side=40 + n), claimed_name="图.jpg", limits=house_limits(),
                    by=chen.ref, at=house.clock(),
                ) for n in range(2)
            ]  # fmt: skip
            paper = receive_upload(
                "说明".encode(), claimed_name="说明.txt", limits=house_limits(), by=chen.ref, at=house.clock()
            )
            usecases.say(
                Matter.objects.get(),
                viewer=as_officer(chen),
                at=house.clock(),
                body=says,
                files=(*(one.ref for one in kept), paper.ref),
            )
            if says == "第二次":
                erase(kept[0], by="officer:1", reason="发错了", at=timezone.now())

        await in_database(answer)("第一次")
        await house.drain_to_the_end()
        sent = house.fake.qq.by(BOT)[-1]
        assert [one["type"] for one in sent.segments] == ["text", "image", "image"]
        assert "附 2 张图片" in sent.text
        assert "还有 1 个文件" in sent.text
        assert "/find/" in sent.text
        pictures = [house.fake.bytes_of(one) for one in sent.segments[1:]]
        assert [Image.open(io.BytesIO(one)).size[0] for one in pictures] == [40, 41]
        assert b"queexif" not in b"".join(pictures)

        await in_database(answer)("第二次")
        await house.drain_to_the_end()
        sent = house.fake.qq.by(BOT)[-1]
        assert [one["type"] for one in sent.segments] == ["text", "image"], "an erased picture leaves no more"
        states = await in_database(list)(Outbound.objects.values_list("state", flat=True))
        assert set(states) == {"confirmed"}


async def test_an_officers_pictures_in_a_room_reach_the_group(open_house: OpenHouse) -> None:
    from shouwang.apps.files.usecases import house_limits, receive_upload
    from shouwang.apps.talk.usecases import speak
    from shouwang.apps.talk.visitor import Visitor

    async with open_house(rooms=True) as house:
        station = house.station
        assert station is not None

        def post() -> None:
            kept = receive_upload(
                a_picture(), claimed_name="图.jpg", limits=house_limits(), by=station.cast.chen.ref, at=house.clock()
            )
            visitor = Visitor(as_officer(station.cast.chen), {})
            speak(station.room, visitor=visitor, body="", files=(kept.ref,), at=house.clock())

        await in_database(post)()
        await house.drain_to_the_end()
        sent = house.fake.qq.by(BOT)[-1]
        assert [one["type"] for one in sent.segments] == ["text", "image"]
        assert "/rooms/liuxi/1/" in sent.text


async def test_pictures_from_a_named_host_are_fetched_only_there(
    open_house: OpenHouse, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The one way outside, and only after an administrator named the host."""
    import httpx

    from shouwang.apps.notices.gateways import permit_pictures_from

    asked: list[httpx.URL] = []

    def answer(request: httpx.Request) -> httpx.Response:
        asked.append(request.url)
        return httpx.Response(200, content=a_picture(), headers={"content-type": "image/jpeg"})

    async with open_house(rooms=True) as house, httpx.AsyncClient(transport=httpx.MockTransport(answer)) as client:
        house.fake.files["a.jpg"], house.fake.hands, house.client = a_picture(), Hands.URL, client
        await hear(house, LIN, enclosed("image", "a.jpg"))
        await in_database(permit_pictures_from)(
            await in_database(Gateway.objects.get)(), ["pictures.example"], by="house", at=house.clock()
        )
        await house.fetch()
        assert len((await in_database(last_said)(house)).stored_files) == 1
        assert [str(one) for one in asked] == ["https://pictures.example/a.jpg"]
