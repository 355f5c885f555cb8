"""Who the sides may be: parties of the case, people the report names, whoever reported; or somebody entered once."""

from __future__ import annotations

import json
from dataclasses import dataclass

from django.utils.translation import gettext as _

from shouwang.apps.cases.models import Party
from shouwang.apps.incidents.models import Involved
from shouwang.apps.matters.models import Matter
from shouwang.apps.mediation.models import Side
from shouwang.apps.people.models import Person

NEW, REPORTER = "new", "reporter"
_ROLES = {"victim": Side.Role.VICTIM, "suspect": Side.Role.SUSPECT}


@dataclass(frozen=True, slots=True)
class Candidate:
    """Somebody the house knows of in this matter; `label` names nobody."""

    key: str
    label: str
    person: Person | None
    role: str = Side.Role.PARTY
    minor: bool = False
    particulars: str = ""

    @property
    def told(self) -> dict[str, str]:
        """What papers say of them, as far as the case knows."""
        return {str(key): str(value) for key, value in json.loads(self.particulars or "{}").items() if value}


def candidates(matter: Matter) -> list[Candidate]:
    """In the order in which they are likely; a person stands once."""
    parties = Party.objects.filter(case=matter.pk, left_at=None, role__in=["victim", "suspect", "other"])
    found = [
        Candidate(
            f"party:{one.pk}", one.called, one.person, _ROLES.get(one.role, Side.Role.PARTY), one.minor, one.particulars
        )
        for one in parties.select_related("person")
    ]
    if not found:
        involved = Involved.objects.filter(incident=matter.pk).exclude(role=Involved.Role.WITNESS)
        for n, one in enumerate(involved.select_related("person").order_by("pk"), 1):
            label = _("报案里说到的人 %(n)d（%(role)s）") % {"n": n, "role": one.get_role_display()}
            found.append(Candidate(f"involved:{one.pk}", label, one.person, Side.Role.PARTY, one.minor))
    known = {one.person.pk: one for one in found if one.person}
    if matter.reporter_id in known:
        return found
    return [Candidate(REPORTER, _("报案人、来人"), matter.reporter), *found]
