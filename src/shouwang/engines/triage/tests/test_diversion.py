"""Where a report goes: kind, category, urgency, who handles it, whose area, what the law asks for now."""

from datetime import date, datetime
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from shouwang.engines.errors import BadData
from shouwang.engines.triage.danger import Grade
from shouwang.engines.triage.diversion import Answers, Area, Knowledge, Report, triage
from shouwang.engines.triage.nature import Injury, Kind
from shouwang.engines.triage.tests.house import NOW, ZONE, best, codes, knowledge, tell


@pytest.mark.parametrize(
    ("text", "kind", "category", "urgency", "handler"),
    [
        ("我的自行车停在超市门口被偷了，值八百块", "theft-bicycle", "public-order", 3, "station"),
        ("在地里干活，回来发现家里窗子被撬，床底下两百块钱被偷了", "theft-burglary", "criminal", 2, "station"),
        ("公交车上口袋里的六十五块钱被人掏走了", "theft-pickpocket", "criminal", 3, "station"),
        ("做任务先返几十，后来垫付两万八提不出来", "fraud-rebate", "criminal", 2, "anti-fraud"),
        ("两个人在饭店门口打架，有人流血", "assault", "public-order", 1, "station"),
        ("我老公又打我，他喝醉了", "domestic-violence", "public-order", 1, "station"),
        ("楼上漏水，和邻居吵起来了，要他赔", "dispute-neighbours", "dispute", 3, "station"),
        ("倒车把别人的保险杠蹭了，叫交警来定责", "traffic-damage", "traffic", 3, "traffic-police"),
        ("有人站在楼顶要跳楼", "suicide", "help", 1, "station"),
    ],
)
def test_an_ordinary_report_finds_its_way(text, kind, category, urgency, handler):
    one = best(text)
    assert (one.subtype, one.category, one.urgency, one.handler) == (kind, category, urgency, handler)


def test_a_report_that_is_not_for_the_police_is_told_where_to_go_and_never_refused():
    one = best("小区路灯坏了好几天没人修")
    assert (one.category, one.nature.kind) == ("not-police", Kind.NONE)
    assert knowledge().catalogue.handlers[one.handler].kind == "department"
    # Provisions on Receiving Reports: told at once, logged; and passed warm to 12345.
    assert {"fr-not-police", "d12345-gov"} <= {duty.rule for duty in one.duties}


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("我和前夫在离婚，他昨天把我打了", "domestic-violence"),
        ("我和前夫在离婚，他昨天把我打了，眼睛都肿了，我不敢回家", "domestic-violence"),
        ("婆婆把我打了，为了彩礼的事", "domestic-violence"),
        ("离婚的事谈不拢，他打我，我打电话给你们", "domestic-violence"),
        ("房东把我打了，押金不退", "assault"),
        ("欠我钱不还还把我打了", "assault"),
    ],
)
def test_whoever_was_hit_is_never_sent_off_with_a_private_quarrel(text, kind):
    one = best(text)
    assert (one.subtype, one.category) == (kind, "public-order")
    assert one.nature.kind in {Kind.VIOLATION, Kind.OPEN}
    assert one.urgency <= 2
    assert ("dv-warning" in one.articles) == (kind == "domestic-violence")


def test_eyes_that_are_swollen_and_no_way_home_are_urgent():
    assert tell("我和前夫在离婚，他昨天把我打了，眼睛都肿了，我不敢回家").urgency == 1


@pytest.mark.parametrize(
    "text", ["我和老公离婚，财产怎么分", "我们在离婚，他没有打我，只是吵", "房东不退押金，老打我电话"]
)
def test_a_quarrel_without_blows_stays_one(text):
    assert best(text).nature.kind is Kind.CIVIL


@pytest.mark.parametrize(
    ("text", "offences"),
    [
        ("被骗了三万又八百", {"fraud", "telecom-fraud"}),
        ("被骗十块", {"fraud", "telecom-fraud"}),
        ("被骗了两万零五十块", {"fraud", "telecom-fraud"}),
        ("手机被偷，买来四千九，保险公司说值三千，老板说最多一千五", {"theft"}),
        ("手机被人顺走了，苹果的，六千出头", {"theft"}),
    ],
)
def test_stolen_and_cheated_always_tell_the_offence(text, offences):
    result = tell(text)
    assert result.cannot_tell is None
    assert knowledge().catalogue.subtypes[result.suggestions[0].subtype].offence in offences


@pytest.mark.parametrize(
    "text",
    [
        "我家鸡圈里少了七只老母鸡，一只一百五六",
        "家里鸡圈的三只羊被偷了",
        "我家两头猪被偷了",
        "七只老母鸡被偷了，一只一百五六",
    ],
)
def test_a_hen_house_is_no_home(text):
    one = best(text)
    assert one.subtype == "theft-farm"
    assert "no-amount" not in codes(one.nature.reasons)


def test_hens_gone_as_well_make_a_home_no_hen_house():
    assert best("我家里被偷了，鸡也没了").subtype == "theft-burglary"
    assert "theft-burglary" in [one.subtype for one in tell("我家里被偷了，鸡圈的鸡也没了").suggestions[:2]]


# ── value, form, half: what an officer learns goes before what the text seems to say ──


def test_the_same_bicycle_is_a_violation_in_one_province_and_a_crime_in_another():
    text = "我的自行车在百货门口被偷了，大概一千五六"
    assert best(text, region="33").nature.kind is Kind.VIOLATION  # Zhejiang: 3000
    assert best(text, region="36").nature.kind is Kind.CRIME  # Jiangxi: 1500, and “以上” includes it
    assert best(text, region="").nature.kind is Kind.OPEN  # the country's corridor only


def test_a_parked_bicycle_is_never_pickpocketing():
    one = best("停在门口的自行车，车篮里的手机被人拿走了，值三百块")
    assert one.nature.kind is Kind.VIOLATION
    assert "not-pickpocketing" in codes(one.nature.reasons)  # interpretation on theft art. 3


def test_the_third_time_in_two_years_is_a_crime_at_any_value():
    text = "超市抓到一个偷洗发水的，一百八十块"
    assert best(text).nature.kind is Kind.VIOLATION
    third = best(text, times_in_two_years=3)
    assert (third.nature.kind, third.category) == (Kind.CRIME, "criminal")


def test_stealing_from_a_patient_halves_the_line():
    text = "在医院住院，枕头边的钱包被偷了，八百块"
    said = best(text, subtype="theft-other")
    assert (said.nature.kind, "half-line" in codes(said.nature.reasons)) == (Kind.CRIME, True)  # 750 in Jiangxi
    asked = best(text, subtype="theft-other", half=frozenset())
    assert asked.nature.kind is Kind.VIOLATION  # none of the eight


def test_a_carried_blade_makes_theft_a_crime_at_any_value():
    assert best("店里一箱饮料被偷了，值六十块", weapon=True).nature.kind is Kind.CRIME


def test_sums_that_contradict_each_other_are_named():
    one = best("自行车被偷了，值八百元。不对，说错了，值两千元")
    assert "contradiction" in codes(one.nature.reasons)
    assert "contradiction" not in codes(best("自行车被偷了", value=Decimal(800)).nature.reasons)


def test_a_grade_of_injury_settles_an_assault():
    text = "和人打架，鼻子被打出血了"
    assert best(text).nature.kind is Kind.OPEN
    assert best(text, injury=Injury.MINOR).nature.kind is Kind.VIOLATION
    assert best(text, injury=Injury.SLIGHT).nature.kind is Kind.CRIME  # Criminal Law art. 234


def test_the_age_of_a_suspect_is_read_or_answered():
    text = "一个十三岁的孩子偷了我的自行车，值两千块"
    (first, *_) = best(text).age
    assert first.code == "age-under-14"
    assert text[slice(*first.spans[0])] == "十三岁"
    assert codes(best(text, suspect_age=16).age) == ["age-16-18", "guardian"]


# ── who handles it: station or squad, and whose area ──


@pytest.mark.parametrize(
    ("text", "answers", "handler", "reason"),
    [
        ("电动车被偷了，值四千块", {}, "station", "station-own"),  # simple and clear: the station's own
        ("电动车被偷了，值四千块", {"serial": True}, "criminal-squad", "squad-serial"),
        ("店里被偷了二十万块钱的货", {}, "criminal-squad", "squad-grave"),
        ("店里被偷了五千块钱的货，人抓住了", {}, "station", "simple-held"),
        ("自行车被偷了，值八百块", {}, "station", "station-violation"),
        ("有人拿刀抢了我的包", {}, "criminal-squad", "squad-grave"),
    ],
)
def test_station_or_squad(text, answers, handler, reason):
    one = best(text, **answers)
    assert (one.handler, one.handler_reasons[0].code) == (handler, reason)
    # Whoever handles it, the station that hears it first takes it: Provisions on Receiving Reports item 7.
    assert "fr-first" in {duty.rule for duty in one.duties}


@pytest.mark.parametrize(
    ("area", "reason", "duty"),
    [
        (Area.OWN, "own-area", "fr-own"),
        (Area.OTHER, "other-area", "fr-other-unit"),  # passed on within 24 hours
        (Area.UNKNOWN, "area-unknown", "fr-unclear"),  # decided within three days
    ],
)
def test_whose_area_it_is(area, reason, duty):
    one = best("自行车被偷了，值八百块", area=area, area_name="青石派出所")
    assert reason in codes(one.handler_reasons)
    assert duty in {each.rule for each in one.duties}


def test_a_crime_brings_its_clocks():
    clocks = {d.rule: (d.limit, str(d.unit)) for d in best("家里被撬门偷了三千块").duties if d.limit}
    assert clocks["o15-crim"][0] == 3  # three days to review: opinion of 2015, 2(1)(2)


def test_no_law_is_cited_before_it_is_in_force():
    old = best("自行车被偷了，值八百块", now=datetime(2025, 12, 31, 9, tzinfo=ZONE))
    book = knowledge().book
    for rule in old.articles:
        book.rule(rule, on=date(2025, 12, 31))
    assert "d110-duty" not in old.articles  # PSL 2025 art. 139 holds from 2026-01-01


# ── “cannot tell” ──


@pytest.mark.parametrize(
    "text",
    [
        "啊啊啊啊",
        "1",
        "测试",
        "",
        "？？？",
        "你好",
        "asdf",
        "111",
        "在吗",
        "不知道",
        "随便看看",
        "天气真好",
        "没事",
        "我要报警",
        "\ud800",
    ],
)
def test_from_nonsense_nobody_can_tell_and_it_says_why(text):
    reason = tell(text).cannot_tell
    assert reason is not None
    assert reason.code in {"few-words", "none-stands-out"}
    assert all(knowledge().say(reason, english=english) for english in (False, True))


@pytest.mark.parametrize(
    "text",
    [
        "手机被偷",
        "自行车被偷了，值八百块",
        "有人拿刀砍人",
        "我不想活了",
        "救命，着火了",
        "想办居住证",
        "迁户口",
        "手机丢了",
        "孩子乱按的，没有报警。",
        "楼上太吵",
    ],
)
def test_short_words_that_say_something_are_told(text):
    assert tell(text).cannot_tell is None


def test_a_text_in_which_no_kind_stands_out_is_left_to_the_officer():
    said = next(
        result.cannot_tell
        for text in ("出事了，你们快点来看看吧，我也说不清楚", "那个人又来了，站在那里看着我们")
        if (result := tell(text)).cannot_tell
    )
    assert said.code == "none-stands-out"


def test_what_an_officer_chose_can_always_be_told():
    assert tell("啊啊啊啊", subtype="theft-other").cannot_tell is None
    told = tell("啊啊啊啊", category="dispute")
    assert told.cannot_tell is None
    assert {one.category for one in told.suggestions} == {"dispute"}


@pytest.mark.parametrize("category", sorted(knowledge().catalogue.categories))
def test_a_category_that_an_officer_chose_stands_and_its_kinds_follow(category):
    told = tell("自行车被偷了，值八百块", category=category)
    assert told.suggestions[0].category == category
    known = knowledge().catalogue.subtypes
    cases = {"criminal", "public-order"}
    assert all(known[one.subtype].category in (cases if category in cases else {category}) for one in told.suggestions)


# ── sums that contradict ──


@pytest.mark.parametrize(
    ("text", "kind", "said"),
    [
        ("自行车被偷了，一千二，又说是一千八", Kind.OPEN, "“一千二”、“一千八”"),
        ("手机被偷了，一万二，又说是一万五", Kind.CRIME, "“一万二”、“一万五”"),
        ("自行车被偷了，三百块，又说是五百块", Kind.VIOLATION, "“三百块”、“五百块”"),
    ],
)
def test_no_line_takes_one_of_two_sums_for_settled(text, kind, said):
    nature = best(text).nature
    assert (nature.kind, nature.settled, nature.asks[0]) == (kind, False, "value")
    first = nature.reasons[0]
    assert said in knowledge().say(first)
    assert "none of them is settled" in knowledge().say(first, english=True).lower()
    assert "、".join(f"“{text[start:end]}”" for start, end in first.spans) == said
    assert "value" in best(text).asks


def test_a_sum_that_an_officer_found_out_settles_it():
    nature = best("自行车被偷了，一千二，又说是一千八", value=Decimal(1800)).nature
    assert (nature.kind, nature.settled) == (Kind.CRIME, True)
    assert "contradiction" not in codes(nature.reasons)


def test_where_no_amount_is_needed_the_sums_are_told_and_change_nothing():
    nature = best("小偷翻窗进我家里偷了手机，一千二，又说是一千八").nature
    assert (nature.kind, nature.settled) == (Kind.CRIME, True)
    assert codes(nature.reasons)[:2] == ["no-amount", "contradiction"]


def test_a_kind_that_is_only_the_likeliest_of_many_makes_no_crime_at_any_value():
    one = best("手机被偷了，三百块，11月30号晚上在石桥夜市。")
    assert one.probability < 0.5
    assert (one.subtype, one.nature.kind) == ("theft-pickpocket", Kind.VIOLATION)
    assert best("手机被偷了，三百块，11月30号晚上在石桥夜市。", subtype="theft-pickpocket").nature.kind is Kind.CRIME


def test_what_was_paid_once_does_not_make_it_a_crime_and_is_the_loss_of_whoever_was_cheated():
    nature = best("我的自行车被偷了，四千块买的").nature
    assert nature.kind is Kind.OPEN
    assert codes(nature.reasons) == ["straddles", "bought", "not-pickpocketing"]
    assert best("我的自行车被偷了，三百块买的").nature.kind is Kind.VIOLATION


def test_what_is_demanded_is_told_apart_from_the_loss():
    nature = best("手机被偷了，值一千块，对方让我再给三千才还").nature
    assert "“三千”是对方要的数，不是损失的数" in [knowledge().say(reason) for reason in nature.reasons]


def test_a_day_that_there_is_not_is_asked_about():
    assert "time" in best("11月31号自行车被偷了，值八百块").asks


# ── urgency: raised, never lowered ──


def test_what_is_going_on_raises_the_grade_and_says_why():
    quiet, now = best("自行车被偷了，值八百块"), best("自行车被偷了，值八百块", ongoing=True)
    assert (quiet.urgency, now.urgency) == (3, 2)
    assert codes(now.urgency_reasons) == ["base-urgency", "raised"]


@pytest.mark.parametrize(
    ("text", "answers", "has_scene"),
    [
        ("刷单被骗了三万，钱已经转走", {}, False),
        ("身份证丢了", {}, False),
        ("电动车被偷了", {}, True),
        ("东西没了", {"subtype": "fraud-loan"}, False),
        ("嗯", {}, True),
    ],
)
def test_nobody_goes_only_where_most_speaks_for_kinds_without_a_scene(text, answers, has_scene):
    assert tell(text, **answers).has_scene is has_scene


@pytest.mark.parametrize(
    ("text", "answers", "going_on"),
    [("有人打架，快来", {}, True), ("有人打架，快来", {"ongoing": False}, False), ("电动车被偷了", {}, None)],
)
def test_whether_it_goes_on(text, answers, going_on):
    assert tell(text, **answers).going_on is going_on


REPORTS = [
    "自行车被偷了，值八百块", "有人拿刀砍人，快来", "孩子走丢了", "想办居住证", "楼上太吵", "家里着火了", "被骗了五千块",
    "我不想活了，药已经吃了", "他要杀我，把门锁了", "车被剐了", "手机一万二，又说是一万五",
    "三千块买的，11月31号", "啊啊啊啊", "1", "\ud800",
]  # fmt: skip


@settings(max_examples=40)
@given(st.sampled_from(REPORTS), st.sampled_from(sorted(knowledge().catalogue.subtypes)))
def test_nothing_an_officer_chooses_lowers_what_words_of_danger_raised(text, chosen):
    result = tell(text, subtype=chosen)
    assert result.suggestions[0].subtype == chosen
    if result.danger and result.danger.category != "unclear":
        assert result.urgency <= (1 if result.danger.grade is Grade.NOW else 2)


@settings(max_examples=60)
@given(
    st.text(st.characters(), max_size=60) | st.lists(st.sampled_from(REPORTS), min_size=1, max_size=4).map("，".join)
)
def test_any_text_gets_an_answer_with_reasons_inside_the_text(text):
    result = tell(text)
    assert 1 <= result.urgency <= result.suggestions[0].urgency
    assert sum(result.shares.values()) == pytest.approx(1)
    for one in result.suggestions:
        assert 0 <= one.probability <= 1
        assert all((one.nature.reasons, one.handler_reasons, one.urgency_reasons))
        for because in (*one.reasons, *one.nature.reasons, *one.urgency_reasons, *one.handler_reasons, *one.age):
            assert all(knowledge().say(because, english=english) for english in (False, True))
            assert all(0 <= start <= end <= len(text) for start, end in because.spans)


def test_the_same_report_gets_the_same_answer():
    assert tell("自行车被偷了，值八百块") == tell("自行车被偷了，值八百块")


def test_without_a_classifier_lines_of_words_still_speak():
    one = triage(Report("公交车上口袋里的钱被人掏走", NOW, ZONE), Knowledge.load(model=None)).suggestions[0]
    assert (one.subtype, codes(one.reasons)) == ("theft-pickpocket", ["words"])


def test_what_cannot_be_used_is_refused_with_a_sentence():
    with pytest.raises(BadData, match="now: needs its time zone"):
        triage(Report("x", datetime(2026, 5, 6), ZONE), knowledge())  # noqa: DTZ001  that is the point
    with pytest.raises(BadData, match="category: “no-such” is nowhere explained"):
        triage(Report("x", NOW, ZONE, answers=Answers(category="no-such")), knowledge())
    with pytest.raises(BadData, match="“no-such” is nowhere explained"):
        triage(Report("x", NOW, ZONE, answers=Answers(subtype="no-such")), knowledge())
