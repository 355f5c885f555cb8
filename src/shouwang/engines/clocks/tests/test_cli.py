"""The clocks on plain files: JSON out, a sentence when it cannot be."""

import io
import json

import pytest

from shouwang.engines.clocks.cli import run


def ask(*argv: str, stdin: str = "") -> tuple[int, dict]:
    out = io.StringIO()
    code = run(argv, io.StringIO(stdin), out)
    return code, json.loads(out.getvalue())


def test_one_due_day_with_its_ledger():
    code, told = ask("due", "--start", "2026-02-10", "--days", "20", "--unit", "wd")
    assert (code, told["due_on"], told["due_at"]) == (0, "2026-03-16", "2026-03-17T00:00:00+08:00")
    assert (told["state"], told["left"], told["left_unit"]) == ("running", 20, "wd")
    assert told["steps"][4] == {
        "day": "2026-02-14",
        "code": "make-up-day",
        "counted": 1,
        "total": 4,
        "run": 1,
        "certain": True,
        "params": {"name_zh": "春节", "name_en": "Spring Festival"},
    }


def test_a_rule_of_the_law_with_events_from_standard_input():
    """Received 03-02, third party asked 03-06 to 03-20 (政府信息公开条例 art. 33)."""
    events = [
        {"kind": "start", "at": "2026-03-02"},
        {"kind": "pause", "at": "2026-03-06", "reason": "third-party", "ref": "A"},
        {"kind": "resume", "at": "2026-03-20", "ref": "A"},
        {"kind": "extend", "at": "2026-04-01", "amount": 20, "approver": "disclosure-office-head"},
    ]
    lines = "\n\n".join(json.dumps(event) for event in events)
    code, told = ask("due", "--rule", "gi-reply", "--events", "-", "--no-steps", stdin=lines)
    assert (code, told["due_on"], told["extensions"]) == (0, "2026-05-14", 1)
    assert told["term"] == {"amount": 20, "unit": "wd", "rule": "gi-reply"}
    assert "steps" not in told


def test_hours_and_closing():
    _, told = ask("due", "--start", "2026-03-02T10:20+08:00", "--days", "12", "--unit", "h", "--next-hour")
    assert told["due_at"] == "2026-03-02T23:00:00+08:00"
    argv = ["due", "--start", "2026-03-02", "--days", "1", "--now", "2026-03-03T17:31+08:00", "--closing"]
    assert ask(*argv, "17:30")[1]["state"] == "late"
    assert ask(*argv, "18:00")[1]["state"] == "running"


def test_pauses_and_extensions_can_be_allowed_by_hand(tmp_path):
    events = tmp_path / "events.jsonl"
    events.write_text('{"kind": "pause", "at": "2026-03-03", "reason": "waiting"}\n', encoding="utf-8")
    argv = ["due", "--start", "2026-03-02", "--days", "5", "--events", str(events), "--extension", "5x1:head"]
    assert ask(*argv, "--pause", "waiting", "--now", "2026-03-05")[1]["waiting_for"] == ["waiting"]
    code, told = ask(*argv)
    assert (code, told["error"]) == (2, "engine.bad-data")
    assert "pause kind" in told["says"]


def test_many_starts_with_another_year_and_local_days(tmp_path):
    year = tmp_path / "cn-2027.toml"
    off = 'first = 2027-01-01\nlast = 2027-01-03\nname_zh = "元旦"\nname_en = "New Year"'
    year.write_text(f'year = 2027\nsource = "invented"\n[[off]]\n{off}\n', encoding="utf-8")
    local = tmp_path / "local.jsonl"
    local.write_text(
        '{"day": "2026-03-03", "works": false, "name_zh": "台风", "name_en": "typhoon"}\n', encoding="utf-8"
    )
    starts = "2026-03-02\n\n2026-12-31\n"
    plain = ask("many", "--days", "1", stdin=starts)[1]["due"]
    assert plain == [
        {"start": "2026-03-02", "due_on": "2026-03-03", "provisional": False},
        {"start": "2026-12-31", "due_on": "2027-01-01", "provisional": True},
    ]
    more = ask("many", "--days", "1", "--calendar", str(year), "--local", str(local), stdin=starts)[1]["due"]
    assert [(row["due_on"], row["provisional"]) for row in more] == [("2026-03-04", False), ("2027-01-04", False)]


def test_a_station_layer_gives_its_promise(tmp_path):
    file = tmp_path / "ours.toml"
    file.write_text(
        '[[rule]]\nid = "our-card"\nname_zh = "身份证"\nname_en = "Card"\n'
        'says_zh = "三十日。"\nsays_en = "Thirty days."\n'
        'limit = 30\nunit = "cd"\ntrigger = "form-submitted"\npromise_for = "id-issue"\nsource = ["local-practice"]\n'
        'valid_from = 2026-01-01\nconfidence = "confirmed"\n',
        encoding="utf-8",
    )
    argv = ["due", "--rule", "our-card", "--rules", f"station={file}", "--start", "2026-03-02", "--no-steps"]
    assert ask(*argv)[1]["due_on"] == "2026-04-01"


@pytest.mark.parametrize(
    ("argv", "stdin", "says"),
    [
        ([], "", "arguments"),
        (["due"], "", "--start or --events"),
        (["due", "--start", "2026-03-02"], "", "either --rule or --days"),
        (["due", "--start", "2026-03-02", "--days", "5", "--rule", "gi-reply"], "", "either --rule or --days"),
        (["due", "--start", "2026-02-30", "--days", "5"], "", "must be like"),
        (["due", "--start", "2026-03-02", "--days", "five"], "", "invalid int"),
        (["due", "--start", "2026-03-02", "--days", "5", "--unit", "weeks"], "", "invalid choice"),
        (["due", "--start", "2026-03-02", "--days", "5", "--closing", "25:00"], "", "must be like 17:30"),
        (["due", "--start", "2026-03-02", "--days", "5", "--extension", "20"], "", "must be like 20x1"),
        (["due", "--start", "2026-03-02", "--days", "5", "--zone", "Moon/Base"], "", "not a known time zone"),
        (["due", "--start", "2026-03-02", "--days", "5", "--local", "nowhere.jsonl"], "", "cannot be read"),
        (["due", "--start", "2026-03-02", "--rule", "gi-reply", "--rules", "x.toml"], "", "NAME=PATH"),
        (["due", "--start", "2018-03-02", "--rule", "gi-reply"], "", "in force"),
        (["due", "--days", "5", "--events", "-"], "{", "line 1: is not JSON"),
        (["due", "--days", "5", "--events", "-"], "[]", "must be a JSON object"),
        (["due", "--days", "5", "--events", "-"], '{"kind": "start", "when": 1}', "unknown key 'when'"),
        (["due", "--days", "5", "--events", "-"], '{"kind": "begin", "at": "2026-03-02"}', "must be one of start"),
        (["due", "--days", "5", "--events", "-"], '{"kind": "start", "at": 5}', "must be a text"),
        (
            ["due", "--days", "5", "--events", "-"],
            '{"kind": "start", "at": "2026-03-02", "amount": "x"}',
            "whole number",
        ),
        (["many", "--days", "5"], "", "at least one start"),
        (["many", "--days", "5"], "2026-03-02\nsoon", "line 2"),
    ],
)
def test_a_question_that_cannot_be_used_gets_a_sentence(argv, stdin, says):
    code, told = ask(*argv, stdin=stdin)
    assert code == 2
    assert says in told["says"]


def test_a_bad_local_day_names_its_line(tmp_path):
    local = tmp_path / "local.jsonl"
    local.write_text('{"day": "2026-03-03", "works": "no"}\n', encoding="utf-8")
    code, told = ask("many", "--days", "1", "--local", str(local), stdin="2026-03-02")
    assert (code, "local line 1 works" in told["says"]) == (2, True)
