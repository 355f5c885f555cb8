"""Messages, notes, automatic answers, and how far each side has read."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import Q
from django.db.models.functions import Greatest

from shouwang.apps.guides.blanks import refuse_unfilled
from shouwang.apps.matters import clock, policy
from shouwang.apps.matters.errors import NothingSaid
from shouwang.apps.matters.facts import ReadMoved
from shouwang.apps.matters.models import LATER, By, Entry, Matter, ReadMark, Type
from shouwang.apps.matters.timeline import append, append_by_house, append_by_officer, locked
from shouwang.apps.matters.usecases.clocks import stop_clock
from shouwang.apps.matters.usecases.handing import write_assignment
from shouwang.apps.matters.usecases.opening import take_files
from shouwang.apps.matters.usecases.words import clean_text
from shouwang.apps.matters.viewer import Holder, Viewer, Visibility
from shouwang.apps.units.models import Officer
from shouwang.kernel.events import publish
from shouwang.kernel.live import log as live
from shouwang.kernel.policy import require


@transaction.atomic
def say(
    matter: Matter,
    *,
    viewer: Viewer,
    at: datetime,
    body: str = "",
    files: tuple[str, ...] = (),
    place: dict[str, float] | None = None,
    reply_to: int | None = None,
    client_id: str | None = None,
    name: str = "",
    data: dict[str, Any] | None = None,
) -> Entry:
    """
    Add a message from whoever looks: the resident or helper with the code, or the desk.

    A retry of the same words with the same `client_id` adds nothing; other words under it (a page gone back to) are a new message.
    place   WGS-84 `{"longitude": …, "latitude": …}`
    """
    matter = locked(matter)
    require(policy.may_read(viewer, matter))
    words = clean_text(body)
    before, client_id = sent_before(matter, client_id, words)
    if before:
        return before
    require(policy.may_write(viewer, matter))
    if not (words or files or place):
        raise NothingSaid
    extra: dict[str, Any] = dict(data or {})
    if place:
        extra["place"] = place
    if reply_to:
        extra["reply_to"] = reply_to
    held = viewer.held.get(matter.pk)
    if files:
        extra["files"] = take_files(matter, files, by=viewer.ref if held is None else f"code:{held.code_id}", at=at)
    as_officer = viewer.officer if policy.clearance(viewer, matter) >= Visibility.STATION else None
    if as_officer:
        refuse_unfilled(words)
    entry = append(
        matter,
        Type.MESSAGE,
        at=at,
        by=By.OFFICER if as_officer else By.HELPER if held and held.holder == Holder.HELPER else By.RESIDENT,
        officer=as_officer,
        name=name or ("" if as_officer else held.label if held else ""),
        visibility=Visibility.PARTIES,
        body=words,
        data=extra,
        client_id=client_id,
    )
    if as_officer and matter.handler_id is None:
        write_assignment(matter, as_officer, by=as_officer, at=at)
    if as_officer and matter.due_rule in clock.MET_BY_ANSWER:
        stop_clock(matter, at=at)
    return entry


def sent_before(matter: Matter, client_id: str | None, words: str) -> tuple[Entry | None, str | None]:
    """The entry that this id already made with these words, or the id that a new entry may carry. The caller holds the matter."""
    if client_id and client_id.startswith(tuple(LATER)):
        return None, None  # the house's own ids, which nobody may take away from it
    before = matter.entries.filter(client_id=client_id).first() if client_id else None
    if before is None:
        return None, client_id
    return (before, client_id) if before.body == words else (None, None)


@transaction.atomic
def note(
    matter: Matter, *, by: Officer, body: str, at: datetime, restricted: bool = False, client_id: str | None = None
) -> Entry:
    """An internal note: the resident never sees it."""
    matter = locked(matter)
    require(policy.may_work_on(by, matter))
    if not (words := clean_text(body)):
        raise NothingSaid
    before, client_id = sent_before(matter, client_id, words)
    if before:
        return before
    level = Visibility.RESTRICTED if restricted else Visibility.STATION
    return append_by_officer(matter, Type.NOTE, by=by, at=at, visibility=level, body=words, client_id=client_id)


@transaction.atomic
def answer_automatically(matter: Matter, *, body: str, at: datetime, **told: Any) -> Entry | None:
    """
    Give a guide's short answer, marked as automatic. It does not stop the waiting: a person still looks.

    told   where it comes from, kept beside the words: guide, confidence, source, valid_until
    Only one automatic answer for each thing asked; None when the station already spoke.
    """
    matter = locked(matter)
    last = (
        matter.entries.filter(visibility__lte=Visibility.PARTIES, type__in=[Type.MESSAGE, Type.AUTO_ANSWER])
        .order_by("-seq")
        .first()
    )
    if last is None or last.by not in {By.RESIDENT, By.HELPER}:
        return None
    return append_by_house(
        matter,
        Type.AUTO_ANSWER,
        at=at,
        visibility=Visibility.PARTIES,
        body=body,
        data=told,
    )


def tell_typing(matter: Matter, *, viewer: Viewer) -> None:
    """Let the other side see that somebody is writing. Nothing is stored."""
    require(policy.may_write(viewer, matter))
    side = "station" if policy.clearance(viewer, matter) >= Visibility.STATION else "resident"
    live.whisper(f"matter:{matter.pk}", "typing", {"side": side}, audience=Visibility.PARTIES)


@transaction.atomic
def mark_read(matter: Matter, *, viewer: Viewer, seq: int, at: datetime, only_delivered: bool = False) -> None:
    """Move a side's mark forward; never back. Looking as the station moves the station's mark."""
    side = ReadMark.Side.STATION if policy.clearance(viewer, matter) >= Visibility.STATION else ReadMark.Side.RESIDENT
    require(policy.may_read(viewer, matter))
    seq = min(seq, matter.last_seq)
    mark, _new = ReadMark.objects.get_or_create(matter=matter, side=side)
    behind = Q(delivered_seq__lt=seq) if only_delivered else Q(read_seq__lt=seq)
    further: dict[str, Any] = {"delivered_seq": Greatest("delivered_seq", seq)}
    if not only_delivered:
        further |= {"read_seq": seq, "read_at": at}
    # Two pages of one side report at once; the database compares, so that neither pulls the mark back.
    if ReadMark.objects.filter(behind, pk=mark.pk).update(**further):
        mark.refresh_from_db()
        publish(ReadMoved(matter.pk, side, mark.delivered_seq, mark.read_seq))
