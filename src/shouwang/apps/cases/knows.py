"""What a case fills in on every paper of its matter, and what one party says to the papers that are about them."""

from __future__ import annotations

import json
from datetime import datetime
from typing import Any

from shouwang.apps.cases.models import Party
from shouwang.apps.papers.known import WITHHELD, Knowing, Record, add_room

#: What papers that go to a suspect never carry of the person who was harmed.
_KEPT_FROM_SUSPECTS = ("phone", "home", "registered", "employer", "id_kind", "id_number")
#: Under which group of the record a party stands, besides as the person who gets the paper.
_GROUPS = {Party.Role.VICTIM: "victim", Party.Role.SUSPECT: "suspect", Party.Role.GUARDIAN: "guardian"}


def said_of_party(party: Party) -> Record:
    """What papers say of a party: written once, read by all of them."""
    person = party.person
    said: dict[str, Any] = {"name": person.name, "phone": person.phone, "id_number": person.id_number}
    if person.id_number:
        said["id_kind"] = "居民身份证"
    particulars = json.loads(party.particulars) if party.particulars else {}
    return {
        **{key: value for key, value in said.items() if value},
        **particulars,
        "role": str(party.get_role_display()),
    }


def guardian_of(party: Party) -> Record:
    """The adult who answers for a party; nothing when there is none."""
    if party.guardian is None:
        return {}
    return {**said_of_party(party.guardian), "relation": party.relation}


def about_party(pk: int, _at: datetime) -> Record:
    """What a paper about one party finds: the party as who they are in the case and as who gets it."""
    party = Party.objects.select_related("person", "guardian__person").get(pk=pk)
    said = said_of_party(party)
    record: Record = {"recipient": said, "guardian": guardian_of(party)}
    if (group := _GROUPS.get(Party.Role(party.role))) is not None:
        minor = {"minor": party.minor} if group == "suspect" else {}
        record[group] = {**said, **minor}
    if party.role == Party.Role.SUSPECT:
        record["victim"] = dict.fromkeys(_KEPT_FROM_SUSPECTS, WITHHELD)
    return record


add_room(Knowing("cases", about={"cases.party": about_party}))
