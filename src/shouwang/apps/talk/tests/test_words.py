"""The English of the rooms fills in what the Chinese fills in."""

from __future__ import annotations

import re
from pathlib import Path

import polib

CATALOGUE = Path(__file__).resolve().parents[1] / "locale/en/LC_MESSAGES/django.po"
NAMED = re.compile(r"%\(\w+\)[sd]|\{\w+\}")


def test_each_english_sentence_fills_the_same_places() -> None:
    entries = [entry for entry in polib.pofile(str(CATALOGUE)) if not entry.obsolete]
    wrong = [
        entry.msgid
        for entry in entries
        if set(NAMED.findall(entry.msgid)) != set(NAMED.findall(entry.msgstr or entry.msgstr_plural[0]))
    ]
    assert entries
    assert wrong == []
