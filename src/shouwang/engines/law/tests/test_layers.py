"""Layers: a station adds, overrides or promises, and always says so."""

from datetime import date
from pathlib import Path

import pytest

from shouwang.engines.errors import BadData
from shouwang.engines.law import OFFICIAL, Rulebook

ON = date(2026, 11, 23)
HEAD = '[file]\nconfidence = "confirmed"\nvalid_from = 2026-03-01\n'
PROMISE = """
[[rule]]
id = "our-id-card"
name_zh = "身份证三十日办结"
name_en = "Identity card in thirty days"
says_zh = "本所承诺三十日内发证。"
says_en = "Our station promises the card within thirty days."
limit = 30
unit = "cd"
trigger = "form-submitted"
promise_for = "id-issue"
source = ["local-practice"]
"""
OVERRIDE = """
[[rule]]
id = "d110-arrive"
overrides = "law"
name_zh = "到场时间"
name_en = "Minutes to the scene"
says_zh = "本所城区八分钟到场。"
says_en = "Eight minutes in town."
limit = 8
unit = "min"
trigger = "dispatched"
valid_to = 2026-12-31
source = ["local-practice"]
"""


def station(tmp_path: Path, text: str, name: str = "ours.toml") -> Rulebook:
    file = tmp_path / name
    file.write_text(HEAD + text, encoding="utf-8")
    return Rulebook.load(layers={"station": [file]})


def test_a_promise_stands_beside_the_law_it_betters(tmp_path):
    book = station(tmp_path, PROMISE)
    assert book.promise("id-issue", on=ON).limit == 30
    assert book.rule("id-issue", on=ON).limit == 60
    assert book.promise("id-issue", on=date(2026, 2, 28)) is None
    assert book.promise("gi-reply", on=ON) is None


def test_a_promise_of_just_the_laws_limit_is_allowed(tmp_path):
    book = station(tmp_path, PROMISE.replace("limit = 30", "limit = 60"))
    assert book.promise("id-issue", on=ON).limit == book.rule("id-issue", on=ON).limit


def test_the_higher_layers_promise_wins(tmp_path):
    low, high = tmp_path / "low.toml", tmp_path / "high.toml"
    low.write_text(HEAD + PROMISE, encoding="utf-8")
    text = PROMISE.replace("our-id-card", "our-faster-card").replace("limit = 30", "limit = 20")
    high.write_text(HEAD + text, encoding="utf-8")
    book = Rulebook.load(layers={"bureau": [low], "station": [high]})
    assert (book.layers, book.promise("id-issue", on=ON).limit) == (("law", "bureau", "station"), 20)


def test_an_override_holds_for_its_time_and_then_the_law_again(tmp_path):
    book = station(tmp_path, OVERRIDE)
    assert (book.rule("d110-arrive", on=ON).limit, book.rule("d110-arrive", on=ON).layer) == (8, "station")
    assert book.rule("d110-arrive", on=date(2027, 1, 1)).layer == "law"
    assert book.rule("d110-arrive", on=date(2026, 2, 28)).layer == "law"


def test_a_directory_is_a_layer(tmp_path):
    (tmp_path / "a.toml").write_text(HEAD + PROMISE, encoding="utf-8")
    (tmp_path / "b.toml").write_text(HEAD + OVERRIDE, encoding="utf-8")
    book = Rulebook.load(OFFICIAL, layers={"station": [tmp_path]})
    assert {rule.id for rule in book.rules(on=ON) if rule.layer == "station"} == {"our-id-card", "d110-arrive"}


@pytest.mark.parametrize(
    ("text", "why"),
    [
        (OVERRIDE.replace('overrides = "law"\n', ""), "say overrides"),
        (OVERRIDE.replace('"law"', '"province"'), "has no rule d110-arrive"),
        (PROMISE.replace("limit = 30", "limit = 61"), "longer than the law's 60"),
        (PROMISE.replace('"id-issue"', '"id-isue"'), "there is no rule 'id-isue'"),
        (PROMISE.replace('trigger = "form-submitted"\n', ""), "a promise is a clock"),
        (PROMISE.replace('"local-practice"', '"our-poster 3"'), "there is no instrument 'our-poster'"),
        (PROMISE + PROMISE, "valid at the same time"),
    ],
)
def test_a_layer_that_does_not_fit_is_refused(tmp_path, text, why):
    with pytest.raises(BadData, match=why) as refused:
        station(tmp_path, text)
    assert refused.value.where.startswith("ours.toml rule[")


@pytest.mark.parametrize("name", ["law", "Our Station", ""])
def test_a_layer_needs_a_new_plain_name(tmp_path, name):
    with pytest.raises(BadData, match="new name"):
        Rulebook.load(layers={name: [tmp_path]})
