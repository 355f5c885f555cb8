"""Who fell silent, what cannot be seen and what does not fit is told as trouble of the house; what is well is not."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from io import StringIO
from typing import Any

import pytest
from django.core.management import call_command
from django.test import Client

from shouwang.apps.ledger import jobs, state
from shouwang.apps.ledger.models import Fork, Head, Leaf, Reread, Watched, Witness
from shouwang.apps.ledger.usecases import record, sequence_all
from shouwang.apps.ledger.witnessing import add_witness, take_cosignatures, watch
from shouwang.engines.translog import WITNESS, Key, Note
from shouwang.site.health import check_health

pytestmark = pytest.mark.django_db
AT = datetime(2026, 11, 29, 1, 0, tzinfo=UTC)
DAY = timedelta(days=1)
BUREAU = Key("bureau.example", b"w" * 32, WITNESS)


def grow(at: datetime) -> Head:
    record("test.said", at.isoformat(), {"n": 1}, at=at)
    sequence_all(at=at)
    found = Head.objects.newest()
    assert found is not None
    return found


def countersign(head: Head, at: datetime) -> None:
    note = Note.read(head.note)
    take_cosignatures(str(note.plus([BUREAU.line(note.text, at)])))


@pytest.fixture
def witness() -> Witness:
    return add_witness("分局", BUREAU.public.vkey, at=AT)


class TestWitnesses:
    def test_one_that_signs_is_well_and_one_that_stops_is_told_after_a_day(self, witness: Witness) -> None:
        countersign(grow(AT), AT)
        assert state.trouble(AT + 40 * DAY) == []  # nothing new: nothing to sign
        later = grow(AT + 40 * DAY)
        assert state.trouble(AT + 40.5 * DAY) == []
        assert state.trouble(AT + 41.5 * DAY) == ["silent witness: 分局"]
        assert state.watchers(AT + 41.5 * DAY)[0].silent_since == later.at
        countersign(later, AT + 42 * DAY)
        assert state.trouble(AT + 42 * DAY) == []

    def test_a_new_one_has_a_day_for_its_first_line(self) -> None:
        grow(AT - 100 * DAY)
        add_witness("分局", BUREAU.public.vkey, at=AT)
        assert state.trouble(AT + DAY / 2) == []
        assert state.trouble(AT + 2 * DAY) == ["silent witness: 分局"]

    def test_everybody_sees_the_silence_on_the_page_of_the_log(self, witness: Witness, client: Client) -> None:
        countersign(grow(AT - 9 * DAY), AT - 9 * DAY)
        grow(AT - 8 * DAY)
        Witness.objects.update(added_at=AT - 10 * DAY)
        assert "起没有再签" in client.get("/log/").content.decode()


class TestWhatWeWatch:
    @pytest.fixture
    def watched(self) -> Watched:
        return watch("邻所", "https://station.example/log/", Key("station.example/log", b"s" * 32).public.vkey)

    def test_a_log_that_cannot_be_seen_for_a_day(self, watched: Watched) -> None:
        Watched.objects.update(problem="timed out", seen_at=AT)
        assert state.trouble(AT + DAY / 2) == []
        assert state.trouble(AT + 2 * DAY) == ["not seen: 邻所"]

    def test_a_fork_rings_in_health_for_a_month(self, watched: Watched, client: Client) -> None:
        for digest in "ab":
            Fork.objects.create(watched=watched, kept="a", shown="b", why="the log is shorter", at=AT, digest=digest)
        assert check_health(AT).log == ("fork: 邻所",)
        assert json.dumps(check_health(AT).as_json())
        assert state.trouble(AT + 31 * DAY) == []


class TestRereading:
    def test_the_daily_one_finds_a_changed_entry_and_a_good_one_ends_the_alarm(self) -> None:
        grow(AT)
        jobs.read_the_log_again(AT)
        assert Reread.objects.get().faults == 0
        body = Leaf.objects.get().body
        Leaf.objects.update(body=b'{"kind":"test.said"}')
        jobs.read_the_log_again(AT + DAY)
        found = state.last_rereads()[0]
        assert (found.whole, bool(found.faults), bool(found.says)) == (False, True, True)
        assert state.trouble(AT + DAY) == ["reread: faults"]
        Leaf.objects.update(body=body)
        jobs.read_the_log_again(AT + 2 * DAY)
        assert state.trouble(AT + 2 * DAY) == []

    def test_the_whole_one_by_hand_is_kept_too(self) -> None:
        grow(AT)
        out = StringIO()
        call_command("log_fsck", stdout=out)
        assert out.getvalue() == "1 leaves, 0 faults\n"
        Leaf.objects.update(body=b"other")
        with pytest.raises(SystemExit):
            call_command("log_fsck", stdout=out)
        assert [(one.whole, one.size, one.faults > 0) for one in Reread.objects.order_by("pk")] == [
            (True, 1, False),
            (True, 1, True),
        ]

    def test_leaves_that_wait_longer_than_promised(self, settings: Any) -> None:
        record("test.said", "x", {}, at=AT)
        assert state.late(AT) == 0
        hours = settings.SHOUWANG.log_delay_hours
        assert state.trouble(AT + timedelta(hours=hours, minutes=1)) == ["late: 1"]
