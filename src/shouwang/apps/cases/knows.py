"""What a case fills in on every paper of its matter, and what one party or one statement says to the papers that are about it."""

from __future__ import annotations

import json
from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.utils import timezone
from django.utils.translation import override

from shouwang.apps.cases import parts, wording
from shouwang.apps.cases.models import Case, Evidence, InCharge, Party, Statement
from shouwang.apps.cases.naming import full_name
from shouwang.apps.cases.recorded import recorded_throughout
from shouwang.apps.cases.timeline import ELSEWHERE
from shouwang.apps.matters.models import Matter, Type
from shouwang.apps.papers.house import said_of
from shouwang.apps.papers.known import WITHHELD, Knowing, Record, add_room

#: What papers that go to a suspect never carry of the person who was harmed.
_KEPT_FROM_SUSPECTS = ("phone", "home", "registered", "employer", "id_kind", "id_number", "credit_code", "in_charge")
#: Under which group of the record a party stands, besides as the person who gets the paper.
_GROUPS = {Party.Role.VICTIM: "victim", Party.Role.SUSPECT: "suspect", Party.Role.GUARDIAN: "guardian"}


def _in_chinese(text: Any) -> str:
    """It stands on papers, whatever the officer reads."""
    with override("zh-hans"):
        return str(text)


def said_of_organisation(party: Party) -> Record:
    """The same of an organisation: its code and who answers for it, and nothing that only a human being has."""
    person, rows = party.person, party.in_charge.select_related("party__person")
    said = {
        "name": person.name,
        "phone": person.phone,
        "credit_code": person.id_number,
        "in_charge": "、".join(f"{_in_chinese(InCharge.Capacity(one.capacity).label)}{one.called}" for one in rows),
        **(json.loads(party.particulars) if party.particulars else {}),
    }
    return {key: value for key, value in said.items() if value} | {"organisation": True}


def said_of_party(party: Party) -> Record:
    """What papers say of a party: written once, read by all of them."""
    if party.organisation:
        return {**said_of_organisation(party), "role": _in_chinese(Party.Role(party.role).label)}
    person = party.person
    said: dict[str, Any] = {"name": person.name, "phone": person.phone, "id_number": person.id_number}
    if person.id_number:
        said["id_kind"] = "居民身份证"
    particulars = json.loads(party.particulars) if party.particulars else {}
    known = {key: value for key, value in said.items() if value}
    return {**known, **particulars, "role": _in_chinese(Party.Role(party.role).label)}


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
        record[group] = {**said, **_marks(party)}
    return {**record, **_for_suspect(party)} if party.role == Party.Role.SUSPECT else record


def _marks(party: Party) -> Record:
    """What decides which lines stand on a suspect's paper."""
    return {"minor": party.minor, "organisation": party.organisation} if party.role == Party.Role.SUSPECT else {}


def _for_suspect(party: Party) -> Record:
    """What a suspect's paper says of the others: who they are, never where they live or can be called."""
    hidden = dict.fromkeys(_KEPT_FROM_SUSPECTS, WITHHELD)
    others = Party.objects.filter(case=party.case_id, left_at=None).exclude(pk=party.pk).select_related("person")
    said = [{key: value for key, value in said_of_party(one).items() if key in {"name", "role"}} for one in others]
    return {"victim": hidden, "caller": hidden, "parties": [said_of_party(party), *said]}


def about_statement(pk: int, at: datetime) -> Record:
    """What the paper of a statement finds: as it was finished, or as it stands while it is written."""
    one = Statement.objects.select_related(
        "party__person", "officer", "second", "adult__person", "stay", "sealed", "party__case"
    ).get(pk=pk)
    accused = _for_suspect(one.party) if one.party.role == Party.Role.SUSPECT else {}
    if one.finished_at is not None:
        record: Record = json.loads(one.sealed.record)
        # What was sealed stays as it is; some of it says the number as text, which no paper takes.
        record["questioning"]["nth"] = one.nth
        return {**record, **accused}
    return {**_as_written(one, at), **accused}


def sealed_words(statement: Statement, at: datetime) -> str:
    """The record of a statement as it is finished, in one spelling, so that its SHA-256 can be computed again."""
    return json.dumps(_as_written(statement, at), ensure_ascii=False, sort_keys=True)


def _as_written(one: Statement, at: datetime) -> Record:
    said = said_of_party(one.party)
    adult: Record = {}
    if one.adult is not None:
        adult = {**said_of_party(one.adult), "relation": one.party.relation}
    rows: list[list[str]] = json.loads(one.rows) if one.rows else []
    return {
        "asked": {**said, "minor": one.party.minor},
        "recipient": said,
        "guardian": adult,
        "questioning": {
            "nth": one.nth,
            "of": wording.asked_as(one.party.role),
            "began": timezone.localtime(one.began_at).isoformat(),
            "ended": timezone.localtime(one.ended_at).isoformat() if one.ended_at else "",
            "place": one.place,
            "recorded": recorded_throughout(one, at),
        },
        "officers": [said_of(who) for who in (one.officer, one.second) if who is not None],
        "turns": [{"asked": asked, "said": answer} for asked, answer in rows],
    }


def _case_of(matter: Matter) -> Case | None:
    return Case.objects.select_related("matter__handler").filter(pk=matter.pk).first()


def _facts(matter: Matter, _at: datetime) -> Record:
    case = _case_of(matter)
    if case is None:
        return {}
    there = list(case.parties.filter(left_at=None).select_related("person", "guardian__person"))
    taken = list(case.evidence.select_related("giver__person"))
    helpers = [one.officer for one in case.assistants.filter(until=None).select_related("officer")]
    record: Record = {
        "case": {"number": matter.number, "name": full_name(case, there)},
        "officers": [said_of(one) for one in (matter.handler, *helpers) if one is not None],
        "parties": [said_of_party(one) for one in there],
        "evidence": [_piece(one) for one in taken],
        "goods": [_piece(one) for one in taken if one.way != Evidence.Way.COLLECT],
        "taking": _taking(taken),
    }
    for one in there:
        group = _GROUPS.get(Party.Role(one.role))
        if group in {"victim", "suspect"} and group not in record:
            record[group] = {**said_of_party(one), **_marks(one)}
    return {**record, **_ending(case, taken, record["case"]["name"])}


def _piece(one: Evidence) -> Record:
    said = {"name": one.name, "features": one.features or "—", "count": one.count}
    giver = one.giver.person.name if one.giver is not None else "现场"
    return {**said, "given_by": giver, "note": f"封签 {one.seal_number}" if one.seal_number else ""}


def _taking(taken: list[Evidence]) -> Record:
    """Of what was seized or registered last: the list of items is about that taking."""
    last = next((one for one in reversed(taken) if one.way != Evidence.Way.COLLECT), None)
    if last is None:
        return {}
    return {
        "way": last.way,
        "holder": last.giver.person.name if last.giver is not None else "",
        "at": timezone.localtime(last.taken_at).isoformat(),
        "place": last.place,
    }


def _ending(case: Case, taken: list[Evidence], name: str) -> Record:
    if case.closed_at is None:
        return {}
    said = [text for part in parts.parts() if part.results is not None for text in part.results(case)]
    said += [one.body for one in case.matter.entries.filter(type=Type.HAPPENED, data__what=ELSEWHERE)]
    closed = timezone.localtime(case.closed_at).date().isoformat()
    record: Record = {
        "closing": {
            "on": closed,
            "course": case.report,
            "result": "；".join([_in_chinese(Case.Result(case.result).label), *said]),
            "execution": "；".join(said),
            "goods": "、".join(one.name for one in taken),
        }
    }
    if case.archived_at is not None:
        record["file"] = {"number": case.archive_number, "title": name, "to": closed}
    if case.matter.sealed_at is not None:
        sealed = timezone.localtime(case.matter.sealed_at).date().isoformat()
        record["sealing"] = {"what": f"{name}（{case.matter.number}）", "from": sealed}
    return record


def _wanted(matter: Matter) -> Iterable[str]:
    case = _case_of(matter)
    if case is None:
        return ()
    roles = set(case.parties.filter(left_at=None).values_list("role", flat=True))
    ways = set(case.evidence.values_list("way", flat=True))
    wanted = {
        "suspect-rights": Party.Role.SUSPECT in roles,
        "rights-note": Party.Role.VICTIM in roles,
        "evidence-list": Evidence.Way.COLLECT in ways,
        "items-list": bool(ways - {Evidence.Way.COLLECT}),
        "closing-report": case.closed_at is not None,
        "record-sealing": matter.sealed_at is not None,
    }
    return [code for code, needed in wanted.items() if needed]


add_room(
    Knowing(
        "cases",
        facts=_facts,
        wanted=_wanted,
        about={"cases.party": about_party, "cases.statement": about_statement},
    )
)
