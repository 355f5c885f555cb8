"""The shortest way to a decision on an organisation that was served, and to its public text."""

from __future__ import annotations

from datetime import timedelta

from shouwang.apps.cases.models import Party
from shouwang.apps.penalties import usecases as penalties
from shouwang.apps.penalties.models import Penalty
from shouwang.apps.penalties.tests.conftest import HOUR, NOON, Court
from shouwang.apps.penalties.tests.test_organisations import CAFE, cafe
from shouwang.apps.results import usecases
from shouwang.apps.results.models import Decision

NAME = "青石镇雀网网络服务有限公司"
FACTS = "2026年11月22日，青石镇雀网网络服务有限公司在青石镇样板路 8 号的店里，没有核对顾客吴店主、林二雀的身份证，电话13900000002。"
LATER = NOON + 5 * HOUR


def served(court: Court, party: Party | None = None, **given: object) -> Penalty:
    """Decided by the bureau and handed over."""
    said = {**CAFE, "facts": FACTS, **given} if party is None else given
    one = court.up(court.told(court.propose(party or cafe(court), **said)))
    one = court.decided(one, by=court.cast.shao if party is None else court.cast.liang)
    for who in (one.party, court.harmed):
        one = penalties.serve(
            one, by=court.cast.chen, party=who, way="hand", served_at=NOON + 4 * HOUR, at=NOON + 4 * HOUR
        )
    return one


def drafted(court: Court, penalty: Penalty | None = None) -> Decision:
    return usecases.begin(penalty or served(court), by=court.cast.chen, at=LATER)


def proposed(court: Court, decision: Decision | None = None) -> Decision:
    one = decision or drafted(court)
    return usecases.hand_in(one, by=court.cast.chen, seen=one.changed, at=LATER)


def published(court: Court, decision: Decision | None = None) -> Decision:
    one = decision or proposed(court)
    return usecases.publish(one, by=court.cast.liang, seen=one.changed, at=LATER + timedelta(minutes=1))
