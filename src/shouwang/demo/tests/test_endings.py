"""Closed cases of the demo town end as the house itself would let them end; crews have posts to wait at."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from shouwang.apps.cases import parts
from shouwang.apps.cases.models import Case
from shouwang.apps.cases.timeline import ELSEWHERE
from shouwang.apps.dispatch.models import Post, Standby
from shouwang.apps.papers.models import Paper
from shouwang.apps.penalties.models import Penalty, Stage
from shouwang.apps.units.models import Unit
from shouwang.demo.cases import DECIDED_HERE
from shouwang.demo.load import load_demo
from shouwang.demo.models import DemoTown
from tests.cast import at
from tests.kept import kept

NOW = at("2026-11-23 21:40")


@pytest.fixture(scope="module")
def _loaded(django_db_setup: None, django_db_blocker: Any) -> Iterator[None]:
    with kept(django_db_blocker):
        load_demo(NOW, 7, share=0.01, calls=250)
        yield


@pytest.fixture
def town(_loaded: None, db: None) -> DemoTown:
    return DemoTown.objects.get()


def test_every_closed_case_has_what_its_result_asks_for(town: DemoTown) -> None:
    closed = Case.objects.exclude(closed_at=None).select_related("matter")
    assert {Case.Result.PENALISED, Case.Result.MEDIATED, Case.Result.SPARED} <= set(
        closed.values_list("result", flat=True)
    )
    for case in closed:
        elsewhere = case.matter.entries.filter(data__what=ELSEWHERE).values_list("body", flat=True).first() or ""
        assert parts.lacks(case, case.result, elsewhere=elsewhere) == [], case
        assert parts.blocks(case, NOW) == [], case
        assert case.report


def test_some_were_decided_here_with_all_that_belongs_to_it(town: DemoTown) -> None:
    here = Penalty.objects.filter(case__closed_at__isnull=False, case__archived_at=None)
    assert 0 < here.count() <= DECIDED_HERE
    for one in here.select_related("case"):
        assert one.stage == Stage.DONE, "served and paid"
        assert one.decided_by_id != one.proposed_by_id
        decision = Paper.objects.get(about=one.ref, kind="penalty-decision")
        assert (decision.state, decision.number != "") == ("issued", True)
        assert Paper.objects.get(matter=one.case.pk, kind="closing-report").state == "issued"


def test_stations_have_posts_and_a_crew_waits_at_one(town: DemoTown) -> None:
    assert {post.unit.prefix for post in Post.objects.select_related("unit")} == {"QS", "HW"}
    assert Post.objects.filter(unit=Unit.objects.get(prefix="QS")).count() == 3
    (standby,) = Standby.objects.filter(ended_at=None)
    assert standby.acknowledged_at is not None
