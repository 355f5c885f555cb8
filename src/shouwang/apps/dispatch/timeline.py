"""Writing what happens to a sending into its incident's timeline; the sending's columns follow from the entries."""

from __future__ import annotations

from datetime import datetime
from functools import partial
from typing import Any

from django.db import transaction
from django.utils import timezone

from shouwang.apps.dispatch import progress
from shouwang.apps.dispatch.models import Sending, Standby
from shouwang.apps.matters.models import By, Entry, Matter, Type
from shouwang.apps.matters.timeline import append
from shouwang.apps.matters.viewer import Visibility
from shouwang.apps.units.models import Officer
from shouwang.kernel.live import log as live

#: What the reporter reads too, in a sentence without names: somebody comes, is there, or does not come after all.
_FOR_PARTIES = frozenset({progress.SENT, progress.ON_SCENE, progress.RECALLED})


def happened(
    matter: Matter,
    what: str,
    *,
    at: datetime,
    by: Officer | None,
    sending: Sending | None = None,
    body: str = "",
    client_id: str | None = None,
    **data: Any,
) -> Entry:
    """Add `dispatch.<what>` to a matter that the caller holds, and let the sending follow."""
    about = {"sending": sending.pk, "crew": sending.crew.name, "unit": sending.crew.unit.name} if sending else {}
    entry = append(
        matter,
        Type.HAPPENED,
        at=at,
        by=By.OFFICER if by else By.HOUSE,
        officer=by,
        visibility=Visibility.PARTIES if what in _FOR_PARTIES else Visibility.STATION,
        body=body,
        data={"what": f"dispatch.{what}", **about, **data},
        client_id=client_id,
    )
    if sending is not None:
        write(sending, progress.step(standing_of(sending), fact_of(entry)))
        if what == progress.SENT:
            Standby.objects.filter(crew=sending.crew_id, ended_at=None).update(ended_at=at)
        tell_board(sending.crew.unit_id)
    return entry


def fact_of(entry: Entry) -> progress.Fact:
    """An entry as the pure fold reads it."""
    return progress.Fact(str(entry.data["what"]).partition(".")[2], entry.at, entry.data)


def standing_of(sending: Sending) -> progress.Standing:
    """The cached columns as a value."""
    return progress.Standing(**{name: getattr(sending, name) for name in progress.COLUMNS})


def write(sending: Sending, standing: progress.Standing) -> tuple[str, ...]:
    """Write what differs; returns the names of the columns."""
    changed = {n: v for n in progress.COLUMNS if getattr(sending, n) != (v := getattr(standing, n))}
    for name, value in changed.items():
        setattr(sending, name, value)
    if changed:
        Sending.objects.filter(pk=sending.pk).update(**changed)
    return tuple(changed)


def rebuild(sending: Sending) -> tuple[str, ...]:
    """Write the columns anew from the timeline; returns the names of those that had been wrong."""
    entries = sending.matter.entries.filter(
        type=Type.HAPPENED, data__what__startswith="dispatch.", data__sending=sending.pk
    )
    return write(sending, progress.fold(fact_of(entry) for entry in entries.order_by("seq")))


def tell_board(station: int) -> None:
    """
    The crew's own desk hears that something moved. Not in the transaction: the incident's desk was told there already, and two that
    tell two desks crosswise would wait for each other.
    """
    news = partial(live.publish, f"desk:{station}", "queue", {}, audience=int(Visibility.STATION), at=timezone.now())
    transaction.on_commit(news)
