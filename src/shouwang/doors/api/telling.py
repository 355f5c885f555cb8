"""Rows of the house as the shapes of the interface. What may be told is decided before; here nothing is looked up for a viewer."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.utils import timezone

from shouwang.apps.incidents.queries import Row
from shouwang.apps.matters.ledgers import Explained, explain_all
from shouwang.apps.matters.models import Entry, Matter
from shouwang.apps.matters.queries import conversation
from shouwang.apps.matters.sentences import entry_sentence, how_it_stands, what_comes_next
from shouwang.apps.matters.viewer import Viewer, Visibility
from shouwang.doors.api.shapes import ClockOut, EntryOut, IncidentLine, MatterLine, MatterOut
from shouwang.engines.triage.advice import Point


def local(at: datetime | None) -> datetime | None:
    """The same moment by the station's clock."""
    return None if at is None else timezone.localtime(at)


def line(matter: Matter) -> dict[str, Any]:
    """What a list says of a matter."""
    return {
        "number": matter.number,
        "kind": matter.kind,
        "title": matter.title,
        "state": matter.state,
        "unit": matter.unit.called,
        "handler": matter.handler.public_name if matter.handler else "",
        "channel": matter.channel,
        "received_at": local(matter.received_at),
        "waiting_since": local(matter.waiting_since),
        "due_at": local(matter.due_at),
        "next_word_by": local(matter.next_word_by),
        "danger": matter.danger,
    }


def matter_line(matter: Matter) -> MatterLine:
    return MatterLine(**line(matter))


def whole(matter: Matter, viewer: Viewer, now: datetime) -> MatterOut:
    """One matter as this viewer may see it."""
    at_desk = viewer.officer is not None
    return MatterOut(
        **line(matter),
        says=how_it_stands(matter),
        next=what_comes_next(matter, now),
        entries=[_entry(one, at_desk=at_desk) for one in conversation(matter, viewer)],
        clocks=[_clock(one) for one in explain_all(matter, now)],
    )


def _entry(entry: Entry, *, at_desk: bool) -> EntryOut:
    officer = entry.officer
    return EntryOut(
        seq=entry.seq,
        at=timezone.localtime(entry.at),
        type=entry.type,
        by=entry.by,
        who=officer.public_name if officer else "",
        says=entry_sentence(entry),
        body=entry.body,
        files=len(entry.stored_files),
        taken_back=entry.taken_back,
        visibility=Visibility(entry.visibility).name.lower() if at_desk else "",  # type: ignore[arg-type]
    )


def _clock(one: Explained) -> ClockOut:
    return ClockOut(
        title=one.title,
        explains=list(one.explains),
        source=one.source,
        unconfirmed=one.unconfirmed,
        provisional=one.provisional,
    )


def incident_line(row: Row) -> IncidentLine:
    """A report in the list of what is not decided."""
    incident, matter = row.incident, row.matter
    return IncidentLine(
        number=matter.number,
        category=incident.category,
        nature=incident.nature,
        stage=incident.stage,
        unit=matter.unit.called,
        rule=row.rule,
        received_at=timezone.localtime(matter.received_at),
        due_at=local(matter.due_at),
        days_left=row.days_left,
        late=row.late,
        missing=list(row.missing),
    )


def point(one: Point) -> dict[str, Any]:
    """One suggestion of the advice."""
    return {
        "about": one.about,
        "code": one.code,
        "says": one.says,
        "sure": round(one.sure, 3),
        "settled": one.settled,
        "because": list(one.because),
        "quotes": list(one.quotes),
        "articles": [f"{law.where}：{law.says}" for law in one.articles],
        "unconfirmed": one.confidence == "unconfirmed",
        "changes": list(one.changes),
    }
