"""Sums of money: how much, for what, and what the loss comes to."""

from decimal import Decimal
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from shouwang.engines.triage.amounts import Role, amounts, loss
from shouwang.engines.triage.goods import Goods
from shouwang.engines.triage.numerals import Sheet
from shouwang.engines.triage.tests.test_numerals import NOTATIONS

GOODS = Goods.load()


def found(text):
    return amounts(Sheet.of(text), GOODS)


def lost(text):
    return loss(found(text))


@pytest.mark.parametrize("notation", NOTATIONS)
@pytest.mark.parametrize(("before", "after"), [("被骗", "元"), ("丢了", "块钱"), ("￥", ""), ("现金人民币", "元整")])
@given(yuan=st.integers(100, 10**8))
@settings(max_examples=20)
def test_a_sum_written_in_any_notation_is_read_back(notation, before, after, yuan):
    (amount,) = found(f"我{before}{NOTATIONS[notation](yuan)}{after}。")
    assert (amount.low, amount.high, amount.currency) == (yuan, yuan, "CNY")


@pytest.mark.parametrize(
    ("text", "span", "low", "high"),
    [
        ("被骗两万八", "两万八", "28000", "28000"),
        ("手机两千多，找不到了", "两千多", "2000", "2999.99"),
        ("损失将近三千元", "将近三千元", "2400", "2999.99"),
        ("他骗了我三千块左右", "三千块左右", "2700", "3300"),
        ("约人民币500元", "约人民币500元", "450", "550"),
        ("要三到五千", "三到五千", "3000", "5000"),
        ("卖了3-5万", "3-5万", "30000", "50000"),
        ("价值3000元至5000元", "3000元至5000元", "3000", "5000"),
        ("现金约七、八百元", "现金约七、八百元", "700", "800"),
        ("三块五一斤", "三块五", "3.50", "3.50"),
        ("12元5角", "12元5角", "12.50", "12.50"),
        ("五毛钱", "五毛钱", "0.5", "0.5"),
        ("转了500块多", "500块多", "500", "599.99"),
        ("被骗了三万又八百", "三万又八百", "30800", "30800"),
        ("被骗一千大几", "一千大几", "1000", "1999.99"),
        ("丢了一千大几百块", "一千大几百块", "1500", "1900"),
        ("花了百八十块", "百八十块", "80", "180"),
        ("花了千八百块", "千八百块", "800", "1800"),
        ("近五万", "近五万", "40000", "49999.99"),
        ("修要三四千", "三四千", "3000", "4000"),
        ("被人顺走了，苹果的，六千出头", "六千出头", "6000", "6999.99"),
        ("钱没了，3k多", "3k多", "3000", "3999.99"),
        ("钱没了，5w", "5w", "50000", "50000"),
        ("人民币15，460.00元", "人民币15，460.00元", "15460", "15460"),
        ("价值5193元（伍仟壹佰玖拾叁圆整）", "5193元（伍仟壹佰玖拾叁圆整）", "5193", "5193"),
    ],
)
def test_money_as_people_put_it(text, span, low, high):
    (amount,) = found(text)
    assert text[amount.start : amount.end] == span
    assert (amount.low, amount.high) == (Decimal(low), Decimal(high))


@pytest.mark.parametrize(
    "text",
    [
        "打110报警",
        "手机号13812345678",
        "一千多公里",
        "丢了一块手表",
        "三块砖头",
        "电瓶六块被人拆了",
        "内六角扳手一把",
        "2018年5月30日下午",
        "车牌12345",
        "三元里的角落",
        "5w的灯泡",
        "每天要走三四千步",
        "来了近五万人",
        "元旦",
        "骑了两千米",
        "有三百人",
    ],
)
def test_what_is_no_money_is_left_alone(text):
    assert found(text) == ()


@pytest.mark.parametrize(
    ("text", "role"),
    [
        ("钱包里有现金300元", Role.CASH),
        ("手机价值2000元", Role.VALUE),
        ("我转账了6800元", Role.PAID),
        ("修车花费，损失1200元", Role.DAMAGE),
        ("对方让我再转一万", Role.DEMANDED),
        ("已经退还我500元", Role.RETURNED),
        ("老板欠我工资一万二", Role.WAGE),
        ("他借了我3万块不还", Role.DEBT),
        ("被罚款200元", Role.FINE),
        ("每斤5块钱", Role.PRICE),
    ],
)
def test_the_words_around_tell_what_a_sum_is(text, role):
    (amount,) = found(text)
    assert amount.role is role


def test_another_currency_is_named_and_never_added():
    (amount,) = found("里面有100美元")
    assert amount.currency == "USD"
    assert lost("里面有100美元") is None


def test_each_item_has_its_sum_and_the_loss_is_the_sum_of_them():
    text = "自行车一辆，价值800元；手机一部2000元；小包里有现金三百多"
    assert [(a.thing, a.low) for a in found(text)] == [("bicycle", 800), ("phone", 2000), ("cash", 300)]
    total = lost(text)
    assert (total.low, total.high, total.how, total.exact) == (3100, Decimal("3199.99"), "sum", False)


def test_a_named_total_goes_before_the_sum_of_the_parts():
    total = lost("总共损失7300元，其中手机5000元，现金2300元")
    assert (total.low, total.how, total.contradiction) == (7300, "total", ())


def test_a_price_for_one_counts_as_often_as_the_thing_is_there():
    assert lost("偷了3部手机，每部2000元").low == 6000


@pytest.mark.parametrize(
    ("text", "low", "high"),
    [
        ("三只羊，一只一千二百元", 3600, 3600),
        ("三只羊被偷，一只一千二", 3600, 3600),
        ("八只鸡，每只八十元", 640, 640),
        ("七只，一只一百五六", 1050, 1120),
        ("三笔，每笔2000", 6000, 6000),
        ("两辆车，一辆三千，一辆五千", 8000, 8000),
        ("有三只羊，一只一千二百元，还有一头牛八千", 11600, 11600),
        ("车被砸了，修要三四千", 3000, 4000),
    ],
)
def test_a_price_for_one_is_found_however_it_is_put(text, low, high):
    total = lost(text)
    assert (total.low, total.high, total.contradiction) == (low, high, ())


def test_wages_by_the_month_are_their_total_and_a_price():
    text = "三个月工资共1.8万，每月6千"
    assert [(a.low, a.role, a.each) for a in found(text)] == [(18000, Role.WAGE, False), (6000, Role.PRICE, True)]
    assert lost(text) is None


def test_a_thing_is_worth_what_it_is_worth_now():
    assert lost("被盗电动车买的时候3800块，现在估价也就一千五六").low == 1500


@pytest.mark.parametrize(
    "text",
    [
        "报警人称被骗5000元，后又称被骗8000元",
        "一共损失3000元，其中手机2500元，现金1800元",
        "总共被骗3000元。合计被骗5000元。",
    ],
)
def test_sums_that_cannot_both_be_true_are_named(text):
    total = lost(text)
    assert len(total.contradiction) >= 2
    assert not total.exact


@pytest.mark.parametrize(
    ("text", "said", "low", "high"),
    [
        ("手机被偷了，一万二，又说是一万五", ["一万二", "一万五"], "12000", "15000"),
        ("丢了一台电脑，三千多块，买的时候两千五百元", ["三千多块", "两千五百元"], "2500", "3999.99"),
        ("一开始说两千，又说三千", ["两千", "三千"], "2000", "3000"),
        ("被骗五千元，也可能是八千元", ["五千元", "八千元"], "5000", "8000"),
        ("丢了三千块钱，他老婆说是五千块", ["三千块钱", "五千块"], "3000", "5000"),
        ("包里有2000块，不，是3000块", ["2000块", "3000块"], "2000", "3000"),
        ("手机丢了，三千块或者四千块", ["三千块", "四千块"], "3000", "4000"),
        ("手机要么三千要么四千", ["三千", "四千"], "3000", "4000"),
        ("我记得是三千，收据上写四千五", ["三千", "四千五"], "3000", "4500"),
        ("手机三千块。\n我的手机应该是四千块", ["三千块", "四千块"], "3000", "4000"),
        ("买来四千九，保险公司说值三千，老板说最多一千五", ["三千", "最多一千五"], "0", "3000"),
        ("手机值5000元，买的时候3000元", ["5000元", "3000元"], "3000", "5000"),
    ],
)
def test_sums_that_contradict_are_told_with_their_places_and_none_is_believed(text, said, low, high):
    total = lost(text)
    assert [text[a.start : a.end] for a in total.contradiction] == said
    assert (total.low, total.high, total.exact) == (Decimal(low), Decimal(high), False)


@pytest.mark.parametrize(
    ("text", "low", "high"),
    [
        ("手机2000块，大概值两千块", 2000, 2000),
        ("手机三千块，还有现金五百块", 3500, 3500),
        ("先转了三千块，又转了五千块", 8000, 8000),
        ("一部手机3000元，一部手机2000元", 5000, 5000),
        ("被骗一万块，第一次转了四千，第二次转了六千", 10000, 10000),
        ("抽屉里现金三百块，包里现金五百块", 800, 800),
    ],
)
def test_several_sums_that_fit_are_no_contradiction(text, low, high):
    total = lost(text)
    assert (total.low, total.high, total.contradiction) == (low, high, ())


@pytest.mark.parametrize(
    "text", ["手机值3000，买的时候4500", "电动车买的时候4500块，现在值3000", "新买的4500块，手机二手估价3000"]
)
def test_what_a_thing_was_bought_for_is_not_what_it_is_worth(text):
    total = lost(text)
    assert (total.low, total.high, total.contradiction) == (3000, 3000, ())


def test_a_price_once_paid_only_bounds_what_it_is_worth():
    total = lost("手机四千块买的，被偷了")
    assert (total.low, total.high, total.point, total.exact, total.how) == (0, 4000, 4000, False, "price")


def test_what_is_demanded_is_no_loss_and_contradicts_nothing():
    total = lost("对方让我赔三千，手机只值一千")
    assert (total.low, total.high, total.contradiction) == (1000, 1000, ())


@pytest.mark.parametrize("text", ["老板欠我工资5000元", "已退还500元", "每斤5块钱", "让我再转一万"])
def test_money_that_was_not_lost_is_no_loss(text):
    assert lost(text) is None


PIECES = """
    又说是 或者 不对 买的 现在值 买的时候 一两千 小几万 2k 上万 还有 总共
    被骗 3000元 两万多 手机 现金 共计 每部 2000块 左右 ， 。 一千五六 至 （ ） 约
    ￥ 三部 三只羊 一只 每笔 又八百 一千大几 百八十块 5w 退还 又称 美元 万 1,200 角 多
    """
words = st.sampled_from(PIECES.split())


@given(text=st.lists(words, max_size=14).map("".join))
def test_ranges_lie_in_the_text_in_order_and_low_is_never_above_high(text):
    money = found(text)
    assert all(0 <= a.start < a.end <= len(text) for a in money)
    assert all(a.end <= b.start for a, b in pairwise(money))
    assert all(a.high is None or a.low <= a.high for a in money)
    total = loss(money)
    assert total is None or total.high is None or total.low <= total.high
    assert total is None or not total.contradiction or (not total.exact and len(total.contradiction) >= 2)
    assert total is None or all(a in money or a.count for a in (*total.parts, *total.contradiction))
