"""Crews and calls of the tests; people are the cast's."""

from __future__ import annotations

from datetime import datetime, timedelta

from shouwang.apps.dispatch import usecases
from shouwang.apps.dispatch.models import Crew, Sending
from shouwang.apps.duty.usecases import sign_on
from shouwang.apps.incidents.report import Report
from shouwang.apps.incidents.tests.test_taking import take
from shouwang.apps.matters.models import Matter
from shouwang.apps.matters.usecases import Opened
from shouwang.apps.units.models import Officer, Role
from tests.cast import Cast, officer


def a_crew(name: str, *members: Officer, at: datetime, means: str = "car") -> Crew:
    """Sign everybody on and form a crew of them."""
    unit = members[0].unit.station
    for one in members:
        sign_on(one, one.unit, at=at)
    return usecases.form_crew(unit, name=name, means=means, members=members, by=members[0], at=at)


def a_pair(cast: Cast, name: str, n: int, *, at: datetime, unit: object = None) -> Crew:
    """A crew of two officers who are nobody else."""
    station = unit or cast.qingshi
    pair = [officer(f"p{n}{i}", f"巡{n}{i}", f"巡{n}{i}", station, Role.DUTY_OFFICER) for i in (1, 2)]  # type: ignore[arg-type]
    return a_crew(name, *pair, at=at)


def a_call(cast: Cast, what: str, *, at: datetime, **facts: object) -> Opened:
    """Somebody reports by telephone."""
    return take(cast, Report(what=what, **facts), at=at)  # type: ignore[arg-type]


def sent(matter: Matter, crew: Crew, *, by: Officer, at: datetime) -> Sending:
    """The crew is sent to it, as the board does."""
    goes, _asked = usecases.send(
        matter, [crew.pk], by=by, words="夜市有人打架", seen=matter.sendings.count(), at=at + timedelta(0)
    )
    return goes[0]
