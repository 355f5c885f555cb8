"""
What in a message tells who somebody is, or what happened to them, so that a group bot can offer to go private.

    marks = spot("我叫张晓梅，电话 138 0000 0000，被骗了两千")
    mask("我叫张晓梅，电话 138 0000 0000，被骗了两千", marks)      # 我叫〔名字〕，电话 〔电话〕，被骗了两千

Check digits (GB 11643 for identity numbers, Luhn for cards) only raise the confidence: people mistype, and a wrong
number is still somebody's number. Offsets are those of the original text.
"""

from __future__ import annotations

import re
import tomllib
import unicodedata
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from enum import IntEnum
from functools import cache
from pathlib import Path

from stdnum import luhn
from stdnum.cn import ric

from shouwang.engines.errors import BadData
from shouwang.engines.textsearch.text import is_word
from shouwang.engines.triage.folding import Folding
from shouwang.engines.triage.lines import Meter, Scanner, parse_line

PERSONAL_DATA = Path(__file__).parent / "data" / "personal.toml"

INCIDENT = "incident"
# Ends a label, and so ends every reading: no cue, number, place or name goes on across it.
_TAKEN = "〕"
# What a masked range becomes. No label may itself be a cue, or masking twice would find more than masking once.
LABELS = {
    "id-number": "〔证件〕",
    "phone": "〔电话〕",
    "bank-card": "〔卡〕",
    "plate": "〔车〕",
    "wechat": "〔账户〕",
    "qq": "〔账户〕",
    "email": "〔邮箱〕",
    "address": "〔住址〕",
    "name": "〔名字〕",
}


class Confidence(IntEnum):
    LOW = 1
    MEDIUM = 2
    HIGH = 3


@dataclass(frozen=True, order=True)
class Mark:
    """
    start, end   half-open range of the original text
    kind         a key of LABELS, or "incident"
    confidence   how sure
    reason       text code that the app puts into words
    """

    start: int
    end: int
    kind: str
    confidence: Confidence
    reason: str


@dataclass(frozen=True)
class Cues:
    """Words of ``data/personal.toml``; load another station's file with :func:`load_cues`."""

    id: tuple[str, ...]
    bank: tuple[str, ...]
    phone: tuple[str, ...]
    name: tuple[str, ...]
    surnames: frozenset[str]
    double_surnames: tuple[str, ...]
    words_too: frozenset[str]
    given: frozenset[str]
    given_alone: frozenset[str]
    who: re.Pattern[str]
    incidents: Scanner
    reasons: tuple[str, ...]


def load_cues(path: Path) -> Cues:
    """Read the cue words and incident lines; BadData names file, key and reason."""
    try:
        raw = tomllib.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise BadData(str(path), f"cannot be read: {error.strerror}") from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise BadData(str(path), f"is not TOML: {error}") from error
    cues = raw.get("cues", {})
    lists: dict[str, tuple[str, ...]] = {}
    for key in ("id", "bank", "phone", "name", "who", "double_surnames"):
        value = cues.get(key)
        if not isinstance(value, list) or not value or not all(isinstance(v, str) and v for v in value):
            raise BadData(f"{path.name} [cues] {key}", "is a list of texts")
        lists[key] = tuple(v.casefold() for v in value)
    characters: dict[str, frozenset[str]] = {}
    for key in ("surnames", "words_too", "given", "given_alone"):
        if not isinstance(cues.get(key), str) or not cues[key]:
            raise BadData(f"{path.name} [cues] {key}", "is a text of single characters")
        characters[key] = frozenset(cues[key])
    lines, reasons = [], []
    for number, entry in enumerate(raw.get("incident", []), 1):
        where = f"{path.name} [[incident]] {entry.get('id', number)}"
        if set(entry) != {"id", "reason", "says"} or not isinstance(entry["says"], list):
            raise BadData(where, "has exactly id, reason and the list says")
        for source in entry["says"]:
            lines.append(parse_line(source, where, {}, Folding()))
            reasons.append(entry["reason"])
    who = "|".join(map(re.escape, sorted(lists["who"], key=len, reverse=True)))
    return Cues(
        id=lists["id"],
        bank=lists["bank"],
        phone=lists["phone"],
        name=lists["name"],
        surnames=characters["surnames"],
        double_surnames=lists["double_surnames"],
        words_too=characters["words_too"],
        given=characters["given"],
        given_alone=characters["given_alone"],
        # What follows an address that is masked already is somebody too: 桥头巷8号的王秀英.
        who=re.compile(f"(?:{who})(?:名叫|叫|是)?[ :]{{0,2}}|(?<={_TAKEN})(?:住)?的"),
        incidents=Scanner(tuple(lines)),
        reasons=tuple(reasons),
    )


@cache
def standard_cues() -> Cues:
    """The cues that come with the house."""
    return load_cues(PERSONAL_DATA)


def spot(text: str, cues: Cues | None = None) -> tuple[Mark, ...]:
    """
    Marks of what identifies a person and of incidents, by place; marks of identity never overlap one another.

    Where two readings overlap, the surer one stays, then the longer one, then the earlier one.
    """
    cues = cues or standard_cues()
    plain = _plain(text)
    kept: list[Mark] = []
    # A reading that lost a part to a surer one may have a shorter reading left, so look again beside what is taken.
    for _ in range(_MOST_LOOKS):
        found = [mark for search in _SEARCHES for mark in search(plain, cues)]
        if not found:
            break
        hidden = list(plain)
        for mark in sorted(found, key=lambda m: (-m.confidence, m.start - m.end, m.start, m.kind)):
            if _TAKEN not in hidden[mark.start : mark.end]:
                hidden[mark.start : mark.end] = _TAKEN * (mark.end - mark.start)
                kept.append(mark)
        plain = "".join(hidden)
    return tuple(sorted([*kept, *_incidents(text, cues)]))


# How people say who somebody is without announcing a name: kin and “我是”.
_KIN = re.compile(
    "(?:我是|我叫|本人|叫|(?:我|他|她)?(?:的)?(?:女儿|儿子|孩子|孙子|孙女|外孙|老公|老婆|丈夫|妻子|爱人|妈妈|爸爸|母亲|父亲|奶奶|爷爷|外婆|外公|"
    "弟弟|妹妹|哥哥|姐姐|邻居|同学|房东|朋友))(?:叫|名叫|是)?"
)


def people_in(text: str, is_word: Callable[[str], bool], cues: Cues | None = None) -> tuple[str, ...]:
    """
    Names of people in words whose writer speaks of people: those that `spot` finds, and what follows kin and “我是” and begins with a
    family name. Meant for keeping names out of something, never for telling who somebody is.

    is_word   whether a dictionary has it: 我是高中生 and 老公严重 name nobody, though 高 and 严 are family names
    """
    cues = cues or standard_cues()
    plain = _plain(text)
    found = [text[mark.start : mark.end] for mark in spot(text, cues) if mark.kind == "name"]
    for cue in _KIN.finditer(plain):
        run = _HAN.match(plain, cue.end())
        name = _name(run[0], cues) if run else ""
        if len(name) > 1 and (name.startswith(cues.double_surnames) or not is_word(name[:2])):
            found.append(name)
    return tuple(dict.fromkeys(found))


def given_name(name: str, cues: Cues | None = None) -> str:
    """The name without the family name; empty when that leaves a single character or none."""
    family = 2 if name.startswith((cues or standard_cues()).double_surnames) else 1
    return name[family:] if len(name) - family > 1 else ""


def mask(text: str, marks: Sequence[Mark]) -> str:
    """The text with each mark of identity replaced by its label; incidents stay, they are what the answer is about."""
    out: list[str] = []
    at = 0
    for mark in sorted(marks):
        if mark.kind == INCIDENT or mark.start < at:
            continue
        out += (text[at : mark.start], LABELS[mark.kind])
        at = mark.end
    return "".join((*out, text[at:]))


def _plain(text: str) -> str:
    """The text in half-width small letters, character for character, so that offsets stay those of the original."""
    return "".join(_plain_character(char) for char in text)


_SPOKEN = dict(zip("零〇一二三四五六七八九幺两", "0012345678912", strict=True))


def _plain_character(char: str) -> str:
    plain = unicodedata.normalize("NFKC", char).casefold()
    if len(plain) != 1 or (plain.isdigit() and not plain.isascii()):
        digit = unicodedata.digit(char, None)
        return char if digit is None or digit > 9 else str(digit)
    return plain


_GROUP = re.compile(r"\d+x?(?![a-z])|[零〇一二三四五六七八九幺两]{7,}")
_JOINTS = frozenset(" -_.·—–/\u3000\t()")
_MOST_GROUPS = 12


def _numbers(plain: str, cues: Cues) -> Iterator[Mark]:
    groups = [(m.start(), m.end()) for m in _GROUP.finditer(plain)]
    first = 0
    while first < len(groups):
        best: tuple[int, Mark] | None = None
        for last in range(first, min(first + _MOST_GROUPS, len(groups))):
            if last > first and not _joined(plain, groups[last - 1][1], groups[last][0]):
                break
            start, end = groups[first][0], groups[last][1]
            mark = _number(plain, start, end, cues)
            if mark and (best is None or mark.confidence >= best[1].confidence):
                best = last, mark
            if mark and mark.confidence is Confidence.HIGH and mark.kind != "bank-card":
                break  # a phone or identity number has its full length; a card may go on for three more digits
        if best:
            yield best[1]
        first = best[0] + 1 if best else first + 1


def _joined(plain: str, end: int, start: int) -> bool:
    return 0 < start - end <= 3 and all(char in _JOINTS for char in plain[end:start])


def _number(plain: str, start: int, end: int, cues: Cues) -> Mark | None:
    digits = "".join(_SPOKEN.get(c, c) for c in plain[start:end] if c not in _JOINTS)
    before = _before(plain, start, 14)
    for reading in (_as_id, _as_phone, _as_card):
        found = reading(digits, before, cues)
        if found:
            return Mark(start, end, *found)
    return None


def _before(plain: str, start: int, reach: int) -> str:
    """What stands before a number in the same clause: a cue beyond a mark or a label speaks of something else."""
    return re.split(r"[，。；！？,;!?\n〕]", plain[max(0, start - reach) : start])[-1]


def _as_id(digits: str, before: str, cues: Cues) -> tuple[str, Confidence, str] | None:
    cue = any(word in before for word in cues.id)
    if len(digits) == 18 and digits[:17].isdigit() and _is_day(digits[10:14]) and digits[0] != "0":
        # Only the check digit: is_valid() also looks the county up and fails on one it does not know.
        if ric.calc_check_digit(digits) == digits[17].upper():
            return "id-number", Confidence.HIGH, "id-number-checked"
        return "id-number", Confidence.MEDIUM, "id-number-shape"
    if len(digits) == 15 and digits.isdigit() and _is_day(digits[8:12]) and digits[0] != "0":
        return "id-number", Confidence.HIGH if cue else Confidence.MEDIUM, "id-number-old-shape"
    if cue and 14 <= len(digits) <= 20:
        return "id-number", Confidence.MEDIUM, "id-number-announced"
    return None


def _is_day(month_day: str) -> bool:
    return 1 <= int(month_day[:2]) <= 12 and 1 <= int(month_day[2:]) <= 31


_MOBILE = re.compile(r"(?:0?0?86)?1[3-9]\d{9}")
_LANDLINE = re.compile(r"0(?:10|2\d|[3-9]\d\d)[2-9]\d{6,7}")


def _as_phone(digits: str, before: str, cues: Cues) -> tuple[str, Confidence, str] | None:
    if _MOBILE.fullmatch(digits):
        return "phone", Confidence.HIGH, "mobile-number"
    if _LANDLINE.fullmatch(digits):
        return "phone", Confidence.MEDIUM, "landline-number"
    if 7 <= len(digits) <= 12 and digits.isdigit() and any(word in before for word in cues.phone):
        return "phone", Confidence.MEDIUM, "number-announced"
    return None


def _as_card(digits: str, before: str, cues: Cues) -> tuple[str, Confidence, str] | None:
    if not (12 <= len(digits) <= 19 and digits.isdigit()):
        return None
    cue = any(word in before for word in cues.bank)
    if len(digits) >= 16 and luhn.is_valid(digits) and (cue or digits[0] in "3456"):
        return "bank-card", Confidence.HIGH, "bank-card-checked"
    if cue or (len(digits) in {16, 19} and digits.startswith("62")):
        return "bank-card", Confidence.MEDIUM, "bank-card-shape"
    return None


_QQ = re.compile(r"(?:qq|扣扣|企鹅|q)号?(?:码|群)?(?:是|为|:)?[ :]{0,3}(\d(?:[ -]?\d){4,10})(?!\d)")
_WECHAT = re.compile(
    r"(?:微信|薇信|威信|v信|vx|wx|加v|加微|weixin)(?:号|同号)?(?:码|是|为)?[ :]{0,3}([a-z0-9][-_a-z0-9]{4,19})"
)


def _accounts(plain: str, _: Cues) -> Iterator[Mark]:
    for kind, expression in (("qq", _QQ), ("wechat", _WECHAT)):
        for match in expression.finditer(plain):
            yield Mark(*match.span(1), kind, Confidence.HIGH, f"{kind}-announced")


_PLATE = re.compile(
    r"[京津沪渝冀豫云辽黑湘皖鲁新苏浙赣鄂桂甘晋蒙陕吉闽贵粤青藏川宁琼][a-z][ ·.\-]{0,2}"
    r"[a-hj-np-z0-9]{4,5}[a-hj-np-z0-9挂学警港澳]"
)


def _plates(plain: str, _: Cues) -> Iterator[Mark]:
    for match in _PLATE.finditer(plain):
        if sum(char.isdigit() for char in match[0]) >= 2:
            yield Mark(match.start(), match.end(), "plate", Confidence.HIGH, "plate-shape")


_NUMERAL = "一二三四五六七八九十百零〇幺两"
_COUNT = rf"(?:\d{{1,5}}(?:-\d{{1,4}}){{0,3}}|[{_NUMERAL}]{{1,4}}|[a-z])"
_UNIT = "号楼|号院|号|栋|幢|座|单元|室|楼|组|户|门|排|弄|队|社"
# A room said without “室”: 302 or 五零二, but no count of things, no bus line and no sum.
_ROOM = rf"(?:\d{{2,4}}|[{_NUMERAL}]{{3,4}})(?!\d|[{_NUMERAL}个人元块万米斤路年月分点岁次度天瓦])"
_UNITS = re.compile(
    rf"(?P<units>(?:{_COUNT} ?(?:{_UNIT})[ 的,-]{{0,2}}){{1,5}})(?P<room>(?<!,){_ROOM}(?:室|房(?![间子东产屋租价贷]))?)?"
)
_OF_A_HOUSE = re.compile(rf"{_COUNT} ?(?:号楼|栋|幢|座|单元)")
_PLACE = re.compile(
    r"(?:省|市|县|区|镇|乡|街道|村|寨|湾|屯|庄|路|街|巷|弄|小区|花园|苑|里|公寓|大道|胡同|新村|广场|城)$"
)
_NOT_OF_A_PLACE = frozenset("在住到是来我从去给的，。；！？,;!? \n〔〕:：、于家")
_LONGEST_PLACE = 24
# 12-3-302: house, staircase, room. The middle has two digits at most, or it is a telephone number.
_HYPHENS = re.compile(r"(?<![\d-])\d{1,3}-\d{1,2}-\d{3,4}(?![\d-]) ?(?:室|房)?")
# A number that is an address only where somebody says that it is theirs: 石桥路12, 302房.
_BARE = re.compile(
    r"(?<=[路街巷弄])\d{1,4}(?:-\d{1,4}){0,3}(?![\d路号年月日点块元个米公%.:-])"
    r"|(?<!\d)\d{3,4} ?(?:室|房)(?![间子东产屋租价贷])"
)
_AT_HOME = re.compile(r"(?:住(?!院)|(?<![大国专人商])家|租)[^,;!?。\n〔〕]{0,16}$")


def _addresses(plain: str, _: Cues) -> Iterator[Mark]:
    for match in _UNITS.finditer(plain):
        end = match.start() + len(match[0].rstrip(" 的,-"))
        start = _place_before(plain, match.start())
        units, room = re.findall(_UNIT, match["units"]), match["room"]
        if start < match.start():
            sure = len(units) > 1 or room or units[0] in {"号", "号院", "室", "户"}
            yield Mark(start, end, "address", Confidence.HIGH if sure else Confidence.MEDIUM, "address-with-number")
        elif _OF_A_HOUSE.search(match["units"]) and (room or "室" in units):
            yield Mark(match.start(), end, "address", Confidence.HIGH, "house-and-room")
        elif len(units) > 1:
            yield Mark(match.start(), end, "address", Confidence.MEDIUM, "house-and-room")
    for match in _HYPHENS.finditer(plain):
        start = _place_before(plain, match.start())
        sure = start < match.start() or _at_home(plain, start)
        yield Mark(start, match.end(), "address", Confidence.HIGH if sure else Confidence.MEDIUM, "house-and-room")
    for match in _BARE.finditer(plain):
        start = _place_before(plain, match.start())
        if _at_home(plain, start):
            yield Mark(start, match.end(), "address", Confidence.HIGH, "address-with-number")


def _place_before(plain: str, end: int) -> int:
    """Where the name of a place begins that ends here; ``end`` itself when none does."""
    start = end
    while start > 0 and end - start < _LONGEST_PLACE and plain[start - 1] not in _NOT_OF_A_PLACE:
        start -= 1
    return start if end - start >= 2 and _PLACE.search(plain[start:end]) else end


def _at_home(plain: str, end: int) -> bool:
    return _AT_HOME.search(plain, max(0, end - 18), end) is not None


_PAPER = re.compile(
    r"(?:护照|通行证|回乡证|台胞证|军官证|士兵证|警官证|学员证|居留证|永居证|签证|驾驶证|驾照|社保卡|档案)(?:号码|编号|号)?[是为: ]{0,3}"
    r"([\u4e00-\u9fff]字第? ?\d{4,10}号?|[a-z]{0,2}\d{6,12}(?![a-z\d]))"
)
# The shape of an ordinary passport of today.
_PASSPORT = re.compile(r"(?<![a-z\d])e[a-z]?\d{7,8}(?![a-z\d])")
_EMAIL = re.compile(r"[a-z\d][a-z\d._%+-]{0,63}@[a-z\d-]{1,63}(?:\.[a-z\d-]{1,63}){1,4}")


def _papers(plain: str, _: Cues) -> Iterator[Mark]:
    for match in _PAPER.finditer(plain):
        yield Mark(*match.span(1), "id-number", Confidence.HIGH, "paper-announced")
    for match in _PASSPORT.finditer(plain):
        if len(match[0]) == _PASSPORT_LENGTH:
            yield Mark(*match.span(), "id-number", Confidence.MEDIUM, "passport-shape")
    for match in _EMAIL.finditer(plain):
        yield Mark(*match.span(), "email", Confidence.HIGH, "email-shape")


_PASSPORT_LENGTH = 9

_HAN = re.compile(r"[\u4e00-\u9fff]{1,8}")
_AFTER_A_NAME = frozenset("今住家是电的在身有想来要和跟被手现男女户于，已因向请了也都，从就刚昨前不没")
_NO_NAMES = frozenset({"车", "成", "单", "路", "于", "任", "和", "安", "包", "解", "代", "强", "管", "向", "万", "常"})


def _names(plain: str, cues: Cues) -> Iterator[Mark]:
    for cue in cues.name:
        at = plain.find(cue)
        while at >= 0:
            after = at + len(cue)
            while after < len(plain) and plain[after] in " ::是":
                after += 1
            run = _HAN.match(plain, after)
            name = _name(run[0], cues) if run else ""
            if name:
                whole = run is not None and name == run[0]
                sure = Confidence.HIGH if whole and name[0] not in _NO_NAMES else Confidence.MEDIUM
                yield Mark(after, after + len(name), "name", sure, "name-announced")
            at = plain.find(cue, at + 1)
    for match in cues.who.finditer(plain):
        run = _HAN.match(plain, match.end())
        name = _name_unannounced(run[0], cues) if run else ""
        if name:
            likely = all(char in cues.given for char in given_name(name, cues) or name[1:])
            sure = Confidence.HIGH if likely and len(name) > _SHORT_NAME else Confidence.MEDIUM
            yield Mark(match.end(), match.end() + len(name), "name", sure, "name-told")


def _name(run: str, cues: Cues) -> str:
    """The name at the begin of a run of characters; empty when it does not begin with a family name."""
    family = 2 if run.startswith(cues.double_surnames) else 1
    if family == 1 and run[0] not in cues.surnames:
        return ""
    if run[0] in _NO_NAMES and len(run) > 3:
        return ""
    given = 0
    while given < 2 and family + given < len(run) and run[family + given] not in _AFTER_A_NAME:
        given += 1
    return run[: family + given] if given else ""


_SHORT_NAME = 2
_LONGEST_WORD = 4
_NO_END = frozenset("村镇乡县市区屯庄路街巷弄店厂校班")
_NEVER_GIVEN = frozenset(
    "我你他她它咱俺们这那哪谁什么吗吧呢啊哦把对给让叫说去到再又还很太最会能可村镇乡县屯庄路街巷弄店厂校班区市们里边上"
)
_CALLED = re.compile(
    "先生|女士|小姐|师傅|老师|老板|医生|大夫|护士|警官|警察|主任|书记|所长|队长|局长|校长|经理|会计|总|某|家|"
    "[大小老]?(?:妈|爸|爹|娘|姐|哥|弟|妹|叔|姨|婶|嫂|伯|舅|姑|爷|奶|公|婆)"
)


def _name_unannounced(run: str, cues: Cues) -> str:
    """
    A full name at the begin of what follows “我是” or kin, where most often no name stands; empty when it is none.

    No name is what begins with a word of the dictionary (高兴, 安全回来), a title (王师傅) or a place (王家村). A family name that is
    a word of its own (付, 关, 曾) needs a given name of usual characters.
    """
    double = run.startswith(cues.double_surnames)
    family = 2 if double else 1
    if not double and run[0] not in cues.surnames:
        return ""
    given = 0
    while given < 2 and family + given < len(run) and run[family + given] not in _AFTER_A_NAME | _NEVER_GIVEN:
        given += 1
    name, rest = run[: family + given], run[family + given :]
    if not given or _CALLED.match(run, family) or rest[:1] in _NO_END:
        return ""
    if (
        given == 2
        and rest
        and rest[0] not in _AFTER_A_NAME
        and run[family] in cues.given
        and run[family + 1] not in cues.given
    ):
        name, rest = name[:-1], name[-1] + rest  # 李强喝醉了
    usual = all(char in cues.given for char in name[family:])
    alone = not rest or rest[0] in _AFTER_A_NAME or rest[0] == "家"
    if not usual and (len(name) == _SHORT_NAME or run[0] in cues.words_too or not alone):
        return ""
    if double:
        return name
    # The dictionary has some names too: 李建国, 李强.
    known = usual and run[0] not in cues.words_too and (len(name) > _SHORT_NAME or name[-1] in cues.given_alone)
    begins = (run[:size] for size in range(2, min(_LONGEST_WORD, len(run)) + 1))
    return "" if any(is_word(word) and not (known and word == name) for word in begins) else name


_SEARCHES = (_numbers, _accounts, _plates, _papers, _addresses, _names)
_MOST_LOOKS = 6


def _incidents(text: str, cues: Cues) -> Iterator[Mark]:
    folded = Folding().fold(text)
    for index, matches in cues.incidents.scan(folded, Meter()).items():
        for match in matches:
            start, _ = folded.original(*match.parts[0])
            _, end = folded.original(*match.parts[-1])
            yield Mark(start, end, INCIDENT, Confidence.MEDIUM, cues.reasons[index])
