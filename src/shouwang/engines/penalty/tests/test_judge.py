"""Each answer names its article; a plain rule over every act, grade and measure agrees."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shouwang.engines.errors import BadData, CannotTell
from shouwang.engines.law import Rulebook
from shouwang.engines.penalty import Facts, Kind, Level, Measure, age_on, judge, load_acts
from shouwang.engines.penalty.acts import SHIPPED

BOOK, ACTS = Rulebook.load(), load_acts()
ON = date(2026, 11, 23)
THEFT = Facts(act="theft", grade="usual", act_on=date(2026, 11, 20), born_on=date(1990, 1, 1))
NONE, WARNING = Measure(Kind.NONE), Measure(Kind.WARNING)


def fine(yuan: int) -> Measure:
    return Measure(Kind.FINE, fine=yuan)


def detention(days: int, yuan: int = 0) -> Measure:
    return Measure(Kind.BOTH if yuan else Kind.DETENTION, fine=yuan, days=days)


def asked(measure: Measure, facts: Facts = THEFT):
    return judge(facts, measure, ACTS, BOOK, on=ON)


def codes(measure: Measure, facts: Facts = THEFT) -> set[str]:
    return {one.code for one in asked(measure, facts).findings}


@pytest.mark.parametrize(
    ("measure", "decider", "why"),
    [
        (WARNING, "station", "art. 109: a warning"),
        (fine(1000), "station", "art. 109, 143: up to 1000 includes the number"),
        (fine(1001), "county", "art. 109: above 1000"),
        (detention(5), "county", "art. 109: a station never decides detention"),
        (detention(1, 1), "county", "art. 109: not with a small fine beside it either"),
    ],
)
def test_who_decides(measure, decider, why):
    assert asked(measure).decider == decider, why


def test_a_licence_is_revoked_only_where_the_article_says_so(tmp_path):
    alone = Measure(Kind.LICENCE, revokes=True)
    assert "extra" in {one.code for one in asked(alone).stops}, "theft knows no licence"
    text = SHIPPED.read_text(encoding="utf-8").replace('article = "58"', 'article = "58"\nbeside = ["revokes"]', 1)
    (file := tmp_path / "acts.toml").write_text(text, encoding="utf-8")
    allowed = judge(THEFT, alone, load_acts(file), BOOK, on=ON)
    assert (allowed.allowed, allowed.decider, allowed.hearing, allowed.spot) == (True, "county", True, False)
    both = judge(THEFT, Measure(Kind.LICENCE, revokes=True, suspends=True), load_acts(file), BOOK, on=ON)
    assert not both.allowed, "it says nothing of a stopped business"
    unread = asked(replace(alone, suspends=True), replace(THEFT, act="other"))
    assert unread.allowed
    assert unread.hearing, "art. 117; 行政处罚法 art. 63"
    file.write_text(text.replace('beside = ["revokes"]', 'beside = ["exile"]'), encoding="utf-8")
    with pytest.raises(BadData, match="beside"):
        load_acts(file)


def test_a_licence_more_is_heavier_and_a_fine_instead_is_lighter():
    alone = Measure(Kind.LICENCE, revokes=True)
    assert replace(fine(500), revokes=True).heavier_than(fine(500))
    assert not fine(5000).heavier_than(alone)
    with pytest.raises(BadData):
        Measure(Kind.LICENCE)


@pytest.mark.parametrize(("yuan", "hearing"), [(3999, False), (4000, True), (5000, True)])
def test_a_hearing_may_be_asked_for_from_4000(yuan, hearing):
    facts = replace(THEFT, act="other")  # art. 117; no common act of the data has a fine alone that high
    assert asked(fine(yuan), facts).hearing is hearing
    assert ("hearing" in codes(fine(yuan), facts)) is hearing


@pytest.mark.parametrize(
    ("yuan", "spot", "cash"),
    [(200, True, True), (201, True, False), (500, True, False), (501, False, False)],
)
def test_deciding_on_the_spot_is_not_collecting_on_the_spot(yuan, spot, cash):
    found = asked(fine(yuan), replace(THEFT, act="damage"))  # arts. 119, 123
    assert (found.spot, found.cash) == (spot, cash)


@pytest.mark.parametrize(
    ("changed", "spot", "why"),
    [
        ({"disputed": True}, False, "art. 120: somebody who does not agree has the ordinary procedure"),
        ({"clear": False}, False, "art. 119: clear facts"),
        ({"officers": 1, "recorded": False}, False, "art. 120: one officer only when recorded"),
        ({"officers": 1, "recorded": True}, True, "art. 120"),
        ({"born_on": date(2010, 1, 1)}, False, "art. 112: the guardian is heard first"),
    ],
)
def test_conditions_of_the_spot(changed, spot, why):
    assert asked(WARNING, replace(THEFT, act="disorder", **changed)).spot is spot, why


@pytest.mark.parametrize(
    ("born", "changed", "executed", "why"),
    [
        (date(1990, 1, 1), {}, True, "an adult"),
        (date(2011, 11, 21), {}, False, "art. 23(1): fourteen to sixteen"),
        (date(2010, 11, 21), {}, False, "art. 23(1): the day before sixteen"),
        (date(2009, 11, 20), {"first_time": True}, False, "art. 23(2): sixteen to eighteen, first time"),
        (date(2009, 11, 20), {}, True, "art. 23(2): not the first time"),
        (date(2009, 11, 20), {"first_time": True, "grave": True}, True, "art. 23: grave and of bad influence"),
        (date(2011, 6, 1), {"again": True}, True, "art. 23: fourteen to sixteen, twice within a year"),
        (date(2009, 11, 20), {"first_time": True, "again": True}, False, "art. 23: twice counts for (1) and (3) alone"),
        (date(1956, 11, 22), {}, False, "art. 23(3): seventy"),
        (date(1956, 11, 23), {}, True, "on the birthday itself one is not yet seventy"),
        (date(1956, 1, 1), {"again": True}, True, "art. 23: seventy, twice within a year"),
        (date(1990, 1, 1), {"expecting": True}, False, "art. 23(4)"),
        (date(1990, 1, 1), {"expecting": True, "grave": True}, False, "no exception reaches (4)"),
    ],
)
def test_detention_is_decided_but_not_always_carried_out(born, changed, executed, why):
    facts = replace(THEFT, born_on=born, **changed)
    assert asked(detention(5), facts).executed is executed, why


def test_a_minor_whose_detention_is_carried_out_may_ask_for_a_closed_hearing():
    """Art. 117: told to child and guardian, not in public."""
    grave = replace(THEFT, born_on=date(2009, 11, 20), first_time=True, grave=True)
    found = asked(detention(5), grave)
    assert (found.hearing, found.closed, found.guardian) == (True, True, True)
    assert not asked(detention(5), replace(grave, grave=False)).hearing


def test_nobody_under_fourteen_is_penalised():
    child = replace(THEFT, born_on=date(2012, 11, 20))  # the fourteenth birthday is the day of the act
    assert not asked(WARNING, child).allowed
    assert asked(NONE, child).allowed
    assert "minor" in codes(fine(100), replace(child, born_on=date(2012, 11, 19)))


def test_a_minor_never_gets_the_heaviest():
    young = replace(THEFT, born_on=date(2010, 1, 1))
    assert {"minor-not-lighter"} == {one.code for one in asked(fine(2000), young).stops}
    assert asked(fine(1999), young).allowed


@pytest.mark.parametrize(("seen", "lapsed"), [(date(2026, 5, 20), False), (date(2026, 5, 21), True)])
def test_what_was_discovered_after_six_months_is_not_penalised(seen, lapsed):
    """Art. 25; the last day is the engine of clocks' to say."""
    facts = replace(THEFT, act_on=date(2025, 11, 20), discovered_on=seen, lapses_on=date(2026, 5, 20))
    assert ("lapsed" in codes(fine(100), facts)) is lapsed
    assert asked(fine(100), facts).allowed is not lapsed


def test_neighbour_noise_needs_somebody_who_tried_to_stop_it_first():
    noise = replace(THEFT, act="noise")  # art. 88
    assert not asked(fine(100), noise).allowed
    assert asked(fine(100), replace(noise, stopped=True)).allowed


@pytest.mark.parametrize(
    ("changed", "review"),
    [({}, False), ({"heard": True}, False), ({"major": True}, True)],
)
def test_legal_review_comes_where_art_114_asks(changed, review):
    assert asked(fine(100), replace(THEFT, **changed)).legal_review is review


def test_after_a_hearing_comes_legal_review():
    assert asked(fine(4000), replace(THEFT, act="other", heard=True)).legal_review


def test_what_is_not_confirmed_says_so():
    """A doubtful range and a doubtful rule are marked; a confirmed one is not."""
    doubt = {one.code: one.doubt for one in asked(fine(100), replace(THEFT, act="gambling", hardship=True)).findings}
    assert (doubt["within"], doubt["later"], doubt["station"]) == (True, True, False)
    assert not next(one for one in asked(fine(100)).findings if one.code == "within").doubt


# ── a plain rule over all of them ────────────────────────────────────────────────────────────────────────────────────

MEASURES = [
    WARNING,
    *(fine(y) for y in (1, 200, 499, 500, 501, 999, 1000, 1001, 2000, 2001, 3000, 3001, 5000, 5001)),
    *(detention(d, y) for d in (1, 4, 5, 6, 9, 10, 11, 15, 16) for y in (0, 1, 499, 500, 1000, 1001, 2000, 3000, 5000)),
]
#: Written out by hand from the articles: act and grade → the kinds that fit, as (days from, to, fine from, to, fine may be left out).
PLAIN = {
    ("theft", "usual"): [(5, 10, 0, 0, True), (0, 0, 1, 2000, False)],
    ("theft", "serious"): [(10, 15, 1, 3000, True)],
    ("damage", "usual"): [(1, 5, 0, 0, True), (0, 0, 1, 1000, False)],
    ("damage", "serious"): [(5, 10, 1, 3000, True)],
    ("assault", "minor"): [(1, 5, 0, 0, True), (0, 0, 1, 1000, False)],
    ("assault", "usual"): [(5, 10, 500, 1000, False)],
    ("false-alarm", "minor"): [(1, 5, 0, 0, True), (0, 0, 1, 1000, False)],
    ("false-alarm", "usual"): [(5, 10, 1, 1000, True)],
    ("sell-data", "minor"): [(1, 5, 0, 0, True)],
    ("sell-data", "usual"): [(10, 15, 0, 0, True)],
}


def plainly_within(m: Measure, act: str, grade: str) -> bool:
    for d0, d1, f0, f1, may in PLAIN[act, grade]:
        days = d0 <= m.days <= d1
        money = f0 <= m.fine <= f1 if m.fine else may
        if days and money and (m.days or m.fine):
            return True
    return False


@pytest.mark.parametrize(("act", "grade"), list(PLAIN))
def test_the_range_and_the_plain_rule_agree(act, grade):
    facts = replace(THEFT, act=act, grade=grade)
    for measure in MEASURES:
        assert ("within" in codes(measure, facts)) is plainly_within(measure, act, grade), (act, grade, measure)


def test_above_is_never_and_below_needs_a_ground():
    """Every act and measure: above the range nothing helps; below it only with what reduces (arts. 19–21, 24)."""
    for (act, grade), ranges in PLAIN.items():
        for measure in MEASURES:
            plain, ground = replace(THEFT, act=act, grade=grade), replace(THEFT, act=act, grade=grade, forgiven=True)
            if plainly_within(measure, act, grade):
                continue
            assert not asked(measure, plain).allowed
            found = asked(measure, ground)
            assert found.allowed is ("below" in {one.code for one in found.findings})
            most = max(one[1] for one in ranges), max(one[3] for one in ranges)
            if measure.days > most[0] or measure.fine > most[1]:
                assert not found.allowed


# ── properties ───────────────────────────────────────────────────────────────────────────────────────────────────────

measures = st.one_of(
    st.just(WARNING),
    st.builds(fine, st.integers(1, 6000)),
    st.builds(detention, st.integers(1, 15), st.integers(0, 6000)),
)
grades = st.sampled_from([(a.code, g) for a in ACTS.known.values() for g in a.grades])
flags = st.fixed_dictionaries(
    {name: st.booleans() for name in ("grave", "again", "first_time", "expecting", "admitted", "forgiven", "disputed")}
)
people = st.builds(
    lambda act, born, marks: Facts(act=act[0], grade=act[1], act_on=ON, born_on=born, stopped=True, **marks),
    grades,
    st.dates(date(1930, 1, 1), date(2020, 1, 1)),
    flags,
)


@given(people, measures)
def test_the_station_never_decides_more_than_its_own_power(facts, measure):
    if asked(measure, facts).decider == "station":
        assert measure.days == 0
        assert measure.fine <= 1000


@given(people, measures)
def test_every_finding_speaks_both_languages_and_rests_on_something(facts, measure):
    for one in asked(measure, facts).findings:
        assert one.zh
        assert one.en
        assert one.rule is not None or one.article


@given(people, measures)
def test_what_may_be_decided_on_the_spot_is_small_undisputed_and_an_adults(facts, measure):
    found = asked(measure, facts)
    if found.spot:
        assert not facts.disputed
        assert measure.days == 0
        assert measure.fine <= 500
        assert age_on(facts.born_on, ON) >= 18


@given(people, measures)
def test_good_deeds_never_forbid_what_was_allowed(facts, measure):
    before, after = asked(measure, facts), asked(measure, replace(facts, admitted=True, forgiven=True))
    assert not before.allowed or after.allowed


@given(measures, measures)
def test_of_two_different_measures_one_is_heavier_or_neither_knows(one, other):
    assert not one.heavier_than(one)
    if other.days == one.days and other.fine == one.fine:
        assert one.heavier_than(other) is other.heavier_than(one) is False
    if one.days >= other.days and one.fine >= other.fine and (one.days, one.fine) != (other.days, other.fine):
        assert not other.heavier_than(one)


@given(st.dates(date(1930, 1, 1), date(2026, 1, 1)), st.integers(0, 36_000))
def test_age_grows_by_one_a_year_and_never_shrinks(born, days):
    day = born + timedelta(days=days)
    assert 0 <= age_on(born, day + timedelta(days=1)) - age_on(born, day) <= 1


def test_a_birthday_counts_from_the_next_day():
    assert [age_on(date(2012, 11, 20), date(2026, 11, day)) for day in (19, 20, 21)] == [13, 13, 14]
    assert [age_on(date(2012, 2, 29), day) for day in (date(2026, 2, 28), date(2026, 3, 1))] == [13, 14]


# ── organisations ────────────────────────────────────────────────────────────────────────────────────────────────────


def codes_of(found):
    return {one.code for one in found.findings}


CAFE = Facts(
    "cafe-identity", "usual", date(2026, 3, 1), organisation=True, discovered_on=ON, lapses_on=date(2028, 3, 1)
)


def test_for_an_act_against_public_security_those_in_charge_are_penalised_and_not_the_organisation():
    found = asked(fine(500), replace(THEFT, organisation=True))
    stop = next(one for one in found.stops if one.code == "not-the-organisation")
    assert stop.rule.id == "psl-unit"
    assert (stop.rule.sources[0].instrument, stop.rule.sources[0].article) == ("psl-2025", "18")


def test_another_law_penalises_the_organisation_itself_at_the_county_and_asks_for_no_age():
    found = asked(Measure(Kind.WARNED, fine=8000), CAFE)
    assert (found.allowed, found.decider, found.hearing, found.guardian) == (True, "county", False, False)
    assert codes_of(found) >= {"organisation", "within", "county", "tell"}
    assert "age-unknown" not in codes_of(found)
    assert {one.rule.id for one in found.findings if one.code == "tell"} == {"ppl-notice"}
    assert next(one for one in found.findings if one.code == "within").instrument == "cafe-2022"


@pytest.mark.parametrize(
    ("measure", "stops"),
    [
        (Measure(Kind.WARNING), set()),
        (Measure(Kind.WARNED, fine=15000), set()),
        (Measure(Kind.WARNED, fine=15001), {"above"}),
        (fine(8000), {"above"}),
        (Measure(Kind.DETENTION, days=5), {"above", "organisation-detained"}),
        (Measure(Kind.WARNING, suspends=True), set()),
        (Measure(Kind.WARNING, revokes=True), {"extra"}),
    ],
)
def test_what_an_internet_cafe_may_be_given(measure, stops):
    assert {one.code for one in asked(measure, CAFE).stops} == stops


@pytest.mark.parametrize(("sum_", "hears"), [(9999, False), (10000, True)])
def test_an_organisation_may_ask_for_a_hearing_from_ten_thousand(sum_, hears):
    assert asked(Measure(Kind.WARNED, fine=sum_), CAFE).hearing is hears


def test_a_human_being_is_not_penalised_by_an_article_for_organisations():
    found = asked(Measure(Kind.WARNING), replace(CAFE, organisation=False, born_on=date(1990, 1, 1)))
    assert [one.code for one in found.stops] == ["only-organisations"]


def test_an_organisation_has_two_years_and_a_spot_line_of_its_own():
    late = asked(Measure(Kind.WARNING), replace(CAFE, lapses_on=ON - timedelta(days=1)))
    assert [(one.code, one.rule.id) for one in late.stops] == [("lapsed", "ppl-lapse")]
    other = replace(CAFE, act="other")
    assert [asked(fine(sum_), other).spot for sum_ in (3000, 3001)] == [True, False]


# ── refusals ─────────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("kind", ["warning", "none", "detention"])
def test_a_sum_belongs_to_a_fine(kind):
    with pytest.raises(BadData):
        Measure(Kind(kind), days=1 if kind == "detention" else 0, fine=5)


def test_an_unknown_act_is_no_answer():
    with pytest.raises(CannotTell, match="no act"):
        asked(WARNING, replace(THEFT, act="singing"))
    with pytest.raises(CannotTell, match="no grade"):
        asked(WARNING, replace(THEFT, grade="minor"))


def test_an_act_outside_the_data_says_that_the_article_has_to_be_read():
    found = next(one for one in asked(fine(100), replace(THEFT, act="other")).findings if one.code == "not-in-data")
    assert (found.level, found.doubt) == (Level.MUST, True)


@pytest.mark.parametrize(
    ("text", "says"),
    [
        (('[file]\ninstrument = "psl-2025"\nvalid_from = 2026-01-01\n[[act]]\ncode = "x"\nzh = "x"\nen = "x"\narticle = "1"\n'
         'confidence = "confirmed"\ngrades = [{ grade = "usual", either = [{ warning = true, days = [1, 2] }] }]\n'), "either a warning"),
        (('[file]\ninstrument = "psl-2025"\nvalid_from = 2026-01-01\n[[act]]\ncode = "x"\nzh = "x"\nen = "x"\narticle = "1"\n'
         'confidence = "confirmed"\n'), "grades"),
        ('[[act]]\n', "file"),
    ],
)  # fmt: skip
def test_a_wrong_file_is_refused_with_its_place(tmp_path, text, says):
    path = tmp_path / "acts.toml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(BadData, match=says):
        load_acts(path)
