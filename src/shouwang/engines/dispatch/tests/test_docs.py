"""The page about sending units: its code runs, and its board is one that the command line takes."""

import io
import json
import re
from pathlib import Path

from shouwang.engines.dispatch.cli import run

PAGE = (Path(__file__).parents[5] / "docs" / "explanation" / "how-units-are-sent.md").read_text(encoding="utf-8")


def test_the_code_on_the_page_runs():
    (block,) = re.findall(r"```python\n(.*?)```", PAGE, re.DOTALL)
    exec(compile(block, "how-units-are-sent.md", "exec"), {})


def test_the_board_on_the_page_is_taken():
    (board,) = re.findall(r"```json\n(.*?)```", PAGE, re.DOTALL)
    for command in ("assign", "relocate"):
        out = io.StringIO()
        assert run([command, "-"], io.StringIO(board), out) == 0, out.getvalue()
    assert json.loads(out.getvalue())["moves"] is not None
