"""The live door: what a browser, a poller and a proxy see of the log."""

import asyncio
import json
import re
from datetime import UTC, datetime, timedelta

import pytest

from shouwang.doors.stream import StreamDoor, mounted
from shouwang.kernel.live import log
from shouwang.kernel.live.hub import Hub
from shouwang.kernel.live.tests.databases import in_thread

NOON = datetime(2026, 2, 12, 12, tzinfo=UTC)
PATIENCE_S = 30
PUBLIC, PARTIES, STATION = 0, 1, 2


async def publish(stream, *texts, audience=PUBLIC, at=NOON):
    for text in texts:
        await in_thread(log.publish, stream, "message", {"text": text}, audience=audience, at=at)


class Rights:
    """What the site would know: who may follow what, now."""

    def __init__(self, **clearance):
        self.clearance = {name.replace("_", ":"): rank for name, rank in clearance.items()}
        self.asked = 0

    async def __call__(self, scope, streams):
        self.asked += 1
        return self.clearance


class Call:
    """One HTTP request to an ASGI application, and what comes back."""

    def __init__(self, app, query, headers=None, method="GET", path="/live"):
        self.scope = {
            "type": "http", "method": method, "path": path, "query_string": query.encode(),
            "headers": [(key.encode(), value.encode()) for key, value in (headers or {}).items()],
        }  # fmt: skip
        self.status = None
        self.headers = {}
        self.text = ""
        self.done = False
        self._line_open = asyncio.Event()
        self._line_open.set()
        self._hang_up = asyncio.Event()
        self._news = asyncio.Event()
        self.task = asyncio.ensure_future(app(self.scope, self._receive, self._send))
        self.task.add_done_callback(lambda _: self._news.set())

    async def _receive(self):
        await self._hang_up.wait()
        return {"type": "http.disconnect"}

    async def _send(self, message):
        await self._line_open.wait()
        if message["type"] == "http.response.start":
            self.status = message["status"]
            self.headers = {key.decode(): value.decode() for key, value in message["headers"]}
        else:
            self.text += message["body"].decode()
            self.done = not message.get("more_body", False)
        self._news.set()

    def hang_up(self):
        self._hang_up.set()

    def hold(self):
        """The line takes nothing more: every send waits."""
        self._line_open.clear()

    def let_go(self):
        self._line_open.set()

    async def until(self, condition):
        async with asyncio.timeout(PATIENCE_S):
            while not condition(self):
                assert not self.task.done(), f"ended early: {self.text!r}"
                self._news.clear()
                await self._news.wait()
        return self

    async def until_text(self, text):
        return await self.until(lambda call: text in call.text)

    async def to_the_end(self):
        async with asyncio.timeout(PATIENCE_S):
            await self.task
        assert self.done
        return self

    @property
    def events(self):
        return [json.loads(data) for data in re.findall(r"^data: (\{\"stream\":.*)$", self.text, re.MULTILINE)]

    @property
    def texts(self):
        return [event["payload"]["text"] for event in self.events]

    @property
    def last_id(self):
        return re.findall(r"^id: (.*)$", self.text, re.MULTILINE)[-1]


@pytest.fixture
async def hub(sqlite_file):
    hub = Hub(heartbeat_s=0.4)
    yield hub
    await hub.stop()


@pytest.fixture
async def call(hub):
    """Open a request; all still open ones are hung up at the end."""
    calls = []

    def open_call(query, rights=None, *, door=None, **options):
        door = door or StreamDoor(hub, rights or Rights(room_3=PUBLIC))
        calls.append(Call(door, query, **options))
        return calls[-1]

    yield open_call
    for one in calls:
        one.hang_up()
        one.let_go()
        await asyncio.wait([one.task])


# -- the stream


async def test_a_stream_opens_with_its_cursor_and_headers_that_proxies_respect(call):
    opened = await call("s=room:3").until_text("\n\n")
    assert opened.status == 200
    assert opened.headers == {
        "content-type": "text/event-stream; charset=utf-8",
        "cache-control": "no-cache, no-transform",
        "x-accel-buffering": "no",
        "x-content-type-options": "nosniff",
    }
    retry, first_id = re.fullmatch(r"retry: (\d+)\nid: (.*)\nevent: here\ndata: \{\}\n\n", opened.text).groups()
    assert 1_000 <= int(retry) <= 3_000
    assert first_id == "room:3=0"


async def test_what_is_published_arrives_as_one_json_object_with_its_number_as_id(call):
    opened = await call("s=room:3").until_text("retry")
    await publish("room:3", "有人在吗\n第二行")
    await opened.until_text("data:")
    assert opened.text.endswith(
        'id: room:3=1\ndata: {"stream":"room:3","seq":1,"kind":"message",'
        '"at":"2026-02-12T12:00:00+00:00","payload":{"text":"有人在吗\\n第二行"}}\n\n'
    )


async def test_the_browser_resumes_with_its_last_event_id_rather_than_the_pages_cursor(call):
    await publish("room:3", "一", "二", "三")
    opened = await call("s=room:3&since=room:3=0", headers={"last-event-id": "room:3=2"}).until_text("三")
    assert opened.texts == ["三"]


async def test_without_a_cursor_a_stream_starts_now(call):
    await publish("room:3", "旧")
    opened = await call("s=room:3").until_text("id: room:3=1")
    await publish("room:3", "新")
    await opened.until_text("新")
    assert opened.texts == ["新"]


async def test_with_several_streams_each_id_is_a_whole_cursor(call):
    await publish("room:3", "a1", "a2")
    await publish("matter:9", "b1", audience=STATION)
    await publish("matter:9", "b2")
    rights = Rights(room_3=PUBLIC, matter_9=PUBLIC)
    first = await call("s=room:3&s=matter:9&since=room:3=0,matter:9=0", rights).until_text("b2")
    assert sorted(first.texts) == ["a1", "a2", "b2"]
    assert re.findall(r"^id: (.*)$", first.text, re.MULTILINE) == [
        "room:3=0,matter:9=0", "room:3=1,matter:9=0", "room:3=2,matter:9=0", "room:3=2,matter:9=2",
    ]  # fmt: skip
    first.hang_up()
    await first.to_the_end()
    await publish("room:3", "a3")
    second = await call("s=room:3&s=matter:9", rights, headers={"last-event-id": first.last_id}).until_text("a3")
    assert second.texts == ["a3"]


async def test_each_sees_only_what_he_is_cleared_for(call):
    resident = await call("s=room:3", Rights(room_3=PUBLIC)).until_text("retry")
    officer = await call("s=room:3", Rights(room_3=STATION)).until_text("retry")
    await publish("room:3", "内部", audience=STATION)
    await publish("room:3", "公开")
    await officer.until_text("公开")
    await resident.until_text("公开")
    assert officer.texts == ["内部", "公开"]
    assert resident.texts == ["公开"]


async def test_a_cursor_older_than_the_log_is_told_to_reset(call):
    await publish("room:3", "一", "二")
    await in_thread(log.prune, NOON + timedelta(days=1))
    ended = await call("s=room:3&since=room:3=1").to_the_end()
    assert ended.text.endswith('event: reset\ndata: {"streams": ["room:3"]}\n\n')
    assert ended.events == []


async def test_the_slow_are_told_to_come_again(sqlite_file):
    hub = Hub(backlog=2)
    slow = await Call(StreamDoor(hub, Rights(room_3=PUBLIC)), "s=room:3").until_text("retry")
    probe = await hub.subscribe({"room:3": None}, {"room:3": PUBLIC})
    slow.hold()
    for text in "一二三四":
        await publish("room:3", text)
        async with asyncio.timeout(PATIENCE_S):
            while not probe.take():
                await probe.wait()
    slow.let_go()
    await slow.to_the_end()
    assert slow.texts == ["一"], "what was already on its way, and nothing after the gap"
    assert slow.text.endswith("event: resync\ndata: {}\n\n")
    assert slow.last_id == "room:3=1"
    await hub.stop()


# -- rights


async def test_the_door_is_shut_by_default(call, hub):
    ended = await call("s=room:3", door=StreamDoor(hub)).to_the_end()
    assert ended.status == 403
    assert hub.listeners == 0


async def test_what_is_refused_is_named_and_the_rest_is_served(call):
    opened = await call("s=room:3&s=matter:9").until_text("event: refused")
    assert 'event: refused\ndata: {"streams": ["matter:9"]}\n\n' in opened.text
    await publish("matter:9", "不给看")
    await publish("room:3", "给看")
    await opened.until_text("给看")
    assert opened.texts == ["给看"]


async def test_whoever_loses_his_right_loses_the_stream_within_a_heartbeat(call, hub):
    rights = Rights(room_3=PUBLIC)
    opened = await call("s=room:3", rights).until_text(": hb\n\n")
    rights.clearance = {}
    await opened.to_the_end()
    assert opened.text.endswith('event: refused\ndata: {"streams": ["room:3"]}\n\n')
    await publish("room:3", "太迟")
    assert "太迟" not in opened.text
    assert hub.listeners == 0


async def test_losing_one_stream_of_two_leaves_the_other(call):
    rights = Rights(room_3=PUBLIC, matter_9=PUBLIC)
    opened = await call("s=room:3&s=matter:9", rights).until_text(": hb\n\n")
    del rights.clearance["matter:9"]
    await opened.until_text('event: refused\ndata: {"streams": ["matter:9"]}')
    await publish("matter:9", "太迟")
    await publish("room:3", "还在")
    await opened.until_text("还在")
    assert opened.texts == ["还在"]
    assert opened.last_id == "room:3=1"


@pytest.mark.parametrize(("before", "after"), [(PUBLIC, STATION), (STATION, PUBLIC)])
async def test_a_changed_clearance_draws_the_page_anew(call, before, after):
    rights = Rights(room_3=before)
    opened = await call("s=room:3", rights).until_text(": hb\n\n")
    rights.clearance = {"room:3": after}
    await opened.to_the_end()
    assert opened.text.endswith('event: reset\ndata: {"streams": ["room:3"]}\n\n')


async def test_a_look_at_the_rights_that_fails_ends_the_stream(call):
    class Broken(Rights):
        async def __call__(self, scope, streams):
            if self.asked:
                raise ConnectionError("the session store is away")
            return await super().__call__(scope, streams)

    opened = call("s=room:3", Broken(room_3=PUBLIC))
    with pytest.raises(ConnectionError):
        await opened.to_the_end()


# -- polling


async def test_polling_answers_at_once_and_hands_out_the_next_cursor(call):
    await publish("room:3", "一", "二")
    await publish("room:3", "内部", audience=STATION)
    first = await call("s=room:3&s=matter:9&since=room:3=0&poll=1").to_the_end()
    assert first.headers["cache-control"] == "no-store"
    told = json.loads(first.text)
    assert [event["payload"]["text"] for event in told["events"]] == ["一", "二"]
    assert {key: told[key] for key in ("cursor", "reset", "refused")} == {
        "cursor": "room:3=3", "reset": [], "refused": ["matter:9"],
    }  # fmt: skip
    again = await call(f"s=room:3&since={told['cursor']}", headers={"accept": "application/json"}).to_the_end()
    assert json.loads(again.text)["events"] == []


async def test_polling_and_streaming_tell_the_same(call):
    for text in "一二三四五":
        await publish("room:3", text, audience=len(text) % 2)
    polled = await call("s=room:3&since=room:3=1&poll=1", Rights(room_3=PARTIES)).to_the_end()
    streamed = await call("s=room:3&since=room:3=1", Rights(room_3=PARTIES)).until_text("五")
    assert json.loads(polled.text)["events"] == streamed.events


async def test_polling_a_long_way_back_goes_in_steps_and_misses_nothing(call, hub):
    await publish("room:3", *map(str, range(7)))
    seen, cursor = [], {"room:3": 0}
    for _ in range(4):
        frames, cursor, reset = await hub.poll(cursor, {"room:3": PUBLIC}, limit=2)
        seen += [frame.seq for frame in frames]
        assert not reset
    assert seen == [1, 2, 3, 4, 5, 6, 7]


@pytest.mark.parametrize("since", ["room:3=1", "room:3=9"])
async def test_polling_with_a_cursor_from_outside_the_log_is_told_to_reset(call, since):
    await publish("room:3", "一", "二")
    await in_thread(log.prune, NOON + timedelta(days=1))
    ended = await call(f"s=room:3&since={since}&poll=1").to_the_end()
    assert json.loads(ended.text)["reset"] == ["room:3"]


# -- what is refused


@pytest.mark.parametrize(
    ("query", "headers"),
    [
        ("", {}),
        ("s=", {}),
        ("s=Room%203", {}),
        ("s=room:3&since=room:3", {}),
        ("s=room:3", {"last-event-id": "17"}),
        ("&".join(f"s=room:{n}" for n in range(33)), {}),
        ("&".join(f"x{n}=1" for n in range(200)), {}),
    ],
)
async def test_an_address_that_makes_no_sense_is_a_400(call, query, headers):
    assert (await call(query, headers=headers).to_the_end()).status == 400


async def test_bytes_that_are_no_address_are_a_400(call):
    assert (await call("s=room:3&since=警").to_the_end()).status == 400


async def test_only_get(call):
    ended = await call("s=room:3", method="POST").to_the_end()
    assert (ended.status, ended.headers["allow"]) == (405, "GET")


async def test_a_full_house_says_so_and_still_lets_poll(call, hub):
    door = StreamDoor(hub, Rights(room_3=PUBLIC), max_open=1)
    await call("s=room:3", door=door).until_text("retry")
    ended = await call("s=room:3", door=door).to_the_end()
    assert (ended.status, ended.headers["retry-after"]) == (503, "5")
    assert (await call("s=room:3&poll=1", door=door).to_the_end()).status == 200


# -- ends


async def test_whoever_hangs_up_is_gone(call, hub):
    opened = await call("s=room:3").until_text("retry")
    assert hub.listeners == 1
    opened.hang_up()
    await opened.to_the_end()
    assert hub.listeners == 0


async def test_whoever_takes_nothing_for_a_whole_heartbeat_is_cut_off(call, hub):
    opened = await call("s=room:3").until_text("retry")
    opened.hold()
    await publish("room:3", "一")
    async with asyncio.timeout(PATIENCE_S):
        await opened.task
    assert hub.listeners == 0


async def test_shutting_down_ends_every_stream_cleanly_and_asks_newcomers_to_come_again(call, hub):
    opened = await call("s=room:3").until_text("retry")
    hub.close()
    await opened.to_the_end()
    assert (await call("s=room:3").to_the_end()).status == 503
    assert (await call("s=room:3&poll=1").to_the_end()).status in (200, 503)


async def test_mounted_it_leaves_every_other_address_to_the_inner_application(call, hub):
    seen = []

    async def inner(scope, receive, send):
        seen.append(scope["path"])
        await send({"type": "http.response.start", "status": 204, "headers": []})
        await send({"type": "http.response.body", "body": b""})

    app = mounted(StreamDoor(hub, Rights(room_3=PUBLIC)), inner)
    await call("s=room:3", door=app).until_text("retry")
    for path in ("/", "/live/", "/livestock"):
        await call("s=room:3", door=app, path=path).to_the_end()
    assert seen == ["/", "/live/", "/livestock"]
