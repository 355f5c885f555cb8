"""What an incident fills in on every paper of its matter, and which papers it should have as it stands."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.utils import timezone

from shouwang.apps.incidents import filing
from shouwang.apps.incidents.duties import NOTICES
from shouwang.apps.incidents.models import Incident, Involved, Nature
from shouwang.apps.incidents.papers import cause_of, route_of
from shouwang.apps.incidents.policy import incident_of
from shouwang.apps.matters.models import Entry, Matter
from shouwang.apps.papers.house import said_of
from shouwang.apps.papers.known import Knowing, Record, add_room

#: Whose reasons the papers quote, by the sentence of the timeline.
_DECISIONS = {
    "incidents.filed": "filing_reason",
    "incidents.declined": "refusal_reason",
    "incidents.proposed": "opinion",
}
_NATURES = {Nature.CRIMINAL: "criminal", Nature.ADMINISTRATIVE: "administrative"}
#: How papers call a kind of report: a cause is not a question to a neighbour.
_CAUSES = {
    "stolen": "被盗",
    "cheated": "被骗",
    "hurt": "被殴打、被威胁",
    "home": "家庭暴力",
    "damaged": "财物被损坏",
    "quarrel": "纠纷",
    "traffic": "交通事故",
    "missing": "人员走失",
    "saw": "提供线索",
}


def _told(matter: Matter) -> dict[str, Entry]:
    """The newest entry of each thing the room told."""
    found = matter.entries.filter(data__what__startswith="incidents.").select_related("officer").order_by("seq")
    return {str(entry.data["what"]): entry for entry in found}


def _person(one: Involved) -> Record:
    return {"name": one.person.name, "phone": one.person.phone}


def _facts(matter: Matter, _at: datetime) -> Record:
    incident = incident_of(matter)
    if incident is None:
        return {}
    told = _told(matter)
    registered = told.get("incidents.registered")
    record: dict[str, Any] = {
        "event": _event(matter, incident),
        "case": _case(matter, incident, told),
        "report": {
            "route": route_of(incident),
            "route_note": _words(told, "incidents.not-police", "incidents.passed-on"),
        },
        "evidence": _evidence(told.get("incidents.evidence-taken")),
        "goods": [{"name": one.name, "features": one.marks, "count": "1"} for one in incident.things.all()],
    }
    if registered is not None and registered.officer is not None:
        record["taker"] = said_of(registered.officer)
    for one in incident.people.select_related("person"):
        if one.role in {Involved.Role.VICTIM, Involved.Role.SUSPECT} and str(one.role) not in record:
            minor = {"minor": one.minor} if one.role == Involved.Role.SUSPECT else {}
            record[str(one.role)] = {**_person(one), **minor}
    if (passed := told.get("incidents.passed-on")) is not None:
        at = timezone.localtime(passed.at).isoformat()
        record["transfer"] = {"to": passed.data.get("to", ""), "reason": passed.body, "at": at}
    elif incident.owner is not None:
        record["transfer"] = {"to": incident.owner.name, "phone": incident.owner.phone}
    if (settled := told.get("incidents.not-police")) is not None:
        record["elsewhere"] = {"body": settled.data.get("to", ""), "told": settled.body}
    return record


def _words(told: dict[str, Entry], *what: str) -> str:
    return next((told[one].body for one in what if one in told), "")


def _event(matter: Matter, incident: Incident) -> Record:
    place = incident.address + (f"（{incident.landmark}附近）" if incident.landmark else "")
    when = timezone.localtime(incident.happened_from).isoformat() if incident.happened_from else ""
    lost = [
        one.name + (f"（约{one.value_yuan:f}元）" if one.value_yuan is not None else "")
        for one in incident.things.all()
    ]
    return {
        "cause": _CAUSES.get(incident.category, "") or cause_of(matter, incident),
        "at": when,
        "place": place,
        "harm": "、".join(lost),
    }


def _case(matter: Matter, incident: Incident, told: dict[str, Entry]) -> Record:
    received = timezone.localtime(matter.received_at).date().isoformat()
    case = {"nature": _NATURES.get(Nature(incident.nature), ""), "accepted_on": received}
    if incident.stage == filing.FILED and incident.decided_at is not None:
        case["filed_on"] = timezone.localtime(incident.decided_at).date().isoformat()
    return {**case, **{field: told[what].body for what, field in _DECISIONS.items() if what in told}}


def _evidence(entry: Entry | None) -> list[Record]:
    lines = entry.body.splitlines() if entry is not None else []
    return [{"name": line[:80], "features": line[80:], "count": "1"} for line in lines if line.strip()]


#: The papers of each stage, and of the nature that was decided.
_OF_STAGE: dict[tuple[str, str], tuple[str, ...]] = {
    (filing.FILED, "criminal"): ("case-register", "filing-decision"),
    (filing.FILED, "administrative"): ("case-register", "case-receipt"),
    **{(filing.DECLINED, nature): (kind,) for nature, kind in NOTICES.items()},
}
_ANY_NATURE = {filing.NOT_POLICE: ("not-police-note",), filing.PASSED_ON: ("transfer-notice",)}


def _wanted(matter: Matter) -> Iterable[str]:
    incident = incident_of(matter)
    if incident is None:
        return ()
    nature = _NATURES.get(Nature(incident.nature), "")
    return ("report-register", *_OF_STAGE.get((incident.stage, nature), ()), *_ANY_NATURE.get(incident.stage, ()))


add_room(Knowing("incidents", facts=_facts, wanted=_wanted))
