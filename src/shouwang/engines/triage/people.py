"""Who is spoken of: ages (十三岁, 68岁的老母亲, 初中生), how many people (七八个小伙子, 一伙人) and number plates."""

from __future__ import annotations

import re
from dataclasses import dataclass

from shouwang.engines.triage.numerals import Sheet, with_words


@dataclass(frozen=True)
class Age:
    """
    start, end  half-open range of the text
    low, high   years; ``high`` None when nothing bounds it
    whose       "suspect", "victim" (the one harmed, missing or in need, and the reporter's family), "reporter" or ""
    """

    start: int
    end: int
    low: int
    high: int | None
    whose: str


@dataclass(frozen=True)
class Crowd:
    """People counted: ``low`` to ``high`` of them (None: no upper end)."""

    start: int
    end: int
    low: int
    high: int | None


@dataclass(frozen=True)
class Plate:
    """
    A number plate; ``number`` in capitals without marks, struck-out characters kept as *.

    kind  "car", "new-energy", "special" (学 警 挂 港 澳) or "part" when only its end is told
    """

    start: int
    end: int
    number: str
    kind: str


_YEARS_OLD = re.compile(r"\s?(?:多|几)?周?岁(?:多|半|左右|上下|出头)?")
_SCHOOL_AGES = {
    "婴儿": (0, 1),
    "幼儿园": (3, 6),
    "小学生": (6, 13),
    "初中生": (12, 16),
    "初中学生": (12, 16),
    "高中生": (15, 19),
    "未成年人": (0, 17),
    "未成年": (0, 17),
    "小娃娃": (0, 8),
    "小朋友": (0, 13),
    "老人家": (60, None),
    "老人": (60, None),
    "老大爷": (60, None),
    "老太太": (60, None),
    "老奶奶": (60, None),
    "老爷爷": (60, None),
    "老婆婆": (60, None),
}
_WORDS = re.compile("|".join(sorted(_SCHOOL_AGES, key=len, reverse=True)))
_WHOSE = re.compile(
    r"(?P<suspect>嫌疑人|小偷|贼|对方|打人的|偷[^，。]{0,4}的|抢[^，。]{0,4}的|骗子|那[个帮群]|肇事|抓[到住]|作案|混混|动手的|被告人|违法)|"
    r"(?P<reporter>我今年|本人|报警人|我(?!儿|女|妈|爸|爷|奶|家|母|父|老|外|孙|孩|哥|弟|姐|妹|们|的))|"
    r"(?P<victim>儿子|女儿|孩子|小孩|娃|孙子|孙女|母亲|父亲|妈妈|爸爸|爷爷|奶奶|外公|外婆|老伴|弟弟|妹妹|侄|受害|被害人|走失|走丢|失踪|伤者|老人|我妈|我爸|我爷|我奶|老母亲|老父亲)"
)
# What somebody does who is said to be so old: 十三岁的孩子偷了我的车, but not 十三岁的孩子被人打了 nor 打电话.
_DOES = re.compile(
    r"[^，。；！？,;!?\n被让把给叫说遭]{0,6}?(?:偷|抢(?!救|修)|骗(?:了|走)|砸|砍(?!柴)|捅|撬|勒索|猥亵|纵火|扎(?:了|破)|打(?:了(?!电话|个|一下)|人|伤|我))"
)
_WHO = (
    "初中生|小学生|高中生|人|男的|女的|男子|女子|男人|女人|小伙子|小伙|年轻人|小年轻|小孩|孩子|学生|同学|老人|大汉|壮汉|社会青年|青年|混混|小混混|醉汉|工人|村民|妇女|大妈|大爷|黑衣人|司机|乘客|员工|民工|嫌疑人|陌生人|男生|女生|男|女|"
    "未成年人|民警|警察|老头|老太太"
)
_COUNT = re.compile(
    rf"\s?(?:多|余|来|几)?(?:个|名|位|号|对)?(?:[^\W\d伙帮群拨]{{0,3}}?)(?:{_WHO})(?!民币|名|次|均|家)|\s?(?:多|余)?口人"
)
_BAND = re.compile(
    r"(?:一|好几|几)?(?:伙|帮|群|大群|大帮|拨)(?:[\u4e00-\u9fff]{0,4}?)(?:人|青年|混混|男的|学生|社会青年|村民|工人|小年轻)|很多人|好多人|许多人|几十号人"
)
_PROVINCES = "京津沪渝冀豫云辽黑湘皖鲁新苏浙赣鄂桂甘晋蒙陕吉闽贵粤青藏川宁琼"
_PLATE = re.compile(
    rf"[{_PROVINCES}][A-Z][ ·.\-]{{0,2}}(?:[A-HJ-NP-Z0-9*×]{{5}}[A-HJ-NP-Z0-9*×]?|[A-HJ-NP-Z0-9*×]{{4}}[挂学警港澳领])(?![A-Z0-9])",
    re.IGNORECASE,
)
_TAIL = re.compile(r"尾号(?:是|为)?\s?(?P<tail>[A-Z0-9]{3,5})(?![0-9A-Z])", re.IGNORECASE)
_LOOK = 14


def ages(sheet: Sheet) -> tuple[Age, ...]:
    """Ages told in years or by a word that says them, from left to right."""
    smooth = sheet.plain
    found: list[Age] = []
    for bare in sheet.numbers:
        years = _YEARS_OLD.match(smooth, bare.end)
        if not years or bare.point > 120:
            continue
        number = with_words(smooth, bare, found[-1].end if found else 0)
        over = "多" in years[0]
        # A year may be rounded, so “十三四岁” is what it says and “约50岁” a tenth to either side.
        low = int(number.low)
        high = int(number.high) + 9 * (over and low >= 20) + (over and low < 20) if number.high is not None else None
        found.append(Age(number.start, years.end(), low, high, _whose(smooth, number.start, years.end())))
    taken = [(age.start, age.end) for age in found]
    for match in _WORDS.finditer(smooth):
        if not any(start < match.end() and match.start() < end for start, end in taken):
            low, upper = _SCHOOL_AGES[match[0]]
            found.append(Age(match.start(), match.end(), low or 0, upper, _whose(smooth, match.start(), match.end())))
    return tuple(sorted(found, key=lambda age: age.start))


def _whose(text: str, start: int, end: int) -> str:
    """By what they do, else by the nearest word before in the sentence, else the first behind."""
    before = re.split("[。；！？!?;\n]", text[max(0, start - _LOOK) : start])[-1]
    last = None
    for match in _WHOSE.finditer(before):
        last = match
    if _DOES.match(text, end):
        return "suspect"
    behind = _WHOSE.match(text, end) or _WHOSE.match(text, min(end + 1, len(text)))
    if behind and behind.lastgroup == "victim":
        return "victim"
    found = last or behind
    return found.lastgroup or "" if found else ""


def crowds(sheet: Sheet) -> tuple[Crowd, ...]:
    """Counted people, from left to right."""
    smooth = sheet.plain
    found = [Crowd(*match.span(), 3, None) for match in _BAND.finditer(smooth)]
    taken = {crowd.start for crowd in found}
    for number in sheet.numbers:
        if number.start in taken:
            continue  # 一伙人
        who = _COUNT.match(smooth, number.end)
        if who and number.point < 100_000 and number.low == number.low.to_integral_value():
            high = None if number.high is None else int(number.high)
            found.append(Crowd(number.start, who.end(), int(number.low), high))
    return tuple(sorted(found, key=lambda crowd: crowd.start))


def plates(sheet: Sheet) -> tuple[Plate, ...]:
    """Number plates, from left to right."""
    smooth = sheet.plain
    found = []
    for match in _PLATE.finditer(smooth):
        number = re.sub(r"[ ·.\-]", "", match[0]).upper().replace("×", "*")
        if sum(c.isdigit() or c == "*" for c in number[2:]) >= 2:
            kind = "special" if number[-1] in "挂学警港澳领" else "new-energy" if len(number) == 8 else "car"
            found.append(Plate(match.start(), match.end(), number, kind))
    for match in _TAIL.finditer(smooth):
        about_a_card = re.search("卡|账|帐|手机|电话", smooth[max(0, match.start() - 6) : match.start()])
        if not about_a_card and not any(p.start <= match.start() < p.end for p in found):
            found.append(Plate(*match.span("tail"), match["tail"].upper(), "part"))
    return tuple(sorted(found, key=lambda plate: plate.start))
