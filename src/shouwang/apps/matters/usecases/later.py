"""
What is learned about a message after it was kept: something that came with it has arrived or never will, or its writer took it back.

The message itself is never changed. Each is an entry of its own, once, and pages show it with the message (`queries.conversation`).
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db import transaction

from shouwang.apps.matters.models import By, Entry, Matter, Type, later_key
from shouwang.apps.matters.timeline import append, locked
from shouwang.apps.matters.usecases.opening import take_files
from shouwang.apps.matters.usecases.words import title_from
from shouwang.apps.matters.viewer import Visibility
from shouwang.kernel import audit


@transaction.atomic
def add_enclosed(
    entry: Entry, *, n: int, kind: str, at: datetime, file_ref: str = "", trouble: dict[str, Any] | None = None
) -> Entry | None:
    """
    The n-th thing that came with a message is here (`file_ref`, kept in the name of the house), or will never be (`trouble`).

    Learning it twice adds nothing. None when the message was taken back meanwhile: then nothing more of it is added.
    """
    matter = locked(entry.matter)
    key = later_key(Type.ENCLOSED, entry.seq, n)
    if before := matter.entries.filter(client_id=key).first():
        return before
    if not matter.entries.standing().filter(pk=entry.pk).exists():
        return None
    data: dict[str, Any] = {"of": entry.seq, "n": n, "kind": kind}
    data |= {"files": take_files(matter, (file_ref,), by="house", at=at)} if file_ref else {"trouble": trouble or {}}
    return append(
        matter,
        Type.ENCLOSED,
        at=at,
        by=By(entry.by),
        name=entry.name,
        visibility=Visibility(entry.visibility),
        data=data,
        client_id=key,
    )


@transaction.atomic
def take_back(entry: Entry, *, at: datetime) -> Entry:
    """
    The writer took a message back where it was said. The timeline keeps it; nobody reads it any more but the desk for a written reason
    (`policy.may_see_taken_back`). Words of danger go on ringing. Taking back twice adds nothing.
    """
    matter = locked(entry.matter)
    key = later_key(Type.TAKEN_BACK, entry.seq)
    if before := matter.entries.filter(client_id=key).first():
        return before
    data: dict[str, Any] = {"of": entry.seq}
    if _is_the_title(matter, entry):
        data["title"] = title_from("", matter.kind)
    audit.record("matters.taken_back", by="resident", on=matter, at=at, seq=entry.seq)
    return append(
        matter,
        Type.TAKEN_BACK,
        at=at,
        by=By(entry.by),
        name=entry.name,
        visibility=Visibility(entry.visibility),
        data=data,
        client_id=key,
    )


def _is_the_title(matter: Matter, entry: Entry) -> bool:
    """Whether the title was made of these words and nobody has given another one: then it says what was taken back."""
    began = matter.entries.filter(type__in=[Type.RECEIVED, Type.MESSAGE]).order_by("seq")[:2]
    received, first = began if len(began) == 2 else (None, None)
    return received is not None and first == entry and matter.title == received.data["title"]
