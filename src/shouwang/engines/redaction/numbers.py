"""
What tells who somebody is by its shape: numbers of all kinds, plates, mail and chat accounts, dates of birth, coordinates.

A wrong check digit never lets a number pass: people mistype, and it is still somebody's. It is only told (``valid``).
Every run of eleven or more digits is hidden, whatever it is, because nobody can say that it is not somebody's.

All searches read the plain text (``plain.py``) and take time in proportion to its length.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from stdnum import luhn
from stdnum.cn import ric, uscc

from shouwang.engines.redaction.model import Confidence, Span

LOW, MEDIUM, HIGH = Confidence
Told = tuple[str, str, Confidence, bool | None]

_HAN = "零〇○一壹二贰两三叁四肆五伍六陆七柒拐八捌九玖幺洞"
_SPOKEN = str.maketrans(_HAN + "oil", "00011222334455667778899" + "10" + "011")
_JOINT = r"[ \t\-_.·•—–~/()\r\n]"
_CLUSTER = re.compile(rf"[\d(](?:{_JOINT}{{0,3}}\d){{4,}}(?:(?<=\d{{17}})x|{_JOINT}?x(?![a-z]))?")
_GROUP = re.compile(r"\d+(?:(?<=\d{17})x|[ \-]?x(?![a-z0-9]))?")
_SAID = re.compile(rf"[\d{_HAN}](?:[ \-,，、]?[\d{_HAN}]){{6,}}x?")
_ALIKE = re.compile(r"(?<![a-z0-9])[1il][3-9][\doil]{9}(?![a-z0-9])")
_MOST_GROUPS = 18
_END_OF_CLAUSE = re.compile(r"[，。；！？,;!?\n）]")


def structured(plain: str) -> Iterator[Span]:
    """Everything with a shape, readings that overlap included."""
    yield from _numbers(plain)
    for search in (_mails, _accounts, _plates, _births, _others):
        yield from search(plain)


def _numbers(plain: str) -> Iterator[Span]:
    for cluster in _CLUSTER.finditer(plain):
        yield from _in_cluster(plain, *cluster.span())
    for said in _SAID.finditer(plain):
        if not said[0].isascii():
            digits = re.sub(r"[ \-,，、]", "", said[0]).translate(_SPOKEN)
            told = _reading(digits, _before(plain, said.start()), 1)
            if told:
                yield _span(said.start(), said.end(), told)
    for alike in _ALIKE.finditer(plain):
        if not alike[0].isdigit() and sum(map(str.isdigit, alike[0])) >= 6:
            yield Span(*alike.span(), "phone", "phone-with-letters", MEDIUM)


def _span(start: int, end: int, told: Told) -> Span:
    kind, how, confidence, valid = told
    return Span(start, end, kind, how, confidence, valid)


def _in_cluster(plain: str, begin: int, end: int) -> Iterator[Span]:
    """Each reading of a run of groups of digits that stand near one another."""
    groups = [match.span() for match in _GROUP.finditer(plain, begin, end)]
    for first, (start, _) in enumerate(groups):
        digits = ""
        before = _before(plain, start)
        for last in range(first, min(first + _MOST_GROUPS, len(groups))):
            if last > first and groups[last][0] - groups[last - 1][1] > 3:
                break
            digits += plain[groups[last][0] : groups[last][1]].replace(" ", "").replace("-", "")
            if len(digits) > 22 and last > first:
                break
            told = _reading(digits, before, last - first + 1) if len(digits) >= 5 else None
            if told:
                yield _with_neighbours(plain, start, groups[last][1], told)


_FOLLOWS = re.compile(r"(?:转|-|分机号?|ext\.?) ?\d{1,6}(?!\d)")
_LEADS = re.compile(r"(?:\+|\(\+?|\+ )$")


def _with_neighbours(plain: str, start: int, end: int, told: Told) -> Span:
    """A telephone's plus, bracket and extension are part of it."""
    if told[0] == "phone":
        lead = _LEADS.search(plain, max(0, start - 2), start)
        start = lead.start() if lead else start
        follows = _FOLLOWS.match(plain, end)
        end = follows.end() if follows else end
    return _span(start, end, told)


def _before(plain: str, start: int, reach: int = 16) -> str:
    return _END_OF_CLAUSE.split(plain[max(0, start - reach) : start])[-1]


_ID_CUE = re.compile(r"身份|证号|公民|idcard|id号|户籍号|证件")
_BANK_CUE = re.compile(r"卡号|账号|帐号|账户|帐户|银行|储蓄卡|信用卡|转账|转帐|汇款|卡\D{0,3}$|card")
_PHONE_CUE = re.compile(r"电话|手机|联系|座机|固话|拨打|致电|短号|热线|tel|phone|号码|来电|呼叫")


def _reading(digits: str, before: str, groups: int) -> Told | None:
    """What a string of digits (the last may be x) is, given what stands before it and of how many groups it is made."""
    size, number = len(digits), digits.isdigit()
    told = (
        _as_id(digits, size, number, before)
        or (number and (_as_phone(digits, size, before, groups) or _as_card(digits, size, before, groups)))
        or None
    )
    if told is None and groups == 1 and size >= 11:
        return "number", "long-number", LOW, None
    return told


def _as_id(digits: str, size: int, number: bool, before: str) -> Told | None:
    if size == 18 and digits[:17].isdigit() and digits[0] != "0":
        valid = ric.calc_check_digit(digits[:17]) == digits[17].upper()
        if valid and _is_day(digits[10:14]):
            return "id-number", "id-checked", HIGH, True
        if _is_day(digits[10:14]) or _ID_CUE.search(before) or not number:
            return "id-number", "id-shape", MEDIUM, valid
    if size == 15 and number and digits[0] != "0" and (_is_day(digits[8:12]) or _ID_CUE.search(before)):
        return "id-number", "id-old-shape", MEDIUM, None
    if 14 <= size <= 20 and _ID_CUE.search(before):
        return "id-number", "id-announced", MEDIUM, False
    return None


def _is_day(month_day: str) -> bool:
    return 1 <= int(month_day[:2]) <= 12 and 1 <= int(month_day[2:]) <= 31


_MOBILE = re.compile(r"(?:0?0?86)?1[3-9]\d{9}")
_LANDLINE = re.compile(r"(?:0?0?86)?0?(?:10|2\d|[3-9]\d\d)[1-9]\d{6,7}")
_SERVICE = re.compile(r"[48]00\d{7}")


def _as_phone(digits: str, size: int, before: str, groups: int) -> Told | None:
    if size > 15:
        return None
    if _MOBILE.fullmatch(digits):
        return "phone", "mobile", HIGH, None
    if digits[0] == "0" and _LANDLINE.fullmatch(digits):
        return "phone", "landline", HIGH if groups > 1 else MEDIUM, None
    if _SERVICE.fullmatch(digits) and groups != 2:
        return "phone", "service-number", MEDIUM, None
    if 5 <= size <= 13 and groups <= 4 and _PHONE_CUE.search(before):
        return "phone", "number-announced", MEDIUM, None
    return None


def _as_card(digits: str, size: int, before: str, groups: int) -> Told | None:
    if not 12 <= size <= 21:
        return None
    cue, valid = bool(_BANK_CUE.search(before)), size >= 15 and luhn.is_valid(digits)
    if cue:
        return "bank-card", "card-checked" if valid else "card-announced", HIGH if valid else MEDIUM, valid
    if 15 <= size <= 19 and digits[0] in "34569" and (valid or groups == 1 or digits[:2] == "62"):
        return "bank-card", "card-checked" if valid else "card-shape", MEDIUM if valid else LOW, valid
    return None


_MAIL_NAME = re.compile(r"[a-z0-9._%+\-]{1,64} {0,2}$")
_MAIL_HOST = re.compile(r" {0,2}[a-z0-9\-]{1,63}(?: ?[.。] ?[a-z0-9\-]{1,63}){1,5}")


def _mails(plain: str) -> Iterator[Span]:
    for at in re.finditer("@", plain):
        name = _MAIL_NAME.search(plain[max(0, at.start() - 66) : at.start()])
        host = _MAIL_HOST.match(plain, at.end())
        if name and host:
            yield Span(at.start() - len(name[0]), host.end(), "email", "mail", HIGH)


_FILL = r"(?:账号|帐号|账户|号码|号|id|名|昵称|也?是|为|叫|[:;\"“'\s（(]){0,6}"
_ACCOUNTS = (
    ("qq", re.compile(rf"(?:qq群?|扣扣群?|叩叩|球球|企鹅群?|(?<![a-z0-9])q(?=[:号群]))(?:{_FILL})(\d(?:[ \-]?\d){{4,11}})(?!\d)")),
    (
        "wechat",
        re.compile(
            r"(?:微信|薇信|威信|徽信|微x|weixin|wechat|[vw]信|(?<![a-z0-9_])(?:vx|wx|v)(?=[:号 ])|加v|加微|卫星号)(?:同号|群)?"
            rf"{_FILL}([a-z0-9][-_a-z0-9]{{4,24}})(?![-_a-z0-9@])(?! ?[元块万余多年月日笔次人个点])"
        ),
    ),
    ("wechat", re.compile(r"(?<![a-z0-9])wx(?:id)?_[-_a-z0-9]{4,24}(?!@)")),
    (
        "account",
        re.compile(
            rf"(?:支付宝|抖音|快手|微博|小红书|陌陌|探探|闲鱼|淘宝|京东|游戏|钱包|用户名|登录名|账号|帐号){_FILL}([a-z0-9][-_.a-z0-9]{{4,42}})"
            r"(?![-_a-z0-9@])(?! ?[元块万余多年月日笔次人个点])"
        ),
    ),
)  # fmt: skip


def _accounts(plain: str) -> Iterator[Span]:
    for kind, expression in _ACCOUNTS:
        for match in expression.finditer(plain):
            group = 1 if expression.groups else 0
            sure = HIGH if kind != "account" else MEDIUM
            yield Span(*match.span(group), kind, f"{kind}-announced", sure)


_PLATES = re.compile(
    r"[京津沪渝冀豫云辽黑湘皖鲁新苏浙赣鄂桂甘晋蒙陕吉闽贵粤青藏川宁琼使][ ]{0,2}[a-z][ ·•.\-:]{0,3}"
    r"(?:(?=[a-z*×]{0,5}\d)(?:[a-z0-9*×]{4,6}[挂学警港澳领]|[a-z0-9*×]{5,6})|[a-hj-np-z]{5,6})(?![a-z0-9])"
    r"|(?<![a-z])wj ?[\u4e00-\u9fff]?\d{2}[ ·\-]?\d{4,5}[a-z]?(?![a-z0-9])"
    r"|[军空海北沈兰济南广成][a-z][ ·\-]?\d{5}(?!\d)"
    r"|(?<=车牌)(?:号码?)?(?:[:是为 ]{0,3})[a-z0-9]{5,8}(?![a-z0-9])"
)


def _plates(plain: str) -> Iterator[Span]:
    for match in _PLATES.finditer(plain):
        yield Span(*match.span(), "plate", "plate-shape", HIGH)


_YEAR = rf"(?:(?:19|20)\d\d|\d\d|[一二]?[九〇零○][{_HAN}]{{2}}|[{_HAN}]{{2,4}})"
_COUNT = r"(?:\d{1,2}|[一二三四五六七八九十廿卅正冬腊初]{1,3})"
_DAY = (
    rf"(?:{_YEAR} ?年(?:农历|阴历|阳历)? ?(?:{_COUNT} ?月份?(?: ?{_COUNT} ?[日号]?)?)?|(?:19"
    rf"|20)\d\d ?[-./、] ?\d{{1,2}}(?: ?[-./、] ?\d{{1,2}})?|"
    r"(?:19|20)\d{6}(?!\d)|(?:19|20)\d{4}(?!\d)|(?:农历|阴历|阳历)?\d{1,2}月\d{1,2}[日号]?)"
)
_BIRTH_BEFORE = re.compile(
    rf"(?:出生(?:年月日?|日期|时间|于|在|:|为)|出生|生于|生日|生辰|诞辰|dob|birth)(?:日期|时间|年月日?|是|为|于|在|:|：|\s|\"|农历|阴历|阳历|公历){{0,4}}({_DAY})"
)
_BORN = re.compile("出生|生(?![活产意病气效存前命态物日育怕])")
_BIRTH_AFTER = re.compile(rf"({_DAY})[ ,，]{{0,2}}$")


def _births(plain: str) -> Iterator[Span]:
    for match in _BIRTH_BEFORE.finditer(plain):
        yield Span(*match.span(1), "birth-date", "birth-announced", HIGH)
    for born in _BORN.finditer(plain):
        begin = max(0, born.start() - 26)
        day = _BIRTH_AFTER.search(plain[begin : born.start()])
        if day:
            yield Span(begin + day.start(1), begin + day.end(1), "birth-date", "birth-announced", HIGH)


_DOCUMENT = re.compile(
    r"(?:护照|通行证|军官证|士兵证|警官证|台胞证|回乡证|驾驶证|驾照|居留证|居住证|证件|社保|医保|学籍|学号|工号|病历|住院|门诊|档案|身份证)(?:卡|证)?"
    r"(?:编?号码?|证号)?(?:是|为|:|\s){0,3}([a-z]{0,3}\d[a-z0-9\-]{4,19}(?:\([0-9a-z]\))?)"
)
_PASSPORT = re.compile(r"(?<![a-z0-9])(?:[degpskhcm]|e[a-z]|pe|se|de)\d{7,10}(?![a-z0-9])")
_HONG_KONG = re.compile(r"(?<![a-z0-9])[a-z]{1,2}\d{6} ?\([0-9a]\)")
_COMPANY = re.compile(r"(?<![a-z0-9])[1-9ahny][0-9a-hj-npqrtuwxy]{17}(?![a-z0-9])")
_VEHICLE = re.compile(
    r"(?<![a-z0-9])(?=[a-z0-9]{0,16}\d[a-z0-9]{0,16}\d)(?=[a-z0-9]*[a-z])[a-hj-npr-z0-9]{17}(?![a-z0-9])"
)
_IP = re.compile(r"(?<![\d.])(?:(?:25[0-5]|2[0-4]\d|1?\d?\d)\.){3}(?:25[0-5]|2[0-4]\d|1?\d?\d)(?![\d.]*\d)")
_COORDINATES = re.compile(
    r"\d{2,3}\.\d{3,}°?[a-z]?[ ,，、/]{1,3}(?:[东西南北]?[经纬]?:?)\d{1,3}\.\d{3,}°?[a-z]?|\d{1,3}°\d{1,2}['′][\d.]*[\"″]?"
)
_TAIL = re.compile(
    r"[尾后][号四三]?位?数?(?:号码?)?(?:为|是|:| ){0,2}(?<=[号数为是:位 ])([a-z0-9]{3,5})(?![a-z0-9]|[元块年月日.])"
)


def _others(plain: str) -> Iterator[Span]:
    for match in _DOCUMENT.finditer(plain):
        yield Span(*match.span(1), "document", "document-announced", MEDIUM)
    for expression, kind, how in (
        (_PASSPORT, "document", "passport-shape"),
        (_HONG_KONG, "id-number", "id-hong-kong"),
        (_VEHICLE, "vehicle-number", "vehicle-shape"),
        (_IP, "ip-address", "ip-shape"),
        (_COORDINATES, "coordinates", "coordinates"),
    ):
        for match in expression.finditer(plain):
            yield Span(*match.span(), kind, how, MEDIUM)
    for match in _COMPANY.finditer(plain):
        if not match[0][:17].isdigit():
            yield Span(*match.span(), "document", "company-code", MEDIUM, uscc.is_valid(match[0]))
    for match in _TAIL.finditer(plain):
        yield Span(*match.span(1), "number", "tail-of-a-number", MEDIUM)
