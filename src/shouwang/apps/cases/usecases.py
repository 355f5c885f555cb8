"""What can be done with a case. Each function is one transaction: may I, decide, write, record, tell."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.db.models import Max

from shouwang.apps.cases.models import Case, Nature, Party
from shouwang.apps.cases.naming import plain_name
from shouwang.apps.cases.timeline import happened
from shouwang.apps.incidents.models import Incident, Involved
from shouwang.apps.matters.timeline import locked
from shouwang.apps.people.models import Person
from shouwang.kernel import audit

_ROLES = {
    Involved.Role.VICTIM: Party.Role.VICTIM,
    Involved.Role.SUSPECT: Party.Role.SUSPECT,
    Involved.Role.WITNESS: Party.Role.WITNESS,
    Involved.Role.OTHER: Party.Role.OTHER,
}


@transaction.atomic
def open_case(incident: Incident, *, at: datetime) -> Case:
    """What was filed becomes a case; whoever the report named is a party at once. A second filing finds the first case."""
    matter = locked(incident.matter)
    if (earlier := Case.objects.filter(pk=matter.pk).first()) is not None:
        return earlier
    nature = Nature(incident.nature)
    name = plain_name(incident.category, nature)
    case = Case.objects.create(matter=matter, nature=nature, name=name, opened_at=at)
    for one in incident.people.select_related("person").order_by("pk"):
        enter(case, one.person, role=_ROLES[Involved.Role(one.role)], minor=one.minor, at=at)
    happened(case, "cases.opened", at=at, nature=case.nature)
    audit.record("cases.opened", by="house", on=case, at=at, nature=case.nature)
    return case


def enter(case: Case, person: Person, *, role: str, at: datetime, minor: bool = False) -> Party:
    """Write a party down, under the hold of the case; somebody who is one in this role already stays that one."""
    earlier = Party.objects.filter(case=case, person=person, role=role).first()
    if earlier is not None:
        return earlier
    last = Party.objects.filter(case=case, role=role).aggregate(last=Max("nth"))["last"] or 0
    return Party.objects.create(case=case, person=person, role=role, nth=last + 1, minor=minor, added_at=at)
