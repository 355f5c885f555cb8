"""Places, people, plates, things, and all facts of a text together."""

import time
from datetime import datetime, timedelta, timezone
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from shouwang.engines.errors import BadData
from shouwang.engines.triage.extract import Lexicon, extract
from shouwang.engines.triage.goods import Goods
from shouwang.engines.triage.numerals import Sheet
from shouwang.engines.triage.people import ages, crowds, plates
from shouwang.engines.triage.places import Gazetteer, places

ZONE = timezone(timedelta(hours=8))
NOW = datetime(2026, 11, 23, 9, 0, tzinfo=ZONE)
LEXICON = Lexicon.load()


def facts(text):
    return extract(text, now=NOW, zone=ZONE, lexicon=LEXICON)


@pytest.mark.parametrize(
    ("text", "place", "kind"),
    [
        ("我的电动车停在菜市场门口不见了", "菜市场门口", "market"),
        ("在人民路邮局门口被一个男的打了", "人民路邮局门口", "office"),
        ("我家楼下有人吵架", "我家楼下", "estate"),
        ("县医院停车场，一辆白车挡住了", "县医院停车场", "transport"),
        ("107国道边有个人躺着", "107国道边", "road"),
        ("水岸小区3栋2单元502室漏水", "水岸小区3栋2单元502室", "estate"),
        ("我在家里被老公打了", "家里", "home"),
        ("他在网上骗我钱", "网上", "online"),
        ("窜至**镇**村**组的家中，窃得现金", "**镇**村**组的家中", "home"),
        ("天桥下面有个老人", "天桥下面", "road"),
        ("回家路上被人跟踪", "回家路上", "road"),
    ],
)
def test_a_place_is_found_with_its_kind(text, place, kind):
    (found,) = places(text, LEXICON.gazetteer)
    assert (text[found.start : found.end], found.kind) == (place, kind)


@pytest.mark.parametrize(
    "text", ["村里的路灯坏了", "请问身份证去哪里办", "大家都在吵", "到了晚上就吵", "楼上住户天天跳"]
)
def test_what_is_no_place_is_left_alone(text):
    assert places(text, LEXICON.gazetteer) == ()


def test_several_places_stand_apart():
    text = "先后在安化镇、东坪镇和江口村偷东西"
    assert [text[p.start : p.end] for p in places(text, LEXICON.gazetteer)] == ["安化镇", "东坪镇", "江口村"]


@pytest.mark.parametrize(
    ("text", "low", "high", "whose"),
    [
        ("那个小偷也就十三四岁", 13, 14, "suspect"),
        ("我68岁的老母亲", 68, 68, "victim"),
        ("我儿子今年八岁走丢了", 8, 8, "victim"),
        ("对方五十多岁", 50, 59, "suspect"),
        ("打人的是个初中生", 12, 16, "suspect"),
        ("我今年35岁", 35, 35, "reporter"),
    ],
)
def test_an_age_and_whose_it_is(text, low, high, whose):
    (age,) = ages(Sheet.of(text))
    assert (age.low, age.high, age.whose) == (low, high, whose)


@pytest.mark.parametrize(
    ("text", "low", "high"),
    [("七八个小伙子", 7, 8), ("两名男子", 2, 2), ("一伙人", 3, None), ("十几个人", 11, 19), ("3个社会青年", 3, 3)],
)
def test_people_are_counted(text, low, high):
    (crowd,) = crowds(Sheet.of(text))
    assert (crowd.low, crowd.high) == (low, high)


@pytest.mark.parametrize(
    ("text", "number", "kind"),
    [
        ("赣B·12345", "赣B12345", "car"),
        ("粤bd12345", "粤BD12345", "new-energy"),
        ("浙A1234挂", "浙A1234挂", "special"),
        ("粤B*****", "粤B*****", "car"),
        ("尾号638的摩的", "638", "part"),
    ],
)
def test_a_plate_is_written_plainly(text, number, kind):
    (plate,) = plates(Sheet.of(text))
    assert (plate.number, plate.kind) == (number, kind)


@pytest.mark.parametrize("text", ["银行卡尾号1234", "京城一家店", "赣B"])
def test_what_is_no_plate_is_left_alone(text):
    assert plates(Sheet.of(text)) == ()


def test_things_are_named_and_counted():
    found = LEXICON.goods.find(Sheet.of("偷走两部苹果手机和自行车一辆、三只鸡"))
    assert [(thing.code, thing.count) for thing in found] == [("phone", 2), ("bicycle", 1), ("livestock", 3)]


def test_a_word_that_stands_twice_is_refused(tmp_path):
    file = tmp_path / "goods.toml"
    file.write_text('[[goods]]\ncode = "a"\nwords = ["车"]\n[[goods]]\ncode = "b"\nwords = ["车"]\n', encoding="utf-8")
    with pytest.raises(BadData, match="“车” stands twice"):
        Goods.load(file)


def test_a_word_of_two_kinds_is_refused(tmp_path):
    file = tmp_path / "places.toml"
    file.write_text('[kinds]\nroad = "路"\nhome = "家 路"\n[positions]\nwords = "下"\n', encoding="utf-8")
    with pytest.raises(BadData, match="“路” stands under road already"):
        Gazetteer.load(file)


def test_the_trainee_of_the_essay_hears_all_of_it():
    said = facts("昨天下午我的自行车停在百货门口被偷了，车篮里的手机和小包也没了，一共大概一千五六。")
    assert (said.loss.low, said.loss.high) == (1500, 1600)
    assert said.times[0].earliest == datetime(2026, 11, 22, 12, 0, tzinfo=ZONE)
    assert [p.kind for p in said.places] == ["shop"]
    assert {thing.code for thing in said.things} == {"bicycle", "phone", "bag"}


SAID = """
    我的 手机 电动车 被偷了 被骗 值 三千块 一万二 又说是 或者 买的时候 2k 小几万 一两千 上万
    11月31号 2月30日 13月 32号 昨晚 十点 至 、 ， 。 \n 还有 不对
    一共 在 人民路 赣B12345 十五岁 ￥ 1,234 块 万 𝟑 \ud800
    """


@given(text=st.text(max_size=200) | st.lists(st.sampled_from(SAID.split()), max_size=30).map("".join))
@settings(max_examples=300)
def test_every_fact_of_any_text_lies_in_it(text):
    said = facts(text)
    for kind in (said.amounts, said.times, said.places, said.plates, said.ages, said.people, said.things):
        assert all(0 <= fact.start < fact.end <= len(text) for fact in kind)
        assert all(a.start <= b.start for a, b in pairwise(kind))


REPEATED = "在 路 年 1 3月 在路 元 3元 手机 、 三个人 1、 8点 约1 * 我家 2018年 上周 多 1,234 的一天 左右 （ 每 粤B"


@pytest.mark.parametrize(
    "part",
    REPEATED.split(),
)
def test_work_grows_linearly_with_the_text(part):
    def seconds(times):
        begin = time.process_time()
        facts(part * times)
        return time.process_time() - begin

    small, large = (min(seconds(n // len(part)) for _ in range(2)) for n in (800, 6_400))
    assert large < 8 * 4 * small + 0.05  # eight times the text; were it the square, 64 times the work
