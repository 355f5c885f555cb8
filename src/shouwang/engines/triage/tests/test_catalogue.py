"""The words of diversion are data: complete, in both languages, tied to the law; a station lays its own file over them."""

import textwrap
from pathlib import Path

import pytest

from shouwang.engines.errors import BadData
from shouwang.engines.triage.catalogue import Catalogue
from shouwang.engines.triage.danger import STANDARD, DangerList
from shouwang.engines.triage.diversion import Knowledge, Report, triage
from shouwang.engines.triage.tests.house import NOW, ZONE, knowledge

FOLDING = DangerList.load(*STANDARD).folding

KIND = """
[[subtype]]
code = "theft-tea"
zh = "盗窃茶叶"
en = "Theft of tea"
category = "public-order"
nature = "by-value"
offence = "theft"
urgency = 3
handler = "station"
rules = ["th-theft"]
ask = ["value"]
says = ["茶青 ~~8 摘走|偷"]
example_zh = "山上的茶青被人摘走两筐。"
example_en = "Two baskets of fresh tea are gone from the hill."
why_zh = "看价值。"
why_en = "The value decides."
"""


def own(tmp_path, text):
    path = tmp_path / "own.toml"
    path.write_text(text, encoding="utf-8")
    return path


def test_all_eight_ways_are_there_and_every_kind_goes_one_of_them():
    catalogue = knowledge().catalogue
    assert set(catalogue.categories) == {
        "criminal", "public-order", "dispute", "traffic", "help", "complaint", "service", "not-police",
    }  # fmt: skip
    assert {kind.category for kind in catalogue.subtypes.values()} == set(catalogue.categories)


def test_whoever_is_not_for_the_police_is_told_who_is():
    catalogue = knowledge().catalogue
    for kind in catalogue.subtypes.values():
        if kind.category == "not-police":
            assert catalogue.handlers[kind.handler].kind in {"department", "partner"}, kind.words.code


def test_each_kind_is_found_by_its_own_example():
    missed = [
        code
        for code, kind in knowledge().catalogue.subtypes.items()
        if code not in [s.subtype for s in triage(Report(kind.example_zh, NOW, ZONE), knowledge()).suggestions]
    ]
    assert missed == []


def test_a_station_adds_a_kind_of_its_own(tmp_path):
    with_tea = Knowledge.load(own=[own(tmp_path, KIND)])
    assert triage(Report("茶青被人摘走两筐", NOW, ZONE), with_tea).suggestions[0].subtype == "theft-tea"


def test_a_county_divides_labour_otherwise(tmp_path):
    local = '[[local]]\nsubtype = "theft-burglary"\nhandler_if_crime = "criminal-squad"\nurgency = 1\nscene = false\n'
    one = Catalogue.load(FOLDING, own(tmp_path, local)).subtypes["theft-burglary"]
    assert (one.handler, one.handler_if_crime, one.urgency, one.scene) == ("station", "criminal-squad", 1, False)


def test_the_file_of_the_how_to_does_what_it_says(tmp_path):
    page = (Path(__file__).parents[5] / "docs" / "how-to" / "change-triage.md").read_text(encoding="utf-8")
    block = textwrap.dedent(page.split("   ```toml\n")[1].split("   ```")[0])
    ours = Knowledge.load(own=[own(tmp_path, block)])
    assert ours.catalogue.subtypes["theft-burglary"].urgency == 1
    told = [triage(Report(text, NOW, ZONE), ours).suggestions[0] for text in ("茶青被人摘走两筐", "电蹦蹦被偷了")]
    assert [one.subtype for one in told] == ["theft-farm", "theft-ebike"]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (KIND.replace('category = "public-order"', 'category = "nowhere"'), "“nowhere” is nowhere explained"),
        (KIND.replace('offence = "theft"\n', ""), "is named where the value decides"),
        (KIND.replace("urgency = 3", "urgency = 5"), "is a grade from 1"),
        (KIND.replace('nature = "by-value"', 'nature = "guess"'), "must be one of by-value"),
        (KIND.replace('ask = ["value"]', 'ask = ["colour"]'), "“colour” is nowhere explained"),
        (KIND.replace('says = ["茶青 ~~8 摘走|偷"]', "says = []"), "needs at least one line"),
        (KIND + KIND, "is already there"),
        (KIND + "colour = 3\n", "colour"),
        ('[[local]]\nsubtype = "no-such"\n', "“no-such” is nowhere explained"),
        ('[[do]]\naction = "two-officers"\n', "needs subtypes, categories or marks"),
        ('[[raise]]\ncode = "x"\nmarks = []\ngrade = 1\n', "needs at least one mark"),
    ],
)
def test_a_file_that_cannot_be_used_names_itself_and_the_reason(tmp_path, text, message):
    with pytest.raises(BadData, match=message) as refused:
        Catalogue.load(FOLDING, own(tmp_path, text))
    assert "own.toml" in str(refused.value)


def test_a_kind_that_rests_on_no_law_is_refused(tmp_path):
    with pytest.raises(BadData, match="“th-magic” is no rule of the law engine"):
        Knowledge.load(own=[own(tmp_path, KIND.replace("th-theft", "th-magic"))], model=None)
