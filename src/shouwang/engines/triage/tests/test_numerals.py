"""Numbers as people write and say them."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shouwang.engines.triage.numerals import Exactness, numbers

FIGURES = "零一二三四五六七八九"
CAPITALS = str.maketrans("零一二三四五六七八九十百千万亿", "零壹贰叁肆伍陆柒捌玖拾佰仟萬億")
FULL_WIDTH = str.maketrans("0123456789", "０１２３４５６７８９")


def in_words(n):
    """The full Chinese reading of a whole number below 10^12: 3005 -> 三千零五."""
    if n == 0:
        return "零"
    parts, gap = "", False
    for unit, name in ((10**8, "亿"), (10**4, "万"), (1, "")):
        section = n // unit % 10**4
        if not section:
            gap = bool(parts)
            continue
        parts += ("零" if parts and (gap or section < 1000) else "") + _section(section) + name
        gap = False
    return parts


def _section(n):
    said, gap = "", False
    for unit, name in ((1000, "千"), (100, "百"), (10, "十"), (1, "")):
        figure = n // unit % 10
        if figure:
            said += ("零" if said and gap else "") + FIGURES[figure] + name
            gap = False
        else:
            gap = bool(said)
    return said


def shortened(n):
    """The reading without its last unit, as people say it: 3200 -> 三千二; None where nobody would."""
    full = in_words(n)
    if full[-1:] in {"百", "千"} and full[-3:-2] in {"千", "万"} and full.count("零") == 0:
        return full[:-1]
    return None


NOTATIONS = {
    "plain": str,
    "full width": lambda n: str(n).translate(FULL_WIDTH),
    "thousands": lambda n: f"{n:,}",
    "Chinese thousands": lambda n: f"{n:,}".replace(",", "，"),
    "words": in_words,
    "cheque": lambda n: in_words(n).translate(CAPITALS),
    "ten thousands": lambda n: f"{Decimal(n) / 10_000:f}万",
    "short": lambda n: shortened(n) or in_words(n),
    "mixed": lambda n: f"{n // 10_000}万{n % 10_000:04}" if n >= 10_000 and n % 10_000 >= 1000 else str(n),
}


@pytest.mark.parametrize("notation", NOTATIONS)
@given(n=st.integers(0, 10**8))
def test_any_number_written_in_any_notation_is_read_back(notation, n):
    written = NOTATIONS[notation](n)
    if n == 0 and notation != "plain":
        return
    (number,) = numbers(written)
    assert (number.low, number.high, number.point) == (n, n, n)
    assert (number.start, number.end) == (0, len(written))
    assert number.exactness is Exactness.EXACT


@pytest.mark.parametrize(
    ("said", "low", "high", "exactness"),
    [
        ("三千二", "3200", "3200", "exact"),
        ("两万三", "23000", "23000", "exact"),
        ("一百零五", "105", "105", "exact"),
        ("三千零五", "3005", "3005", "exact"),
        ("3千5", "3500", "3500", "exact"),
        ("12万3456", "123456", "123456", "exact"),
        ("3w", "30000", "30000", "exact"),
        ("1.5万", "15000", "15000", "exact"),
        ("二〇二六", "2026", "2026", "exact"),
        ("一一〇", "110", "110", "exact"),
        ("三千多", "3000", "3999.99", "more"),
        ("两万余", "20000", "29999.99", "more"),
        ("150余", "150", "159.99", "more"),
        ("二十多万", "200000", "299999.99", "more"),
        ("9万9千余", "99000", "99999.99", "more"),
        ("两千出头", "2000", "2999.99", "more"),
        ("一千五六", "1500", "1600", "range"),
        ("三四百", "300", "400", "range"),
        ("三五百", "300", "500", "range"),
        ("七、八百", "700", "800", "range"),
        ("一百二三十", "120", "130", "range"),
        ("百十", "100", "120", "range"),
        ("几百", "200", "900", "several"),
        ("十几", "11", "19", "several"),
        ("十几万", "110000", "190000", "several"),
        ("大几千", "5000", "9000", "several"),
        ("数百", "200", "900", "several"),
        ("约3000", "2700", "3300", "around"),
        ("一两千", "1000", "2000", "range"),
        ("一两万", "10000", "20000", "range"),
        ("两三百", "200", "300", "range"),
        ("2k", "2000", "2000", "exact"),
        ("2K多", "2000", "2999.99", "more"),
        ("一万出头", "10000", "19999.99", "more"),
        ("小几万", "20000", "50000", "several"),
        ("上万", "10000", None, "at-least"),
        ("万儿八千", "8000", "10000", "range"),
        ("三千左右", "2700", "3300", "around"),
        ("千把", "900", "1100", "around"),
        ("十来万", "80000", "120000", "around"),
        ("不到三千", "2400", "2999.99", "below"),
        ("将近三千", "2400", "2999.99", "below"),
        ("上千", "1000", None, "at-least"),
        ("至少五百", "500", None, "at-least"),
        ("五百以上", "500", None, "at-least"),
        ("不超过五百", "0", "500", "at-most"),
        ("五百以内", "0", "500", "at-most"),
    ],
)
def test_what_is_said_loosely_stays_a_range(said, low, high, exactness):
    (number,) = numbers(said)
    assert (number.low, number.high) == (Decimal(low), high and Decimal(high))
    assert number.exactness == exactness
    assert said[number.start : number.end] == said


@pytest.mark.parametrize("text", ["", "零", "多", "万", "百", "千", "上", "13800000000000000000000", "km", "第"])
def test_what_is_no_number_is_left_alone(text):
    assert numbers(text) == ()


def test_two_ounces_of_liquor_are_no_range():
    assert [n.point for n in numbers("一两酒")] == [1, 2]


def test_several_numbers_do_not_overlap():
    assert [n.point for n in numbers("共三笔，分别是3000、2500和一千八")] == [3, 3000, 2500, 1800]


texts = st.text(
    alphabet="0123456789，,.一二三十百千万亿几多余来约左右不到上下零〇两半元块第a小大好k儿八把", max_size=60
)


@given(text=texts)
def test_ranges_lie_in_the_text_in_order(text):
    at = 0
    for number in numbers(text):
        assert at <= number.start <= number.core[0] < number.core[1] <= number.end <= len(text)
        assert number.high is None or number.low <= number.high
        at = number.end
