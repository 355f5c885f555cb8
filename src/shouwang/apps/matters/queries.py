"""What pages ask of a matter."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Q

from shouwang.apps.files.models import StoredFile
from shouwang.apps.matters.enclosed import never_came, still_to_come
from shouwang.apps.matters.models import LATER, Entry, Matter, Type
from shouwang.apps.matters.viewer import Holder, Viewer
from shouwang.apps.people.models import Look
from shouwang.apps.units.models import Role


def conversation(matter: Matter, viewer: Viewer, after: int = 0) -> list[Entry]:
    """
    The entries this viewer may see, in order, with their officers; only those after a sequence number when given.

    What was learned about a message later stands with it: a message whose picture has come, or that was taken back, is there again when
    that was learned after the number.
    """
    visible = Entry.objects.visible_to(viewer).filter(matter=matter).select_related("officer").order_by("seq")
    fresh = list(visible.filter(seq__gt=after))
    later = [entry for entry in fresh if entry.type in LATER]
    if after and later:
        touched = {entry.data["of"] for entry in later}
        fresh = [*visible.filter(seq__in=touched, seq__lte=after), *fresh]
        later = list(visible.filter(type__in=LATER))
    entries = {entry.seq: entry for entry in fresh if entry.type not in LATER}
    refs = [ref for entry in (*entries.values(), *later) for ref in entry.data.get("files", ())]
    stored = StoredFile.objects.by_ref(refs)
    held = viewer.held.get(matter.pk)
    for entry in entries.values():
        entry.own = held is not None and held.holder == Holder.REPORTER
        entry.stored_files = _of(entry, stored)
        entry.missing = [still_to_come(kind) for kind in entry.data.get("awaited", ())]
    for one in later:
        if one.data["of"] in entries:
            _add_later(entries[one.data["of"]], one, stored)
    for entry in entries.values():
        _settle(entry)
    return list(entries.values())


def _of(entry: Entry, stored: Mapping[str, StoredFile]) -> list[StoredFile]:
    return [stored[ref] for ref in entry.data.get("files", ()) if ref in stored]


def _add_later(entry: Entry, one: Entry, stored: Mapping[str, StoredFile]) -> None:
    """Not into the row, which is never saved again, but for the eyes of this page."""
    if one.type == Type.TAKEN_BACK:
        entry.taken_back = True
        return
    n, missing = one.data["n"], list(entry.missing)
    missing[n : n + 1] = [never_came(one.data["kind"], one.data["trouble"]) if "trouble" in one.data else ""]
    entry.missing = missing
    entry.stored_files = [*entry.stored_files, *_of(one, stored)]


def _settle(entry: Entry) -> None:
    entry.missing = [says for says in entry.missing if says]
    if entry.taken_back:
        entry.body, entry.data, entry.stored_files, entry.missing = "", {}, (), ()


def taken_back(matter: Matter, viewer: Viewer, seq: int) -> Entry | None:
    """A message that was taken back, with its words and files as they came; for whoever has asked `policy.may_see_taken_back`."""
    visible = Entry.objects.visible_to(viewer).filter(matter=matter)
    if not visible.filter(type=Type.TAKEN_BACK, data__of=seq).exists():
        return None
    entry = visible.filter(seq=seq).first()
    if entry is not None:
        rows = [entry, *visible.filter(type=Type.ENCLOSED, data__of=seq).order_by("seq")]
        stored = StoredFile.objects.by_ref(ref for row in rows for ref in row.data.get("files", ()))
        entry.stored_files = [file for row in rows for file in _of(row, stored)]
    return entry


def taken_back_with(matter: Matter, ref: str) -> int | None:
    """The number of the message that was taken back and to which this file belongs, if it belongs to one."""
    gone = set(matter.entries.filter(type=Type.TAKEN_BACK).values_list("data__of", flat=True))
    rows = matter.entries.filter(Q(seq__in=gone) | Q(type=Type.ENCLOSED, data__of__in=gone)) if gone else ()
    return next((row.data.get("of", row.seq) for row in rows if ref in row.data.get("files", ())), None)


def message_look(seq: int) -> str:
    """How a look at one message stands in `people.Look.what`."""
    return f"message:{seq}"


@dataclass(frozen=True, slots=True)
class LooksOfRole:
    """When a role looked, newest first; what a resident sees of `people.Look`."""

    role: str
    times: tuple[datetime, ...]


def looks_at(matter: Matter) -> list[LooksOfRole]:
    """Who looked at this matter and its reporter's data, by role, most recent first."""
    return looks_of(matter.ref)


def looks_of(subject: str) -> list[LooksOfRole]:
    """The same for anything that looks name by a reference."""
    times: dict[str, list[datetime]] = {}
    for role, at in Look.objects.filter(subject=subject).order_by("-at", "-pk").values_list("role", "at"):
        times.setdefault(role, []).append(at)
    return [LooksOfRole(str(Role(role).label), tuple(when)) for role, when in times.items()]


def danger_numbers(matter: Matter) -> list[str]:
    """The telephone numbers to offer while danger was found and the matter is open or rings; empty otherwise, and for a mere tone."""
    if matter.danger not in {"maybe", "now"} or not (matter.is_open or matter.rings):
        return []
    found = (
        Entry.objects.filter(matter=matter, type=Type.DANGER_FOUND, data__grade=matter.danger).order_by("-seq").first()
    )
    return list(found.data["numbers"]) if found else []
