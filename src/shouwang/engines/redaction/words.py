"""
Names, addresses, organisations, minors and health: what the tagger hears, put right and added to by rules.

The rules know what the tagger cannot: that a name found once is that name everywhere, that two places side by side are one
address, that a county alone may be told (only finer places identify), that 张某 hides already.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import cache

import numpy as np
import rjieba

from shouwang.engines.redaction.model import Confidence, Span
from shouwang.engines.redaction.tagger import LABELS, Labels, word_lists

LOW, MEDIUM, HIGH = Confidence
_H = "[\u4e00-\u9fff]"
_DOTS = "·•・‧∙"

_ROLES = {
    "victim": "被害人 受害人 被侵害人 伤者 死者 失主 失踪人 走失人员 被骗人 事主 受害者",
    "suspect": "被告人 原审被告人 犯罪嫌疑人 嫌疑人 违法嫌疑人 违法行为人 同案犯 同案人 同伙 罪犯 上诉人 被处罚人 吸毒人员 肇事者 肇事司机",
    "witness": "证人 目击者 见证人",
    "reporter": "报警人 报案人 举报人 投诉人 反映人 控告人 申请人 联系人 求助人 来电人",
    "minor": "未成年人 小学生 初中生 孩子 儿童 幼儿 女童 男童",
    "officer": "民警 辅警 警官 办案人 承办人 询问人 记录人 审判员 审判长 书记员 检察员 调解员",
    "": "原告 被告 当事人 车主 司机 驾驶员 乘客 房东 租客 邻居 朋友 老乡 法定代表人 监护人 被申请人"
        " 姓名 收件人 寄件人 户名 户主 我叫 我是 名叫 叫做 其妻 其夫 其子 其女 其父 其母 "
    "妻子 丈夫 儿子 女儿 母亲 父亲 弟弟 哥哥 姐姐 妹妹 绰号 外号 化名 曾用名 别名 自称",
}  # fmt: skip
_ROLE_OF = {word: role for role, words in _ROLES.items() for word in words.split()}


@cache
def _families() -> tuple[str, tuple[str, ...], frozenset[str]]:
    """Single surnames as one text, double ones, and characters that often make a given name."""
    names = word_lists()["names"]
    return names["common"] + names["rare"], tuple(names["double"].split()), frozenset(names["given"])


@cache
def _expressions() -> dict[str, re.Pattern[str]]:
    single, double, _ = _families()
    family = f"(?:{'|'.join(double)}|[{single}])"
    roles = "|".join(sorted(_ROLE_OF, key=len, reverse=True))
    titles = "|".join(sorted(_titles(), key=len, reverse=True))
    foreign = _foreign()
    return {
        "struck": re.compile(rf"[{single}]某[某甲乙丙丁]?"),
        "role": re.compile(rf"(?P<role>{roles})(?:名)?[:\s“\"(（]{{0,2}}(?P<name>{family}{_H}{{1,2}})"),
        "titled": re.compile(rf"(?<!{_H}){family}(?:{titles})(?!{_H}?[路街村镇])"
            rf"|(?<=[是叫和与跟找被向给，。、]){family}(?:女士|先生|小姐|师傅|老师|警官|医生)"),
        "dotted": re.compile(rf"[{foreign}]{{1,9}}(?:[{_DOTS}](?:[{foreign}]{{1,9}}|{_H}{{1,4}})){{1,4}}"
            rf"|{_H}{{1,4}}(?:[{_DOTS}][{foreign}]{{1,9}}){{1,4}}"),
        "spaced": re.compile(rf"(?:姓名|{roles})[:\s]{{1,3}}(?P<name>{family}[ \u3000]{{1,3}}{_H}(?:[ \u3000]{{1,3}}{_H})?)(?!{_H})"),
        "listed": re.compile(rf"[、和与及](?P<name>{family}{_H}{{1,2}})(?=[、和与及，。；等（(]|$)"),
    }  # fmt: skip


def words(text: str, told: Sequence[Labels]) -> list[Span]:
    """All readings of a text, overlaps included: the tagger's, put right, and the rules'."""
    found: list[Span] = []
    barred = bytearray(len(text))
    for match in _BARS.finditer(text):
        barred[match.start() : match.end()] = b"\1" * (match.end() - match.start())
    breaks = np.flatnonzero(np.frombuffer(barred, np.int8))
    for labels in told:
        labels[breaks] = 0
        found += _joined(text, [kept for span in _runs(labels) if (kept := _kept(text, span))])
    found = sorted(set(found))
    found += _named_by_rule(text, found)
    found = [_with_role(text, span) for span in found]
    found += _homes(text, found)
    found += _addresses(text)
    found += _minors(text)
    found += _health(text)
    return [part for span in found for part in _between(span, barred)]


# No name and no place goes on over the end of a line or text, nor holds a label that hides something already.
_BARS = re.compile("[\0\n\r]|〔[^〕]{1,6}〕")


def _between(span: Span, barred: bytearray) -> Iterator[Span]:
    at = span.start
    while at < span.end:
        bar = barred.find(1, at, span.end)
        end = span.end if bar < 0 else bar
        if (at, end) == (span.start, span.end):
            yield span
        elif end - at > 1:
            yield span.part(at, end)
        at = end + 1


_BEGINS = np.array([label.startswith("B-") for label in LABELS])
_KIND = [label[2:] for label in LABELS]


def _runs(labels: Labels) -> Iterator[Span]:
    """The spans that labels say."""
    kinds = (labels.astype(np.int64) + 1) // 2
    if not kinds.any():
        return
    edge = np.flatnonzero((np.diff(kinds, prepend=0) != 0) | _BEGINS[labels])
    ends = np.append(edge[1:], len(labels))
    for start, end in zip(edge.tolist(), ends.tolist(), strict=True):
        if kinds[start]:
            yield Span(start, end, _KIND[int(labels[start])], "tagger", MEDIUM)


_ALREADY = re.compile(r"某|[×＊*xX]{1,3}$")
_NOT_IN_A_NAME = re.compile(r"[\d，。；！？,;!?\n：:（）()“”\"]")
_NO_NAMES = frozenset(
    [
        "被告人",
        "被害人",
        "受害人",
        "嫌疑人",
        "报警人",
        "报案人",
        "民警",
        "双方",
        "本人",
        "对方",
        "我们",
        "他们",
        "自己",
        "二人",
        "三人",
        "四人",
        "两人",
        "男子",
        "女子",
        "司机",
        "老板",
        "公安",
        "警察",
        "群众",
        "于是",
        "何时",
        "何人",
        "何处",
        "任何",
        "高兴",
        "时间",
        "安全",
    ]
)
_NO_PLACES = frozenset(
    [
        "住院",
        "出院",
        "医院",
        "法院",
        "检察院",
        "派出所",
        "公安局",
        "公安机关",
        "单位",
        "学校",
        "公司",
        "城市",
        "农村",
        "全市",
        "全县",
        "国家",
        "社会",
        "网上",
        "平台",
        "户口",
        "窗口",
        "部门",
        "开门",
        "专门",
        "家庭",
        "大家",
        "专家",
        "人家",
    ]
)
_COUNTY = re.compile(
    rf"(?:{_H}{{1,8}}(?:省|自治区))?(?:{_H}{{1,6}}?(?:市|州|地区|盟))?(?:{_H}{{1,6}}?(?:区|县|市|旗))?|本[市区县省地]|[我该]?[省市区县]|外[省地]|{_H}{{2,3}}"
)
_FINE = re.compile(
    r"镇|乡|街|村|路|巷|弄|号|栋|幢|楼|室|店|厂|院|校|园|站|场|桥|库|家|小区|社区|组|屯|门|口|馆|吧|边|旁|内|处|附近|\d"
)
_TRIM_BEFORE = re.compile(
    r"^(?:在|于|至|到|从|往|位于|住|的|了|、|又|再|后|并|将|把|被|见|趁|经(?!开|济|纬)|进入|窜至|来到|去|前往|行至|返回|盗窃|窃取|[)）.。，,])+"
)
_TRIM_AFTER = re.compile(r"(?:的|在|于|将|把|被|、|[.。，,;；]|[被受]害人|村民|失主|上述|附近伺机)+$")
# What somebody does ends a place.
_DEED = re.compile(
    r"被(?!子)|将(?!军)|把(?!手)|盗|窃|趁|伺机|进行|实施|准备|停放着?的|停着的|抓获|蹲守|损失|[0-9余]+[只条根瓶盒听辆斤袋件套包元]"
)
_PLACE = re.compile(
    r"[省市区县旗镇乡村路街巷弄号栋幢楼室店厂院校园站场桥库组屯门口馆吧旁附棚房塘沟河湖江海山城苑庭坊道局所司社寨湾坪坝岭坡厅铺摊港码]|[里家边内处]$|[某×*]"
)
_STRUCTURE = re.compile(
    r"号?码?[:：]?|.{0,4}(?:账号|卡号|车牌号?|微信号?|QQ号?|手机号?|电话|号码|邮箱)[:：]?", re.IGNORECASE
)


def _kept(text: str, span: Span) -> Span | None:
    """A reading of the tagger without what does not belong to it; None when nobody is told apart by it."""
    words = text[span.start : span.end]
    if span.kind == "name":
        if len(words) < 2 or _ALREADY.search(words) or _NOT_IN_A_NAME.search(words) or words in _NO_NAMES:
            return None
        if not _like_a_name(text, span.start, words):
            return None
        end = span.start + _length_of_name(words)
        if (
            len(words) == 2
            and _LAST_OF_A_NAME.match(text, end)
            and text[end] not in _AFTER_A_NAME
            and not words.endswith(_titles())
        ):
            end += 1
        return Span(span.start, end, "name", span.how, span.confidence)
    colon = max(text.rfind(mark, span.start, span.end) for mark in ":：") + 1
    span = span.part(max(span.start, colon), span.end)
    struck = _expressions()["struck"].match(text, span.start, span.end)
    span = span.part(struck.end() if struck else span.start, span.end)
    words = text[span.start : span.end]
    lead, tail = _TRIM_BEFORE.search(words), _TRIM_AFTER.search(words)
    start = span.start + (len(lead[0]) if lead else 0)
    end = span.end - (len(tail[0]) if tail else 0)
    if span.kind == "address":
        talk = list(_TALK.finditer(text, start, end))
        start = talk[-1].end() if talk else start
    deed = _DEED.search(text, start + 1, end)
    if deed and span.kind == "address":
        end = deed.start()
    words = text[start:end]
    if len(words) < 2 or words in _plain_spots() or words in _NO_PLACES or _STRUCTURE.fullmatch(words):
        return None
    if span.kind == "address" and not _PLACE.search(words):
        return None
    if span.kind == "address" and _COUNTY.fullmatch(words) and not _FINE.search(words):
        return None
    if span.kind == "organisation" and len(words) < 4:
        return None
    return Span(start, end, span.kind, span.how, span.confidence)


# What people say, and no place is called.
_TALK = re.compile("[了吗呢么说着很在]|怀疑|自称|位置为|没有|不[让会能要]")


def _like_a_name(text: str, start: int, words: str) -> bool:
    """Announced, or begins with a family name, or is no word of the language."""
    if _BEFORE_NAME.search(text, max(0, start - 8), start) or text[max(0, start - 1) : start] in {"“", "、", '"'}:
        return True
    if words[0] in "万百千" and text[max(0, start - 1) : start] in set("一二两三四五六七八九十几"):
        return False
    return words[0] in _families()[0] or not _is_word(words)


_LAST_OF_A_NAME = re.compile(rf"{_H}(?:[，。；、,;（()）:：\s\0]|$)")


def _length_of_name(words: str) -> int:
    """Three characters at most behind a single family name, unless the name is of another tongue."""
    single, double, _ = _families()
    if len(words) < 4 or words[0] not in single or words.startswith(double) or words.endswith(_titles()):
        return len(words)
    foreign = sum(char in _foreign() for char in words[1:])
    return len(words) if foreign >= len(words) - 2 or any(dot in words for dot in _DOTS) else 3


@cache
def _titles() -> tuple[str, ...]:
    return tuple(word_lists()["names"]["titles"].split())


@cache
def _foreign() -> str:
    """Characters that write the sounds of other tongues."""
    minority = word_lists()["names"]["minority"].split()
    return "".join(
        sorted(set("".join(minority) + "夏提肖斯布维埃娅茨蒂妮莉琳曼伦森逊顿德特洛罗安约翰玛丽莎菲雅格瓦诺奥欧乔治杰"))
    )


@cache
def _plain_spots() -> frozenset[str]:
    """Places that every town has: nobody is found by them."""
    places = word_lists()["places"]
    return (
        frozenset(places["plainspots"].split())
        | frozenset(places["tails"].split())
        | frozenset(places["spots"].split())
    )


def _joined(text: str, found: Sequence[Span]) -> list[Span]:
    """Places side by side, or with a comma's worth between, are one address."""
    out: list[Span] = []
    for span in found:
        before = out[-1] if out else None
        if before and {before.kind, span.kind} <= {"address", "organisation"} and "address" in {before.kind, span.kind}:
            between = text[before.end : span.start]
            if between in {"", "的", "、", "内", "旁", " "}:
                out[-1] = Span(before.start, span.end, "address", before.how, before.confidence)
                continue
        out.append(span)
    return out


def _named_by_rule(text: str, found: Sequence[Span]) -> Iterator[Span]:
    """Names announced by a role, a title or a list, where the tagger heard none."""
    taken = np.zeros(len(text) + 1, bool)
    for span in found:
        taken[span.start : span.end] = True
    _, _, given = _families()
    rules = _expressions()
    for match in rules["role"].finditer(text):
        start, end = match.span("name")
        if not taken[start]:
            name = _sensible(text, start, end, given)
            if name:
                yield Span(start, name, "name", "role-word", MEDIUM)
    for rule, how in (("titled", "surname-and-title"), ("dotted", "name-with-dot")):
        for match in rules[rule].finditer(text):
            yield Span(*match.span(), "name", how, MEDIUM)
    for match in _NICK.finditer(text):
        if not _is_word(match["name"]) or match["cue"] in {"绰号", "外号", "诨号", "自称"}:
            yield Span(*match.span("name"), "name", "nickname", MEDIUM)
    for match in rules["spaced"].finditer(text):
        yield Span(*match.span("name"), "name", "role-word", MEDIUM)
    for match in rules["listed"].finditer(text):
        start, end = match.span("name")
        if taken[max(0, start - 2)] and not taken[start] and not _is_word(text[start:end]):
            yield Span(start, end, "name", "listed-with-names", LOW)


_NICK = re.compile(
    rf"(?P<cue>绰号|外号|诨号|自称|名叫|叫做|叫|伙同|卖给|出售给|受|由|与|和|、)[:：]?[“\"](?P<name>{_H}{{2,4}})[”\"](?=$|[、，。；（(等处的负在将把说从]|[^牌店厂村])"
)
_AFTER_A_NAME = frozenset(
    "今住家是电的在身有想来要和跟与及等被将把对向从到至于以因由为手现男女户已请了也都就刚昨前不没称说报，、。"
)


def _sensible(text: str, start: int, end: int, given: frozenset[str]) -> int:
    """Where a name that begins here ends; 0 when these are rather words of the sentence."""
    name = text[start:end]
    if any(char in _AFTER_A_NAME for char in name[1:2]) or _is_word(name[:2]) or "某" in name:
        return 0
    if len(name) > 2 and (name[2] in _AFTER_A_NAME or (name[2] not in given and _is_word(text[start + 2 : start + 4]))):
        return end - 1
    return end


@cache
def _dictionary() -> rjieba.Jieba:
    return rjieba.Jieba()


def _is_word(words: str) -> bool:
    return bool(_dictionary().has_word(words))


_BEFORE_NAME = re.compile(rf"({'|'.join(sorted(_ROLE_OF, key=len, reverse=True))})[:\s“\"(（：]*$")


def _with_role(text: str, span: Span) -> Span:
    """A name with the role by which the sentence calls it; a role word makes it sure."""
    if span.kind != "name":
        return span
    match = _BEFORE_NAME.search(text, max(0, span.start - 8), span.start)
    if match:
        return Span(span.start, span.end, "name", span.how, HIGH, None, _ROLE_OF[match[1]])
    if text.startswith(("警官", "民警"), span.end):
        return Span(span.start, span.end, "name", span.how, HIGH, None, "officer")
    return span


_HOME_WORD = (
    "(?:家(?!属|人|长|庭)[里中]?|宅|住宅|住处|住所|住房|租房|出租屋|出租房|租住处|租住房"
    "|暂住处|暂住地|宿舍|房间|房屋|店内|店里|店|户|院内|院子|卧室|鱼塘|养殖场|办公室)"
)
_LINK = re.compile(r"^(?:的|内|里|号)?(?:被害人|受害人|失主|村民|居民|房东|邻居|证人|同事|朋友)?$")


@cache
def _home() -> re.Pattern[str]:
    """What goes on after the name of one who lives there: …的家中, …经营的店门口."""
    places = word_lists()["places"]
    ends = "|".join(
        sorted(
            {*places["tails"].split(), *places["plainspots"].split(), "外面", "主卧室", "书房"}, key=len, reverse=True
        )
    )
    return re.compile(
        rf"(?:夫妇|夫妻|等人|等)?(?:所?经营|所?开设|承包|租住|居住|所?住)?的?(?:[^，。、的\0]{{0,6}}?店(?:内|里|门口)?|{_HOME_WORD})(?:的?(?:{ends}))*"
    )


def _homes(text: str, found: Sequence[Span]) -> Iterator[Span]:
    """The home or shop of a named person is an address, and one before the name goes on over it: …三组村民张晓梅家门口."""
    names = {span.start: span.end for span in found if span.kind == "name"}
    names |= {match.start(): match.end() for match in _expressions()["struck"].finditer(text)}
    places = {span.start: span for span in found if span.kind != "name"}
    for start, end in names.items():
        home = _home().match(text, end)
        run = _RUNS_A.match(text, end)
        if run and run.end() in places:
            yield Span(start, places[run.end()].end, "address", "home-of-a-person", MEDIUM)
        elif home:
            yield Span(start, home.end(), "address", "home-of-a-person", MEDIUM)
    for span in places.values():
        start = next((at for at in range(span.end, min(span.end + 6, len(text))) if at in names), -1)
        if start < 0 or not _LINK.match(text[span.end : start]):
            continue
        end = names[start]
        while text[end : end + 1] in {"、", "和"} and end + 1 in names:
            end = names[end + 1]
        home, run = _home().match(text, end), _RUNS_A.match(text, end)
        if run and run.end() in places:
            yield Span(span.start, places[run.end()].end, "address", "home-of-a-person", MEDIUM)
        elif home:
            yield Span(span.start, home.end(), "address", "home-of-a-person", MEDIUM)


_RUNS_A = re.compile("(?:夫妇)?(?:所?经营|所?开设|承包|上班|租住|居住|所在)的")


def again(text: str, found: Sequence[Span]) -> Iterator[Span]:
    """What was found once, wherever it stands again, and given names without the family's."""
    said, alone = _said(text, found)
    by_head: dict[str, list[str]] = {}
    for words in {*said, *alone}:
        by_head.setdefault(words[:2], []).append(words)
    if not by_head:
        return
    taken = bytearray(len(text) + 1)
    for span in found:
        # A place may have swallowed a name that is sure elsewhere.
        if span.kind not in {"address", "organisation"} and span.confidence == HIGH:
            taken[span.start : span.end] = b"\1" * (span.end - span.start)
    for at in range(len(text) - 1):
        for words in by_head.get(text[at : at + 2], ()):
            end = at + len(words)
            if not text.startswith(words, at) or all(taken[at:end]):
                continue
            if words in said:
                span = said[words]
                yield Span(at, end, span.kind, "found-elsewhere", span.confidence, None, span.role)
            elif not any(taken[at:end]):
                yield Span(at, end, "name", "given-name-alone", LOW, None, alone[words].role)


def _said(text: str, found: Sequence[Span]) -> tuple[dict[str, Span], dict[str, Span]]:
    """Words worth hiding wherever they stand, and given names; a name that is a word of the language only when it is sure."""
    said: dict[str, Span] = {}
    alone: dict[str, Span] = {}
    for span in found:
        words = text[span.start : span.end]
        if span.kind not in {"name", "organisation", "address"} or len(words) < (2 if span.kind == "name" else 4):
            continue
        if len(words) > 2 or span.confidence == HIGH or not _is_word(words):
            said[words] = max(said.get(words, span), span, key=lambda one: one.confidence)
        if span.kind == "name" and len(words) == 3 and words[0] in _families()[0] and not _is_word(words[1:]):
            alone[words[1:]] = span
    return said, alone


_N = r"(?:[\d一二三四五六七八九十百零某×*＊]{1,5}(?:-\d{1,4}){0,3}|[a-zA-Z]\d{0,3}|\d+[a-zA-Z])"
_UNIT = r"(?:号楼|号院|号附\d+号|号|栋|幢|座|单元|室|房|楼|组|门|排|弄|村民小组|社|#)"
_HOUSE = re.compile(rf"{_N} ?{_UNIT}(?:[ 的,-]?{_N} ?{_UNIT}){{0,5}}(?:-?\d{{2,4}}(?!\d)室?)?")
_BEFORE_HOUSE = re.compile(
    r"[\u4e00-\u9fff\d“”A-Za-z×*]{0,24}(?:镇|乡|街道|村|寨|湾|屯|庄|路|街|巷|弄|小区|花园|苑|公寓|大道|胡同|新村|社区|广场|城|园|家园|大厦|院|坊|里)(?:[东南西北中]段)?$"
)
_LEAD = re.compile(
    r"(?:[进潜窜闯混驶翻溜]入|入室|前往|途经|路过|将|把|被|见|趁|由|位于|住在|家住|现住|户籍地|户籍所在地|住址|地址|地点|来到|窜至|行至|停在|停放在|放在|[在到至从于住是为来去，。；：:\n（(])"
)


def _addresses(text: str) -> Iterator[Span]:
    """House numbers with the place before them."""
    for match in _HOUSE.finditer(text):
        before = text[max(0, match.start() - 30) : match.start()]
        clause = _LEAD.split(before)[-1]
        place = _BEFORE_HOUSE.search(clause)
        units = len(re.findall(_UNIT, match[0]))
        if place:
            yield Span(match.start() - len(place[0]), match.end(), "address", "house-number", MEDIUM)
        elif units > 1 and re.search("栋|幢|座|单元|号楼|弄|#", match[0]):
            yield Span(*match.span(), "address", "house-and-room", MEDIUM)


_AGE = re.compile(
    r"(?:年仅|年龄|时年|现年|今年|才|刚满|未满|不满|殁年)?[: ]?(?P<years>\d{1,2}"
    r"|[一二三四五六七八九十]{1,3}) ?(?:周)?岁(?:半|多)?(?! ?以上|以下)"
)
_YOUNG = re.compile(
    r"未成年(?:人|少女|男孩|女孩)?|(?:幼儿园|小学|初中|高中|中学)?(?:[一二三四五六]年级|初[一二三]|高[一二三])(?:[（(]?[\d一二三四五六七八九十]{1,2}[)）]?班)?(?:学生)?|女童|男童|幼童|小学生|初中生|中学生(?=.{0,4}[被遭])"
)


def _minors(text: str) -> Iterator[Span]:
    """An age under eighteen, a school class, a word for a child."""
    for match in _AGE.finditer(text):
        if _years(match["years"]) < 18:
            yield Span(*match.span(), "minor", "age-under-18", HIGH)
    for match in _YOUNG.finditer(text):
        yield Span(*match.span(), "minor", "word-for-a-minor", MEDIUM)


_ONES = {char: n for n, char in enumerate("零一二三四五六七八九")}


def _years(said: str) -> int:
    if said.isdigit():
        return int(said)
    tens, ten, ones = said.rpartition("十")
    return (_ONES.get(tens, 1) * 10 if ten else 0) + _ONES.get(ones[-1:], 0)


_BODY = (
    r"(?:[左右双]?(?:侧)?(?:头部?|面部?|脸部?|眼部?|眼睛|耳朵|鼻子|肩部?|胳膊|手(?!机|段|续|工|表"
    r"|法|持|术)|脚|腿|脖子|颈部|鼻骨|额部|胸部|腹部|背部|腰部|手臂|手指|手腕|手部|小臂|前臂|大腿|小腿|腿部|膝盖|脚踝|足部|肋骨|锁骨|颅骨|脾脏|肝脏|下体|处女膜|阴部)[处等多]?)"
)
_ILL = re.compile(
    rf"{_BODY}(?:[被多处]{{0,2}}(?:受伤|骨折|挫伤|裂伤|擦伤|划伤|刺伤|砍伤|烧伤|烫伤|破裂|出血|缝合|缝[了]?[\d一二三四五六七八九十]+针|肿胀|疼痛|软组织挫伤|软组织损伤))+"
    r"|(?:损伤程度)?(?:构成|评定为|鉴定为|属)?(?:轻微伤|轻伤[一二]级|重伤[一二]级|轻伤(?!害)|重伤(?!害))|[一二三四五六七八九十]级伤残|粉碎性骨折|骨折|脑震荡|颅脑损伤|软组织挫伤|流产|怀孕(?:\d+个?[月周])?|早孕|宫外孕"
    r"|艾滋病?(?:感染者|患者|毒)?|hiv(?:阳性)?|梅毒|淋病|性病|乙肝|丙肝|肺结核|结核病|新冠(?:肺炎|阳性)|精神分裂症?|抑郁症?|躁狂症|双相(?:情感)?障碍|焦虑症|自闭症|孤独症|癫痫|阿尔茨海默病?|老年痴呆|智力(?:残疾|障碍|低下)|精神(?:残疾|障碍|病|疾病)(?:患者)?"
    r"|(?:肢体|视力|听力|言语|智力|精神)残疾[一二三四]?级?|残疾证|癌症?|肿瘤|白血病|尿毒症|糖尿病|高血压|心脏病|冠心病|脑梗塞?|脑出血|中风|瘫痪|植物人|血型[a-z]{1,2}型?|尿检(?:结果)?(?:呈)?阳性|吸毒史|病史|病历|诊断(?:证明|为[\u4e00-\u9fff]{2,8})",
    re.IGNORECASE,
)


def _health(text: str) -> Iterator[Span]:
    """Injuries, illnesses, pregnancy, disability."""
    for match in _ILL.finditer(text):
        yield Span(*match.span(), "health", "health-word", MEDIUM)
