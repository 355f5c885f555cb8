"""The hub: every listener gets every event he may see, once, in order, whatever happens meanwhile."""

import asyncio
import os
import subprocess
import sys
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta

import psycopg
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from shouwang.kernel.live import log
from shouwang.kernel.live.hub import Hub, HubClosed

from .databases import in_thread

NOON = datetime(2026, 2, 12, 12, tzinfo=UTC)
PATIENCE_S = 30
PUBLIC, PARTIES, STATION = 0, 1, 2

on_both_databases = settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
_rooms = iter(range(1, 10**6))


def new_room():
    """Each example has a room of its own; the database is shared by all examples of a test."""
    return f"room:{next(_rooms)}"


@asynccontextmanager
async def running(hub):
    hub.start()
    try:
        yield hub
    finally:
        await hub.stop()


def say(stream, audience=PUBLIC, *, at=NOON):
    return log.publish(stream, "message", {"text": "在"}, audience=audience, at=at).seq


async def publish(stream, *audiences):
    for audience in audiences or (PUBLIC,):
        await in_thread(say, stream, audience)


async def next_seqs(subscription, count):
    """The next `count` events, waited for; the test fails if they do not come."""
    seqs = []
    async with asyncio.timeout(PATIENCE_S):
        while len(seqs) < count:
            seqs += [frame.seq for frame in subscription.take()]
            assert not subscription.must_reset
            assert not subscription.behind
            if len(seqs) < count:
                await subscription.wait()
    return seqs


async def until(subscription, condition):
    async with asyncio.timeout(PATIENCE_S):
        while not condition():
            subscription.take()
            await subscription.wait()


async def eventually(condition):
    async with asyncio.timeout(PATIENCE_S):
        while not condition():  # noqa: ASYNC110 - the hub does not tell of its inner state
            await asyncio.sleep(0.01)


# -- register, then replay


class Interrupted(Hub):
    """A hub to which things happen right before and right after each of its first reads of the database."""

    def __init__(self, room, plan, **options):
        super().__init__(**options)
        self._room = room
        self._plan = list(plan)
        self._interrupting = asyncio.Lock()

    async def _read(self, what, *args, **kwargs):
        before, after = self._plan.pop(0) if self._plan else (0, 0)
        async with self._interrupting:
            await publish_n(self._room, before)
            result = await super()._read(what, *args, **kwargs)
            await publish_n(self._room, after)
        return result

    async def head_after_all(self):
        """Once no publication is on its way and none will come: how far the log reaches."""
        self._plan.clear()
        async with self._interrupting:
            return (await in_thread(log.reach, [self._room]))[self._room].last_seq


async def publish_n(room, count):
    for _ in range(count):
        await in_thread(say, room)


few = st.integers(0, 2)


@given(
    already=st.integers(0, 4),
    had=st.integers(0, 4),
    plan=st.lists(st.tuples(few, few), max_size=6),
    later=few,
    newcomer_had=st.integers(0, 4),
)
@on_both_databases
def test_whatever_is_published_between_registering_and_replaying_comes_once_and_in_order(
    database, already, had, plan, later, newcomer_had
):
    """The plan puts publications exactly into the cracks: before and after each look at the database."""
    had, newcomer_had = min(had, already), min(newcomer_had, already)

    async def story():
        room = new_room()
        await publish_n(room, already)
        hub = Interrupted(room, plan, poll_s=0.01)
        async with running(hub):
            subscription = await hub.subscribe({room: had}, {room: PUBLIC})
            newcomer = await hub.subscribe({room: newcomer_had}, {room: PUBLIC})
            await publish_n(room, later)
            head = await hub.head_after_all()
            assert await next_seqs(subscription, head - had) == list(range(had + 1, head + 1))
            assert await next_seqs(newcomer, head - newcomer_had) == list(range(newcomer_had + 1, head + 1))

    asyncio.run(story())


def test_a_page_may_have_read_further_than_the_hub(sqlite_file):
    """The page reads the cursor from the database; the hub of this process has not looked there yet."""

    async def story():
        async with running(Hub(poll_s=3_600)) as hub:
            early = await hub.subscribe({"room:3": None}, {"room:3": PUBLIC})
            hub.heard = lambda *_: None  # deaf for a while
            await publish("room:3", PUBLIC, PUBLIC)
            del hub.heard
            late = await hub.subscribe({"room:3": 2}, {"room:3": PUBLIC})
            assert not late.must_reset
            await publish("room:3")
            assert await next_seqs(late, 1) == [3]
            assert await next_seqs(early, 3) == [1, 2, 3]

    asyncio.run(story())


# -- the property: exactly once, in order, for everybody

names = st.sampled_from(["吴", "郑", "王"])
steps = st.lists(
    st.one_of(
        st.tuples(st.just("publish"), st.sampled_from([PUBLIC, PARTIES, STATION])),
        st.tuples(st.just("connect"), names),
        st.tuples(st.just("disconnect"), names),
        st.tuples(st.just("lose"), st.tuples(names, st.integers(0, 3))),
        st.tuples(st.just("read"), names),
        st.tuples(st.just("restart"), st.none()),
    ),
    max_size=30,
)
RANKS = {"吴": PUBLIC, "郑": PARTIES, "王": STATION}


class Client:
    """A page: keeps what it got and its cursor, and loses the line now and then, even in the middle of a delivery."""

    def __init__(self, room, rank):
        self.room, self.rank = room, rank
        self.got = []
        self.cursor = 0
        self.subscription = None

    async def connect(self, hub):
        if self.subscription is None:
            self.subscription = await hub.subscribe({self.room: self.cursor}, {self.room: self.rank})

    def read(self, at_most=None):
        if self.subscription is None:
            return
        for frame in self.subscription.take()[:at_most]:
            self.got.append(frame.seq)
            self.cursor = frame.seq
        assert not self.subscription.must_reset

    async def read_until(self, count):
        async with asyncio.timeout(PATIENCE_S):
            self.read()
            while len(self.got) < count:
                await self.subscription.wait()
                self.read()

    def disconnect(self):
        if self.subscription is not None:
            self.subscription.close()
            self.subscription = None


@given(steps)
@on_both_databases
def test_every_client_gets_exactly_what_he_may_see_in_order_however_often_he_comes_and_goes(database, steps):
    async def story():
        room = new_room()
        clients = {name: Client(room, rank) for name, rank in RANKS.items()}
        published = []
        hub = Hub(poll_s=0.01)
        for step, what in steps:
            match step:
                case "publish":
                    await publish(room, what)
                    published.append(what)
                case "connect":
                    await clients[what].connect(hub)
                case "disconnect":
                    clients[what].disconnect()
                case "lose":  # the line breaks after so many events of a delivery
                    clients[what[0]].read(at_most=what[1])
                    clients[what[0]].disconnect()
                case "read":
                    clients[what].read()
                case "restart":
                    for client in clients.values():
                        client.disconnect()
                    await hub.stop()
                    hub = Hub(poll_s=0.01)
        for client in clients.values():
            due = [seq for seq, audience in enumerate(published, 1) if audience <= client.rank]
            await client.connect(hub)
            await client.read_until(len(due))
            assert client.got == due
        assert clients["王"].got == list(range(1, len(published) + 1))
        await hub.stop()

    asyncio.run(story())


async def test_two_streams_each_keep_their_order_and_their_clearance(database):
    async with running(Hub(poll_s=0.01)) as hub:
        await publish("matter:9", PARTIES, STATION)
        subscription = await hub.subscribe({"room:3": None, "matter:9": 0}, {"room:3": PUBLIC, "matter:9": PARTIES})
        await publish("room:3")
        await publish("matter:9", STATION, PARTIES)
        seen = []
        async with asyncio.timeout(PATIENCE_S):
            while len(seen) < 3:
                seen += [(frame.stream, frame.seq) for frame in subscription.take()]
                if len(seen) < 3:
                    await subscription.wait()
        assert [seq for name, seq in seen if name == "matter:9"] == [1, 4]
        assert [seq for name, seq in seen if name == "room:3"] == [1]


# -- bounds


async def test_a_listener_who_falls_too_far_behind_is_told_so_and_loses_nothing_by_coming_again(sqlite_file):
    async with running(Hub(backlog=5)) as hub:
        slow = await hub.subscribe({"room:3": 0}, {"room:3": PUBLIC})
        quick = await hub.subscribe({"room:3": 0}, {"room:3": PUBLIC})
        for _ in range(8):
            await publish("room:3")
            await next_seqs(quick, 1)
        assert slow.take() == []
        assert slow.behind
        slow.close()
        again = await hub.subscribe({"room:3": 3}, {"room:3": PUBLIC})
        assert await next_seqs(again, 5) == [4, 5, 6, 7, 8]
        assert len(hub._channels["room:3"].frames) == 5, "never more than the backlog is held"


async def test_events_a_listener_may_not_see_do_not_make_him_fall_behind(sqlite_file):
    async with running(Hub(backlog=3)) as hub:
        resident = await hub.subscribe({"room:3": 0}, {"room:3": PUBLIC})
        officer = await hub.subscribe({"room:3": 0}, {"room:3": STATION})
        for _ in range(6):
            await publish("room:3", STATION)
            await next_seqs(officer, 1)
            assert resident.take() == []
        await publish("room:3", PUBLIC)
        assert await next_seqs(resident, 1) == [7]


async def test_a_cursor_older_than_the_log_must_reset(database):
    await publish("room:3", PUBLIC, PUBLIC, PUBLIC)
    await in_thread(log.prune, NOON + timedelta(days=1))
    await publish("room:3")
    async with running(Hub()) as hub:
        stale = await hub.subscribe({"room:3": 2}, {"room:3": PUBLIC})
        assert stale.must_reset == {"room:3"}
        fresh = await hub.subscribe({"room:3": 3}, {"room:3": PUBLIC})
        assert await next_seqs(fresh, 1) == [4]


async def test_a_cursor_further_back_than_the_backlog_must_reset(sqlite_file):
    await publish("room:3", *[PUBLIC] * 6)
    async with running(Hub(backlog=5)) as hub:
        assert (await hub.subscribe({"room:3": 0}, {"room:3": PUBLIC})).must_reset
        assert not (await hub.subscribe({"room:3": 1}, {"room:3": PUBLIC})).must_reset


async def test_a_cursor_the_log_never_reached_must_reset(database):
    """A backup was put back: the page has seen what the house no longer knows."""
    await publish("room:3")
    async with running(Hub()) as hub:
        assert (await hub.subscribe({"room:3": 7}, {"room:3": PUBLIC})).must_reset == {"room:3"}


async def test_what_is_pruned_is_let_go_by_a_running_hub_too(database):
    async with running(Hub(poll_s=0.01, sweep_s=0.01)) as hub:
        listener = await hub.subscribe({"room:3": 0}, {"room:3": PUBLIC})
        await publish("room:3", PUBLIC, PUBLIC)
        await next_seqs(listener, 2)
        await in_thread(log.prune, NOON + timedelta(days=1))
        await eventually(lambda: not hub._channels["room:3"].frames)
        assert (await hub.subscribe({"room:3": 0}, {"room:3": PUBLIC})).must_reset
        await publish("room:3")
        assert await next_seqs(listener, 1) == [3], "whoever was up to date noticed nothing"


async def test_when_a_stream_is_forgotten_every_open_page_of_it_must_reset(database):
    async with running(Hub(poll_s=0.01)) as hub:
        listener = await hub.subscribe({"matter:9": 0}, {"matter:9": PUBLIC})
        await publish("matter:9", PUBLIC, PUBLIC)
        await next_seqs(listener, 2)
        await in_thread(log.forget, "matter:9")
        await until(listener, lambda: listener.must_reset == {"matter:9"})
        assert hub._channels["matter:9"].frames == {}
        await publish("matter:9")
        again = await hub.subscribe({"matter:9": 3}, {"matter:9": PUBLIC})
        assert await next_seqs(again, 1) == [4]


async def test_a_channel_goes_with_its_last_listener(sqlite_file):
    async with running(Hub()) as hub:
        first = await hub.subscribe({"room:3": None}, {"room:3": PUBLIC})
        second = await hub.subscribe({"room:3": None}, {"room:3": PUBLIC})
        first.close()
        assert list(hub._channels) == ["room:3"]
        second.close()
        second.close()
        assert hub._channels == {}
        assert hub.listeners == 0


# -- whispers


async def test_whispers_reach_those_who_are_there_and_cleared(database):
    async with running(Hub()) as hub:
        resident = await hub.subscribe({"room:3": None}, {"room:3": PUBLIC})
        officer = await hub.subscribe({"room:3": None}, {"room:3": STATION})
        heard = []
        async with asyncio.timeout(PATIENCE_S):
            while not heard:  # on PostgreSQL whispers travel by NOTIFY, which may not be listened to yet
                await in_thread(log.whisper, "room:3", "typing", {"who": "李"}, audience=STATION)
                await asyncio.sleep(0.05)
                heard = officer.take()
        assert b'"payload":{"who":"\xe6\x9d\x8e"}' in heard[0].wire
        assert not heard[0].wire.startswith(b"id:")
        assert resident.take() == []


# -- life and death


async def test_closing_ends_all_listeners_and_takes_no_new_one(sqlite_file):
    hub = Hub()
    listener = await hub.subscribe({"room:3": None}, {"room:3": PUBLIC})
    hub.close()
    await until(listener, lambda: listener.ended)
    with pytest.raises(HubClosed):
        await hub.subscribe({"room:3": None}, {"room:3": PUBLIC})
    await hub.stop()
    await hub.stop()


async def test_trouble_with_the_database_is_got_over(sqlite_file, monkeypatch):
    from django.db import OperationalError

    from shouwang.kernel.live import hub as hub_module

    monkeypatch.setattr(hub_module, "RETRY_S", 0.01)
    failures = iter([True, True])
    honest = log.read_many

    def now_and_then(*args):
        if next(failures, False):
            raise OperationalError("the disk hiccups")
        return honest(*args)

    monkeypatch.setattr(log, "read_many", now_and_then)
    async with running(Hub()) as hub:
        listener = await hub.subscribe({"room:3": None}, {"room:3": PUBLIC})
        await publish("room:3")
        assert await next_seqs(listener, 1) == [1]


def test_a_server_started_again_in_the_same_process_begins_anew(sqlite_file):
    hub = Hub()

    async def one_run():
        listener = await hub.subscribe({"room:3": None}, {"room:3": PUBLIC})
        await publish("room:3")
        seqs = await next_seqs(listener, 1)
        await hub.stop()
        with pytest.raises(HubClosed):
            await hub.subscribe({"room:3": None}, {"room:3": PUBLIC})
        return seqs

    assert [asyncio.run(one_run()) for _ in range(2)] == [[1], [2]]


# -- several processes

OTHER_PROCESS = """
import json, sys, django
from django.conf import settings
settings.configure(USE_TZ=True, INSTALLED_APPS=["shouwang.kernel.live"], DATABASES={"default": json.loads(sys.argv[1])})
django.setup()
from datetime import UTC, datetime
from shouwang.kernel.live import log
for _ in range(int(sys.argv[2])):
    log.publish("room:3", "message", {"from": "another process"}, audience=0, at=datetime(2026, 2, 12, tzinfo=UTC))
"""


async def publish_from_another_process(database_settings, count):
    import json

    plain = {key: database_settings[key] for key in ("ENGINE", "NAME", "USER", "HOST") if key in database_settings}
    arguments = [sys.executable, "-c", OTHER_PROCESS, json.dumps(plain), str(count)]
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(path for path in sys.path if path)}
    await asyncio.to_thread(subprocess.run, arguments, check=True, env=environment, timeout=PATIENCE_S)


async def test_commits_of_another_process_are_seen(database):
    """On SQLite by the pragma; on PostgreSQL only LISTEN can do it here, for the sweep is an hour away."""
    async with running(Hub(poll_s=0.02, sweep_s=3_600)) as hub:
        listener = await hub.subscribe({"room:3": 0}, {"room:3": PUBLIC})
        if database["ENGINE"].endswith("postgresql"):
            await eventually(lambda: hub._listening)
        await publish_from_another_process(database, 3)
        assert await next_seqs(listener, 3) == [1, 2, 3]


async def test_a_busy_stream_does_not_keep_the_hub_from_hearing_other_processes(sqlite_file):
    """Its own commits ring the bell all the time; the look at the others goes by the clock."""
    async with running(Hub(poll_s=0.05)) as hub:
        listener = await hub.subscribe({"room:3": 0}, {"room:3": PUBLIC})

        async def chatter():
            while True:
                await publish("room:4")

        noise = asyncio.ensure_future(chatter())
        await hub.subscribe({"room:4": None}, {"room:4": PUBLIC})
        await publish_from_another_process(sqlite_file, 2)
        assert await next_seqs(listener, 2) == [1, 2]
        noise.cancel()


async def test_where_listen_cannot_work_the_log_is_compared_instead(postgres):
    async with running(Hub(listen=False, sweep_s=0.05)) as hub:
        listener = await hub.subscribe({"room:3": 0}, {"room:3": PUBLIC})
        await publish_from_another_process(postgres, 2)
        assert await next_seqs(listener, 2) == [1, 2]
        assert not hub._listening


async def test_a_lost_line_to_postgresql_is_taken_up_again_and_nothing_is_missed(postgres, monkeypatch):
    from shouwang.kernel.live import hub as hub_module

    monkeypatch.setattr(hub_module, "RETRY_S", 0.2)
    async with running(Hub(sweep_s=3_600)) as hub:
        listener = await hub.subscribe({"room:3": 0}, {"room:3": PUBLIC})

        await eventually(lambda: hub._listening)
        where = {"host": postgres["HOST"], "user": postgres["USER"], "dbname": postgres["NAME"]}
        with psycopg.connect(**where, autocommit=True) as admin:
            admin.execute("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE query LIKE 'LISTEN%'")
        await eventually(lambda: not hub._listening)
        await publish_from_another_process(postgres, 2)  # longer than the pause: it may or may not be heard
        await eventually(lambda: hub._listening)
        assert await next_seqs(listener, 2) == [1, 2]
