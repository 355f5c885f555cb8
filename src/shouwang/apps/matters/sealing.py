"""
What the transparency log holds of a matter: one salted hash for each entry, whoever may see it, and the receipt that proves it.

Of an entry the log shows nothing: neither matter, type nor visibility. The holder of a code gets words and salts of what they may see;
of the rest not even the salt. What they do not see of an entry's data is in the sealed text as a digest with a salt of its own.

Receipt (`shouwang-receipt/v1`): docs/reference/receipt.md.
"""

from __future__ import annotations

import base64
import json
import zlib
from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC, datetime
from typing import Any

from shouwang.apps.ledger import usecases as ledger
from shouwang.apps.ledger.checking import checks
from shouwang.apps.ledger.models import Leaf
from shouwang.apps.ledger.origin import log_url
from shouwang.apps.matters.models import LATER, Entry, Matter, Type
from shouwang.apps.matters.viewer import Viewer

FORMAT = "shouwang-receipt/v1"
BATCH = 500
#: Characters of base32 beside the address in the largest QR code a telephone reads from paper.
MOST_CARRIED = 3600


def key_of(matter_id: int, seq: int) -> str:
    """How the leaf of an entry is known inside the house."""
    return f"entry:{matter_id}/{seq}"


def fields_of(number: str, entry: Any) -> dict[str, object]:
    """What whoever sees an entry can check."""
    return {
        "matter": number,
        "seq": entry.seq,
        "at": entry.at.astimezone(UTC).isoformat(timespec="microseconds"),
        "type": str(entry.type),
        "by": str(entry.by),
        "name": entry.name,
        "visibility": int(entry.visibility),
        "body": entry.body,
    }


def inner_of(entry: Any) -> dict[str, object]:
    """What stays in the house."""
    return {"officer": entry.officer_id, "data": json.loads(json.dumps(entry.data))}


def sealed_of(number: str, entry: Any, at: datetime | None = None) -> ledger.Sealed:
    return ledger.Sealed(key_of(entry.matter_id, entry.seq), fields_of(number, entry), inner_of(entry), at or entry.at)


def seal_entry(number: str, entry: Entry) -> None:
    """In the transaction that adds the entry."""
    ledger.seal(sealed_of(number, entry))


def seal_missing(*, at: datetime | None) -> int:
    """
    Seal every entry that has no leaf, after many were loaded at once past the timeline. Returns how many there were.

    at   from when their promises count; None: each from its own time, as in a house whose log was there all along
    """
    found = 0
    for rows in _batches(Entry.objects.order_by("pk").select_related("matter")):
        keys = [key_of(row.matter_id, row.seq) for row in rows]
        there = set(Leaf.objects.filter(key__in=keys).values_list("key", flat=True))
        missing = [row for row, key in zip(rows, keys, strict=True) if key not in there]
        found += ledger.seal_all(sealed_of(row.matter.number, row, at) for row in missing)
    return found


def receipt_of(matter: Matter, viewer: Viewer, *, at: datetime) -> dict[str, Any]:
    """
    The receipt of whoever looks: every entry they may see. Words that were taken back are in no receipt, nor what was learned of them
    later.
    """
    visible = list(Entry.objects.visible_to(viewer).filter(matter=matter).order_by("seq"))
    gone = {row.data["of"] for row in visible if row.type == Type.TAKEN_BACK}
    shown = [row for row in visible if row.seq not in gone and not (row.type in LATER and row.data["of"] in gone)]
    head, pieces = ledger.pieces((key_of(matter.pk, row.seq) for row in shown), at=at)
    told = []
    for row in shown:
        piece = pieces.get(key_of(matter.pk, row.seq))
        if piece is not None:
            text = ledger.sealed_text(fields_of(matter.number, row), inner_of(row), piece.salt)
            told.append({"text": text, **piece.as_json()})
    return {
        "format": FORMAT,
        "made_at": at.astimezone(UTC).isoformat(timespec="seconds"),
        "log": {"url": log_url(), "key": ledger.first_key(at), "introductions": ledger.introductions()},
        "checkpoint": ledger.published(head) if head else "",
        "entries": told,
    }


def carried(receipt: Mapping[str, Any]) -> str:
    """
    The receipt of the first entry alone, as a QR code carries it behind `#` of the checking page: JSON, deflated (RFC 1951), base32
    without padding. Empty when that is more than a code can hold.
    """
    if not receipt["entries"]:
        return ""
    first = {**receipt, "entries": receipt["entries"][:1]}
    packed = zlib.compressobj(9, wbits=-15)
    data = packed.compress(json.dumps(first, ensure_ascii=False, separators=(",", ":")).encode()) + packed.flush()
    text = base64.b32encode(data).decode().rstrip("=")
    return text if len(text) <= MOST_CARRIED else ""


@checks("entry")
def compare_entries_with_leaves() -> Iterator[str]:
    """Every entry says what its leaf says, and none is missing on either side."""
    sealed = Leaf.objects.filter(key__startswith="entry:").order_by("pk")
    matched = 0
    for leaves in _batches(sealed):
        names = [leaf.key.removeprefix("entry:").split("/") for leaf in leaves]
        of_matters = Entry.objects.filter(matter__in={int(name[0]) for name in names}).select_related("matter")
        wanted = {(int(matter), int(seq)) for matter, seq in names}
        entries = {(row.matter_id, row.seq): row for row in of_matters if (row.matter_id, row.seq) in wanted}
        for leaf, (matter, seq) in zip(leaves, names, strict=True):
            entry, salt = entries.get((int(matter), int(seq))), bytes(leaf.salt)
            if entry is None:
                yield f"entry {matter}/{seq} stands in the log and is gone from the house"
                continue
            matched += 1
            text = ledger.sealed_text(fields_of(entry.matter.number, entry), inner_of(entry), salt)
            if ledger.sealed_body(text, salt) != bytes(leaf.body):
                yield f"entry {matter}/{seq} says something else than when it was written"
    if matched != Entry.objects.count():
        for rows in _batches(Entry.objects.order_by("pk")):
            keys = {key_of(row.matter_id, row.seq) for row in rows}
            for key in sorted(keys - set(Leaf.objects.filter(key__in=keys).values_list("key", flat=True))):
                yield f"{key.replace(':', ' ')} was never told to the log"


def _batches(rows: Any) -> Iterable[list[Any]]:
    """In pieces, by key, so that no cursor stays open while something is written."""
    last = 0
    while found := list(rows.filter(pk__gt=last)[:BATCH]):
        yield found
        last = found[-1].pk
