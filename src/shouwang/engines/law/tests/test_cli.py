"""The law on plain files: JSON out, a sentence when it cannot be."""

import io
import json

import pytest

from shouwang.engines.law.cli import run


def ask(*argv: str) -> tuple[int, dict | list]:
    out = io.StringIO()
    code = run(argv, io.StringIO(), out)
    return code, json.loads(out.getvalue())


def test_one_rule_with_its_article():
    code, told = ask("rule", "gi-reply", "--on", "2026-05-06")
    assert (code, told["limit"], told["unit"]) == (0, 20, "wd")
    assert told["sources"] == [{"instrument": "gi-2019", "article": "33"}]
    assert told["valid_from"] == "2019-05-15"


def test_what_still_has_to_be_checked():
    _, told = ask("rules", "--on", "2026-05-06", "--confidence", "unconfirmed")
    assert {rule["confidence"] for rule in told} == {"unconfirmed"}
    assert len(ask("rules", "--on", "2026-05-06")[1]) > len(told)


def test_the_figures_of_a_place():
    _, told = ask("threshold", "theft", "--region", "440305", "--on", "2026-05-06")
    assert told["large"] == {"low": 3000, "high": 3000}


def test_checking_a_stations_files(tmp_path):
    assert ask("check")[1]["layers"] == ["law"]
    good = tmp_path / "good.toml"
    good.write_text('[[pause]]\ncode = "flood"\nzh = "汛情"\nen = "flood"\n', encoding="utf-8")
    code, told = ask("check", str(good))
    assert (code, told["layers"], told["calendar_years"][-1]) == (0, ["law", "checked"], 2026)
    (tmp_path / "bad.toml").write_text("[[rules]]\n", encoding="utf-8")
    code, told = ask("check", str(tmp_path))
    assert (code, told["says"]) == (2, "bad.toml rules: is not a key that is known here")


@pytest.mark.parametrize(
    ("argv", "says"),
    [
        (["rule", "gi-reply"], "--on"),
        (["rule", "gi-reply", "--on", "today"], "must be a date"),
        (["rule", "gi-nothing", "--on", "2026-05-06"], "no rule"),
        (["threshold", "treason", "--on", "2026-05-06"], "No figure for treason"),
        ([], "arguments"),
    ],
)
def test_a_question_that_cannot_be_used_gets_a_sentence(argv, says):
    code, told = ask(*argv)
    assert code == 2
    assert says in told["says"]
