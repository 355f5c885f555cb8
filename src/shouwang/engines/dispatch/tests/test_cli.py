"""Dispatch on plain files: JSON out, a sentence when it cannot be."""

from __future__ import annotations

import gzip
import io
import json

import numpy as np
import pytest

from shouwang.engines.dispatch.cli import run
from shouwang.engines.dispatch.tests.town import at

BOARD = {
    "now": "2026-03-02T20:00:00+08:00",
    "units": [
        {"id": "c1", "at": [110.0, 30.0]},
        {"id": "c2", "at": [110.0, 30.0], "sworn": 1, "means": "foot", "skills": ["dialect"]},
        {"id": "watch", "at": [110.0, 30.0], "kind": "volunteers"},
    ],
    "incidents": [
        {"id": "i1", "at": [110.001, 30.0], "grade": 1, "since": "2026-03-02T19:55:00+08:00", "need": {"sworn": 2}}
    ],
    "cover": {"minutes": 6, "busy": 0.5, "demand": [{"at": [110.0, 30.0], "calls": 2, "name": "old town"}]},
    "posts": [{"id": "north", "at": [110.0, 30.09]}],
}


def ask(*argv: str, stdin: str = "") -> tuple[int, dict]:
    out = io.StringIO()
    code = run(argv, io.StringIO(stdin), out)
    return code, json.loads(out.getvalue())


@pytest.fixture
def points(tmp_path):
    """Two hamlets; one row has no place."""
    chance = np.random.default_rng(1)
    rows = [at(east, north) for east, north in [*chance.normal(0, 300, (40, 2)), *chance.normal(5000, 300, (20, 2))]]
    text = "day,longitude,latitude\n2026-01-01,NA,NA\n" + "".join(f"2026-01-01,{p.lon},{p.lat}\n" for p in rows)
    path = tmp_path / "points.csv.gz"
    path.write_bytes(gzip.compress(text.encode()))
    return str(path)


def test_who_should_go():
    code, told = ask("assign", "-", stdin=json.dumps(BOARD))
    assert code == 0
    assert (told["choices"][0]["units"][0][0], told["proven"]) == ("c1", True)
    assert told["choices"][0]["uncovers"] == ["old town"]
    assert told["idle"] == ["c2"]


def test_a_person_has_decided(tmp_path):
    path = tmp_path / "board.json"
    path.write_text(json.dumps(BOARD | {"fixed": {"i1": ["c1", "c2"]}}), encoding="utf-8")
    _, told = ask("assign", str(path))
    assert {name for name, _ in told["choices"][0]["units"]} == {"c1", "c2"}


def test_who_should_move():
    calls = {"cover": {"demand": [{"at": [110.0, 30.09], "calls": 2, "name": "hills"}]}}
    _, told = ask("relocate", "-", "--km-price", "0.01", stdin=json.dumps(BOARD | calls))
    assert [(move["unit"], move["post"], move["gains"]) for move in told["moves"]] == [("c1", "north", ["hills"])]
    assert not ask("relocate", "-", "--only", "c2", stdin=json.dumps(BOARD | calls))[1]["moves"]


def test_where_units_should_wait(points):
    _, told = ask("posts", points, "--units", "2", "--busy", "0.1", "--seconds", "5")
    assert (told["points"], told["without_place"], told["proven"]) == (60, 1, True)
    assert len({round(lon, 2) for lon, _ in told["posts"]}) == 2, "one in each hamlet"
    assert told["share_in_time"] == pytest.approx(0.9)
    _, told = ask("posts", points, "--units", "2", "--median")
    assert 0 < told["mean_minutes"] < 2


def test_which_reports_are_one_event():
    rows = [
        {"id": "a", "text": "人民路有人打架", "when": "2026-03-02T20:00:00+08:00", "at": [110.0, 30.0]},
        {"id": "b", "text": "打架了，好几个人", "when": "2026-03-02T12:03:00+00:00", "at": [110.0005, 30.0]},
        {"id": "c", "text": "我的钱包丢了", "when": "2026-03-02T20:01:00+08:00"},
    ]
    stdin = "\n\n".join(json.dumps(row, ensure_ascii=False) for row in rows)
    _, told = ask("duplicates", stdin=stdin)
    assert [(pair["one"], pair["other"], pair["events"]) for pair in told["pairs"]] == [
        ("a", "b", [["fight", "打架", "打架"]])
    ]
    assert not ask("duplicates", "--metres", "10", stdin=stdin)[1]["pairs"]


def test_a_month_is_replayed(points):
    small = ["--units", "3", "--days", "2", "--months", "2", "--fit-months", "1"]
    code, told = ask("simulate", points, *small)
    assert code == 0
    assert list(told["policies"]) == ["one-station", "p-median", "static-mexclp", "dynamic-mexclp", "ours"]
    assert len({month["calls"] for month in told["policies"].values()}) == 1
    assert (told["seeds"], told["setting"]["units"]) == ([1, 2], 3)
    assert ask("simulate", points, *small)[1] == told
    assert ask("simulate", points, *small, "--seed", "2")[1]["policies"] != told["policies"]


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"now": "2026-03-02T20:00:00"}, "board now: needs its offset"),
        ({"now": "today"}, "must be a time"),
        ({"unit": []}, "board unit: is not a key"),
        ({"units": [{"id": "c1"}]}, "units[1] c1: at: is missing"),
        ({"units": [{"id": "c1", "at": [30, 110]}]}, "degrees"),
        ({"units": [{"id": "c1", "at": [True, 1]}]}, "must be a list of numbers"),
        ({"units": [{"id": "c1", "at": [1]}]}, "degrees"),
        ({"units": [{"id": "c1", "at": [1, 2], "kind": "robots"}]}, "must be one of officers"),
        ({"units": [{"id": "c1", "at": [1, 2], "sworn": 1.5}]}, "must be a whole number"),
        ({"units": [{"id": "c1", "at": [1, 2], "load": -1}]}, "must be a number from 0"),
        ({"units": [{"id": "c1", "at": [1, 2]}] * 2}, "stands there twice"),
        ({"incidents": [{"id": "i", "at": [1, 2], "need": {"swom": 2}}]}, "need: swom: is not a key"),
        ({"prices": {"grades": [1, 2]}}, "prices grades"),
        ({"fixed": {"i1": ["nobody"]}}, "nobody is not a free unit"),
        ({"posts": [{"id": "p", "at": [1, 2]}] * 2}, "stands there twice"),
    ],
)
def test_a_board_that_cannot_be_used_is_told(change, says):
    code, told = ask("assign", "-", stdin=json.dumps(BOARD | change))
    assert (code, told["error"]) == (2, "engine.bad-data")
    assert says in told["says"]


@pytest.mark.parametrize(
    ("argv", "stdin", "says"),
    [
        (["fly"], "", "invalid choice"),
        (["assign", "-"], "[]", "must be a JSON object"),
        (["assign", "-"], "{", "is not JSON"),
        (["assign", "missing.json"], "", "cannot be read"),
        (["posts", "missing.csv"], "", "cannot be read"),
        (["duplicates"], '{"id": "a", "text": "x", "when": "2026-03-02"}', "needs its offset"),
        (["duplicates"], '{"id": "a", "text": " "}', "line 1 text"),
        (["duplicates", "--metres", "0"], "", "above 0"),
    ],
)
def test_what_cannot_be_answered_is_told(argv, stdin, says):
    code, told = ask(*argv, stdin=stdin)
    assert code == 2
    assert says in told["says"]


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("a,b\n1,2\n", "needs columns"),
        ("", "needs columns"),
        ("lon,lat\nNA,\n", "holds no row"),
        ("lon,lat\n1,x\n", "row 2"),
        ("lon,lat\n1,99\n", "degrees"),
    ],
)
def test_points_that_cannot_be_used_are_told(tmp_path, text, says):
    path = tmp_path / "points.csv"
    path.write_text(text, encoding="utf-8")
    code, told = ask("posts", str(path), "--units", "1")
    assert code == 2
    assert says in told["says"]


def test_a_row_that_ends_early_has_no_place(tmp_path):
    path = tmp_path / "points.csv"
    path.write_text("lon,lat\n1,2\n1\n", encoding="utf-8")
    assert ask("posts", str(path), "--units", "1")[1]["without_place"] == 1


@pytest.mark.parametrize("wrong", [["--units", "0"], ["--load", "0"], ["--months", "0"], ["--seed", "-1"]])
def test_a_month_that_cannot_be_is_told(points, wrong):
    assert ask("simulate", points, "--days", "1", *wrong)[0] == 2
