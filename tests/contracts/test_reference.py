"""Settings, commands, events and dependencies cannot exist undocumented: the reference is made from the code."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from shouwang.site.reference import PAGES

HOUSE = Path(__file__).resolve().parents[2]


@pytest.mark.parametrize("name", sorted(PAGES))
def test_the_page_says_what_the_code_says(name: str) -> None:
    page = HOUSE / "docs" / "reference" / name
    assert page.read_text(encoding="utf-8") == PAGES[name](), "run: ./sw manage write_reference"


@pytest.mark.parametrize("lock", ["runtime", "dev"])
def test_each_dependency_says_why(lock: str) -> None:
    wanted = {
        re.split(r"[\[<>=~!]", line.strip())[0]
        for line in (HOUSE / "requirements" / f"{lock}.in").read_text().splitlines()
        if line.strip() and not line.startswith(("#", "-r"))
    }
    page = (HOUSE / "docs" / "reference" / "dependencies.md").read_text(encoding="utf-8")
    told = set(re.findall(r"^\| `([^`]+)` \|", page, flags=re.MULTILINE))
    assert wanted - told == set()


def test_links_between_pages_lead_somewhere() -> None:
    pages = [*(HOUSE / "docs").rglob("*.md"), HOUSE / "README.md", HOUSE / "README.zh-CN.md"]
    broken = [
        f"{page.relative_to(HOUSE)} → {target}"
        for page in pages
        for target in re.findall(r"\]\((?!https?:|#|mailto:)([^)#]+)", page.read_text(encoding="utf-8"))
        if not (page.parent / target).resolve().exists()
    ]
    assert broken == []
