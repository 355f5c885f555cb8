"""
Writing the log. `record` and `seal` are called inside the transaction of whatever they tell of; `sequence` puts what waits into the log.
"""

from __future__ import annotations

import base64
import hashlib
import json
import os
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import IntegrityError, connection, transaction
from django.utils.translation import gettext as _

from shouwang.apps.ledger.models import Head, Leaf, Log, LogKey
from shouwang.apps.ledger.rows import Rows
from shouwang.engines.translog import (
    LOG,
    WITNESS,
    Checkpoint,
    Key,
    Note,
    Tree,
    introduction_text,
    leaf_hash,
    promise_text,
    signed,
)
from shouwang.kernel import audit
from shouwang.kernel.errors import Conflict

BATCH = 5000
SALT_BYTES = 32


# ── what is told to the log ──────────────────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True, slots=True)
class Sealed:
    """
    Something that only a few may read, of which everybody may see that it was written.

    key     what it is about; the same key is taken once
    fields  what whoever may read it can check
    inner   what stays in the house: only its salted digest stands in the sealed text
    """

    key: str
    fields: Mapping[str, object]
    inner: object
    at: datetime


def canonical(value: object) -> str:
    """One way to write a JSON value: sorted keys, no spaces, characters as themselves."""
    return json.dumps(value, sort_keys=True, ensure_ascii=False, separators=(",", ":"))


def sealed_text(fields: Mapping[str, object], inner: object, salt: bytes) -> str:
    """The text that a sealed leaf stands for."""
    kept = hashlib.sha256(salt[SALT_BYTES:] + canonical(inner).encode()).hexdigest()
    return canonical({**fields, "inner": kept})


def sealed_body(text: str, salt: bytes) -> bytes:
    """The leaf: the SHA-256 of 32 random bytes and the text. Without the salt nobody can try out what it might say."""
    digest = hashlib.sha256(salt[:SALT_BYTES] + text.encode()).digest()
    return canonical({"sealed": base64.b64encode(digest).decode()}).encode()


def sealed_leaf_hash(text: str, salt: bytes) -> bytes:
    """The leaf hash of a sealed text, which stands in the log."""
    return leaf_hash(sealed_body(text, salt))


def record(kind: str, subject: str, data: Mapping[str, object], *, at: datetime) -> None:
    """
    Let the log say something that is public anyway: a publication, its withdrawal, a day's figures. Once for one kind, subject and moment.

    data   plain JSON values that everybody may read for ever; digests rather than texts
    """
    body = canonical({"kind": kind, "subject": subject, "at": _seconds(at), "data": data}).encode()
    _write([Leaf(key=f"{kind}:{subject}:{at.timestamp():.6f}"[:120], body=body, at=at)])


def seal(*what: Sealed) -> None:
    """Let the log hold the salted hash of what only a few may read."""
    seal_all(what)


def seal_all(what: Iterable[Sealed]) -> int:
    """Many at once. Returns how many were handed over."""
    rows = []
    for one in what:
        salt = os.urandom(2 * SALT_BYTES)
        text = sealed_text(one.fields, one.inner, salt)
        rows.append(Leaf(key=one.key, body=sealed_body(text, salt), salt=salt, at=one.at))
    _write(rows)
    return len(rows)


def _write(rows: list[Leaf]) -> None:
    Leaf.objects.bulk_create(rows, ignore_conflicts=True, batch_size=2000)


def _seconds(at: datetime) -> str:
    return at.astimezone(UTC).isoformat(timespec="seconds")


# ── the log itself ───────────────────────────────────────────────────────────────────────────────────────────────────


def the_log() -> Log:
    """The row of the log; made on the first day."""
    return Log.objects.get_or_create(pk=1)[0]


def log_key(at: datetime, *, witness: bool = False) -> LogKey:
    """The key that signs now; the first one is made when it is first needed."""
    now = LogKey.objects.filter(until=None, witness=witness)
    if found := now.first():
        return found
    try:
        with transaction.atomic():
            return _new_key(the_log().origin, at, witness=witness)
    except IntegrityError:  # another process made it at the same moment
        return now.get()


def _new_key(origin: str, at: datetime, *, witness: bool = False, **more: Any) -> LogKey:
    key = Key(origin, os.urandom(32), WITNESS if witness else LOG)
    return LogKey.objects.create(vkey=key.public.vkey, seed=key.seed.hex(), witness=witness, since=at, **more)


def private(row: LogKey) -> Key:
    """The private half of a key."""
    public = row.public
    return Key(public.name, bytes.fromhex(row.seed), public.kind)


def _held() -> Log:
    """The log, held until the transaction ends: two who write take turns. SQLite has one writer anyway."""
    the_log()
    rows = Log.objects.select_for_update() if connection.features.has_select_for_update else Log.objects.all()
    return rows.get(pk=1)


@transaction.atomic
def sequence(*, at: datetime, at_most: int = BATCH, before: datetime | None = None) -> int:
    """
    Put what waits into the log and sign the new head, all in one transaction. Returns how many leaves were added.

    before   only what was written before that moment: whoever writes months at once keeps the order of time

    Within one batch the order is that of their hashes, which is chance for sealed ones: neighbours in time are not neighbours in the log.
    """
    log = _held()
    waits = Leaf.objects.waiting() if before is None else Leaf.objects.waiting().filter(at__lt=before)
    waiting = waits.values_list("pk", "body")[:at_most]
    placed = sorted((leaf_hash(bytes(body)), pk) for pk, body in waiting)
    tree = Tree(Rows(), log.size)
    if placed:
        _place([(log.size + n, pk) for n, (_hash, pk) in enumerate(placed)])
        tree.append(found for found, _pk in placed)
        if not Log.objects.filter(pk=log.pk, size=log.size).update(size=tree.size):
            raise Conflict(_("另一个程序刚刚写了存证，这一次没有写。"))
    newest = Head.objects.newest()
    key = log_key(at)
    if newest is None or newest.size != tree.size or not key.public.signed(Note.read(newest.note)):
        _sign(Checkpoint(log.origin, tree.size, tree.root()), key, at)
    return len(placed)


def sequence_all(*, at: datetime, before: datetime | None = None) -> int:
    """Until nothing waits."""
    total = 0
    while added := sequence(at=at, before=before):
        total += added
    return total


def _place(places: list[tuple[int, int]]) -> None:
    table = connection.ops.quote_name(Leaf._meta.db_table)
    column = connection.ops.quote_name("index")
    with connection.cursor() as cursor:
        cursor.executemany(f"UPDATE {table} SET {column} = %s WHERE id = %s AND {column} IS NULL", places)  # noqa: S608  our own names


def _sign(head: Checkpoint, key: LogKey, at: datetime) -> Head:
    """The first head after a rotation carries the old key's signature too."""
    keys = [private(key)]
    before = LogKey.objects.filter(witness=False, until=key.since).first()
    newest = Head.objects.newest()
    if before is not None and before.seed and not key.lost and newest is not None and newest.at <= key.since:
        keys.append(private(before))
    return Head.objects.create(size=head.size, root=head.root, note=str(signed(head.text, *keys)), at=at)


# ── keys ─────────────────────────────────────────────────────────────────────────────────────────────────────────────


@transaction.atomic
def rotate_key(*, by: str, reason: str, at: datetime, lost: bool = False) -> LogKey:
    """
    From now on a new key signs. The old one introduces it, unless it is lost: then everybody has to compare the new one by hand.

    The introduction is a leaf of the log and stands on its page of keys.
    """
    log = _held()
    old = log_key(at)
    LogKey.objects.filter(pk=old.pk).update(until=at)
    new = _new_key(log.origin, at, lost=lost)
    note = signed(
        introduction_text(log.origin, new.public, at, lost=lost), *(() if lost else (private(old),)), private(new)
    )
    LogKey.objects.filter(pk=new.pk).update(introduction=str(note))
    record("log.key", "lost" if lost else "rotated", {"old": old.vkey, "new": new.vkey, "note": str(note)}, at=at)
    audit.record("ledger.key_lost" if lost else "ledger.key_rotated", by=by, on=new, at=at, reason=reason)
    new.refresh_from_db()
    return new


# ── what somebody takes away ─────────────────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True, slots=True)
class Piece:
    """What proves one leaf: its place and path under the head, or a signed promise while it waits."""

    key: str
    salt: bytes
    index: int | None
    proof: tuple[str, ...]
    promise: str

    def as_json(self) -> dict[str, object]:
        place = {"promise": self.promise} if self.index is None else {"index": self.index, "proof": list(self.proof)}
        return {"salt": base64.b64encode(self.salt[:SALT_BYTES]).decode(), **place}


def pieces(keys: Iterable[str], *, at: datetime) -> tuple[Head | None, dict[str, Piece]]:
    """The newest head, and what proves each of these leaves under it. A key that has no leaf is not in it."""
    head = Head.objects.newest()
    size = head.size if head else 0
    tree, found = Tree(Rows(), size), {}
    for leaf in Leaf.objects.filter(key__in=list(keys)):
        inside = leaf.index is not None and leaf.index < size
        proof = tree.inclusion(leaf.index, size) if inside and leaf.index is not None else []
        found[leaf.key] = Piece(
            leaf.key,
            bytes(leaf.salt),
            leaf.index if inside else None,
            tuple(base64.b64encode(one).decode() for one in proof),
            "" if inside else promise(leaf, at=at),
        )
    return head, found


def published(head: Head) -> str:
    """A head as everybody gets it: our signature, and the lines of witnesses that have come since."""
    return head.note + "".join(head.cosignatures.order_by("pk").values_list("line", flat=True))


def promised_by(leaf: Leaf) -> datetime:
    """By when a leaf stands in the log."""
    return leaf.at + timedelta(hours=settings.SHOUWANG.log_delay_hours)


def promise(leaf: Leaf, *, at: datetime) -> str:
    """The signed promise that a leaf will stand in the log: who holds it can show that it was dropped."""
    key = log_key(at)
    text = promise_text(key.public.name, leaf_hash(bytes(leaf.body)), leaf.at, promised_by(leaf))
    return str(signed(text, private(key)))


def introductions() -> list[str]:
    """The notes in which keys introduced the next ones, oldest first."""
    return [row.introduction for row in LogKey.objects.filter(witness=False).exclude(introduction="")]


def first_key(at: datetime) -> str:
    """The public key with which the log began: what somebody wrote down once leads to all later ones."""
    log_key(at)
    return LogKey.objects.filter(witness=False).values_list("vkey", flat=True)[0]
