"""
Numbers as people write and say them: 3200, ３，２００, 1.5万, 三千二, 叁仟贰佰, 一千五六, 三四百, 两万多, 十几, 上千.

    numbers("丢了三千多")[0]          # Number(start=2, end=5, low=3000, high=3999.99, point=3000, exactness=MORE)

A number says how sure it is: “三千多” is from 3000 to just below 4000, “一千五六” is between 1500 and 1600. Words around it
(约, 不到, 至少, 左右) belong to it. Offsets are those of the text handed in. The work grows linearly with the text.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from decimal import Decimal
from enum import StrEnum

from shouwang.engines.triage.folding import CharacterTable

_CAPITALS = str.maketrans(
    "０１２３４５６７８９．壹贰貳弍叁參肆伍陆陸柒捌玖拾佰仟萬億兩幾數餘圓塊俩仨○ＷｗＫｋ：",
    "0123456789.一二二二三三四五六六七八九十百千万亿两几数余圆块两三〇WWKK:",
)
# With every character in the table translate never has to catch an error, which costs most.
_PLAIN = CharacterTable(lambda char: chr(_CAPITALS.get(ord(char), ord(char))))
_DIGIT = {"一": 1, "二": 2, "两": 2, "三": 3, "四": 4, "五": 5, "六": 6, "七": 7, "八": 8, "九": 9}
_ZEROS = frozenset("零〇")
_UNITS = frozenset("十百千万亿")
_SMALL = {"十": 10, "百": 100, "千": 1000, "k": 1000, "K": 1000}
_BIG = {"万": 10**4, "w": 10**4, "W": 10**4, "亿": 10**8}
_FUZZ = frozenset("多余来")
_ARABIC = re.compile(r"\d{1,3}(?:[,，]\d{3}){1,4}(?!\d)(?:\.\d+)?|\d+(?:\.\d+)?", re.ASCII)
# Written digit by digit: 二〇二六, 一一〇.
_POSITIONAL = re.compile("[一二三四五六七八九零〇]{3,}")
# No amount, count or date needs more; a longer run of digits is a card or an order number.
_LONGEST = 16
_FEN = Decimal("0.01")

_BEFORE = re.compile(
    r"(?P<least>至少|起码|最少|不止|超过|高达|多达)|(?P<most>最多|顶多|不超过|至多)|"
    r"(?P<below>不到|不足|将近|接近|差不多快|快|近|小)|(?P<around>大约莫?|大概|大致|约莫?|差不多|估计|可能|也就)"
)
_AFTER = re.compile(
    r"(?P<least>以上|往上|打底)|(?P<most>以下|以内|之内)|(?P<below>不到)|(?P<around>左右|上下|前后|的样子|吧)|(?P<more>出头|开外|好几)"
)
_LONGEST_BEFORE = 4


class Exactness(StrEnum):
    """How much a number binds its speaker."""

    EXACT = "exact"
    AROUND = "around"  # 三千左右: a tenth to either side
    BELOW = "below"  # 不到三千, 近三千: up to it, a fifth less at most
    MORE = "more"  # 三千多: up to the next round number
    RANGE = "range"  # 三四千, 3000到5000
    SEVERAL = "several"  # 几千: from two to nine
    AT_LEAST = "at-least"  # 至少三千: no upper end
    AT_MOST = "at-most"  # 不超过三千: no lower end


@dataclass(frozen=True)
class Number:
    """
    A number found in a text.

    start, end   half-open range of the text, with the words around it that change its meaning
    low, high    between which it lies, both possible; ``high`` is None when nothing bounds it
    point        the figure to show when only one can be shown
    core         range of the bare number inside ``start:end``
    """

    start: int
    end: int
    low: Decimal
    high: Decimal | None
    point: Decimal
    exactness: Exactness
    core: tuple[int, int]


def plain(text: str) -> str:
    """Half-width digits, simple numerals for the capitals of cheques; every character stays at its place."""
    return text.translate(_PLAIN)


@dataclass(frozen=True)
class Sheet:
    """A text whose numbers have been read once, for all who look for facts in it. Make it with :meth:`of`."""

    text: str
    plain: str
    numbers: tuple[Number, ...]

    @classmethod
    def of(cls, text: str) -> Sheet:
        smooth = plain(text)
        return cls(text, smooth, tuple(bare_numbers(smooth)))


def numbers(text: str) -> tuple[Number, ...]:
    """All numbers of a text, from left to right, never overlapping."""
    found, at = [], 0
    smooth = plain(text)
    for bare in bare_numbers(smooth):
        if bare.start >= at:
            found.append(with_words(smooth, bare, at))
            at = found[-1].end
    return tuple(found)


def bare_numbers(text: str) -> Iterator[Number]:
    """The numbers of a :func:`plain` text without the words around them."""
    at, size = 0, len(text)
    while start := _START.search(text, at):
        at = start.start()
        if _LONE.match(text, at):
            value = _VALUES[text[at]]
            yield Number(at, at + 1, value, value, value, Exactness.EXACT, (at, at + 1))
            at += 1
            continue
        run = _POSITIONAL.match(text, at)
        if run and (run.end() == size or text[run.end()] not in _SMALL | _BIG):
            if len(run[0]) <= _LONGEST:
                value = Decimal("".join(str(_DIGIT.get(c, 0)) for c in run[0]))
                yield Number(at, run.end(), value, value, value, Exactness.EXACT, run.span())
            at = run.end()
            continue
        number = _Reading(text, at).number()
        if number:
            yield number
        at = max(at + 1, number.end if number else _skip(text, at))


# Where a number may begin; the other characters only begin one with what stands behind them.
_START = re.compile(
    "[0-9一二两三四五六七八九十几]|上(?=[百千万亿])|[好大小](?=几)|数(?=[十百千万亿])|百(?=[把十儿]|八十)|[千万](?=[把儿])|千(?=八百)|万(?=八千)"
)
# 一两千, 一两个: one or two of them.
_AFTER_ONE_OR_TWO = frozenset("百千万亿块元个天部台辆次年")
# A figure with nothing behind it that could go on; most numbers are such.
_LONE = re.compile("[一二两三四五六七八九](?![0-9一二两三四五六七八九零〇几数、多余来十百千kK万wW亿])")
_VALUES = {figure: Decimal(value) for figure, value in _DIGIT.items()}


# 大几千, 小几万, 好几百: from, to.
_SEVERALS = {
    "大": (Decimal(5), Decimal(9)),
    "小": (Decimal(2), Decimal(5)),
    "好": (Decimal(2), Decimal(9)),
}
_OR_EIGHT = frozenset({"万儿八千", "千儿八百", "百儿八十"})
# 百八十块: a hundred, or eighty, or both of them.
_AND_EIGHT = frozenset({"万八千", "千八百", "百八十"})
# 三万又八百: like a nought, when a lower unit follows.
_AND = re.compile("又[一二两三四五六七八九](?P<unit>[十百千])(?!万)")


def _skip(text: str, at: int) -> int:
    """Behind a run of Latin digits that is no number, so that its tail is not read as one."""
    run = _ARABIC.match(text, at)
    return run.end() if run else at + 1


def with_words(text: str, number: Number, floor: int = 0) -> Number:
    """
    The number together with “约”, “左右” and the like right before or right after its range.

    floor   where the number before it ends; nothing is taken from before
    """
    if number.exactness not in {Exactness.EXACT, Exactness.MORE}:
        return number
    ahead = text[max(floor, number.start - _LONGEST_BEFORE) : number.start]
    for match in _BEFORE.finditer(ahead):
        if match.end() == len(ahead):
            return replace(bounded(number, match.lastgroup or ""), start=number.start - len(match[0]))
    behind = _AFTER.match(text, number.end)
    if behind:
        return replace(bounded(number, behind.lastgroup or ""), end=behind.end())
    return number


def bounded(number: Number, how: str) -> Number:
    """The number under a word: "least", "most", "below", "around" or "more"."""
    low, high, point = number.low, number.high, number.point
    if how == "least":
        return replace(number, high=None, exactness=Exactness.AT_LEAST)
    if how == "most":
        return replace(number, low=Decimal(0), high=high or point, exactness=Exactness.AT_MOST)
    if how == "below" and not point:
        return number  # nothing is below nought
    if how == "below":
        return replace(number, low=point * Decimal("0.8"), high=point - _FEN, exactness=Exactness.BELOW)
    if how == "more":
        return replace(number, high=max(high or low, low + _step(point) - _FEN), exactness=Exactness.MORE)
    if number.exactness is Exactness.MORE:
        return number
    return replace(number, low=low * Decimal("0.9"), high=point * Decimal("1.1"), exactness=Exactness.AROUND)


def _step(value: Decimal) -> Decimal:
    """The place of the last figure that is not nought: 3200 -> 100, 50 -> 10, 0.5 -> 0.1; 1 for nought itself."""
    if not value:
        return Decimal(1)
    exponent = value.normalize().as_tuple().exponent
    return Decimal(10) ** int(exponent)


@dataclass
class _Reading:
    """Reads one number from ``at``; intervals (low, high) are added up unit by unit."""

    text: str
    at: int

    def __post_init__(self) -> None:
        self.start = self.at
        self.total = self.section = (Decimal(0), Decimal(0))
        self.pending: tuple[Decimal, Decimal] | None = None
        self.pending_digits = 0  # how many characters the coefficient in hand has; one may lend its unit: 三千五
        self.unit = 0  # the last unit inside the present section
        self.last = 0  # the last unit of all, in yuan or pieces
        self.big = 0
        self.zero = False
        self.exactness = Exactness.EXACT
        self.seen = False

    def number(self) -> Number | None:
        special = self._special()
        if special:
            return special
        while self.at < len(self.text) and self._one():
            pass
        if not self.seen or self.at - self.start > _LONGEST + 8:
            return None
        self._close()
        low, high = (a + b for a, b in zip(self.total, self.section, strict=True))
        point = low if self.exactness is Exactness.MORE else (low + high) / 2
        if self.exactness is Exactness.EXACT and low != high:
            self.exactness = Exactness.RANGE
        return Number(self.start, self.at, low, high, point, self.exactness, (self.start, self.at))

    def _special(self) -> Number | None:
        """上千, 千把, 万儿八千, 大几千, 小几万, 好几百."""
        text, at = self.text, self.at
        head, unit = text[at : at + 1], text[at + 1 : at + 2]
        if head == "上" and unit in {"百", "千", "万", "亿"} and text[at - 1 : at] != "千":
            value = Decimal(_SMALL.get(unit) or _BIG[unit])
            return Number(at, at + 2, value, None, value, Exactness.AT_LEAST, (at, at + 2))
        if head in {"百", "千", "万"}:
            if text[at : at + 4] in _OR_EIGHT:
                high = Decimal(_SMALL.get(head) or _BIG[head])
                return Number(at, at + 4, high * 8 / 10, high, high * 9 / 10, Exactness.RANGE, (at, at + 4))
            if text[at : at + 3] in _AND_EIGHT:
                unit_value = Decimal(_SMALL.get(head) or _BIG[head])
                low, high = unit_value * 8 / 10, unit_value * 18 / 10
                return Number(at, at + 3, low, high, (low + high) / 2, Exactness.RANGE, (at, at + 3))
            if unit != "把":
                return None if head == "万" or not self._short_hundred() else self._tens_of_a_hundred()
            value = Decimal(_SMALL.get(head) or _BIG[head])
            about = (value * Decimal("0.9"), value * Decimal("1.1"))
            return Number(at, at + 2, *about, value, Exactness.AROUND, (at, at + 2))
        if head in _SEVERALS:
            if unit != "几":
                return None
            self.at += 1
            self.pending, self.pending_digits = _SEVERALS[head], 1
            self.at += 1
            self.seen, self.exactness = True, Exactness.SEVERAL
            if self.text[self.at : self.at + 1] not in _SMALL | _BIG:
                self.seen = False
        return None

    def _short_hundred(self) -> bool:
        return self.text[self.at : self.at + 2] == "百十"

    def _tens_of_a_hundred(self) -> Number:
        """百十块: a hundred and a little."""
        start, self.at = self.at, self.at + 2
        return Number(start, self.at, Decimal(100), Decimal(120), Decimal(110), Exactness.RANGE, (start, self.at))

    def _one(self) -> bool:
        """Take the next sign; False when the number is over."""
        char = self.text[self.at]
        if char in _ZEROS:
            return self._nought()
        if char == "又":
            joined = _AND.match(self.text, self.at)
            return joined is not None and _SMALL[joined["unit"]] < self.last and self._nought()
        if char == "大":
            return self._large_half()
        if char == "、":
            return self._listed()
        if char in _DIGIT or (char in "几数" and self._several_fits()):
            return self._digit(char)
        if "0" <= char <= "9":
            return self._arabic()
        if char in _FUZZ:
            return self._fuzz(char)
        if char in _SMALL:
            return self._small(_SMALL[char])
        if char in _BIG:
            return self._large(_BIG[char])
        return False

    def _several_fits(self) -> bool:
        """几 or 数 as a figure: before a unit, behind one (十几, 三百几), or before a thing (几块); 数 only before a unit."""
        following = self.text[self.at + 1 : self.at + 2]
        if following in _SMALL and following.isalpha() and not following.isascii():
            return self.pending is None
        if following in {"万", "亿"}:
            return self.pending is None
        return self.text[self.at] == "几" and self.pending is None and (self.unit > 0 or not self.seen)

    def _listed(self) -> bool:
        """七、八百: between two figures that follow each other and share a unit the mark says nothing."""
        following, unit = self.text[self.at + 1 : self.at + 2], self.text[self.at + 2 : self.at + 3]
        if self.pending_digits != 1 or self.pending is None or unit not in _UNITS or not unit:
            return False
        second = _DIGIT.get(following) or (int(following) if following in "123456789" and following else 0)
        if second - self.pending[0] != 1 or self.pending[0] != self.pending[1]:
            return False
        self.pending, self.exactness = (self.pending[0], Decimal(second)), Exactness.RANGE
        self.at += 2
        return True

    def _nought(self) -> bool:
        if self.pending is not None or not self.seen:
            return False
        self.zero = True
        self.at += 1
        return True

    def _large_half(self) -> bool:
        """一千大几 is more than 1000 and less than 2000; 一千大几百 from 1500 to 1900."""
        if not self.text.startswith("大几", self.at) or self.pending is not None or self.last < 100:
            return False
        if self.exactness is not Exactness.EXACT:
            return False
        behind = self.text[self.at + 2 : self.at + 3]
        self.at += 2
        lower = _SMALL.get(behind, 0)
        if lower and lower == self.last // 10:
            self.section = (self.section[0] + 5 * lower, self.section[1] + 9 * lower)
            self.exactness = Exactness.SEVERAL
            self.at += 1
        else:
            self.section = (self.section[0], self.section[1] + self.last - _FEN)
            self.exactness = Exactness.MORE
        return False

    def _digit(self, char: str) -> bool:
        if char in "几数":
            least = 1 if self.unit else 2
            self.pending, self.exactness = (Decimal(least), Decimal(9)), Exactness.SEVERAL
        elif self.pending is None:
            self.pending = (Decimal(_DIGIT[char]),) * 2
        else:
            first, second = self.pending[0], Decimal(_DIGIT[char])
            neighbours = second - first == 1 or (int(first), int(second)) == (3, 5)
            if self.pending[1] != first or self.pending_digits > 1 or not neighbours or first == 0:
                return False
            if char == "两" and self.text[self.at + 1 : self.at + 2] not in _AFTER_ONE_OR_TWO:
                return False  # 一两酒: a weight
            self.pending, self.exactness = (first, second), Exactness.RANGE
        self.pending_digits = 1
        self.seen = True
        self.at += 1
        return True

    def _arabic(self) -> bool:
        match = _ARABIC.match(self.text, self.at)
        if self.pending is not None or match is None or (self.seen and not self.last):
            return False
        if len(match[0]) > _LONGEST:
            return False
        value = Decimal(match[0].replace(",", "").replace("，", ""))
        if self.last and value >= self.last:
            return False
        self.pending, self.pending_digits = (value, value), len(match[0])
        self.seen = True
        self.at = match.end()
        return True

    def _fuzz(self, char: str) -> bool:
        """多, 余, 来 widen what stands before them; a unit may follow: 二十多万."""
        if not self.seen or self.exactness is not Exactness.EXACT:
            return False
        following = self.text[self.at + 1 : self.at + 2]
        if char == "来" and following not in {"万", "亿", "块", "元", "个", "人", "岁", "斤", "只", "天", "分", "点"}:
            return False
        self._close()
        low = self.section[0] or self.total[0]
        step = self._place_of(low)
        if char == "来":
            low, high = low * Decimal("0.8"), low * Decimal("1.2")
            self.exactness = Exactness.AROUND
        else:
            high = low + step - _FEN
            self.exactness = Exactness.MORE
        if self.section[0]:
            self.section = (low, high)
        else:
            self.total = (low, high)
        self.at += 1
        if following in _BIG and self.section[0] and not self.big:
            scale = _BIG[following]
            if self.exactness is Exactness.MORE:
                high = (self.section[0] + step) * scale - _FEN
                self.section = (self.section[0], high / scale)
            self._raise(scale)
            self.at += 1
        return False

    def _place_of(self, low: Decimal) -> Decimal:
        last = Decimal(self.last) if self.last else _step(low)
        return min(last, _step(low)) if low else last

    def _small(self, unit: int) -> bool:
        if self._latin_unit_of_nothing():
            return False
        coefficient = self.pending
        if coefficient is None:
            # 十 may stand alone (十五), also behind a higher unit (一百十); 百 and 千 may not.
            if unit != 10 or (self.unit and self.unit <= 10) or (self.seen and not self.last):
                return False
            coefficient = (Decimal(1), Decimal(1))
        if self.unit and unit >= self.unit:
            return False
        self.section = (self.section[0] + coefficient[0] * unit, self.section[1] + coefficient[1] * unit)
        self.pending, self.pending_digits = None, 0
        self.unit = self.last = unit
        self.zero = False
        self.seen = True
        self.at += 1
        return True

    def _latin_unit_of_nothing(self) -> bool:
        """k and w are units behind a figure only, and not as the begin of a word: 3km."""
        following = self.text[self.at + 1 : self.at + 2]
        inside_a_word = following.isascii() and following.isalnum()
        return self.text[self.at].isascii() and (self.pending is None or inside_a_word)

    def _large(self, unit: int) -> bool:
        if self._latin_unit_of_nothing():
            return False
        self._close()
        if not self.section[1] or (self.big and unit >= self.big):
            return False
        self._raise(unit)
        self.at += 1
        return True

    def _raise(self, unit: int) -> None:
        self.total = (self.total[0] + self.section[0] * unit, self.total[1] + self.section[1] * unit)
        self.section = (Decimal(0), Decimal(0))
        self.big = self.last = unit
        self.unit, self.zero = 0, False

    def _close(self) -> None:
        """Add the coefficient in hand: as ones, or with the next lower unit where it was left out (三千五, 两万三)."""
        if self.pending is None:
            return
        implied = self.last > 10 and not self.zero and self.pending_digits == 1
        unit = self.last // 10 if implied else 1
        low, high = (n * unit for n in self.pending)
        self.section = (self.section[0] + low, self.section[1] + high)
        self.pending, self.pending_digits = None, 0
        self.last = unit if implied else 0
