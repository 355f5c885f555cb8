"""The command line: the page's own example, and what cannot be read."""

from __future__ import annotations

import io
import json
import re
from pathlib import Path

import pytest

from shouwang.engines.custody.cli import run

PAGE = Path(__file__).parents[5] / "docs" / "explanation" / "how-a-stay-is-covered.md"


def asked(text: str) -> tuple[int, dict]:
    out = io.StringIO()
    return run(["-"], io.StringIO(text), out), json.loads(out.getvalue())


def example() -> dict:
    (block,) = re.findall(r"```json\n(.*?)```", PAGE.read_text(encoding="utf-8"), re.DOTALL)
    return json.loads(block)


def test_the_example_on_the_page_has_the_gap_that_the_page_tells():
    code, answer = asked(json.dumps(example()))
    assert code == 0
    (stay,) = answer["stays"]
    assert [gap["length_s"] for gap in stay["gaps"]] == [720]
    assert not stay["whole"]
    assert stay["gaps"][0]["where"][0]["place"] == "room 1"
    assert answer["outside"] == ["r3"]
    assert answer["clocks"] == [
        {"recording": "r2", "ahead_s": 180, "drift_s": None, "compared": answer["clocks"][0]["compared"]}
    ]


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"stays": 5}, "stays: must be a list"),
        ({"recordings": [{"id": "x"}]}, "recordings 1, device"),
        ({"tolerance_s": "a"}, "tolerance_s"),
        ({"stays": [{"id": "s", "since": "2026-11-23T09:00:00", "until": "x"}]}, "offset"),
    ],
)
def test_what_cannot_be_used_is_refused_with_its_place(change, says):
    code, answer = asked(json.dumps({**example(), **change}))
    assert code == 2
    assert says in answer["says"]


def test_what_is_no_json_is_refused():
    assert asked("{")[0] == 2
    assert asked("[]")[0] == 2


def test_the_code_on_the_page_runs():
    (block,) = re.findall(r"```python\n(.*?)```", PAGE.read_text(encoding="utf-8"), re.DOTALL)
    exec(compile(block, PAGE.name, "exec"), {})
