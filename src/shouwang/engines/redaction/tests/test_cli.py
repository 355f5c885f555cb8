"""`./sw engine redaction …`."""

import io
import json

import pytest

from shouwang.engines.redaction.cli import run


def called(*argv: str, stdin: str = "") -> tuple[int, str]:
    out = io.StringIO()
    return run(argv, io.StringIO(stdin), out), out.getvalue()


def test_spans_come_beside_what_was_in_the_line():
    code, out = called("spans", stdin='{"id": 7, "text": "报警人侯桂兰，手机13800001234"}\n\n')
    row = json.loads(out)
    assert code == 0
    assert row["id"] == 7
    assert [(s["text"], s["kind"]) for s in row["spans"]] == [("侯桂兰", "name"), ("13800001234", "phone")]


def test_one_person_is_one_token_through_all_lines():
    lines = '{"text": "报警人侯桂兰来了"}\n{"text": "报警人侯桂兰走了"}\n'
    code, out = called("redact", stdin=lines)
    assert code == 0
    assert [json.loads(line)["redacted"] for line in out.splitlines()] == ["报警人侯某来了", "报警人侯某走了"]


def test_known_words_come_from_a_file(tmp_path):
    known = tmp_path / "known"
    known.write_text("青石坞\taddress\n", encoding="utf-8")
    code, out = called("redact", "--known", str(known), stdin='{"text": "去青石坞"}')
    assert (code, json.loads(out)["redacted"]) == (0, "去〔住址〕")


@pytest.mark.parametrize(
    ("argv", "stdin", "says"),
    [
        ((), "", "command"),
        (("spans",), "{", "line 1: is not JSON"),
        (("spans",), '{"text": 5}', "must be an object with a text"),
        (("spans", "--known", "/nowhere"), "", "/nowhere"),
        (("singled",), '[{"id": 1}]', "must be a list"),
        (("file", "/nowhere", "/out"), "", "/nowhere"),
    ],
)
def test_what_cannot_be_used_is_said(argv, stdin, says):
    code, out = called(*argv, stdin=stdin)
    assert code == 2
    assert says in json.loads(out)["says"]


def test_items_that_single_out():
    rows = [
        {"id": "a", "place": "p", "at": "2026-05-06", "facts": ["x", "y"]},
        {"id": "b", "place": "p", "at": "2026-05-07", "facts": ["x", "z"]},
    ]
    code, out = called("singled", stdin=json.dumps(rows))
    assert code == 0
    assert json.loads(out)[0]["ids"] == ["a", "b"]


def test_a_file_without_a_verdict_is_not_written(tmp_path):
    source, target = tmp_path / "in.txt", tmp_path / "out"
    source.write_bytes(b"plain text")
    code, out = called("file", str(source), str(target))
    assert code == 2
    assert "cannot be redacted" in json.loads(out)["says"]
    assert not target.exists()
