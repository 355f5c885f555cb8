"""What an officer and a trainee read: each suggestion with reasons, article, confidence, and all that may stand in its place."""

from datetime import date

import pytest

import shouwang.engines.triage as engine
from shouwang.engines.law.model import Confidence
from shouwang.engines.triage import About, Answers, Area, advise, lessons
from shouwang.engines.triage.tests.house import JIANGXI, NOW, ZONE, knowledge

BICYCLE = "我的自行车在百货门口被偷了，一千二，是个十五岁的男孩偷的"


def advice(text=BICYCLE, **more):
    return advise(text, knowledge=knowledge(), now=NOW, zone=ZONE, region=JIANGXI, area=Area.OWN, **more)


def test_the_bicycle_of_the_essay_is_the_stations_own():
    """The trainee sent the victim to the criminal squad; the law says: take it, file it, it is yours."""
    told = advice()
    assert {p.about: p.code for p in told.points} == {
        About.CATEGORY: "public-order",
        About.KIND: "theft-bicycle",
        About.URGENCY: "3",
        About.NATURE: "violation",
        About.HANDLER: "station",
        About.AREA: "own",
        About.AGE: "age-14-16",
    }
    nature = told.point(About.NATURE)
    assert nature.because[0] == "价值1200元不到江西刑事起点1500元，按治安办"
    assert nature.quotes == ("一千二",)
    assert "《治安管理处罚法》第58条" in [cited.where for cited in nature.articles]
    assert "如果是扒窃：不论数额，转刑事" in nature.changes


def test_a_point_names_its_law_and_how_well_it_was_read():
    for point in advice().points:
        assert point.because
        assert point.articles, point.about
        assert point.confidence in Confidence
        assert all(cited.where and cited.says for cited in point.articles)


@pytest.mark.parametrize("about", [About.CATEGORY, About.KIND, About.URGENCY, About.NATURE, About.HANDLER, About.AREA])
def test_every_other_answer_stands_ready_the_likeliest_first(about):
    point = advice("有人在楼下吵架打起来了").point(about)
    codes = [point.code, *(other.code for other in point.alternatives)]
    assert len(codes) == len(set(codes)) > 2
    shares = [other.sure for other in point.alternatives]
    assert shares == sorted(shares, reverse=True)
    assert 0 < sum(shares) + point.sure < 1.0001


def test_what_an_officer_chose_is_certain_and_rests_on_the_officer():
    kind = advice(answers=Answers(subtype="theft-other")).point(About.KIND)
    assert (kind.code, kind.sure, kind.because) == ("theft-other", 1, ("民警选定",))


def test_the_trainee_reads_the_rule_with_an_example():
    lesson = advice().lesson
    assert lesson.kind == "theft-bicycle"
    assert "车篮" in lesson.example
    assert "不算扒窃" in lesson.why
    assert [cited.rule for cited in lesson.articles][:2] == ["th-theft", "th-theft-any"]
    assert "停放的电动车不算入户或者扒窃" in lesson.articles[1].says


@pytest.mark.parametrize("english", [False, True])
def test_every_kind_of_report_has_a_lesson_in_both_languages(english):
    told = lessons(knowledge(), on=date(2026, 5, 6), english=english)
    assert {lesson.kind for lesson in told} == set(knowledge().catalogue.subtypes)
    assert all(lesson.example and lesson.why and lesson.name for lesson in told)
    assert len({lesson.example for lesson in told}) == len(told)


def test_english_leaves_no_chinese_but_the_reporters_words():
    told = advice(english=True)
    texts = [point.says for point in told.points] + [a.says for p in told.points for a in p.alternatives]
    texts += [cited.where + cited.says for point in told.points for cited in point.articles]
    texts += [told.lesson.example, told.lesson.why, *told.actions, *(says for _, says in told.asks)]
    assert [text for text in texts if any("\u4e00" <= char <= "\u9fff" for char in text)] == []


def test_where_the_place_is_not_asked_about_there_is_no_point_about_it():
    assert advice("想问问居住证怎么办").point(About.AREA) is None
    assert advice("想问问居住证怎么办").point(About.AGE) is None


def test_the_first_room_has_every_door_and_no_other():
    assert all(getattr(engine, name) for name in engine.__all__)
    with pytest.raises(AttributeError, match="no attribute 'decide'"):
        _ = engine.decide


def test_where_nobody_can_tell_no_kind_is_named_and_the_first_question_is_what_happened():
    told = advice("啊啊啊啊")
    assert told.cannot_tell == "看得懂的字词太少"
    assert advice("啊啊啊啊", english=True).cannot_tell == "it has too few words that are known"
    assert [point.about for point in told.points] == [About.AREA]
    assert (told.lesson, told.duties, told.actions) == (None, (), ())
    assert [code for code, _ in told.asks] == ["what", "time", "place"]


def test_sums_that_contradict_make_the_nature_unsettled():
    point = advice("自行车被偷了，一千二，又说是一千八").point(About.NATURE)
    assert not point.settled
    assert point.sure <= 0.5
    assert point.because[0] == "数额说法不一致：“一千二”、“一千八”。哪个都还不能定，先问清楚"
    assert {"一千二", "一千八"} <= set(point.quotes)
