"""The frame speaks two languages completely, and gives Django's and allauth's sentences the voice of the house."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import allauth
import django
import pytest
from babel.messages.catalog import Message
from babel.messages.pofile import read_po

SITE = Path(__file__).parents[1]
THEIRS = [
    Path(django.__file__).parent / "conf/locale/en/LC_MESSAGES/django.po",
    Path(django.__file__).parent / "contrib/auth/locale/en/LC_MESSAGES/django.po",
    Path(allauth.__file__).parent / "locale/zh_Hans/LC_MESSAGES/django.po",
]


def messages(file: Path) -> Iterator[Message]:
    with file.open("rb") as source:
        yield from (message for message in read_po(source) if message.id)


def words(file: Path) -> set[str]:
    return {message.id if isinstance(message.id, str) else message.id[0] for message in messages(file)}


ENGLISH = SITE / "locale/en/LC_MESSAGES/django.po"
PLAIN_CHINESE = SITE / "locale/zh_Hans/LC_MESSAGES/django.po"


def test_every_sentence_of_the_frame_has_its_english() -> None:
    said = {
        sentence
        for file in (SITE / "templates").rglob("*.html")
        for pair in re.findall(r"""{% translate (?:"([^"]+)"|'([^']+)')""", file.read_text(encoding="utf-8"))
        for sentence in pair
        if sentence
    }
    assert said <= words(ENGLISH)


@pytest.mark.parametrize("file", [ENGLISH, PLAIN_CHINESE], ids=["English", "plain Chinese"])
def test_no_translation_is_empty_or_doubtful(file: Path) -> None:
    assert [message.id for message in messages(file) if not message.string or message.fuzzy] == []


@pytest.mark.parametrize("file", [ENGLISH, PLAIN_CHINESE], ids=["English", "plain Chinese"])
def test_a_translation_keeps_every_named_place(file: Path) -> None:
    for message in messages(file):
        ids = [message.id] if isinstance(message.id, str) else message.id
        strings = [message.string] if isinstance(message.string, str) else message.string
        places = set(re.findall(r"%\(\w+\)", ids[0]))
        # “请从列出的里面选” needs no echo of the wrong choice.
        assert all(set(re.findall(r"%\(\w+\)", text)) <= places for text in strings), ids
        if file == ENGLISH:
            assert all(set(re.findall(r"%\(\w+\)", text)) == places for text in strings), ids


def test_every_sentence_we_reword_is_still_said_by_somebody() -> None:
    said = set().union(*(words(file) for file in THEIRS))
    assert words(PLAIN_CHINESE) <= said, "an upgrade changed its words; ours no longer reach the reader"
