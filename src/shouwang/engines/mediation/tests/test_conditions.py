"""Which quarrels may be mediated. Each expected answer names its article."""

from __future__ import annotations

import io
import json
from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shouwang.engines.clocks import Term, WorkCalendar, due
from shouwang.engines.law import Rulebook, load_calendars
from shouwang.engines.mediation import Facts, Met, Side, Way, judge
from shouwang.engines.mediation.cli import run

pytestmark = pytest.mark.once
BOOK = Rulebook.load()
MONDAY = date(2026, 11, 23)
BOTH = (Side(True), Side(True, suspect=True))
#: A slap among neighbours: everything is there.
SLAP = Facts(Way.POLICE, BOTH, act="assault", light=True, private=True, ground="near")


def refused(facts: Facts, on: date = MONDAY) -> set[tuple[str, str]]:
    return {(r.code, r.rule) for r in judge(facts, on=on, book=BOOK).reasons if r.met is Met.NO}


@pytest.mark.parametrize(
    ("changes", "because", "why"),
    [
        ({}, set(), "arts. 178, 179: minor, private, listed, and both want it"),
        ({"act": "theft"}, {("act", "ap-mediate-ok")}, "art. 178 lists the acts; theft is none"),
        ({"light": False}, {("light", "ap-mediate-ok")}, "art. 178: only where it is minor"),
        ({"private": False}, {("private", "ap-mediate-ok")}, "art. 178: brought about by a private quarrel"),
        ({"ground": "money"}, {("ground", "ap-mediate-ground")}, "art. 178 (1)-(3)"),
        ({"bars": frozenset({"hired"})}, {("bar", "ap-mediate-no")}, "art. 179 (1): hired violence"),
        ({"bars": frozenset({"gang"})}, {("bar", "ap-mediate-no")}, "art. 179 (2): gang fights"),
        ({"bars": frozenset({"repeat"})}, {("bar", "ap-mediate-no")}, "art. 179 (3): repeaters"),
        ({"sides": (Side(False), BOTH[1])}, {("willing", "ap-mediate-no")}, "art. 179 (4): somebody refuses"),
        (
            {"sides": (Side(True, minor=True, guarded=False), BOTH[1])},
            {("guardian", "ap-mediate-minor")},
            "art. 181: a guardian is there",
        ),
        (
            {"sides": (Side(True, minor=True, stands_alone=True), BOTH[1])},
            set(),
            "art. 181: sixteen, earns a living, does not want one",
        ),
        (
            {"sides": (Side(True), Side(True, suspect=True, proxy=True))},
            {("proxy", "ap-mediate-minor")},
            "art. 181: a suspect comes in person",
        ),
        ({"sides": (Side(True, proxy=True), BOTH[1])}, set(), "art. 181: a victim may send somebody"),
        ({"held": 2}, {("times", "ap-mediate-times")}, "art. 183: never a third time"),
        ({"held": 1, "again": True, "second_by": MONDAY}, set(), "art. 183: the last day is in time"),
        (
            {"held": 1, "again": True, "second_by": date(2026, 11, 22)},
            {("term", "ap-mediate-times")},
            "art. 183: a day too late",
        ),
        ({"held": 1, "again": False, "second_by": MONDAY}, {("again", "ap-mediate-times")}, "art. 183: nobody asked"),
    ],
)
def test_a_case_may_be_mediated(changes: dict[str, object], because: set[tuple[str, str]], why: str) -> None:
    found = judge(replace(SLAP, **changes), on=MONDAY, book=BOOK)  # type: ignore[arg-type]
    assert (refused(replace(SLAP, **changes)), found.possible) == (because, not because), why  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("first", "last"),
    [
        (date(2026, 11, 23), date(2026, 12, 2)),
        (date(2026, 2, 10), date(2026, 2, 26)),  # over the Spring Festival, with the make-up Saturday of the 14th
        (date(2026, 9, 18), date(2026, 9, 29)),  # the make-up Sunday 20th counts, the Mid-Autumn days do not
    ],
)
def test_the_second_is_within_seven_working_days_of_the_real_calendar(first: date, last: date) -> None:
    """Art. 183, counted as wd-def: announced days off do not count, announced make-up days do."""
    term = Term.of(BOOK.rule("ap-mediate-times", on=first))
    assert due(first, term, WorkCalendar(load_calendars())).on == last


def test_what_nobody_knows_yet_neither_forbids_nor_suffices() -> None:
    found = judge(Facts(Way.POLICE, (Side(), Side())), on=MONDAY, book=BOOK)
    assert (found.possible, found.ready) == (True, False)
    assert {r.code for r in found.reasons if r.met is Met.OPEN} == {"act", "light", "private", "ground", "willing"}


def test_a_quarrel_that_broke_no_law_needs_but_two_who_want_it() -> None:
    """人民调解法: of their own will; no limit of times is known."""
    assert judge(Facts(Way.CIVIL, (Side(True), Side(True)), held=5), on=MONDAY, book=BOOK).ready
    assert refused(Facts(Way.CIVIL, (Side(True), Side(False)))) == {("willing", "pm-1")}


def test_who_settled_by_themselves_needs_paper_performance_and_the_police() -> None:
    """治安管理处罚法 art. 9 para 4."""
    both = (Side(True), Side(True))
    assert judge(Facts(Way.SELF, both, asked=True, performed=True, approved=True), on=MONDAY, book=BOOK).ready
    for missing in ("asked", "performed", "approved"):
        given = {"asked": True, "performed": True, "approved": True, missing: None}
        assert not judge(Facts(Way.SELF, both, **given), on=MONDAY, book=BOOK).ready  # type: ignore[arg-type]
    assert refused(Facts(Way.SELF, both, asked=True, performed=False)) == {("performed", "ap-selfsettle")}


_maybe = st.sampled_from([None, True, False])
_sides = st.builds(
    Side,
    willing=_maybe,
    minor=st.booleans(),
    guarded=_maybe,
    stands_alone=st.booleans(),
    suspect=st.booleans(),
    proxy=st.booleans(),
)
_facts = st.builds(
    Facts,
    way=st.sampled_from(list(Way)),
    sides=st.tuples(_sides, _sides),
    act=st.sampled_from(["", "assault", "damage", "theft"]),
    light=_maybe,
    private=_maybe,
    ground=st.sampled_from(["", "near", "suits"]),
    bars=st.frozensets(st.sampled_from(["hired", "gang", "repeat", "again", "fled", "other", "refuses"])),
    held=st.integers(0, 3),
    second_by=st.none() | st.dates(date(2026, 1, 1), date(2026, 12, 31)),
    again=_maybe,
)


@given(_facts)
def test_ready_is_possible_and_every_reason_stands_on_a_rule(facts: Facts) -> None:
    found = judge(facts, on=MONDAY, book=BOOK)
    assert found.possible or not found.ready
    for reason in found.reasons:
        if reason.rule:
            BOOK.rule(reason.rule, on=MONDAY)
        else:
            assert reason.code == "guardian", (
                "only the care for children of a plain quarrel rests on no rule that was read"
            )


@given(_facts, st.integers(0, 1))
def test_a_side_that_does_not_want_it_always_forbids_it(facts: Facts, n: int) -> None:
    sides = list(facts.sides)
    sides[n] = replace(sides[n], willing=False)
    assert not judge(replace(facts, sides=tuple(sides)), on=MONDAY, book=BOOK).possible


@given(_facts)
def test_learning_more_never_makes_the_impossible_possible(facts: Facts) -> None:
    """Filling in what is open can only close doors that were open, or leave them."""
    known = replace(facts, light=facts.light if facts.light is not None else True)
    if not judge(facts, on=MONDAY, book=BOOK).possible:
        assert not judge(known, on=MONDAY, book=BOOK).possible


@given(_facts, st.sampled_from(["hired", "gang", "repeat", "again", "fled", "other"]))
def test_a_bar_forbids_every_case(facts: Facts, bar: str) -> None:
    case = replace(facts, way=Way.POLICE, bars=facts.bars | {bar})
    assert not judge(case, on=MONDAY, book=BOOK).possible


class TestOnPlainFiles:
    def test_a_line_is_answered(self) -> None:
        line = {"on": "2026-11-23", "way": "police", "act": "assault", "bars": ["hired"], "sides": [{"willing": True}]}
        out = io.StringIO()
        assert run([], io.StringIO(json.dumps(line)), out) == 0
        (answer,) = json.loads(out.getvalue())
        assert (answer["possible"], answer["ready"]) == (False, False)

    @pytest.mark.parametrize(
        "line",
        ["{", "[]", '{"way": "x", "sides": []}', '{"way": "civil", "sides": [{"willing": 3}], "on": "2026-11-23"}'],
    )
    def test_what_cannot_be_read_is_told_with_its_line(self, line: str) -> None:
        out = io.StringIO()
        assert run([], io.StringIO(line), out) == 2
        assert "line 1" in json.loads(out.getvalue())["says"]
