"""The language of a line: words, alternatives, bounded gaps; and it never takes more than linear work."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shouwang.engines.errors import BadData
from shouwang.engines.triage.danger import STANDARD, DangerList, screen
from shouwang.engines.triage.folding import BREAK, Folding
from shouwang.engines.triage.lines import Meter, Scanner, parse_line

FOLDING = Folding()


def finds(source, text, groups=None):
    scanner = Scanner((parse_line(source, "here", groups or {}, FOLDING),))
    return bool(scanner.scan(FOLDING.fold(text), Meter()))


@pytest.mark.parametrize(
    ("source", "text", "found"),
    [
        ("着火|起火", "后山起火了", True),
        ("被 砍", "被砍", True),
        ("被 砍", "被人砍", False),
        ("被 ~2 砍", "被人砍", True),
        ("被 ~2 砍", "被三个人砍", False),
        ("被 ~6 砍", "被打了，砍柴去", False),
        ("被 ~~6 砍", "被打了，砍柴去", True),
        ("砍 ~6 被", "被人砍", False),
        ("^ 救命 $", "救命", True),
        ("^ 救命 $", "救命恩人", False),
        ("^ 有人 ~4 刀", "说有人拿刀", False),
        ("刀 刀", "刀刀", True),
        ("刀 刀", "刀", False),
        ("@tool ~3 我", "拿棍子打我", True),
    ],
)
def test_a_line_finds(source, text, found):
    assert finds(source, text, {"tool": ("棍子", "锤")}) is found


@pytest.mark.parametrize(
    ("source", "reason"),
    [
        ("~3 砍", "between two words"),
        ("砍 ~3", "begins and ends with a word"),
        ("砍 ~3 ~4 人", "between two words"),
        ("砍人 ~99 人", "from 1 to 30"),
        ("砍人 ~0 人", "from 1 to 30"),
        ("砍人 ~x 人", "from 1 to 30"),
        ("刀", "single character"),
        ("着火|刀", "single character"),
        ("着火||起火", "empty"),
        ("着火，快", "punctuation"),
        ("(砍+)+", "does not know"),
        ("@nowhere 人", "no word list"),
        ("砍人 " * 9, "at most 8 parts"),
        ("救" * 17, "longer than 16"),
    ],
)
def test_a_bad_line_is_refused_with_its_place_and_reason(source, reason):
    with pytest.raises(BadData, match=reason) as refused:
        parse_line(source, "station.toml [[pattern]] x says", {}, FOLDING)
    assert refused.value.where == "station.toml [[pattern]] x says"


def plainly(parts, gap, crossing, text):
    """The rule said slowly: try every place of every part."""

    def reach(n, end):
        if n == len(parts):
            return True
        return any(
            text.startswith(word, start)
            and (crossing or BREAK not in text[end:start])
            and reach(n + 1, start + len(word))
            for start in range(end, min(end + gap, len(text)) + 1)
            for word in parts[n]
        )

    starts = (at + len(word) for at in range(len(text)) for word in parts[0] if text.startswith(word, at))
    return any(reach(1, end) for end in starts)


@given(
    text=st.text(alphabet="甲乙丙丁，", max_size=14),
    parts=st.lists(
        st.lists(st.sampled_from(["甲乙", "丙丁", "乙丙", "甲甲"]), min_size=1, max_size=2), min_size=1, max_size=3
    ),
    gap=st.integers(1, 4),
    crossing=st.booleans(),
)
def test_the_scanner_and_the_plain_rule_agree(text, parts, gap, crossing):
    source = f" {'~~' if crossing else '~'}{gap} ".join("|".join(part) for part in parts)
    assert finds(source, text) == plainly(parts, gap, crossing, FOLDING.fold(text).text)


HARD = ["拿刀", "被", "孩子不见，", "jiuming", "救.", "喝酒不敢", "🔪", "打我"]


@pytest.mark.parametrize("bit", HARD)
def test_a_hundred_thousand_hostile_characters_cost_linear_work(bit):
    whole = DangerList.load(*STANDARD)
    steps = []
    for length in (25_000, 100_000):
        meter = Meter()
        screen(bit * (length // len(bit)), whole, meter)
        steps.append(meter.steps)
    assert steps[1] <= 4 * 1.2 * steps[0] + 1000, "four times the text, four times the steps"
    assert steps[1] <= 100_000 * 400
