"""A name is a label: readable, short, honest about the kind, and never a path."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shouwang.apps.files.findings import Kind
from shouwang.apps.files.names import MOST_BYTES, MOST_CHARACTERS, clean_name


@pytest.mark.parametrize(
    ("claimed", "expected"),
    [
        ("现场照片.JPG", "现场照片.jpg"),
        ("photo\u202egpj.exe", "photogpj.jpg"),
        ("../../etc/passwd", "passwd.jpg"),
        ("C:\\fakepath\\门口.png", "门口.jpg"),
        ("a\0b.jpg", "ab.jpg"),
        ("line\nbreak\ttab.jpg", "line break tab.jpg"),
        ("<img src=x>.jpg", "_img src=x_.jpg"),
        ("con.jpg", "_con.jpg"),
        (".htaccess", "照片.jpg"),
        ("...", "照片.jpg"),
        ("", "照片.jpg"),
        ("\u200b\u2066\u2069", "照片.jpg"),
        ("2026.11.23 门口", "2026.11.jpg"),
        ("\ud800\udfff坏字.jpg", "坏字.jpg"),
        ("cafe\u0301.jpg", "caf\u00e9.jpg"),
    ],
)
def test_a_name_is_made_fit_to_show(claimed, expected):
    if claimed.startswith("2026"):
        expected = "2026.11.23 门口.jpg"  # a date is no suffix
    assert clean_name(claimed, ".jpg", Kind.PICTURE) == expected


@pytest.mark.parametrize("letter", ["a", "长", "𠮷"])
def test_a_name_of_five_hundred_characters_is_shortened(letter):
    name = clean_name(letter * 500 + ".pdf", ".pdf", Kind.DOCUMENT)
    assert len(name) <= MOST_CHARACTERS
    assert len(name.encode()) <= MOST_BYTES
    assert name.endswith(f"{letter}.pdf")


@given(st.text(max_size=300))
def test_no_name_keeps_anything_that_misleads(claimed):
    name = clean_name(claimed, ".pdf", Kind.DOCUMENT)
    assert name.endswith(".pdf")
    assert not set(name) & set('/\\\0<>:"|?*')
    assert all(unicodedata.category(c) not in {"Cc", "Cf", "Cs"} for c in name)
    assert 4 < len(name) <= MOST_CHARACTERS
    assert not name.startswith(".")
