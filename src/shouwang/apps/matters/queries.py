"""What pages ask of a matter."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import datetime

from shouwang.apps.files.models import StoredFile
from shouwang.apps.matters.models import Entry, Matter, Type
from shouwang.apps.matters.viewer import Viewer
from shouwang.apps.people.models import Look
from shouwang.apps.units.models import Role


def conversation(matter: Matter, viewer: Viewer, after: int = 0) -> list[Entry]:
    """The entries this viewer may see, in order, with their officers; only those after a sequence number when given."""
    entries = list(
        Entry.objects.visible_to(viewer).filter(matter=matter, seq__gt=after).select_related("officer").order_by("seq")
    )
    stored = StoredFile.objects.by_ref(ref for entry in entries for ref in entry.data.get("files", ()))
    for entry in entries:
        entry.stored_files = [stored[ref] for ref in entry.data.get("files", ()) if ref in stored]
    return entries


@dataclass(frozen=True, slots=True)
class LooksOfRole:
    """How often a role looked and when last; what a resident sees of `people.Look`."""

    role: str
    count: int
    last_at: datetime


def looks_at(matter: Matter) -> list[LooksOfRole]:
    """Who looked at this matter and its reporter's data, by role, most recent first."""
    rows = list(Look.objects.filter(subject=matter.ref).order_by("at").values_list("role", "at"))
    counts = Counter(role for role, _at in rows)
    last = dict(rows)
    found = [LooksOfRole(str(Role(role).label), counts[role], last[role]) for role in counts]
    return sorted(found, key=lambda one: one.last_at, reverse=True)


def danger_numbers(matter: Matter) -> list[str]:
    """The telephone numbers to offer while danger was found and the matter is open; empty otherwise, and for a mere tone."""
    if matter.danger not in {"maybe", "now"} or not matter.is_open:
        return []
    found = (
        Entry.objects.filter(matter=matter, type=Type.DANGER_FOUND, data__grade=matter.danger).order_by("-seq").first()
    )
    return list(found.data["numbers"]) if found else []
