"""Writing the timeline: the one place where entries are added and the cached columns move."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from django.db import connection, transaction
from django.db.models import QuerySet
from django.utils import timezone

from shouwang.apps.matters import clock, sealing, story
from shouwang.apps.matters.facts import EntryAdded
from shouwang.apps.matters.models import By, Entry, Matter, Type
from shouwang.apps.matters.viewer import Visibility
from shouwang.apps.units.models import Officer
from shouwang.kernel.events import publish

CLOCK_COLUMNS = ("due_at", "due_rule", "due_provisional")


def locked(matter: Matter) -> Matter:
    """
    The matter as it stands now, held until the transaction ends, so that two desks pressing at once take turns.

    PostgreSQL locks the row. SQLite needs nothing more: its transactions begin IMMEDIATE, so there is one writer at a time.
    """
    return locked_all(Matter.objects.filter(pk=matter.pk), at_least=1)[0]


def locked_all(matters: QuerySet[Matter], *, at_least: int = 0) -> list[Matter]:
    """
    Several matters at once, taken in the order of their keys so that two who do this never wait for each other.

    Raises Matter.DoesNotExist when there are fewer than `at_least`.
    """
    if not connection.in_atomic_block:
        raise transaction.TransactionManagementError("Holding a matter needs a transaction.")
    if connection.features.has_select_for_update:
        # Alone and without joins: PostgreSQL looks at a row again after waiting for it, but joins it to the unit it had before, so that a
        # matter whose unit just changed would seem to be gone.
        keys = list(matters.select_for_update().order_by("pk").values_list("pk", flat=True))
        matters = Matter.objects.filter(pk__in=keys)
    found = list(matters.select_related("unit__parent", "offered_to_unit").order_by("pk"))
    if len(found) < at_least:
        raise Matter.DoesNotExist("There is no such matter.")
    return found


def fact_of(entry: Entry) -> story.Fact:
    """An entry as the pure story reads it."""
    return story.Fact(entry.seq, entry.at, entry.type, entry.by, entry.officer_id, entry.visibility, entry.data)


def standing_of(matter: Matter) -> story.Standing:
    """The cached columns as a value."""
    return story.Standing(**{name: getattr(matter, name) for name in story.COLUMNS})


def append(
    matter: Matter,
    type_: str,
    *,
    at: datetime,
    by: str,
    visibility: Visibility,
    officer: Officer | None = None,
    name: str = "",
    body: str = "",
    data: Mapping[str, Any] | None = None,
    client_id: str | None = None,
) -> Entry:
    """
    Add one entry to a matter that the caller holds (`locked`), move the cached columns and tell whoever listens.

    at   aware; when it happened. The order of the timeline is the order of arrival, whatever `at` says.
    """
    entry = Entry.objects.create(
        matter=matter,
        seq=matter.last_seq + 1,
        at=at,
        type=type_,
        by=by,
        officer=officer,
        name=name or (officer.public_name if officer else ""),
        visibility=visibility,
        body=body,
        data=dict(data or {}),
        client_id=client_id,
    )
    sealing.seal_entry(matter.number, entry)
    _write(matter, story.step(standing_of(matter), fact_of(entry)))
    if type_ == Type.CLOCK:
        clock.refresh(matter, at)
    publish(EntryAdded(matter.pk, entry.seq, type_, by, int(visibility), at))
    matter.refresh_from_db(fields=[*story.COLUMNS, *CLOCK_COLUMNS])  # a listener may have added an entry of its own
    return entry


def append_by_officer(
    matter: Matter, type_: str, *, by: Officer, at: datetime, visibility: Visibility = Visibility.PARTIES, **rest: Any
) -> Entry:
    """What an officer did; the resident sees it unless a higher rank is named."""
    return append(matter, type_, at=at, by=By.OFFICER, officer=by, visibility=visibility, **rest)


def append_by_house(matter: Matter, type_: str, *, at: datetime, visibility: Visibility, **rest: Any) -> Entry:
    """An entry that nobody wrote: the house itself did something."""
    return append(matter, type_, at=at, by=By.HOUSE, visibility=visibility, **rest)


def _write(matter: Matter, standing: story.Standing) -> None:
    changed = {name: value for name in story.COLUMNS if getattr(matter, name) != (value := getattr(standing, name))}
    for name, value in changed.items():
        setattr(matter, name, value)
    if changed:
        Matter.objects.filter(pk=matter.pk).update(**changed)


@transaction.atomic
def rebuild(matter: Matter, *, dry_run: bool = False) -> tuple[str, ...]:
    """Write the cached columns anew from the entries; returns the names of columns that had been wrong."""
    matter = locked(matter)
    now = timezone.now()
    entries: Iterable[Entry] = matter.entries.order_by("seq")
    standing = story.fold(fact_of(entry) for entry in entries)
    due = clock.due_of(matter, now)
    wrong = [name for name in story.COLUMNS if getattr(matter, name) != getattr(standing, name)]
    wrong += [name for name in CLOCK_COLUMNS if getattr(matter, name) != getattr(due, name)]
    if wrong and not dry_run:
        _write(matter, standing)
        clock.refresh(matter, now)
    return tuple(wrong)
