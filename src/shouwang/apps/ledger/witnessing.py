"""
Watching other logs, and being watched.

A witness fetches the head of a log that somebody here has added, checks that it continues what was seen before, countersigns it and hands
it back. Only addresses that were added by hand are asked (decision 0009). Two heads that cannot both be true are kept as evidence.
"""

from __future__ import annotations

import hashlib
import logging
from collections.abc import Callable, Mapping
from datetime import datetime

import httpx
from django.db import transaction

from shouwang.apps.ledger.models import Cosignature, Fork, Head, Watched, Witness
from shouwang.apps.ledger.usecases import log_key, private
from shouwang.engines.errors import BadData
from shouwang.engines.translog import (
    HASH_BYTES,
    Checkpoint,
    Note,
    PublicKey,
    Tree,
    continues,
    follow,
    tile_path,
)
from shouwang.kernel import audit

logger = logging.getLogger(__name__)
#: Ask an address, or bring something to it: (address, content or None) → what was answered. Raises OSError.
Ask = Callable[[str, bytes | None], bytes]
LONGEST_ANSWER = 1_000_000
TIMEOUT_S = 20.0


def ask_by_http(address: str, content: bytes | None = None) -> bytes:
    """GET, or POST when there is something to bring. Redirects are not followed: the address was chosen by a person."""
    try:
        with (
            httpx.Client(timeout=TIMEOUT_S, follow_redirects=False, trust_env=False) as client,
            client.stream("GET" if content is None else "POST", address, content=content) as answer,
        ):
            answer.raise_for_status()
            found = b""
            for piece in answer.iter_bytes():
                found += piece
                if len(found) > LONGEST_ANSWER:
                    raise OSError("the answer is too long")
            return found
    except httpx.HTTPError as error:
        raise OSError(str(error) or type(error).__name__) from error


class Elsewhere:
    """Tiles of a log that is asked over the network: the partial tile, or the whole one in its place."""

    def __init__(self, url: str, ask: Ask) -> None:
        self.url, self.ask = url, ask

    def read(self, level: int, index: int, width: int) -> bytes:
        for path in dict.fromkeys((tile_path(level, index, width), tile_path(level, index))):
            try:
                found = self.ask(f"{self.url}{path}", None)
            except OSError:
                continue
            if len(found) >= width * HASH_BYTES:
                return found
        raise BadData(tile_path(level, index, width), "cannot be fetched")

    def write(self, tiles: Mapping[tuple[int, int], bytes]) -> None:
        raise TypeError("Nobody writes into somebody else's log.")


def watch(name: str, url: str, vkey: str) -> Watched:
    """Witness this log from now on. Raises BadData when the key is not one."""
    PublicKey.read(vkey)
    if not url.startswith(("https://", "http://")) or not url.endswith("/"):
        raise BadData("url", "must be the prefix of a log, like https://station.example/log/")
    return Watched.objects.create(name=name, url=url, vkey=vkey)


def look_at_all(*, at: datetime, ask: Ask = ask_by_http) -> int:
    """Every watched log once. Returns in how many something was wrong."""
    return sum(bool(look(one, at=at, ask=ask)) for one in Watched.objects.order_by("pk"))


def look(one: Watched, *, at: datetime, ask: Ask = ask_by_http) -> str:
    """Look at one log: countersign what continues, raise the alarm over what does not. Returns what is wrong, empty when all is well."""
    problem = ""
    try:
        note = Note.read(ask(f"{one.url}checkpoint", None).decode())
        head = Checkpoint.opened(note, _keys_of(one, ask))
        problem = _compare(one, note, head, at, ask)
    except (OSError, UnicodeDecodeError, BadData) as error:
        problem = str(error)[:200] or type(error).__name__
    Watched.objects.filter(pk=one.pk).update(problem=problem, **({} if problem else {"seen_at": at}))
    one.refresh_from_db()
    if not problem and not one.handed_over:
        _hand_over(one, ask)
    return problem


def _keys_of(one: Watched, ask: Ask) -> list[PublicKey]:
    """The key that somebody compared, and all that it introduced."""
    first = PublicKey.read(one.vkey)
    said = ask(f"{one.url}keys", None).decode()
    notes = [f"shouwang-key/v1\n{part}".strip("\n") + "\n" for part in said.split("shouwang-key/v1\n")[1:]]
    return follow(first, map(Note.read, notes))


def _compare(one: Watched, note: Note, head: Checkpoint, at: datetime, ask: Ask) -> str:
    kept = Note.read(one.note) if one.note else None
    before = Checkpoint.read(kept.text) if kept else None
    if before is not None and kept is not None:
        if head.origin != before.origin:
            return _alarm(one, kept, note, "the log has another name", at)
        if head.size < before.size:
            # An older head may come from a cache: it is only wrong when its root is.
            old, new = (head.size, head.root), (before.size, before.root)
            tree = Tree(Elsewhere(one.url, ask), before.size)
            try:
                agrees = continues(old, new, tree.consistency(head.size))
            except BadData:
                agrees = False  # the log no longer serves what it once signed for
            return (
                f"shows an older head of {head.size}" if agrees else _alarm(one, kept, note, "the log is shorter", at)
            )
        if head.size == before.size:
            if head.root != before.root:
                return _alarm(one, kept, note, "two heads of one size differ", at)
            return ""
        proof = Tree(Elsewhere(one.url, ask), head.size).consistency(before.size)
        if not continues((before.size, before.root), (head.size, head.root), proof):
            return _alarm(one, kept, note, "the log does not continue what was seen", at)
    elif Tree(Elsewhere(one.url, ask), head.size).root() != head.root:
        return "its tiles do not lead to its head"
    line = private(log_key(at, witness=True)).line(note.text, at)
    Watched.objects.filter(pk=one.pk).update(note=str(note.plus([line])), handed_over=False)
    return ""


@transaction.atomic
def _alarm(one: Watched, kept: Note, shown: Note, why: str, at: datetime) -> str:
    """Keep both signed heads. The same two are kept once, however often they are seen."""
    digest = hashlib.sha256(f"{one.pk}\n{kept.text}\n{shown.text}".encode()).hexdigest()
    fork, fresh = Fork.objects.get_or_create(
        digest=digest, defaults={"watched": one, "kept": str(kept), "shown": str(shown), "why": why, "at": at}
    )
    if fresh:
        logger.error("The log %s was forked: %s", one.name, why)
        audit.record("ledger.fork_found", by="house", on=fork, at=at, why=why)
    return why


def _hand_over(one: Watched, ask: Ask) -> None:
    """Bring our line to the log. It comes again the next time until it was taken; the evidence is ours either way."""
    try:
        ask(f"{one.url}cosignatures", one.note.encode())
    except OSError as error:
        logger.warning("Our line was not taken by %s: %s", one.name, error)
        return
    Watched.objects.filter(pk=one.pk).update(handed_over=True)


# ── being watched ────────────────────────────────────────────────────────────────────────────────────────────────────


def add_witness(name: str, vkey: str, *, at: datetime) -> Witness:
    """Take in lines of this witness. Raises BadData when the key is not a witness's."""
    key = PublicKey.read(vkey)
    if key.kind != 4:
        raise BadData("key", "is not the key of a witness")
    return Witness.objects.create(vkey=vkey, name=name, added_at=at)


def take_cosignatures(text: str) -> int:
    """
    Take in the lines of known witnesses under one of our own heads. Returns how many there are.

    Raises  BadData when it is not one of our heads, or nobody we know signed it
    """
    note = Note.read(text)
    head = Checkpoint.read(note.text)
    ours = next((one for one in Head.objects.filter(size=head.size) if Note.read(one.note).text == note.text), None)
    if ours is None:
        raise BadData("checkpoint", "is none of ours")
    taken = 0
    for witness in Witness.objects.all():
        key = witness.public
        signed_at = key.signed_at(note)
        if signed_at is not None:
            line = next(str(one) for one in note.lines_of(key))
            Cosignature.objects.get_or_create(
                head=ours, witness=witness, defaults={"line": line, "signed_at": signed_at}
            )
            taken += 1
    if not taken:
        raise BadData("checkpoint", "carries no line of a witness we know")
    return taken
