"""Every word of the rooms has its English, with the same places filled in."""

from __future__ import annotations

import re
from pathlib import Path

from babel.messages.pofile import read_po

APP = Path(__file__).resolve().parents[1]
NAMED = re.compile(r"%\(\w+\)[sd]|\{\w+\}")
IN_CODE = re.compile(r'\b(?:_|gettext_lazy)\(\s*"((?:[^"\\]|\\.)+)"')
IN_PAGES = re.compile(r"""\{% translate (?:"([^"]+)"|'([^']+)') %\}""")


def english() -> dict[str, str]:
    with (APP / "locale/en/LC_MESSAGES/django.po").open("rb") as source:
        catalogue = read_po(source)
    return {
        m.id if isinstance(m.id, str) else m.id[0]: m.string if isinstance(m.string, str) else m.string[0]
        for m in catalogue
        if m.id and not m.fuzzy
    }


def test_no_sentence_of_code_or_pages_is_left_in_chinese() -> None:
    known = english()
    code = {text for file in APP.glob("*.py") for text in IN_CODE.findall(file.read_text())}
    pages = {a or b for file in APP.glob("templates/rooms/*.html") for a, b in IN_PAGES.findall(file.read_text())}
    assert {text.replace("\\n", "\n") for text in code | pages} - set(known) == set()


def test_each_english_sentence_fills_the_same_places() -> None:
    for chinese, text in english().items():
        assert text.strip(), chinese
        assert set(NAMED.findall(text)) == set(NAMED.findall(chinese)), chinese
