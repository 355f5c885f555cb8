"""Amounts, numbers and days as Chinese papers write them."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shouwang.engines.papers import words

DIGITS = {digit: value for spelling in (words.PLAIN, words.CAPITAL) for value, digit in enumerate(spelling)}
UNITS = {"十": 10, "百": 100, "千": 1000, "拾": 10, "佰": 100, "仟": 1000}


def heard(said: str) -> int:
    """The number that a listener writes down: knows nothing of how it was spelt."""
    total = group = digit = 0
    for word in said:
        if word in DIGITS:
            digit = DIGITS[word]
        elif word in UNITS:
            group += (digit or 1) * UNITS[word]
            digit = 0
        else:
            total += (group + digit) * {"万": 10**4, "亿": 10**8}[word]
            group = digit = 0
    return total + group + digit


@pytest.mark.parametrize(
    ("yuan", "said"),
    [
        ("0", "零元整"),
        ("0.05", "伍分"),
        ("0.5", "伍角整"),
        ("1", "壹元整"),
        ("10", "壹拾元整"),
        ("1230", "壹仟贰佰叁拾元整"),
        ("1005", "壹仟零伍元整"),
        ("646.50", "陆佰肆拾陆元伍角整"),
        ("10050.07", "壹万零伍拾元零柒分"),
        ("100000", "壹拾万元整"),
        ("100000005", "壹亿零伍元整"),
        ("999999999999.99", "玖仟玖佰玖拾玖亿玖仟玖佰玖拾玖万玖仟玖佰玖拾玖元玖角玖分"),
    ],
)
def test_an_amount_in_capitals(yuan, said):
    assert words.capitals(Decimal(yuan)) == said


@given(st.integers(0, words.MOST * 100 - 1))
def test_an_amount_in_capitals_is_heard_as_the_same_amount(cents):
    said = words.capitals(Decimal(cents) / 100)
    yuan, _, rest = said.rpartition("元")
    jiao, fen = rest.partition("角")[0] if "角" in rest else "", rest.partition("角")[2] if "角" in rest else rest
    small = 10 * heard(jiao) + heard(fen.strip("零整分"))
    assert 100 * heard(yuan) + small == cents
    assert said.endswith("分" if cents % 10 else "整")
    assert "零零" not in said


@given(st.integers(0, words.MOST - 1))
def test_a_numeral_is_heard_as_the_same_number(number):
    assert heard(words.numeral(number)) == number


@pytest.mark.parametrize(
    ("number", "said"), [(0, "零"), (10, "十"), (12, "十二"), (20, "二十"), (110, "一百一十"), (121, "一百二十一")]
)
def test_a_numeral(number, said):
    assert words.numeral(number) == said


@pytest.mark.parametrize("amount", ["-1", "0.001", "1000000000000"])
def test_an_amount_that_cannot_be_written_is_refused(amount):
    with pytest.raises(ValueError, match="cannot spell"):
        words.capitals(Decimal(amount))


def test_days_and_hours():
    assert words.day(date(2026, 11, 28)) == "2026年11月28日"
    assert words.chinese_day(date(2026, 11, 28)) == "二〇二六年十一月二十八日"
    assert words.chinese_day(date(2010, 10, 10)) == "二〇一〇年十月十日"
    # The same moment, by the clock of the station and by another one.
    moment = datetime(2026, 11, 27, 23, 4, tzinfo=UTC)
    assert words.moment(moment, ZoneInfo("Asia/Shanghai")) == "2026年11月28日7时04分"
    assert words.moment(moment, ZoneInfo("UTC")) == "2026年11月27日23时04分"


def test_what_steers_is_gone_and_what_is_read_stays():
    assert words.printable("5\u202e00\u202c元\x00\x1b") == "500元"
    assert words.printable("甲\r\n乙\u2028丙\x85丁\t戊") == "甲\n乙\n丙\n丁 戊"
    assert words.printable("吉𠮷㛃\U000323af 𬱖é") == "吉𠮷㛃\U000323af 𬱖é"  # a name keeps its own form
    assert words.printable("a\ud800b\ufffe") == "a\ufffdb\ufffd"


@given(st.text(alphabet=st.characters(codec=None)))
def test_what_is_printable_is_so_for_good(text):
    said = words.printable(text)
    assert words.printable(said) == said
    said.encode("utf-8")  # no half of a pair is left
    assert not any(ord(letter) < 0x20 and letter != "\n" for letter in said)
