"""Two desks press at the same moment, in two connections: nothing is agreed, settled or told twice."""

from __future__ import annotations

from functools import partial

import pytest

from shouwang.apps.matters.models import Entry
from shouwang.apps.matters.tests.test_two_at_once import at_once, cast
from shouwang.apps.mediation import usecases
from shouwang.apps.mediation.models import Mediation
from shouwang.apps.mediation.tests.making import DAY, SORRY, agreed, begun, both, clause, met, now_of, quarrel, signed
from shouwang.apps.mediation.usecases import Conditions
from shouwang.kernel.errors import RuleBroken
from tests.cast import MONDAY, Cast, at

__all__ = ["cast"]
pytestmark = pytest.mark.django_db(transaction=True)


def test_two_who_begin_make_one(cast: Cast) -> None:
    opened = quarrel(cast)
    sides = both(opened)
    press = partial(usecases.begin, opened.matter, way="civil", conditions=Conditions(), sides=sides, at=MONDAY)
    found = at_once(partial(press, by=cast.chen, client_id="a"), partial(press, by=cast.zhou, client_id="b"))
    assert sum(isinstance(one, RuleBroken) for one in found) == 1
    assert Mediation.objects.count() == 1


def test_two_who_agree_and_one_who_ends_it(cast: Cast) -> None:
    mediation = begun(cast, quarrel(cast))
    met(cast, mediation)
    usecases.add_clause(mediation, SORRY, by=cast.chen, at=MONDAY)
    at_once(
        partial(usecases.agree, mediation, by=cast.chen, at=MONDAY),
        partial(usecases.fail, mediation, by=cast.zhou, why="no-agreement", words="谈不拢", at=MONDAY),
    )
    told = Entry.objects.filter(data__what__in=["mediation.agreed", "mediation.failed"])
    assert told.count() == 1, "whoever came second found it decided"
    assert (now_of(mediation).state == "agreed") == (told.get().data["what"] == "mediation.agreed")


def test_the_last_clause_settles_once_and_is_reminded_of_once(cast: Cast) -> None:
    mediation = agreed(cast, quarrel(cast), [SORRY])
    signed(cast, mediation)
    at_once(partial(usecases.remind, at=at("2026-11-24 10:00")), partial(usecases.remind, at=at("2026-11-24 10:00")))
    assert Entry.objects.filter(data__what="mediation.reminded").count() == 1
    press = partial(usecases.say, clause(mediation, "apologise"), done="performed", at=MONDAY + DAY)
    at_once(partial(press, by=cast.chen), partial(press, by=cast.zhou))
    assert Entry.objects.filter(data__what="mediation.settled").count() == 1
