"""The engine on plain files: JSON lines in, JSON lines out."""

import io
import json

import pytest

from shouwang.engines.triage import cli
from shouwang.engines.triage.cli import run
from shouwang.engines.triage.danger import TONE
from shouwang.engines.triage.tests.house import knowledge


@pytest.fixture
def read_once(monkeypatch):
    """The knowledge of the house, not read anew for each command."""
    monkeypatch.setattr(cli.Knowledge, "load", lambda **_: knowledge())


def answers(argv, *rows):
    out = io.StringIO()
    stdin = io.StringIO(
        "".join((row if isinstance(row, str) else json.dumps(row, ensure_ascii=False)) + "\n" for row in rows)
    )
    code = run(argv, stdin, out)
    return code, [json.loads(line) for line in out.getvalue().splitlines()]


def test_each_line_comes_back_with_what_was_found():
    code, (loud, quiet) = answers(["danger"], {"text": "有人拿刀", "n": 1}, "", {"text": "几点上班", "n": 2})
    assert code == 0
    assert (loud["grade"], loud["category"], loud["numbers"][0], loud["n"]) == ("now", "violence", "110", 1)
    assert loud["why"][0]["spans"] == [{"start": 2, "end": 3, "message": 0}, {"start": 3, "end": 4, "message": 0}]
    assert quiet == {"text": "几点上班", "n": 2, "grade": None}


def test_a_row_of_messages_is_read_as_one():
    _, (row,) = answers(["danger"], {"texts": ["又喝酒了", "我好怕"]})
    assert row["grade"] == "now"


def test_a_station_file_is_heeded(tmp_path):
    own = tmp_path / "own.toml"
    own.write_text(
        '[[pattern]]\nid="own"\ncategory="fire"\ngrade="now"\nreason="explosion"\nsays=["老采石场"]\n', encoding="utf-8"
    )
    _, (row,) = answers(["danger", "--list", str(own)], {"text": "老采石场"})
    assert row["why"][0]["pattern"] == "own"


def test_personal_marks_and_the_masked_text():
    code, (row,) = answers(["personal"], {"text": "打13800000000"})
    assert code == 0
    assert row["masked"] == "打〔电话〕"
    assert row["marks"] == [
        {"start": 1, "end": 12, "kind": "phone", "confidence": "high", "reason": "mobile-number"},
    ]


def test_the_tone_is_learnt_again_from_its_sentences():
    code, (tone,) = answers(["learn"], {"text": "门被踢了", "label": "danger"}, {"text": "办证", "label": "harmless"})
    assert code == 0
    assert set(tone) == set(json.loads(TONE.read_text(encoding="utf-8")))
    assert tone["weights"]["踢"] > 0 > tone["weights"]["办"]


def test_a_report_comes_back_with_kind_urgency_who_and_why():
    row = {"text": "自行车被偷了，值八百块", "province": "江西", "area": "own", "now": "2026-05-06T09:00", "n": 1}
    code, (told,) = answers([], row)
    assert (code, told["n"]) == (0, 1)
    assert (told["category"], told["subtype"], told["urgency"]) == ("public-order", "theft-bicycle", 3)
    assert (told["nature"], told["handler"], told["loss"]["low"]) == ("violation", "station", 800)
    (first, *_) = told["suggestions"]
    assert first["nature_reasons"][0]["says"] == "价值800元不到江西刑事起点1500元，按治安办"
    assert {"th-theft", "psl-theft"} <= set(first["articles"])


@pytest.mark.usefixtures("read_once")
def test_answers_of_the_officer_are_heeded_and_english_is_spoken():
    row = {
        "text": "打架了",
        "answers": {"injury": "slight", "value": "12.5", "half": ["hospital"], "suspect_held": True},
    }
    _, (told,) = answers(["--english"], row)
    assert told["nature"] == "crime"
    assert told["suggestions"][0]["nature_reasons"][0]["says"] == "slight injury or worse: a crime"


@pytest.mark.usefixtures("read_once")
def test_a_trainee_reads_every_kind_with_its_example():
    code, told = answers(["lessons"])
    assert code == 0
    assert {"subtype", "name", "example", "why", "rules"} == set(told[0])
    assert len(told) > 80


def test_a_classifier_is_learnt_measured_kept_and_asked(tmp_path):
    lines, model = tmp_path / "lines.jsonl", tmp_path / "model.npz"
    rows = [{"text": f"{thing}{said}", "label": label} for thing in ("单车", "自行车", "童车", "山地车")
            for said, label in (("被偷了", "stolen"), ("没了", "stolen"), ("撞人了", "crash"), ("追尾", "crash"))]  # fmt: skip
    lines.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    code, (told,) = answers(["classify", "--train", str(lines), "--folds", "3", "--out", str(model)])
    assert (code, told["labels"], told["macro_f1"]) == (0, 2, 1)
    _, (asked,) = answers(["classify", "--model", str(model)], {"text": "车被偷了"})
    assert asked["label"] == "stolen"
    assert asked["because"]


@pytest.mark.parametrize(
    ("argv", "row", "place"),
    [
        (["danger"], "not json", "line 1"),
        (["danger"], "[1]", "line 1"),
        (["danger"], {"body": "x"}, "line 1 text"),
        (["danger"], {"texts": "x"}, "line 1 texts"),
        (["personal"], {"text": 3}, "line 1 text"),
        (["learn"], {"text": "x", "label": "?"}, "line 1 label"),
        ([], {"text": "x", "province": "火星"}, "line 1 province"),
        ([], {"text": "x", "area": "near"}, "line 1 area"),
        ([], {"text": "x", "now": "gestern"}, "line 1 now"),
        ([], {"text": "x", "answers": {"colour": 1}}, "line 1 answers colour"),
        ([], {"text": "x", "answers": {"injury": "much"}}, "line 1 answers injury"),
        ([], {"text": "x", "answers": {"weapon": "yes"}}, "line 1 answers weapon"),
        (["--zone", "Mars"], {"text": "x"}, "--zone"),
        (["classify"], {"text": "x"}, "arguments"),
        (["classify", "--train", "gone.jsonl"], {"text": "x"}, "gone.jsonl"),
        (["danger", "--list", "gone.toml"], {"text": "x"}, "gone.toml"),
    ],
)
@pytest.mark.usefixtures("read_once")
def test_a_line_that_cannot_be_used_is_named(argv, row, place, capsys):
    code, _ = answers(argv, row)
    assert code == 2
    assert place in capsys.readouterr().err
