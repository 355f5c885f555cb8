"""Quarrels that are mediated, and the fastest way to each state."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from shouwang.apps.incidents import usecases as incidents
from shouwang.apps.incidents.report import PartySaid, Report
from shouwang.apps.incidents.tests.test_taking import take
from shouwang.apps.matters.usecases import Opened
from shouwang.apps.mediation import usecases
from shouwang.apps.mediation.models import Clause, Mediation, Side
from shouwang.apps.mediation.usecases import ClauseSaid, Conditions, SideSaid
from shouwang.apps.mediation.usecases.agreeing import AGREEMENTS
from shouwang.apps.papers import usecases as papers
from shouwang.apps.people.models import Person
from tests.cast import MONDAY, Cast, at

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
NOISE = Report(
    what="楼上天天半夜拖桌子，说了不听，吵起来了。",
    category="quarrel",
    people=(PartySaid("other", name="楼上某", phone="13900660001", about="楼上的"),),
    pseudonym="楼下某",
    phone="13900660002",
)
SLAP = Report(
    what="为停车的事被邻居打了一巴掌。",
    category="hurt",
    people=(PartySaid("suspect", name="巴某", phone="13900660003", about="隔壁的"),),
    pseudonym="掌某",
    phone="13900660004",
)
KNOWN = Conditions(act="assault", light=True, private=True, ground="near", facts="因停车争吵，乙方打了甲方一巴掌。")
FULL = {"sex": "male", "born": "1980-05-06", "home": "青石镇老街 8 号"}


def quarrel(cast: Cast) -> Opened:
    """Neighbours and their noise: no case."""
    opened = take(cast, NOISE)
    incidents.decide_nature(opened.matter, by=cast.chen, nature="dispute", words="邻里纠纷。", at=MONDAY + HOUR)
    opened.matter.refresh_from_db()
    return opened


def slapped(cast: Cast) -> Opened:
    """A slap among neighbours: a public-order case, with its handling limit running."""
    opened = take(cast, SLAP)
    incidents.decide_nature(opened.matter, by=cast.chen, nature="administrative", words="殴打他人。", at=MONDAY + HOUR)
    opened.matter.refresh_from_db()
    return opened


def both(opened: Opened, **second: Any) -> list[SideSaid]:
    """The reporter and whoever the report names."""
    other = Person.objects.get(pk=opened.matter.incident.people.values_list("person", flat=True).get())
    reporter = opened.matter.reporter
    assert reporter is not None
    for person, number in ((reporter, "33082419800506001X"), (other, "330824198107080020")):
        person.id_number = number
        person.save()
    case = {"role": Side.Role.SUSPECT} if hasattr(opened.matter, "case") else {}
    first = {"role": Side.Role.VICTIM} if case else {}
    return [
        SideSaid(reporter, willing=True, reporter=True, particulars=FULL, **first),
        SideSaid(other, **{"willing": True, "particulars": FULL, **case, **second}),
    ]


def begun(cast: Cast, opened: Opened, conditions: Conditions | None = None, **second: Any) -> Mediation:
    way = "police" if hasattr(opened.matter, "case") else "civil"
    known = conditions or (KNOWN if way == "police" else Conditions(facts="乙方半夜拖桌子，甲方睡不着。"))
    return usecases.begin(
        opened.matter, by=cast.chen, way=way, conditions=known, sides=both(opened, **second), at=MONDAY + 2 * HOUR
    )


def met(cast: Cast, mediation: Mediation, when: datetime = MONDAY + 3 * HOUR, **given: Any) -> None:
    told: dict[str, Any] = {
        "place": "柳溪警务室",
        "came": {"one": True, "other": True},
        "wants": {"one": "赔医药费", "other": "各退一步"},
    }
    usecases.hold(mediation, by=cast.chen, held_at=when, at=when, **{**told, **given})


PAY = ClauseSaid("pay", "other", date(2026, 12, 3), "微信转账", Decimal(800))
SORRY = ClauseSaid("apologise", "other", date(2026, 11, 25))
QUIET = ClauseSaid("stop", "other", date(2026, 12, 20), "22 点以后发出吵人的声音")


def agreed(cast: Cast, opened: Opened, clauses: Sequence[ClauseSaid] = (PAY, SORRY), **given: Any) -> Mediation:
    mediation = begun(cast, opened)
    met(cast, mediation)
    for one in clauses:
        usecases.add_clause(mediation, one, by=cast.chen, at=MONDAY + 4 * HOUR)
    return usecases.agree(mediation, by=cast.chen, at=MONDAY + 4 * HOUR, **given)


def signed(cast: Cast, mediation: Mediation, when: datetime = MONDAY + 5 * HOUR) -> None:
    """The agreement as both and the officer signed it."""
    paper = usecases.begin_paper(mediation, by=cast.chen, kind=AGREEMENTS[mediation.way], at=when)
    papers.fill_in(paper, by=cast.chen, values={}, at=when)
    papers.hand_in(paper, by=cast.chen, at=when)
    for code in ("one", "other"):
        papers.sign_person(
            paper, by=cast.chen, code=code, version=1, way="refused", words="只按了手印", witness="姜辅警", at=when
        )
    papers.sign(paper, by=cast.chen, code="officer", version=1, at=when)


def clause(mediation: Mediation, kind: str) -> Clause:
    return mediation.clauses.get(kind=kind)


def now_of(mediation: Mediation) -> Mediation:
    return Mediation.objects.select_related("matter").get(pk=mediation.pk)


__all__ = ["MONDAY", "at"]
