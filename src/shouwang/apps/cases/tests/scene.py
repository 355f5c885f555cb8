"""The fastest way to a case: a bicycle is stolen, filed, and two people stand in it."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from shouwang.apps.cases.models import Case, Party
from shouwang.apps.cases.usecases import enter
from shouwang.apps.incidents import usecases as incidents
from shouwang.apps.incidents.tests.test_taking import BICYCLE, take
from shouwang.apps.people.models import Person
from tests.cast import MONDAY, Cast

HOUR = timedelta(hours=1)
FILED = MONDAY + 2 * HOUR


def filed(cast: Cast, at: datetime = FILED, **given: Any) -> Case:
    """A public-order case of 青石, filed two hours after the report; on Monday at eleven when nothing else is said."""
    opened = take(cast, BICYCLE, at=at - 2 * HOUR, **given)
    incidents.decide_nature(opened.matter, by=cast.chen, nature="administrative", words="治安案件。", at=at)
    return Case.objects.select_related("matter__unit").get(matter=opened.matter)


def person(name: str, phone: str = "", id_number: str = "") -> Person:
    return Person.objects.create(name=name, phone=phone, id_number=id_number, created_at=MONDAY)


def suspect(case: Case, name: str = "吴一雀", **given: Any) -> Party:
    return enter(case, person(name, "13900000001"), role=Party.Role.SUSPECT, at=FILED, **given)


def victim(case: Case, name: str = "林二雀") -> Party:
    return enter(case, person(name, "13900000002", "330824199001010011"), role=Party.Role.VICTIM, at=FILED)
