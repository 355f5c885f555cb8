"""
Sums of money in a report: how much, how exactly, for what, and what the loss comes to.

    found = amounts(Sheet.of("手机两千多，包里还有现金300块"), Goods.load())
    loss(found).low, loss(found).high                       # 2300, 3299.99

What was paid for a thing, what it is worth now and what somebody demands are three different sums. The law counts what it is worth: by a
valid proof of the price, else by appraisal (interpretation on theft 法释〔2013〕8号 art. 4); a price once paid alone only bounds it.

A number is money when a currency stands beside it (元, 块, ￥, 人民币), or when the words before it speak of money and no
measure follows (“被骗两万八”, but not “骑了两千米”). Only yuan are added up.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from enum import StrEnum

from shouwang.engines.triage.goods import MEASURES, Goods, Thing
from shouwang.engines.triage.numerals import Exactness, Number, Sheet, bounded, numbers, with_words

_FEN = Decimal("0.01")
_CLAUSE = re.compile("[，。；！？,;!?\n]")
_SENTENCE = re.compile("[。；！？;!?\n]")


class Role(StrEnum):
    """What a sum is, as far as the words around it tell."""

    VALUE = "value"  # what a thing is worth
    BOUGHT = "bought"  # what was once paid for it
    CASH = "cash"  # money taken as such
    PAID = "paid"  # handed over or transferred
    DAMAGE = "damage"  # repair, loss
    UNKNOWN = "unknown"
    DEMANDED = "demanded"  # asked for, not given
    RETURNED = "returned"  # given back, paid as compensation
    DEBT = "debt"
    WAGE = "wage"
    FINE = "fine"
    PRICE = "price"  # what something costs in general: 每斤五块, 房租


LOSS_ROLES = frozenset({Role.VALUE, Role.BOUGHT, Role.CASH, Role.PAID, Role.DAMAGE, Role.UNKNOWN})
_OF_A_THING = frozenset({Role.VALUE, Role.BOUGHT})


@dataclass(frozen=True)
class Amount:
    """
    One sum of money.

    start, end   half-open range of the text: number, currency and the words that change it
    low, high    yuan between which it lies (of another currency, its own units); ``high`` None: no upper end
    point        the figure to show when only one can be shown
    exactness    how much the words bind
    currency     "CNY", or another code; "?" for play money and the like
    role         what it is
    each         it is a price for one (每条, 一斤)
    total        it says to be the whole (共计, 一共)
    thing        code of the thing it belongs to, empty when none is named before it
    count        how many of that thing, None when not said
    revised      it takes back or doubts an earlier sum (不对是…, 后来又说, 或者)
    now          the words say what it is worth (价值, 现在值, 估价), not only a sum beside a thing
    further      the words name one more thing or payment (还有, 一条…, 又转)
    """

    start: int
    end: int
    low: Decimal
    high: Decimal | None
    point: Decimal
    exactness: Exactness
    currency: str
    role: Role
    each: bool
    total: bool
    thing: str
    count: int | None
    revised: bool
    now: bool
    further: bool


@dataclass(frozen=True)
class Loss:
    """
    What was lost, damaged or handed over.

    low, high, point   yuan; ``high`` None when nothing bounds it
    exact              every part of it is exact
    how                "one" sum, the "total" that the text names, the "sum" of its parts, or only a "price" once paid: then it lies
                       between nothing and that price
    parts              the amounts it rests on
    contradiction      amounts that cannot all be true: two totals, a total and its parts, a sum and its revision, a thing and the
                       price it was bought for. None of them is settled then, and ``point`` is nothing to show
    """

    low: Decimal
    high: Decimal | None
    point: Decimal
    exact: bool
    how: str
    parts: tuple[Amount, ...]
    contradiction: tuple[Amount, ...]


_FOREIGN = {
    "USD": ("美元", "美金", "美刀"),
    "HKD": ("港币", "港元", "港纸"),
    "EUR": ("欧元",),
    "GBP": ("英镑",),
    "JPY": ("日元", "日币"),
    "KRW": ("韩元", "韩币"),
    "MOP": ("澳门币", "澳门元"),
    "THB": ("泰铢",),
    "VND": ("越南盾",),
    "RUB": ("卢布",),
    "TWD": ("新台币", "台币"),
    "?": ("usdt", "u币", "泰达币", "比特币", "游戏币", "金币", "积分"),
}
_OF_NAME = {name: code for code, names in _FOREIGN.items() for name in names}
_ABROAD = "|".join(sorted(_OF_NAME, key=len, reverse=True))
_AFTER = re.compile(
    rf"\s?(?:(?P<abroad>{_ABROAD})|(?P<yuan>元(?!旦|里|宵|月|素|首|气|老|帅)|圆(?!形|圈|珠|桌|盘)|块|人民币|rmb|元人民币)(?P<more>多|余|来)?"
    r"(?:钱|整|大洋|人民币|人民)?|(?P<jiao>[角毛](?=钱|[，。；！？,;!?\s]|$)))(?:钱)?",
    re.IGNORECASE,
)
# A piece of something, not money: 一块手表, 三块砖.
_PIECES = re.compile(
    r"块(?:[^的，。；、\d\s]{0,2}?(?:表|砖|石|玻璃|木|板|电池|电瓶|地|田|布|玉|肉|豆腐|铁|铜|钢|瓦|牌|屏|硬盘|砧|区域|泥|冰|肥皂))"
)
_CHANGE = re.compile(
    r"(?P<jiao>[0-9一二两三四五六七八九])(?:(?P<unit>角|毛)|(?=[，。；！？,;!?\s、]|$|一?斤|一?个))(?:(?P<fen>[0-9一二三四五六七八九])分)?"
)
_DIGITS = {c: n for n, c in enumerate("零一二三四五六七八九")} | {"两": 2} | {str(n): n for n in range(10)}
_BEFORE = re.compile(
    r"(?:￥|¥|人民币(?:现金)?|rmb|现金(?:人民币)?|(?P<abroad>\$))(?P<words>[约为共计]{0,2})\s?$", re.IGNORECASE
)
_LINK = re.compile(r"(?:元|块钱?|万元|人民币)?\s?(?:到|至|-|－|—|~|～|–)\s?(?:人民币|￥|¥)?")
_UNITS = {"百": 100, "千": 1000, "k": 1000, "K": 1000, "万": 10**4, "w": 10**4, "W": 10**4, "亿": 10**8}

# Words before a bare number that make it money, when nothing that is counted follows.
_MONEY_BEFORE = re.compile(
    r"(?:骗|转账?|汇款?|打款|打钱|充值?|付款?|支付|交|花|值|价值|购价|买价|估价|原价|作价|进价|卖|买(?:的时候|时|来|成)?|要价|开价|欠|借|赔偿?|输|赢|偷|抢|丢|少|损失|现金|押金|定金|"
    r"工资|罚款?|收|取|存|刷卡?|刷单|投资?|亏|给|退款?|返|敲诈|勒索|扣|盗刷|共计|合计|一共|总共|总计|金额|保证金|彩礼|租金|房租|费|"
    r"索要|要|本金|存款|贷款?|欠款|货款|钱|块|里面?有|身上有)"
    r"(?:走|掉|去|出|出去|过去|进去|给)?了?(?:我|他|她|人家|对方|你|别人|家里)?(?:们)?(?:大概|大约|约|将近|差不多|好像|也就|就|才|只|有|是|为|快|近|人民币|接近|不到|至少|起码|共)*\s?$"
)
_COUNTED = re.compile(
    rf"\s?(?:屏|显示器|分辨率|[{'部台辆个只头条件套瓶箱袋包枚张副棵把双本根卷盒桶支匹艘架群窝'}公斤吨升米厘毫平亩层楼栋号路线年月日天时点分秒小周星岁人名位户家次回遍倍度步字里页集条期届]|%|％|[a-zA-Z]|\d|[-—/:：.]\d)"
)
_LEAST_BARE = 100
# A round sum that is a clause of its own.
_HEDGE = re.compile(
    r"\s*(?:大概|大约|约|将近|接近|近|不到|最多|顶多|最少|超过|差不多|好像|也就|就|才|一共|总共|至少|起码|是|有|得|要|一开始|开始|起初|刚才|原来|后来|后|又|也|再|他|她|我|说|讲|称|报|"
    r"记得|应该|可能|或者?|要么|还是|实际上?|其实|不对|不)*\s*"
)
_CLAUSE_ENDS = re.compile(r"(?:左右|的样子|上下|出头|开外|不到|以上|以内|多点|多|吧)?\s*(?:[，。；！？,;!?、\n]|$)")
_SAID_IN_WORDS = re.compile("[百千万kKwW]")

_EACH_BEFORE = re.compile(
    r"(?:每|单价|一)(?P<measure>部|台|辆|个|只|条|件|瓶|箱|袋|包|斤|公斤|吨|张|次|人|个?月|天|小时|晚|年|股|亩|车|单|价|头|匹|笔|副|套|棵|根|桶|双|架)?[的是为约要收卖]{0,2}(?:人民币)?\s?$"
)
_EACH_AFTER = re.compile(
    r"\s?(?:/|每|一)(?:部|台|辆|个|只|条|件|瓶|箱|袋|包|公?斤|吨|张|次|人|个?月|天|小时|晚|年|股|亩)(?!车)"
)
_TOTAL_BEFORE = re.compile(
    r"(?:共计|合计|总计|总共|一共|共|总价值?|总金额|总额|总损失|累计|加起来|前前后后|前后|总)"
    r"(?:损失|价值|被骗|骗|丢|偷|花|交|付|少|盗窃|被盗|转账?|金额|人民币|现金|大概|大约|约|有|为|是|值|了|走|去|出|给|他|我|对方|的|钱|达|折合|计|:|：)*\s?$"
)
_REVISED = re.compile(
    r"不对|不，是|不止|不只|说错|记错|更正|改口|改称|又称|又说|又讲|后又|后来(?:又)?[说讲]|重新(?:算|数|清点)|再(?:一)?(?:算|数)|也可能|也许|或者?(?:是|有|说)?\s*$|"
    r"要么|还是\s*$|一会儿?说|其实|实际上?[是有只]|应该[是有]|准确[地的]?说|(?:收据|发票|小票|单据|订单|记录|票|单子|盒子)上(?:写|开|标|印)?|"
    r"[人婆公妈爸母父子女儿友事家员方哥姐弟妹他她板司](?:又|却|则)?[说讲称](?:是|的是|有|值|丢了?|只有|最多|顶多|至少|也就|大概)*\s*$"
)
# One more thing or payment, not the same sum said again.
_FURTHER = re.compile(
    r"还有|另外|另有|另一?[部台辆个条]|以及|和\s*$|加上|再(?!算|数|一?次?[算数])|还[要得]|第[二三四五2-5][次笔回]|又[转交给付充打汇投刷花偷拿]|"
    rf"[一二两三四五六七八九十\d][{MEASURES}]"
)
_WORTH_NOW = re.compile(r"价值|值|估价|鉴定|认定|市价|市场价|折价|二手|折旧|现在|目前")

_ROLES: tuple[tuple[Role, str], ...] = (
    (Role.RETURNED, "退还|退回|退款|退给|退了|返还|返现|返了|返给|返利|提现|追回|赔偿|赔了|赔给|赔付|还了|还给|归还|找回|到账|佣金"),
    (
        Role.DEMANDED,
        ("索要|勒索|敲诈|要价|开口要|要求(?:我|他|她|赔|付|转|交|再)|让(?:我|他|她|再)?(?:再)?(?:交|付|转|赔|给|拿)|"
        "叫我(?:交|付|转|赔|拿)|非要|要我|问我要|要挟|要了?(?:大概|约)?$"),
    ),
    (Role.WAGE, "工资|薪水|薪酬|工钱|劳务费|血汗钱|工程款"),
    (Role.DEBT, "欠|借给|借了|借款|借走|借钱|债|本金|高利贷|贷了|贷款"),
    (Role.FINE, "罚款|罚了|罚"),
    (
        Role.DAMAGE,
        # 修要三四千 is what it costs to mend, no demand.
        (
            "(?:修理?|维修|修车|修好|换新)(?:一下|下来)?(?:大概|估计|可能|得|也|就|还)*(?:要|得)|"
            "损失|维修|修理|修车|修好|定损|砸坏|损坏|毁坏"
        ),
    ),
    (
        Role.BOUGHT,
        "(?:买的时候|买时|买来时|当初|当时买)(?:才|只|大概|一共)?(?:花|付|用)了?|购价|买价|原价|购买价|买的|买时|购买时|买来|购入|买成|购置|新买|入手",
    ),
    (Role.VALUE, "价值|值|估价|鉴定|认定|市价|市场价|购买|折价|价格|价款|作价"),
    (Role.CASH, "现金|现钱|零钱|硬币|纸币|营业款|钱包|包里|身上|抽屉|柜子|功德箱"),
    (Role.PAID, "转账?|汇|充值?|支付|付款?|打款|打钱|刷|投资?|交|花|骗|给|扫码|划走|扣款?|取走|盗窃|窃得|盗走|偷"),
    (Role.PRICE, "房租|租金|月租|票价|单价|费用|收费|售价|卖|每"),
)  # fmt: skip
_ROLE = re.compile("|".join(f"(?P<{role.name}>{words})" for role, words in _ROLES))
_ROLE_AFTER = re.compile(
    r"\s?(?:左右|多|余)?的?(?:(?P<CASH>现金|现钱|零钱|硬币|营业款)|(?P<WAGE>工资|工钱|薪水)|(?P<DEBT>欠款|借款|债)|"
    r"(?P<FINE>罚款)|(?P<BOUGHT>买的|买来的|购买的|入手的)|(?P<VALUE>的手机|的车|的东西|的货)|(?P<DAMAGE>维修费|修理费|损失))"
)
_LOOK_BEFORE = 14


def amounts(sheet: Sheet, goods: Goods, things: Sequence[Thing] | None = None) -> tuple[Amount, ...]:
    """
    The sums of money in a text, from left to right, never overlapping.

    things   what ``goods.find(sheet)`` gave, when the caller has it already
    """
    things = goods.find(sheet) if things is None else things
    smooth = sheet.plain
    found: list[Amount] = []
    waiting: Number | None = None  # a bare number that may be the lower end of a range
    floor = 0
    for bare in sheet.numbers:
        if bare.start < floor:
            continue
        number = bare
        if waiting and _LINK.fullmatch(smooth, waiting.end, bare.start):
            number = _joined(smooth, waiting, bare) or bare
        waiting = bare
        money = _money(smooth, number, floor, things, again=bool(found))
        if money is None:
            continue
        if found and _says_again(smooth, found[-1], money[0]):
            floor = money[0].end + 1
            found[-1] = replace(found[-1], end=floor)  # 5193元（伍仟壹佰玖拾叁圆整）
            continue
        if found and found[-1].end > money[0].start:
            found.pop()  # 3000元至5000元: the lower end was read as a sum of its own
        found.append(_with_context(smooth, *money, found, things))
        floor = found[-1].end
        waiting = money[0] if money[0].end == bare.end or _LINK.match(smooth, bare.end) else None
        if waiting:
            waiting = replace(bare, start=money[0].start)
    return tuple(found)


def _joined(text: str, lower: Number, upper: Number) -> Number | None:
    """One range out of two ends: 3-5万, 三到五千, 2000元至3000元."""
    low = lower.low
    unit = _UNITS.get(text[upper.core[1] - 1])
    if unit and low < unit and low * unit <= upper.point:
        low *= unit
    high = upper.high or upper.point
    if low >= high or (upper.point > low * 1000):
        return None
    return Number(lower.start, upper.end, low, high, (low + high) / 2, Exactness.RANGE, (lower.core[0], upper.core[1]))


def _says_again(text: str, earlier: Amount, number: Number) -> bool:
    bracketed = text[earlier.end : earlier.end + 1] in "（(" and text[number.end : number.end + 1] in "）)"
    return bracketed and number.start <= earlier.end + 1 and number.point == earlier.point


def _money(text: str, number: Number, floor: int, things: Sequence[Thing], *, again: bool) -> tuple[Number, str] | None:
    """
    The number with its currency and the words around it, and the currency's code; None when it is no money.

    again   a sum was named before, so that “又说是一万五” is one too
    """
    currency, behind = "", _AFTER.match(text, number.end)
    if behind and behind["yuan"] == "块" and not _is_money_piece(text, number, behind, things):
        behind = None
    if behind:
        currency = _OF_NAME[behind["abroad"].lower()] if behind["abroad"] else "CNY"
        number = _with_change(text, number, behind)
    ahead = _BEFORE.search(text[max(floor, number.start - 8) : number.start])
    if ahead:
        currency = currency or ("USD" if ahead["abroad"] else "CNY")
        begin = number.start - len(ahead[0])
        number = replace(number, start=begin)
        if ahead["words"].endswith("约") and number.exactness is Exactness.EXACT:
            number = replace(with_words(text, replace(number, start=number.core[0]), 0), start=begin)
        if not behind and _COUNTED.match(text, number.end):
            return None
    if not currency:
        between = text[max(floor, number.start - 2 * _LOOK_BEFORE) : number.start]
        said_again = again and _REVISED.search(between) and not _COUNTED.match(text, number.end)
        if not (said_again and number.point >= _LEAST_BARE) and not _speaks_of_money(text, number, things):
            return None
        currency = "CNY"
    return with_words(text, number, floor), currency


def _is_money_piece(text: str, number: Number, behind: re.Match[str], things: Sequence[Thing]) -> bool:
    """块 is also a piece of something: 手表一块, 三块砖."""
    if behind[0].endswith(("钱", "大洋")):
        return True
    if _PIECES.match(text, behind.start("yuan")):
        return False
    thing = _last_before(number.start, things)
    if thing and number.start - thing.end <= 1 and number.point < _LEAST_BARE:
        return False
    if number.point >= 10:
        return True
    following = text[behind.end() : behind.end() + 1]
    if following and following not in "，。；！？,;!?、 \n）)左上不多现吧了的一五" and following not in _DIGITS:
        return False
    clause = _CLAUSE.split(text[max(0, number.start - _LOOK_BEFORE) : number.start])[-1]
    return not clause or following in _DIGITS or _MONEY_BEFORE.search(clause) is not None


def _with_change(text: str, number: Number, behind: re.Match[str]) -> Number:
    """三块五, 12元5角, 五毛, 三百块多."""
    if behind["jiao"]:
        low, high, point = number.low / 10, number.high and number.high / 10, number.point / 10
        return replace(number, end=behind.end(), low=low, high=high, point=point)
    number = replace(number, end=behind.end())
    if behind["more"] and number.exactness is Exactness.EXACT:
        return bounded(number, "more")
    if behind["yuan"] in {"块", "元"} and number.exactness is Exactness.EXACT:
        change = _CHANGE.match(text, behind.end())
        if change and (change["unit"] or behind["yuan"] == "块"):
            fen = Decimal(_DIGITS[change["jiao"]] * 10 + _DIGITS.get(change["fen"] or "0", 0)) * _FEN
            whole = number.point + fen
            return replace(number, end=change.end(), low=whole, high=whole, point=whole)
    return number


def _speaks_of_money(text: str, number: Number, things: Sequence[Thing]) -> bool:
    """“被骗两万八” without a currency: money before, nothing counted behind, and large enough to be said so."""
    if number.point < _LEAST_BARE or _COUNTED.match(text, number.end):
        return False
    bare = text[slice(*number.core)]
    if bare.isdigit() and (len(bare) > 7 or (len(bare) == 3 and bare[0] == "1" and number.point < 130)):
        return False  # a telephone number
    before = text[max(0, number.start - _LOOK_BEFORE) : number.start]
    each = _EACH_BEFORE.search(_CLAUSE.split(before)[-1])
    if each and each["measure"] and _CLAUSE_ENDS.match(text, number.end):
        return True  # 七只，一只一百五六
    thing = _last_before(number.start, things)
    if thing and not bare.isdigit() and _SAID_IN_WORDS.search(bare):
        between = text[thing.end : number.start]
        if len(between) <= 1 or (len(between) <= _LOOK_BEFORE and _HEDGE.fullmatch(between)):
            return True  # 手机两千多, 手机要么三千要么四千
    clause = _CLAUSE.split(before)[-1]
    if _HEDGE.fullmatch(clause) and _CLAUSE_ENDS.match(text, number.end) and _SAID_IN_WORDS.search(bare):
        return True  # 被偷了，大概一千五六
    return _MONEY_BEFORE.search(clause) is not None


def _with_context(
    text: str, number: Number, currency: str, earlier: Sequence[Amount], things: Sequence[Thing]
) -> Amount:
    floor = earlier[-1].end if earlier else 0
    before = text[max(floor, number.start - 2 * _LOOK_BEFORE) : number.start]
    clause = _CLAUSE.split(before)[-1]
    core = text[number.start : number.core[0]]
    for_one = _EACH_BEFORE.search(clause + core)
    each = bool(for_one or _EACH_AFTER.match(text, number.end))
    total = bool(_TOTAL_BEFORE.search(clause + core))
    measure = for_one["measure"] if for_one else None
    # 两辆车，一辆三千，一辆五千: one and the other, no price for each.
    single = bool(measure and for_one and for_one[0].startswith("一")) and _said_twice(f"一{measure}", text, number)
    each = each and not single
    thing = _thing_before(text, number, floor, things)
    count = 1 if single else thing.count if thing and thing.code != "cash" and not total else None
    if measure and count is None:
        count = _counted_so(text, floor, number.start, measure)
    return Amount(
        start=number.start,
        end=number.end,
        low=number.low,
        high=number.high,
        point=number.point,
        exactness=number.exactness,
        currency=currency,
        role=_role(text, number, clause + core, each, count if each else None, thing),
        each=each,
        total=total,
        thing=thing.code if thing and not total else "",
        count=count,
        revised=bool(earlier) and _REVISED.search(before) is not None and _FURTHER.search(before) is None,
        now=_WORTH_NOW.search(clause + core) is not None,
        further=bool(earlier) and (single or _FURTHER.search(before) is not None),
    )


# Payments are counted by these, what is paid or hired by time or weight by others: then it is a price.
_OF_PAYMENTS = frozenset("笔次单")
_COUNTS = re.compile(
    r"(?P<count>\d{1,3}|[二两三四五六七八九十百]{1,4})\s?(?P<measure>[部台辆个只条件瓶箱袋包张头匹笔副套棵根桶双架次单])"
)


def _counted_so(text: str, floor: int, end: int, measure: str) -> int | None:
    """How many were said before, by the same measure: 七只，一只一百五六; 转了三笔，每笔2000."""
    counted = [m for m in _COUNTS.finditer(text, max(floor, end - 2 * _LOOK_BEFORE), end) if m["measure"] == measure]
    found = numbers(counted[-1]["count"]) if counted else ()
    return int(found[0].low) if found and found[0].exactness is Exactness.EXACT else None


def _said_twice(words: str, text: str, number: Number) -> bool:
    return text.count(words, max(0, number.start - 2 * _LOOK_BEFORE), number.end + _LOOK_BEFORE) > 1


def _role(text: str, number: Number, before: str, each: bool, count: int | None, thing: Thing | None) -> Role:
    if each:
        paid = (of_one := _EACH_BEFORE.search(before)) and of_one["measure"] in _OF_PAYMENTS
        return Role.PRICE if not count else Role.PAID if paid else Role.VALUE
    behind = _ROLE_AFTER.match(text, number.end)
    if behind:
        return Role[behind.lastgroup or "UNKNOWN"]
    nearest = None
    for match in _ROLE.finditer(before):
        nearest = match
    if nearest:
        return Role[nearest.lastgroup or "UNKNOWN"]
    return Role.VALUE if thing else Role.UNKNOWN


def _last_before(place: int, things: Sequence[Thing]) -> Thing | None:
    at = bisect_right(things, place, key=lambda thing: thing.end)
    return things[at - 1] if at else None


def _thing_before(text: str, number: Number, floor: int, things: Sequence[Thing]) -> Thing | None:
    """The last thing named between the sum before and this one, in the same sentence."""
    thing = _last_before(number.core[0], things)
    if thing is None or thing.start < floor or number.start - thing.end > 40:
        return None
    return None if _SENTENCE.search(text, thing.end, max(thing.end, number.start)) else thing


def loss(found: Sequence[Amount]) -> Loss | None:
    """
    What the amounts of a loss come to; None when none is named in yuan.

    A total that the text names goes before the sum of the parts. A price for one counts as often as the thing is there. What a thing is
    worth now goes before what it was bought for. Sums that cannot all be true are named, none is believed, and the widest range stands.
    """
    ours = [_times(a) for a in found if a.currency == "CNY" and a.role in LOSS_ROLES and (not a.each or a.count)]
    if not ours:
        return None
    totals = [a for a in ours if a.total]
    parts = [_part(group) for group in _groups([a for a in ours if not a.total])]
    if not totals and len(parts) > _TWO and _adds_up(parts):
        totals, parts = [parts[0].amounts[-1]], parts[1:]
    if totals:
        return _of_totals(totals, parts)
    clash = tuple(a for part in parts for a in part.clash)
    low, high = _sum([part.range for part in parts])
    kept = tuple(a for part in parts for a in part.amounts)
    only_prices = all(a.role is Role.BOUGHT for a in kept)
    exact = not clash and all(a.exactness is Exactness.EXACT and a.role is not Role.BOUGHT for a in kept)
    point = sum((part.amounts[-1].point for part in parts), Decimal(0))
    how = "price" if only_prices and not clash else "one" if len(parts) == 1 else "sum"
    return Loss(low, high, point, exact, how, kept, clash)


_TWO = 2
_Span = tuple[Decimal, Decimal | None]


@dataclass(frozen=True)
class _Part:
    """
    One thing or payment, and what is said of its sum.

    amounts   those that count, the last one said last
    range     within which it lies
    clash     those that cannot all be true
    """

    amounts: tuple[Amount, ...]
    range: _Span
    clash: tuple[Amount, ...]


def _groups(items: Sequence[Amount]) -> list[list[Amount]]:
    """Sums of the same thing or payment together."""
    groups: list[list[Amount]] = []
    for item in items:
        group = _of_the_same(item, groups)
        if group is None:
            groups.append([item])
        else:
            group.append(item)
    return groups


def _of_the_same(item: Amount, groups: Sequence[list[Amount]]) -> list[Amount] | None:
    if not groups or item.further:
        return None
    if item.thing and item.thing != "cash":
        named = next((g for g in reversed(groups) if any(a.thing == item.thing for a in g)), None)
        # 一部手机3000元，一部手机2000元 are two; a thing without a number is the same as before.
        if named and item.count is None and all(a.count in {None, 1} for a in named):
            return named
        if all(a.role is Role.BOUGHT and not a.thing for a in groups[-1]) and item.role is Role.VALUE:
            return groups[-1]  # 新买的4500块，手机估价3000
        if named or not item.revised:
            return None
    if item.role is Role.BOUGHT and not item.thing and groups[-1][-1].role in {Role.VALUE, Role.UNKNOWN}:
        return groups[-1]  # 三千多块，买的时候两千五: said of what stands before it, whatever that was called
    if item.revised or (item.role in _OF_A_THING and not item.thing and groups[-1][-1].role in _OF_A_THING):
        return groups[-1]
    return None


def _part(group: Sequence[Amount]) -> _Part:
    """
    A used thing is worth less than it was bought for: “买的时候四千，现在估价一千” is no contradiction, the other way round is one. So is
    any other pair of sums that do not meet.
    """
    prices = [a for a in group if a.role is Role.BOUGHT]
    worth = [a for a in group if a.role is not Role.BOUGHT]
    chosen = [a for a in worth if a.now] or worth or prices
    clash = [one for one in group if not all(_agree(one, other) for other in group)]
    if clash:
        return _Part(tuple(clash), _hull([*clash, *chosen]), tuple(clash))
    low, high = _hull(chosen[-1:])
    return _Part((chosen[-1],), (Decimal(0), high) if chosen[-1].role is Role.BOUGHT else (low, high), ())


def _agree(one: Amount, other: Amount) -> bool:
    """Whether both sums may be true of the same thing."""
    if _overlap(one, other):
        return True
    if Role.BOUGHT in {one.role, other.role} and one.role is not other.role:
        price, worth = (one, other) if one.role is Role.BOUGHT else (other, one)
        return (worth.now or worth.exactness is Exactness.AT_MOST) and price.low > worth.low
    if one.now is not other.now and {one.role, other.role} == {Role.VALUE}:
        worth, price = (one, other) if one.now else (other, one)
        return price.low > worth.low
    return False


def _adds_up(parts: Sequence[_Part]) -> bool:
    """The first sum is what the others come to: 被骗一万，第一次四千，第二次六千."""
    first, rest = parts[0], parts[1:]
    same = len({part.amounts[-1].role for part in parts} - {Role.UNKNOWN}) <= 1
    return same and not any(part.clash for part in parts) and _meet(first.range, _sum([part.range for part in rest]))


def _of_totals(totals: Sequence[Amount], parts: Sequence[_Part]) -> Loss:
    clash = [a for a in totals if any(not _overlap(a, other) for other in totals)]
    last = totals[-1]
    if last.revised:
        # “丢了两千。不对，一共五千，其中手机三千”: what stood before it is taken back, what follows are its parts.
        clash += [a for part in parts for a in part.amounts if a.end <= last.start and not _overlap(a, last)]
        parts = [part for part in parts if part.amounts[-1].start >= last.end]
    spans = [(a.low, a.high) for a in (*totals, *clash)]
    added = _sum([part.range for part in parts])
    # More than the total cannot be among its parts; less may be, when not all parts are priced.
    if len(parts) > 1 and last.high is not None and added[0] > last.high:
        clash += [a for part in parts for a in part.amounts]
        spans.append(added)
    clash += [a for part in parts for a in part.clash]
    if clash:
        clash = sorted({*totals, *clash}, key=lambda a: a.start)
    low, high = _widest(spans)
    exact = not clash and all(a.exactness is Exactness.EXACT for a in totals)
    return Loss(low, high, last.point, exact, "total", tuple(totals), tuple(clash))


def _times(amount: Amount) -> Amount:
    if not amount.each or not amount.count:
        return amount
    n = amount.count
    return replace(amount, low=amount.low * n, high=amount.high and amount.high * n, point=amount.point * n, each=False)


def _sum(spans: Sequence[_Span]) -> _Span:
    highs = [high for _, high in spans]
    high = None if None in highs else sum((h for h in highs if h is not None), Decimal(0))
    return sum((low for low, _ in spans), Decimal(0)), high


def _widest(spans: Sequence[_Span]) -> _Span:
    highs = [high for _, high in spans]
    return min(low for low, _ in spans), None if None in highs else max(h for h in highs if h is not None)


def _hull(parts: Sequence[Amount]) -> _Span:
    return _widest([(a.low, a.high) for a in parts])


def _overlap(one: Amount, other: Amount) -> bool:
    return _meet((one.low, one.high), (other.low, other.high))


def _meet(one: tuple[Decimal, Decimal | None], other: tuple[Decimal, Decimal | None]) -> bool:
    return (one[1] is None or other[0] <= one[1]) and (other[1] is None or one[0] <= other[1])
