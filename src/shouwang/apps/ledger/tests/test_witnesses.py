"""A witness countersigns what continues, keeps the evidence of what does not, and asks nobody who was not added by hand."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from django.test import Client

from shouwang.apps.ledger.models import Cosignature, Fork, Head, LogKey, Watched
from shouwang.apps.ledger.usecases import first_key, log_key, record, rotate_key, sequence_all
from shouwang.apps.ledger.witnessing import add_witness, look, look_at_all, take_cosignatures, watch
from shouwang.engines.errors import BadData
from shouwang.engines.translog import (
    Checkpoint,
    FolderStore,
    Key,
    Note,
    Tree,
    introduction_text,
    leaf_hash,
    signed,
)
from shouwang.kernel.models import AuditRow
from tests.log_outside import HOUSE, fetch

pytestmark = pytest.mark.django_db
AT = datetime(2026, 11, 29, 1, 0, tzinfo=UTC)
URL = "https://station.example/log/"
KEY = Key("station.example/log", b"s" * 32)
NEXT = Key("station.example/log", b"n" * 32)


class LogElsewhere:
    """A real log in a folder, as a web server would serve it. `brought` is what witnesses handed over."""

    def __init__(self, folder: Path) -> None:
        self.store, self.tree = FolderStore(folder), Tree(FolderStore(folder))
        self.brought: list[bytes] = []
        self.asked: list[str] = []
        self.introductions: list[str] = []
        self.takes = True

    def grow(self, *entries: str, key: Key = KEY) -> None:
        raw = [entry.encode() for entry in entries]
        self.store.write_entries(self.tree.size, raw)
        self.tree.append(map(leaf_hash, raw))
        self.store.write_head(str(signed(Checkpoint(KEY.name, self.tree.size, self.tree.root()).text, key)))

    def ask(self, address: str, content: bytes | None) -> bytes:
        self.asked.append(address)
        path = address.removeprefix(URL)
        if content is not None:
            if not self.takes:
                raise OSError("busy")
            self.brought.append(content)
            return b"1\n"
        if path == "keys":
            return "\n".join([f"{KEY.public.vkey}\n", *self.introductions]).encode()
        file = self.store.folder / path
        if not file.is_file():
            raise OSError("404")
        return file.read_bytes()


@pytest.fixture
def log(tmp_path: Path) -> LogElsewhere:
    found = LogElsewhere(tmp_path / "true")
    found.grow(*map(str, range(300)))
    return found


@pytest.fixture
def watched() -> Watched:
    return watch("青石", URL, KEY.public.vkey)


def test_what_continues_is_countersigned_and_handed_over(log: LogElsewhere, watched: Watched) -> None:
    for entries in ((), ("a",), (), tuple(map(str, range(300)))):
        if entries:
            log.grow(*entries)
        assert look(watched, at=AT, ask=log.ask) == ""
    mine = log_key(AT, witness=True).public
    assert [Checkpoint.read(Note.read(one.decode()).text).size for one in log.brought] == [300, 301, 601]
    assert all(mine.signed_at(Note.read(one.decode())) == AT for one in log.brought)
    assert all(address.startswith(URL) for address in log.asked)
    assert not Fork.objects.exists()


def test_a_line_that_was_not_taken_is_brought_again(log: LogElsewhere, watched: Watched) -> None:
    log.takes = False
    assert look(watched, at=AT, ask=log.ask) == ""
    assert log.brought == []
    log.takes = True
    look(watched, at=AT, ask=log.ask)
    look(watched, at=AT, ask=log.ask)
    assert len(log.brought) == 1


@pytest.mark.parametrize("entries", [["x", *map(str, range(1, 310))], ["x", *map(str, range(1, 300))], ["only", "two"]])
def test_a_fork_is_kept_as_evidence_and_not_signed(
    log: LogElsewhere, watched: Watched, tmp_path: Path, entries: list[str]
) -> None:
    look(watched, at=AT, ask=log.ask)
    forged = LogElsewhere(tmp_path / "forged")
    forged.grow(*entries)
    kept = watched.note
    assert look(watched, at=AT + timedelta(minutes=10), ask=forged.ask) != ""
    watched.refresh_from_db()
    assert watched.note == kept
    assert watched.problem
    assert forged.brought == []
    fork = Fork.objects.get()
    heads = {Checkpoint.opened(Note.read(text), [KEY.public]) for text in (fork.kept, fork.shown)}
    assert len(heads) == 2
    assert AuditRow.objects.filter(action="ledger.fork_found").count() == 1
    look(watched, at=AT + timedelta(minutes=20), ask=forged.ask)
    assert Fork.objects.count() == 1
    assert look_at_all(at=AT, ask=forged.ask) == 1


def test_an_older_head_out_of_a_cache_is_no_fork(log: LogElsewhere, watched: Watched) -> None:
    old = log.store.head()
    log.grow("a")
    look(watched, at=AT, ask=log.ask)
    log.store.write_head(old)
    assert "older head" in look(watched, at=AT, ask=log.ask)
    assert not Fork.objects.exists()


def test_another_key_is_only_believed_when_it_was_introduced(log: LogElsewhere, watched: Watched) -> None:
    look(watched, at=AT, ask=log.ask)
    log.grow("a", key=NEXT)
    assert "not signed by a known key" in look(watched, at=AT, ask=log.ask)
    log.introductions.append(str(signed(introduction_text(KEY.name, NEXT.public, AT), KEY, NEXT)))
    assert look(watched, at=AT, ask=log.ask) == ""


@pytest.mark.parametrize("answer", [b"", b"\xff\xfe", b"nonsense\n", b"a\n1\nAAAA\n\n- x\n"])
def test_nonsense_is_said_and_nothing_is_signed(watched: Watched, answer: bytes) -> None:
    assert look(watched, at=AT, ask=lambda _address, _content: answer) != ""
    assert Watched.objects.get().note == ""


def test_our_own_head_with_a_witness_below_it() -> None:
    record("test.said", "1", {}, at=AT)
    sequence_all(at=AT)
    judge = log_key(AT, witness=True)
    add_witness("分局", judge.vkey, at=AT)
    assert look(watch("自己", f"{HOUSE}/log/", first_key(AT)), at=AT, ask=fetch) == ""
    served = Note.read(fetch("/log/checkpoint").decode())
    assert judge.public.signed_at(served) == AT
    assert LogKey.objects.get(witness=False).public.signed(served)
    assert take_cosignatures(str(served)) == 1
    assert Cosignature.objects.count() == 1


def test_only_known_witnesses_and_only_our_heads_are_taken() -> None:
    record("test.said", "1", {}, at=AT)
    sequence_all(at=AT)
    ours = Head.objects.get().note
    stranger = Key("stranger.example", b"x" * 32, 4)
    with pytest.raises(BadData):
        take_cosignatures(str(Note.read(ours).plus([stranger.line(Note.read(ours).text, AT)])))
    with pytest.raises(BadData):
        take_cosignatures(str(signed(Checkpoint("other.example/log", 1, bytes(32)).text, KEY)))
    with pytest.raises(BadData):
        add_witness("不是见证人", KEY.public.vkey, at=AT)
    with pytest.raises(OSError, match="400"):
        fetch("/log/cosignatures", b"nonsense")
    assert Client().post("/log/cosignatures", {"note": "as a form"}).status_code == 415
    assert Client().post("/log/cosignatures", "x" * 30_000, content_type="text/plain").status_code == 413
    assert not Cosignature.objects.exists()


def test_a_witness_follows_our_own_new_key() -> None:
    record("test.said", "1", {}, at=AT)
    sequence_all(at=AT)
    one = watch("自己", f"{HOUSE}/log/", first_key(AT))
    assert look(one, at=AT, ask=fetch) == ""
    rotate_key(by="house", reason="每年一换", at=AT + timedelta(minutes=1))
    sequence_all(at=AT + timedelta(minutes=2))
    record("test.said", "2", {}, at=AT)
    sequence_all(at=AT + timedelta(minutes=3))
    assert look(one, at=AT, ask=fetch) == ""
    rotate_key(by="house", reason="丢了", at=AT + timedelta(minutes=4), lost=True)
    sequence_all(at=AT + timedelta(minutes=5))
    assert "not signed by a known key" in look(one, at=AT, ask=fetch)
