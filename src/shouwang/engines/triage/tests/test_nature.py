"""Crime or violation: thresholds by province, forms that need no amount, half the amount, injury, age. Each line names its article."""

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shouwang.engines.law.model import Confidence
from shouwang.engines.triage.nature import Injury, Kind, Worth, age_notes, injury_nature, property_nature
from shouwang.engines.triage.tests.house import book, codes, law


def yuan(low, high=None):
    return Worth(Decimal(low), Decimal(high if high is not None else low))


@pytest.mark.parametrize(
    ("offence", "region", "value", "kind", "why"),
    [
        ("theft", "36", 1499, Kind.VIOLATION, "Jiangxi fixed 1500 inside the corridor of the interpretation on theft art. 1"),
        ("theft", "36", 1500, Kind.CRIME, "“以上” includes the number: PSL art. 143"),
        ("theft", "33", 2999, Kind.VIOLATION, "Zhejiang fixed 3000"),
        ("theft", "33", 3000, Kind.CRIME, "Zhejiang fixed 3000"),
        ("theft", "440106", 2999, Kind.VIOLATION, "Guangzhou is of Guangdong's first class: 3000"),
        ("theft", "441802", 2000, Kind.CRIME, "the rest of Guangdong: 2000"),
        ("theft", "", 999, Kind.VIOLATION, "below the corridor everywhere: interpretation on theft art. 1"),
        ("theft", "", 1500, Kind.OPEN, "inside the corridor, the province not known: run as a violation (Admin Procedures art. 65)"),
        ("theft", "", 3000, Kind.CRIME, "at the end of the corridor it is a crime everywhere"),
        ("telecom-fraud", "36", 2999, Kind.VIOLATION, "one line in the whole country: opinion on telecom fraud 2(1)"),
        ("telecom-fraud", "33", 3000, Kind.CRIME, "one line in the whole country"),
        ("damage", "36", 4999, Kind.VIOLATION, "prosecution standard (1) art. 33: 5000"),
        ("damage", "36", 5000, Kind.CRIME, "prosecution standard (1) art. 33: 5000"),
        ("fraud", "", 10_000, Kind.CRIME, "interpretation on fraud art. 1: corridor 3000 to 10,000"),
        ("snatch", "", 999, Kind.VIOLATION, "interpretation on snatching art. 1: corridor from 1000"),
        ("extort", "", 1999, Kind.VIOLATION, "interpretation on extortion art. 1: corridor from 2000"),
    ],
)  # fmt: skip
def test_the_value_tells_crime_from_violation(offence, region, value, kind, why):
    assert property_nature(offence, yuan(value), law=law(region)).kind is kind, why


def test_the_reason_names_the_figure_the_province_and_the_article():
    nature = property_nature("theft", yuan(1499), law=law("36"))
    (reason,) = nature.reasons
    assert (reason.code, reason.values["line"], reason.values["region"][0]) == ("under-line", ("1500", "1500"), "江西")
    assert reason.articles == ("th-theft", "psl-theft")
    assert nature.confidence is not Confidence.CONFIRMED  # nobody has read Jiangxi's own notice in full


@pytest.mark.parametrize("form", ["home", "pickpocket", "weapon", "repeated"])
def test_four_forms_of_theft_are_a_crime_at_one_yuan(form):
    nature = property_nature("theft", yuan(1), law=law(), forms={form: ((0, 2),)})
    assert nature.kind is Kind.CRIME
    assert nature.reasons[0].articles == ("th-theft-any",)  # interpretation on theft art. 3
    assert nature.reasons[0].spans == ((0, 2),)


@pytest.mark.parametrize(("people", "kind"), [(2, Kind.VIOLATION), (3, Kind.CRIME)])
def test_three_who_damage_openly_need_no_amount(people, kind):
    assert property_nature("damage", yuan(100), law=law(), damaged_by=people).kind is kind


@pytest.mark.parametrize(
    ("region", "value", "kind"),
    [("36", 749, Kind.VIOLATION), ("36", 750, Kind.CRIME), ("33", 1499, Kind.VIOLATION), ("33", 1500, Kind.CRIME)],
)
def test_each_of_eight_circumstances_halves_the_line(region, value, kind):
    items = book().rule("th-theft-half", on=date(2026, 5, 6)).items
    assert len(items) == 8
    for item in items:  # interpretation on theft art. 2
        nature = property_nature("theft", yuan(value), law=law(region), halves={item.code: ()})
        assert nature.kind is kind
        assert "half-line" in codes(nature.reasons)


def test_only_theft_knows_the_half():
    assert property_nature("damage", yuan(2500), law=law(), halves={"hospital": ()}).kind is Kind.VIOLATION


def test_an_unknown_value_is_taken_as_a_violation_first_and_asks():
    nature = property_nature("theft", None, law=law())
    assert (nature.kind, nature.asks[0]) == (Kind.OPEN, "value")
    assert "ap-unsure" in nature.reasons[0].articles  # Procedures for Administrative Cases art. 65
    assert codes(nature.changes) == ["value-reaches", "form", "form", "form", "form", "half"]


def test_a_value_on_both_sides_of_the_line_is_left_open():
    nature = property_nature("theft", yuan(1400, 1600), law=law())
    assert (nature.kind, codes(nature.reasons)) == (Kind.OPEN, ["straddles"])


@pytest.mark.parametrize(
    ("value", "level"), [(29_999, "large"), (100_000, "very-large"), (500_000, "huge")]
)  # interpretation on theft art. 1: very large and huge
def test_graver_amounts_have_names(value, level):
    assert property_nature("theft", yuan(value), law=law("")).level == level


OFFENCES = st.sampled_from(["theft", "fraud", "telecom-fraud", "snatch", "extort", "damage"])
REGIONS = st.sampled_from(["", "36", "33", "44", "4403", "31", "51"])
VALUES = st.integers(1, 600_000)
HALVES = st.sets(st.sampled_from(["convicted", "penalised", "hospital", "vulnerable"])).map(
    lambda s: dict.fromkeys(s, ())
)
FORMS = st.sets(st.sampled_from(["home", "pickpocket", "weapon", "repeated"])).map(lambda s: dict.fromkeys(s, ()))


@given(OFFENCES, REGIONS, VALUES, VALUES, HALVES, FORMS)
def test_more_money_never_makes_it_less_serious(offence, region, one, other, halves, forms):
    low, high = sorted((one, other))
    kinds = [
        property_nature(offence, yuan(value), law=law(region), halves=halves, forms=forms).kind for value in (low, high)
    ]
    assert kinds[0] <= kinds[1]


@given(OFFENCES, REGIONS, VALUES, HALVES, FORMS)
def test_neither_a_form_nor_a_half_makes_it_less_serious(offence, region, value, halves, forms):
    plain = property_nature(offence, yuan(value), law=law(region)).kind
    assert property_nature(offence, yuan(value), law=law(region), halves=halves).kind >= plain
    assert property_nature(offence, yuan(value), law=law(region), forms=forms).kind >= plain


@given(OFFENCES, REGIONS, st.none() | VALUES)
def test_every_nature_has_a_reason_and_every_reason_an_article_in_force(offence, region, value):
    nature = property_nature(offence, value and yuan(value), law=law(region))
    assert nature.reasons
    for reason in (*nature.reasons, *nature.changes):
        assert reason.articles
        for rule in reason.articles:
            book().rule(rule, on=date(2026, 5, 6))


@pytest.mark.parametrize(
    ("injury", "hurt", "armed", "kind", "reason"),
    [
        (None, (), (), Kind.VIOLATION, "injury-minor"),
        (None, ((0, 2),), (), Kind.OPEN, "injury-unknown"),
        (None, (), ((0, 1),), Kind.OPEN, "armed"),
        (Injury.MINOR, ((0, 2),), ((0, 1),), Kind.VIOLATION, "injury-minor"),
        (Injury.SLIGHT, (), (), Kind.CRIME, "injury-crime"),
        (Injury.DEATH, (), (), Kind.CRIME, "injury-crime"),
    ],
)
def test_injury_is_graded_before_it_is_a_crime(injury, hurt, armed, kind, reason):
    """Criminal Law art. 234: slight injury or worse; without a grade it runs as a violation (Admin Procedures art. 65)."""
    nature = injury_nature(injury, hurt=hurt, armed=armed, law=law())
    assert (nature.kind, nature.reasons[0].code) == (kind, reason)


@pytest.mark.parametrize(
    ("age", "notes"),
    [
        (11, ["age-under-12", "guardian"]),  # Criminal Law art. 17; PSL art. 12
        (12, ["age-under-14", "guardian"]),
        (13, ["age-under-14", "guardian"]),
        (14, ["age-14-16", "guardian"]),  # eight crimes only; detention not executed: PSL art. 23
        (15, ["age-14-16", "guardian"]),
        (16, ["age-16-18", "guardian"]),
        (17, ["age-16-18", "guardian"]),
        (18, []),
        (69, []),
        (70, ["age-70"]),  # PSL art. 23
    ],
)
def test_age_decides_what_may_follow(age, notes):
    assert codes(age_notes(age, age, Kind.CRIME)) == notes


def test_an_age_in_a_range_names_every_band_and_no_case_asks_for_none():
    assert codes(age_notes(13, 15, Kind.VIOLATION)) == ["age-under-14", "age-14-16", "guardian"]
    assert age_notes(13, 15, Kind.CIVIL) == ()
