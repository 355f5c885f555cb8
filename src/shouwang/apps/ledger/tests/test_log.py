"""What is told to the log stands in it once, signed, served and rereadable; what an administrator changes is found."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.test import Client

from shouwang.apps.ledger import usecases
from shouwang.apps.ledger.checking import faults
from shouwang.apps.ledger.models import Head, Leaf, Log, LogKey, Tile
from shouwang.apps.ledger.monthly import monthly
from shouwang.apps.ledger.rows import Rows
from shouwang.apps.ledger.usecases import Sealed, pieces, record, rotate_key, seal, sequence, sequence_all
from shouwang.engines.translog import (
    Checkpoint,
    Note,
    Promise,
    PublicKey,
    Tree,
    entries_of,
    follow,
    includes,
    leaf_hash,
    root_of,
)
from shouwang.kernel.models import AuditRow

pytestmark = pytest.mark.django_db
AT = datetime(2026, 11, 29, 1, 0, tzinfo=UTC)


def tell(count: int, first: int = 0) -> None:
    for n in range(first, first + count):
        record("test.said", str(n), {"n": n}, at=AT)


def newest() -> Head:
    found = Head.objects.newest()
    assert found is not None
    return found


def test_what_is_told_twice_stands_once() -> None:
    tell(3)
    tell(3)
    seal(Sealed("test:1/1", {"body": "雀"}, {}, AT))
    seal(Sealed("test:1/1", {"body": "雀"}, {}, AT))
    assert sequence_all(at=AT) == 4
    assert sequence_all(at=AT) == 0
    assert faults(AT) == []
    assert Head.objects.count() == 1


def test_a_log_that_grew_in_pieces_is_the_tree_over_its_entries() -> None:
    for first, count in ((0, 5), (5, 300), (305, 1)):
        tell(count, first)
        while sequence(at=AT, at_most=100):
            pass
    bodies = [bytes(body) for body in Leaf.objects.order_by("index").values_list("body", flat=True)]
    assert newest().size == len(bodies) == 306
    assert bytes(newest().root) == root_of([leaf_hash(body) for body in bodies])
    assert list(Leaf.objects.order_by("index").values_list("index", flat=True)) == list(range(306))
    head, found = pieces(["test.said:7:" + f"{AT.timestamp():.6f}"], at=AT)
    (piece,) = found.values()
    assert head is not None
    assert piece.index is not None
    proof = Tree(Rows(), 306).inclusion(piece.index)
    assert includes(leaf_hash(bodies[piece.index]), piece.index, 306, proof, bytes(head.root))
    assert faults(AT) == []


def test_a_sealed_leaf_shows_nothing() -> None:
    seal(Sealed("entry:1/1", {"body": "雀说的话", "visibility": 3}, {"who": "雀"}, AT))
    seal(Sealed("entry:1/2", {"body": "雀说的话", "visibility": 0}, {"who": "雀"}, AT))
    one, two = (bytes(leaf.body) for leaf in Leaf.objects.all())
    assert one != two
    assert len(one) == len(two)
    assert set(json.loads(one)) == {"sealed"}


def test_neighbours_in_time_are_not_neighbours_in_the_log() -> None:
    for n in range(40):
        seal(Sealed(f"entry:1/{n}", {"n": n}, {}, AT))
    sequence_all(at=AT)
    order = [int(key.split("/")[1]) for key in Leaf.objects.order_by("index").values_list("key", flat=True)]
    assert order != sorted(order)


def test_while_it_waits_there_is_a_signed_promise() -> None:
    tell(1)
    _head, found = pieces([Leaf.objects.get().key], at=AT)
    (piece,) = found.values()
    note = Note.read(piece.promise)
    promise = Promise.read(note.text)
    assert LogKey.objects.get().public.signed(note)
    assert promise.leaf == leaf_hash(bytes(Leaf.objects.get().body))
    assert promise.by == AT + timedelta(hours=24)
    assert faults(AT) == []
    assert faults(AT + timedelta(hours=25)) != []


def test_programs_are_served_what_a_head_covers(client: Client) -> None:
    assert client.get("/log/checkpoint").status_code == 404
    tell(300)
    assert client.get("/log/tile/entries/000").status_code == 404
    sequence_all(at=AT)
    tell(1, 300)
    answer = client.get("/log/checkpoint")
    head = Checkpoint.opened(Note.read(answer.content.decode()), [LogKey.objects.get().public])
    assert head.size == 300
    assert "no-cache" in answer["Cache-Control"]
    entries = []
    for path in ("tile/entries/000", "tile/entries/001.p/44"):
        answer = client.get(f"/log/{path}")
        entries += entries_of(answer.content)
        assert "immutable" in answer["Cache-Control"]
        assert answer["Content-Type"] == "application/octet-stream"
    assert root_of([leaf_hash(entry) for entry in entries]) == head.root
    assert client.get("/log/tile/0/001.p/44").content == b"".join(leaf_hash(entry) for entry in entries[256:])
    assert client.get("/log/tile/1/000.p/1").content == root_of([leaf_hash(entry) for entry in entries[:256]])
    for path in ("tile/0/001.p/45", "tile/0/001", "tile/1/000.p/2", "tile/x/000", "tile/0/000.p/256", "tile/9/000.p/1"):
        assert client.get(f"/log/{path}").status_code == 404
    for page in ("/log/", "/log/verify/", "/log/notice/", "/log/keys", "/log/witness"):
        assert client.get(page).status_code == 200
    assert client.get("/log/notice/2020-01/").status_code in {200, 404}
    assert client.get("/log/notice/2026-13/").status_code == 404


class TestTheNoticeOfTheMonth:
    """A photo of the board shows whether the log was written anew."""

    def test_the_log_of_today_still_leads_to_it(self, client: Client) -> None:
        tell(5)
        sequence_all(at=AT)
        found = monthly(2026, 11, AT)
        assert found is not None
        tell(300, 5)
        sequence_all(at=AT + timedelta(days=40))
        answer = client.get(found.compare_url.split("://", 1)[1].partition("/")[2].join(("/", "")))
        assert answer.status_code == 200
        assert "对得上" in answer.content.decode()
        typed = client.get("/log/compare/", {"size": "5", "root": " ".join(found.root_in_fours)})
        assert "对得上" in typed.content.decode()

    def test_a_log_written_anew_does_not(self, client: Client) -> None:
        tell(5)
        sequence_all(at=AT)
        found = monthly(0, 0, AT)
        assert found is not None
        for model in (Leaf, Tile, Log):
            model.objects.all().delete()
        Head.objects.all()._raw_delete(Head.objects.db)
        tell(7, 1)
        sequence_all(at=AT)
        says = client.get("/log/compare/", {"size": "5", "root": found.root}).content.decode()
        assert "另一个树根" in says
        assert "对得上" not in says

    @pytest.mark.parametrize(
        ("size", "root", "status", "says"),
        [
            ("", "", 200, "和公告栏上的比一比"),
            ("五", "A" * 43, 400, "再打一遍"),
            ("5", "太短", 400, "再打一遍"),
            ("5", "A" * 42, 400, "再打一遍"),
            ("0", "A" * 43, 200, "拿不出"),
            ("6", "A" * 43, 200, "拿不出"),
            ("9" * 30, "A" * 43, 400, "再打一遍"),
        ],
    )
    def test_what_is_typed_wrong_is_told_and_kept(
        self, client: Client, size: str, root: str, status: int, says: str
    ) -> None:
        tell(5)
        sequence_all(at=AT)
        answer = client.get("/log/compare/", {"size": size, "root": root})
        assert answer.status_code == status
        page = answer.content.decode()
        assert says in page
        assert f'name="root" value="{root}"' in page

    def test_the_page_leads_to_the_paper(self, client: Client) -> None:
        tell(1)
        sequence_all(at=AT)
        assert "/log/notice/2026-11.pdf" in client.get("/log/notice/2026-11/").content.decode()


def test_a_new_key_is_introduced_by_the_old_one(client: Client) -> None:
    tell(2)
    sequence_all(at=AT)
    old = LogKey.objects.get()
    new = rotate_key(by="house", reason="每年一换", at=AT + timedelta(minutes=1))
    sequence_all(at=AT + timedelta(minutes=2))
    both = Note.read(newest().note)
    assert old.public.signed(both)
    assert new.public.signed(both)
    tell(1, 2)
    sequence_all(at=AT + timedelta(minutes=3))
    assert not old.public.signed(Note.read(newest().note))
    assert follow(PublicKey.read(usecases.first_key(AT)), map(Note.read, usecases.introductions())) == [
        old.public,
        new.public,
    ]
    assert new.introduction in client.get("/log/keys").content.decode()
    assert AuditRow.objects.filter(action="ledger.key_rotated").exists()
    assert faults(AT) == []


def test_a_lost_key_is_said_and_not_followed() -> None:
    tell(1)
    sequence_all(at=AT)
    new = rotate_key(by="house", reason="硬盘坏了", at=AT + timedelta(minutes=1), lost=True)
    sequence_all(at=AT + timedelta(minutes=2))
    assert new.public.signed(Note.read(newest().note))
    assert new.public not in follow(PublicKey.read(usecases.first_key(AT)), map(Note.read, usecases.introductions()))
    assert b'"subject":"lost"' in bytes(Leaf.objects.filter(key__startswith="log.key").get().body)
    assert faults(AT) == []


def _changed(model: Any, **columns: Any) -> None:
    """As somebody with all rights in the database does it."""
    model.objects.filter(pk=model.objects.order_by("pk").values_list("pk", flat=True)[0]).update(**columns)


@pytest.mark.parametrize(
    "tamper",
    [
        lambda: _changed(Leaf, body=b"{}"),
        lambda: _changed(Tile, hashes=bytes(32 * 20)),
        lambda: Leaf.objects.filter(index=3).delete(),
        lambda: Log.objects.update(size=19),
        lambda: Tile.objects.all().delete(),
        lambda: (
            Leaf.objects.filter(index=0).update(index=99),
            Leaf.objects.filter(index=1).update(index=0),
            Leaf.objects.filter(index=99).update(index=1),
        ),
    ],
    ids=["leaf", "tile", "leaf-dropped", "size", "no-tiles", "reordered"],
)
def test_fsck_finds_what_was_changed(tamper: Any) -> None:
    tell(20)
    sequence_all(at=AT)
    assert faults(AT) == []
    tamper()
    assert faults(AT) != []
