"""What every matter knows by itself: station and bureau, who asked, when and how, who works on it."""

from __future__ import annotations

from datetime import datetime

from django.conf import settings
from django.urls import reverse
from django.utils import timezone

from shouwang.apps.matters.models import Channel, Entry, Matter, Type
from shouwang.apps.papers.known import Knowing, Record, add_room, station_of
from shouwang.apps.units.models import Officer

#: The disciplinary hotline of the police, when a station has not said otherwise.
COMPLAINTS = "12389"
#: Nobody has to say who they are, and a paper about what they told is written all the same.
NAMELESS = "未留姓名的报案人"
#: How the papers call the ways a report comes in.
CHANNELS = {Channel.PHONE: "phone", Channel.COUNTER: "counter", Channel.PATROL: "scene"}


def said_of(officer: Officer) -> Record:
    """How papers name an officer."""
    return {"name": officer.name, "badge": officer.police_number or "—"}


def _facts(matter: Matter, _at: datetime) -> Record:
    """Chinese whatever the officer reads: it stands on papers."""
    station, person = station_of(matter), matter.reporter
    bureau = station.parent or station
    said = Entry.objects.standing().filter(matter=matter, type__in=[Type.RECEIVED, Type.MESSAGE])
    first = said.exclude(body="").order_by("seq").first()
    return {
        "paper": {"organ": bureau.name},
        "station": {
            "name": station.name,
            "phone": station.phone or "110",
            "address": station.address,
            "complaint_phone": COMPLAINTS,
        },
        "bureau": {"name": bureau.name},
        "query": {
            "code": "在报案人手里",  # only the person has it
            "link": settings.SHOUWANG.public_url.rstrip("/") + reverse("matters:find"),
        },
        "caller": {
            "name": (person and (person.name or person.pseudonym)) or NAMELESS,
            "phone": person.phone if person else "",
            "id_number": person.id_number if person else "",
        },
        "officers": [said_of(matter.handler)] if matter.handler else [],
        "taker": said_of(matter.handler) if matter.handler else {},
        "report": {
            "number": matter.number,
            "at": timezone.localtime(matter.received_at).isoformat(),
            "channel": CHANNELS.get(Channel(matter.channel), "web"),
            "content": first.body if first else "",
        },
        "event": {"cause": matter.title[:60], "brief": first.body if first else ""},
        "case": {"number": matter.number, "name": matter.title},
        "file": {"number": matter.number, "title": matter.title},
    }


add_room(Knowing("papers", facts=_facts))
