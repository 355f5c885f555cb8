"""Numbers, money, days and texts as Chinese papers write them."""

from __future__ import annotations

import re
from datetime import date, datetime, tzinfo
from decimal import Decimal

PLAIN, PLAIN_UNITS = "零一二三四五六七八九", ("", "十", "百", "千")
CAPITAL, CAPITAL_UNITS = "零壹贰叁肆伍陆柒捌玖", ("", "拾", "佰", "仟")
MYRIADS = ("", "万", "亿")
MOST = 10**12

LINE_ENDS = re.compile("\r\n?|[\v\f\x1c-\x1e\x85\u2028\u2029]")
#: What steers instead of being read: controls, invisible characters, and those that turn the direction of writing around.
UNSEEN = re.compile(
    "[\x00-\x08\x0e-\x1f\x7f-\x9f\u00ad\u034f\u061c\u180e\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufe00-\ufe0f\ufeff"
    "\ufff0-\ufffb\U000e0000-\U000e0fff]"
)
#: Half a surrogate pair, and codes that are no characters; neither UTF-8 nor XML can hold them all.
NO_CHARACTER = re.compile(
    "[\ud800-\udfff\ufdd0-\ufdef"
    + "".join(f"{chr(n + 0xFFFE)}{chr(n + 0xFFFF)}" for n in range(0, 0x110000, 0x10000))
    + "]"
)


def _spell(number: int, digits: str, units: tuple[str, ...]) -> str:
    """A whole number from 1; zeros between two digits become one 零."""
    said, gap = "", False
    for place in reversed(range(4 * len(MYRIADS))):
        digit = number // 10**place % 10
        if digit:
            said += (digits[0] if gap and said else "") + digits[digit] + units[place % 4]
        gap = not digit
        if place % 4 == 0 and number // 10**place % 10_000:
            said, gap = said + MYRIADS[place // 4], False
    return said


def numeral(number: int) -> str:
    """A whole number as laws write it: 12 → 十二, 121 → 一百二十一. Errors: ValueError below 0 or from 10^12."""
    if not 0 <= number < MOST:
        raise ValueError(f"cannot spell {number}")
    said = _spell(number, PLAIN, PLAIN_UNITS) or PLAIN[0]
    return said[1:] if said.startswith("一十") else said


def capitals(yuan: Decimal) -> str:
    """An amount in capitals (大写): 1230.5 → 壹仟贰佰叁拾元伍角整. Errors: ValueError below 0, from 10^12, or finer than 分."""
    cents = yuan * 100
    if not 0 <= yuan < MOST or cents != int(cents):
        raise ValueError(f"cannot spell {yuan}")
    whole, jiao, fen = int(cents) // 100, int(cents) // 10 % 10, int(cents) % 10
    said = _spell(whole, CAPITAL, CAPITAL_UNITS) + "元" if whole or not cents else ""
    said = CAPITAL[0] + said if not whole and not cents else said
    if jiao:
        said += CAPITAL[jiao] + "角"
    elif fen and whole:
        said += CAPITAL[0]
    return said + (CAPITAL[fen] + "分" if fen else "整")


def figures(yuan: Decimal) -> str:
    """An amount in figures: 1230元, 1230.50元."""
    return f"{yuan:.0f}元" if yuan == int(yuan) else f"{yuan:.2f}元"


def day(value: date) -> str:
    """2026年11月28日."""
    return f"{value.year}年{value.month}月{value.day}日"


def chinese_day(value: date) -> str:
    """二〇二六年十一月二十八日."""
    year = "".join("〇" if digit == "0" else PLAIN[int(digit)] for digit in str(value.year))
    return f"{year}年{numeral(value.month)}月{numeral(value.day)}日"


def moment(value: datetime, zone: tzinfo) -> str:
    """2026年11月28日15时04分, by the clock of the zone."""
    local = value.astimezone(zone)
    return f"{day(local)}{local.hour}时{local.minute:02}分"


def printable(text: str) -> str:
    """
    A text as it may stand on a paper: line ends are "\\n", tabs are spaces, and nothing is left that is not read.

    A character that turns the writing around goes, for it could forge an amount. Nothing is respelt: a name keeps its own form,
    and an ideograph newer than this Python stays.
    """
    return NO_CHARACTER.sub("\ufffd", UNSEEN.sub("", LINE_ENDS.sub("\n", text).replace("\t", " ")))
