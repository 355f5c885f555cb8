"""The pages about clocks and law: their code runs, and every code has its gloss."""

import re
from pathlib import Path

import pytest

from shouwang.engines.clocks import State, StepCode

PAGES = Path(__file__).parents[5] / "docs" / "explanation"
BLOCK = re.compile(r"```python\n(.*?)```", re.DOTALL)


@pytest.mark.parametrize("name", ["how-a-clock-counts.md", "law-as-data.md"])
def test_the_code_on_the_page_runs(name):
    blocks = BLOCK.findall((PAGES / name).read_text(encoding="utf-8"))
    assert blocks
    for block in blocks:
        exec(compile(block, name, "exec"), {})


@pytest.mark.parametrize("code", [*StepCode, *State])
def test_every_code_has_a_chinese_and_an_english_gloss(code):
    page = (PAGES / "how-a-clock-counts.md").read_text(encoding="utf-8")
    row = re.search(rf"^\| `{re.escape(code)}` \| ([^|]+) \| ([^|]+) \|", page, re.MULTILINE)
    assert row
    assert re.search(r"[\u4e00-\u9fff]", row[1])
    assert re.search(r"[a-z]", row[2])
