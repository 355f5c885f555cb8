"""The rules shipped with the house: the numbers a station lives by, each with its article."""

from datetime import date

import pytest

from shouwang.engines.errors import CannotTell
from shouwang.engines.law import Amount, Confidence, Handling, MaskOutput, Rulebook, Unit

TODAY = date(2026, 11, 23)


@pytest.fixture(scope="module")
def book() -> Rulebook:
    return Rulebook.load()


@pytest.mark.parametrize(
    ("rule_id", "limit", "unit", "article"),
    [
        ("gi-proactive", 20, Unit.WORKING_DAYS, "gi-2019 26"),
        ("gi-reply", 20, Unit.WORKING_DAYS, "gi-2019 33"),
        ("gi-correct", 7, Unit.WORKING_DAYS, "gi-2019 30"),
        ("gi-third", 15, Unit.WORKING_DAYS, "gi-2019 32"),
        ("fr-other-unit", 24, Unit.HOURS, "fr-2024 item 8(2)"),
        ("fr-unclear", 3, Unit.CALENDAR_DAYS, "fr-2024 item 8(4)"),
        ("cp-nofile", 3, Unit.CALENDAR_DAYS, "cpr-2020 178"),
        ("psl-limit", 30, Unit.CALENDAR_DAYS, "psl-2025 118"),
        ("psl-ask", 8, Unit.HOURS, "psl-2025 97"),
        ("psl-hearing", 4000, Unit.YUAN, "psl-2025 117"),
        ("ap-hearing-apply", 5, Unit.WORKING_DAYS, "ppl-2021 64,85"),
        ("xf-handle", 60, Unit.CALENDAR_DAYS, "xf-2022 34"),
        ("id-issue", 60, Unit.CALENDAR_DAYS, "id-2011 12"),
        ("hk-birth", 1, Unit.MONTHS, "hk-1958 7"),
        ("rp-issue", 15, Unit.CALENDAR_DAYS, "rp-2015 9"),
    ],
)
def test_a_limit_stands_with_its_article(book, rule_id, limit, unit, article):
    rule = book.rule(rule_id, on=TODAY)
    assert (rule.limit, rule.unit, str(rule.sources[0])) == (limit, unit, article)


def test_the_handling_limit_of_a_station_is_extended_twice_by_its_own_bureau(book):
    """治安管理处罚法 art. 118: 30 + 30 + 30 days from filing, appraisal and hearing left out."""
    rule = book.rule("psl-limit", on=TODAY)
    assert rule.trigger == "case-filed"
    assert (rule.extension.amount, rule.extension.times, rule.extension.approver) == (30, 2, "own-bureau")
    assert rule.pauses == ("appraisal", "hearing")


def test_custody_and_questioning_do_not_roll(book):
    """刑事诉讼法 art. 105."""
    assert not any(book.rule(rule_id, on=TODAY).rolls for rule_id in ("psl-ask", "cp-summon", "ap-hold"))


def test_a_rule_has_the_version_of_its_day(book):
    """治安管理处罚法 art. 109 from 2026: 1000 yuan instead of 500."""
    assert book.rule("psl-station-power", on=date(2025, 12, 31)).limit == 500
    assert book.rule("psl-station-power", on=date(2026, 1, 1)).limit == 1000


def test_a_rule_that_is_not_in_force_is_not_answered(book):
    assert book.rule("o15-admin", on=date(2023, 12, 31)).limit == 24
    with pytest.raises(CannotTell, match="in force"):
        book.rule("o15-admin", on=date(2024, 1, 1))
    with pytest.raises(CannotTell, match="no rule"):
        book.rule("gi-nothing", on=TODAY)


@pytest.mark.parametrize(
    ("region", "large", "why"),
    [
        ("440305", Amount(3000, 3000), "Shenzhen is in Guangdong's first class"),
        ("440200", Amount(2000, 2000), "Shaoguan is in the second"),
        ("330106", Amount(3000, 3000), "Zhejiang"),
        ("530102", Amount(1000, 3000), "no figure known for Yunnan: the country's corridor"),
        ("", Amount(1000, 3000), "法释〔2013〕8号 art. 1"),
    ],
)
def test_the_theft_line_is_the_provinces(book, region, large, why):
    found = book.threshold("theft", region=region, on=TODAY)
    assert found.large == large, why
    assert found.large.is_fixed == (large.low == large.high)


def test_special_goods_and_places_are_asked_for_by_name(book):
    assert book.threshold("theft", region="5133", on=TODAY).large.low == 1600
    assert book.threshold("theft", region="5133", on=TODAY, variant="pasture-livestock").large.low == 3000
    with pytest.raises(CannotTell):
        book.threshold("theft", region="33", on=TODAY, variant="pasture-livestock")


def test_figures_from_before_2013_are_not_used(book):
    with pytest.raises(CannotTell, match="No figure"):
        book.threshold("theft", region="11", on=date(2012, 6, 1))


def test_telecom_fraud_is_the_same_everywhere(book):
    """法释 / 法发〔2016〕32号."""
    assert {book.threshold("telecom-fraud", region=r, on=TODAY).large.low for r in ("11", "4403", "65")} == {3000}


def test_the_five_categories_and_what_the_law_added(book):
    assert {ground.id: ground.handling for ground in book.grounds.values()} == {
        "sec-1": Handling.NEVER_IN_PLATFORM,
        "sec-2": Handling.INTERNAL_ONLY,
        "sec-3": Handling.THIRD_PARTY_CONSULT,
        "sec-4": Handling.NEVER_PUBLISH,
        "sec-5": Handling.MASK,
        "sec-sealed": Handling.SEALED,
        "sec-reporter": Handling.REPORTER_CONFIDENTIAL,
    }


def test_a_level_has_its_longest_term_and_only_state_secrets_have_levels(book):
    """保守国家秘密法 art. 20."""
    assert [(level.zh, level.years) for level in book.grounds["sec-1"].levels] == [
        ("绝密", 30),
        ("机密", 20),
        ("秘密", 10),
    ]
    assert [one.id for one in book.grounds.values() if one.levels] == ["sec-1"]
    assert [one.id for one in book.grounds.values() if one.end] == ["sec-1", "sec-2"]
    assert [one.id for one in book.grounds.values() if one.asks_owner] == ["sec-3"]


def test_every_reason_of_a_refusal_but_internal_affairs_rests_on_a_ground(book):
    """政府信息公开条例 arts. 14-16."""
    known = {item.code for rule in ("gi-ex-14", "gi-ex-15", "gi-ex-16") for item in book.rule(rule, on=TODAY).items}
    assert {code for ground in book.grounds.values() for code in ground.refuses} == known - {"internal"}


def test_numbers_are_deleted_for_the_public_and_partly_shown_to_their_owner(book):
    assert book.mask("identifier").output is MaskOutput.DELETE
    assert book.mask("identifier", audience="owner").output is MaskOutput.PARTIAL
    with pytest.raises(CannotTell, match="no masking rule"):
        book.mask("shoe-size")


def test_the_seven_answers_are_seven(book):
    """政府信息公开条例 art. 36."""
    rule = book.rule("gi-answers", on=TODAY)
    assert rule.limit == len(rule.items) == 7
    assert {"refuse", "not-exist", "not-our-organ"} <= {item.code for item in rule.items}


def test_every_rule_speaks_both_languages_and_for_itself(book):
    rules = book.rules(on=TODAY)
    for rule in rules:
        assert rule.says_zh.endswith("。"), rule.id
        assert rule.says_en.endswith("."), rule.id
        assert any("\u4e00" <= letter <= "\u9fff" for letter in rule.name_zh), rule.id
    sentences = [rule.says_zh for rule in rules]
    assert len(sentences) == len(set(sentences))


def test_no_rule_is_older_than_the_instrument_it_stands_on(book):
    for rule in (rule for found in book.versions.values() for rule in found):
        instrument = book.instruments[rule.sources[0].instrument]
        assert rule.valid_from >= instrument.valid_from, rule.id


def test_what_was_not_read_says_so(book):
    unread = [rule for rule in book.rules(on=TODAY) if rule.confidence is Confidence.UNCONFIRMED]
    assert {"eo-major", "dw-station", "dt-24"} <= {rule.id for rule in unread}
    assert {rule.id for rule in unread if rule.id.startswith("gi-")} == {"gi-annual-table", "gi-remedy-where"}


def test_the_annual_report_has_its_date(book):
    """政府信息公开条例 arts. 49, 50."""
    assert book.rule("gi-annual", on=TODAY).each_year_by == "01-31"
    assert book.rule("gi-annual-gov", on=TODAY).each_year_by == "03-31"


@pytest.mark.parametrize(
    ("rule_id", "approver"),
    [
        ("cp-decide", "county-head"),  # 公安机关办理刑事案件程序规定 art. 178
        ("cp-recon-decide", "county-head"),  # art. 179: the organ that decided
        ("cp-review-decide", "superior-organ-head"),  # art. 179: the next higher one
        ("o15-crim-complex", "county-head"),  # 公通字〔2015〕32号 2.1(2)
        ("fr-admin-now", ""),  # 接报案与立案工作规定 item 12: at once, so nobody is waited for
    ],
)
def test_a_rule_says_who_decides(book, rule_id, approver):
    assert book.rule(rule_id, on=TODAY).approver == approver


def test_a_tariff_begins_with_one_and_rises(book):
    fee = book.rule("gi-fee-case", on=TODAY)
    assert [fee.price(n) for n in (1, 10, 11, 30, 31, 40, 41, 51)] == [0, 0, 100, 100, 200, 200, 300, 400]
