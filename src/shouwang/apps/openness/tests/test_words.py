"""What the public reads exists in both languages."""

from __future__ import annotations

import re
from pathlib import Path

from babel.messages.pofile import read_po

ROOM = Path(__file__).parents[1]


def test_every_sentence_has_its_english_with_the_same_named_places() -> None:
    with (ROOM / "locale/en/LC_MESSAGES/django.po").open("rb") as source:
        catalogue = [message for message in read_po(source) if message.id]
    for message in catalogue:
        ids = [message.id] if isinstance(message.id, str) else list(message.id)
        strings = [message.string] if isinstance(message.string, str) else list(message.string)
        assert all(strings), ids
        assert not message.fuzzy, ids
        for text in strings:
            assert set(re.findall(r"%\(\w+\)", text)) == set(re.findall(r"%\(\w+\)", ids[0])), ids
    known = {message.id if isinstance(message.id, str) else message.id[0] for message in catalogue}
    said = {
        sentence
        for file in (ROOM / "templates").rglob("*.html")
        for pair in re.findall(r"""{% translate (?:"([^"]+)"|'([^']+)')""", file.read_text(encoding="utf-8"))
        for sentence in pair
        if sentence
    } | {
        sentence
        for file in ROOM.glob("*.py")
        for sentence in re.findall(r'_\(\s*"([^"]+)"', file.read_text(encoding="utf-8"))
    }
    assert len(said) > 100
    assert said <= known
