"""The engine on plain files."""

from __future__ import annotations

import io
import json
import re
from pathlib import Path

import pytest

from shouwang.engines.penalty.cli import run

CASE = {
    "on": "2026-11-23",
    "facts": {"act": "theft", "grade": "usual", "act_on": "2026-11-20", "born_on": "2009-11-20", "first_time": True},
    "measure": {"kind": "detention", "days": 5},
}


def asked(data: object) -> tuple[int, dict]:
    out = io.StringIO()
    code = run(["-"], io.StringIO(json.dumps(data)), out)
    return code, json.loads(out.getvalue())


def test_one_case():
    code, found = asked(CASE)
    assert code == 0
    assert (found["decider"], found["executed"], found["hearing"], found["allowed"]) == ("county", False, False, True)
    assert next(one for one in found["findings"] if one["code"] == "not-executed")["article"] == "psl-2025 23"


def test_the_limitation_is_counted_from_the_act():
    old = {**CASE["facts"], "act_on": "2026-05-20", "discovered_on": "2026-11-21"}
    assert asked({**CASE, "facts": old})[1]["allowed"] is False
    assert asked({**CASE, "facts": {**old, "discovered_on": "2026-11-20"}})[1]["allowed"] is True


def test_several_cases_in_order():
    rest = {"on": CASE["on"], "cases": [{k: CASE[k] for k in ("facts", "measure")}] * 2}
    assert [one["decider"] for one in asked(rest)[1]] == ["county", "county"]


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"on": "soon"}, "on: must be a day"),
        ({"facts": {**CASE["facts"], "hair": "grey"}}, "facts hair"),
        ({"facts": {**CASE["facts"], "first_time": "yes"}}, "facts first_time: must be a bool"),
        ({"facts": {"act": "theft"}}, "facts"),
        ({"measure": {"kind": "exile"}}, "measure kind"),
        ({"measure": {"kind": "fine"}}, "fine"),
        ({"measure": 5}, "measure: must be an object"),
        ({"cases": [1]}, "cases"),
    ],
)
def test_what_cannot_be_read_is_said(change, says):
    code, found = asked({**CASE, **change})
    assert code == 2
    assert says in found["says"]


def test_the_example_on_the_page():
    page = (Path(__file__).parents[5] / "docs" / "explanation" / "how-a-penalty-is-checked.md").read_text(
        encoding="utf-8"
    )
    (block,) = re.findall(r"```json\n(.*?)```", page, re.DOTALL)
    code, found = asked(json.loads(block))
    assert (code, found["allowed"], found["decider"], found["executed"]) == (0, True, "county", False)
