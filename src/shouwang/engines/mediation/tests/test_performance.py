"""Signed is not enough: performed (公安机关办理行政案件程序规定 art. 185)."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shouwang.engines.mediation import Clause, Done, Outcome, failed_on, outcome, settled

pytestmark = pytest.mark.once
TODAY = date(2026, 11, 23)
clauses = st.lists(
    st.builds(Clause, due_on=st.dates(date(2026, 1, 1), date(2027, 12, 31)), done=st.sampled_from(list(Done)))
)
words = st.sampled_from(["", *Done])


@pytest.mark.parametrize(
    ("desk", "one", "other", "stands"),
    [
        ("", "performed", "performed", Done.PERFORMED),
        ("", "performed", "", Done.DUE),
        ("", "performed", "broken", Done.DUE),
        ("", "broken", "broken", Done.DUE),
        ("performed", "broken", "broken", Done.PERFORMED),
        ("broken", "performed", "performed", Done.BROKEN),
        ("part", "", "", Done.PART),
    ],
)
def test_one_clause(desk: str, one: str, other: str, stands: Done) -> None:
    assert settled(desk=desk, one=one, other=other) is stands


@given(words, words, words)
def test_only_an_officer_says_that_something_is_broken(desk: str, one: str, other: str) -> None:
    assert (settled(desk=desk, one=one, other=other) is Done.BROKEN) == (desk == Done.BROKEN)


@given(words, words, words)
def test_neither_side_weighs_more(desk: str, one: str, other: str) -> None:
    assert settled(desk=desk, one=one, other=other) is settled(desk=desk, one=other, other=one)


@given(clauses, st.randoms())
def test_the_outcome_does_not_depend_on_the_order(rows: list[Clause], chance: object) -> None:
    mixed = list(rows)
    chance.shuffle(mixed)  # type: ignore[attr-defined]
    assert outcome(rows) is outcome(mixed)


@given(clauses)
def test_performed_is_all_of_it(rows: list[Clause]) -> None:
    assert (outcome(rows) is Outcome.PERFORMED) == (bool(rows) and all(row.done is Done.PERFORMED for row in rows))


@given(clauses)
def test_an_agreement_fails_no_later_than_today_and_never_before_something_was_due(rows: list[Clause]) -> None:
    day = failed_on(rows, TODAY)
    assert day <= TODAY
    assert day == TODAY or day in {row.due_on for row in rows if row.done is not Done.PERFORMED}


def test_the_clock_counts_from_the_day_that_ran_out() -> None:
    rows = [Clause(TODAY - timedelta(days=3), Done.PERFORMED), Clause(TODAY - timedelta(days=2)), Clause(TODAY)]
    assert failed_on(rows, TODAY) == TODAY - timedelta(days=2)
    assert rows[1].is_late(TODAY)
    assert not rows[2].is_late(TODAY)
