"""The engine on plain files: JSON lines in, JSON lines out."""

import io
import json

import pytest

from shouwang.engines.triage.cli import run
from shouwang.engines.triage.danger import TONE


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


@pytest.mark.parametrize(
    ("argv", "row", "place"),
    [
        (["danger"], "not json", "line 1"),
        (["danger"], "[1]", "line 1"),
        (["danger"], {"body": "x"}, "line 1 text"),
        (["danger"], {"texts": "x"}, "line 1 texts"),
        (["personal"], {"text": 3}, "line 1 text"),
        (["learn"], {"text": "x", "label": "?"}, "line 1 label"),
        (["danger", "--list", "gone.toml"], {"text": "x"}, "gone.toml"),
    ],
)
def test_a_line_that_cannot_be_used_is_named(argv, row, place, capsys):
    code, _ = answers(argv, row)
    assert code == 2
    assert place in capsys.readouterr().err
