"""The log: numbers without a gap, in the order of the commits, on SQLite and PostgreSQL."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.db import transaction

from shouwang.kernel.live import log, wake
from shouwang.kernel.live.models import LiveEvent, Stream
from shouwang.kernel.live.names import BadName

from .databases import in_own_connection

NOON = datetime(2026, 2, 12, 12, tzinfo=UTC)


class Ear:
    """Writes down what it hears."""

    def __init__(self):
        self.heard_of = []
        self.rows = []
        self.whispers = []

    def heard(self, stream, seq, row=None):
        self.heard_of.append((stream, seq))
        self.rows.append(row)

    def heard_whisper(self, *said):
        self.whispers.append(said)


@pytest.fixture
def ear():
    ear = Ear()
    wake.attach(ear)
    yield ear
    wake.detach(ear)


def say(stream="room:3", text="在吗", *, audience=0, at=NOON):
    return log.publish(stream, "message", {"text": text}, audience=audience, at=at)


@transaction.atomic
def say_and_fail():
    say()
    raise WantsOut


class WantsOut(Exception):
    """A use case fails after it has published."""


def test_events_are_numbered_from_one_per_stream(database):
    assert [say("room:3").seq, say("room:3").seq, say("room:4").seq, say("room:3").seq] == [1, 2, 1, 3]
    assert [row.seq for row in log.read("room:3", 1)] == [2, 3]
    assert log.cursor_of("room:3", "room:4", "room:5") == {"room:3": 3, "room:4": 1, "room:5": 0}


def test_an_event_is_read_and_heard_as_it_was_published(database, ear):
    beijing = NOON.astimezone(ZoneInfo("Asia/Shanghai"))
    log.publish("room:3", "matter.closed", {"文": ["好", 1, None, {"a": 0.5}]}, audience=2, at=beijing)
    assert (
        log.read("room:3", 0)
        == [*ear.rows]
        == [log.Row("room:3", 1, "matter.closed", 2, {"文": ["好", 1, None, {"a": 0.5}]}, NOON)]
    )


def test_many_publishers_at_once_leave_no_gap_though_some_fail(database):
    """Eight desks write to one room at once; each third attempt is rolled back after it had its number."""

    def work(desk):
        for turn in range(12):
            try:
                with transaction.atomic():
                    say(text=f"{desk}.{turn}")
                    if turn % 3 == 2:
                        raise WantsOut
            except WantsOut:
                continue

    with ThreadPoolExecutor(8) as desks:
        list(desks.map(lambda desk: in_own_connection(work, desk), range(8)))
    rows = log.read("room:3", 0)
    assert [row.seq for row in rows] == list(range(1, 8 * 8 + 1))
    for desk in range(8):
        own = [row.payload["text"] for row in rows if row.payload["text"].startswith(f"{desk}.")]
        assert own == [f"{desk}.{turn}" for turn in range(12) if turn % 3 != 2], "each desk's words stay in its order"


def test_a_number_is_seen_only_after_all_smaller_ones(database):
    """Readers watch while writers write: what a reader has seen is always 1 … n."""
    seen = []

    def write(desk):
        for _ in range(10):
            say(text=str(desk))

    def watch(_):
        while len(rows := log.read("room:3", 0)) < 40:
            seen.append([row.seq for row in rows])

    with ThreadPoolExecutor(5) as pool:
        watching = pool.submit(in_own_connection, watch, None)
        list(pool.map(lambda desk: in_own_connection(write, desk), range(4)))
        watching.result(timeout=60)
    assert all(seqs == list(range(1, len(seqs) + 1)) for seqs in seen)


def test_listeners_hear_after_the_commit_and_never_of_what_was_rolled_back(database, ear):
    with transaction.atomic():
        say()
        assert ear.heard_of == []
    assert ear.heard_of == [("room:3", 1)]
    with pytest.raises(WantsOut):
        say_and_fail()
    assert ear.heard_of == [("room:3", 1)]
    assert say().seq == 2


def test_a_whisper_leaves_no_trace(sqlite_file, ear):
    log.whisper("room:3", "typing", {"who": "李"}, audience=0)
    assert ear.whispers == [("room:3", "typing", {"who": "李"}, 0)]
    assert not Stream.objects.exists()
    assert not LiveEvent.objects.exists()


@pytest.mark.parametrize(
    ("payload", "why"),
    [
        ({"at": NOON}, "JSON"),
        ({"share": float("nan")}, "JSON"),
        ({"text": "\ud800"}, "JSON"),
        ({"text": "警" * 6_000}, "bytes"),
        ({"text": "a\x00b"}, "zero character"),
    ],
)
def test_a_payload_that_cannot_travel_is_refused(sqlite_file, payload, why):
    with pytest.raises(log.BadEvent, match=why):
        log.publish("room:3", "message", payload, audience=0, at=NOON)
    assert not Stream.objects.exists()


def test_a_text_about_a_zero_character_may_travel(database):
    log.publish("room:3", "message", {"text": r"写作 \u0000 的字符"}, audience=0, at=NOON)
    assert log.read("room:3", 0)[0].payload == {"text": r"写作 \u0000 的字符"}


def test_bad_names_ranks_and_times_are_refused(sqlite_file):
    with pytest.raises(BadName):
        log.publish("Room 3", "message", {}, audience=0, at=NOON)
    with pytest.raises(BadName):
        log.publish("room:3", "Message!", {}, audience=0, at=NOON)
    with pytest.raises(log.BadEvent, match="rank"):
        log.publish("room:3", "message", {}, audience=-1, at=NOON)
    with pytest.raises(log.BadEvent, match="zone"):
        log.publish("room:3", "message", {}, audience=0, at=NOON.replace(tzinfo=None))
    with pytest.raises(log.BadEvent, match="bytes"):
        log.whisper("room:3", "typing", {"text": "x" * 3_000}, audience=0)


def test_pruning_cuts_only_the_front(database):
    days = [0, 1, 5, 2, 6]  # the fourth was entered late: it stays, for it stands behind one that stays
    for day in days:
        say(at=NOON + timedelta(days=day))
    say("room:4", at=NOON)
    assert log.prune(NOON + timedelta(days=3)) == 3
    assert [row.seq for row in log.read("room:3", 0)] == [3, 4, 5]
    assert log.reach(["room:3", "room:4"]) == {"room:3": log.Reach(5, 2), "room:4": log.Reach(1, 1)}
    assert log.prune(NOON + timedelta(days=3)) == 0
    assert say("room:4").seq == 2, "the numbers go on after everything was pruned"


def test_pruning_goes_in_steps_and_gets_them_all(database, monkeypatch):
    monkeypatch.setattr(log, "PRUNE_BATCH", 2)
    for _ in range(5):
        say(at=NOON)
    assert log.prune(NOON + timedelta(days=1)) == 5
    assert not LiveEvent.objects.exists()


def test_forgetting_a_stream_erases_it_and_skips_a_number(database, ear):
    say(), say(), say("room:4")
    log.forget("room:3")
    assert log.read("room:3", 0) == []
    assert log.reach(["room:3"]) == {"room:3": log.Reach(3, 3)}
    assert ear.heard_of[-1] == ("room:3", 3)
    assert say().seq == 4
    assert len(log.read("room:4", 0)) == 1
    log.forget("room:99")
    assert not Stream.objects.filter(name="room:99").exists()


def test_after_a_restore_no_old_cursor_is_good(database):
    say(), say()
    log.leap_after_restore()
    held = log.reach(["room:3"])["room:3"]
    assert held.floor == held.last_seq > 1_000_000
    assert say().seq == held.last_seq + 1
