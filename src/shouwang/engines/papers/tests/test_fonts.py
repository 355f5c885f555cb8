"""Typefaces: without one for Chinese the house says what to install, and it knows which characters it can draw."""

from __future__ import annotations

import shutil
import struct
from pathlib import Path

import pytest

from shouwang.engines.papers import NoChineseFont
from shouwang.engines.papers.fonts import covered, find_faces

LATIN = Path("/usr/share/fonts/truetype/dejavu/DejaVuSans.ttf")


def test_without_a_chinese_typeface_it_says_what_to_do(tmp_path):
    with pytest.raises(NoChineseFont, match="sudo apt-get install fonts-noto-cjk") as refused:
        find_faces(places=[tmp_path])
    assert str(tmp_path) in str(refused.value)
    assert refused.value.code == "papers.no-chinese-font"


def test_a_stations_own_folder_comes_first(press, tmp_path):
    if not LATIN.exists():
        pytest.skip("needs a Latin typeface to tell apart")
    shutil.copy(LATIN, tmp_path / "own.ttf")
    faces = find_faces(tmp_path)
    assert faces.body == press.faces.body  # its letters are no 仿宋, so the body stays …
    assert ord("Ж") in covered(LATIN)
    assert faces.lacking("\u1e9e") == frozenset()  # … but they help out where the others have none


def test_what_can_be_drawn(press):
    assert press.faces.lacking("青石镇派出所〔2026〕■□＿／〇𠮷") == frozenset()
    assert press.faces.lacking("甲😀乙") == {"😀"}


def test_a_table_of_the_older_kind_is_read(tmp_path):
    """Format 4: one segment from 甲 to 甲, and the last one that every such table has."""
    segments = struct.pack(">HHHHHHH", 4, 32, 0, 4, 0, 0, 0) + struct.pack(">HHHHH", 0x7532, 0xFFFF, 0, 0x7532, 0xFFFF)
    cmap = struct.pack(">HHHHI", 0, 1, 3, 1, 12) + segments
    font = b"\0\1\0\0" + struct.pack(">HHHH", 1, 0, 0, 0) + struct.pack(">4sIII", b"cmap", 0, 28, len(cmap)) + cmap
    path = tmp_path / "one.ttf"
    path.write_bytes(font)
    assert 0x7532 in covered(path)
    assert 0x7533 not in covered(path)
