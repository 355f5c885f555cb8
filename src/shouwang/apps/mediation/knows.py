"""What a mediation fills in on its papers: the sides, what happened, what was agreed, and how the follow-up found it."""

from __future__ import annotations

import json
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.utils import timezone, translation

from shouwang.apps.mediation.models import Clause, Done, Mediation, Meeting, Side, State, Way
from shouwang.apps.mediation.words import clause_says
from shouwang.apps.papers.house import said_of
from shouwang.apps.papers.known import Knowing, Record, add_room
from shouwang.apps.people.models import Person

#: How papers say that somebody was asked on the page or by an officer.
_WAY = "电话、当面或网上"


def _about(pk: int, at: datetime) -> Record:
    """Chinese whatever the officer reads: it stands on papers."""
    with translation.override("zh-hans"):
        return _record(
            Mediation.objects.select_related("matter__unit", "mediator").prefetch_related("sides__person").get(pk=pk),
            at,
        )


def _record(mediation: Mediation, at: datetime) -> Record:
    clauses, sides = list(mediation.clauses.all()), list(mediation.sides.all())
    met = mediation.meetings.filter(both_came=True).order_by("held_at").last()
    return {
        "officers": [said_of(mediation.mediator)],
        "parties": [person_of(side) for side in sides],
        "mediation": _mediation(mediation, clauses, met),
        "followup": _followup(mediation, clauses, sides, at),
    }


def person_of(side: Side) -> Record:
    """One side as papers say it."""
    person: Person = side.person
    more = json.loads(side.particulars) if side.particulars else {}
    id_kind = {"id_kind": "居民身份证"} if person.id_number and not more.get("id_kind") else {}
    return {
        "role": side.called,
        "name": person.name or person.pseudonym,
        "phone": person.phone,
        "id_number": person.id_number,
        **id_kind,
        **{key: value for key, value in more.items() if value},
    }


def _mediation(mediation: Mediation, clauses: list[Clause], met: Meeting | None) -> Record:
    record: dict[str, Any] = {
        "nth": mediation.meetings.filter(both_came=True).count() or 1,
        "facts": mediation.facts,
        "terms": "\n".join(f"{n}. {clause_says(one)}" for n, one in enumerate(clauses, 1)),
        "how": _how(clauses),
        "place": met.place if met else "",
        "at": timezone.localtime(met.held_at).isoformat() if met and met.held_at else "",
    }
    sums = [one.amount_yuan for one in clauses if one.amount_yuan is not None]
    if sums:
        record["sum"] = str(sum(sums, Decimal(0)))
    if clauses:
        record["due_on"] = max(one.due_on for one in clauses).isoformat()
    return record


def _how(clauses: list[Clause]) -> str:
    parts = ["付款按约定的日期付清，凭收条或转账记录"] if any(one.kind == Clause.Kind.PAY for one in clauses) else []
    parts += ["其余各条按约定的日期做到，由民警核实，双方也可以在查询页上确认"] if len(clauses) > len(parts) else []
    return "；".join(parts) + "。" if parts else ""


def _followup(mediation: Mediation, clauses: list[Clause], sides: list[Side], at: datetime) -> Record:
    done = [one.done for one in clauses]
    performed = (
        "all"
        if done and set(done) == {Done.PERFORMED}
        else "none"
        if not set(done) & {Done.PERFORMED, Done.PART}
        else "part"
    )
    asked = [f"{one.called}：{'还守着' if one.holds else '又有问题'}" for one in sides if one.holds is not None]
    rows = [f"{n}. {one.get_done_display()}" for n, one in enumerate(clauses, 1)]
    record: dict[str, Any] = {
        "at": timezone.localtime(mediation.visited_at or at).isoformat(),
        "way": _WAY,
        "whom": "、".join(one.person.name or one.called for one in sides),
        "performed": performed,
        "note": "\n".join([*rows, *asked]),
    }
    if mediation.state == State.FAILED:
        then = (
            "已告知可以找人民调解委员会，也可以提起民事诉讼。"
            if mediation.way == Way.CIVIL  # there is no case that goes on
            else f"依法继续办理，办案期限从 {mediation.failed_on} 起算，已告知可以提起民事诉讼。"
        )
        record["next"] = f"{Mediation.Why(mediation.ended_why).label}，{then}"
    return record


add_room(Knowing("mediation", about={"mediation.mediation": _about}))
