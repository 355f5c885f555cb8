"""Papers on the command line: JSON out, a sentence when it cannot be."""

from __future__ import annotations

import io
import json

import pytest

from shouwang.engines.papers.cli import SAMPLE, run
from shouwang.engines.papers.template import OFFICIAL
from shouwang.engines.papers.tests.reading import docx_words, pages_of, sample, squeezed


def ask(*argv: object, stdin: str = "") -> tuple[int, dict | list]:
    out = io.StringIO()
    code = run([str(word) for word in argv], io.StringIO(stdin), out)
    return code, json.loads(out.getvalue())


def test_the_list_of_papers():
    code, told = ask("list")
    assert code == 0
    assert len(told) >= 27
    [decision] = [one for one in told if one["code"] == "penalty-decision"]
    assert decision["zh"] == "行政处罚决定书"
    assert decision["copies"][1] == {"code": "victim", "zh": "送被侵害人", "hides": ["行为人"]}


def test_where_each_field_is_used():
    code, told = ask("fields")
    assert code == 0
    assert told["event.cause"]["word"] == "事件.案由"
    assert len(told["event.cause"]["papers"]) >= 15
    assert all(entry["en"] and entry["word"] for entry in told.values())


def test_every_field_of_the_dictionary_is_used_somewhere():
    _, told = ask("fields")
    idle = {path.partition(".")[0] for path in told} - {
        path.partition(".")[0] for path, entry in told.items() if entry["papers"]
    }
    assert idle == set()


def test_a_template_is_checked(tmp_path):
    code, told = ask("check", "recording-register")
    assert code == 0
    assert {rule["id"]: rule["to_check"] for rule in told["rules"]}["av-view"] is True
    assert "recordings.digest" in told["fields"]
    bad = tmp_path / "ours.md"
    bad.write_text(
        (OFFICIAL / "file-note.md").read_text().replace('"file-note"', '"ours"').replace("卷宗.说明", "卷宗.说法")
    )
    code, told = ask("check", bad)
    assert (code, told["error"]) == (2, "engine.bad-data")
    assert told["says"].startswith("ours.md line ")


def test_filling_writes_pdf_or_docx(tmp_path):
    record = tmp_path / "record.json"
    record.write_text(json.dumps(sample()), encoding="utf-8")
    code, told = ask(
        "fill",
        "penalty-decision",
        record,
        "--copy",
        "victim",
        "--out",
        tmp_path / "x.pdf",
        "--at",
        "2026-11-28T10:00:00+08:00",
    )
    assert (code, told["pages"], told["lacking"]) == (0, 2, [])
    assert "本份：送被侵害人" in "".join(pages_of((tmp_path / "x.pdf").read_bytes()))
    code, told = ask(
        "fill", "report-receipt", "-", "--review", "--out", tmp_path / "x.docx", stdin=json.dumps(sample())
    )
    assert code == 0
    assert "审核稿" in docx_words((tmp_path / "x.docx").read_bytes())


def test_a_missing_field_is_refused_with_its_name(tmp_path):
    out = tmp_path / "x.pdf"
    code, told = ask("fill", "penalty-decision", "-", "--out", out, stdin=json.dumps(sample(suspect={"name": ""})))
    assert (code, told["error"]) == (2, "papers.not-filled")
    assert told["problems"] == [
        {
            "code": "missing",
            "field": "suspect.name",
            "zh": "缺少“行为人·姓名”（suspect.name）。",
            "en": "person acting against the law: name is missing (suspect.name).",
        }
    ]
    assert not out.exists()


def test_a_station_tries_its_own_template(tmp_path):
    ours = (
        (OFFICIAL / "report-receipt-roll.md").read_text().replace('version = "1"', 'version = "1-qs"\nbased_on = "1"')
    )
    (tmp_path / "report-receipt-roll.md").write_text(ours.replace("地址：", "欢迎再来："))
    by_file = ask("fill", tmp_path / "report-receipt-roll.md", "sample", "--out", tmp_path / "a.pdf")
    by_shelf = ask("fill", "report-receipt-roll", "sample", "--templates", tmp_path, "--out", tmp_path / "b.pdf")
    for (code, told), name in ((by_file, "a.pdf"), (by_shelf, "b.pdf")):
        assert (code, told["version"]) == (0, "1-qs")
        assert "欢迎再来：青石镇" in pages_of((tmp_path / name).read_bytes())[0]


def test_many_records(tmp_path):
    records = tmp_path / "records.jsonl"
    records.write_text("\n".join(json.dumps(sample(report={"number": f"QS-{n}"})) for n in range(3)), encoding="utf-8")
    code, told = ask("batch", "report-receipt", records, "--out", tmp_path / "all.pdf")
    assert (code, told["papers"], told["pages"]) == (0, 3, 3)
    assert [squeezed(f"QS-{n}") in page for n, page in enumerate(pages_of((tmp_path / "all.pdf").read_bytes()))] == [
        True
    ] * 3
    code, told = ask("batch", "report-receipt", records, "--out-dir", tmp_path / "each", "--format", "docx")
    assert code == 0
    assert sorted(path.name for path in (tmp_path / "each").iterdir()) == [
        f"report-receipt-{n:04}.docx" for n in (1, 2, 3)
    ]
    assert squeezed("QS-2") in docx_words((tmp_path / "each" / "report-receipt-0003.docx").read_bytes())


def test_a_batch_with_one_bad_record_writes_nothing(tmp_path):
    lines = "\n".join(json.dumps(record) for record in (sample(), {"paper": {}}))
    code, told = ask("batch", "report-receipt", "-", "--out", tmp_path / "all.pdf", stdin=lines)
    assert (code, told["error"]) == (2, "papers.not-filled")
    assert not (tmp_path / "all.pdf").exists()


def test_a_case_file(tmp_path):
    code, told = ask("casefile", SAMPLE, "--out", tmp_path / "file.pdf")
    assert code == 0
    assert told["index"][0] == {"title": "接报案登记表", "number": "", "first": 1, "last": 1}
    assert told["pages"] == told["index"][-1]["last"]


@pytest.mark.parametrize(
    ("argv", "stdin", "told"),
    [
        (("fill", "nothing", "sample", "--out", "x.pdf"), "", "There is no template nothing"),
        (("fill", "file-note", "gone.json", "--out", "x.pdf"), "", "gone.json: the file cannot be read"),
        (("fill", "file-note", "-", "--out", "x.pdf"), "{", "is not JSON"),
        (("fill", "file-note", "-", "--out", "x.pdf"), "[]", "must be a JSON object"),
        (("fill", "file-note", "sample", "--out", "x.txt"), "", "must end with .pdf or .docx"),
        (("fill", "file-note", "sample", "--out", "/nowhere/x.docx"), "", "cannot be written"),
        (("fill", "file-note", "sample", "--out", "x.pdf", "--at", "2026-11-28T10:00:00"), "", "needs its zone"),
        (("fill", "file-note", "sample", "--out", "x.pdf", "--zone", "Mars/Base"), "", "is no time zone"),
        (("fill", "file-note", "sample"), "", "--out"),
        (("batch", "file-note", "-"), "", "needs either --out"),
        (("batch", "file-note", "-", "--out", "x.pdf"), "", "holds no record"),
        (("casefile", "-", "--out", "x.pdf"), '{"record": {}}', "must be a list of papers"),
        (("dance",), "", "dance"),
    ],
)
def test_what_cannot_be_used_is_said(argv, stdin, told, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    code, answer = ask(*argv, stdin=stdin)
    assert code == 2
    assert told in answer["says"]
    assert list(tmp_path.iterdir()) == []
