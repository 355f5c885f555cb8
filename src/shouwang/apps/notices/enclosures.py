"""
What came with a message and still lies at the messenger: asked for through the gateway, given to the files room, told to the rooms.

A message is kept at once, with its place for what is still to come; a picture must never hold words back. Every function here is one
transaction and safe between several processes: a claim is a compare-and-set, and so is the end. Who died between fetching and telling
fetches again, and the files room knows the same bytes again (`fetched_as`).

This room knows no files: the room above that keeps them says how (`keeps`), and how a picture of the house is opened again when it
leaves with an answer (`opens`).
"""

from __future__ import annotations

import hashlib
import logging
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import F

from shouwang.apps.notices.events import EnclosureSettled
from shouwang.apps.notices.messages import Enclosed, Outgoing, Picture, dump_parts, load_parts
from shouwang.apps.notices.messenger import Got, NotGiven
from shouwang.apps.notices.models import Enclosure, Inbound
from shouwang.kernel.events import publish

log = logging.getLogger(__name__)

Trouble = dict[str, Any]
"""A code and its parameters, for whoever puts it into words: `{"code": "gone"}`, `{"code": "too_big", "params": {"limit_mb": 12}}`."""

#: Seconds to wait after the first, second … try in vain; after the last one it is given up.
WAITS = (10, 60, 300, 1200, 3600)
#: Later nobody expects it any more, and messengers let go of what they hold.
KEEP_TRYING = timedelta(hours=6)
#: How long one process may be at it: a fetch, and the looking through.
LEASE = timedelta(minutes=3)
FETCH_SECONDS = 60


@dataclass(frozen=True, slots=True)
class Kept:
    """The files room has it, under this reference."""

    file_ref: str


@dataclass(frozen=True, slots=True)
class Unfit:
    """It was looked through and is nothing that is taken."""

    trouble: Trouble


@dataclass(frozen=True, slots=True)
class Fetch:
    """Something that must now be asked for. `part.size_bytes` is what the messenger said, `most_bytes` what is taken."""

    enclosure_id: int
    claim_no: int
    kind: str
    part: Enclosed
    most_bytes: int


Keeper = Callable[[Fetch, Got, datetime], Kept | Unfit]
Opener = Callable[[str], bytes | None]
_keeper: list[Keeper] = []
_opener: list[Opener] = []


def keeps(keeper: Keeper) -> Keeper:
    """
    Register who takes fetched bytes. Called outside a transaction, any number of times with the same bytes; whatever it raises is trouble
    of the house, and is tried again.
    """
    _keeper[:] = [keeper]
    return keeper


def opens(opener: Opener) -> Opener:
    """Register who opens a picture of the house by the name it has in an outgoing message; None when it may not leave any more."""
    _opener[:] = [opener]
    return opener


def fetched_as(fetch: Fetch, got: Got) -> str:
    """The same for the same bytes of the same enclosure, however often they are fetched: the files room's id of the upload."""
    return f"enclosure:{fetch.enclosure_id}:{hashlib.sha256(got.data).hexdigest()}"


def keep(fetch: Fetch, got: Got, at: datetime) -> Kept | Unfit:
    """Hand over to the files room. Raises what that room raises."""
    return _keeper[0](fetch, got, at)


def with_pictures(message: Outgoing) -> Outgoing:
    """
    The message as it leaves, with the bytes of the house's own pictures.

    One that cannot be opened any more stays behind: the words of the message say where else to see it.
    """
    wanted = {part.name for part in message.parts if isinstance(part, Picture) and not part.url}
    opened = {name: data for name in wanted for one in _opener if (data := one(name)) is not None}
    if missing := wanted - opened.keys():
        log.warning("%s pictures of a message could not be opened and stay behind", len(missing))
    return replace(message, enclosed=opened)


# ── what is still to come ────────────────────────────────────────────────────────────────────────────────────────────


def expect(
    inbound: Inbound,
    n: int,
    part: Enclosed,
    *,
    subject: str,
    most_bytes: int,
    at: datetime,
    refused: Trouble | None = None,
) -> Enclosure:
    """
    Write down what has to be fetched, in the transaction that keeps the message. Expecting it again changes nothing.

    n        its place among what came with the message, from 0
    refused  why it is not even asked for: then it is settled at once
    """
    row, new = Enclosure.objects.get_or_create(
        gateway_id=inbound.gateway_id,
        key=inbound.key,
        n=n,
        defaults={
            "kind": kind_of(part),
            "subject": subject,
            "wanted": dump_parts((part,)),
            "most_bytes": most_bytes,
            "created_at": at,
            "next_at": at,
            "expires_at": at + KEEP_TRYING,
        },
    )
    if new and refused is not None:
        _settle(row, Enclosure.State.FAILED, trouble=refused, at=at)
    return row


def kind_of(part: Enclosed) -> str:
    """The word for it in rows and timelines."""
    return {"attachment": "file"}.get(name := type(part).__name__.lower(), name)


def drop(subject: str, *, at: datetime) -> int:
    """Nobody wants them any more: the message was taken back. Returns how many were still waited for."""
    return Enclosure.objects.waiting().filter(subject=subject).update(state="dropped", settled_at=at, wanted="")


def due_ids(gateway_id: int, now: datetime, limit: int = 5) -> list[int]:
    """Keys of what is to be fetched now."""
    return list(Enclosure.objects.due(gateway_id, now).values_list("pk", flat=True)[:limit])


def take(enclosure_id: int, now: datetime) -> Fetch | None:
    """Claim it and count the try; None when somebody else was quicker."""
    row = Enclosure.objects.waiting().filter(pk=enclosure_id).first()
    if row is None or (row.claimed_until is not None and row.claimed_until > now):
        return None
    won = Enclosure.objects.waiting().filter(pk=row.pk, claim_no=row.claim_no)
    if not won.update(claim_no=F("claim_no") + 1, claimed_until=now + LEASE, tries=F("tries") + 1):
        return None
    (part,) = load_parts(row.wanted)
    assert isinstance(part, Enclosed)
    return Fetch(row.pk, row.claim_no + 1, row.kind, part, row.most_bytes)


@transaction.atomic
def note_kept(fetch: Fetch, kept: Kept, now: datetime) -> None:
    """It is safe: tell the rooms, in the transaction that says so. Whoever comes second finds nothing to do."""
    _settle(Enclosure.objects.get(pk=fetch.enclosure_id), Enclosure.State.KEPT, file_ref=kept.file_ref, at=now)


@transaction.atomic
def note_trouble(fetch: Fetch, trouble: Trouble, now: datetime, *, lasting: bool) -> None:
    """It did not come. Wait and try again, unless trying can never help or has been tried enough."""
    row = Enclosure.objects.get(pk=fetch.enclosure_id)
    again = None if lasting or row.tries > len(WAITS) else now + timedelta(seconds=WAITS[row.tries - 1])
    if again is None or again >= row.expires_at:
        _settle(row, Enclosure.State.FAILED, trouble=trouble, at=now)
        return
    mine = Enclosure.objects.waiting().filter(pk=row.pk, claim_no=fetch.claim_no)
    mine.update(next_at=again, claimed_until=None, trouble=trouble)


def note(fetch: Fetch, found: Kept | Unfit | NotGiven, now: datetime) -> None:
    """Write what came of a try."""
    match found:
        case Kept():
            note_kept(fetch, found, now)
        case Unfit(trouble=trouble):
            note_trouble(fetch, trouble, now, lasting=True)
        case NotGiven(code=code, lasting=lasting):
            note_trouble(fetch, {"code": code}, now, lasting=lasting)


def give_up(now: datetime) -> int:
    """End what nobody could fetch in time, such as when a gateway is switched off. Returns how many."""
    over = Enclosure.objects.waiting().filter(expires_at__lte=now).exclude(claimed_until__gt=now)
    return sum(_give_up(pk, now) for pk in list(over.order_by("pk").values_list("pk", flat=True)[:200]))


@transaction.atomic
def _give_up(pk: int, now: datetime) -> bool:
    row = Enclosure.objects.get(pk=pk)
    return _settle(row, Enclosure.State.FAILED, trouble=row.trouble or {"code": "silent"}, at=now)


def forget_before(moment: datetime) -> int:
    """Remove what was settled long ago; the rooms have written it down. Returns how many."""
    return Enclosure.objects.filter(settled_at__lt=moment).delete()[0]


def _settle(
    row: Enclosure, state: Enclosure.State, *, at: datetime, file_ref: str = "", trouble: Trouble | None = None
) -> bool:
    changes = {"state": state, "settled_at": at, "wanted": "", "file_ref": file_ref, "trouble": trouble or {}}
    if not Enclosure.objects.waiting().filter(pk=row.pk).update(claimed_until=None, **changes):
        return False
    publish(EnclosureSettled(row.pk, row.subject, row.n, row.kind, file_ref, trouble or {}, at))
    return True
