"""A bad file is refused with file, key and reason."""

from pathlib import Path

import pytest

from shouwang.engines.errors import BadData
from shouwang.engines.law import Rulebook, load_calendars

GOOD = """
[file]
instrument = "act"
valid_from = 2026-01-01
confidence = "confirmed"

[[instrument]]
id = "act"
name_zh = "示例条例"
name_en = "Example Act"
valid_from = 2026-01-01

[[trigger]]
code = "received"
zh = "收到"
en = "received"

[[approver]]
code = "head"
zh = "负责人"
en = "head"

[[pause]]
code = "waiting"
zh = "等待"
en = "waiting"

[[rule]]
id = "reply"
name_zh = "答复"
name_en = "Reply"
says_zh = "二十日内答复。"
says_en = "Reply within twenty days."
limit = 20
unit = "wd"
trigger = "received"
extension = { amount = 10, times = 1, approver = "head" }
pauses = ["waiting"]
article = "12"

[[threshold]]
offence = "theft"
region = "44"
region_zh = "示例"
region_en = "Example"
large = [1000, 3000]
article = "3"
"""


GROUND = """
[[ground]]
id = "sec"
name_zh = "示例秘密"
name_en = "Example secret"
says_zh = "示例。"
says_en = "Example."
handling = "internal_only"
source = ["act 5"]
end = true
levels = [{ code = "a", zh = "甲", en = "A", years = 9 }, { code = "b", zh = "乙", en = "B", years = 3 }]
"""


def load(tmp_path: Path, text: str) -> Rulebook:
    file = tmp_path / "rules.toml"
    file.write_text(text, encoding="utf-8")
    return Rulebook.load(file)


def test_the_good_file_loads(tmp_path):
    book = load(tmp_path, GOOD)
    assert list(book.versions) == ["reply"]
    assert book.thresholds[0].large.high == 3000


@pytest.mark.parametrize(
    ("old", "new", "where", "why"),
    [
        ('id = "reply"', 'id = "Reply now"', "rule[1] Reply now: id", "small Latin"),
        ('name_zh = "答复"\n', "", "rule[1] reply: name_zh", "is missing"),
        ('name_en = "Reply"', 'name_en = " "', "rule[1] reply: name_en", "not empty"),
        ('name_en = "Reply"', "name_en = 7", "rule[1] reply: name_en", "must be a text"),
        ("limit = 20", 'limit = "twenty"', "rule[1] reply: limit", "must be a number"),
        ("limit = 20", "limit = -1", "rule[1] reply: limit", "must be a number from 0"),
        ("limit = 20", "limit = nan", "rule[1] reply: limit", "must be a number from 0"),
        ("limit = 20", "limit = true", "rule[1] reply: limit", "must be a number"),
        ("limit = 20", "limit = 2.5", "rule[1] reply: limit", "whole number"),
        ("limit = 20", "limit = 20\nlimit_max = 10", "rule[1] reply: limit_max", "more than limit"),
        ("limit = 20\n", "", "rule[1] reply: unit", "needs a limit"),
        ('unit = "wd"\n', "", "rule[1] reply: unit", "needs a unit"),
        ('unit = "wd"', 'unit = "week"', "rule[1] reply: unit", "one of wd"),
        ('trigger = "received"\n', "", "rule[1] reply: extension", "only a clock"),
        ('trigger = "received"\n', 'trigger = "recieved"\n', "rule[1] reply: trigger", "no trigger 'recieved'"),
        ("amount = 10", "amount = 0", "rule[1] reply: extension: amount", "from 1"),
        ("amount = 10", 'amount = 10, unit = "cd"', "rule[1] reply: extension: unit", "must be wd"),
        ("times = 1", "time = 1", "rule[1] reply: extension: time", "not a key"),
        ('approver = "head"', 'approver = "boss"', "rule[1] reply: extension", "no approver 'boss'"),
        (
            'trigger = "received"',
            'trigger = "received"\napprover = "boss"',
            "rule[1] reply: approver",
            "no approver 'boss'",
        ),
        ('extension = { amount = 10, times = 1, approver = "head" }', "extension = 10", "extension", "must be a table"),
        ('pauses = ["waiting"]', 'pauses = ["sleeping"]', "rule[1] reply: pauses", "no pause kind"),
        ('pauses = ["waiting"]', 'pauses = "waiting"', "rule[1] reply: pauses", "list of texts"),
        ('article = "12"\n', "", "rule[1] reply: source", "is missing"),
        ('article = "12"', 'source = ["other 12"]', "rule[1] reply: source", "no instrument 'other'"),
        ('article = "12"', 'article = "12"\nvalid_to = 2025-01-01', "rule[1] reply: valid_to", "before valid_from"),
        ('article = "12"', 'article = "12"\nvalid_from = "soon"', "rule[1] reply: valid_from", "must be a date"),
        ('article = "12"', 'article = "12"\nvalid_from = 2026-01-01T00:00:00', "valid_from", "must be a date"),
        ('article = "12"', 'article = "12"\nrolls = "no"', "rule[1] reply: rolls", "true or false"),
        ('article = "12"', 'article = "12"\neach_year_by = "31-01"', "rule[1] reply: each_year_by", "like 01-31"),
        ('article = "12"', 'article = "12"\nextention = 3', "rule[1] reply: extention", "not a key"),
        ('article = "12"', 'article = "12"\nitems = ["a"]', "rule[1] reply: items", "array of tables"),
        (
            'article = "12"',
            'article = "12"\nitems = [{code="a",zh="甲",en="a"},{code="a",zh="乙",en="b"}]',
            "items[2] a: code",
            "twice",
        ),
        ('confidence = "confirmed"', 'confidence = "sure"', "[file]"[1:-1], "one of confirmed"),
        ('confidence = "confirmed"\n', "", "rule[1] reply: confidence", "is missing"),
        ("valid_from = 2026-01-01\nconfidence", "confidence", "rule[1] reply: valid_from", "is missing"),
        ('instrument = "act"\n', "", "rule[1] reply: article", "needs an instrument"),
        ('region = "44"', 'region = "4"', "threshold[1]: region", "GB/T 2260"),
        ("large = [1000, 3000]", "large = [3000, 1000]", "threshold[1]: large", "low to high"),
        ("large = [1000, 3000]", "large = [1, 2, 3]", "threshold[1]: large", "low to high"),
        ("large = [1000, 3000]", "large = 0", "threshold[1]: large", "from 1"),
        ("[[threshold]]", "[[treshold]]", "treshold", "not a key"),
        ('[file]\ninstrument = "act"', "[[file", "rules.toml", "not valid TOML"),
        ('[[pause]]\ncode = "waiting"', '[[approver]]\ncode = "head"', "approver head", "stands twice"),
    ],
)
def test_a_bad_rule_file_is_refused(tmp_path, old, new, where, why):
    assert old in GOOD
    with pytest.raises(BadData) as refused:
        load(tmp_path, GOOD.replace(old, new))
    assert "rules.toml" in refused.value.where
    assert where in refused.value.where
    assert why in refused.value.why


def test_two_versions_may_follow_but_not_overlap(tmp_path):
    rule = GOOD[GOOD.index("[[rule]]") : GOOD.index("[[threshold]]")]
    later = rule.replace('article = "12"', 'article = "12"\nvalid_from = 2027-01-01')
    ended = GOOD.replace('article = "12"', 'article = "12"\nvalid_to = 2026-12-31')
    assert len(load(tmp_path, ended + later).versions["reply"]) == 2
    with pytest.raises(BadData, match="at the same time"):
        load(tmp_path, GOOD + later)
    one_day_too_long = GOOD.replace('article = "12"', 'article = "12"\nvalid_to = 2027-01-01')
    with pytest.raises(BadData, match="at the same time"):
        load(tmp_path, one_day_too_long + later)


def test_two_figures_for_one_place_may_not_overlap(tmp_path):
    with pytest.raises(BadData, match="two entries"):
        load(tmp_path, GOOD + GOOD[GOOD.index("[[threshold]]") :])


def test_a_file_that_is_not_there_or_no_text_is_refused(tmp_path):
    with pytest.raises(BadData, match="cannot be read"):
        Rulebook.load(tmp_path / "gone.toml")
    (tmp_path / "odd.toml").write_bytes(b"\xff\xfe")
    with pytest.raises(BadData, match="UTF-8"):
        Rulebook.load(tmp_path / "odd.toml")


YEAR = """
year = 2026
source = "example"

[[off]]
first = 2026-10-01
last = 2026-10-07
name_zh = "国庆节"
name_en = "National Day"

[[work]]
date = 2026-10-10
name_zh = "国庆节"
name_en = "National Day"
"""


@pytest.mark.parametrize(
    ("old", "new", "where", "why"),
    [
        ("year = 2026", "year = 2025", "first", "outside 2025"),
        ("date = 2026-10-10", "date = 2027-10-10", "date", "outside 2026"),
        ("date = 2026-10-10", "date = 2026-10-09", "date", "Saturday or Sunday"),
        ("date = 2026-10-10", "date = 2026-10-03", "work", "named twice"),
        ("last = 2026-10-07", "last = 2026-09-30", "last", "0 to 30 days"),
        ("last = 2026-10-07", "last = 2026-12-07", "last", "0 to 30 days"),
        ('source = "example"\n', "", "source", "is missing"),
        ("[[work]]", "[[worked]]", "worked", "not a key"),
    ],
)
def test_a_bad_calendar_is_refused(tmp_path, old, new, where, why):
    file = tmp_path / "cn-2026.toml"
    file.write_text(YEAR.replace(old, new), encoding="utf-8")
    with pytest.raises(BadData) as refused:
        load_calendars(file)
    assert where in refused.value.where
    assert why in refused.value.why


def test_one_year_stands_in_one_file(tmp_path):
    (tmp_path / "cn-2026.toml").write_text(YEAR, encoding="utf-8")
    (tmp_path / "cn-2026-again.toml").write_text(YEAR, encoding="utf-8")
    with pytest.raises(BadData, match="another file"):
        load_calendars(tmp_path)


PUBLIC = """
[[publication]]
id = "fees"
group = "fees"
name_zh = "收费"
name_en = "Fees"
says_zh = "收多少。"
says_en = "How much."
within = "reply"
every = "year"
article = "20"
"""


def test_what_must_be_public_is_read(tmp_path):
    (one,) = load(tmp_path, GOOD + PUBLIC).publications.values()
    assert (one.id, one.within, one.every, one.renew, str(one.sources[0])) == ("fees", "reply", "year", False, "act 20")


@pytest.mark.parametrize(
    ("old", "new", "why"),
    [
        ('within = "reply"', 'within = "nothing"', "no rule"),
        ('every = "year"', 'every = "day"', "must be one of"),
        ('article = "20"', "", "is missing"),
        ('article = "20"', 'source = ["other 20"]', "no instrument"),
        ("every", "often", "is missing"),
        (PUBLIC, PUBLIC + PUBLIC, "stands twice"),
    ],
)
def test_what_must_be_public_is_refused_when_it_does_not_fit(tmp_path, old, new, why):
    with pytest.raises(BadData) as refused:
        load(tmp_path, GOOD + PUBLIC.replace(old, new))
    assert why in refused.value.why


@pytest.mark.parametrize(
    ("old", "new", "where", "why"),
    [
        ("years = 3", "years = 9", "levels[2] b: years", "must fall"),
        ("years = 3", "years = 0", "levels[2] b: years", "whole number from 1"),
        ("end = true", "end = false", "levels[1] a: years", "needs an end"),
        ("end = true", 'end = "yes"', "ground[1] sec: end", "true or false"),
    ],
)
def test_a_ground_is_refused_with_its_place(tmp_path, old, new, where, why):
    assert load(tmp_path, GOOD + GROUND).grounds["sec"].levels[0].years == 9
    with pytest.raises(BadData) as refused:
        load(tmp_path, GOOD + GROUND.replace(old, new))
    assert where in str(refused.value)
    assert why in str(refused.value)
