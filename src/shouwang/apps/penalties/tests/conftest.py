"""A public-order case of 青石 with two suspects and a victim, a legal officer, and the shortest way to each stage."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

import pytest

from shouwang.apps.cases.models import Case, Party
from shouwang.apps.cases.tests.scene import FILED, filed, person, suspect, victim
from shouwang.apps.cases.usecases import enter
from shouwang.apps.penalties import usecases
from shouwang.apps.penalties.models import Penalty
from shouwang.apps.penalties.usecases import OnTheSpot, Proposal
from shouwang.apps.units.models import Officer, Role
from tests.cast import Cast, at, officer

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
#: Monday noon: told at once, so that five working days end on Monday 30 November.
NOON = at("2026-11-23 12:00")
SAID = {
    "act": "damage",
    "grade": "usual",
    "act_on": date(2026, 11, 22),
    "kind": "fine",
    "fine": 500,
    "facts": "雀案事实：故意砸坏他人车窗。",
    "evidence": "雀案证据：监控录像、修理单。",
    "reasons": "雀案理由：损失不大，如实说明。",
    "born_on": date(1990, 5, 1),
}
SPOT = {
    "act": "disorder",
    "grade": "usual",
    "kind": "fine",
    "fine": 200,
    "facts": "在候车厅大声吵闹，劝了不听。",
    "evidence": "执法记录仪录像。",
    "told": True,
    "clear": True,
    "born_on": date(1988, 3, 3),
}


@dataclass
class Court:
    """What the tests stand on; each step at its own hour."""

    cast: Cast
    case: Case
    one: Party
    two: Party
    harmed: Party
    legal: Officer

    def propose(self, party: Party | None = None, **given: Any) -> Penalty:
        return usecases.propose(party or self.one, Proposal(**{**SAID, **given}), by=self.cast.chen, at=NOON)

    def told(self, penalty: Penalty | None = None, when: datetime = NOON + HOUR, **given: Any) -> Penalty:
        made = penalty or self.propose()
        return usecases.tell(made, by=self.cast.chen, told_at=when, at=when, **given)

    def up(self, penalty: Penalty | None = None, when: datetime = NOON + 2 * HOUR) -> Penalty:
        return usecases.hand_in(penalty or self.told(), by=self.cast.chen, at=when)

    def decided(self, penalty: Penalty | None = None, by: Officer | None = None, **given: Any) -> Penalty:
        one = penalty or self.up()
        return usecases.decide(one, by=by or self.cast.liang, at=NOON + 3 * HOUR, **given)

    def served(self, penalty: Penalty | None = None) -> Penalty:
        one = penalty or self.decided()
        for party in (self.one, self.harmed):
            one = usecases.serve(
                one, by=self.cast.chen, party=party, way="hand", served_at=NOON + 4 * HOUR, at=NOON + 4 * HOUR
            )
        return one

    def gambling(self) -> Penalty:
        """Ten days and five thousand: a hearing may be asked for, and the county decides."""
        return self.propose(act="gambling", grade="serious", kind="detention-fine", fine=5000, days=10)

    def spot(self, **given: Any) -> Penalty:
        said = OnTheSpot(**{**SPOT, "party": self.one.pk, **given})
        return usecases.on_the_spot(self.case, said, by=self.cast.chen, at=NOON)


def build(cast: Cast) -> Court:
    case = filed(cast)
    legal = officer("legal", "法晓", "法制员", cast.qingshi, Role.LEGAL_OFFICER)
    one, two = suspect(case), suspect(case, "钱三雀")
    return Court(cast, case, one, two, victim(case), legal)


@pytest.fixture
def court(cast: Cast) -> Court:
    return build(cast)


def reporter_is_victim(court: Court) -> None:
    """The person who reported it is the one who was harmed."""
    court.case.matter.refresh_from_db()
    assert court.case.matter.reporter is not None
    enter(court.case, court.case.matter.reporter, role=Party.Role.VICTIM, at=FILED)


__all__ = ["Court", "build", "court", "person", "reporter_is_victim"]
